//! The cells of one row, as far as they are kept.
//!
//! Bytes one after the other, whatever the file; for workbooks also what a cell held and where it
//! came from. Knows nothing of files.

use crate::{Formula, Limits, Value};

/// What is left of a cell that was cut: enough to recognise it in the file.
pub(super) const CUT_CELL_BYTES: usize = 256;

/// The cells of one row; overwritten by the next.
#[derive(Debug, Default)]
pub struct Row {
    /// Their bytes, one after the other; the buffer may be longer than what is used.
    pub(super) text: Vec<u8>,
    /// End of each kept cell in `text`.
    pub(super) ends: Vec<usize>,
    /// All cells of the row, kept or not.
    pub(super) cells: usize,
    /// The first cell (from 0) over a limit; the row is to be rejected.
    pub(super) cut: Option<usize>,
    /// Cells (from 0, rising) out of the middle of which bytes were dropped.
    pub(super) torn: Vec<usize>,
    /// Line of the file (from 1) on which it begins.
    pub(super) line: u64,
    /// Lines that it spans.
    pub(super) lines: u64,
    /// Each kept cell of a workbook's row; for text files, empty or all text.
    pub(super) kinds: Vec<(Value, Formula)>,
    /// Whether a quotation mark in the row of a text file has no partner.
    pub(super) has_stray_quote: bool,
    /// Whether the text was decoded: bytes that meant nothing stand there as U+FFFD.
    pub(super) is_decoded: bool,
}

impl Row {
    /// Line of the text file on which it begins, or number of the sheet's row as spreadsheet
    /// programs show it; from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Lines that it spans; more than one where a cell of a text file holds line breaks.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// How many cells it has, those beyond [`crate::Limits::columns_max`] included. Empty cells at
    /// the end count in a text file and not in a workbook.
    pub fn len(&self) -> usize {
        self.cells
    }

    /// Whether it has no cell at all.
    pub fn is_empty(&self) -> bool {
        self.cells == 0
    }

    /// The bytes of all kept cells.
    pub fn bytes(&self) -> &[u8] {
        let used = self.ends.last().copied().unwrap_or_default();
        self.text.get(..used).expect("every end lies inside the text")
    }

    /// Start and end of each kept cell in [`Row::bytes`].
    pub fn spans(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(self.ends.iter().copied())
    }

