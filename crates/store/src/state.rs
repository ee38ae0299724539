//! The store in memory, made from frames by [`State::apply`]: the same for a commit that was just
//! synced and for a replay.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use tiaoxi_ledger::block::BLOCK_ENTRIES;

use crate::journal::{BlockOp, Location, Op};
use crate::log::{Checkpoint, Log, LogId, Piece};

/// Everything that is in memory.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) logs: BTreeMap<LogId, Log>,
    pub(crate) meta: BTreeMap<Vec<u8>, Vec<u8>>,
    pub(crate) meta_bytes: usize,
    /// Differs from the file.
    pub(crate) meta_is_stale: bool,
    /// Which blocks each segment has bytes of, as first and last number: to know which segments
    /// must go so that an erasure is real.
    spans: BTreeMap<u32, BTreeMap<LogId, (u64, u64)>>,
    /// Segments up to this one hold bytes that were erased, and must go whatever else they hold.
    pub(crate) condemned: u32,
}

impl State {
    /// Applies one operation; `location` is where its sealed bytes lie, for one that has any.
    /// An operation on a log that is not there (of a journal older than its index) is passed over.
    pub(crate) fn apply(&mut self, op: Op, location: Option<Location>) {
        match op {
            Op::Block(op) => {
                if let Some(location) = location {
                    self.apply_block(op, location);
                }
            }
            Op::Checkpoint { log, checkpoint } => {
                if let Some(log) = self.logs.get_mut(&log) {
                    log.head_is_stale = true;
                    set_checkpoint(log, checkpoint);
                }
            }
            Op::Held { log, member, held } => {
                if let Some(log) = self.logs.get_mut(&log) {
                    log.head_is_stale = true;
                    log.held.insert(member, held);
                }
            }
            Op::Meta { key, value } => self.apply_meta(key, value),
            Op::Truncate { log, size } => {
                if let Some(log) = self.logs.get_mut(&log) {
                    log.truncate(size);
                }
            }
            Op::Reset { log: id } => {
                if let Some(log) = self.logs.get_mut(&id) {
                    log.head_is_stale = true;
                    log.reset();
                    let holding = newest_segment_with(&self.spans, id, 0..=u64::MAX);
                    self.condemned = self.condemned.max(holding);
                }
            }
        }
    }

    fn apply_block(&mut self, op: BlockOp, location: Location) {
        let BlockOp { log: id, first, count, leaves_root, key, replaces } = op;
        let Some(log) = self.logs.get_mut(&id) else { return };
        let block = first / BLOCK_ENTRIES;
        if replaces {
            self.condemned =
                self.condemned.max(newest_segment_with(&self.spans, id, block..=block));
        }
        let segment = location.segment.number;
        let span = self.spans.entry(segment).or_default().entry(id).or_insert((block, block));
        *span = (span.0.min(block), span.1.max(block));
        let replaces_moved = replaces && block < log.moved;
        let piece = Piece { count, key, leaves_root, location, replaces_moved };
        if piece.is_full() {
            log.place_block(first, piece);
        } else {
            log.place_run(first, piece);
        }
    }

    fn apply_meta(&mut self, key: Vec<u8>, value: Option<Vec<u8>>) {
        self.meta_is_stale = true;
        let key_bytes = key.len();
        let before = match value {
            Some(value) => {
                self.meta_bytes += key_bytes + value.len();
                self.meta.insert(key, value)
            }
            None => self.meta.remove(&key),
        };
        self.meta_bytes -= before.map_or(0, |before| key_bytes + before.len());
    }

    /// Forgets the segments up to `last`, which are gone.
    pub(crate) fn drop_segments(&mut self, last: u32) {
        self.spans = self.spans.split_off(&(last + 1));
        if self.condemned <= last {
            self.condemned = 0;
        }
    }
}

/// The newest segment that may have bytes of one of the blocks, or 0.
fn newest_segment_with(
    spans: &BTreeMap<u32, BTreeMap<LogId, (u64, u64)>>,
    log: LogId,
    blocks: RangeInclusive<u64>,
) -> u32 {
    spans
        .iter()
        .rev()
        .find(|(_, logs)| {
            logs.get(&log).is_some_and(|(min, max)| min <= blocks.end() && max >= blocks.start())
        })
        .map_or(0, |(segment, _)| *segment)
}

/// A commit with a smaller checkpoint is refused; one met in replay is older than the head file.
fn set_checkpoint(log: &mut Log, checkpoint: Checkpoint) {
    if log.checkpoint.as_ref().is_none_or(|before| before.size <= checkpoint.size) {
        log.checkpoint = Some(checkpoint);
    }
}
