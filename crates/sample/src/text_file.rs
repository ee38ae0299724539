//! Invented files as csv and tsv.

use std::io::{self, Write};

use tiaoxi_catalog::Item;
use tiaoxi_sheet::{Cell, Encoding, FileKind, write::TextWriter};

use crate::{Plan, RowSink, Truth, invent, recipe::invalid};

struct TextSink<W: Write>(TextWriter<W>);

impl<W: Write> RowSink for TextSink<W> {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        self.0.row(cells.iter().map(|cell| cell.text.as_str()))
    }
}

/// Invents a file of csv or tsv, as the plan says, in some encoding; csv has commas.
///
/// # Errors
/// As [`invent`]; `InvalidInput` where the plan asks for a workbook.
pub fn write_text(
    item: &Item,
    plan: &Plan,
    encoding: Encoding,
    out: impl Write,
) -> io::Result<Truth> {
    let delimiter = match plan.kind {
        FileKind::Csv => b',',
        FileKind::Tsv => b'\t',
        FileKind::Xlsx | FileKind::Xls => return Err(invalid("a workbook is no text file")),
    };
    let mut sink = TextSink(TextWriter::new(out, encoding, delimiter));
    let truth = invent(item, plan, &mut sink)?;
    sink.0.finish()?;
    Ok(truth)
}
