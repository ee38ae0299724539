//! Where quotation marks stand in the text of a row, and whether all of them have a partner.
//!
//! RFC 4180: a cell that begins with a mark ends with one, marks inside are doubled. Blanks behind
//! the closing mark are let through, and marks inside a cell that began without one are ordinary
//! characters. Knows nothing of files and limits.

use memchr::{memchr, memchr_iter, memchr2, memchr3};

const MARK: u8 = b'"';

/// Columns from which on a cell that looks like whole rows is taken for whole rows: with fewer, a
/// text of several lines may have as many delimiters by chance.
const ROWS_COLUMNS_MIN: usize = 6;

/// Place of the first line break.
pub(super) fn line_break(text: &[u8]) -> Option<usize> {
    memchr2(b'\r', b'\n', text)
}

/// The text of a row without the line break at its end.
fn without_end(row: &[u8]) -> &[u8] {
    row.strip_suffix(b"\n").or_else(|| row.strip_suffix(b"\r")).unwrap_or(row)
}

/// Whether a row goes over several lines.
pub(super) fn spans_lines(row: &[u8]) -> bool {
    line_break(without_end(row)).is_some()
}

/// Place of the mark that closes the cell that `text` begins with, whatever stands behind it.
pub(super) fn closing(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        let mark = at + memchr(MARK, text.get(at..)?)?;
        if text.get(mark + 1) != Some(&MARK) {
            return Some(mark);
        }
        at = mark + 2;
    }
}

/// Whether a cell may end where `behind` follows its closing mark.
pub(super) fn may_end(behind: &[u8], delimiter: u8) -> bool {
    let next = behind.iter().find(|byte| **byte == delimiter || !matches!(byte, b' ' | b'\t'));
    next.is_none_or(|byte| *byte == delimiter || matches!(byte, b'\r' | b'\n'))
}

/// Place of the closing mark of the cell that `text` begins with, if it is quoted as it should be.
fn sound_closing(text: &[u8], delimiter: u8) -> Option<usize> {
    let mark = closing(text)?;
    may_end(text.get(mark + 1..).unwrap_or_default(), delimiter).then_some(mark)
}

/// Whether every mark of a row has its partner. A mark inside a cell that began without one is
/// suspicious only below the first line: there it may have opened a cell of another row.
pub(super) fn are_sound(row: &[u8], delimiter: u8) -> bool {
    let first_line = line_break(row).unwrap_or(row.len());
    let mut at = 0;
    while let Some(mark) = row.get(at..).and_then(|rest| memchr(MARK, rest)).map(|it| at + it) {
        let before = mark.checked_sub(1).and_then(|before| row.get(before));
        if before.is_none_or(|byte| *byte == delimiter) {
            let cell = row.get(mark..).unwrap_or_default();
            let Some(closing) = sound_closing(cell, delimiter) else { return false };
            at = mark + closing + 1;
        } else if mark > first_line {
            return false;
        } else {
            at = mark + 1;
        }
    }
    true
}

/// Whether a row of several lines is rather rows of their own, of `expected` cells, held together
/// by two stray marks: it has another number of cells, and a line below the first has that number;
/// or every single line has it.
pub(super) fn holds_rows(row: &[u8], delimiter: u8, cells: usize, expected: usize) -> bool {
    if expected < 2 || !spans_lines(row) {
        return false;
    }
    let lines = row.split(|byte| matches!(byte, b'\r' | b'\n')).filter(|line| !line.is_empty());
    let mut is_row = lines.map(|line| memchr_iter(delimiter, line).count() + 1 == expected);
    if cells == expected {
        expected >= ROWS_COLUMNS_MIN && is_row.all(|is_row| is_row)
    } else {
        is_row.skip(1).any(|is_row| is_row)
    }
}

/// The cells of one line, in which a mark without its partner is an ordinary character.
pub(super) struct LineCells<'t> {
    rest: Option<&'t [u8]>,
    delimiter: u8,
}

/// One of them.
pub(super) struct LineCell<'t> {
    /// Its text, without the marks around it.
    text: &'t [u8],
    /// Marks inside it are doubled.
    is_quoted: bool,
}

impl<'t> LineCells<'t> {
    pub(super) fn of(line: &'t [u8], delimiter: u8) -> Self {
        Self { rest: Some(line), delimiter }
    }
}

impl<'t> Iterator for LineCells<'t> {
    type Item = LineCell<'t>;

    fn next(&mut self) -> Option<LineCell<'t>> {
        let rest = self.rest?;
        let closing =
            rest.starts_with(b"\"").then(|| sound_closing(rest, self.delimiter)).flatten();
        let from = closing.unwrap_or_default();
        let end = rest.get(from..).and_then(|rest| memchr(self.delimiter, rest));
        let end = end.map(|end| from + end);
        self.rest = end.and_then(|end| rest.get(end + 1..));
        let text = match closing {
            Some(closing) => rest.get(1..closing),
            None => rest.get(..end.unwrap_or(rest.len())),
        };
        Some(LineCell { text: text.unwrap_or_default(), is_quoted: closing.is_some() })
    }
}

