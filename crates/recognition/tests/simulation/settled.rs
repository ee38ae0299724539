//! What must hold once everything is repaired and has had time to arrive.

use std::{collections::BTreeMap, rc::Rc};

use tiaoxi_federation::MemberId;
use tiaoxi_recognition::{
    ClockState, ListingState, ListingView, Place, RecognitionState, Register,
};

use crate::sim::{
    Outcome,
    checks::TrueListing,
    findings::Invariant,
    member::tell,
    network::MemberNumber,
    record::Record,
    time::{DAY, SECOND},
    world::World,
};

/// Beyond every term of a run.
const FAR: u64 = 400 * DAY;

impl World {
    /// The last checks of a run.
    pub(crate) fn settled(&mut self) {
        for member in 0..self.members.len() {
            self.check(member);
            self.check_entries(member);
            self.check_quiet(member);
            self.check_far_future(member);
        }
        let record = self.record();
        self.check_record(&record);
        self.check_agreement_of_all(&record);
        for _ in 0..3 {
            let member = self.random.index(self.members.len());
            self.check_order(member);
        }
    }

    /// It holds whatever it may follow.
    fn check_entries(&mut self, member: MemberNumber) {
        let follower = &self.members[member];
        let mut missing = Vec::new();
        if follower.charter.version() != self.chain.current().version() {
            missing.push(format!("{} has an old charter", follower.id));
        }
        for origin in follower.charter.followed_by(&follower.id) {
            let Some(log) = self.log_numbers.get(&origin) else { continue };
            let there = self.members[self.logs[*log].owner].size(*log);
            let here = follower.size(*log);
            if here < there {
                missing.push(format!("{} holds {here} of {there} of {origin}", follower.id));
            }
        }
        for what in missing {
            self.findings.add(Invariant::EntriesMissing, what);
        }
    }

    /// It has nothing more to say and waits for nothing.
    fn check_quiet(&mut self, member: MemberNumber) {
        let view = self.members[member].view(&self.rules, self.now);
        let (duties, waiting) = (view.duties(), view.waiting());
        let id = self.members[member].id.clone();
        if let Some(duty) = duties.first() {
            self.findings.add(Invariant::NeverQuiet, format!("{id} still has to say {duty:?}"));
        }
        if let Some(entry) = waiting.first() {
            self.findings.add(Invariant::EntriesMissing, format!("{id} waits for {entry:?}"));
        }
    }

    /// Nothing is for ever.
    fn check_far_future(&mut self, member: MemberNumber) {
        let view = self.members[member].view_at(&self.rules, (self.now + FAR) / SECOND);
        let lasting: Vec<Place> = view
            .listings()
            .filter(|it| it.state.in_force() || it.recognitions.values().any(|own| own.follows))
            .map(|listing| listing.place)
            .collect();
        for place in lasting {
            self.findings.add(Invariant::OutlivesTerm, format!("{place} never ends"));
        }
    }

    /// All that was said, read from its bytes.
    fn record(&self) -> Record {
        let mut record = Record::default();
        for (number, log) in self.logs.iter().enumerate() {
            let held = self.members[log.owner].held.get(&number).expect("own logs are held");
            record.read(&log.origin, held.entries());
        }
        record
    }

    /// No receipt and no objection is lost. Read from the logs, not from anybody's view.
    fn check_record(&mut self, record: &Record) {
        let terms = self.charters[0].terms();
        for (place, listing) in &self.truth.listings {
            let agreement = terms.agreement(&listing.agreement).expect("agreements stay");
            let (invariant, wrong) = if listing.ended.is_some() {
                let missing = record.missing_receipts(place, agreement.parties(), terms);
                (Invariant::ReceiptMissing, missing)
            } else {
                let lost = record.lost_objections(&listing.name, &place.origin.member, terms);
                (Invariant::ObjectionLost, lost)
            };
            for what in wrong {
                self.findings.add(invariant, what);
            }
        }
    }

    /// All who are entitled to a listing see the same of it, and it is what truly happened.
    fn check_agreement_of_all(&mut self, record: &Record) {
        let mut seen: BTreeMap<Place, (MemberId, String)> = BTreeMap::new();
        let mut wrong = Vec::new();
        for member in &self.members {
            let view = member.view_at(&self.rules, self.now / SECOND);
            let mut count = 0;
            for listing in view.listings() {
                let Some(truth) = self.truth.listings.get(&listing.place) else {
                    wrong.push((Invariant::Differs, format!("{} was invented", listing.place)));
                    continue;
                };
                count += 1;
                let shown = public(&listing);
                let (first, same) = seen
                    .entry(listing.place.clone())
                    .or_insert_with(|| (member.id.clone(), shown.clone()));
                if *same != shown {
                    let what = format!("{first}: {same}\n{}: {shown}", member.id);
                    wrong.push((Invariant::Differs, what));
                }
                let is_party = member.charter.agreement(listing.agreement);
                let is_party = is_party.is_some_and(|it| it.is_party(&member.id));
                for (invariant, what) in compare(&listing, truth, record, is_party) {
                    wrong.push((invariant, format!("{what} at {}: {shown}", member.id)));
                }
            }
            let through = member.charter.member(&member.id).and_then(|it| it.hub.as_ref());
            let through = through.unwrap_or(&member.id);
            let entitled = |it: &&TrueListing| {
                let agreement = member.charter.agreement(&it.agreement);
                agreement.is_some_and(|agreement| agreement.is_party(through))
            };
            let expected = self.truth.listings.values().filter(entitled).count();
            if count != expected {
                let what = format!("{} sees {count} of {expected} listings", member.id);
                wrong.push((Invariant::Differs, what));
            }
        }
        for (invariant, what) in wrong {
            self.findings.add(invariant, what);
        }
    }

