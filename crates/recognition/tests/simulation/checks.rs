//! What must hold at every moment, checked against what truly happened.

use std::collections::{BTreeMap, BTreeSet};

use tiaoxi_catalog::supervision::last_day_of_term;
use tiaoxi_credit::{
    Day,
    statement::{EntryName, Listing, Statement as Said},
};
use tiaoxi_federation::{Agreement, AgreementId, MemberId};
use tiaoxi_recognition::{
    Breach, Duty, ListingState, ListingView, Place, RecognitionState, RecognitionView,
};

use crate::sim::{
    findings::Invariant,
    network::{LogNumber, MemberNumber},
    rules::Change,
    statements::Flaw,
    world::World,
};

/// A listing as it truly is.
pub(crate) struct TrueListing {
    pub(crate) agreement: AgreementId,
    pub(crate) name: EntryName,
    pub(crate) listing: Listing,
    pub(crate) flaw: Option<Flaw>,
    /// When the origin first said that it ends, by true time and by its own clock, in seconds.
    pub(crate) ended: Option<(u64, u64)>,
}

/// What truly happened.
#[derive(Default)]
pub(crate) struct Truth {
    pub(crate) listings: BTreeMap<Place, TrueListing>,
    /// What a member knew to be ended, and by whom: by the origin, or by a party for itself.
    known: BTreeSet<(MemberNumber, Place, Option<MemberId>)>,
    /// Duties as they were said.
    said: BTreeSet<(MemberNumber, String)>,
    /// Agreements whose maps changed: what breaks the old maps may keep to the new ones.
    remapped: bool,
}

impl Truth {
    pub(crate) fn listed(
        &mut self,
        place: Place,
        name: EntryName,
        agreement: &Agreement,
        listing: Listing,
        flaw: Option<Flaw>,
    ) {
        let agreement = agreement.id().clone();
        let listing = TrueListing { agreement, name, listing, flaw, ended: None };
        self.listings.insert(place, listing);
    }

    pub(crate) fn amended(&mut self, change: Change) {
        self.remapped |= matches!(change, Change::Maps);
    }

    /// Whether a listing has a flaw under every charter of the run so far.
    fn is_flawed(&self, listing: &TrueListing) -> bool {
        match listing.flaw {
            Some(Flaw::TermBeyondMap) => !self.remapped,
            flaw => flaw.is_some(),
        }
    }
}

impl World {
    /// Nobody outside an agreement gets anything of its logs.
    pub(crate) fn check_entitled(&mut self, member: MemberNumber, log: LogNumber) {
        let origin = &self.logs[log].origin;
        // The parties never change here, so the first charter says who is entitled.
        let charter = &self.charters[0];
        let id = &self.members[member].id;
        let agreement = origin.channel.agreement().and_then(|it| charter.agreement(it));
        let through = charter.member(id).and_then(|member| member.hub.as_ref()).unwrap_or(id);
        let owner = charter.member(&origin.member).and_then(|owner| owner.hub.as_ref());
        let is_party = agreement.is_some_and(|agreement| agreement.is_party(through));
        // What a county says reaches its hub alone.
        if !is_party || owner.is_some_and(|hub| hub != id) {
            self.findings.add(Invariant::Leaked, format!("{origin} reached {id}"));
        }
    }

    /// A duty is said once. A receipt may follow another one of the same end only to carry more.
    pub(crate) fn check_said_once(&mut self, member: MemberNumber, duty: &Duty) {
        let concerned = duty.concerned;
        let keys = match &duty.statement {
            Said::Receipt(receipt) => {
                let end = |what: &str| format!("{what} of {:?}", receipt.end);
                let own = end("receipt");
                let carried = receipt.carried.iter().map(|it| end(&format!("{:?}", it.receipt)));
                let mut keys: Vec<String> = carried.collect();
                if keys.is_empty() || !self.truth.said.contains(&(member, own.clone())) {
                    keys.push(own);
                }
                keys
            }
            Said::End(_) => vec![format!("end {} {concerned:?}", duty.channel)],
            Said::ObjectionMark(mark) => vec![format!("mark for {:?}", mark.passes_on)],
            Said::Recognition(said) => {
                vec![format!("{:?} of {:?} amending {concerned:?}", said.decision, said.listing)]
            }
            other => vec![format!("{other:?}")],
        };
        for key in keys {
            let what = format!("{} at {}: {key}", self.members[member].id, self.now);
            if !self.truth.said.insert((member, key)) {
                self.findings.add(Invariant::SaidTwice, what);
            }
        }
    }

