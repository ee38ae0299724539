//! An own log of which a decider holds more: unsigned entries are set aside, the log is followed
//! from the decider until level, then what was set aside is packed anew behind it.
//!
//! Every step can be cut off by a crash and done again: the copy aside is durable before the log is
//! cut, the fact that says so comes with the cut, and what is already back in the log is recognised
//! by what it says and of which entry.

use std::{collections::HashMap, ops::Range, sync::Arc};

use tiaoxi_ledger::{
    block::{Block, BlockError, Body, Draft, PackError},
    header::{self, Concerned, Header, PrefixBytes, Relation},
    tree::Upper,
};
use tiaoxi_store::{Commit, CommitError, LogId, Side};
use tracing::{info, warn};

use super::{
    Batch, Writer, WriterError,
    load::{aside_key, aside_name, load_edge},
    own::{pack, stored_run},
};
use crate::{book::Book, edge::Edge, open::OpenError, reader};

/// A commit takes no further block beyond so many entries; at their largest they still fit one.
const CHUNK_ENTRIES: usize = 512;

/// Why a log could not be rearranged.
#[derive(Debug, thiserror::Error)]
pub enum RecoveryError {
    /// The copy aside can't be opened.
    #[error("the entries set aside can't be opened")]
    Aside(#[from] Box<OpenError>),
    /// The store does not take the log aside.
    #[error("the store takes no log for entries set aside")]
    Ensure(#[from] tiaoxi_store::EnsureLogError),
    /// An entry can't be read.
    #[error("an entry can't be read")]
    Read(#[from] reader::ReadError),
    /// An entry set aside can't be read.
    #[error("an entry set aside can't be read")]
    Store(#[from] tiaoxi_store::ReadError),
    /// What was set aside is no block.
    #[error("an entry set aside is not readable")]
    Block(#[from] BlockError),
    /// An entry can't be packed anew.
    #[error("an entry can't be packed anew")]
    Pack(#[from] PackError),
    /// A commit failed.
    #[error("a commit failed")]
    Commit(#[from] CommitError),
}

impl Writer {
    /// Copies unsigned entries aside and cuts the log back to what is signed.
    pub(super) fn set_aside(&mut self, log: usize) -> Result<(), WriterError> {
        let Some(book) = self.books.get(log).cloned() else { return Ok(()) };
        let failed = |source| recovery(&book, source);
        self.try_set_aside(log, &book).map_err(failed)
    }

    fn try_set_aside(&mut self, log: usize, book: &Book) -> Result<(), RecoveryError> {
        let (signed, size, has_aside) = {
            let mut state = book.state.lock();
            let size = state.edge.size();
            match state.own() {
                // Once for each time that we are behind: then the log is being followed.
                Some(own) if own.behind.is_some() && !own.makes_room => {
                    (own.signed_size(), size, own.has_aside)
                }
                _ => return Ok(()),
            }
        };
        if size > signed {
            self.cut(log, book, signed..size, has_aside)?;
        }
        if let Some(own) = book.state.lock().own() {
            own.makes_room = own.behind.is_some();
        }
        book.changed();
        Ok(())
    }

    /// Cuts unsigned entries off. While some are aside, none is appended: those to be cut are then
    /// copies of those aside.
    fn cut(
        &mut self,
        log: usize,
        book: &Book,
        unsigned: Range<u64>,
        has_aside: bool,
    ) -> Result<(), RecoveryError> {
        let mut cut = beyond_the_bound();
        cut.truncate(book.id, unsigned.start);
        // A run or block that goes beyond is cut as a whole: its signed part is put back.
        let straddling = reader::block(&self.store, book, unsigned.start)?;
        if let Some(kept) = straddling.slice(0, unsigned.start) {
            cut.run(book.id, stored_run(&kept, kept.encode(), None));
        }
        if !has_aside {
            self.copy_aside(book, unsigned.clone())?;
            cut.meta(aside_key(&book.name), Some(unsigned.start.to_be_bytes().to_vec()));
        }
        self.store.commit(cut)?;
        info!(log = %book.name, entries = unsigned.end - unsigned.start,
            "set unsigned entries aside");
        if let Some(own) = book.state.lock().own() {
            own.has_aside = true;
        }
        book.begin_series();
        self.reload(log, book)
    }

    fn copy_aside(&self, book: &Book, range: Range<u64>) -> Result<(), RecoveryError> {
        let aside = self.store.ensure_log(&aside_name(&book.name), Side::Own)?;
        let mut first = beyond_the_bound();
        // A copy that an earlier try left unfinished.
        first.truncate(aside, 0);
        self.store.commit(first)?;
        let mut edge = Edge::new(&[]);
        let mut next = range.start;
        while next < range.end {
            let mut drafts = Vec::new();
            while next < range.end && drafts.len() < CHUNK_ENTRIES {
                let block = reader::block(&self.store, book, next)?;
                drafts.extend(drafts_of(&block, next));
                next = block.end();
            }
            let mut copy = beyond_the_bound();
            for stored in pack(&mut edge, &drafts)?.into_iter().flat_map(|run| run.stored) {
                copy.run(aside, stored);
            }
            self.store.commit(copy)?;
        }
        Ok(())
    }

    /// Entries that the journal still has behind a gap join the log when the gap is filled.
    pub(super) fn take_stranded(&mut self, log: usize) {
        let (Some(book), Some(edge)) = (self.books.get(log).cloned(), self.edges.get(log)) else {
            return;
        };
        if self.store.size(book.id) > edge.size()
            && let Err(error) = self.reload(log, &book)
        {
            warn!(log = %book.name, error = &error as &dyn std::error::Error,
                "entries of the journal could not be joined; the next start does");
        }
    }

    /// Takes edge and tree from the store again.
    fn reload(&mut self, log: usize, book: &Book) -> Result<(), RecoveryError> {
        let Some(head) = self.store.head(book.id) else { return Ok(()) };
        let (edge, nodes) = load_edge(&self.store, book.id, &book.name, &head).map_err(Box::new)?;
        if let Some(ahead) = self.edges.get_mut(log) {
            *ahead = edge.clone();
        }
        book.durable.send_replace((edge.size(), edge.root()));
        let mut state = book.state.lock();
        state.upper = Upper::new(&nodes);
        state.edge = edge;
        drop(state);
        book.went_on();
        Ok(())
    }

    /// Packs anew what was set aside, once the log is level with its deciders.
    pub(super) fn restore(&mut self, log: usize) -> Result<(), WriterError> {
        let Some(book) = self.books.get(log).cloned() else { return Ok(()) };
        let waiting =
            book.state.lock().own().is_some_and(|own| own.has_aside && own.behind.is_none());
        if !waiting {
            return Ok(());
        }
        let failed = |source| recovery(&book, source);
        let aside = self.store.ensure_log(&aside_name(&book.name), Side::Own);
        let aside = aside.map_err(|source| failed(source.into()))?;
        let mut chunks = Chunks::open(self, &book, aside).map_err(failed)?;
        while let Some(drafts) = chunks.next(self, &book).map_err(failed)? {
            if !self.append_again(log, &book, &drafts)? {
                // Still aside, all of it; tried again when the deciders show up the next time.
                return Ok(());
            }
        }
        let mut done = beyond_the_bound();
        done.truncate(aside, 0);
        done.meta(aside_key(&book.name), None);
        self.store.commit(done).map_err(|source| failed(source.into()))?;
        if let Some(own) = book.state.lock().own() {
            own.has_aside = false;
        }
        book.changed();
        info!(log = %book.name, entries = chunks.restored, duplicates = chunks.duplicates,
            "packed anew what had been set aside");
        Ok(())
    }

    /// Appends what was aside; `false` when the journal has no room for it.
    fn append_again(
        &mut self,
        log: usize,
        book: &Book,
        drafts: &[Draft],
    ) -> Result<bool, WriterError> {
        let Some(edge) = self.edges.get_mut(log) else { return Ok(false) };
        let size = edge.size() + drafts.len() as u64;
        let mut batch = Batch::default();
        batch.remember(log, edge);
        let packed = pack(edge, drafts).map_err(|source| recovery(book, source.into()))?;
        batch.add_packed(log, book.id, packed);
        self.commit(batch)?;
        Ok(self.edges.get(log).is_some_and(|edge| edge.size() == size))
    }
}

/// What makes room for a recovery must fit the fullest journal.
fn beyond_the_bound() -> Commit {
    let mut commit = Commit::new();
    commit.exceed_bound();
    commit
}

fn recovery(book: &Book, source: RecoveryError) -> WriterError {
    WriterError::Recovery { log: book.name.clone(), source: Box::new(source) }
}

/// Entries of a block from `from` on, as drafts. An entry without body can't be packed again; only
/// signed ones are ever erased.
fn drafts_of(block: &Block, from: u64) -> Vec<Draft> {
    let drafts = block.entries().filter_map(|(number, header, body)| match body {
        Body::Present(body) if number >= from => {
            Some(Draft { prefix: header::split(header).0, body: body.to_vec() })
        }
        _ => None,
    });
    drafts.collect()
}

/// Two entries that say the same of the same entry are one, on whichever day they were written.
fn identity(prefix: &PrefixBytes, body: &[u8]) -> blake3::Hash {
    let prefix = Header::from_bytes(&header::join(prefix, &[0; 32]))
        .map_or(*prefix, |header| Header { day: 0, ..header }.prefix());
    blake3::Hasher::new().update(&prefix).update(body).finalize()
}

/// What was set aside, chunk by chunk, without what the log has already and with numbers moved.
struct Chunks {
    aside: LogId,
    /// Epoch of the log.
    epoch: u8,
    /// Number that the first entry aside had.
    base: u64,
    next: u64,
    size: u64,
    /// Numbers of entries from `base` on, by what they say and of which entry.
    known: HashMap<blake3::Hash, u64>,
    /// New numbers of the entries aside, in order.
    moved: Vec<u64>,
    restored: u64,
    duplicates: u64,
}

impl Chunks {
    fn open(writer: &Writer, book: &Arc<Book>, aside: LogId) -> Result<Self, RecoveryError> {
        let fact = writer.store.meta(&aside_key(&book.name));
        let base = fact.and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes);
        let mut known = HashMap::new();
        let (mut next, end) = (base, book.state.lock().edge.size());
        while next < end {
            let block = reader::block(&writer.store, book, next)?;
            for (number, header, body) in block.entries().filter(|(number, ..)| *number >= base) {
                if let Body::Present(body) = body {
                    known.insert(identity(&header::split(header).0, body), number);
                }
            }
            next = block.end();
        }
        let size = writer.store.size(aside);
        let moved = Vec::new();
        Ok(Self {
            aside,
            epoch: book.origin.epoch,
            base,
            next: 0,
            size,
            known,
            moved,
            restored: 0,
            duplicates: 0,
        })
    }

    fn next(&mut self, writer: &Writer, book: &Book) -> Result<Option<Vec<Draft>>, RecoveryError> {
        if self.next >= self.size {
            return Ok(None);
        }
        let Some(bytes) = writer.store.read(self.aside, self.next)? else { return Ok(None) };
        let block = Block::decode(&bytes)?;
        let mut number = book.state.lock().edge.size();
        let mut drafts = Vec::with_capacity(block.len());
        for draft in drafts_of(&block, self.next) {
            let prefix = self.moved_prefix(&draft.prefix);
            let identity = identity(&prefix, &draft.body);
            if let Some(known) = self.known.get(&identity) {
                self.moved.push(*known);
                self.duplicates += 1;
                continue;
            }
            self.known.insert(identity, number);
            self.moved.push(number);
            drafts.push(Draft { prefix, ..draft });
            number += 1;
            self.restored += 1;
        }
        self.next = block.end();
        Ok(Some(drafts))
    }

    /// The prefix with the entry concerned under its new number, when that one moved too.
    fn moved_prefix(&self, prefix: &PrefixBytes) -> PrefixBytes {
        let Ok(mut header) = Header::from_bytes(&header::join(prefix, &[0; 32])) else {
            return *prefix;
        };
        let Concerned { relation, epoch, number } = header.concerned;
        let here = relation == Relation::SAME_CHANNEL && epoch == self.epoch;
        let moved = number.checked_sub(self.base).filter(|_| here);
        let moved = moved.and_then(|index| self.moved.get(usize::try_from(index).ok()?));
        if let Some(moved) = moved {
            header.concerned.number = *moved;
        }
        header.prefix()
    }
}
