//! An `.xlsx` workbook of one sheet, written row by row: memory holds one row and the notes.
//!
//! Written by hand, because the library behind [`workbook`](super::workbook) holds every cell in
//! memory, about 10 KB a row. The same rows give the same bytes. A text is written as a text and
//! never as a formula. Knows nothing of what a cell means.
//!
//! `parts` holds what is the same in every file, `notes` what stands on cells, `xml` how text is
//! written into both.

mod notes;
mod parts;
mod xml;

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use rust_xlsxwriter::{IntoExcelDateTime, utility::column_number_to_name};
use zip::{
    CompressionMethod, DateTime, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

use super::{
    allowed::{cell_text, sheet_name},
    content::Content,
    note,
    style::{CellFormat, Look},
};
use crate::Value;
use notes::Notes;

pub use super::workbook::{COLUMNS_MAX, NOTES_MAX, ROWS_MAX};

/// Bytes of the texts of all notes; they are in memory until the sheet is finished.
const NOTES_BYTES_MAX: usize = 8 << 20;

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// A sheet has [`ROWS_MAX`] rows.
    #[error("a sheet has no more than {ROWS_MAX} rows")]
    TooManyRows,
    /// A sheet has [`COLUMNS_MAX`] columns.
    #[error("a sheet has no more than {COLUMNS_MAX} columns")]
    TooManyColumns,
    /// The place that it goes to failed.
    #[error("the workbook could not be written")]
    Write(#[source] io::Error),
}

impl From<io::Error> for TableError {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

impl From<zip::result::ZipError> for TableError {
    fn from(error: zip::result::ZipError) -> Self {
        Self::Write(error.into())
    }
}

/// A column of the sheet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Its width in characters.
    pub width: f64,
    /// Format of its cells, those that are empty included.
    pub format: CellFormat,
}

/// Writes the sheet.
pub struct TableWriter<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    columns: Vec<Column>,
    notes: Notes,
    /// Rows written, the open one included.
    rows: u32,
    /// The next column of the open row, from 0.
    column: u16,
    /// XML of the open row.
    line: String,
}

impl<W: Write> TableWriter<W> {
    /// A workbook with one sheet, whose name is `name` as far as the file format allows
    /// ([`sheet_name`]); its first `frozen_rows` rows stay in view.
    ///
    /// # Errors
    /// [`TableError`]; more than [`COLUMNS_MAX`] columns.
    pub fn new(
        out: W,
        name: &str,
        columns: Vec<Column>,
        frozen_rows: u32,
    ) -> Result<Self, TableError> {
        if columns.len() > usize::from(COLUMNS_MAX) {
            return Err(TableError::TooManyColumns);
        }
        let mut zip = ZipWriter::new_stream(out);
        for (path, content) in parts::constant() {
            start(&mut zip, path)?;
            zip.write_all(content.as_bytes())?;
        }
        start(&mut zip, "xl/workbook.xml")?;
        zip.write_all(parts::workbook(&sheet_name(name)).as_bytes())?;
        start(&mut zip, "xl/styles.xml")?;
        zip.write_all(parts::styles().as_bytes())?;
        start(&mut zip, "xl/worksheets/sheet1.xml")?;
        zip.write_all(parts::sheet_head(&columns, frozen_rows).as_bytes())?;
        let notes = Notes::default();
        Ok(Self { zip, columns, notes, rows: 0, column: 0, line: String::new() })
    }

    /// Begins the next row.
    pub fn row(&mut self) -> Result<(), TableError> {
        self.end_row()?;
        if self.rows >= ROWS_MAX {
            return Err(TableError::TooManyRows);
        }
        self.rows += 1;
        self.column = 0;
        write_xml(&mut self.line, format_args!("<row r=\"{}\">", self.rows));
        Ok(())
    }

    /// Writes the next cell of the row as what it holds: a number as a number, a date as a date
    /// (shown as one, whatever the column's format), an error value as that error, everything else
    /// as text. A text that is no number, date or error after all stays a text. A text over 32,767
    /// characters is cut.
    pub fn cell(&mut self, text: &str, value: Value, look: Look) -> Result<(), TableError> {
        let column = self.column;
        if column >= COLUMNS_MAX || self.rows == 0 {
            return Err(TableError::TooManyColumns);
        }
        self.column += 1;
        // An empty cell is written only for its look: its format is the column's.
        if text.is_empty() && look == Look::Plain {
            return Ok(());
        }
        let format =
            self.columns.get(usize::from(column)).map_or_else(Default::default, |c| c.format);
        let content = Content::of(text, value);
        let style = parts::style_index(content.shown(format), look);
        let place = column_number_to_name(column);
        write_xml(&mut self.line, format_args!("<c r=\"{place}{}\" s=\"{style}\"", self.rows));
        match content {
            Content::Text("") => self.line.push_str("/>"),
            Content::Text(text) => {
                self.line.push_str(" t=\"inlineStr\"><is><t xml:space=\"preserve\">");
                xml::text(&cell_text(text), &mut self.line);
                self.line.push_str("</t></is></c>");
            }
            Content::Number(number) => self.value(format_args!("><v>{number}</v></c>")),
            Content::Date(date, _) => {
                self.value(format_args!("><v>{}</v></c>", date.to_excel_serial_date()));
            }
            Content::Boolean(boolean) => {
                self.value(format_args!(" t=\"b\"><v>{}</v></c>", u8::from(boolean)));
            }
            Content::Error(error) => self.value(format_args!(" t=\"e\"><v>{error}</v></c>")),
        }
        Ok(())
    }

    /// Puts a note on the cell written last. Beyond [`NOTES_MAX`] notes or 8 MiB of their text,
    /// nothing happens and the answer is false.
    pub fn note(&mut self, text: &str) -> bool {
        let Some(row) = self.rows.checked_sub(1) else { return false };
        let Some(column) = self.column.checked_sub(1) else { return false };
        self.notes.add((row, column), &note::fitted(text))
    }

    /// Writes what is left and gives the place back that it went to.
    pub fn finish(mut self) -> Result<W, TableError> {
        self.end_row()?;
        self.zip.write_all(parts::SHEET_END.as_bytes())?;
        start(&mut self.zip, "xl/comments1.xml")?;
        self.notes.write_comments(&mut self.zip)?;
        start(&mut self.zip, "xl/drawings/vmlDrawing1.vml")?;
        self.notes.write_drawing(&self.columns, &mut self.zip)?;
        let mut out = self.zip.finish()?.into_inner();
        out.flush()?;
        Ok(out)
    }

    fn end_row(&mut self) -> Result<(), TableError> {
        if self.rows > 0 {
            self.line.push_str("</row>");
            self.zip.write_all(self.line.as_bytes())?;
            self.line.clear();
        }
        Ok(())
    }

    fn value(&mut self, xml: std::fmt::Arguments<'_>) {
        write_xml(&mut self.line, xml);
    }
}

/// Begins a part of the workbook. Nothing tells when it was made.
fn start<W: Write>(zip: &mut ZipWriter<StreamWriter<W>>, path: &str) -> Result<(), TableError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    Ok(zip.start_file(path, options)?)
}

fn write_xml(to: &mut String, xml: std::fmt::Arguments<'_>) {
    to.write_fmt(xml).expect("a string takes everything");
}

#[cfg(test)]
mod tests;