    /// The same entries told in another order, some of them twice, make the same view.
    pub(crate) fn check_order(&mut self, member: MemberNumber) {
        let Self { members, logs, random, .. } = self;
        let owner = &members[member];
        let mut entries = Vec::new();
        for (log, replica) in &owner.held {
            for entry in replica.entries() {
                for _ in 0..if random.chance(200) { 2 } else { 1 } {
                    entries.push((*log, entry.clone()));
                }
            }
        }
        random.shuffle(&mut entries);
        let mut beats: Vec<_> = owner.told_beats.values().flatten().map(Rc::clone).collect();
        random.shuffle(&mut beats);
        let mut register = Register::default();
        for beat in &beats {
            register.beat(&logs[beat.log].origin, beat.unix_seconds, beat.size);
        }
        for (log, entry) in entries {
            tell(&mut register, &owner.charter, &logs[log].origin, &[entry]);
        }
        let clock = owner.clock.reads(self.now);
        let shown = |register: &Register| {
            let (terms, rules) = (owner.charter.terms(), &self.rules);
            let view = register.view(terms, &rules.supervision, &rules.calendar, &owner.id, clock);
            let listings: Vec<_> = view.listings().collect();
            format!(
                "{listings:#?}\n{:#?}\n{:#?}\n{:#?}",
                view.duties(),
                view.waiting(),
                view.refused()
            )
        };
        let (told, retold) = (shown(&owner.register), shown(&register));
        if told != retold {
            let at = told.lines().zip(retold.lines()).find(|(told, retold)| told != retold);
            let what = format!("{} at {}: {at:?}", owner.id, self.now);
            self.findings.add(Invariant::OrderMatters, what);
        }
    }

    /// What came of the run.
    pub(crate) fn outcome(self, seed: u64) -> Outcome {
        let (mut entries, receipts) = (0, self.record().receipts().count() as u64);
        let mut digest = blake3::Hasher::new();
        for (number, log) in self.logs.iter().enumerate() {
            let own = &self.members[log.owner].own[&number];
            digest.update(own.newest().note());
            entries += own.size();
        }
        digest.update(&self.events.to_le_bytes());
        let ended = self.truth.listings.values().filter(|it| it.ended.is_some()).count();
        Outcome {
            seed,
            events: self.events,
            listings: self.truth.listings.len() as u64,
            ended: ended as u64,
            entries,
            receipts,
            findings: self.findings,
            digest: digest.finalize().to_hex().to_string(),
        }
    }
}

/// A view of a listing against what the logs say.
fn compare(
    listing: &ListingView<'_>,
    truth: &TrueListing,
    record: &Record,
    is_party: bool,
) -> Vec<(Invariant, String)> {
    let mut wrong = Vec::new();
    if truth.ended.is_some() != (listing.state == ListingState::Ended) {
        wrong.push((Invariant::Differs, format!("truly ended {:?}", truth.ended)));
    }
    let is_disputed = record.is_disputed(&listing.name, listing.origin_member);
    if listing.state.in_force() && is_disputed != (listing.state == ListingState::Disputed) {
        wrong.push((Invariant::Differs, format!("truly disputed {is_disputed}")));
    }
    for (party, recognition) in &listing.recognitions {
        let decision = record.decision(&listing.name, party);
        if recognition.decision.map(|said| said.decision) != decision {
            wrong.push((Invariant::Differs, format!("truly decided {decision:?}")));
        }
        let is_over =
            matches!(recognition.state, RecognitionState::Ended | RecognitionState::Terminated);
        if record.is_terminated(&listing.name, party) && !is_over {
            wrong.push((Invariant::Differs, format!("truly terminated by {party}")));
        }
    }
    // Only parties hear of every receipt.
    let propagation = listing.propagation.as_ref().filter(|_| is_party);
    if propagation.is_some_and(|clock| clock.state != ClockState::Done) {
        wrong.push((Invariant::StillRunning, format!("{propagation:?}")));
    }
    wrong
}

/// What everybody who may see a listing sees of it.
fn public(listing: &ListingView<'_>) -> String {
    let recognitions: Vec<_> = listing
        .recognitions
        .values()
        .map(|it| {
            (
                &it.member,
                it.state,
                &it.place,
                &it.level,
                it.inspection,
                &it.measures,
                it.since,
                it.until,
                it.follows,
            )
        })
        .collect();
    format!(
        "{:?} {:?} until {:?}, {:?}, admitted {:?}, ended {:?}, disputed {:?}: {recognitions:?}",
        listing.name,
        listing.state,
        listing.listing.map(|it| it.until),
        listing.agreement,
        listing.admitted,
        listing.ended,
        listing.disputed_since,
    )
}
