//! What makes a commit impossible, told before anything is written.

use std::collections::BTreeMap;

use tiaoxi_ledger::block::BLOCK_ENTRIES;

use crate::commit::{Change, Commit, Stored};
use crate::journal::is_range;
use crate::log::{Log, LogId, Side};
use crate::state::State;
use crate::{
    BLOCK_BYTES_MAX, COMMIT_BYTES_MAX, HOLDERS_MAX, Hash, MEMBER_BYTES_MAX, META_BYTES_MAX,
    META_KEY_BYTES_MAX, META_VALUE_BYTES_MAX, NOTE_BYTES_MAX,
};

/// Why a commit does not fit what is there. Nothing of it was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such log here.
    #[error("{0} is not known to this store")]
    UnknownLog(LogId),
    /// The entries leave a gap, or are there already.
    #[error("{log}: entries from {first} do not follow, {expected} is next")]
    NotNext {
        /// The log.
        log: LogId,
        /// First entry offered.
        first: u64,
        /// The entry, or first entry of the block, that is next.
        expected: u64,
    },
    /// Not 1 to 256 entries of one aligned range, or a tree node given where the range is not
    /// whole, or missing where it is.
    #[error("{log}: {count} entries from {first} are no run and no block")]
    BadRange {
        /// The log.
        log: LogId,
        /// First entry offered.
        first: u64,
        /// Entries offered.
        count: u16,
    },
    /// A checkpoint smaller than the last.
    #[error("{log}: a checkpoint of size {offered} is smaller than the last, {last}")]
    CheckpointShrinks {
        /// The log.
        log: LogId,
        /// Size offered.
        offered: u64,
        /// Size of the last checkpoint.
        last: u64,
    },
    /// A checkpoint with another root than the last at the same size: a fork.
    #[error("{log}: a checkpoint of size {size} has another root than the last")]
    CheckpointForks {
        /// The log.
        log: LogId,
        /// The size of both.
        size: u64,
    },
    /// Only own logs are truncated, only followed ones reset.
    #[error("{0}: own logs are truncated, followed ones reset")]
    WrongSide(LogId),
    /// A truncation below the last checkpoint.
    #[error("{log}: entries below {signed} are signed, truncation to {size} is not possible")]
    TruncatesSigned {
        /// The log.
        log: LogId,
        /// Size asked for.
        size: u64,
        /// Size of the last checkpoint.
        signed: u64,
    },
    /// A truncation or reset after another change of the log in the same commit.
    #[error("{0}: a truncation or reset must be the first change of its log")]
    NotFirst(LogId),
    /// A block to be sealed anew is not there, or its leaves are others.
    #[error("{log}: block {block} is not there with these leaves")]
    NoSuchBlock {
        /// The log.
        log: LogId,
        /// The block.
        block: u64,
    },
    /// Something is larger than the store takes.
    #[error("{what} has {bytes} bytes, at most {bytes_max} are possible")]
    TooLarge {
        /// What it is.
        what: &'static str,
        /// Its bytes, or how many there are.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
}

/// What a log will be after the changes looked at so far.
struct Outlook<'a> {
    log: &'a Log,
    size: u64,
    blocks: u64,
    checkpoint: Option<(u64, Hash)>,
    holders: usize,
    is_changed: bool,
}

/// Checks sizes, without a look at what is there.
pub(crate) fn check_sizes(commit: &Commit) -> Result<(), Refusal> {
    let limit = |what, bytes, bytes_max| {
        let fits = bytes <= bytes_max;
        fits.then_some(()).ok_or(Refusal::TooLarge { what, bytes, bytes_max })
    };
    for change in &commit.changes {
        match change {
            Change::Run { stored, .. } => {
                limit("a block", stored.encoded.len(), BLOCK_BYTES_MAX)?;
            }
            Change::Reseal { encoded, .. } => limit("a block", encoded.len(), BLOCK_BYTES_MAX)?,
            Change::Checkpoint { checkpoint, .. } => {
                limit("a checkpoint note", checkpoint.note.len(), NOTE_BYTES_MAX)?;
            }
            Change::Held { member, .. } => limit("a member id", member.len(), MEMBER_BYTES_MAX)?,
            Change::Meta { key, value } => {
                limit("a key", key.len(), META_KEY_BYTES_MAX)?;
                let value_bytes = value.as_ref().map_or(0, Vec::len);
                limit("a value", value_bytes, META_VALUE_BYTES_MAX)?;
            }
            Change::Truncate { .. } | Change::Reset { .. } => {}
        }
    }
    limit("a commit", commit.bytes(), COMMIT_BYTES_MAX)
}