impl LineCell<'_> {
    /// Appends the first `bytes_max` bytes or so of the cell.
    pub(super) fn append_to(&self, out: &mut Vec<u8>, bytes_max: usize) {
        let end = out.len() + bytes_max;
        if !self.is_quoted {
            out.extend(self.text.iter().take(bytes_max));
            return;
        }
        let mut rest = self.text;
        while let Some(mark) = memchr(MARK, rest)
            && out.len() < end
        {
            let (part, behind) = rest.split_at(mark + 1);
            out.extend(part.iter().take(bytes_max));
            rest = behind.strip_prefix(b"\"").unwrap_or(behind);
        }
        out.extend(rest.iter().take(end.saturating_sub(out.len())));
    }
}

/// How many delimiters each row of a text has, the last one perhaps cut, in which a mark hides
/// what stands behind it up to its partner: one on the same line, or a sound one below.
pub(super) struct DelimiterCounts<'t> {
    pub(super) rest: &'t [u8],
    pub(super) delimiter: u8,
}

impl Iterator for DelimiterCounts<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.rest.is_empty() {
            return None;
        }
        let mut count = 0;
        loop {
            let hidden = self.hidden();
            let end = self.rest.get(hidden..);
            let end = end.and_then(|rest| memchr3(self.delimiter, b'\r', b'\n', rest));
            let Some(end) = end.map(|end| hidden + end) else {
                self.rest = &[];
                return Some(count);
            };
            let is_delimiter = self.rest.get(end) == Some(&self.delimiter);
            self.rest = self.rest.get(end + 1..).unwrap_or_default();
            if !is_delimiter {
                return Some(count);
            }
            count += 1;
        }
    }
}

impl DelimiterCounts<'_> {
    /// Bytes of the cell ahead in which a delimiter is text.
    fn hidden(&self) -> usize {
        if !self.rest.starts_with(b"\"") {
            return 0;
        }
        let Some(closing) = closing(self.rest) else { return 0 };
        let (cell, behind) = self.rest.split_at(closing + 1);
        let is_hidden = line_break(cell).is_none() || may_end(behind, self.delimiter);
        if is_hidden { closing + 1 } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_without_a_partner_are_told_from_those_with_one() {
        for (row, expected) in [
            ("a,b\n", true),
            ("\"a,b\",c\n", true),
            ("\"a\"\"b\" ,c\n", true),
            ("\"a\nb\",\"\"\n", true),
            ("\"a\"\r", true),
            ("5\" a,b\"\n", true),
            ("5\" a,\"b\nc\"\n", true),
            ("\"a\"b,c\n", false),
            ("\"a,\"b,c\",d\n", false),
            ("\"a\n\"b,c\",d\n", false),
            // Opened in one row, closed where the next has a cell that begins with a delimiter.
            ("\"a\nb,\",c\"\n", false),
            ("\"a", false),
            ("\"\"\"", false),
        ] {
            assert_eq!(are_sound(row.as_bytes(), b','), expected, "{row:?}");
        }
    }

    #[test]
    fn a_cell_that_is_made_of_rows_is_told_from_one_of_several_lines() {
        for (row, cells, expected, holds) in [
            ("a,\"b\nc,d,e\nf\"\n", 2, 3, true),
            ("a,\"b\nc,d\n\"\n", 2, 3, false),
            ("a,\"b\nc,d,e\nf\",g\n", 3, 3, false),
            ("1,2,3,4,\"5,6\n1,2,3,4,5\",6\n", 6, 6, true),
            ("1,2,3,4,\"5\n1,2,3,4,5\",6\n", 6, 6, false),
            ("\"a,b,c\",d\n", 2, 3, false),
            ("\"a\nb\"\n", 1, 1, false),
        ] {
            assert_eq!(holds_rows(row.as_bytes(), b',', cells, expected), holds, "{row:?}");
        }
    }

    #[test]
    fn in_a_line_only_marks_without_a_partner_are_text() {
        for (line, expected) in [
            ("\"a,b,\"c,\"\"d\",e", vec!["\"a", "b", "c,\"d", "e"]),
            ("\"a\"b\"c\",d,", vec!["\"a\"b\"c\"", "d", ""]),
            ("\"\"\"", vec!["\"\"\""]),
            ("\"a\" ,\"\"", vec!["a", ""]),
        ] {
            let cells = LineCells::of(line.as_bytes(), b',').map(|cell| {
                let mut text = Vec::new();
                cell.append_to(&mut text, 100);
                String::from_utf8(text).unwrap()
            });
            assert_eq!(cells.collect::<Vec<_>>(), expected, "{line:?}");
        }
    }

    #[test]
    fn delimiters_behind_a_stray_mark_count() {
        for (text, expected) in [
            ("a,b\r\nc\n", vec![1, 0, 0]),
            ("\"a,b\",c\nd,e,", vec![1, 2]),
            ("a,\"b,c\nd,\"e, f\",g\n", vec![2, 2]),
            ("\"a\n,b\",c\n", vec![1]),
            ("\"a,b\"c,d\n", vec![1]),
        ] {
            let counts = DelimiterCounts { rest: text.as_bytes(), delimiter: b',' };
            assert_eq!(counts.collect::<Vec<_>>(), expected, "{text:?}");
        }
    }
}
