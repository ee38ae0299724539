//! Rejected rows → a CSV file that a clerk corrects in a spreadsheet and hands in again.
//!
//! The file has the columns of the one it came from, then [`COLUMNS`]. A cell that a spreadsheet
//! would run as a formula gets an apostrophe in front, which spreadsheets show as text; intake
//! takes it off again, so the file can be handed in as it is. Intake knows the two columns and
//! passes over them.

use std::io::{self, Write};

use tiaoxi_catalog::{Finding, Severity};

use crate::Header;

/// The columns added to those of the file.
pub const COLUMNS: [&str; 2] = ["错误代码", "错误说明"];

/// What a formula may begin with, in ASCII and in full width.
const FORMULA_STARTS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Why rejected rows could not be written.
#[derive(Debug, thiserror::Error)]
pub enum RejectedError {
    /// A row did not go out.
    #[error("the rejected row {row} could not be written")]
    Row {
        /// Row of the file; 0 for the header.
        row: u32,
        /// What the writer said.
        #[source]
        source: csv::Error,
    },
    /// The last rows did not go out.
    #[error("the file of rejected rows could not be finished")]
    Finish(#[source] io::Error),
}

/// Writes rejected rows as CSV in UTF-8 with a byte order mark, which spreadsheets need.
pub struct RejectedWriter<W: Write> {
    out: csv::Writer<W>,
    /// Whether each column of the file is written; reasons of an earlier round are not.
    kept: Vec<bool>,
    rows: u32,
}

impl<W: Write> RejectedWriter<W> {
    /// Writes byte order mark and header.
    pub fn new(mut out: W, header: &Header) -> Result<Self, RejectedError> {
        let kept: Vec<bool> =
            (0..header.columns().len()).map(|column| !header.is_reason(column)).collect();
        let at_header = |source| RejectedError::Row { row: 0, source };
        out.write_all("\u{feff}".as_bytes()).map_err(|error| at_header(error.into()))?;
        let out = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .flexible(true)
            .from_writer(out);
        let mut writer = Self { out, kept, rows: 0 };
        writer.write_record(header.columns(), &COLUMNS.map(str::to_owned)).map_err(at_header)?;
        Ok(writer)
    }

    /// Writes the cells of a rejected row with their reasons.
    pub fn write(
        &mut self,
        row: u32,
        cells: &[String],
        findings: &[Finding],
    ) -> Result<(), RejectedError> {
        let errors = || findings.iter().filter(|finding| finding.severity == Severity::Error);
        let codes: Vec<_> = errors().map(|finding| finding.code).collect();
        let reasons: Vec<_> = errors().map(|finding| finding.zh.as_str()).collect();
        self.write_record(cells, &[codes.join(";"), reasons.join("；")])
            .map_err(|source| RejectedError::Row { row, source })?;
        self.rows += 1;
        Ok(())
    }

    /// Rows written so far.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Writes out what is buffered and gives the writer back.
    pub fn finish(self) -> Result<W, RejectedError> {
        self.out.into_inner().map_err(|error| RejectedError::Finish(error.into_error()))
    }

    fn write_record(&mut self, cells: &[String], reasons: &[String; 2]) -> Result<(), csv::Error> {
        for (place, kept) in self.kept.iter().enumerate() {
            if *kept {
                let cell = cells.get(place).map_or("", String::as_str);
                self.out.write_field(guarded(cell).as_bytes())?;
            }
        }
        // The reasons stay under their columns; cells that the header has no column for follow.
        for cell in reasons.iter().chain(cells.iter().skip(self.kept.len())) {
            self.out.write_field(guarded(cell).as_bytes())?;
        }
        self.out.write_record(None::<&[u8]>)
    }
}

/// The cell, behind an apostrophe where it begins like a formula.
fn guarded(cell: &str) -> std::borrow::Cow<'_, str> {
    if cell.starts_with(FORMULA_STARTS) { format!("'{cell}").into() } else { cell.into() }
}

/// The cell without the apostrophe that [`guarded`] or a spreadsheet put in front of a formula.
pub(crate) fn unguarded(cell: &str) -> &str {
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
