//! Rejected rows as a workbook, row by row: wrong cells coloured and explained.

use std::io::{Read, Write};

use tiaoxi_catalog::{Item, Severity};
use tiaoxi_sheet::{
    Value,
    write::{
        CellFormat, Look,
        table::{Column, TableWriter},
    },
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
const FROZEN_ROWS_MAX: usize = 8;
/// Width of the reason columns, in characters.
const REASON_WIDTHS: [f64; 2] = [24.0, 80.0];
/// The note on the header of the last column.
const HOW_TO: &str =
    "改好标红的单元格后保存，直接导入本文件即可；“错误代码”和“错误说明”两列不用删除。";

pub(super) fn write<R: Read>(
    mut rows: KeptReader<R>,
    item: &Item,
    part: u32,
    out: &mut dyn Write,
) -> Result<(), RenderError> {
    let shape = rows.shape();
    let layout = Layout::new(shape, item);
    let header_row = shape.titles.len() + 1;
    let frozen = if header_row <= FROZEN_ROWS_MAX { header_row } else { 0 };
    let name = shape.form.sheet.as_deref().unwrap_or(item.name_zh());
    let frozen = u32::try_from(frozen).unwrap_or_default();
    let mut sheet = TableWriter::new(out, name, columns(&layout), frozen)?;
    head(&mut sheet, shape, &layout)?;
    let mut parts = Parts::default();
    // The first part is there even when it has no rows.
    let mut is_there = part == 1;
    while let Some(row) = rows.next_row()? {
        match parts.of(&row) {
            Some(of) if of == part => {
                is_there = true;
                write_row(&mut sheet, &layout, &row)?;
            }
            Some(of) if of > part => break,
            _ => {}
        }
    }
    if !is_there {
        return Err(RenderError::NoSuchPart { part });
    }
    sheet.finish()?;
    Ok(())
}

type Sheet<'o> = TableWriter<&'o mut dyn Write>;

fn columns(layout: &Layout) -> Vec<Column> {
    let own =
        layout.columns().iter().map(|it| Column { width: width(&it.name), format: it.format });
    let reasons = REASON_WIDTHS.map(|width| Column { width, format: CellFormat::General });
    own.chain(reasons).collect()
}

fn head(sheet: &mut Sheet<'_>, shape: &Shape, layout: &Layout) -> Result<(), RenderError> {
    for title in &shape.titles {
        sheet.row()?;
        for text in title {
            sheet.cell(text, Value::Text, Look::Title)?;
        }
    }
    sheet.row()?;
    for name in layout.header() {
        sheet.cell(name, Value::Text, Look::Header)?;
    }
    sheet.note(HOW_TO);
    Ok(())
}

fn write_row(sheet: &mut Sheet<'_>, layout: &Layout, row: &KeptRow) -> Result<(), RenderError> {
    let cells = row.cells.as_deref().unwrap_or_default();
    sheet.row()?;
    for (column, cell) in layout.columns().iter().zip(layout.cells(cells)) {
        sheet.cell(cell.text, cell.value, look(column.findings(row)))?;
        if let Some(note) = note(column.findings(row)) {
            sheet.note(&note);
        }
    }
    write_reasons(sheet, layout, row)?;
    for Placed { text, value } in layout.stray(cells) {
        sheet.cell(text, value, Look::Wrong)?;
    }
    Ok(())
}

/// The errors of the row. What was found and has no column of its own colours them; a warning
/// among it has no other place than a note.
fn write_reasons(sheet: &mut Sheet<'_>, layout: &Layout, row: &KeptRow) -> Result<(), RenderError> {
    let rest = || row.findings.iter().filter(|finding| !layout.has_column(finding));
    for reason in layout::reasons(row) {
        sheet.cell(&reason, Value::Text, look(rest()))?;
    }
    if let Some(note) = note(rest().filter(|finding| finding.severity == Severity::Warning)) {
        sheet.note(&note);
    }
    Ok(())
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