    /// The bytes of each kept cell; of one that is longer than `bytes_max`, the first few.
    pub fn cells(&self, bytes_max: usize) -> impl Iterator<Item = &[u8]> + '_ {
        self.spans().enumerate().map(move |(place, (start, end))| {
            let is_cut = end - start > bytes_max || self.torn.contains(&place);
            let end = if is_cut { end.min(start + CUT_CELL_BYTES) } else { end };
            self.text.get(start..end).unwrap_or_default()
        })
    }

    /// The kept cells as text, or the column (from 0) of the first cell that is no text in the
    /// file's encoding. A row with a cut cell may fail at the cut.
    pub fn texts(&self) -> Result<Vec<&str>, usize> {
        let bytes = self.bytes();
        if !(self.is_decoded && holds_replacement(bytes))
            && let Ok(text) = simdutf8::basic::from_utf8(bytes)
            // A boundary inside a character means that neither cell is text by itself.
            && let Some(cells) = self.spans().map(|(start, end)| text.get(start..end)).collect()
        {
            return Ok(cells);
        }
        self.spans()
            .enumerate()
            .map(|(column, (start, end))| {
                let cell = bytes.get(start..end).unwrap_or_default();
                let is_replaced = self.is_decoded && holds_replacement(cell);
                std::str::from_utf8(cell).ok().filter(|_| !is_replaced).ok_or(column)
            })
            .collect()
    }

    /// The first cell (from 0) over a limit: it is not whole, and the row is to be rejected.
    pub fn cut(&self) -> Option<usize> {
        self.cut
    }

    /// Whether a quotation mark of a text file's row has no partner, so that what is a cell is a
    /// guess; the row is to be rejected. It is one line of the file, and marks without a partner
    /// stand in its cells as they stand there.
    pub fn has_stray_quote(&self) -> bool {
        self.has_stray_quote
    }

    /// Whether no cell is anything but text that was typed; always so in text files.
    pub fn is_all_text(&self) -> bool {
        self.kinds.iter().all(|kind| *kind == (Value::Text, Formula::None))
    }

    /// What the cell of a column (from 0) holds.
    pub fn value(&self, column: usize) -> Value {
        self.kinds.get(column).map_or(Value::Text, |kind| kind.0)
    }

    /// Where the value of a column's (from 0) cell comes from.
    pub fn formula(&self, column: usize) -> Formula {
        self.kinds.get(column).map_or(Formula::None, |kind| kind.1)
    }

    pub(super) fn clear(&mut self) {
        self.ends.clear();
        self.torn.clear();
        self.kinds.clear();
        self.cells = 0;
        self.cut = None;
        self.has_stray_quote = false;
    }

    /// Begins a row of one line.
    pub(super) fn begin(&mut self, line: u64) {
        self.clear();
        self.text.clear();
        self.line = line;
        self.lines = 1;
    }

    /// Puts a cell in its column (from 0), to the right of all others; the columns
    /// between are empty. `write` appends its text.
    pub(super) fn put(
        &mut self,
        column: usize,
        formula: Formula,
        limits: &Limits,
        write: impl FnOnce(&mut Vec<u8>) -> Value,
    ) {
        self.cells = column + 1;
        let start = self.text.len();
        let empty = column.min(limits.columns_max).saturating_sub(self.ends.len());
        self.ends.extend(std::iter::repeat_n(start, empty));
        self.kinds.extend(std::iter::repeat_n((Value::Text, Formula::None), empty));
        if column >= limits.columns_max {
            return;
        }
        let value = write(&mut self.text);
        if self.text.len() - start > limits.cell_bytes_max {
            self.text.truncate(start + CUT_CELL_BYTES);
            self.torn.push(column);
            self.cut.get_or_insert(column);
        }
        if self.text.len() > limits.row_kept_bytes_max {
            self.text.truncate(start);
            self.cut.get_or_insert(column);
        }
        self.ends.push(self.text.len());
        self.kinds.push((value, formula));
    }

    /// Drops empty cells at the end of a sheet's row.
    pub(super) fn drop_empty_end(&mut self) {
        while self.cells == self.ends.len()
            && self.kinds.last() == Some(&(Value::Text, Formula::None))
            && self.cut.is_none_or(|cut| cut + 1 < self.cells)
        {
            let before = self.ends.len().checked_sub(2).and_then(|at| self.ends.get(at));
            if self.ends.last() != Some(before.unwrap_or(&0)) {
                return;
            }
            self.ends.pop();
            self.kinds.pop();
            self.cells -= 1;
        }
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.text.capacity()
            + (self.ends.capacity() + self.torn.capacity()) * size_of::<usize>()
            + self.kinds.capacity() * size_of::<(Value, Formula)>()
    }
}

/// Whether the bytes hold U+FFFD.
fn holds_replacement(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, "\u{fffd}".as_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&[u8]], is_decoded: bool) -> Row {
        let mut row = Row { cells: cells.len(), is_decoded, ..Row::default() };
        for cell in cells {
            row.text.extend(*cell);
            row.ends.push(row.text.len());
        }
        row
    }

    #[test]
    fn names_the_first_cell_that_is_no_text() {
        for (cells, is_decoded, expected) in [
            (["a".as_bytes(), "示例".as_bytes()], false, Ok(vec!["a", "示例"])),
            (["a".as_bytes(), b"\xff"], false, Err(1)),
            // Together they would be one character.
            ([b"\xe7\xa4".as_slice(), b"\xba"], false, Err(0)),
            (["\u{fffd}".as_bytes(), b"b"], false, Ok(vec!["\u{fffd}", "b"])),
            ([b"a", "示\u{fffd}".as_bytes()], true, Err(1)),
            (["a".as_bytes(), "示例".as_bytes()], true, Ok(vec!["a", "示例"])),
        ] {
            assert_eq!(row(&cells, is_decoded).texts(), expected, "{cells:x?}");
        }
    }

    #[test]
    fn a_long_cell_is_handed_out_cut() {
        let long = vec![b'x'; 300];
        let row = row(&[&long, b"b"], false);
        let lengths: Vec<_> = row.cells(299).map(<[u8]>::len).collect();
        assert_eq!(lengths, [CUT_CELL_BYTES, 1]);
        let lengths: Vec<_> = row.cells(300).map(<[u8]>::len).collect();
        assert_eq!(lengths, [300, 1]);
    }
}
