//! Reading a block, wherever it lies.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use tiaoxi_ledger::block::BLOCK_ENTRIES;
use tiaoxi_vault::{Key, KeyFileError, sealing};

use crate::blocks::DatabaseError;
use crate::file::FileError;
use crate::journal::{Location, block_aad};
use crate::log::{LogId, Side};
use crate::small::LogFiles;
use crate::store::Store;

/// Why a block could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No such log here.
    #[error("{0} is not known to this store")]
    UnknownLog(LogId),
    /// The block is part of the log, but its bytes are not what they were. Its bytes from another
    /// holder, given to [`crate::Commit::reseal`], repair it.
    #[error("{log}: block {block} is damaged")]
    Damaged {
        /// The log.
        log: LogId,
        /// The block.
        block: u64,
        /// In what way.
        #[source]
        damage: BlockDamage,
    },
}

/// In what way a block is damaged.
#[derive(Debug, thiserror::Error)]
pub enum BlockDamage {
    /// It, or a part of it, is missing in the database.
    #[error("it is missing in the block database")]
    Absent,
    /// Its slot in the key file is empty.
    #[error("its key is missing")]
    KeyMissing,
    /// It does not open under its key.
    #[error("it does not open under its key")]
    DoesNotOpen,
    /// Its key could not be read.
    #[error("its key could not be read")]
    Keys(#[from] KeyFileError),
    /// The database failed.
    #[error("the block database failed")]
    Database(#[from] DatabaseError),
    /// The journal could not be read.
    #[error("the journal could not be read")]
    Journal(#[from] FileError),
}

/// Blocks in the clear, oldest out first. The key names exactly one sealing, so what is found here
/// is never out of date.
#[derive(Debug)]
pub(crate) struct BlockCache {
    blocks: BTreeMap<[u8; 32], Arc<Vec<u8>>>,
    order: VecDeque<[u8; 32]>,
    bytes: usize,
    bytes_max: usize,
}

impl BlockCache {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self { blocks: BTreeMap::new(), order: VecDeque::new(), bytes: 0, bytes_max }
    }

    pub(crate) fn get(&self, key: &Key) -> Option<Arc<Vec<u8>>> {
        self.blocks.get(key.as_bytes()).cloned()
    }

    pub(crate) fn insert(&mut self, key: &Key, block: Arc<Vec<u8>>) {
        let bytes = block.len();
        if bytes > self.bytes_max || self.blocks.contains_key(key.as_bytes()) {
            return;
        }
        self.bytes += bytes;
        self.blocks.insert(*key.as_bytes(), block);
        self.order.push_back(*key.as_bytes());
        while self.bytes > self.bytes_max
            && let Some(oldest) = self.order.pop_front()
        {
            self.bytes -= self.blocks.remove(&oldest).map_or(0, |block| block.len());
        }
    }

    pub(crate) fn clear(&mut self) {
        self.blocks.clear();
        self.order.clear();
        self.bytes = 0;
    }
}

/// Where a block was found.
enum Found {
    InJournal { key: Key, location: Location, first: u64, count: u16 },
    InSled { files: Arc<LogFiles>, side: Side },
}

impl Store {
    /// The encoded block or run that contains `entry`, in the clear; `None` when there is none.
    /// Entries that are stranded beyond the log's size are found too.
    pub fn read(&self, log: LogId, entry: u64) -> Result<Option<Arc<Vec<u8>>>, ReadError> {
        // A block may move, or be sealed anew, between finding and reading: then it is found
        // again. It moves at most once and erasures are rare, so three attempts are plenty.
        let mut attempts = 3;
        loop {
            let Some(found) = self.find(log, entry)? else { return Ok(None) };
            let damage = match self.fetch(log, entry / BLOCK_ENTRIES, found) {
                Ok(block) => return Ok(Some(block)),
                Err(damage) => damage,
            };
            attempts -= 1;
            if attempts == 0 {
                return Err(ReadError::Damaged { log, block: entry / BLOCK_ENTRIES, damage });
            }
        }
    }

    fn find(&self, log: LogId, entry: u64) -> Result<Option<Found>, ReadError> {
        let state = self.state.read();
        let log = state.logs.get(&log).ok_or(ReadError::UnknownLog(log))?;
        if let Some((first, piece)) = log.piece_at(entry) {
            let (key, location) = (piece.key.clone(), piece.location.clone());
            return Ok(Some(Found::InJournal { key, location, first, count: piece.count }));
        }
        let is_moved = entry / BLOCK_ENTRIES < log.moved;
        Ok(is_moved.then(|| Found::InSled { files: Arc::clone(&log.files), side: log.info.side }))
    }

    fn fetch(&self, log: LogId, block: u64, found: Found) -> Result<Arc<Vec<u8>>, BlockDamage> {
        let (key, first, count) = match &found {
            Found::InJournal { key, first, count, .. } => (key.clone(), *first, *count),
            Found::InSled { files, .. } => {
                let key = files.keys.get(block)?.ok_or(BlockDamage::KeyMissing)?;
                (key, block * BLOCK_ENTRIES, crate::store::BLOCK_COUNT)
            }
        };
        if let Some(cached) = self.cache.lock().get(&key) {
            return Ok(cached);
        }
        let sealed = match found {
            Found::InJournal { location, .. } => location.read()?,
            Found::InSled { side, .. } => {
                self.database(side).get(log, block)?.ok_or(BlockDamage::Absent)?
            }
        };
        match sealing::open_once(&key, &block_aad(log, first, count), &sealed) {
            Ok(plain) => {
                let plain = Arc::new(plain);
                self.cache.lock().insert(&key, Arc::clone(&plain));
                Ok(plain)
            }
            Err(sealing::Damaged) => Err(BlockDamage::DoesNotOpen),
        }
    }
}
