//! What goes into the index and comes out of it, and how much it may use.

use crate::EntryRef;
use crate::token::Token;

/// Most entries that one look-up answers.
pub const LOOKUP_MAX: usize = 10_000;

/// What the index may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Postings gathered in memory before they become a run; up to 4,194,304.
    pub memtable_postings: usize,
    /// Runs at which adding merges by itself, because nobody called [`super::Index::merge_step`].
    pub runs_max: usize,
}

impl Limits {
    pub(super) const MEMTABLE_POSTINGS_MAX: usize = 1 << 22;
    pub(super) const RUNS_MAX: usize = 4096;

    pub(super) fn clamped(self) -> Self {
        Self {
            memtable_postings: self.memtable_postings.clamp(1, Self::MEMTABLE_POSTINGS_MAX),
            runs_max: self.runs_max.clamp(2, Self::RUNS_MAX),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { memtable_postings: 1 << 17, runs_max: 64 }
    }
}

/// A subject code in an entry, as it is fed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Token of the subject code.
    pub token: Token,
    /// Number of the entry.
    pub number: u64,
    /// Tag of the natural key of its record ([`crate::token::Tokenizer::tag`]).
    pub tag: u32,
}

/// What the index keeps of a mention. The order is the order in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Posting {
    pub(super) token: Token,
    pub(super) log: u32,
    pub(super) number: u64,
    pub(super) tag: u32,
}

/// The answer of a look-up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    /// By rising log and number, each once, at most [`LOOKUP_MAX`].
    pub entries: Vec<EntryRef>,
    /// There are more than these.
    pub more: bool,
}

/// What an operator may know of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexStatus {
    /// Postings in memory, to be fed again after a crash.
    pub memory_postings: u64,
    /// Postings on disk; what was fed twice counts twice until merged.
    pub disk_postings: u64,
    /// Runs on disk.
    pub runs: u32,
    /// Bytes of the runs.
    pub disk_bytes: u64,
}

/// What [`super::Index::merge_step`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeStep {
    /// Some runs became one; there may be more to do.
    Merged,
    /// Nothing to merge, or another thread is at it.
    Idle,
    /// Given up because it was told to stop.
    Stopped,
}
