//! What officers decide on other members' listings.

use tiaoxi_api::{
    code::Code,
    service::{Caller, ServiceError},
    types::{Decided, DecidedState, RecognitionChoice, RecognitionRequest},
};
use tiaoxi_credit::{
    Statement,
    statement::{Decision, Recognition},
};
use tiaoxi_federation::Channel;
use tiaoxi_ledger::header::{Concerned, Relation};
use tiaoxi_recognition::{ListingView, Place, View, policy};
use tracing::error;

use super::{
    super::officers::{self, Vote, Votes},
    ExchangeDesk, IntoDetailed, Saying, find, inspection, is_over, name, stands,
};
use crate::clock;

impl ExchangeDesk {
    /// Takes an officer's decision; says it when enough officers have decided the same.
    pub(crate) fn recognise(
        &self,
        request: &RecognitionRequest,
        caller: &Caller,
    ) -> Result<Decided, ServiceError> {
        let token = caller.reviewer.as_ref();
        let token = token.ok_or_else(|| ServiceError::from(Code::OfficerNeeded))?;
        let officer = self.reviewers.name_of(token)?;
        let _saying = self.exchange.saying.lock();
        self.exchange.refresh();
        let reading = self.exchange.read();
        let view = reading.view();
        let listing = find(&view, &request.listing)?;
        let (vote, needed) = self.vote(&view, &listing, request)?;
        self.check_new(&listing, &vote)?;
        let mut votes = self.votes(&listing.place)?;
        // An officer who thinks again replaces the own vote.
        votes.0.insert(officer.clone(), vote.clone());
        let state = if votes.are_contradictory() {
            DecidedState::Contradictory
        } else if votes.0.len() < usize::from(needed) {
            DecidedState::AwaitsSecond
        } else {
            DecidedState::Recorded
        };
        let said = match state {
            DecidedState::Recorded => {
                let saying = self.recognition(&view, &listing, vote, &votes);
                Some(self.say(saying, request.preview)?)
            }
            DecidedState::AwaitsSecond | DecidedState::Contradictory => {
                if !request.preview {
                    self.keep(&listing, &officer, &vote)?;
                }
                None
            }
        };
        let words = words(state, &listing, said.as_ref().map(|said| said.words.as_str()));
        Ok(Decided { state, said, officers: votes.names(), needed, words })
    }

    /// What the officers of today have decided on a listing so far.
    pub(in crate::exchange) fn votes(&self, listing: &Place) -> Result<Votes, ServiceError> {
        let names = self.reviewers.names().map_err(|cause| {
            error!(cause = format!("{cause:#}"), "the reviewers can't be read");
            ServiceError::from(Code::Damaged)
        })?;
        Ok(officers::votes(&self.store, listing, &names))
    }

    fn keep(
        &self,
        listing: &ListingView<'_>,
        officer: &str,
        vote: &Vote,
    ) -> Result<(), ServiceError> {
        let log = self.open_log(&Channel::exchange(listing.agreement))?;
        let fact = officers::vote_fact(&listing.place, officer, vote);
        let kept = self.exchange.logs.append(&log, Vec::new(), fact);
        kept.map(drop).map_err(|error| crate::own::append_error(&error))
    }

    /// What the officer decides, within what the map gives, and how many officers it wants.
    fn vote(
        &self,
        view: &View<'_>,
        listing: &ListingView<'_>,
        request: &RecognitionRequest,
    ) -> Result<(Vote, u8), ServiceError> {
        let me = &self.exchange.me;
        let terms = self.exchange.terms();
        let agreement = terms.agreement(listing.agreement);
        let agreement = agreement.filter(|it| it.is_party(me));
        let agreement = agreement.ok_or_else(|| ServiceError::from(Code::NotAParty))?;
        if listing.origin_member == me {
            return Err(Code::OwnListing.into());
        }
        if !stands(listing.state) {
            return Err(Code::ListingEnded.into());
        }
        let Some(said) = listing.listing else { return Err(Code::ListingEnded.into()) };
        if let Err(breach) = &listing.admitted {
            return Err(super::refusal(breach.code(), breach.zh(), breach.en()));
        }
        let map =
            agreement.map(me, &said.domain, &said.standard, said.standard_version, &said.level);
        let decline = request.decision == RecognitionChoice::Decline;
        let outcome = map.map(|map| policy::outcome(map, said, &self.exchange.supervision));
        let needed = map.map_or(1, |map| map.officers.max(1));
        let mut vote = Vote {
            decision: Decision::DECLINE,
            inspection: tiaoxi_credit::Inspection::NONE,
            measures: Vec::new(),
            until: view.today(),
            reason: request.reason.clone(),
            basis: request.basis.clone(),
            at: clock::unix_seconds(),
        };
        if decline {
            return Ok((vote, needed));
        }
        // What is mapped to nothing is advisory: nothing follows that could be recognised.
        let outcome = outcome.ok_or_else(|| ServiceError::from(Code::Unmapped))?;
        vote.decision = outcome.decision;
        (vote.inspection, vote.until) = (outcome.inspection, outcome.until);
        vote.measures.clone_from(&outcome.measures);
        if request.decision == RecognitionChoice::Narrow {
            narrow(&mut vote, request)?;
        }
        Ok((vote, needed))
    }

