//! Rejected rows as a workbook: wrong cells coloured and explained.

use std::io::{Read, Write};

use tiaoxi_catalog::{Item, Severity};
use tiaoxi_sheet::write::workbook::{
    COLUMNS_MAX, CellFormat, Look, SheetWriter, Style, WorkbookWriter,
};

use super::{
    Layout, Parts, RenderError,
    layout::{self, Placed},
};
use crate::{
    kept::{KeptFinding, KeptReader, KeptRow},
    shape::Shape,
};

/// Rows that may stand still above the others; more would leave no room for them.
const FROZEN_ROWS_MAX: u32 = 8;
/// Width of the reason columns, in characters.
const REASON_WIDTHS: [f64; 2] = [24.0, 80.0];

pub(super) fn write<R: Read>(
    mut rows: KeptReader<R>,
    item: &Item,
    part: u32,
    out: &mut dyn Write,
) -> Result<(), RenderError> {
    let layout = Layout::new(rows.shape(), item);
    let mut book = WorkbookWriter::new(item.name_zh(), "苕溪");
    let name = rows.shape().form.sheet.clone();
    let mut table =
        Table { sheet: book.sheet(name.as_deref().unwrap_or(item.name_zh()))?, layout, next: 0 };
    table.head(rows.shape())?;
    let mut parts = Parts::default();
    // The first part is there even when it has no rows.
    let mut is_there = part == 1;
    while let Some(row) = rows.next_row()? {
        match parts.of(&row) {
            Some(of) if of == part => {
                is_there = true;
                table.row(&row)?;
            }
            Some(of) if of > part => break,
            _ => {}
        }
    }
    if !is_there {
        return Err(RenderError::NoSuchPart { part });
    }
    Ok(book.finish(out)?)
}

struct Table<'a> {
    sheet: SheetWriter<'a>,
    layout: Layout,
    /// The row that is written next, from 0.
    next: u32,
}

impl Table<'_> {
    fn head(&mut self, shape: &Shape) -> Result<(), RenderError> {
        for (column, it) in (0..COLUMNS_MAX).zip(self.layout.columns()) {
            self.sheet.column(column, width(&it.name), it.format)?;
        }
        for (column, width) in self.reason_columns().zip(REASON_WIDTHS) {
            self.sheet.column(column, width, CellFormat::General)?;
        }
        for title in &shape.titles {
            for (column, text) in (0..COLUMNS_MAX).zip(title) {
                self.sheet.text((self.next, column), text, Style::of(Look::Title))?;
            }
            self.next += 1;
        }
        for (column, name) in (0..COLUMNS_MAX).zip(self.layout.header()) {
            self.sheet.text((self.next, column), name, Style::of(Look::Header))?;
        }
        self.next += 1;
        if self.next <= FROZEN_ROWS_MAX {
            self.sheet.freeze(self.next)?;
        }
        Ok(())
    }

    fn row(&mut self, row: &KeptRow) -> Result<(), RenderError> {
        let cells = row.cells.as_deref().unwrap_or_default();
        let own = self.layout.columns().iter().zip(self.layout.cells(cells));
        for (column, (it, cell)) in (0..COLUMNS_MAX).zip(own) {
            let style = Style { format: it.format, look: look(it.findings(row)) };
            let place = (self.next, column);
            self.sheet.cell(place, cell.text, cell.value, style)?;
            if let Some(note) = note(it.findings(row)) {
                self.sheet.note(place, &note)?;
            }
        }
        self.reasons(row)?;
        let strays = self.reason_columns().end..COLUMNS_MAX;
        for (column, Placed { text, value }) in strays.zip(self.layout.stray(cells)) {
            self.sheet.cell((self.next, column), text, value, Style::of(Look::Wrong))?;
        }
        self.next += 1;
        Ok(())
    }

    /// The errors of the row; what was found and has no column of its own colours them. A warning
    /// without a column has no other place than the note.
    fn reasons(&mut self, row: &KeptRow) -> Result<(), RenderError> {
        let rest = || row.findings.iter().filter(|finding| !self.layout.has_column(finding));
        let style = Style::of(look(rest()));
        let warnings = note(rest().filter(|finding| finding.severity == Severity::Warning));
        let mut place = (self.next, 0);
        for (column, reason) in self.reason_columns().zip(layout::reasons(row)) {
            place.1 = column;
            self.sheet.text(place, &reason, style)?;
        }
        if let Some(warnings) = warnings {
            self.sheet.note(place, &warnings)?;
        }
        Ok(())
    }

    fn reason_columns(&self) -> std::ops::Range<u16> {
        let first = u16::try_from(self.layout.columns().len()).unwrap_or(COLUMNS_MAX);
        first..first.saturating_add(2).min(COLUMNS_MAX)
    }
}

fn look<'r>(findings: impl Iterator<Item = &'r KeptFinding>) -> Look {
    match findings.map(|finding| finding.severity).max() {
        Some(Severity::Error) => Look::Wrong,
        Some(Severity::Warning) => Look::Odd,
        None => Look::Plain,
    }
}

/// One note for all that was found in a cell, errors first.
fn note<'r>(findings: impl Iterator<Item = &'r KeptFinding>) -> Option<String> {
    let mut findings: Vec<_> = findings.collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let lines: Vec<_> = findings
        .iter()
        .map(|finding| match finding.severity {
            Severity::Error => finding.zh.clone(),
            Severity::Warning => format!("提示：{}", finding.zh),
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Room for the column's name, within reason; a Chinese character is as wide as two others.
fn width(name: &str) -> f64 {
    let width: u16 = name.chars().take(60).map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    f64::from(width.clamp(10, 28) + 2)
}
