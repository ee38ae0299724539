//! Which records a file already held, in at most 32 bytes a row when the file is full.
//!
//! Knows hashes only. A record is kept as 128 bits of its natural key and 64 bits of its content;
//! its place in the list is its row. An index of row numbers finds it: open addressing, linear
//! probing, at most three quarters full. A slot carries a few bits of the hash beside the row, so
//! that the list is hardly ever looked at in vain.

use crate::trace::Trace;

/// Rows kept in one piece of the list. Pieces are never moved, so growth copies nothing.
const PIECE_ROWS: usize = 16 * 1024;
/// First size of the index; a power of two.
const SLOTS_START: usize = 1024;
/// An index slot without a row; rows count from 1.
const VACANT: u32 = 0;
/// Bits of a slot that hold the row; those above hold bits of the hash.
const ROW_BITS: u32 = 23;
/// The highest row that can be entered.
pub(crate) const ROW_MAX: u32 = (1 << ROW_BITS) - 1;

/// What an earlier row held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Earlier {
    /// No row with this key.
    Nothing,
    /// The same record.
    Same {
        /// The row that held it first.
        first_row: u32,
    },
    /// Another record under the same key.
    Other {
        /// The row that held the key first.
        first_row: u32,
    },
}

/// The records of one file so far.
#[derive(Default)]
pub(crate) struct Seen {
    /// `pieces[(row - 1) / PIECE_ROWS][(row - 1) % PIECE_ROWS]` is the trace of a row.
    pieces: Vec<Vec<Trace>>,
    slots: Vec<u32>,
    count: usize,
}

impl Seen {
    /// Enters the record of `row`, which is higher than every row entered before and at most
    /// [`ROW_MAX`], unless its key is already there.
    pub(crate) fn enter(&mut self, row: u32, trace: Trace) -> Earlier {
        if (self.count + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        match self.find(&trace.key) {
            Ok((first_row, content)) if content == trace.content => Earlier::Same { first_row },
            Ok((first_row, _)) => Earlier::Other { first_row },
            Err(vacant) => {
                self.keep(row, trace);
                self.fill(vacant, row, &trace.key);
                self.count += 1;
                Earlier::Nothing
            }
        }
    }

    /// Bytes of memory held.
    pub(crate) fn memory_bytes(&self) -> usize {
        let kept: usize = self.pieces.iter().map(Vec::capacity).sum();
        kept * size_of::<Trace>() + self.slots.capacity() * size_of::<u32>()
    }

    fn trace(&self, row: u32) -> Option<&Trace> {
        let index = usize::try_from(row.checked_sub(1)?).ok()?;
        self.pieces.get(index / PIECE_ROWS)?.get(index % PIECE_ROWS)
    }

    /// Stores a trace at its row's place; rows without a record leave a blank one.
    fn keep(&mut self, row: u32, trace: Trace) {
        let index = row.saturating_sub(1) as usize;
        while self.pieces.len() <= index / PIECE_ROWS {
            if let Some(last) = self.pieces.last_mut() {
                last.resize(PIECE_ROWS, Trace::default());
            }
            self.pieces.push(Vec::with_capacity(PIECE_ROWS));
        }
        if let Some(piece) = self.pieces.get_mut(index / PIECE_ROWS) {
            piece.resize(index % PIECE_ROWS, Trace::default());
            piece.push(trace);
        }
    }

    /// The row and content of a key, or the vacant slot where it belongs.
    fn find(&self, key: &[u8; 16]) -> Result<(u32, u64), usize> {
        let (mut place, tag) = self.home(key);
        loop {
            let slot = self.slots.get(place).copied().unwrap_or(VACANT);
            if slot == VACANT {
                return Err(place);
            }
            let row = slot & ROW_MAX;
            if slot & !ROW_MAX == tag
                && let Some(trace) = self.trace(row).filter(|trace| trace.key == *key)
            {
                return Ok((row, trace.content));
            }
            place = (place + 1) & (self.slots.len() - 1);
        }
    }

    /// Where the search for a key begins, and the bits that its slot carries.
    fn home(&self, key: &[u8; 16]) -> (usize, u32) {
        let (head, _) = key.split_first_chunk::<8>().expect("a key has 16 bytes");
        let hash = u64::from_le_bytes(*head);
        let tag = u32::try_from(hash >> 32).expect("the upper half") & !ROW_MAX;
        let place = usize::try_from(hash & u64::from(ROW_MAX)).expect("as small as a row");
        (place & (self.slots.len() - 1), tag)
    }

    fn fill(&mut self, place: usize, row: u32, key: &[u8; 16]) {
        let (_, tag) = self.home(key);
        if let Some(slot) = self.slots.get_mut(place) {
            *slot = tag | row;
        }
    }

    fn grow(&mut self) {
        let length = (self.slots.len() * 2).max(SLOTS_START);
        let old = std::mem::replace(&mut self.slots, vec![VACANT; length]);
        for slot in old.into_iter().filter(|slot| *slot != VACANT) {
            let row = slot & ROW_MAX;
            let key = self.trace(row).expect("an indexed row has a trace").key;
            if let Err(vacant) = self.find(&key) {
                self.fill(vacant, row, &key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(key: u32, content: u64) -> Trace {
        // A dozen keys begin alike, so that probing is exercised.
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&(key % 5000).wrapping_mul(0x9e37_79b9).to_le_bytes());
        bytes[8..12].copy_from_slice(&key.to_le_bytes());
        Trace { key: bytes, content }
    }

    #[test]
    fn tells_new_same_and_other_apart() {
        let mut seen = Seen::default();
        for (row, key, content, expected) in [
            (1, 7, 0, Earlier::Nothing),
            (2, 8, 0, Earlier::Nothing),
            (5, 7, 0, Earlier::Same { first_row: 1 }),
            (6, 8, 1, Earlier::Other { first_row: 2 }),
            (9, 9, 0, Earlier::Nothing),
            (10, 9, 0, Earlier::Same { first_row: 9 }),
        ] {
            assert_eq!(seen.enter(row, trace(key, content)), expected, "row {row}");
        }
    }

    #[test]
    fn remembers_every_row_across_growth_and_gaps() {
        let mut seen = Seen::default();
        let rows = || (1..60_000_u32).filter(|row| row % 7 != 0 && !(20_000..40_000).contains(row));
        for row in rows() {
            assert_eq!(seen.enter(row, trace(row, 1)), Earlier::Nothing);
        }
        for row in rows() {
            assert_eq!(seen.enter(70_000, trace(row, 1)), Earlier::Same { first_row: row });
        }
    }

    #[test]
    fn holds_at_most_32_bytes_a_row_when_full() {
        let mut seen = Seen::default();
        let rows = 78_000_u32;
        for row in 1..=rows {
            let hash = blake3::hash(&row.to_le_bytes());
            let (key, _) = hash.as_bytes().split_first_chunk().unwrap();
            seen.enter(row, Trace { key: *key, content: 0 });
        }
        // The index is as full as with 5,000,000 rows.
        assert!(seen.memory_bytes() / (rows as usize) <= 32, "{}", seen.memory_bytes());
    }
}
