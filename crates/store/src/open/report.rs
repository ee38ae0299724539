//! What opening found.

use std::path::PathBuf;

use crate::blocks::DatabaseError;
use crate::journal::JournalDamage;
use crate::log::{LogInfo, Side};

/// What opening found. Anything but a clean report is worth a line in the log.
#[derive(Debug, Default)]
pub struct OpenReport {
    /// The store was made just now.
    pub is_new: bool,
    /// The last run ended in good order, or there was none.
    pub is_clean: bool,
    /// Journal segments replayed.
    pub segments: u64,
    /// Frames replayed.
    pub frames: u64,
    /// A commit that was being written when the last run ended; nobody was told that it is there.
    pub torn: Option<TornCommit>,
    /// Damage that was accepted.
    pub damage: Vec<JournalDamage>,
    /// Unfinished snapshots of sled, put away.
    pub snapshots_set_aside: Vec<PathBuf>,
    /// Databases that could not be opened.
    pub databases_lost: Vec<DatabaseLoss>,
    /// Logs that lost blocks.
    pub logs_lost: Vec<LogLoss>,
    /// Logs whose head file could not be read: last checkpoint and holders are those of the
    /// journal, if it has any.
    pub heads_lost: Vec<LogInfo>,
    /// The small facts could not be read and are those of the journal.
    pub meta_lost: bool,
}

/// A commit cut off the end of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TornCommit {
    /// The segment.
    pub segment: u32,
    /// Where it began.
    pub offset: u64,
    /// How much of it there was.
    pub bytes: u64,
}

/// A database that was set aside.
#[derive(Debug)]
pub struct DatabaseLoss {
    /// Whose blocks it held.
    pub side: Side,
    /// Where it is now.
    pub set_aside: PathBuf,
    /// Why.
    pub reason: DatabaseError,
}

/// A log that lost blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLoss {
    /// The log.
    pub log: LogInfo,
    /// Blocks that sled should have had.
    pub blocks_before: u64,
    /// Blocks before the first that neither sled nor the journal has.
    pub blocks_left: u64,
}
