//! `.xlsx` workbooks (ECMA-376): an archive of XML, read as a stream.
//!
//! Read here rather than by a library: those hold every shared text as a string of its own,
//! several times what it takes, and reserve memory by numbers that the file claims. Here nothing is
//! held but the shared texts, packed, and the row at hand.

mod archive;
mod cell;
mod cells;
mod formula;
mod package;
mod strings;
mod styles;
mod xml;

use std::io::{Read, Seek};

use archive::Archive;
use cell::Context;
pub(super) use cells::SheetRows;
use package::Workbook;

use super::{
    OpenError,
    error::Fault,
    texts::Texts,
    what::{Amount, Damage},
};
use crate::{FileKind, Form, Limits};

/// A workbook of which one sheet is read.
pub(super) struct XlsxFile<S> {
    archive: Archive<S>,
    workbook: Workbook,
    /// The part that holds the sheet.
    part: String,
    /// What the cells refer to, once it is needed.
    loaded: Option<Loaded>,
}

struct Loaded {
    texts: Texts,
    dates: Vec<bool>,
}

impl<S: Read + Seek> XlsxFile<S> {
    /// Opens an archive of `size` bytes and chooses the sheet of a name, or the first visible one.
    pub(super) fn open(
        source: S,
        size: u64,
        sheet: Option<&str>,
        limits: &Limits,
    ) -> Result<(Self, Form), OpenError> {
        let mut archive = Archive::open(source, size)?;
        let workbook = package::read(&mut archive, limits)?;
        let sheets = &workbook.sheets;
        let chosen = match sheet {
            Some(name) => sheets.iter().find(|sheet| sheet.name == name).ok_or_else(|| {
                let known = sheets.iter().map(|sheet| sheet.name.clone()).collect();
                OpenError::UnknownSheet { name: name.to_owned(), known }
            })?,
            None => sheets.iter().find(|sheet| sheet.is_visible).ok_or(OpenError::NoSheet)?,
        };
        if !archive.has(&chosen.part) {
            return Err(Fault::damaged(Damage::PartMissing).into());
        }
        let visible = sheets.iter().filter(|sheet| sheet.is_visible);
        let form = Form {
            kind: FileKind::Xlsx,
            encoding: None,
            delimiter: None,
            sheet: Some(chosen.name.clone()),
            sheets: visible.map(|sheet| sheet.name.clone()).collect(),
        };
        let part = chosen.part.clone();
        Ok((Self { archive, workbook, part, loaded: None }, form))
    }

    /// The rows of the sheet from the top. The shared texts are read at the first call.
    pub(super) fn rows(&mut self, limits: Limits) -> Result<SheetRows<'_, S>, OpenError> {
        let Self { archive, workbook, part, loaded } = self;
        let loaded = match loaded {
            Some(loaded) => loaded,
            None => loaded.insert(Loaded {
                dates: styles::read(archive, workbook.styles.as_deref(), &limits)?,
                texts: strings::read(archive, workbook.texts.as_deref(), &limits)?,
            }),
        };
        let context =
            Context { texts: &loaded.texts, dates: &loaded.dates, is_1904: workbook.is_1904 };
        let part = archive
            .part(part, Amount::SheetBytes, limits.sheet_bytes_max)?
            .ok_or(Fault::damaged(Damage::PartMissing))?;
        Ok(SheetRows::new(part, context, limits))
    }
}
