//! Formulas of a sheet: which cells they fill, and whether they name another workbook.

use std::collections::HashSet;

use crate::Formula;

/// Shared formulas that name another workbook and are remembered; beyond them, all are taken for
/// such.
const SHARED_MAX: usize = 10_000;
/// Array formulas that are remembered at a time: each is compared with every cell.
const ARRAYS_MAX: usize = 64;

/// What the `<f>` element of a cell says.
#[derive(Default)]
pub(super) struct Seen {
    /// There is one.
    pub(super) is_present: bool,
    /// Its text, as far as it matters.
    pub(super) text: Vec<u8>,
    /// Number of the formula that several cells share.
    pub(super) shared: Option<u32>,
    /// The cells that it fills, where it fills more than its own.
    pub(super) range: Option<Range>,
    /// It is of one cell and fills others.
    pub(super) is_array: bool,
}

/// A box of cells: first and last row, first and last column, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) rows: (u32, u32),
    pub(super) columns: (u32, u32),
}

/// The formulas of a sheet that concern more than one cell.
#[derive(Default)]
pub(super) struct Formulas {
    /// Numbers of shared formulas that name another workbook.
    shared_external: HashSet<u32>,
    /// Array formulas that still fill cells, and whether they name another workbook.
    arrays: Vec<(Range, bool)>,
    is_full: bool,
}

impl Seen {
    pub(super) fn clear(&mut self) {
        self.is_present = false;
        self.text.clear();
        self.shared = None;
        self.range = None;
        self.is_array = false;
    }
}

impl Formulas {
    /// Forgets what lies above a row.
    pub(super) fn begin_row(&mut self, row: u32) {
        self.arrays.retain(|(range, _)| range.rows.1 >= row);
    }

    /// Where the value of a cell comes from.
    pub(super) fn judge(&mut self, at: (u32, u32), seen: &Seen, has_value: bool) -> Formula {
        let computed = if has_value { Formula::Computed } else { Formula::NotComputed };
        if !seen.is_present {
            return match self.arrays.iter().find(|(range, _)| range.contains(at)) {
                Some((_, true)) => Formula::External,
                Some((_, false)) => computed,
                None => Formula::None,
            };
        }
        let mut is_external = names_other_workbook(&seen.text);
        if let Some(number) = seen.shared {
            if is_external {
                self.remember_shared(number);
            }
            is_external |= self.is_full || self.shared_external.contains(&number);
        }
        if let Some(range) = seen.range.filter(|_| seen.is_array)
            && self.arrays.len() < ARRAYS_MAX
        {
            self.arrays.push((range, is_external));
        }
        if is_external { Formula::External } else { computed }
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.shared_external.capacity() * size_of::<u32>()
            + self.arrays.capacity() * size_of::<(Range, bool)>()
    }

    fn remember_shared(&mut self, number: u32) {
        if self.shared_external.len() < SHARED_MAX {
            self.shared_external.insert(number);
        } else {
            self.is_full = true;
        }
    }
}

impl Range {
    /// `A1:B2`, or the one cell `A1`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once(':').unwrap_or((text, text));
        let ((top, left), (bottom, right)) = (cell(first)?, cell(last)?);
        Some(Self { rows: (top, bottom), columns: (left, right) })
    }

    fn contains(&self, (row, column): (u32, u32)) -> bool {
        (self.rows.0..=self.rows.1).contains(&row)
            && (self.columns.0..=self.columns.1).contains(&column)
    }
}

/// Row and column, from 0, of a cell's name; `None` for what is no name.
pub(super) fn cell(name: &str) -> Option<(u32, u32)> {
    let bytes = name.as_bytes();
    let letters = bytes.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (letters, digits) = bytes.split_at_checked(letters)?;
    if letters.is_empty() || letters.len() > 4 || digits.is_empty() || digits.len() > 9 {
        return None;
    }
    let column = letters
        .iter()
        .fold(0, |column, letter| column * 26 + u32::from(letter.to_ascii_uppercase() - b'A' + 1));
    let mut row = 0;
    for digit in digits {
        row = row * 10 + char::from(*digit).to_digit(10)?;
    }
    Some((row.checked_sub(1)?, column - 1))
}

/// Whether a formula names another workbook: `[2]Sheet1!A1`, or `'C:\[book.xlsx]Sheet1'!A1`.
/// Columns of tables stand in brackets too: `Table1[Amount]`, `[@Amount]`.
fn names_other_workbook(formula: &[u8]) -> bool {
    let mut rest = formula;
    let mut before = 0_u8;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'"' {
            // A text: nothing in it is a name.
            let end = memchr::memchr(b'"', rest).map_or(rest.len(), |end| end + 1);
            rest = rest.get(end..).unwrap_or_default();
        } else if byte == b'[' {
            let inner = inside_brackets(rest);
            let is_number = !inner.is_empty() && inner.iter().all(u8::is_ascii_digit);
            let is_path = memchr::memmem::find(&inner.to_ascii_lowercase(), b".xl").is_some();
            if !is_of_name(before) && (is_number || is_path && !inner.contains(&b'[')) {
                return true;
            }
            rest = rest.get(inner.len()..).unwrap_or_default();
        }
        before = byte;
    }
    false
}

/// The bytes up to the bracket that closes the one before them.
fn inside_brackets(bytes: &[u8]) -> &[u8] {
    let mut depth = 0_usize;
    let end = bytes.iter().position(|byte| {
        match byte {
            b'[' => depth += 1,
            b']' if depth == 0 => return true,
            b']' => depth -= 1,
            _ => {}
        }
        false
    });
    bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default()
}

/// Whether a byte may be the last of a table's name.
fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.') || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_that_name_another_workbook_are_known() {
        for formula in [
            "[1]Sheet1!A1",
            "SUM('[12]表 1'!A1:A3)",
            "A1+[3]!Name",
            "'C:\\dir\\[book.xlsx]Sheet1'!A1",
            "\"x\"&[2]Sheet1!$A$1",
        ] {
            assert!(names_other_workbook(formula.as_bytes()), "{formula}");
        }
        for formula in [
            "Sheet2!A1",
            "SUM(Table1[Amount])",
            "SUM(表1[2019])",
            "Table1[[#This Row],[2019]]",
            "[@Amount]*2",
            "\"[1]Sheet1!A1\"",
            "",
        ] {
            assert!(!names_other_workbook(formula.as_bytes()), "{formula}");
        }
    }

    #[test]
    fn names_of_cells_are_places() {
        for (name, place) in [
            ("A1", Some((0, 0))),
            ("XFD1048576", Some((1_048_575, 16_383))),
            ("aa10", Some((9, 26))),
            ("A0", None),
            ("A", None),
            ("1", None),
            ("A1B", None),
            ("AAAAA1", None),
            ("A9999999999", None),
            ("", None),
        ] {
            assert_eq!(cell(name), place, "{name}");
        }
    }

    #[test]
    fn cells_of_an_array_formula_are_computed_ones() {
        let mut formulas = Formulas::default();
        let range = Range::parse("B2:C3").unwrap();
        let seen = Seen {
            is_present: true,
            text: b"A1:A2".to_vec(),
            range: Some(range),
            is_array: true,
            ..Seen::default()
        };
        assert_eq!(formulas.judge((1, 1), &seen, true), Formula::Computed);
        let plain = Seen::default();
        assert_eq!(formulas.judge((2, 2), &plain, true), Formula::Computed);
        assert_eq!(formulas.judge((2, 3), &plain, true), Formula::None);
        formulas.begin_row(3);
        assert_eq!(formulas.judge((2, 2), &plain, true), Formula::None);
    }
}
