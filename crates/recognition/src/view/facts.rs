//! Facts of a listing and of what a party makes of it: the input of the tables of rules.

use tiaoxi_credit::{
    Day,
    statement::{Decision, Listing, Recognition},
};
use tiaoxi_federation::{
    MemberId,
    terms::{Agreement, Map},
};

use super::View;
use crate::{
    breach::{self, Breach},
    policy::{self, Outcome},
    register::{Role, Spot},
    state::{
        Fact, Facts, LISTING_RULES, ListingState, RECOGNITION_RULES, RecognitionState, decide,
    },
};

/// What has been worked out of a listing; the ground of everything about it.
pub(super) struct Listed<'a> {
    pub(super) spot: Spot,
    pub(super) origin: &'a MemberId,
    pub(super) agreement: Option<&'a Agreement>,
    pub(super) listing: Option<&'a Listing>,
    pub(super) ends: Vec<Spot>,
    pub(super) admitted: Result<(), Breach>,
    pub(super) disputed: bool,
    /// Facts of the listing itself.
    pub(super) facts: Facts,
}

/// What has been worked out of a party's recognition.
pub(super) struct Recognised<'a> {
    pub(super) state: RecognitionState,
    /// Its decision with the highest epoch and number.
    pub(super) said: Option<(Spot, &'a Recognition)>,
    pub(super) map: Option<&'a Map>,
    /// What is left of a decision that recognises.
    pub(super) outcome: Option<Outcome>,
    pub(super) breach: Option<Breach>,
    pub(super) ended: Option<Spot>,
    pub(super) disputed: bool,
}

impl<'a> View<'a> {
    pub(super) fn listing_state(&self, spot: Spot) -> ListingState {
        self.listed(spot).map_or(ListingState::Pending, |listed| listed.state())
    }

