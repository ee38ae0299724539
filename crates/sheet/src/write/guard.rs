//! Cells of text files that a spreadsheet would run as formulas.
//!
//! A guarded cell has an apostrophe in front, which spreadsheets show as part of a text; reading
//! takes it off again. Workbooks need no guard: there a text is a text.

use std::borrow::Cow;

/// What a formula may begin with, in ASCII and in full width.
const FORMULA_STARTS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// The cell, behind an apostrophe where it begins like a formula.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(FORMULA_STARTS) { format!("'{cell}").into() } else { cell.into() }
}

/// The cell without the apostrophe that [`guarded`] or a spreadsheet put in front of a formula.
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(FORMULA_STARTS) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_written_as_text_and_read_back() {
        for (cell, written) in [
            ("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"),
            ("-0.2", "'-0.2"),
            ("＝1", "'＝1"),
            ("\t=1", "'\t=1"),
        ] {
            assert_eq!(guarded(cell), written);
            assert_eq!(unguarded(written), cell);
        }
    }

    #[test]
    fn other_cells_stay_as_they_are() {
        for cell in ["", "示例", "'示例", "0.2", "''=1"] {
            assert_eq!(guarded(cell), cell);
            assert_eq!(unguarded(cell), cell);
        }
    }
}
