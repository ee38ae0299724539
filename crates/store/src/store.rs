//! The open store: committing, and what stands.

mod error;
mod seal;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use parking_lot::{Mutex, RwLock};
use tiaoxi_vault::Key;

pub use self::error::{CommitError, EnsureLogError};
pub(crate) use self::seal::{BLOCK_COUNT, SealedCommit, seal};
use crate::blocks::Database;
use crate::check::{check_places, check_sizes};
use crate::commit::{Change, Commit};
use crate::journal::{AppendError, Journal, Op};
use crate::log::{Head, Log, LogId, LogInfo, Side};
use crate::options::Options;
use crate::read::BlockCache;
use crate::small::{LogFiles, MetaFile, write_index};
use crate::state::State;
use crate::status::Tally;
use crate::{Hash, LOGS_MAX, ORIGIN_BYTES_MAX};

/// A node's store. Every call may block on the disk; commits are taken one at a time, so gather
/// what belongs together into one [`Commit`].
#[derive(Debug)]
pub struct Store {
    pub(crate) dir: PathBuf,
    pub(crate) options: Options,
    pub(crate) keys: StoreKeys,
    pub(crate) journal: Mutex<Journal>,
    pub(crate) state: RwLock<State>,
    pub(crate) own: Database,
    pub(crate) followed: Database,
    pub(crate) cache: Mutex<BlockCache>,
    /// Held by the one who maintains.
    pub(crate) maintenance: Mutex<MetaFile>,
    pub(crate) indexing: Mutex<()>,
    pub(crate) tally: Tally,
    pub(crate) condition: AtomicU8,
    pub(crate) _lock: std::fs::File,
}

/// Keys derived from the master key.
#[derive(Debug)]
pub(crate) struct StoreKeys {
    pub(crate) index: Key,
    pub(crate) heads: Key,
    pub(crate) logs: Key,
}

/// Takes commits.
pub(crate) const RUNNING: u8 = 0;
/// Was closed.
pub(crate) const CLOSED: u8 = 1;
/// Lost track of what is on the disk.
pub(crate) const POISONED: u8 = 2;

impl Store {
    /// The number of the log with this origin, given and made durable if it is new.
    pub fn ensure_log(&self, origin: &str, side: Side) -> Result<LogId, EnsureLogError> {
        if origin.is_empty() || origin.len() > ORIGIN_BYTES_MAX {
            return Err(EnsureLogError::BadOrigin(origin.len()));
        }
        let _turn = self.indexing.lock();
        let mut infos = self.logs();
        if let Some(info) = infos.iter().find(|info| info.origin == origin) {
            let is_same = info.side == side;
            return if is_same { Ok(info.id) } else { Err(EnsureLogError::OtherSide(info.id)) };
        }
        if infos.len() >= LOGS_MAX {
            return Err(EnsureLogError::TooMany);
        }
        let id = LogId(infos.iter().map(|info| info.id.0).max().unwrap_or(0) + 1);
        let info = LogInfo { id, origin: origin.to_owned(), side };
        let dir = self.dir.join("logs");
        let files = Arc::new(LogFiles::open(&dir, id, &self.keys.logs)?);
        infos.push(info.clone());
        write_index(&dir.join("index"), &self.keys.index, &infos)?;
        self.state.write().logs.insert(id, Log::new(info, files));
        Ok(id)
    }

    /// All logs, by number.
    pub fn logs(&self) -> Vec<LogInfo> {
        self.state.read().logs.values().map(|log| log.info.clone()).collect()
    }

    /// Makes a batch of changes durable, then visible: all of it or nothing.
    pub fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        self.ensure_running()?;
        if commit.is_empty() {
            return Ok(());
        }
        check_sizes(&commit)?;
        let SealedCommit { ops, bodies } = seal(&commit);
        let bodies: Vec<&[u8]> = bodies.iter().map(Vec::as_slice).collect();

