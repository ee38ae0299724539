//! The move: whole blocks from the journal to sled, and the end of old segments.
//!
//! Order, each step durable before the next: sled, then keys and nodes, then the heads, then what
//! is still alive of old segments is copied forward, then their keys are overwritten. A crash in
//! between repeats a step and loses nothing, because the journal still has all of it.
//!
//! Segments go oldest first. As many go as have at most a quarter of their bytes alive, so that
//! copying costs little; the others wait: for signatures, for holders, for their ranges to fill.
//! Segments with bytes that were erased go whatever else they hold.

mod segments;

use std::collections::BTreeMap;
use std::sync::Arc;

use tiaoxi_ledger::block::BLOCK_ENTRIES;
use tiaoxi_vault::{Key, KeyFileError, sealing};

use crate::Hash;
use crate::blocks::DatabaseError;
use crate::file::FileError;
use crate::journal::{AppendError, JournalError, Location, block_aad};
use crate::log::{Log, LogId, Piece, Side};
use crate::small::{LogFiles, LogFilesError, MetaFile};
use crate::store::{BLOCK_COUNT, CommitError, Store};

/// What a call of [`Store::maintain`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MaintainReport {
    /// Blocks that went to sled, new bytes of old blocks among them.
    pub blocks_moved: u64,
    /// Logs whose blocks of before a reset were removed.
    pub logs_cleared: u64,
    /// Bytes of live blocks copied to the end of the journal.
    pub bytes_copied: u64,
    /// Segments that are gone for good.
    pub segments_dropped: u64,
}

/// Why maintaining failed. All but [`MaintainError::Damaged`], [`MaintainError::NotWritten`] and
/// [`MaintainError::Closed`] mean that the node must stop.
#[derive(Debug, thiserror::Error)]
pub enum MaintainError {
    /// A block in the journal changed since it was written. Its segment stays.
    #[error("{log}: the journal's bytes of entries from {first} are damaged")]
    Damaged {
        /// The log.
        log: LogId,
        /// First entry of the block or run.
        first: u64,
    },
    /// The disk did not take a write, and nothing of it is there.
    #[error("the journal could not be written")]
    NotWritten(#[source] FileError),
    /// sled failed.
    #[error("blocks could not be moved")]
    Database(#[from] DatabaseError),
    /// A key could not be written or destroyed.
    #[error("a key could not be written or destroyed")]
    Keys(#[from] KeyFileError),
    /// A file could not be written.
    #[error("a file of the store could not be written")]
    File(#[from] FileError),
    /// The journal failed.
    #[error("the journal failed")]
    Journal(#[from] JournalError),
    /// An earlier failure.
    #[error("the store failed before, the node must stop")]
    Poisoned,
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

impl From<CommitError> for MaintainError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::NotWritten(error) => Self::NotWritten(error),
            CommitError::Failed(error) => Self::Journal(error),
            CommitError::Closed => Self::Closed,
            CommitError::Poisoned | CommitError::Refused(_) | CommitError::JournalFull { .. } => {
                Self::Poisoned
            }
        }
    }
}

impl From<AppendError> for MaintainError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::NotWritten(error) => Self::NotWritten(error),
            AppendError::Unknown(error) => Self::Journal(error),
        }
    }
}

impl From<LogFilesError> for MaintainError {
    fn from(error: LogFilesError) -> Self {
        match error {
            LogFilesError::File(error) => Self::File(error),
            LogFilesError::Keys(error) => Self::Keys(error),
        }
    }
}

/// A block on its way to sled.
struct Move {
    log: LogId,
    side: Side,
    files: Arc<LogFiles>,
    resets: u64,
    block: u64,
    key: Key,
    location: Location,
    node: Option<Hash>,
}

impl Store {
    /// Does what is due: moves blocks, completes erasures and resets, drops old segments. Cheap
    /// when nothing is. `holders_size` answers for an own log up to which size enough others hold
    /// it; own entries beyond stay in the journal after their move.
    pub fn maintain(
        &self,
        holders_size: &dyn Fn(LogId) -> u64,
    ) -> Result<MaintainReport, MaintainError> {
        let mut meta = self.maintenance.lock();
        self.ensure_running()?;
        let result = self.maintain_in_turn(&mut meta, holders_size);
        let is_fatal = matches!(
            result,
            Err(MaintainError::Database(_)
                | MaintainError::Keys(_)
                | MaintainError::File(_)
                | MaintainError::Journal(_))
        );
        if is_fatal {
            self.poison();
        }
        result
    }

    fn maintain_in_turn(
        &self,
        meta: &mut MetaFile,
        holders_size: &dyn Fn(LogId) -> u64,
    ) -> Result<MaintainReport, MaintainError> {
        self.note_holders(holders_size);
        let logs_cleared = self.clear_reset_logs()?;
        let mut report = MaintainReport { logs_cleared, ..MaintainReport::default() };
        self.leave_condemned_segment()?;
        if self.is_move_due() {
            report.blocks_moved = self.move_blocks()?;
        }
        if let Some(last) = self.last_to_drop() {
            self.write_heads()?;
            self.write_meta(meta)?;
            report.bytes_copied = self.copy_forward(last)?;
            report.segments_dropped = self.drop_through(last)?;
        }
        Ok(report)
    }

