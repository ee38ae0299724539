//! Which records a file already held, in at most 32 bytes a row when the file is full.
//!
//! Knows hashes only. A record is kept as 128 bits of its natural key and 64 bits of its content;
//! its place in the list is its row. A table of row numbers finds it: open addressing, linear
//! probing, at most seven eighths full.

/// Rows kept in one piece of the list. Pieces are never moved, so growth copies nothing.
const PIECE_ROWS: usize = 16 * 1024;
/// First size of the index; a power of two.
const SLOTS_START: usize = 1024;
/// An index slot without a row; rows count from 1.
const VACANT: u32 = 0;

/// A record as a file's other rows need to know it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trace {
    /// 128 bits of the natural key.
    pub(crate) key: [u8; 16],
    /// 64 bits of the content without the row number.
    pub(crate) content: [u8; 8],
}

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
    /// Enters the record of `row`, which is higher than every row entered before, unless its key
    /// is already there.
    pub(crate) fn enter(&mut self, row: u32, trace: Trace) -> Earlier {
        if (self.count + 1) * 8 > self.slots.len() * 7 {
            self.grow();
        }
        let slot = self.slot_of(&trace.key);
        match self.slots.get(slot).copied().and_then(|row| Some((row, self.trace(row)?))) {
            Some((first_row, first)) if first.content == trace.content => {
                Earlier::Same { first_row }
            }
            Some((first_row, _)) => Earlier::Other { first_row },
            None => {
                self.keep(row, trace);
                if let Some(vacant) = self.slots.get_mut(slot) {
                    *vacant = row;
                }
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

    /// The slot of a key: the one that holds its row, or the vacant one where it belongs.
    fn slot_of(&self, key: &[u8; 16]) -> usize {
        let (head, _) = key.split_first_chunk::<8>().expect("a key has 16 bytes");
        let mask = self.slots.len() - 1;
        let hash = u64::from_le_bytes(*head) & mask as u64;
        let mut slot = usize::try_from(hash).expect("a masked hash is below the slot count");
        loop {
            match self.slots.get(slot).copied() {
                None | Some(VACANT) => return slot,
                Some(row) if self.trace(row).is_some_and(|trace| trace.key == *key) => return slot,
                Some(_) => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let length = (self.slots.len() * 2).max(SLOTS_START);
        let old = std::mem::replace(&mut self.slots, vec![VACANT; length]);
        for row in old.into_iter().filter(|row| *row != VACANT) {
            let key = self.trace(row).expect("an indexed row has a trace").key;
            let slot = self.slot_of(&key);
            if let Some(vacant) = self.slots.get_mut(slot) {
                *vacant = row;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(key: u32, content: u8) -> Trace {
        // Only a few first bytes differ, so that probing is exercised.
        let mut bytes = [0; 16];
        bytes[0] = u8::try_from(key % 256).unwrap();
        bytes[8..12].copy_from_slice(&key.to_le_bytes());
        Trace { key: bytes, content: [content; 8] }
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
        let rows = 100_000;
        for row in 1..=rows {
            let hash = blake3::hash(&row.to_le_bytes());
            let (key, _) = hash.as_bytes().split_first_chunk().unwrap();
            seen.enter(row, Trace { key: *key, content: [0; 8] });
        }
        // The share of the index at this count is that at 5,000,000 rows, give or take a tenth.
        assert!(seen.memory_bytes() / (rows as usize) <= 32, "{}", seen.memory_bytes());
    }
}
