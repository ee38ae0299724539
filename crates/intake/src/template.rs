//! A catalogue item → a blank workbook to fill in and hand in: one sheet with header, example row,
//! drop-downs and hints, a second one that explains every field.
//!
//! Made from the catalogue file alone, the same bytes every time. The headers are the fields'
//! Chinese names, so the filled-in file is read as any other; an example row that was left in is
//! recognised ([`Verdict::Example`](crate::Verdict::Example)). Knows nothing of intake itself.
//!
//! `guide` is the second sheet, `words` says in Chinese what the catalogue says in data.

mod guide;
mod words;

use tiaoxi_catalog::{FieldKind, FieldSpec, Item, Severity};
use tiaoxi_sheet::{
    Value,
    write::{
        CellFormat, Look, Style,
        workbook::{Entry, Hint, SheetWriter, WorkbookError, WorkbookWriter},
    },
};

/// Rows below the header (counted from 0) that have drop-downs and hints.
const ENTRY_ROWS: (u32, u32) = (1, 5000);
/// The row of the example.
const EXAMPLE_ROW: u32 = 1;
/// Height of the header, in points: two lines.
const HEADER_HEIGHT: f64 = 34.0;

/// Why a template could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the template of {item} could not be made")]
pub struct TemplateError {
    /// Short name of the item.
    pub item: String,
    /// What the writer said.
    #[source]
    pub source: WorkbookError,
}

/// The template of an item, an `.xlsx` file of a few dozen KB.
pub fn template(item: &Item) -> Result<Vec<u8>, TemplateError> {
    make(item).map_err(|source| TemplateError { item: item.slug().to_owned(), source })
}

fn make(item: &Item) -> Result<Vec<u8>, WorkbookError> {
    let mut book = WorkbookWriter::new(&format!("{}（模板）", item.name_zh()), "苕溪");
    let mut sheet = book.sheet(item.name_zh())?;
    let example = item.example();
    let has_example = example.iter().any(|cell| !cell.is_empty());
    for (column, field) in (0..).zip(item.fields()) {
        header(&mut sheet, column, field, item)?;
        entry(&mut sheet, column, field)?;
        if has_example {
            let text = example.get(usize::from(column)).copied().unwrap_or_default();
            let style = Style { format: format_of(field), look: Look::Example };
            sheet.cell((EXAMPLE_ROW, column), text, value_of(field, text), style)?;
        }
    }
    if has_example {
        sheet.note((EXAMPLE_ROW, 0), "这一行是示例，可以删除；留着也不会被当作数据。")?;
    }
    sheet.row_height(0, HEADER_HEIGHT)?;
    sheet.freeze(1)?;
    guide::write(&mut book.sheet("填写说明")?, item)?;
    let mut file = Vec::new();
    book.finish(&mut file)?;
    Ok(file)
}

fn header(
    sheet: &mut SheetWriter<'_>,
    column: u16,
    field: &FieldSpec,
    item: &Item,
) -> Result<(), WorkbookError> {
    let look = if field.required { Look::Required } else { Look::Header };
    sheet.column(column, width(field), format_of(field))?;
    sheet.text((0, column), &field.name_zh, Style::of(look))?;
    sheet.note((0, column), &words::note(field, item))?;
    Ok(())
}

fn entry(sheet: &mut SheetWriter<'_>, column: u16, field: &FieldSpec) -> Result<(), WorkbookError> {
    let hint_text = words::hint(field);
    let refusal = words::refusal(field);
    let entry = match &field.kind {
        FieldKind::Choice(choice) if choice.several => Entry::Anything,
        // Nothing but the listed values is right.
        FieldKind::Choice(choice)
            if choice.other.is_none() && choice.severity == Some(Severity::Error) =>
        {
            Entry::OneOf(&choice.values)
        }
        FieldKind::Choice(choice) => Entry::Preferably(&choice.values),
        FieldKind::Date { .. } => Entry::Day,
        FieldKind::Decimal { .. } => Entry::Amount,
        FieldKind::Text(length) | FieldKind::Code(length)
            if length.severity == Some(Severity::Error) =>
        {
            Entry::TextUpTo(u32::try_from(length.chars_max).unwrap_or(u32::MAX))
        }
        FieldKind::Text(_) | FieldKind::Code(_) | FieldKind::Uscc | FieldKind::OrganisationCode => {
            Entry::Anything
        }
    };
    if matches!(entry, Entry::Anything) && hint_text.is_empty() {
        return Ok(());
    }
    let hint = Hint { title: &field.name_zh, text: &hint_text, refusal: &refusal };
    sheet.entry(column, ENTRY_ROWS, &entry, hint)
}

fn format_of(field: &FieldSpec) -> CellFormat {
    match field.kind {
        FieldKind::Date { .. } => CellFormat::Date,
        FieldKind::Decimal { .. } => CellFormat::General,
        FieldKind::Text(_)
        | FieldKind::Code(_)
        | FieldKind::Choice(_)
        | FieldKind::Uscc
        | FieldKind::OrganisationCode => CellFormat::Text,
    }
}

/// A date or number that the sheet shows exactly as the example has it is written as one.
fn value_of(field: &FieldSpec, example: &str) -> Value {
    match field.kind {
        FieldKind::Date { .. } => Value::Date,
        FieldKind::Decimal { .. }
            if example.parse().is_ok_and(|number: f64| number.to_string() == example) =>
        {
            Value::Number
        }
        _ => Value::Text,
    }
}

/// Room for what the field is likely to hold, in characters.
fn width(field: &FieldSpec) -> f64 {
    match &field.kind {
        FieldKind::Date { .. } | FieldKind::Decimal { .. } => 14.0,
        FieldKind::Uscc => 22.0,
        FieldKind::OrganisationCode | FieldKind::Code(_) | FieldKind::Choice(_) => 20.0,
        FieldKind::Text(length) if length.chars_max > 500 => 40.0,
        FieldKind::Text(_) => 24.0,
    }
}
