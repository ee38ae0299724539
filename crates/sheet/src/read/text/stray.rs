//! Rows that a quotation mark without a partner opened, or made longer than they are.
//!
//! Which rows these are, and how such a row is read again: the line on which it begins, alone.

use std::io::Read;

use super::{Progress, TextRows};
use crate::{
    Formula, Value,
    read::{
        ReadError,
        quotes::{self, LineCells},
    },
};

/// Bytes of a file that may be read more than once, beside so many times what was read; beyond,
/// somebody is playing tricks with quotation marks. Keeps time in proportion to the file.
const AGAIN_BYTES_MAX: u64 = 64 << 20;
const AGAIN_TIMES_PASSED: u64 = 4;

impl<R: Read> TextRows<R> {
    /// Whether the row so far goes over several lines, and is still all there.
    pub(super) fn spans_lines(&self) -> bool {
        self.tape.row().is_some_and(quotes::spans_lines)
    }

    /// Whether a quotation mark of the complete row has no partner, or one of another row.
    pub(super) fn is_stray(&self, progress: &Progress) -> bool {
        // Each cell takes a byte more than its text; a cell in quotation marks at least three.
        let text_bytes = progress.used + progress.dropped;
        if progress.consumed <= (text_bytes + self.row.cells) as u64 {
            return false;
        }
        let is_stray = |row| {
            let (delimiter, cells) = (self.delimiter, self.row.cells);
            let holds_rows = |expected| quotes::holds_rows(row, delimiter, cells, expected);
            !quotes::are_sound(row, delimiter) || self.expected_cells.is_some_and(holds_rows)
        };
        self.tape.row().is_some_and(is_stray)
    }

    /// Reads the first line of the row once more, in which quotation marks without a partner are
    /// ordinary characters. What follows is read as if it had never been part of the row.
    pub(super) fn read_first_line(&mut self) -> Result<bool, ReadError> {
        let unclosed = ReadError::UnclosedQuote { line: self.row.line };
        let Some(text) = self.tape.row() else { return Err(unclosed) };
        self.again_bytes += text.len() as u64;
        if self.again_bytes > AGAIN_BYTES_MAX + AGAIN_TIMES_PASSED * self.tape.passed_bytes() {
            return Err(unclosed);
        }
        let end = quotes::line_break(text);
        self.after_return = end.and_then(|end| text.get(end)) == Some(&b'\r');
        let line = end.map_or(text, |end| text.get(..end).unwrap_or_default());
        self.row.begin(self.row.line);
        self.row.has_stray_quote = true;
        for (column, cell) in LineCells::of(line, self.delimiter).enumerate() {
            self.row.put(column, Formula::None, &self.limits, |text| {
                cell.append_to(text, self.limits.cell_bytes_max + 1);
                Value::Text
            });
        }
        self.line = self.row.line + u64::from(end.is_some());
        self.tape.go_back(end.map_or(line.len(), |end| end + 1));
        self.parser.reset();
        // It would take a byte order mark as the first thing that it reads for that of the file.
        let _ = self.parser.read_record(b"\n", &mut [0; 1], &mut [0; 1]);
        Ok(true)
    }
}
