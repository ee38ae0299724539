//! Bytes → the cells of one row, in bounded memory: RFC 4180 as `csv-core` reads it, plus cuts.
//!
//! Knows nothing of headers, encodings or the catalogue. A cell that is too large is cut and the
//! row goes on; only a row that never seems to end stops the reader.

use std::io::{self, Read};

use csv_core::ReadRecordResult;

use crate::{
    Limits,
    row::{CUT_CELL_BYTES, Row},
};

/// Bytes asked of the file at once.
const CHUNK_BYTES: usize = 64 * 1024;
/// Bytes by which kinds of files are told apart.
const PEEK_BYTES: usize = 8;
/// Room beyond the kept bytes of a row in which the rest of it passes through.
const PASSAGE_BYTES: usize = 8 * 1024;
/// First size of the row buffer; it grows by doubling.
const ROW_BYTES_START: usize = 16 * 1024;

/// Why no row came.
#[derive(Debug)]
pub(crate) enum RowError {
    /// The file could not be read.
    Read(io::Error),
    /// More than `Limits::row_bytes_max`.
    TooLarge,
    /// The file ended inside quotation marks.
    UnclosedQuote,
}

/// Reads rows from `R` and hashes every byte that it reads.
pub(crate) struct RowReader<R> {
    input: R,
    limits: Limits,
    chunk: Box<[u8]>,
    /// `chunk[next..filled]` is read but not yet parsed.
    next: usize,
    filled: usize,
    at_end: bool,
    hasher: blake3::Hasher,
    bytes_read: u64,
    parser: csv_core::Reader,
    /// A carriage return ended the last row; the line break after it is not counted yet.
    after_return: bool,
    row: Row,
}

/// Where the parser stands inside a row.
#[derive(Default)]
struct Progress {
    /// Bytes written to the text, and how many the parser wrote that were dropped since.
    used: usize,
    dropped: usize,
    /// Bytes of the file that the row took so far.
    consumed: u64,
}

impl<R: Read> RowReader<R> {
    pub(crate) fn new(input: R, limits: Limits) -> Self {
        Self {
            input,
            limits,
            chunk: vec![0; CHUNK_BYTES].into_boxed_slice(),
            next: 0,
            filled: 0,
            at_end: false,
            hasher: blake3::Hasher::new(),
            bytes_read: 0,
            parser: csv_core::Reader::new(),
            after_return: false,
            row: Row::default(),
        }
    }

    /// The first bytes of the file, at least [`PEEK_BYTES`] where it has as many, without moving
    /// on.
    pub(crate) fn peek(&mut self) -> Result<&[u8], io::Error> {
        while self.filled < PEEK_BYTES && !self.at_end {
            self.fill_rest()?;
        }
        Ok(self.chunk.get(self.next..self.filled).unwrap_or_default())
    }

    /// Leaves out `count` bytes that were peeked at.
    pub(crate) fn skip(&mut self, count: usize) {
        self.next = self.filled.min(self.next + count);
    }

    pub(crate) fn row(&self) -> &Row {
        &self.row
    }

    pub(crate) fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    pub(crate) fn digest(&self) -> [u8; 32] {
        *self.hasher.finalize().as_bytes()
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        self.chunk.len()
            + self.row.text.capacity()
            + (self.row.ends.capacity() + self.row.torn.capacity()) * size_of::<usize>()
            + size_of::<Self>()
    }

    /// Reads the next row into [`RowReader::row`]; `false` at the end of the file. Lines without
    /// any character are no rows.
    pub(crate) fn read(&mut self) -> Result<bool, RowError> {
        let mut progress = Progress::default();
        self.begin_row();
        loop {
            if self.next == self.filled && !self.at_end {
                self.refill().map_err(RowError::Read)?;
            }
            if self.next == self.filled {
                return self.finish(&mut progress);
            }
            let (result, consumed) = self.step(&mut progress);
            self.next += consumed;
            progress.consumed += consumed as u64;
            if progress.consumed > self.limits.row_bytes_max {
                return Err(RowError::TooLarge);
            }
            if self.settle(&result, &mut progress) {
                return Ok(true);
            }
        }
    }

    fn begin_row(&mut self) {
        let row = &mut self.row;
        if row.text.is_empty() {
            row.text.resize(ROW_BYTES_START, 0);
        }
        row.ends.clear();
        row.cells = 0;
        row.cut = None;
        row.torn.clear();
        row.line = self.parser.line() + u64::from(self.after_return);
        row.offset = self.bytes_read - (self.filled - self.next) as u64;
    }

    /// Parses what is buffered, at most to the end of the row.
    fn step(&mut self, progress: &mut Progress) -> (ReadRecordResult, usize) {
        let input = self.chunk.get(self.next..self.filled).unwrap_or_default();
        Self::parse(&mut self.parser, input, &mut self.row, progress, self.limits.columns_max)
    }

