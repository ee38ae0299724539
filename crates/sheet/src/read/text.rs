//! Text → the cells of one row, in bounded memory: RFC 4180 as `csv-core` reads it, plus cuts.
//!
//! Knows nothing of headers. A cell that is too large is cut and the row goes on. A quotation mark
//! without a partner costs the line on which it stands and no other: once the row that it opened
//! turns out to be none, the first line of it is read alone, and reading goes on with the second.

mod stray;

use std::io::Read;

use csv_core::ReadRecordResult;

use super::{
    ReadError,
    input::TextInput,
    row::{CUT_CELL_BYTES, Row},
    tape::{Ahead, Tape},
};
use crate::Limits;

/// How much of the text of one row is kept until it ends, in terms of what is kept of its cells:
/// marks that are doubled and cells that are cut leave room to spare.
const TAPE_TIMES_KEPT: usize = 4;
/// Room beyond the kept bytes of a row in which the rest of it passes through.
const PASSAGE_BYTES: usize = 8 * 1024;
/// First size of the row buffer; it grows by doubling.
const ROW_BYTES_START: usize = 16 * 1024;

/// Reads rows from the text of `R`.
pub(super) struct TextRows<R> {
    tape: Tape<R>,
    limits: Limits,
    delimiter: u8,
    /// How many cells a row should have, once that is known.
    expected_cells: Option<usize>,
    parser: csv_core::Reader,
    /// Line (from 1) on which the next byte stands.
    line: u64,
    /// A carriage return was the last byte of the rows so far; a line feed after it belongs to it.
    after_return: bool,
    /// Bytes that were read more than once.
    again_bytes: u64,
    row: Row,
}

/// Where the parser stands inside a row.
#[derive(Default)]
struct Progress {
    /// Bytes written to the text, and how many the parser wrote that were dropped since.
    used: usize,
    dropped: usize,
    /// Bytes of text that the row took so far.
    consumed: u64,
    /// Line feeds that the parser had counted when the row began.
    parser_line: u64,
}

impl<R: Read> TextRows<R> {
    pub(super) fn new(
        file: R,
        encoding: Option<&'static encoding_rs::Encoding>,
        delimiter: u8,
        limits: Limits,
    ) -> Self {
        let tape_bytes_max = limits.row_kept_bytes_max.saturating_mul(TAPE_TIMES_KEPT);
        let row_bytes_max = usize::try_from(limits.row_bytes_max).unwrap_or(usize::MAX);
        Self {
            tape: Tape::new(TextInput::new(file, encoding), tape_bytes_max.min(row_bytes_max)),
            limits,
            delimiter,
            expected_cells: None,
            parser: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            line: 1,
            after_return: false,
            again_bytes: 0,
            row: Row { is_decoded: encoding.is_some(), ..Row::default() },
        }
    }

    pub(super) fn row(&self) -> &Row {
        &self.row
    }

    /// How many cells the rows from here on should have.
    pub(super) fn expect_cells(&mut self, cells: usize) {
        self.expected_cells = Some(cells);
    }

    pub(super) fn read_bytes(&self) -> u64 {
        self.tape.read_bytes()
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.tape.memory_bytes() + self.row.memory_bytes() + size_of::<Self>()
    }

    /// Reads the next row into [`TextRows::row`]; `false` at the end of the file. Lines without
    /// any character are no rows, but they count as lines.
    pub(super) fn read(&mut self) -> Result<bool, ReadError> {
        self.pass_empty_lines()?;
        let mut progress = self.begin_row();
        loop {
            match self.tape.fill().map_err(ReadError::Read)? {
                Ahead::Text => {}
                Ahead::End => return self.finish(&mut progress),
                // What stands on further lines stands inside quotation marks.
                Ahead::NoRoom if self.spans_lines() => return self.read_first_line(),
                Ahead::NoRoom => {
                    self.tape.let_go();
                    continue;
                }
            }
            let (result, consumed) = self.step(&mut progress);
            self.tape.pass(consumed);
            progress.consumed += consumed as u64;
            if progress.consumed > self.limits.row_bytes_max {
                let max = self.limits.row_bytes_max;
                return Err(ReadError::RowTooLarge { line: self.row.line, max });
            }
            if self.settle(&result, &mut progress) {
                return if self.is_stray(&progress) { self.read_first_line() } else { Ok(true) };
            }
        }
    }

    /// The parser passes over them too, but tells no line for the row that follows.
    fn pass_empty_lines(&mut self) -> Result<(), ReadError> {
        loop {
            self.tape.begin_row();
            self.tape.fill().map_err(ReadError::Read)?;
            match self.tape.ahead().first() {
                Some(b'\r') => {
                    self.line += 1;
                    self.after_return = true;
                }
                Some(b'\n') => {
                    self.line += u64::from(!self.after_return);
                    self.after_return = false;
                }
                _ => return Ok(()),
            }
            self.tape.pass(1);
        }
    }

    fn begin_row(&mut self) -> Progress {
        let row = &mut self.row;
        if row.text.len() < ROW_BYTES_START {
            row.text.resize(ROW_BYTES_START, 0);
        }
        row.clear();
        row.line = self.line;
        Progress { parser_line: self.parser.line(), ..Progress::default() }
    }

    /// Parses what is buffered, at most to the end of the row.
    fn step(&mut self, progress: &mut Progress) -> (ReadRecordResult, usize) {
        let input = self.tape.ahead();
        parse(&mut self.parser, input, &mut self.row, progress, self.limits.columns_max)
    }

    /// Makes room where room is missing; whether the row is complete.
    fn settle(&mut self, result: &ReadRecordResult, progress: &mut Progress) -> bool {
        match result {
            ReadRecordResult::Record => {
                self.after_return = self.tape.last() == Some(b'\r');
                self.line += self.parser.line() - progress.parser_line;
                self.line += u64::from(self.after_return);
                self.row.lines = (self.line - self.row.line).max(1);
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
    fn finish(&mut self, progress: &mut Progress) -> Result<bool, ReadError> {
        if progress.used == self.row.text.len() {
            self.make_room(progress);
        }
        // A line break ends every row, except inside quotation marks, where it is text.
        let columns_max = self.limits.columns_max;
        let (result, _) = parse(&mut self.parser, b"\n", &mut self.row, progress, columns_max);
        if self.settle(&result, progress) {
            return if self.is_stray(progress) { self.read_first_line() } else { Ok(true) };
        }
        match self.parser.read_record(&[], &mut [0; 1], &mut [0; 1]).0 {
            ReadRecordResult::End => Ok(false),
            _ => self.read_first_line(),
        }
    }
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