/// Checks the changes in order against what is there.
pub(crate) fn check_places(commit: &Commit, state: &State) -> Result<(), Refusal> {
    let mut outlooks = BTreeMap::new();
    let mut meta_bytes = state.meta_bytes;
    for change in &commit.changes {
        match change.log() {
            Some(id) => {
                let outlook = match outlooks.entry(id) {
                    std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
                    std::collections::btree_map::Entry::Vacant(entry) => {
                        let log = state.logs.get(&id).ok_or(Refusal::UnknownLog(id))?;
                        entry.insert(Outlook::of(log))
                    }
                };
                outlook.check(change)?;
                outlook.is_changed = true;
            }
            None => {
                if let Change::Meta { key, value: Some(value) } = change {
                    meta_bytes += key.len() + value.len();
                }
            }
        }
    }
    if meta_bytes > META_BYTES_MAX && meta_bytes > state.meta_bytes {
        let bytes_max = META_BYTES_MAX;
        return Err(Refusal::TooLarge { what: "all small facts", bytes: meta_bytes, bytes_max });
    }
    Ok(())
}

impl<'a> Outlook<'a> {
    fn of(log: &'a Log) -> Self {
        Self {
            log,
            size: log.size,
            blocks: log.nodes.len() as u64,
            checkpoint: log.checkpoint.as_ref().map(|last| (last.size, last.root)),
            holders: log.held.len(),
            is_changed: false,
        }
    }

    fn id(&self) -> LogId {
        self.log.info.id
    }

    fn check(&mut self, change: &Change) -> Result<(), Refusal> {
        match change {
            Change::Run { stored, .. } => self.check_run(stored),
            Change::Reseal { block, leaves_root, .. } => self.check_reseal(*block, leaves_root),
            Change::Checkpoint { checkpoint, .. } => {
                self.check_checkpoint(checkpoint.size, checkpoint.root)
            }
            Change::Held { member, .. } => self.check_holder(member),
            Change::Truncate { size, .. } => self.check_truncate(*size),
            Change::Reset { .. } => self.check_reset(),
            Change::Meta { .. } => Ok(()),
        }
    }

    fn check_run(&mut self, stored: &Stored) -> Result<(), Refusal> {
        let (log, first, count) = (self.id(), stored.first, stored.count);
        let is_full = is_range(first, count)
            .filter(|is_full| *is_full == stored.leaves_root.is_some())
            .ok_or(Refusal::BadRange { log, first, count })?;
        let expected = if is_full { self.blocks * BLOCK_ENTRIES } else { self.size };
        if first != expected {
            return Err(Refusal::NotNext { log, first, expected });
        }
        self.blocks += u64::from(is_full);
        self.size = self.size.max(first + u64::from(count));
        Ok(())
    }

    fn check_reseal(&self, block: u64, leaves_root: &Hash) -> Result<(), Refusal> {
        let node = usize::try_from(block).ok().and_then(|block| self.log.nodes.get(block));
        let is_there = block < self.blocks && node == Some(leaves_root);
        is_there.then_some(()).ok_or(Refusal::NoSuchBlock { log: self.id(), block })
    }

    fn check_checkpoint(&mut self, size: u64, root: Hash) -> Result<(), Refusal> {
        let log = self.id();
        match self.checkpoint {
            Some((last, _)) if size < last => {
                Err(Refusal::CheckpointShrinks { log, offered: size, last })
            }
            Some((last, last_root)) if size == last && root != last_root => {
                Err(Refusal::CheckpointForks { log, size })
            }
            _ => {
                self.checkpoint = Some((size, root));
                Ok(())
            }
        }
    }

    fn check_holder(&mut self, member: &str) -> Result<(), Refusal> {
        if !self.log.held.contains_key(member) {
            self.holders += 1;
        }
        if self.holders > HOLDERS_MAX {
            let (bytes, bytes_max) = (self.holders, HOLDERS_MAX);
            return Err(Refusal::TooLarge { what: "the list of holders", bytes, bytes_max });
        }
        Ok(())
    }

    fn check_truncate(&mut self, size: u64) -> Result<(), Refusal> {
        let log = self.id();
        let signed = self.checkpoint.map_or(0, |(size, _)| size);
        if self.log.info.side != Side::Own {
            return Err(Refusal::WrongSide(log));
        }
        if self.is_changed {
            return Err(Refusal::NotFirst(log));
        }
        if size < signed {
            return Err(Refusal::TruncatesSigned { log, size, signed });
        }
        // What straddles the new size goes whole.
        let kept = self.log.piece_at(size).map_or(size, |(first, _)| first);
        self.size = self.size.min(kept);
        self.blocks = self.blocks.min(kept / BLOCK_ENTRIES);
        Ok(())
    }

    fn check_reset(&mut self) -> Result<(), Refusal> {
        if self.log.info.side != Side::Followed {
            return Err(Refusal::WrongSide(self.id()));
        }
        if self.is_changed {
            return Err(Refusal::NotFirst(self.id()));
        }
        (self.size, self.blocks, self.holders) = (0, 0, 0);
        Ok(())
    }
}
