//! Rows out of files.
//!
//! [`SheetFile::open`] looks at the bytes, never at a name's ending, and tells what the file is;
//! [`SheetFile::rows`] hands out its rows one at a time, however large it is. Knows nothing of
//! headers and of what the cells mean.

mod bytes;
mod detect;
mod error;
mod input;
mod looks;
mod number;
mod quotes;
mod row;
mod tape;
mod text;
mod texts;
mod what;
mod xls;
mod xlsx;

use std::io::{self, Read, Seek, SeekFrom};

use detect::{Kind, Text};
pub use error::{OpenError, ReadError};
pub use looks::Looks;
pub use row::Row;
use text::TextRows;
pub use what::{Amount, Damage};
use xls::XlsFile;
use xlsx::XlsxFile;

use crate::{FileKind, Form, Limits};

/// A file of rows. Its source is read again from the start for every [`SheetFile::rows`].
pub struct SheetFile<S> {
    form: Form,
    limits: Limits,
    /// Bytes of the file.
    size: u64,
    content: Content<S>,
}

enum Content<S> {
    Text { source: S, text: Text },
    Xlsx(XlsxFile<S>),
    Xls(XlsFile),
}

/// The rows of a file, from the top.
pub struct Rows<'a, S: Read + Seek> {
    size: u64,
    reader: Reader<'a, S>,
}

enum Reader<'a, S: Read + Seek> {
    Text(TextRows<&'a mut S>),
    Xlsx(xlsx::SheetRows<'a, S>),
    Xls(xls::SheetRows<'a>),
}

impl<S: Read + Seek> SheetFile<S> {
    /// Detects what the file is. `sheet` names the sheet of a workbook; without it, it is the
    /// first visible one.
    pub fn open(mut source: S, sheet: Option<&str>, limits: Limits) -> Result<Self, OpenError> {
        let size = source.seek(SeekFrom::End(0)).map_err(OpenError::Read)?;
        let head = read_head(&mut source).map_err(OpenError::Read)?;
        match detect::detect(&head, head.len() as u64 == size) {
            Kind::Empty => Err(OpenError::Empty),
            Kind::Other(looks) => Err(OpenError::NotATable { looks }),
            Kind::Zip => {
                let (workbook, form) = XlsxFile::open(source, size, sheet, &limits)?;
                Ok(Self { form, limits, size, content: Content::Xlsx(workbook) })
            }
            Kind::CompoundFile => {
                let (workbook, form) = XlsFile::open(source, size, sheet, &limits)?;
                Ok(Self { form, limits, size, content: Content::Xls(workbook) })
            }
            Kind::Text(text) => {
                if let Some(name) = sheet {
                    return Err(OpenError::UnknownSheet { name: name.to_owned(), known: vec![] });
                }
                let content = Content::Text { source, text };
                Ok(Self { form: text_form(text), limits, size, content })
            }
        }
    }

    /// What the file turned out to be.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// Its rows from the top, as often as asked for.
    pub fn rows(&mut self) -> Result<Rows<'_, S>, OpenError> {
        let reader = match &mut self.content {
            Content::Text { source, text } => {
                let start = SeekFrom::Start(text.mark_bytes as u64);
                source.seek(start).map_err(OpenError::Read)?;
                Reader::Text(TextRows::new(source, text.decoder, text.delimiter, self.limits))
            }
            Content::Xlsx(workbook) => Reader::Xlsx(workbook.rows(self.limits)?),
            Content::Xls(workbook) => Reader::Xls(workbook.rows(self.limits)?),
        };
        Ok(Rows { size: self.size, reader })
    }
}

impl<S: Read + Seek> Rows<'_, S> {
    /// Reads the next row into [`Rows::row`]; `false` at the end. Rows without any character are
    /// passed over, rows of blank cells need not be.
    pub fn read(&mut self) -> Result<bool, ReadError> {
        match &mut self.reader {
            Reader::Text(rows) => rows.read(),
            Reader::Xlsx(rows) => rows.read(),
            Reader::Xls(rows) => rows.read(),
        }
    }

    /// How many cells the rows from here on should have. Helps to tell a cell of several lines
    /// from rows that two stray quotation marks hold together; a row may still have any number.
    pub fn expect_cells(&mut self, cells: usize) {
        match &mut self.reader {
            Reader::Text(rows) => rows.expect_cells(cells),
            // A workbook's cells need no quotation marks.
            Reader::Xlsx(_) | Reader::Xls(_) => {}
        }
    }

    /// The row that was read last.
    pub fn row(&self) -> &Row {
        match &self.reader {
            Reader::Text(rows) => rows.row(),
            Reader::Xlsx(rows) => rows.row(),
            Reader::Xls(rows) => rows.row(),
        }
    }

    /// How much is done, of all: in bytes of the file, or, of a workbook, in a unit of its own.
    pub fn progress(&self) -> (u64, u64) {
        match &self.reader {
            Reader::Text(rows) => (rows.read_bytes().min(self.size), self.size),
            Reader::Xlsx(rows) => rows.progress(),
            Reader::Xls(rows) => rows.progress(),
        }
    }

    /// Bytes of memory that buffers and shared texts hold.
    pub fn memory_bytes(&self) -> usize {
        match &self.reader {
            Reader::Text(rows) => rows.memory_bytes(),
            Reader::Xlsx(rows) => rows.memory_bytes(),
            Reader::Xls(rows) => rows.memory_bytes(),
        }
    }
}

fn text_form(text: Text) -> Form {
    Form {
        kind: if text.delimiter == b'\t' { FileKind::Tsv } else { FileKind::Csv },
        encoding: Some(text.encoding),
        delimiter: Some(text.delimiter),
        sheet: None,
        sheets: Vec::new(),
    }
}

fn read_head<S: Read + Seek>(source: &mut S) -> Result<Vec<u8>, io::Error> {
    source.rewind()?;
    let mut head = Vec::new();
    source.by_ref().take(detect::HEAD_BYTES as u64).read_to_end(&mut head)?;
    Ok(head)
}
