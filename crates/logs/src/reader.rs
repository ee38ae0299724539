//! Entries and tree nodes of a log, from memory where they are, else from the store.

use std::sync::Arc;

use tiaoxi_ledger::{
    Hash,
    block::{BLOCK_ENTRIES, Block, BlockError},
    tree::{self, BLOCK_LEVEL, Nodes},
};
use tiaoxi_store::Store;

use crate::book::Book;

/// Why entries can't be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The store can't give them.
    #[error("entry {number} of {log} can't be read from the store")]
    Store {
        /// The log.
        log: String,
        /// The entry asked for.
        number: u64,
        /// Why.
        source: tiaoxi_store::ReadError,
    },
    /// What the store gave is no block.
    #[error("entry {number} of {log} is not readable")]
    Block {
        /// The log.
        log: String,
        /// The entry asked for.
        number: u64,
        /// Why.
        source: BlockError,
    },
    /// The store has no such entry.
    #[error("entry {number} of {log} is not held")]
    Missing {
        /// The log.
        log: String,
        /// The entry asked for.
        number: u64,
    },
}

/// The encoded block or run that holds an entry.
pub(crate) fn encoded(store: &Store, book: &Book, number: u64) -> Result<Arc<Vec<u8>>, ReadError> {
    let log = || book.name.clone();
    store
        .read(book.id, number)
        .map_err(|source| ReadError::Store { log: log(), number, source })?
        .ok_or_else(|| ReadError::Missing { log: log(), number })
}

/// The block or run that holds an entry, with recomputed leaves.
pub(crate) fn block(store: &Store, book: &Book, number: u64) -> Result<Arc<Block>, ReadError> {
    let holds = |run: &&Arc<Block>| (run.first()..run.end()).contains(&number);
    let open = book.state.lock().edge.open_runs().iter().find(holds).cloned();
    if let Some(run) = open {
        return Ok(run);
    }
    let bytes = encoded(store, book, number)?;
    Block::decode(&bytes).map(Arc::new).map_err(|source| ReadError::Block {
        log: book.name.clone(),
        number,
        source,
    })
}

/// Root over the first `size` entries, which are held.
pub(crate) fn root_at(store: &Store, book: &Book, size: u64) -> Result<Hash, ReadError> {
    {
        let state = book.state.lock();
        if state.edge.size() == size {
            return Ok(state.edge.root());
        }
    }
    tree::root(&mut LogNodes::new(store, book), size)
}

/// Complete nodes of a log's tree. Leaves of the last range asked for are kept.
pub(crate) struct LogNodes<'a> {
    store: &'a Store,
    book: &'a Book,
    leaves: Option<(u64, Vec<Hash>)>,
}

impl<'a> LogNodes<'a> {
    pub(crate) fn new(store: &'a Store, book: &'a Book) -> Self {
        Self { store, book, leaves: None }
    }

    /// Leaves of the range that begins with entry `start`, as far as it is held.
    fn stored_leaves(&self, start: u64) -> Result<Vec<Hash>, ReadError> {
        let end = (start + BLOCK_ENTRIES).min(self.book.state.lock().edge.size());
        let (mut next, mut leaves) = (start, Vec::with_capacity(256));
        while next < end {
            let run = block(self.store, self.book, next)?;
            let skip = usize::try_from(next - run.first()).unwrap_or(usize::MAX);
            leaves.extend(run.leaves().iter().skip(skip));
            next = run.end();
        }
        Ok(leaves)
    }

    /// Leaves of a range as far as it is held.
    fn leaves_of(&mut self, range: u64) -> Result<&[Hash], ReadError> {
        if self.leaves.as_ref().is_none_or(|(kept, _)| *kept != range) {
            let (start, open) = {
                let state = self.book.state.lock();
                let start = range * BLOCK_ENTRIES;
                (start, (start == state.edge.open_start()).then(|| state.edge.open_leaves()))
            };
            let leaves = match open {
                Some(leaves) => leaves,
                None => self.stored_leaves(start)?,
            };
            self.leaves = Some((range, leaves));
        }
        Ok(self.leaves.as_ref().map_or(&[], |(_, leaves)| leaves.as_slice()))
    }
}

impl Nodes for LogNodes<'_> {
    type Error = ReadError;

    fn node(&mut self, level: u32, index: u64) -> Result<Hash, ReadError> {
        let missing = |book: &Book| ReadError::Missing {
            log: book.name.clone(),
            number: index.checked_shl(level).unwrap_or(u64::MAX),
        };
        if level >= BLOCK_LEVEL {
            let node = self.book.state.lock().upper.node(level, index);
            return node.ok_or_else(|| missing(self.book));
        }
        let per_range = BLOCK_LEVEL - level;
        let (range, within) = (index >> per_range, index & ((1 << per_range) - 1));
        let book = self.book;
        let start = usize::try_from(within << level).unwrap_or(usize::MAX);
        let leaves = self.leaves_of(range)?.get(start..start.saturating_add(1 << level));
        leaves.map(tree::subtree_root).ok_or_else(|| missing(book))
    }
}