    pub(crate) fn note_holders(&self, holders_size: &dyn Fn(LogId) -> u64) {
        let own = self.logs().into_iter().filter(|info| info.side == Side::Own);
        let sizes: Vec<(LogId, u64)> = own.map(|info| (info.id, holders_size(info.id))).collect();
        let mut state = self.state.write();
        for (id, size) in sizes {
            if let Some(log) = state.logs.get_mut(&id) {
                log.holders_size = size;
                log.release_held();
            }
        }
    }

    /// Removes from sled and key file what a reset left there.
    pub(crate) fn clear_reset_logs(&self) -> Result<u64, MaintainError> {
        let pending = |log: &&Log| log.clears;
        let logs: Vec<_> = {
            let state = self.state.read();
            let of = |log: &Log| (log.info.clone(), Arc::clone(&log.files), log.resets);
            state.logs.values().filter(pending).map(of).collect()
        };
        for (info, files, resets) in &logs {
            let database = self.database(info.side);
            database.clear(info.id)?;
            database.sync()?;
            for slot in 0..files.keys.slots()? {
                files.keys.destroy(slot)?;
            }
            files.keys.sync()?;
            if let Some(log) = self.state.write().logs.get_mut(&info.id)
                && log.resets == *resets
            {
                log.clears = false;
            }
        }
        Ok(logs.len() as u64)
    }

    /// Opens a new segment when the one being written holds erased bytes.
    pub(crate) fn leave_condemned_segment(&self) -> Result<(), MaintainError> {
        let mut journal = self.journal.lock();
        let condemned = self.state.read().condemned;
        if condemned >= journal.current().0 {
            journal.roll()?;
        }
        Ok(())
    }

    fn is_move_due(&self) -> bool {
        if self.journal.lock().closed().next().is_some() {
            return true;
        }
        let state = self.state.read();
        let bytes: u64 = state
            .logs
            .values()
            .flat_map(|log| log.movable().chain(log.replacements()))
            .map(|(_, piece)| u64::from(piece.location.bytes))
            .sum();
        bytes >= self.options.move_bytes_min
    }

    pub(crate) fn move_blocks(&self) -> Result<u64, MaintainError> {
        let moves: Vec<Move> = {
            let state = self.state.read();
            state.logs.values().flat_map(moves_of).collect()
        };
        if moves.is_empty() {
            return Ok(0);
        }
        for side in [Side::Own, Side::Followed] {
            let mut of_side = moves.iter().filter(|moving| moving.side == side).peekable();
            if of_side.peek().is_none() {
                continue;
            }
            for moving in of_side {
                let sealed = moving.location.read()?;
                check_sealed(moving, &sealed)?;
                self.database(side).put(moving.log, moving.block, &sealed)?;
            }
            self.database(side).sync()?;
        }
        write_keys_and_nodes(&moves)?;
        self.publish(&moves);
        self.tally.moved(moves.len() as u64);
        Ok(moves.len() as u64)
    }

    /// Lets readers find the moved blocks in sled.
    fn publish(&self, moves: &[Move]) {
        let mut state = self.state.write();
        for moving in moves {
            let Some(log) = state.logs.get_mut(&moving.log) else { continue };
            if log.resets != moving.resets {
                continue;
            }
            if moving.block == log.moved {
                log.moved += 1;
                log.head_is_stale = true;
            }
            if let Some(piece) = log.pieces.get_mut(&(moving.block * BLOCK_ENTRIES)) {
                // Sealed anew meanwhile: those bytes move next time.
                piece.replaces_moved = !is_same(&piece.location, &moving.location);
            }
        }
        for log in state.logs.values_mut() {
            log.release_held();
        }
    }
}

fn moves_of(log: &Log) -> Vec<Move> {
    let moving = |(block, piece): (u64, &Piece)| Move {
        log: log.info.id,
        side: log.info.side,
        files: Arc::clone(&log.files),
        resets: log.resets,
        block,
        key: piece.key.clone(),
        location: piece.location.clone(),
        node: piece.leaves_root,
    };
    log.movable().chain(log.replacements()).map(moving).collect()
}

/// Bytes that changed in the journal must not take the place of a block.
fn check_sealed(moving: &Move, sealed: &[u8]) -> Result<(), MaintainError> {
    let first = moving.block * BLOCK_ENTRIES;
    match sealing::open_once(&moving.key, &block_aad(moving.log, first, BLOCK_COUNT), sealed) {
        Ok(_) => Ok(()),
        Err(sealing::Damaged) => Err(MaintainError::Damaged { log: moving.log, first }),
    }
}

/// After sled: a slot is overwritten only once the bytes that its new key opens are durable.
fn write_keys_and_nodes(moves: &[Move]) -> Result<(), MaintainError> {
    let mut files: BTreeMap<LogId, &LogFiles> = BTreeMap::new();
    for moving in moves {
        moving.files.keys.put(moving.block, &moving.key)?;
        if let Some(node) = moving.node {
            moving.files.nodes.write(moving.block, &[node])?;
        }
        files.insert(moving.log, &moving.files);
    }
    for files in files.values() {
        files.keys.sync()?;
        files.nodes.sync()?;
    }
    Ok(())
}

fn is_same(one: &Location, other: &Location) -> bool {
    one.segment.number == other.segment.number && one.offset == other.offset
}