        let mut journal = self.journal.lock();
        // Once more: it may have been closed while this commit waited.
        self.ensure_running()?;
        check_places(&commit, &self.state.read())?;
        self.check_room(&commit, &journal)?;
        self.append(&mut journal, ops, &bodies, |ops| self.keep_in_memory(commit, ops))?;
        if journal.current().1 >= self.options.segment_bytes {
            // The commit is durable whatever happens here; a failure shows at the next one.
            if let Err(error) = journal.roll() {
                tracing::error!(?error, "could not open the next journal segment");
                self.poison();
            }
        }
        Ok(())
    }

    /// Writes operations to the journal and applies them: the way of every change.
    pub(crate) fn append(
        &self,
        journal: &mut Journal,
        ops: Vec<Op>,
        bodies: &[&[u8]],
        before_visible: impl FnOnce(&[Op]),
    ) -> Result<(), CommitError> {
        let bytes_before = journal.current().1;
        let locations = journal.append(&ops, bodies).map_err(|error| match error {
            AppendError::NotWritten(error) => CommitError::NotWritten(error),
            AppendError::Unknown(error) => {
                self.poison();
                CommitError::Failed(error)
            }
        })?;
        self.tally.committed(journal.current().1 - bytes_before);
        before_visible(&ops);
        let mut state = self.state.write();
        let mut locations = locations.into_iter();
        for op in ops {
            let location = if matches!(op, Op::Block(_)) { locations.next() } else { None };
            state.apply(op, location);
        }
        Ok(())
    }

    fn check_room(&self, commit: &Commit, journal: &Journal) -> Result<(), CommitError> {
        let state = self.state.read();
        let is_own = |log| state.logs.get(log).is_some_and(|log| log.info.side == Side::Own);
        let takes_own_entries = !commit.exceeds_bound
            && commit
                .changes
                .iter()
                .any(|change| matches!(change, Change::Run { log, .. } if is_own(log)));
        let bytes = journal.total_bytes() + commit.bytes() as u64;
        let bytes_max = self.options.journal_bytes_max;
        if takes_own_entries && bytes > bytes_max {
            return Err(CommitError::JournalFull { bytes, bytes_max });
        }
        Ok(())
    }

    /// What was just written is what will be read next.
    fn keep_in_memory(&self, commit: Commit, ops: &[Op]) {
        let mut cache = self.cache.lock();
        if commit.changes.iter().any(|change| matches!(change, Change::Reseal { .. })) {
            cache.clear();
        }
        for (change, op) in commit.changes.into_iter().zip(ops) {
            if let (Change::Run { stored, .. }, Op::Block(op)) = (change, op) {
                cache.insert(&op.key, Arc::new(stored.encoded));
            }
        }
    }

    /// A log as it stands, or `None` for one that is not here.
    pub fn head(&self, log: LogId) -> Option<Head> {
        self.state.read().logs.get(&log).map(Log::head)
    }

    /// Entries of a log held without a gap; 0 for one that is not here. Cheaper than
    /// [`Store::head`].
    pub fn size(&self, log: LogId) -> u64 {
        self.state.read().logs.get(&log).map_or(0, |log| log.size)
    }

    /// The level-8 node of a sealed block.
    pub fn blocks_root(&self, log: LogId, block: u64) -> Option<Hash> {
        let index = usize::try_from(block).ok()?;
        self.state.read().logs.get(&log)?.nodes.get(index).copied()
    }

    /// A copy of the level-8 nodes of all sealed blocks of a log: 32 bytes a block.
    pub fn upper(&self, log: LogId) -> Vec<Hash> {
        self.with_upper(log, <[Hash]>::to_vec)
    }

    /// Looks at the level-8 nodes of all sealed blocks of a log in place. Commits wait meanwhile:
    /// be brief, and call nothing of this store.
    pub fn with_upper<T>(&self, log: LogId, look: impl FnOnce(&[Hash]) -> T) -> T {
        let state = self.state.read();
        look(state.logs.get(&log).map_or(&[], |log| &log.nodes))
    }

    /// The value of a small fact.
    pub fn meta(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.state.read().meta.get(key).cloned()
    }

    /// All small facts whose keys begin with `prefix`, in the order of their keys.
    pub fn meta_prefix(&self, prefix: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
        let state = self.state.read();
        state
            .meta
            .range(prefix.to_vec()..)
            .take_while(|(key, _)| key.starts_with(prefix))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }

    /// Ends the journal in good order. Later commits are refused; reading goes on.
    pub fn close(&self) -> Result<(), CommitError> {
        let _no_maintenance = self.maintenance.lock();
        let mut journal = self.journal.lock();
        self.ensure_running()?;
        self.condition.store(CLOSED, Ordering::SeqCst);
        journal.stop().map_err(|error| match error {
            AppendError::NotWritten(error) => CommitError::NotWritten(error),
            AppendError::Unknown(error) => CommitError::Failed(error),
        })
    }

    pub(crate) fn ensure_running(&self) -> Result<(), CommitError> {
        match self.condition.load(Ordering::SeqCst) {
            RUNNING => Ok(()),
            CLOSED => Err(CommitError::Closed),
            _ => Err(CommitError::Poisoned),
        }
    }

    /// Nothing is written any more: nobody knows what is on the disk.
    pub(crate) fn poison(&self) {
        self.condition.store(POISONED, Ordering::SeqCst);
    }

    pub(crate) fn database(&self, side: Side) -> &Database {
        match side {
            Side::Own => &self.own,
            Side::Followed => &self.followed,
        }
    }
}
