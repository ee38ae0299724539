//! What officers say about a listing, or nothing: decisions, amendments, ends, objections, answers.
//! Some of them are careless, too few, or say a thing twice.

use tiaoxi_credit::{
    Day, Inspection, Statement,
    statement::{Cause, Decision, End, Listing, ObjectionMark, Recognition},
};
use tiaoxi_federation::Channel;
use tiaoxi_ledger::header::{Concerned, Relation};
use tiaoxi_recognition::{ListingView, Place, RecognitionState, policy};

use crate::sim::{
    acts::{Officer, Said},
    world::World,
};

impl World {
    /// A party decides on what waits for its officers; often twice, not always alike.
    pub(crate) fn decision(&mut self, officer: &Officer, listing: &ListingView<'_>) -> Vec<Said> {
        let undecided = listing.recognitions.get(&officer.id);
        if undecided.is_none_or(|own| own.state != RecognitionState::Undecided) {
            return Vec::new();
        }
        let mut said = Vec::new();
        for _ in 0..self.random.between(1, 2) {
            said.extend(self.recognition(officer, listing, None));
        }
        said
    }

    /// A party amends what it has decided.
    pub(crate) fn reconsidered(
        &mut self,
        officer: &Officer,
        listing: &ListingView<'_>,
    ) -> Vec<Said> {
        let Some(own) = listing.recognitions.get(&officer.id) else { return Vec::new() };
        let Some(place) = own.place.clone().filter(|_| own.decision.is_some()) else {
            return Vec::new();
        };
        let is_over = matches!(own.state, RecognitionState::Refused | RecognitionState::Terminated);
        if is_over || !listing.state.in_force() {
            return Vec::new();
        }
        self.recognition(officer, listing, Some(&place)).into_iter().collect()
    }

    fn recognition(
        &mut self,
        officer: &Officer,
        view: &ListingView<'_>,
        amends: Option<&Place>,
    ) -> Option<Said> {
        let listing = view.listing?;
        let agreement = officer.charter.agreement(view.agreement)?;
        let Listing { domain, standard, standard_version, level, .. } = listing;
        let map = agreement.map(&officer.id, domain, standard, *standard_version, level)?;
        let outcome = policy::outcome(map, listing, &self.rules.supervision);
        let mut said = Recognition {
            listing: view.name.clone(),
            decision: outcome.decision,
            level: outcome.level.clone(),
            inspection: outcome.inspection,
            measures: outcome.measures.clone(),
            since: outcome.since,
            until: outcome.until,
            reason: "模拟".to_owned(),
            basis: "模拟协议".to_owned(),
            decided: officer.today,
            officers: map.officers.max(1),
        };
        match self.random.below(10) {
            0 | 1 => decline(&mut said),
            2 | 3 => {
                said.decision = Decision::NARROW;
                said.inspection = said.inspection.min(Inspection::NORMAL);
                said.measures.clear();
                said.until = Day(said.until.0 - 1).max(said.since);
            }
            // Careless: harsher and longer than map or origin allow.
            4 => {
                said.decision = Decision::ACCEPT;
                said.inspection = Inspection::SHARPLY_MORE;
                said.measures = vec!["no-promise".to_owned(), "no-honours".to_owned()];
                said.until = Day(said.until.0 + 40);
            }
            // One person, where the map may ask for two.
            5 => said.officers = 1,
            _ => {}
        }
        let relation = Relation::SAME_CHANNEL;
        let concerned = amends.map_or(Concerned::NONE, |place| concerned(relation, place));
        let channel = Channel::exchange(view.agreement);
        Some(Said { channel, concerned, statement: Statement::Recognition(said) })
    }

    /// A party ends its recognition of its own accord.
    pub(crate) fn termination(
        &mut self,
        officer: &Officer,
        listing: &ListingView<'_>,
    ) -> Vec<Said> {
        let Some(own) = listing.recognitions.get(&officer.id) else { return Vec::new() };
        let Some(place) = own.place.as_ref().filter(|_| own.state.follows()) else {
            return Vec::new();
        };
        let end = self.ending(Cause::TERMINATED, officer);
        vec![said_end(listing, concerned(Relation::EXCHANGE, place), end)]
    }

