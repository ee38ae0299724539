//! Rejected rows as CSV or TSV, row by row.

use std::io::{Read, Write};

use tiaoxi_catalog::Item;
use tiaoxi_sheet::{
    Encoding, FileKind, Form,
    write::{TextWriter, guarded},
};

use super::{Layout, RenderError, layout};
use crate::kept::KeptReader;

pub(super) fn write<R: Read>(
    mut rows: KeptReader<R>,
    item: &Item,
    kind: FileKind,
    out: &mut dyn Write,
) -> Result<(), RenderError> {
    let shape = rows.shape();
    let layout = Layout::new(shape, item);
    let mut file = TextWriter::new(out, encoding(&shape.form), delimiter(&shape.form, kind));
    for title in &shape.titles {
        row(&mut file, title.iter().map(String::as_str))?;
    }
    row(&mut file, layout.header())?;
    while let Some(kept) = rows.next_row()? {
        let Some(cells) = &kept.cells else { continue };
        let reasons = layout::reasons(&kept);
        let own = layout.cells(cells).map(|cell| cell.text);
        let stray = layout.stray(cells).map(|cell| cell.text);
        row(&mut file, own.chain(reasons.iter().map(String::as_str)).chain(stray))?;
    }
    file.finish().map_err(RenderError::Write)?;
    Ok(())
}

fn row<'c>(
    file: &mut TextWriter<&mut dyn Write>,
    cells: impl Iterator<Item = &'c str>,
) -> Result<(), RenderError> {
    let guarded: Vec<_> = cells.map(guarded).collect();
    file.row(guarded.iter().map(AsRef::as_ref)).map_err(RenderError::Write)
}

/// That of the file that came. UTF-8 gets a byte order mark in any case: the reasons are Chinese,
/// and without the mark Excel takes them for GBK.
fn encoding(form: &Form) -> Encoding {
    match form.encoding {
        Some(Encoding::Utf8 | Encoding::Utf8Mark) | None => Encoding::Utf8Mark,
        Some(other) => other,
    }
}

fn delimiter(form: &Form, kind: FileKind) -> u8 {
    let usual = if kind == FileKind::Tsv { b'\t' } else { b',' };
    form.delimiter.filter(|_| form.kind == kind).unwrap_or(usual)
}
