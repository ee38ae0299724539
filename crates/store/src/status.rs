//! What an operator asks of a store: sizes, why the journal is as long as it is, counters.

use std::sync::atomic::{AtomicU64, Ordering};

use tiaoxi_ledger::block::BLOCK_ENTRIES;

use crate::blocks::DatabaseError;
use crate::log::Side;
use crate::store::Store;

/// Counts since the store was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Commits, and writes of the move, that are in the journal. Each is one fdatasync.
    pub journal_writes: u64,
    /// Bytes of these.
    pub journal_bytes: u64,
    /// Blocks that went to sled.
    pub blocks_moved: u64,
    /// Journal segments whose key was destroyed.
    pub segments_dropped: u64,
}

/// One journal segment and the bytes in it that keep it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SegmentStatus {
    /// Its number.
    pub number: u32,
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes of runs of open ranges, and of blocks that have not moved yet, signed or followed.
    pub unmoved_bytes: u64,
    /// Bytes of own entries that are not signed yet.
    pub unsigned_bytes: u64,
    /// Bytes of own blocks that are in sled, but that not enough others hold.
    pub unheld_bytes: u64,
}

/// The store as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Bytes of the journal.
    pub journal_bytes: u64,
    /// The limit at which own entries are no longer taken.
    pub journal_bytes_max: u64,
    /// Its segments, oldest first, the one being written last.
    pub segments: Vec<SegmentStatus>,
    /// Bytes of the database of own blocks.
    pub own_bytes: u64,
    /// Bytes of the database of followed blocks.
    pub followed_bytes: u64,
    /// Files in sled's `blobs/`, which are never synced: 0 is right.
    pub blob_files: usize,
    /// Small facts.
    pub facts: usize,
    /// Counts since the start.
    pub counters: Counters,
}

/// The counters while they count.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    journal_writes: AtomicU64,
    journal_bytes: AtomicU64,
    blocks_moved: AtomicU64,
    segments_dropped: AtomicU64,
}

impl Tally {
    pub(crate) fn committed(&self, bytes: u64) {
        self.journal_writes.fetch_add(1, Ordering::Relaxed);
        self.journal_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn moved(&self, blocks: u64) {
        self.blocks_moved.fetch_add(blocks, Ordering::Relaxed);
    }

    pub(crate) fn dropped(&self, segments: u64) {
        self.segments_dropped.fetch_add(segments, Ordering::Relaxed);
    }

    fn read(&self) -> Counters {
        Counters {
            journal_writes: self.journal_writes.load(Ordering::Relaxed),
            journal_bytes: self.journal_bytes.load(Ordering::Relaxed),
            blocks_moved: self.blocks_moved.load(Ordering::Relaxed),
            segments_dropped: self.segments_dropped.load(Ordering::Relaxed),
        }
    }
}

impl Store {
    /// The store as it stands.
    pub fn status(&self) -> Result<Status, DatabaseError> {
        let (journal_bytes, mut segments) = self.segments();
        let state = self.state.read();
        for log in state.logs.values() {
            let signed = log.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.size);
            for (first, piece) in &log.pieces {
                let number = piece.location.segment.number;
                let Some(segment) = segments.iter_mut().find(|segment| segment.number == number)
                else {
                    continue;
                };
                let is_own = log.info.side == Side::Own;
                let counted = if first / BLOCK_ENTRIES < log.moved {
                    &mut segment.unheld_bytes
                } else if is_own && first + u64::from(piece.count) > signed {
                    &mut segment.unsigned_bytes
                } else {
                    &mut segment.unmoved_bytes
                };
                *counted += u64::from(piece.location.bytes);
            }
        }
        let facts = state.meta.len();
        drop(state);
        Ok(Status {
            journal_bytes,
            journal_bytes_max: self.options.journal_bytes_max,
            segments,
            own_bytes: self.own.disk_bytes()?,
            followed_bytes: self.followed.disk_bytes()?,
            blob_files: self.own.blob_files() + self.followed.blob_files(),
            facts,
            counters: self.tally.read(),
        })
    }

    fn segments(&self) -> (u64, Vec<SegmentStatus>) {
        let journal = self.journal.lock();
        let segments = journal
            .closed()
            .chain([journal.current()])
            .map(|(number, bytes)| SegmentStatus { number, bytes, ..SegmentStatus::default() })
            .collect();
        (journal.total_bytes(), segments)
    }
}
