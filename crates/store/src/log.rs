//! One log in memory: where its blocks lie, how far it reaches, who holds it.
//!
//! Blocks `0..moved` are in sled. What the journal holds are *pieces*: runs, whole blocks that have
//! not moved, new bytes of blocks that have, and own blocks that have moved and nobody else holds.
//! Everything here follows from the frames applied; nothing here touches a disk.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use tiaoxi_ledger::block::BLOCK_ENTRIES;
use tiaoxi_vault::Key;

use crate::Hash;
use crate::journal::Location;
use crate::small::LogFiles;

/// A log of this store: stable on this disk, meaningless elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogId(pub u32);

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "log {}", self.0)
    }
}

/// Whose log it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// This node signs it.
    Own,
    /// Somebody else signs it.
    Followed,
}

/// A log, named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogInfo {
    /// Its number here.
    pub id: LogId,
    /// Its origin, as in its checkpoints.
    pub origin: String,
    /// Whose it is.
    pub side: Side,
}

/// The last signed size and root, with the note that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Entries.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
    /// The signed note.
    pub note: Vec<u8>,
}

/// How far a member holds a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Entries.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
}

/// A log as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Entries held without a gap from number 0 on.
    pub size: u64,
    /// Whole ranges among them that are sealed.
    pub blocks: u64,
    /// The last checkpoint; ahead of `size` while catching up, and after a loss.
    pub checkpoint: Option<Checkpoint>,
    /// Who holds the log up to where.
    pub held: BTreeMap<String, Held>,
    /// Entries beyond `size` that the journal still holds after a loss. They can be read, become
    /// part of the log when what lies before them is there again, and give way to other runs of
    /// the same numbers.
    pub stranded: Vec<Range<u64>>,
}

/// A run or a block in the journal.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) count: u16,
    pub(crate) key: Key,
    pub(crate) leaves_root: Option<Hash>,
    pub(crate) location: Location,
    /// New bytes of a block whose old ones are in sled.
    pub(crate) replaces_moved: bool,
}

/// One log.
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) info: LogInfo,
    pub(crate) files: Arc<LogFiles>,
    pub(crate) moved: u64,
    pub(crate) size: u64,
    pub(crate) nodes: Vec<Hash>,
    pub(crate) pieces: BTreeMap<u64, Piece>,
    pub(crate) checkpoint: Option<Checkpoint>,
    pub(crate) held: BTreeMap<String, Held>,
    /// Up to where enough others hold an own log, as [`crate::Store::maintain`] was last told.
    pub(crate) holders_size: u64,
    /// Counts resets, so that a move that was under way notices one.
    pub(crate) resets: u64,
    /// What sled and key file hold is of before a reset and must go.
    pub(crate) clears: bool,
    /// Differs from the head file.
    pub(crate) head_is_stale: bool,
}

/// First entry of the range that `entry` lies in.
pub(crate) fn range_start(entry: u64) -> u64 {
    entry - entry % BLOCK_ENTRIES
}

impl Piece {
    /// Whether it is a whole range; a range has exactly one count.
    pub(crate) fn is_full(&self) -> bool {
        u64::from(self.count) == BLOCK_ENTRIES
    }
}

impl Log {
    /// A log of which nothing is known yet.
    pub(crate) fn new(info: LogInfo, files: Arc<LogFiles>) -> Self {
        Self {
            info,
            files,
            moved: 0,
            size: 0,
            nodes: Vec::new(),
            pieces: BTreeMap::new(),
            checkpoint: None,
            held: BTreeMap::new(),
            holders_size: 0,
            resets: 0,
            clears: false,
            head_is_stale: false,
        }
    }

    pub(crate) fn head(&self) -> Head {
        Head {
            size: self.size,
            blocks: self.nodes.len() as u64,
            checkpoint: self.checkpoint.clone(),
            held: self.held.clone(),
            stranded: self.stranded(),
        }
    }

    fn stranded(&self) -> Vec<Range<u64>> {
        let mut ranges: Vec<Range<u64>> = Vec::new();
        for (&first, piece) in self.pieces.range(self.size..) {
            let end = first + u64::from(piece.count);
            match ranges.last_mut() {
                Some(last) if last.end == first => last.end = end,
                _ => ranges.push(first..end),
            }
        }
        ranges
    }

    /// The piece that holds `entry`, with its first entry.
    pub(crate) fn piece_at(&self, entry: u64) -> Option<(u64, &Piece)> {
        let (&first, piece) = self.pieces.range(..=entry).next_back()?;
        (entry - first < u64::from(piece.count)).then_some((first, piece))
    }