    fn parse(
        parser: &mut csv_core::Reader,
        input: &[u8],
        row: &mut Row,
        progress: &mut Progress,
        columns_max: usize,
    ) -> (ReadRecordResult, usize) {
        let mut ends = [0; 64];
        let output = row.text.get_mut(progress.used..).unwrap_or_default();
        let (result, consumed, written, ended) = parser.read_record(input, output, &mut ends);
        progress.used += written;
        for end in ends.iter().take(ended) {
            row.cells += 1;
            if row.ends.len() < columns_max {
                row.ends.push(end - progress.dropped);
            }
        }
        (result, consumed)
    }

    /// Makes room where room is missing; whether the row is complete.
    fn settle(&mut self, result: &ReadRecordResult, progress: &mut Progress) -> bool {
        match result {
            ReadRecordResult::Record => {
                let last = self.next.checked_sub(1).and_then(|last| self.chunk.get(last));
                self.after_return = last == Some(&b'\r');
                let line = self.parser.line() + u64::from(self.after_return);
                self.row.lines = line.saturating_sub(self.row.line).max(1);
                self.drop_what_is_too_long(progress);
                self.mark_long_cell();
                return true;
            }
            ReadRecordResult::OutputFull => self.make_room(progress),
            // The parser goes on with fresh ends, or with the next chunk.
            ReadRecordResult::OutputEndsFull
            | ReadRecordResult::InputEmpty
            | ReadRecordResult::End => {}
        }
        false
    }

    /// The text is full: lets it grow, or drops what is beyond the limits.
    fn make_room(&mut self, progress: &mut Progress) {
        let most = self.limits.row_kept_bytes_max + PASSAGE_BYTES;
        let begun = progress.used - self.row.ends.last().copied().unwrap_or_default();
        if begun <= self.limits.cell_bytes_max && self.row.text.len() < most {
            let length = (self.row.text.len() * 2).min(most);
            self.row.text.reserve_exact(length - self.row.text.len());
            self.row.text.resize(length, 0);
            return;
        }
        self.drop_what_is_too_long(progress);
        let start = self.row.ends.last().copied().unwrap_or_default();
        let kept = progress.used.min(start + CUT_CELL_BYTES);
        if kept < progress.used && self.row.torn.last() != Some(&self.row.cells) {
            self.row.torn.push(self.row.cells);
            self.row.cut.get_or_insert(self.row.cells);
        }
        progress.dropped += progress.used - kept;
        progress.used = kept;
    }

    /// Empties the cells that end beyond the kept bytes of a row.
    fn drop_what_is_too_long(&mut self, progress: &mut Progress) {
        let kept_max = self.limits.row_kept_bytes_max;
        let last = self.row.ends.last().copied().unwrap_or_default();
        if last > kept_max {
            let first_dropped = self.row.ends.partition_point(|end| *end <= kept_max);
            self.row.cut = Some(self.row.cut.map_or(first_dropped, |cut| cut.min(first_dropped)));
            let start = first_dropped.checked_sub(1).and_then(|before| self.row.ends.get(before));
            let start = start.copied().unwrap_or_default();
            for end in self.row.ends.iter_mut().skip(first_dropped) {
                *end = start;
            }
            progress.dropped += last - start;
            let begun = progress.used - last;
            self.row.text.copy_within(last..last + begun, start);
            progress.used = start + begun;
        }
    }

    /// Marks a row with a cell over its limit that was never in the way.
    fn mark_long_cell(&mut self) {
        let max = self.limits.cell_bytes_max;
        if self.row.ends.last().is_some_and(|last| *last > max) {
            let long = self.row.spans().position(|(start, end)| end - start > max);
            self.row.cut = [self.row.cut, long].into_iter().flatten().min();
        }
    }

    /// The file is at its end: hands out a last row without a line break.
    fn finish(&mut self, progress: &mut Progress) -> Result<bool, RowError> {
        if progress.used == self.row.text.len() {
            self.make_room(progress);
        }
        // A line break ends every row, except inside quotation marks, where it is text.
        let columns_max = self.limits.columns_max;
        let (result, _) =
            Self::parse(&mut self.parser, b"\n", &mut self.row, progress, columns_max);
        if self.settle(&result, progress) {
            return Ok(true);
        }
        match self.parser.read_record(&[], &mut [0; 1], &mut [0; 1]).0 {
            ReadRecordResult::End => Ok(false),
            _ => Err(RowError::UnclosedQuote),
        }
    }

    fn refill(&mut self) -> Result<(), io::Error> {
        self.next = 0;
        self.filled = 0;
        self.fill_rest()
    }

    fn fill_rest(&mut self) -> Result<(), io::Error> {
        loop {
            let room = self.chunk.get_mut(self.filled..).unwrap_or_default();
            match self.input.read(room) {
                Ok(0) => self.at_end = true,
                Ok(count) => {
                    let count = count.min(room.len());
                    self.hasher.update(room.get(..count).unwrap_or_default());
                    self.filled += count;
                    self.bytes_read += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            return Ok(());
        }
    }
}
