//! `.xlsx` workbooks, made in memory: styled cells, notes, drop-downs, hints.
//!
//! The same rows give the same bytes: nothing in a workbook tells when or where it was made. A text
//! is written as a text and never as a formula, whatever it begins with. Size is bounded, because
//! the whole workbook is in memory until it is finished. Knows nothing of what a cell means.
//!
//! `sheet` writes cells, `entry` says what may be typed into them.

mod entry;
mod formats;
mod sheet;

use std::io::{self, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

pub use entry::{Entry, Hint};
pub use sheet::SheetWriter;

use super::allowed::{capped, sheet_name};

/// Rows of a sheet, by the file format.
pub const ROWS_MAX: u32 = 1_048_576;
/// Columns of a sheet, by the file format.
pub const COLUMNS_MAX: u16 = 16_384;
/// Cells of a workbook that are written, over all sheets; each takes about 100 bytes of memory.
pub const CELLS_MAX: u64 = 1_000_000;
/// Bytes of text of a workbook, notes included; memory holds them about three times over.
pub const TEXT_BYTES_MAX: u64 = 48 << 20;
/// Notes of a workbook. Each is a drawing of its own, and spreadsheet programs become slow over
/// tens of thousands of them.
pub const NOTES_MAX: u32 = 20_000;

/// The sheet that holds the values of long drop-downs; nobody sees it.
const LISTS_SHEET: &str = "选项";

/// Why a workbook could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    /// More cells than are written.
    #[error("the workbook would have more than {CELLS_MAX} cells")]
    TooManyCells,
    /// More text than is written.
    #[error("the workbook would hold more than {TEXT_BYTES_MAX} bytes of text")]
    TooMuchText,
    /// What the file format does not allow: a row or column beyond its end, a sheet's name twice.
    #[error("the workbook cannot be made")]
    Format(#[source] XlsxError),
    /// The place that it goes to failed.
    #[error("the workbook could not be written")]
    Write(#[source] io::Error),
}

/// What was written so far, against the limits.
#[derive(Debug, Default)]
struct Used {
    cells: u64,
    text_bytes: u64,
    notes: u32,
}

impl Used {
    fn cell(&mut self, text: &str) -> Result<(), WorkbookError> {
        self.cells += 1;
        if self.cells > CELLS_MAX {
            return Err(WorkbookError::TooManyCells);
        }
        self.text(text)
    }

    fn text(&mut self, text: &str) -> Result<(), WorkbookError> {
        self.text_bytes += text.len() as u64;
        if self.text_bytes > TEXT_BYTES_MAX { Err(WorkbookError::TooMuchText) } else { Ok(()) }
    }
}

/// Makes one workbook.
pub struct WorkbookWriter {
    book: Workbook,
    formats: formats::Formats,
    lists: entry::Lists,
    used: Used,
}

impl WorkbookWriter {
    /// An empty workbook; `title` and `author` stand in its properties.
    pub fn new(title: &str, author: &str) -> Self {
        let made = ExcelDateTime::from_ymd(2000, 1, 1).expect("a date that exists");
        let properties = DocProperties::new()
            .set_title(capped(title, 255))
            .set_author(capped(author, 52))
            .set_creation_datetime(&made);
        let mut book = Workbook::new();
        book.set_properties(&properties);
        Self {
            book,
            formats: formats::Formats::new(),
            lists: entry::Lists::default(),
            used: Used::default(),
        }
    }

    /// Adds a sheet behind those there are; the first one is shown when the file is opened. `name`
    /// is bent into what the file format allows ([`sheet_name`]).
    ///
    /// # Errors
    /// None today; a name given twice is found by [`WorkbookWriter::finish`].
    pub fn sheet(&mut self, name: &str) -> Result<SheetWriter<'_>, WorkbookError> {
        let sheet = self.book.add_worksheet();
        sheet.set_name(sheet_name(name)).map_err(WorkbookError::Format)?;
        Ok(SheetWriter::new(sheet, &self.formats, &mut self.lists, &mut self.used))
    }

    /// Writes the workbook out.
    pub fn finish(mut self, out: &mut dyn Write) -> Result<(), WorkbookError> {
        self.lists.write(&mut self.book, &mut self.used)?;
        let mut bytes = Vec::new();
        self.book.save_to_writer(&mut bytes).map_err(WorkbookError::Format)?;
        drop(self);
        out.write_all(&bytes).and_then(|()| out.flush()).map_err(WorkbookError::Write)
    }
}

#[cfg(test)]
mod tests;