    /// Takes a whole range. Of an own block that has moved, a copy stays as long as nobody else
    /// holds it.
    pub(crate) fn place_block(&mut self, first: u64, piece: Piece) {
        let block = first / BLOCK_ENTRIES;
        if block < self.moved {
            let is_wanted = self.info.side == Side::Own || piece.replaces_moved;
            if is_wanted {
                self.pieces.insert(first, piece);
            }
            return;
        }
        self.remove_pieces(first, first + BLOCK_ENTRIES);
        self.pieces.insert(first, piece);
        self.advance();
    }

    /// Takes a run. One of a range that is sealed has nothing to add.
    pub(crate) fn place_run(&mut self, first: u64, piece: Piece) {
        let start = range_start(first);
        let is_sealed = self.pieces.get(&start).is_some_and(Piece::is_full);
        if start / BLOCK_ENTRIES < self.moved || is_sealed {
            return;
        }
        let end = first + u64::from(piece.count);
        let size_before = self.size;
        if self.remove_pieces(first, end) && first < size_before {
            self.size = 0;
        }
        self.pieces.insert(first, piece);
        self.advance();
    }

    /// Removes pieces that overlap `from..to`; whether there were any.
    fn remove_pieces(&mut self, from: u64, to: u64) -> bool {
        let overlapping: Vec<u64> = self
            .pieces
            .range(range_start(from)..to)
            .filter(|(first, piece)| **first + u64::from(piece.count) > from)
            .map(|(first, _)| *first)
            .collect();
        for first in &overlapping {
            self.pieces.remove(first);
        }
        !overlapping.is_empty()
    }

    /// Own logs: forgets entries from `size` on.
    pub(crate) fn truncate(&mut self, size: u64) {
        let size = size.max(self.moved * BLOCK_ENTRIES);
        self.remove_pieces(size, u64::MAX);
        let whole = usize::try_from(size / BLOCK_ENTRIES).unwrap_or(usize::MAX);
        self.nodes.truncate(whole);
        self.size = 0;
        self.advance();
    }

    /// Followed logs: forgets all but the checkpoint.
    pub(crate) fn reset(&mut self) {
        self.moved = 0;
        self.size = 0;
        self.nodes.clear();
        self.pieces.clear();
        self.held.clear();
        self.resets += 1;
        self.clears = true;
    }

    /// Carries nodes and size on over the pieces that follow.
    pub(crate) fn advance(&mut self) {
        loop {
            let next = self.nodes.len() as u64 * BLOCK_ENTRIES;
            match self.pieces.get(&next).and_then(|piece| piece.leaves_root) {
                Some(node) => self.nodes.push(node),
                None => break,
            }
        }
        self.size = self.size.max(self.nodes.len() as u64 * BLOCK_ENTRIES);
        while let Some(piece) = self.pieces.get(&self.size) {
            self.size += u64::from(piece.count);
        }
    }

    /// Whole blocks that may go to sled: pieces in order from `moved` on, own ones once signed.
    pub(crate) fn movable(&self) -> impl Iterator<Item = (u64, &Piece)> {
        let end_max = match self.info.side {
            Side::Own => self.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.size),
            Side::Followed => u64::MAX,
        };
        (self.moved..self.nodes.len() as u64)
            .take_while(move |block| (block + 1) * BLOCK_ENTRIES <= end_max)
            .map_while(|block| Some((block, self.pieces.get(&(block * BLOCK_ENTRIES))?)))
    }

    /// New bytes of blocks that have moved.
    pub(crate) fn replacements(&self) -> impl Iterator<Item = (u64, &Piece)> {
        self.pieces
            .range(..self.moved * BLOCK_ENTRIES)
            .filter(|(_, piece)| piece.replaces_moved)
            .map(|(first, piece)| (first / BLOCK_ENTRIES, piece))
    }

    /// Forgets journal copies of blocks that are in sled and that enough others hold.
    pub(crate) fn release_held(&mut self) {
        let (moved, holders_size) = (self.moved * BLOCK_ENTRIES, self.holders_size);
        let is_own = self.info.side == Side::Own;
        let gone: Vec<u64> = self
            .pieces
            .range(..moved)
            .filter(|(first, piece)| {
                let end = **first + u64::from(piece.count);
                !piece.replaces_moved && (!is_own || end <= holders_size)
            })
            .map(|(first, _)| *first)
            .collect();
        for first in gone {
            self.pieces.remove(&first);
        }
    }
}
