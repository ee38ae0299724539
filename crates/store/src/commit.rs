//! A batch of changes that becomes true at once.

use tiaoxi_ledger::block::BLOCK_ENTRIES;

use crate::Hash;
use crate::log::{Checkpoint, Held, LogId};

/// An encoded block, or a run of fewer entries within one aligned range of 256. The caller has
/// verified it; the store takes its place and keeps its bytes.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Number of the first entry.
    pub first: u64,
    /// Entries, 1 to 256.
    pub count: u16,
    /// The block as it goes over the wire, at most [`crate::BLOCK_BYTES_MAX`].
    pub encoded: Vec<u8>,
    /// The level-8 node of the log's tree over these entries: for a full range, and only there.
    pub leaves_root: Option<Hash>,
}

impl Stored {
    /// Whether this is a whole aligned range.
    pub fn is_full(&self) -> bool {
        u64::from(self.count) == BLOCK_ENTRIES && self.first.is_multiple_of(BLOCK_ENTRIES)
    }
}

/// Changes, in order, all or none of which [`crate::Store::commit`] makes true. A truncation or a
/// reset must be the first change of its log.
#[derive(Debug, Default)]
pub struct Commit {
    pub(crate) changes: Vec<Change>,
    pub(crate) exceeds_bound: bool,
}

/// One change as the caller states it.
#[derive(Debug)]
pub(crate) enum Change {
    Run { log: LogId, stored: Stored },
    Reseal { log: LogId, block: u64, encoded: Vec<u8>, leaves_root: Hash },
    Checkpoint { log: LogId, checkpoint: Checkpoint },
    Held { log: LogId, member: String, held: Held },
    Meta { key: Vec<u8>, value: Option<Vec<u8>> },
    Truncate { log: LogId, size: u64 },
    Reset { log: LogId },
}

impl Commit {
    /// A commit that changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Goes into a full journal, too. For what makes a journal smaller in the end: entries that are
    /// moved aside, or that come back from another holder.
    pub fn exceed_bound(&mut self) {
        self.exceeds_bound = true;
    }

    /// Whether there is anything to commit.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Bytes of the blocks and values gathered so far, to know when a group is large enough.
    pub fn bytes(&self) -> usize {
        self.changes.iter().map(Change::bytes).sum()
    }

    /// Adds entries at the end of `log`, or the sealed block of a range whose runs it replaces.
    pub fn run(&mut self, log: LogId, stored: Stored) {
        self.changes.push(Change::Run { log, stored });
    }

    /// Sets the last checkpoint of `log`: `note` is its signed note. It never shrinks, and never
    /// shows another root at the same size.
    pub fn checkpoint(&mut self, log: LogId, note: Vec<u8>, size: u64, root: Hash) {
        self.changes.push(Change::Checkpoint { log, checkpoint: Checkpoint { size, root, note } });
    }

    /// Notes that `member` holds `log` durably up to `size`. The last word counts.
    pub fn held(&mut self, log: LogId, member: &str, size: u64, root: Hash) {
        let member = member.to_owned();
        self.changes.push(Change::Held { log, member, held: Held { size, root } });
    }

    /// Sets or removes a small fact. Keys are namespaced by the caller.
    pub fn meta(&mut self, key: Vec<u8>, value: Option<Vec<u8>>) {
        self.changes.push(Change::Meta { key, value });
    }

    /// Replaces the bytes of sealed block number `block` by others with the same leaves, under a
    /// fresh key: an erasure, or the repair of a damaged block. The erasure is done when
    /// [`crate::Store::maintain`] has returned: then the old keys are overwritten everywhere.
    pub fn reseal(&mut self, log: LogId, block: u64, encoded: Vec<u8>, leaves_root: Hash) {
        self.changes.push(Change::Reseal { log, block, encoded, leaves_root });
    }

    /// Own logs only: discards entries from number `size` on, which must not be below the last
    /// checkpoint. A run or block that straddles `size` goes whole; the caller adds its part below
    /// `size` again in the same commit.
    pub fn truncate(&mut self, log: LogId, size: u64) {
        self.changes.push(Change::Truncate { log, size });
    }

    /// Followed logs only: forgets everything but the last checkpoint, which stays as a guard.
    pub fn reset(&mut self, log: LogId) {
        self.changes.push(Change::Reset { log });
    }
}

impl Change {
    /// The log that is changed, unless it is a small fact.
    pub(crate) fn log(&self) -> Option<LogId> {
        match self {
            Self::Run { log, .. }
            | Self::Reseal { log, .. }
            | Self::Checkpoint { log, .. }
            | Self::Held { log, .. }
            | Self::Truncate { log, .. }
            | Self::Reset { log } => Some(*log),
            Self::Meta { .. } => None,
        }
    }

    /// Bytes that it takes in the journal, rounded up.
    pub(crate) fn bytes(&self) -> usize {
        const FIXED_BYTES: usize = 128;
        FIXED_BYTES
            + match self {
                Self::Run { stored, .. } => stored.encoded.len(),
                Self::Reseal { encoded, .. } => encoded.len(),
                Self::Checkpoint { checkpoint, .. } => checkpoint.note.len(),
                Self::Held { member, .. } => member.len(),
                Self::Meta { key, value } => key.len() + value.as_ref().map_or(0, Vec::len),
                Self::Truncate { .. } | Self::Reset { .. } => 0,
            }
    }
}
