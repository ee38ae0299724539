//! The first rows of a file, among which the header is.
//!
//! Read once and looked at for as many items as need be. Knows nothing of catalogues.

use std::io::{Read, Seek};

use tiaoxi_sheet::{SheetFile, read::ReadError};

use crate::IntakeError;

/// Rows, from the top, among which a header is looked for.
pub(crate) const ROWS_MAX: usize = 30;
/// Bytes of a cell that can be a header; of longer ones the beginning is kept.
const CELL_BYTES_MAX: usize = 1024;

/// The first rows of a file that are not blank.
pub(crate) struct Top {
    pub(crate) rows: Vec<TopRow>,
    /// Why there are no more of them, where the file did not simply end.
    broken: Option<ReadError>,
}

/// One of the first rows.
pub(crate) struct TopRow {
    /// How many rows of the file come before it, blank ones included.
    pub(crate) before: usize,
    /// Where the clerk finds it.
    pub(crate) line: u64,
    /// Its cells as they stand; those beyond the limits are missing.
    pub(crate) cells: Vec<String>,
    /// How many cells it has, those that are missing included.
    pub(crate) cells_total: usize,
    /// A quotation mark in it has no partner: where its columns end is a guess.
    pub(crate) has_stray_quote: bool,
}

impl TopRow {
    /// Refuses a header with such a mark, as nothing below it would stand in its column.
    pub(crate) fn refuse_stray_quote(&self) -> Result<(), ReadError> {
        if self.has_stray_quote {
            return Err(ReadError::UnclosedQuote { line: self.line });
        }
        Ok(())
    }
}

impl Top {
    pub(crate) fn read<S: Read + Seek>(file: &mut SheetFile<S>) -> Result<Self, IntakeError> {
        let mut top = Self { rows: Vec::new(), broken: None };
        let mut rows = file.rows()?;
        for before in 0..ROWS_MAX {
            match rows.read() {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    top.broken = Some(error);
                    break;
                }
            }
            let row = rows.row();
            let cells: Vec<_> = row
                .cells(CELL_BYTES_MAX)
                .map(|cell| String::from_utf8_lossy(cell).into_owned())
                .collect();
            if cells.iter().any(|cell| !cell.trim().is_empty()) {
                top.rows.push(TopRow {
                    before,
                    line: row.line(),
                    cells,
                    cells_total: row.len(),
                    has_stray_quote: row.has_stray_quote(),
                });
            }
        }
        Ok(top)
    }

    /// Why no header was found: the file broke off, is blank, or holds something else.
    pub(crate) fn without_header(self, otherwise: IntakeError) -> IntakeError {
        match self.broken {
            Some(error) => error.into(),
            None if self.rows.is_empty() => IntakeError::EmptyFile,
            None => otherwise,
        }
    }
}
