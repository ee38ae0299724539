//! What members have said under agreements: a set of entries, with the ways from each to those that
//! name it.
//!
//! A set: order and repetition of telling never matter. Nothing is concluded here that depends on
//! charter, catalogue or time; that is [`view`](crate::view)'s. Grows with what is told, by at most
//! the texts of the entries and one name for each name in them.

mod beats;
mod entry;
mod held;
mod open;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::RwLock,
};

use tiaoxi_catalog::{Calendar, supervision::Supervision};
use tiaoxi_credit::{
    Statement, SubjectCode,
    statement::{BodyError, Listing},
};
use tiaoxi_federation::{MemberId, Origin, Terms};
use tiaoxi_ledger::Hash;

use self::{beats::Beats, entry::Fit, held::Held, open::Open};
pub(crate) use self::{
    entry::{Entry, Role},
    open::OpenFor,
};
use crate::{
    breach::{self, Breach},
    place::{Place, Told},
    view::View,
};

/// A place, with the log as its number in the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Spot {
    pub(crate) log: u32,
    pub(crate) number: u64,
}

/// One log, told of or named.
#[derive(Debug)]
pub(crate) struct RegisterLog {
    pub(crate) origin: Origin,
    /// Whether it is an `exchange` log, where listings and recognitions stand.
    pub(crate) is_exchange: bool,
    entries: BTreeMap<u64, Entry>,
    listings: BTreeSet<u64>,
    held: Held,
    beats: Beats,
}

/// Evidence that was judged against a charter of this version, with the author's key of then.
#[derive(Clone, Debug)]
struct JudgedEvidence {
    version: u32,
    key: [u8; 32],
    outcome: Result<(), Breach>,
}

/// The set of entries. See the module.
#[derive(Debug, Default)]
pub struct Register {
    logs: Vec<RegisterLog>,
    by_origin: BTreeMap<Origin, u32>,
    /// From an entry, here or not, to those that name it.
    naming: BTreeMap<Spot, BTreeSet<Spot>>,
    subjects: BTreeMap<SubjectCode, BTreeSet<Spot>>,
    /// Entries that name something not here.
    waiting: BTreeSet<Spot>,
    erased: BTreeSet<Spot>,
    /// Signatures take long; whether evidence holds depends on nothing that changes but the charter.
    evidence: RwLock<BTreeMap<Spot, JudgedEvidence>>,
    /// Listings about which a member may have something to say.
    pub(crate) unsaid: Open,
    /// Listings of which a clock may be running.
    pub(crate) running: Open,
}

impl Register {
    /// Takes an entry in; whether it says something new.
    ///
    /// # Errors
    /// When the body can't be read: the entry counts all the same, by its header alone.
    pub fn tell(&mut self, told: &Told<'_>) -> Result<bool, BodyError> {
        let spot = self.spot(&told.place.origin, told.place.number);
        self.hold(spot);
        let (mut statement, mut unreadable) = (None, None);
        if let Some(body) = told.body.filter(|_| !self.erased.contains(&spot)) {
            let kind = told.header.kind;
            match Statement::from_body(kind.kind(), kind.version(), body) {
                Ok(read) => statement = Some(Box::new(read)),
                Err(error) => unreadable = Some(error),
            }
        }
        let new = match self.entry(spot) {
            None => true,
            // An entry never changes; its body may come later than its header.
            Some(known) => {
                known.header == told.header && known.statement.is_none() && statement.is_some()
            }
        };
        if new {
            self.take(spot, Entry::new(&told.place.origin, told.header, statement));
        }
        unreadable.map_or(Ok(new), Err)
    }

    /// Takes note of an entry that is held and does not count, so that the log has no gap. It may
    /// still be told later, when a charter lets it through.
    pub fn pass_over(&mut self, place: &Place) {
        let spot = self.spot(&place.origin, place.number);
        self.hold(spot);
    }

    /// Forgets a body, for good: the entry counts by its header alone.
    pub fn erase(&mut self, place: &Place) {
        let spot = self.spot(&place.origin, place.number);
        self.erase_spot(spot);
    }

