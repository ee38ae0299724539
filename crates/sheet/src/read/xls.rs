//! `.xls` workbooks of Excel 97 to 2003 (MS-XLS): records in a stream of a compound file.
//!
//! Read here rather than by a library, for the reasons that [`super::xlsx`] gives; and none tells
//! which formulas name another workbook.

mod biff;
mod cells;
mod compound;
mod formula;
mod workbook;

use std::io::{Read, Seek};

pub(super) use cells::SheetRows;
use compound::Compound;
use workbook::Workbook;

use super::{Looks, OpenError};
use crate::{FileKind, Form, Limits};

/// A workbook of which one sheet is read.
pub(super) struct XlsFile {
    /// The workbook's stream; all of it is in memory.
    stream: Vec<u8>,
    workbook: Workbook,
    /// Where the sheet begins in the stream.
    start: usize,
}

impl XlsFile {
    /// Opens a compound file of `size` bytes and chooses the sheet of a name, or the first visible
    /// one.
    pub(super) fn open<S: Read + Seek>(
        source: S,
        size: u64,
        sheet: Option<&str>,
        limits: &Limits,
    ) -> Result<(Self, Form), OpenError> {
        let mut compound = Compound::open(source, size)?;
        if compound.has("EncryptedPackage") {
            return Err(OpenError::Encrypted);
        }
        let Some(stream) = compound.stream("Workbook", limits.xls_bytes_max)? else {
            return Err(OpenError::NotATable { looks: looks(&compound) });
        };
        let workbook = workbook::read(&stream, limits)?;
        let sheets = &workbook.sheets;
        let chosen = match sheet {
            Some(name) => sheets.iter().find(|sheet| sheet.name == name).ok_or_else(|| {
                let known = sheets.iter().map(|sheet| sheet.name.clone()).collect();
                OpenError::UnknownSheet { name: name.to_owned(), known }
            })?,
            None => sheets.iter().find(|sheet| sheet.is_visible).ok_or(OpenError::NoSheet)?,
        };
        let visible = sheets.iter().filter(|sheet| sheet.is_visible);
        let form = Form {
            kind: FileKind::Xls,
            encoding: None,
            delimiter: None,
            sheet: Some(chosen.name.clone()),
            sheets: visible.map(|sheet| sheet.name.clone()).collect(),
        };
        let start = chosen.start;
        Ok((Self { stream, workbook, start }, form))
    }

    /// The rows of the sheet from the top.
    pub(super) fn rows(&self, limits: Limits) -> Result<SheetRows<'_>, OpenError> {
        Ok(SheetRows::new(&self.stream, &self.workbook, self.start, limits)?)
    }
}

/// What a compound file without a workbook is.
fn looks<S: Read + Seek>(compound: &Compound<S>) -> Looks {
    if compound.has("Book") {
        Looks::OldWorkbook
    } else if compound.has("WordDocument") {
        Looks::Word
    } else if compound.has("PowerPoint Document") {
        Looks::Presentation
    } else {
        Looks::OtherOffice
    }
}
