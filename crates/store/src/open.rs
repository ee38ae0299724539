//! Opening: what was found, and the way back from what was lost.
//!
//! Order: lock and marker, index, the two databases (a damaged one is set aside), the logs as
//! their head files and sled have them, then the journal on top. A log whose blocks are not all in
//! sled falls back to those before the first that is missing; what the journal holds beyond is
//! stranded, and its last checkpoint stays as a guard. The caller refills it from others.

mod marker;
mod report;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU8;

use parking_lot::{Mutex, RwLock};
use tiaoxi_ledger::block::{BLOCK_ENTRIES, Block};
use tiaoxi_ledger::tree::subtree_root;
use tiaoxi_vault::{Key, KeyFileError, sealing};

pub use self::marker::STORE_FORMAT;
use self::marker::{check_marker, lock, write_marker};
pub use self::report::{DatabaseLoss, LogLoss, OpenReport, TornCommit};
use crate::Hash;
use crate::blocks::{Database, DatabaseError, first_missing, set_aside_unfinished_snapshots};
use crate::file::{FileError, ensure_dir};
use crate::journal::{Journal, JournalDamage, JournalError, block_aad};
use crate::log::{Log, Side};
use crate::options::Options;
use crate::read::BlockCache;
use crate::small::{
    HeadFile, IndexError, LogFiles, LogFilesError, MetaFile, hash_of_nodes, read_index,
};
use crate::state::State;
use crate::status::Tally;
use crate::store::{BLOCK_COUNT, RUNNING, Store, StoreKeys};