    /// `None` where no listing is here.
    pub(super) fn listed(&self, spot: Spot) -> Option<Listed<'a>> {
        let log = self.register.log(spot.log);
        let entry = self.entry(spot).filter(|entry| entry.is_listing() && log.is_exchange)?;
        let origin = &log.origin.member;
        let agreement = self.log_role(spot).agreement;
        let listing = entry.listing();
        let ends = self.ends_of(spot);
        let admitted = self.judge(spot);
        let disputed = self.open_marks(spot, spot).any(|mark| self.owner(mark) == origin);
        let (today, party) = (self.today, agreement.is_some_and(|it| it.is_party(origin)));
        let standard =
            listing.and_then(|it| self.supervision.standard(&it.standard, it.standard_version));
        let over = !party || agreement.is_none_or(|it| today > it.ends());
        let begun = agreement.is_some_and(|it| it.starts() <= today);
        let facts = Facts::default()
            .with(Fact::Here, true)
            .with(Fact::Ended, !ends.is_empty())
            .with(Fact::Readable, listing.is_some())
            .with(Fact::Admitted, admitted.is_ok())
            .with(Fact::Withdrawn, standard.is_some_and(|it| it.is_withdrawn_on(today)))
            .with(Fact::Over, over)
            .with(Fact::Expired, listing.is_some_and(|it| it.until < today))
            .with(Fact::Begun, begun && listing.is_some_and(|it| it.since <= today))
            .with(Fact::Disputed, disputed);
        Some(Listed { spot, origin, agreement, listing, ends, admitted, disputed, facts })
    }

    /// Whether the listing keeps to the agreement; one that can't be read is not judged.
    pub(super) fn judge(&self, spot: Spot) -> Result<(), Breach> {
        let Some(entry) = self.entry(spot) else { return Ok(()) };
        let Some(listing) = entry.listing() else { return Ok(()) };
        let author = &self.register.log(spot.log).origin;
        let stated = Day(entry.header.day);
        breach::judge_but_evidence(listing, author, stated, self.terms, self.supervision)?;
        self.register.judge_evidence(spot, listing, self.terms)
    }

    /// A member's decisions on a listing, the first one first.
    pub(super) fn decisions(&self, listing: Spot, member: &MemberId) -> Vec<Spot> {
        let decides = |source: &Spot| {
            self.register.log(source.log).is_exchange
                && self.owner(*source) == member
                && self.decides(*source, listing)
        };
        let mut decisions: Vec<Spot> = self.register.naming(listing).filter(decides).collect();
        // What amends a decision is one, whether or not its body is here: an end of it counts.
        // It concerns one entry, so it comes in once.
        let mut next = 0;
        while let Some(amended) = decisions.get(next).copied() {
            let amends = self.register.naming(amended).filter(|source| {
                source.log == amended.log
                    && self.entry(*source).is_some_and(|it| it.amends(amended))
            });
            decisions.extend(amends);
            next += 1;
        }
        self.register.sort(&mut decisions);
        decisions
    }

    /// Whether an entry is a decision that names this listing as it is.
    pub(super) fn decides(&self, source: Spot, listing: Spot) -> bool {
        let entry = self.entry(source).filter(|entry| entry.recognition().is_some());
        let named = entry.and_then(|entry| entry.named_as(Role::Listing));
        named.is_some_and(|named| named.spot == Some(listing) && self.register.fits(named))
    }

    /// What a party makes of a listing; `county`: as seen by one of its counties, whose own marks
    /// count there too.
    pub(super) fn recognised(
        &self,
        listed: &Listed<'a>,
        party: &MemberId,
        county: Option<&MemberId>,
    ) -> Recognised<'a> {
        let decisions = self.decisions(listed.spot, party);
        let said =
            decisions.last().and_then(|spot| Some((*spot, self.entry(*spot)?.recognition()?)));
        let ended = decisions.iter().find_map(|spot| self.ends_of(*spot).first().copied());
        let map = listed.listing.zip(listed.agreement).and_then(|(listing, agreement)| {
            let (standard, version) = (&listing.standard, listing.standard_version);
            agreement.map(party, &listing.domain, standard, version, &listing.level)
        });
        let is_of = |mark: Spot| self.owner(mark) == party || Some(self.owner(mark)) == county;
        let on_own = decisions.iter().flat_map(|own| self.open_marks(*own, listed.spot));
        let disputed =
            listed.disputed || self.open_marks(listed.spot, listed.spot).chain(on_own).any(is_of);
        let mut outcome = None;
        let mut breach = None;
        let mut decided = said.is_some();
        if let (Some((_, said)), Some(listing), Some(_)) = (said, listed.listing, listed.agreement)
        {
            // A refusal counts while the listing breaks the agreement, and not a day longer.
            decided = said.decision.name().is_some() && said.decision != Decision::REFUSE;
            if said.decision.recognises() {
                match map {
                    None => breach = Some(Breach::Unmapped),
                    Some(map) if said.officers < map.officers => {
                        decided = false;
                        breach = Some(Breach::OfficersMissing { needed: map.officers });
                    }
                    Some(map) => {
                        let most = policy::outcome(map, listing, self.supervision);
                        let (left, beyond) = policy::cut(said, most, listing, self.supervision);
                        (outcome, breach) = (Some(left), beyond);
                    }
                }
            }
        }
        let party_in = listed.agreement.is_some_and(|agreement| agreement.is_party(party));
        let until_over = outcome.as_ref().is_some_and(|it| it.until < self.today);
        let begun = outcome.as_ref().is_none_or(|it| it.since <= self.today);
        let narrower = outcome.as_ref().is_some_and(|it| it.decision != Decision::ACCEPT);
        let facts = listed.facts;
        let facts = facts
            .with(Fact::Over, facts.holds(Fact::Over) || !party_in)
            .with(Fact::Begun, facts.holds(Fact::Begun) && begun)
            .with(Fact::Disputed, disputed)
            .with(Fact::Terminated, ended.is_some())
            .with(Fact::Mapped, map.is_some())
            .with(Fact::Decided, decided)
            .with(Fact::Recognises, outcome.is_some())
            .with(Fact::TermOver, until_over)
            .with(Fact::Fresh, self.is_fresh(listed.spot))
            .with(Fact::Pauses, map.is_some_and(|map| map.objection_pauses))
            .with(Fact::Narrower, narrower);
        let state = decide(&RECOGNITION_RULES, facts);
        Recognised { state, said, map, outcome, breach, ended, disputed }
    }

    /// Whether the origin of the listing has been heard of lately.
    pub(super) fn is_fresh(&self, listing: Spot) -> bool {
        self.log_role(listing).fresh_until.is_some_and(|until| self.now <= until)
    }
}

impl Listed<'_> {
    pub(super) fn state(&self) -> ListingState {
        decide(&LISTING_RULES, self.facts)
    }
}