    /// All that a member shows, against what is true.
    pub(crate) fn check(&mut self, member: MemberNumber) {
        let owner = &self.members[member];
        let clock = owner.clock.reads(self.now);
        let view = owner.view_at(&self.rules, clock);
        let mut wrong = Vec::new();
        let mut ended = Vec::new();
        let (mut in_force, mut seen) = (0, BTreeSet::new());
        for listing in view.listings() {
            let Some(truth) = self.truth.listings.get(&listing.place) else { continue };
            let look = Look { world: self, member, clock, truth, listing: &listing };
            look.at_listing(&mut wrong, &mut ended);
            seen.insert(listing.state.name());
            seen.extend(listing.admitted.as_ref().err().map(Breach::code));
            for recognition in listing.recognitions.values() {
                look.at_recognition(recognition, &mut wrong, &mut ended);
                in_force += u64::from(recognition.follows);
                seen.insert(recognition.state.name());
                seen.extend(recognition.breach.as_ref().map(Breach::code));
            }
        }
        let id = owner.id.clone();
        self.findings.checked += 1;
        self.findings.in_force += in_force;
        self.findings.seen.extend(seen);
        self.truth.known.extend(ended);
        for (invariant, what) in wrong {
            self.findings.add(invariant, format!("{id} at {}: {what}", self.now));
        }
    }
}

/// One member's look at one listing.
struct Look<'a> {
    world: &'a World,
    member: MemberNumber,
    /// The member's own clock.
    clock: u64,
    truth: &'a TrueListing,
    listing: &'a ListingView<'a>,
}

type Wrong = Vec<(Invariant, String)>;
type Ended = Vec<(MemberNumber, Place, Option<MemberId>)>;

impl Look<'_> {
    fn at_listing(&self, wrong: &mut Wrong, ended: &mut Ended) {
        let (listing, truth) = (self.listing, self.truth);
        let key = (self.member, listing.place.clone(), None);
        if listing.state == ListingState::Ended {
            ended.push(key);
        } else if self.world.truth.known.contains(&key) {
            wrong.push((Invariant::Revived, format!("{} {:?}", listing.place, listing.state)));
        }
        let is_flawed = self.world.truth.is_flawed(truth);
        match &listing.admitted {
            Ok(()) if is_flawed => {
                let what = format!("{} {:?} is admitted", listing.place, truth.flaw);
                wrong.push((Invariant::FlawedCounts, what));
            }
            Err(breach) if truth.flaw.is_none() && !self.breaks_later_charter(breach) => {
                let what = format!("{} {breach}: {:?}", listing.place, truth.listing);
                wrong.push((Invariant::GoodRefused, what));
            }
            _ => {}
        }
    }

    fn at_recognition(
        &self,
        recognition: &RecognitionView<'_>,
        wrong: &mut Wrong,
        ended: &mut Ended,
    ) {
        let (place, truth) = (&self.listing.place, self.truth);
        let what = || format!("{place} at {}: {recognition:?}", recognition.member);
        let key = (self.member, place.clone(), Some(recognition.member.clone()));
        let is_ended =
            matches!(recognition.state, RecognitionState::Ended | RecognitionState::Terminated);
        if is_ended {
            ended.push(key);
        } else if self.world.truth.known.contains(&key) {
            wrong.push((Invariant::Revived, what()));
        }
        if !recognition.follows {
            return;
        }
        if self.world.truth.is_flawed(truth) {
            wrong.push((Invariant::FlawedCounts, what()));
        }
        let charter = &self.world.members[self.member].charter;
        let agreement = charter.agreement(&truth.agreement);
        let freshness = agreement.map_or(0, Agreement::freshness_seconds);
        // The newest heartbeat without the end is as old as the end by the origin's clock; *now* is
        // never before the member's own clock.
        if truth.ended.is_some_and(|(_, by_origin)| self.clock > by_origin + freshness) {
            wrong.push((Invariant::OutlivesEnd, format!("ended {:?}, {}", truth.ended, what())));
        }
        if Day::in_beijing(self.clock) > truth.listing.until {
            wrong.push((Invariant::OutlivesTerm, what()));
        }
        if self.is_harsher(recognition) {
            wrong.push((Invariant::Harsher, format!("{:?}, {}", truth.listing, what())));
        }
    }

    /// Whether it is a charter that the origin had not seen which the listing breaks: one that ended
    /// the agreement before, or has shorter maps.
    fn breaks_later_charter(&self, breach: &Breach) -> bool {
        let charter = &self.world.members[self.member].charter;
        let agreement = charter.agreement(&self.truth.agreement);
        match breach {
            Breach::AgreementNotInForce { .. } => {
                agreement.is_none_or(|agreement| self.listing.stated > agreement.ends())
            }
            Breach::TermBeyondMap { .. } => self.world.truth.remapped,
            _ => false,
        }
    }

    fn is_harsher(&self, recognition: &RecognitionView<'_>) -> bool {
        let listing = &self.truth.listing;
        let Listing { domain, standard, standard_version, level, .. } = listing;
        let charter = &self.world.members[self.member].charter;
        let agreement = charter.agreement(&self.truth.agreement);
        let map = agreement.and_then(|agreement| {
            agreement.map(&recognition.member, domain, standard, *standard_version, level)
        });
        let Some(map) = map else { return true };
        let Some(until) = recognition.until else { return true };
        let longest = last_day_of_term(listing.since, map.term_months_max);
        let is_allowed = |slug: &String| {
            listing.measures.contains(slug) && map.measures.iter().any(|it| it.as_str() == slug)
        };
        recognition.inspection > map.inspection.min(listing.inspection)
            || !recognition.measures.iter().all(is_allowed)
            || until > listing.until
            || until > longest
    }
}