    /// That the decision is not the one in force, and amends what may be amended.
    fn check_new(&self, listing: &ListingView<'_>, vote: &Vote) -> Result<(), ServiceError> {
        let waits = self.unsigned(&Channel::exchange(listing.agreement)).into_iter().any(
            |(_, said)| matches!(&said, Statement::Recognition(it) if it.listing == listing.name),
        );
        if waits {
            return Err(Code::NoticePending.into());
        }
        let Some(before) = listing.recognitions.get(&self.exchange.me) else { return Ok(()) };
        let Some(decision) = before.decision else { return Ok(()) };
        if is_over(before.state) {
            return Err(Code::AlreadyEnded.into());
        }
        let same = decision.decision == vote.decision
            && decision.inspection == vote.inspection
            && decision.measures == vote.measures
            && (decision.until == vote.until || !vote.decision.recognises());
        if same {
            return Err(Code::DecidedAlready.into());
        }
        if decision.decision.recognises() && !vote.decision.recognises() {
            return Err(Code::DecidedAlready.into_detailed(
                "已认可的，请用终止认可",
                "what was recognised ends by cause `terminated`",
            ));
        }
        Ok(())
    }

    fn recognition(
        &self,
        view: &View<'_>,
        listing: &ListingView<'_>,
        vote: Vote,
        votes: &Votes,
    ) -> Saying {
        let before = listing.recognitions.get(&self.exchange.me).and_then(|it| it.place.as_ref());
        let concerned = before.map_or(Concerned::NONE, |place| Concerned {
            relation: Relation::SAME_CHANNEL,
            epoch: place.origin.epoch,
            number: place.number,
        });
        let level = self.level_here(listing);
        let label = vote.decision.label().unwrap_or_default();
        let since = listing.listing.map_or_else(|| view.today(), |it| it.since);
        let recognises = vote.decision.recognises();
        let recognition = Recognition {
            listing: listing.name.clone(),
            decision: vote.decision,
            level: if recognises { level } else { String::new() },
            inspection: vote.inspection,
            measures: vote.measures,
            since: since.max(view.today()).min(vote.until),
            until: vote.until,
            reason: votes.reasons(),
            basis: votes.bases(),
            decided: view.today(),
            officers: u8::try_from(votes.0.len()).unwrap_or(u8::MAX),
        };
        Saying {
            channel: Channel::exchange(listing.agreement),
            item: 0,
            concerned,
            words: format!("{label}：{}", name(listing)),
            statement: Statement::Recognition(recognition),
            facts: officers::decided_facts(&listing.place, votes, clock::unix_seconds()),
            about: Some(listing.place.clone()),
            subject_name: listing.listing.map(|it| it.subject.name.clone()),
        }
    }

    fn level_here(&self, listing: &ListingView<'_>) -> String {
        let agreement = self.exchange.terms().agreement(listing.agreement);
        let map = agreement.zip(listing.listing).and_then(|(agreement, said)| {
            let me = &self.exchange.me;
            agreement.map(me, &said.domain, &said.standard, said.standard_version, &said.level)
        });
        map.map_or_else(String::new, |map| map.here.to_string())
    }
}

/// Brings a decision down to what the officer asks for, never up.
fn narrow(vote: &mut Vote, request: &RecognitionRequest) -> Result<(), ServiceError> {
    if let Some(text) = &request.inspection {
        let wanted = inspection(text)?;
        if wanted > vote.inspection {
            return Err(Code::HarsherThanMap.into());
        }
        vote.inspection = wanted;
    }
    if let Some(measures) = &request.measures {
        if measures.iter().any(|measure| !vote.measures.contains(measure)) {
            return Err(Code::HarsherThanMap.into());
        }
        vote.measures.clone_from(measures);
    }
    if let Some(until) = request.until {
        if until.0 > vote.until {
            return Err(Code::TermBeyondOrigin.into());
        }
        vote.until = until.0;
    }
    vote.decision = Decision::NARROW;
    Ok(())
}

fn words(state: DecidedState, listing: &ListingView<'_>, said: Option<&str>) -> String {
    let name = name(listing);
    match state {
        DecidedState::Recorded => said.unwrap_or_default().to_owned(),
        DecidedState::AwaitsSecond => format!("{name}：已记录，等待第二名审核人员作出同样的决定"),
        DecidedState::Contradictory => {
            format!("{name}：审核人员意见不一致，未作出决定；由其中一人改变意见后再提交")
        }
    }
}