/// Why a store did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("the store {0} is in use by another process")]
    InUse(PathBuf),
    /// Written by a newer version of this software.
    #[error("the store {dir} has format {format}, this version reads up to {STORE_FORMAT}")]
    NewerFormat {
        /// The store.
        dir: PathBuf,
        /// Its format.
        format: u8,
    },
    /// The store of another node, or the wrong key.
    #[error("the store {0} belongs to another master key")]
    WrongMasterKey(PathBuf),
    /// The file that marks a store is not one.
    #[error("the marker of the store {0} is damaged")]
    MarkerDamaged(PathBuf),
    /// The list of logs can't be read.
    #[error("the index of logs in {0} is damaged")]
    IndexDamaged(PathBuf),
    /// The small facts can't be read; with [`Options::accept_damage`] they are given up.
    #[error("the small facts in {0} are damaged")]
    MetaDamaged(PathBuf),
    /// Acknowledged commits can't be read; with [`Options::accept_damage`] they are given up.
    #[error("the journal is damaged in {} places; the first: {}", .0.len(), first_of(.0))]
    JournalDamaged(Vec<JournalDamage>),
    /// A database failed, and not because its content is damaged.
    #[error("a block database could not be opened")]
    Database(#[from] DatabaseError),
    /// A key file failed.
    #[error("a key file could not be opened")]
    Keys(#[from] KeyFileError),
    /// The journal could not be opened or continued.
    #[error("the journal could not be opened")]
    Journal(#[from] JournalError),
    /// A file failed.
    #[error("the store could not be opened")]
    File(#[from] FileError),
}

impl From<LogFilesError> for OpenError {
    fn from(error: LogFilesError) -> Self {
        match error {
            LogFilesError::File(error) => Self::File(error),
            LogFilesError::Keys(error) => Self::Keys(error),
        }
    }
}

fn first_of(damage: &[JournalDamage]) -> String {
    damage.first().map(ToString::to_string).unwrap_or_default()
}

/// The parts of a store while it is opened.
struct Opening<'a> {
    dir: &'a Path,
    keys: StoreKeys,
    own: Database,
    followed: Database,
    report: OpenReport,
}

impl Store {
    /// Opens the store in `dir`, or makes one there. `master` wraps every other key.
    pub fn open(
        dir: &Path,
        master: &Key,
        options: Options,
    ) -> Result<(Self, OpenReport), OpenError> {
        ensure_dir(dir)?;
        let lock = lock(dir)?;
        let mut report =
            OpenReport { is_new: !check_marker(dir, master)?, ..OpenReport::default() };
        for name in ["journal", "logs"] {
            ensure_dir(&dir.join(name))?;
        }
        let keys = StoreKeys {
            index: master.derive("store index"),
            heads: master.derive("store heads"),
            logs: master.derive("store log keys"),
        };
        let own = open_database(dir, Side::Own, &options, &mut report)?;
        let followed = open_database(dir, Side::Followed, &options, &mut report)?;
        let mut opening = Opening { dir, keys, own, followed, report };
        let mut state = opening.load_logs()?;
        let meta = opening.load_meta(master, &options, &mut state)?;
        let journal = opening.replay(master, &options, &mut state)?;
        if opening.report.is_new {
            write_marker(dir, master)?;
        }
        let Opening { keys, own, followed, report, .. } = opening;
        let store = Self {
            dir: dir.into(),
            keys,
            journal: Mutex::new(journal),
            state: RwLock::new(state),
            own,
            followed,
            cache: Mutex::new(BlockCache::new(options.read_cache_bytes)),
            maintenance: Mutex::new(meta),
            indexing: Mutex::new(()),
            tally: Tally::default(),
            condition: AtomicU8::new(RUNNING),
            options,
            _lock: lock,
        };
        Ok((store, report))
    }
}

impl Opening<'_> {
    fn load_logs(&mut self) -> Result<State, OpenError> {
        let logs_dir = self.dir.join("logs");
        let infos = match read_index(&logs_dir.join("index"), &self.keys.index) {
            Ok(infos) => infos,
            Err(IndexError::File(error)) => return Err(error.into()),
            Err(IndexError::Damaged) => return Err(OpenError::IndexDamaged(self.dir.into())),
        };
        let mut state = State::default();
        for info in infos {
            let files = LogFiles::open(&logs_dir, info.id, &self.keys.logs)?;
            let log = self.load_log(Log::new(info, Arc::new(files)))?;
            state.logs.insert(log.info.id, log);
        }
        Ok(state)
    }

    /// A log as its head file and sled have it.
    fn load_log(&mut self, mut log: Log) -> Result<Log, OpenError> {
        let id = log.info.id;
        let path = self.dir.join("logs").join(format!("{}.head", id.0));
        let head = match HeadFile::read(&path, &self.keys.heads, id) {
            Ok(Some(head)) => head,
            Ok(None) => return Ok(log),
            Err(Some(error)) => return Err(error.into()),
            Err(None) => {
                self.report.heads_lost.push(log.info.clone());
                return Ok(log);
            }
        };
        let database = match log.info.side {
            Side::Own => &self.own,
            Side::Followed => &self.followed,
        };
        let mut left = first_missing(database, id, head.moved)?.unwrap_or(head.moved);
        let mut nodes = log.files.nodes.read(head.moved)?;
        if nodes.len() as u64 != head.moved || hash_of_nodes(&nodes) != head.nodes_hash {
            nodes = nodes_from_blocks(database, &log, left);
            log.files.nodes.write(0, &nodes)?;
            log.files.nodes.sync()?;
            left = nodes.len() as u64;
        }
        nodes.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        (log.moved, log.nodes) = (left, nodes);
        (log.checkpoint, log.held) = (head.checkpoint, head.held);
        log.advance();
        if left < head.moved {
            // Written at once: blocks that come again must not be taken for the old ones.
            HeadFile::of(&log).write(&path, &self.keys.heads, id)?;
            let (blocks_before, blocks_left) = (head.moved, left);
            let log = log.info.clone();
            self.report.logs_lost.push(LogLoss { log, blocks_before, blocks_left });
        }
        Ok(log)
    }

    fn load_meta(
        &mut self,
        master: &Key,
        options: &Options,
        state: &mut State,
    ) -> Result<MetaFile, OpenError> {
        let (meta, facts) = MetaFile::open(self.dir, master.derive("store meta keys"))?;
        match facts {
            Some(facts) => {
                state.meta_bytes = facts.iter().map(|(key, value)| key.len() + value.len()).sum();
                state.meta = facts;
            }
            None if options.accept_damage => self.report.meta_lost = true,
            None => return Err(OpenError::MetaDamaged(self.dir.into())),
        }
        Ok(meta)
    }

    fn replay(
        &mut self,
        master: &Key,
        options: &Options,
        state: &mut State,
    ) -> Result<Journal, OpenError> {
        let (journal, replayed) = Journal::open(
            &self.dir.join("journal"),
            master.derive("store journal keys"),
            self.report.is_new,
            options.accept_damage,
            &mut |op, location| state.apply(op, location),
        )?;
        let journal = journal.map_err(OpenError::JournalDamaged)?;
        // Damaged segments go at the first opportunity, what can be read of them is copied.
        let worst = replayed.damage.iter().map(|damage| damage.segment).max().unwrap_or(0);
        let newest_closed = journal.current().0 - 1;
        state.condemned = state.condemned.max(worst.min(newest_closed));
        let report = &mut self.report;
        (report.segments, report.frames) = (replayed.segments, replayed.frames);
        report.is_clean = replayed.is_clean;
        report.damage = replayed.damage;
        report.torn =
            replayed.torn.map(|(segment, offset, bytes)| TornCommit { segment, offset, bytes });
        // The journal may have what sled lost; and a log that it says was reset should have nothing.
        report.logs_lost.retain_mut(|loss| {
            state.logs.get(&loss.log.id).is_some_and(|log| {
                loss.blocks_left = log.nodes.len() as u64;
                log.resets == 0 && loss.blocks_left < loss.blocks_before
            })
        });
        Ok(journal)
    }
}

fn open_database(
    dir: &Path,
    side: Side,
    options: &Options,
    report: &mut OpenReport,
) -> Result<Database, OpenError> {
    report.snapshots_set_aside.extend(set_aside_unfinished_snapshots(dir, side)?);
    let (database, lost) = Database::open(dir, side, options.sled_cache_bytes)?;
    if let Some(lost) = lost {
        report.databases_lost.push(DatabaseLoss { side, set_aside: lost.to, reason: lost.reason });
    }
    Ok(database)
}

/// The level-8 nodes made again from the blocks in sled, up to the first that does not read.
fn nodes_from_blocks(database: &Database, log: &Log, blocks: u64) -> Vec<Hash> {
    let node = |block: u64| {
        let sealed = database.get(log.info.id, block).ok()??;
        let key = log.files.keys.get(block).ok()??;
        let first = block * BLOCK_ENTRIES;
        let plain =
            sealing::open_once(&key, &block_aad(log.info.id, first, BLOCK_COUNT), &sealed).ok()?;
        let block = Block::decode(&plain).ok()?;
        (block.first() == first && block.is_full()).then(|| subtree_root(block.leaves()))
    };
    (0..blocks).map_while(node).collect()
}