    /// An origin ends a listing, in rare cases twice and for different reasons.
    pub(crate) fn end(&mut self, officer: &Officer, listing: &ListingView<'_>) -> Vec<Said> {
        let is_own = *listing.origin_member == officer.id;
        if !is_own || listing.ended.is_some() && !self.random.chance(30) {
            return Vec::new();
        }
        let causes = [
            Cause::REPAIR,
            Cause::DELISTED,
            Cause::REVOKED,
            Cause::OBJECTION_UPHELD,
            Cause::AGREEMENT_ENDED,
            Cause::STANDARD_WITHDRAWN,
        ];
        let concerned = concerned(Relation::EXCHANGE, &listing.place);
        let mut said = Vec::new();
        for _ in 0..if self.random.chance(100) { 2 } else { 1 } {
            let cause = self.random.pick(&causes).unwrap_or(Cause::REPAIR);
            said.push(said_end(listing, concerned, self.ending(cause, officer)));
        }
        said
    }

    fn ending(&mut self, cause: Cause, officer: &Officer) -> End {
        let today = officer.today;
        let applied = Day(today.0 - u16::try_from(self.random.below(3)).unwrap_or(0));
        End {
            cause,
            because: None,
            document: format!("模拟移〔2026〕{}号", self.random.below(100_000)),
            applied: self.random.chance(700).then_some(applied),
            decided: today,
            reason: "模拟".to_owned(),
            undone_inspection: Inspection::NONE,
            undone_measures: Vec::new(),
        }
    }

    /// A company objects at a member: the origin, a party or a county.
    pub(crate) fn objection(&mut self, officer: &Officer, listing: &ListingView<'_>) -> Vec<Said> {
        if !listing.state.in_force() || !self.random.chance(700) {
            return Vec::new();
        }
        let own = listing.recognitions.get(&officer.id);
        let own = own.and_then(|own| own.place.as_ref().filter(|_| own.decision.is_some()));
        let concerned = match own {
            _ if *listing.origin_member == officer.id => {
                concerned(Relation::EXCHANGE, &listing.place)
            }
            Some(place) if place.origin.member == officer.id => {
                concerned(Relation::EXCHANGE, place)
            }
            _ => Concerned::NONE,
        };
        let mark = ObjectionMark {
            listing: Some(listing.name.clone()),
            passes_on: None,
            objection: format!("模拟异〔2026〕{}号", self.random.below(100_000)),
            received: officer.today,
            matter: "模拟".to_owned(),
        };
        let (channel, statement) =
            (Channel::ends(listing.agreement), Statement::ObjectionMark(mark));
        vec![Said { channel, concerned, statement }]
    }

    /// An origin answers the objections to one of its listings; upheld, the listing ends too.
    pub(crate) fn answer(&mut self, officer: &Officer, listing: &ListingView<'_>) -> Vec<Said> {
        let is_own = *listing.origin_member == officer.id;
        let marks: Vec<Place> = listing
            .objections
            .iter()
            .filter(|it| it.place.origin.member == officer.id && it.answered.is_none())
            .map(|it| it.place.clone())
            .collect();
        if !is_own || marks.is_empty() || listing.ended.is_some() {
            return Vec::new();
        }
        let is_upheld = self.random.chance(300);
        let cause = if is_upheld { Cause::OBJECTION_UPHELD } else { Cause::OBJECTION_DISMISSED };
        let mut said: Vec<Said> = marks
            .iter()
            .map(|mark| {
                let end = self.ending(cause, officer);
                said_end(listing, concerned(Relation::SAME_CHANNEL, mark), end)
            })
            .collect();
        if is_upheld {
            let end = self.ending(cause, officer);
            said.push(said_end(listing, concerned(Relation::EXCHANGE, &listing.place), end));
        }
        said
    }
}

fn decline(said: &mut Recognition) {
    said.decision = Decision::DECLINE;
    said.level.clear();
    said.inspection = Inspection::NONE;
    said.measures.clear();
}

fn said_end(listing: &ListingView<'_>, concerned: Concerned, end: End) -> Said {
    Said { channel: Channel::ends(listing.agreement), concerned, statement: Statement::End(end) }
}

/// An entry of the author's own log, as headers name it.
fn concerned(relation: Relation, place: &Place) -> Concerned {
    Concerned { relation, epoch: place.origin.epoch, number: place.number }
}
