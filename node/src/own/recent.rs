//! What the own logs say that the views do not know yet: unsigned entries, and signed ones that
//! wait to be indexed.
//!
//! Read from the logs once, kept until the views have it. 24 bytes a record; how many there can be
//! is bounded ([`ENTRIES_MAX`]).

use std::collections::{BTreeMap, BTreeSet};

use tiaoxi_api::{code::Code, service::ServiceError};
use tiaoxi_credit::{Kind, statement};
use tiaoxi_federation::Origin;
use tiaoxi_ledger::{
    block::Body,
    header::{Header, HeaderBytes},
};
use tiaoxi_logs::Summary;
use tiaoxi_views::{EntryRef, effects::Standing};

use super::{KeyMark, Own};

/// Entries that may be ahead of the views while records are taken in. More are there only when the
/// hub has been away for long; then new files wait for it.
const ENTRIES_MAX: usize = 3_000_000;

/// What the views do not know yet.
#[derive(Default)]
pub(super) struct Recent {
    /// Per log, the entry up to which it was read.
    read: BTreeMap<u32, u64>,
    /// Records by a hash of their natural key, sorted but while they are read.
    records: Vec<(u64, EntryRef)>,
    /// Entries that a recent notice ends, and by what kind of notice.
    ended: BTreeMap<EntryRef, (EntryRef, u8)>,
    /// Entries about which a notice is on its way to the log.
    announced: BTreeSet<EntryRef>,
}

fn hash(mark: KeyMark) -> u64 {
    let token = mark.token.to_bytes();
    let (head, _) = token.split_first_chunk::<8>().expect("a token has 16 bytes");
    u64::from_be_bytes(*head) ^ u64::from(mark.tag)
}

impl Recent {
    /// Whether a log is shorter than what was read of it: it was rearranged.
    pub(super) fn is_stale(&self, logs: &[Summary]) -> bool {
        logs.iter().any(|log| self.read.get(&log.id.0).is_some_and(|read| *read > log.size))
    }

    /// Reads what was appended to a log since, tells of each record, and forgets what the views
    /// have by now: the entries below `applied`. Those below `covered` were told of already.
    pub(super) fn read_on(
        &mut self,
        own: &Own,
        log: &Summary,
        (covered, applied): (u64, u64),
        each: &mut dyn FnMut(KeyMark),
    ) -> Result<(), ServiceError> {
        let id = log.id.0;
        let read = self.read.get(&id).copied().unwrap_or_default();
        if read > 0 && applied > 0 {
            let is_ahead = |entry: &EntryRef| entry.log != id || entry.number >= applied;
            self.records.retain(|(_, entry)| is_ahead(entry));
            self.ended.retain(|_, (by, _)| is_ahead(by));
        }
        self.records.shrink_to(self.records.len().saturating_mul(2));
        self.read.insert(id, read.max(covered.min(applied)));
        let outcome = self.read_blocks(own, log, each);
        // What was there is one sorted run, which sorting takes as it is.
        self.records.sort();
        outcome
    }

    fn read_blocks(
        &mut self,
        own: &Own,
        log: &Summary,
        each: &mut dyn FnMut(KeyMark),
    ) -> Result<(), ServiceError> {
        let id = log.id.0;
        let mut next = self.read.get(&id).copied().unwrap_or_default();
        while next < log.size {
            if self.records.len() > ENTRIES_MAX {
                return Err(ServiceError::from(Code::JournalFull).detailed(
                    "等待签名的记录过多，请待上级节点恢复连接后再报送",
                    "too many records wait to be signed; hand in more once the hub is back",
                ));
            }
            let block = own.block(&log.origin, next)?;
            for (number, header, body) in block.entries().filter(|(number, ..)| *number >= next) {
                let entry = EntryRef { log: id, number };
                let mark = self.take(own, &log.origin, entry, header, body);
                mark.into_iter().for_each(&mut *each);
            }
            next = block.end();
            self.read.insert(id, next);
        }
        Ok(())
    }

    fn take(
        &mut self,
        own: &Own,
        origin: &Origin,
        entry: EntryRef,
        header: &HeaderBytes,
        body: Body<'_>,
    ) -> Option<KeyMark> {
        let header = Header::from_bytes(header).ok()?;
        let (kind, version) = (header.kind.kind(), header.kind.version());
        let effect = tiaoxi_credit::Effect::from_bits(header.kind.effect());
        let ends =
            effect.and_then(Standing::of).is_some_and(|standing| standing >= Standing::Ended);
        if ends && let Some(on) = own.concerned(origin, header.concerned) {
            self.announced.remove(&on);
            self.ended.insert(on, (entry, kind));
        }
        let is_record = kind == Kind::Record as u8 || kind == Kind::Correction as u8;
        let Body::Present(body) = body else { return None };
        let record =
            is_record.then(|| statement::record_in(kind, version, body).ok()).flatten()??;
        let mark = own.mark(header.item, &record)?;
        self.records.push((hash(mark), entry));
        Some(mark)
    }

    /// Recent records that may have this natural key.
    pub(super) fn with_key(&self, mark: KeyMark) -> impl Iterator<Item = EntryRef> + '_ {
        let hash = hash(mark);
        let start = self.records.partition_point(|(other, _)| *other < hash);
        let found = self.records.iter().skip(start);
        found.take_while(move |(other, _)| *other == hash).map(|(_, entry)| *entry)
    }

    /// The kind of a recent notice that ends an entry.
    pub(super) fn ending_of(&self, entry: EntryRef) -> Option<u8> {
        self.ended.get(&entry).map(|(_, kind)| *kind)
    }

    /// Whether a notice about an entry is on its way.
    pub(super) fn is_announced(&self, entry: EntryRef) -> bool {
        self.announced.contains(&entry)
    }

    pub(super) fn announce(&mut self, entry: EntryRef) -> bool {
        !self.ended.contains_key(&entry) && self.announced.insert(entry)
    }

    pub(super) fn withdraw_announcement(&mut self, entry: EntryRef) {
        self.announced.remove(&entry);
    }
}