    /// Takes note that the owner of a log said at this time that the log had this size.
    pub fn beat(&mut self, log: &Origin, unix_seconds: u64, size: u64) {
        let spot = self.spot(log, 0);
        if let Some(log) = self.logs.get_mut(spot.log as usize) {
            log.beats.add(unix_seconds, size);
        }
    }

    /// Everything as `me` sees it at `own_clock`, in seconds since 1970.
    pub fn view<'a>(
        &'a self,
        terms: &'a Terms,
        supervision: &'a Supervision,
        calendar: &'a Calendar,
        me: &'a MemberId,
        own_clock: u64,
    ) -> View<'a> {
        View::new(self, terms, supervision, calendar, me, own_clock)
    }

    /// Entries told, whatever they say.
    pub fn entries(&self) -> usize {
        self.logs.iter().map(|log| log.entries.len()).sum()
    }

    fn spot(&mut self, origin: &Origin, number: u64) -> Spot {
        if let Some(log) = self.by_origin.get(origin) {
            return Spot { log: *log, number };
        }
        let log = u32::try_from(self.logs.len()).expect("memory ends before four billion logs");
        self.logs.push(RegisterLog {
            origin: origin.clone(),
            is_exchange: origin.channel.kind().name == "exchange",
            entries: BTreeMap::new(),
            listings: BTreeSet::new(),
            held: Held::default(),
            beats: Beats::default(),
        });
        self.by_origin.insert(origin.clone(), log);
        Spot { log, number }
    }

    fn hold(&mut self, spot: Spot) {
        if let Some(log) = self.logs.get_mut(spot.log as usize) {
            log.held.add(spot.number);
        }
    }

    /// Puts an entry in the place of what was known of it.
    fn take(&mut self, spot: Spot, mut entry: Entry) {
        self.unfile(spot);
        for index in 0..entry.names.len() {
            let Some(named) = entry.names.get(index) else { break };
            let Some(place) = named.place.clone() else { continue };
            let target = self.spot(&place.origin, place.number);
            self.naming.entry(target).or_default().insert(spot);
            if let Some(named) = entry.names.get_mut(index) {
                named.spot = Some(target);
                named.place = None;
            }
        }
        if let Some(listing) = entry.listing() {
            for code in &listing.subject.codes {
                self.subjects.entry(code.clone()).or_default().insert(spot);
            }
        }
        let erases = entry.erases();
        if let Some(log) = self.logs.get_mut(spot.log as usize) {
            if log.is_exchange && entry.is_listing() {
                log.listings.insert(spot.number);
            }
            log.entries.insert(spot.number, entry);
        }
        for listing in self.listings_above(spot) {
            self.unsaid.wake(listing);
            self.running.wake(listing);
        }
        self.settle(spot);
        for source in self.naming.get(&spot).cloned().unwrap_or_default() {
            self.settle(source);
        }
        if let Some(target) = erases {
            self.erase_spot(target);
        }
    }

    /// Takes all ways out that lead from what was known of an entry.
    fn unfile(&mut self, spot: Spot) {
        let known =
            self.logs.get_mut(spot.log as usize).and_then(|log| log.entries.remove(&spot.number));
        let Some(known) = known else { return };
        for target in known.names.iter().filter_map(|named| named.spot) {
            if let Some(sources) = self.naming.get_mut(&target) {
                sources.remove(&spot);
            }
        }
        for code in known.listing().into_iter().flat_map(|listing| &listing.subject.codes) {
            if let Some(spots) = self.subjects.get_mut(code) {
                spots.remove(&spot);
                if spots.is_empty() {
                    self.subjects.remove(code);
                }
            }
        }
    }

    fn erase_spot(&mut self, spot: Spot) {
        self.erased.insert(spot);
        if let Some(log) = self.logs.get(spot.log as usize)
            && let Some(entry) = log.entries.get(&spot.number)
            && entry.statement.is_some()
        {
            let bare = Entry::new(&log.origin, entry.header, None);
            self.take(spot, bare);
        }
        self.evidence.write().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&spot);
    }

    /// Whether an entry waits depends on what it names being here.
    fn settle(&mut self, spot: Spot) {
        let waits = self
            .entry(spot)
            .is_some_and(|entry| entry.names.iter().any(|named| named.waits && !self.fits(named)));
        if waits {
            self.waiting.insert(spot);
        } else {
            self.waiting.remove(&spot);
        }
    }

    /// Whether what is named is here, with the commitment named, and of the kind that is meant.
    pub(crate) fn fits(&self, named: &entry::Named) -> bool {
        let Some(entry) = named.spot.and_then(|spot| self.entry(spot)) else { return false };
        named.commitment.is_none_or(|commitment| commitment == entry.header.commitment)
            && match named.fit {
                Fit::Any => true,
                Fit::Listing => entry.is_listing(),
                Fit::End => entry.ends(),
                Fit::Mark => entry.marks(),
            }
    }

    pub(crate) fn entry(&self, spot: Spot) -> Option<&Entry> {
        self.logs.get(spot.log as usize)?.entries.get(&spot.number)
    }

    pub(crate) fn log(&self, number: u32) -> &RegisterLog {
        self.logs.get(number as usize).expect("spots are made with the logs of the register")
    }

    pub(crate) fn logs(&self) -> &[RegisterLog] {
        &self.logs
    }

    pub(crate) fn find(&self, place: &Place) -> Option<Spot> {
        let log = *self.by_origin.get(&place.origin)?;
        Some(Spot { log, number: place.number })
    }

    pub(crate) fn place(&self, spot: Spot) -> Place {
        Place { origin: self.log(spot.log).origin.clone(), number: spot.number }
    }

    /// The entries that name this one.
    pub(crate) fn naming(&self, spot: Spot) -> impl Iterator<Item = Spot> {
        self.naming.get(&spot).into_iter().flatten().copied()
    }

    pub(crate) fn is_erased(&self, spot: Spot) -> bool {
        self.erased.contains(&spot)
    }

    /// Every listing here, by rising place.
    pub(crate) fn listings(&self) -> impl Iterator<Item = Spot> {
        self.by_origin.values().flat_map(|log| {
            self.log(*log).listings.iter().map(|number| Spot { log: *log, number: *number })
        })
    }

    /// The listings of subjects that have this code.
    pub(crate) fn of_code(&self, code: &SubjectCode) -> impl Iterator<Item = Spot> {
        self.subjects.get(code).into_iter().flatten().copied()
    }

    /// Entries that wait, by rising place.
    pub(crate) fn waiting(&self) -> Vec<Spot> {
        let mut waiting: Vec<Spot> = self.waiting.iter().copied().collect();
        self.sort(&mut waiting);
        waiting
    }

    /// By rising place, which the numbers of logs here say nothing of.
    pub(crate) fn sort(&self, spots: &mut [Spot]) {
        spots.sort_by(|a, b| {
            let key = |spot: &Spot| (&self.log(spot.log).origin, spot.number);
            key(a).cmp(&key(b))
        });
    }

    /// [`breach::judge_evidence`], once for each listing and charter.
    pub(crate) fn judge_evidence(
        &self,
        spot: Spot,
        listing: &Listing,
        terms: &Terms,
    ) -> Result<(), Breach> {
        let Some(evidence) = &listing.evidence else { return Ok(()) };
        let author = &self.log(spot.log).origin;
        let key: Hash =
            terms.member(&author.member).map_or([0; 32], |member| *member.keys.log.as_bytes());
        let version = terms.version();
        let poisoned = std::sync::PoisonError::into_inner;
        if let Some(judged) = self.evidence.read().unwrap_or_else(poisoned).get(&spot)
            && (judged.version, judged.key) == (version, key)
        {
            return judged.outcome.clone();
        }
        let outcome = breach::judge_evidence(evidence, author, terms, &listing.subject);
        let judged = JudgedEvidence { version, key, outcome: outcome.clone() };
        let poisoned = std::sync::PoisonError::into_inner;
        self.evidence.write().unwrap_or_else(poisoned).insert(spot, judged);
        outcome
    }
}

impl RegisterLog {
    /// Entries held from the first one on, without a gap.
    pub(crate) fn held(&self) -> u64 {
        self.held.count()
    }

    pub(crate) fn beats(&self) -> &Beats {
        &self.beats
    }
}
