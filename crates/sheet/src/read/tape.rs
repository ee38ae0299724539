//! The text of a file as far as it is in memory: what is ahead, and the row in progress from its
//! beginning on, so that it can be read once more in another way.
//!
//! Knows nothing of cells.

use std::io::{self, Read};

use super::input::TextInput;

/// Bytes of text that are read at once.
const CHUNK_BYTES: usize = 64 * 1024;
/// Less room than this is made more before text is read into it.
const ROOM_BYTES_MIN: usize = 16 * 1024;

/// The part of a file's text that is in memory.
pub(super) struct Tape<R> {
    input: TextInput<R>,
    /// `bytes[start..next]` is the row so far, `bytes[next..filled]` is ahead.
    bytes: Vec<u8>,
    start: usize,
    next: usize,
    filled: usize,
    /// A row with more bytes is not kept.
    row_bytes_max: usize,
    /// Whether the row in progress is there from its beginning on.
    is_whole: bool,
    at_end: bool,
    /// Bytes of text that were passed, those that are to be read again left out.
    passed_bytes: u64,
}

/// What is ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ahead {
    /// At least one byte.
    Text,
    /// The end of the file.
    End,
    /// Text, but the row in progress has all the bytes that are kept of a row.
    NoRoom,
}

impl<R: Read> Tape<R> {
    /// Keeps a row of at most so many bytes.
    pub(super) fn new(input: TextInput<R>, row_bytes_max: usize) -> Self {
        Self {
            input,
            bytes: vec![0; CHUNK_BYTES],
            start: 0,
            next: 0,
            filled: 0,
            row_bytes_max,
            is_whole: true,
            at_end: false,
            passed_bytes: 0,
        }
    }

    /// Bytes of the file that were read.
    pub(super) fn read_bytes(&self) -> u64 {
        self.input.read_bytes()
    }

    /// Bytes of text that were passed, those that are to be read again left out.
    pub(super) fn passed_bytes(&self) -> u64 {
        self.passed_bytes
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.input.memory_bytes() + self.bytes.capacity()
    }

    /// What is ahead; reads on where nothing is.
    pub(super) fn fill(&mut self) -> Result<Ahead, io::Error> {
        if self.next < self.filled {
            let is_full = self.is_whole && self.next - self.start >= self.row_bytes_max;
            return Ok(if is_full { Ahead::NoRoom } else { Ahead::Text });
        }
        if self.at_end {
            return Ok(Ahead::End);
        }
        self.drop_what_is_done();
        if self.bytes.len() - self.filled < ROOM_BYTES_MIN {
            let length = (self.bytes.len() * 2).min(self.row_bytes_max.saturating_add(CHUNK_BYTES));
            let length = length.max(self.filled + ROOM_BYTES_MIN);
            self.bytes.reserve_exact(length - self.bytes.len());
            self.bytes.resize(length, 0);
        }
        let room = self.bytes.get_mut(self.filled..).unwrap_or_default();
        let count = self.input.fill(room)?;
        self.filled += count;
        self.at_end = count == 0;
        if self.at_end { Ok(Ahead::End) } else { self.fill() }
    }

    /// The text ahead, as far as it is in memory and may be part of the row.
    pub(super) fn ahead(&self) -> &[u8] {
        let end = if self.is_whole {
            self.filled.min(self.start.saturating_add(self.row_bytes_max))
        } else {
            self.filled
        };
        self.bytes.get(self.next..end).unwrap_or_default()
    }

    /// Passes over text that is ahead.
    pub(super) fn pass(&mut self, bytes: usize) {
        self.next = (self.next + bytes).min(self.filled);
        self.passed_bytes += bytes as u64;
    }

    /// A row begins here.
    pub(super) fn begin_row(&mut self) {
        self.start = self.next;
        self.is_whole = true;
    }

    /// The row so far, if it is all there.
    pub(super) fn row(&self) -> Option<&[u8]> {
        self.bytes.get(self.start..self.next).filter(|_| self.is_whole)
    }

    /// Goes back to behind the first so many bytes of the row, which is all there.
    pub(super) fn go_back(&mut self, bytes: usize) {
        let next = (self.start + bytes).min(self.next);
        self.passed_bytes -= (self.next - next) as u64;
        self.next = next;
    }

    /// Keeps no more of this row.
    pub(super) fn let_go(&mut self) {
        self.is_whole = false;
    }

    /// The byte that was passed last, if it is still there.
    pub(super) fn last(&self) -> Option<u8> {
        self.next.checked_sub(1).and_then(|last| self.bytes.get(last)).copied()
    }

    /// Moves what is still needed to the front, and gives memory back that one long row took.
    fn drop_what_is_done(&mut self) {
        if !self.is_whole {
            self.start = self.next;
        }
        self.bytes.copy_within(self.start..self.filled, 0);
        self.next -= self.start;
        self.filled -= self.start;
        self.start = 0;
        if self.bytes.len() > CHUNK_BYTES && self.filled < CHUNK_BYTES / 2 {
            self.bytes.truncate(CHUNK_BYTES);
            self.bytes.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tape(text: &[u8], bytes_max: usize) -> Tape<&[u8]> {
        Tape::new(TextInput::new(text, None), bytes_max)
    }

    #[test]
    fn a_row_is_there_from_its_beginning_until_there_is_no_room() {
        let text: Vec<u8> = (0..=250).cycle().take(300_000).collect();
        let mut tape = tape(&text, 100_000);
        assert_eq!(tape.fill().unwrap(), Ahead::Text);
        tape.pass(1000);
        for begin in [1000, 1010] {
            tape.begin_row();
            while tape.fill().unwrap() == Ahead::Text {
                tape.pass(tape.ahead().len());
            }
            assert_eq!(tape.fill().unwrap(), Ahead::NoRoom);
            assert_eq!(tape.row(), text.get(begin..begin + 100_000));
            assert!(tape.memory_bytes() <= 100_000 + CHUNK_BYTES);
            if begin == 1000 {
                tape.go_back(10);
                assert_eq!(tape.passed_bytes(), 1010);
                assert_eq!(tape.ahead().first(), text.get(1010));
            }
        }
        tape.let_go();
        assert_eq!((tape.fill().unwrap(), tape.row()), (Ahead::Text, None));
        assert_eq!(tape.ahead().first(), text.get(101_010));
        tape.pass(tape.ahead().len());
        tape.begin_row();
        assert_eq!(tape.fill().unwrap(), Ahead::Text);
        assert_eq!(tape.memory_bytes(), CHUNK_BYTES, "given back");
    }

    #[test]
    fn the_end_is_the_end_however_often_it_is_asked_for() {
        let mut tape = tape(b"ab", 9);
        tape.begin_row();
        assert_eq!(tape.fill().unwrap(), Ahead::Text);
        tape.pass(2);
        assert_eq!((tape.fill().unwrap(), tape.fill().unwrap()), (Ahead::End, Ahead::End));
        assert_eq!((tape.row(), tape.last()), (Some(b"ab".as_slice()), Some(b'b')));
        tape.go_back(1);
        assert_eq!((tape.fill().unwrap(), tape.ahead()), (Ahead::Text, b"b".as_slice()));
    }
}
