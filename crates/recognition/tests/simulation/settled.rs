//! What must hold once everything is repaired and has had time to arrive.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use tiaoxi_credit::{
    Kind, Statement,
    statement::{EntryName, Receipt},
};
use tiaoxi_federation::{Channel, MemberId, Origin};
use tiaoxi_ledger::header::Relation;
use tiaoxi_recognition::{ClockState, ListingState, ListingView, Place, Register};

use crate::sim::{
    Outcome,
    checks::{Invariant, TrueListing},
    member::tell,
    network::{LogNumber, MemberNumber},
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
        self.check_receipts();
        self.check_agreement_of_all();
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

    /// Every entry of a kind in a member's log of ends, read from its bytes.
    fn said_in(&self, log: LogNumber) -> Vec<(EntryName, Statement)> {
        let LogOf { origin, owner } = self.log_of(log);
        let held = self.members[owner].held.get(&log).expect("own logs are held");
        let read = |entry: &crate::sim::ledger::Entry| {
            let kind = entry.header.kind;
            let place = Place { origin: origin.clone(), number: entry.number };
            let statement = Statement::from_body(kind.kind(), kind.version(), &entry.body);
            (place.name(entry.header.commitment), statement.expect("it was written here"))
        };
        held.entries().iter().map(read).collect()
    }

    fn log_of(&self, log: LogNumber) -> LogOf {
        LogOf { origin: self.logs[log].origin.clone(), owner: self.logs[log].owner }
    }

    /// Every end has a receipt of every other party, carrying one of each of its counties. Read from
    /// the logs themselves, not from anybody's view.
    fn check_receipts(&mut self) {
        let mut receipts: BTreeMap<MemberId, Vec<(EntryName, Receipt)>> = BTreeMap::new();
        for log in 0..self.logs.len() {
            for (name, statement) in self.said_in(log) {
                if let Statement::Receipt(receipt) = statement {
                    let owner = self.logs[log].origin.member.clone();
                    receipts.entry(owner).or_default().push((name, receipt));
                }
            }
        }
        let mut missing = Vec::new();
        for (place, listing) in &self.truth.listings {
            if listing.ended.is_some() {
                self.missing_receipts(place, listing, &receipts, &mut missing);
            }
        }
        for what in missing {
            self.findings.add(Invariant::ReceiptMissing, what);
        }
    }

    fn missing_receipts(
        &self,
        place: &Place,
        listing: &TrueListing,
        receipts: &BTreeMap<MemberId, Vec<(EntryName, Receipt)>>,
        missing: &mut Vec<String>,
    ) {
        let ends = self.ends_of(place);
        let charter = &self.charters[0];
        let agreement = charter.agreement(&listing.agreement).expect("agreements stay");
        let of = |member: &MemberId| {
            let said = receipts.get(member).into_iter().flatten();
            said.filter(|(_, receipt)| ends.contains(&receipt.end))
        };
        let origin = &self.members[listing.origin].id;
        for party in agreement.parties() {
            if party != origin && of(party).next().is_none() {
                missing.push(format!("of {party} for {place}"));
            }
            let carried: BTreeSet<&EntryName> =
                of(party).flat_map(|it| &it.1.carried).map(|it| &it.receipt).collect();
            for county in charter.counties_of(party) {
                match of(county).next() {
                    None => missing.push(format!("of {county} for {place}")),
                    Some((name, _)) if party != origin && !carried.contains(name) => {
                        missing.push(format!("{party} does not carry {county}'s for {place}"));
                    }
                    Some(_) => {}
                }
            }
        }
    }

    /// What the origin said of a listing's end; more than one where it said so twice.
    fn ends_of(&self, place: &Place) -> BTreeSet<EntryName> {
        let agreement = place.origin.channel.agreement().expect("listings are of agreements");
        let origin = Origin { channel: Channel::ends(agreement), ..place.origin.clone() };
        let log = self.log_numbers[&origin];
        let held = self.members[self.logs[log].owner].held.get(&log).expect("own logs are held");
        let ends = held.entries().iter().filter(|entry| {
            entry.header.kind.kind() == Kind::End as u8
                && entry.header.concerned.relation == Relation::EXCHANGE
                && entry.header.concerned.number == place.number
        });
        ends.map(|entry| {
            let at = Place { origin: origin.clone(), number: entry.number };
            at.name(entry.header.commitment)
        })
        .collect()
    }

    /// All who are entitled to a listing see the same of it, and it is what truly happened.
    fn check_agreement_of_all(&mut self) {
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
                if truth.ended.is_some() != (listing.state == ListingState::Ended) {
                    let what = format!("{:?} at {}: {shown}", truth.ended, member.id);
                    wrong.push((Invariant::Differs, what));
                }
                let is_running =
                    listing.propagation.as_ref().is_some_and(|it| it.state != ClockState::Done);
                let is_party = member.charter.agreement(listing.agreement);
                if is_running && is_party.is_some_and(|it| it.is_party(&member.id)) {
                    let what = format!("{}: {:?}", listing.place, listing.propagation);
                    wrong.push((Invariant::StillRunning, what));
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
    fn check_order(&mut self, member: MemberNumber) {
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
        let mut beats: Vec<_> = owner.beats.values().map(Rc::clone).collect();
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
        let (mut entries, mut receipts) = (0, 0);
        let mut digest = blake3::Hasher::new();
        for log in 0..self.logs.len() {
            let own = &self.members[self.logs[log].owner].own[&log];
            digest.update(own.newest().note());
            entries += own.size();
            let said = self.said_in(log);
            let of_receipts = said.iter().filter(|it| matches!(it.1, Statement::Receipt(_)));
            receipts += of_receipts.count() as u64;
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

struct LogOf {
    origin: Origin,
    owner: MemberNumber,
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
