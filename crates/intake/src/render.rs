//! Kept rows → the file of rejected rows that a clerk mends and hands in again.
//!
//! It has the shape of the file that came: its title rows, its columns in their order and spelling.
//! Behind them stand a column for each required field that it lacked, then [`REASON_COLUMNS`] with
//! the errors of the row. Reasons of an earlier round are dropped. Cells that a row had beyond its
//! header follow at the end, where they can be seen.
//!
//! Nothing is mended on the way: a cell that Excel had turned into a number or a date comes back as
//! that number or date, because a text made of it could be taken in without anybody having looked.
//! In a workbook the columns of texts and codes are formatted as text, so a number that is typed
//! again becomes a text, with all its digits.
//!
//! `layout` says which column is where, `text` and `workbook` write.

mod layout;
mod text;
mod workbook;

use std::io::{self, Read, Write};

use tiaoxi_catalog::Item;
use tiaoxi_sheet::{FileKind, Form, write::table::TableError};

use crate::kept::{KeptError, KeptReader, KeptRow};
use layout::Layout;

pub use crate::shape::REASON_COLUMNS;

/// Rejected rows of one workbook; more come in parts, which count from 1.
pub const WORKBOOK_ROWS_MAX: u32 = 20_000;
/// Bytes of text of one part, findings included: more takes a spreadsheet program long to open.
const PART_TEXT_BYTES_MAX: usize = 24 << 20;

/// Why rejected rows could not be made into a file.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The kept rows could not be read.
    #[error("the rejected rows could not be read")]
    Kept(#[from] KeptError),
    /// The place that the file goes to failed.
    #[error("the file of rejected rows could not be written")]
    Write(#[source] io::Error),
    /// The workbook could not be made.
    #[error("the workbook of rejected rows could not be made")]
    Workbook(#[source] TableError),
    /// A kind that is not written ([`FileKind::Xls`]), or a text file asked for where a workbook
    /// came: a text file cannot show what a spreadsheet had made of a cell.
    #[error("rejected rows of an {of} file are not written as {kind}", of = .of.as_str(), kind = .kind.as_str())]
    Kind {
        /// The kind asked for.
        kind: FileKind,
        /// The kind of the file that came.
        of: FileKind,
    },
    /// There are fewer parts.
    #[error("there is no part {part} of the rejected rows")]
    NoSuchPart {
        /// The part asked for.
        part: u32,
    },
}

impl From<TableError> for RenderError {
    fn from(error: TableError) -> Self {
        match error {
            TableError::Write(source) => Self::Write(source),
            other => Self::Workbook(other),
        }
    }
}

/// The kind in which rejected rows come back unless another is asked for: that of the file, but
/// `.xlsx` for `.xls`, which nobody should have to write any more.
pub fn rejected_kind(form: &Form) -> FileKind {
    match form.kind {
        FileKind::Xls => FileKind::Xlsx,
        other => other,
    }
}

/// Writes the rejected rows among `rows` as a file of `kind`, row by row: memory holds one row and
/// the notes of a workbook, which are bounded. A text file is one part, number 1; a
/// workbook has as many as [`parts`] says.
///
/// # Errors
/// [`RenderError`]. What went to `out` before an error is no whole file.
pub fn rejected<R: Read>(
    rows: KeptReader<R>,
    item: &Item,
    kind: FileKind,
    part: u32,
    out: &mut dyn Write,
) -> Result<(), RenderError> {
    let form = &rows.shape().form;
    let came_as_text = matches!(form.kind, FileKind::Csv | FileKind::Tsv);
    match kind {
        FileKind::Xlsx => workbook::write(rows, item, part, out),
        FileKind::Csv | FileKind::Tsv if came_as_text => {
            if part == 1 {
                text::write(rows, item, kind, out)
            } else {
                Err(RenderError::NoSuchPart { part })
            }
        }
        FileKind::Csv | FileKind::Tsv | FileKind::Xls => {
            Err(RenderError::Kind { kind, of: form.kind })
        }
    }
}

/// Files that [`rejected`] makes of `rows`: 0 where no row was rejected. Reads all of them.
pub fn parts<R: Read>(mut rows: KeptReader<R>, kind: FileKind) -> Result<u32, RenderError> {
    let mut parts = Parts::default();
    let mut last = 0;
    while let Some(row) = rows.next_row()? {
        if let Some(part) = parts.of(&row) {
            last = part;
        }
    }
    Ok(if kind == FileKind::Xlsx { last } else { last.min(1) })
}

/// Deals rejected rows out to parts, always in the same way.
#[derive(Debug)]
struct Parts {
    part: u32,
    rows: u32,
    text_bytes: usize,
}

impl Default for Parts {
    fn default() -> Self {
        Self { part: 1, rows: 0, text_bytes: 0 }
    }
}

impl Parts {
    /// The part that the next row belongs to; `None` for a row that was not rejected.
    fn of(&mut self, row: &KeptRow) -> Option<u32> {
        let cells = row.cells.as_ref()?;
        let text_bytes = cells.iter().map(|cell| cell.text.len()).sum::<usize>()
            // Each finding stands in the reasons and in a note.
            + row.findings.iter().map(|it| it.code.len() + 2 * it.zh.len()).sum::<usize>();
        let is_full =
            self.rows >= WORKBOOK_ROWS_MAX || self.text_bytes + text_bytes > PART_TEXT_BYTES_MAX;
        if is_full && self.rows > 0 {
            *self = Self { part: self.part + 1, ..Self::default() };
        }
        self.rows += 1;
        self.text_bytes += text_bytes;
        Some(self.part)
    }
}
