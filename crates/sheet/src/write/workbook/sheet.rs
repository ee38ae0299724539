//! One sheet of a workbook: cells by what they hold, notes, widths.

use rust_xlsxwriter::{Format, Formula, Note, Worksheet, XlsxError};

use super::{
    NOTES_MAX, Used, WorkbookError,
    entry::{self, Entry, Hint, Lists},
    formats::Formats,
};
use crate::{
    Value,
    write::{
        allowed::cell_text,
        content::Content,
        note,
        style::{CellFormat, Look, Style},
    },
};

/// Writes one sheet. Rows and columns count from 0.
pub struct SheetWriter<'a> {
    sheet: &'a mut Worksheet,
    formats: &'a Formats,
    lists: &'a mut Lists,
    used: &'a mut Used,
}

impl<'a> SheetWriter<'a> {
    pub(super) fn new(
        sheet: &'a mut Worksheet,
        formats: &'a Formats,
        lists: &'a mut Lists,
        used: &'a mut Used,
    ) -> Self {
        Self { sheet, formats, lists, used }
    }

    /// Width (in characters) and format of a column's cells, those that are empty included.
    pub fn column(
        &mut self,
        column: u16,
        width: f64,
        format: CellFormat,
    ) -> Result<(), WorkbookError> {
        self.sheet.set_column_width(column, width).map_err(WorkbookError::Format)?;
        if format != CellFormat::General {
            let format = self.formats.get(format.into(), Look::Plain);
            self.sheet.set_column_format(column, format).map_err(WorkbookError::Format)?;
        }
        Ok(())
    }

    /// Height of a row, in points.
    pub fn row_height(&mut self, row: u32, points: f64) -> Result<(), WorkbookError> {
        self.sheet.set_row_height(row, points).map_err(WorkbookError::Format)?;
        Ok(())
    }

    /// Keeps the first rows in view when the sheet is moved.
    pub fn freeze(&mut self, rows: u32) -> Result<(), WorkbookError> {
        self.sheet.set_freeze_panes(rows, 0).map_err(WorkbookError::Format)?;
        Ok(())
    }

    /// Writes a cell as what it holds: a number as a number, a date as a date (shown as one,
    /// whatever the style says), an error value as that error, everything else as text. A text
    /// that is no number, date or error after all stays a text. A text over 32,767 characters is
    /// cut. An empty cell is written only for its look: its format is the column's.
    pub fn cell(
        &mut self,
        (row, column): (u32, u16),
        text: &str,
        value: Value,
        style: Style,
    ) -> Result<(), WorkbookError> {
        if text.is_empty() && style.look == Look::Plain {
            return Ok(());
        }
        self.used.cell(text)?;
        let content = Content::of(text, value);
        let format = self.formats.get(content.shown(style.format), style.look);
        put(&content, self.sheet, (row, column), format).map_err(WorkbookError::Format)?;
        Ok(())
    }

    /// Writes a text.
    pub fn text(
        &mut self,
        place: (u32, u16),
        text: &str,
        style: Style,
    ) -> Result<(), WorkbookError> {
        self.cell(place, text, Value::Text, style)
    }

    /// Puts a note on a cell; beyond [`NOTES_MAX`] notes, nothing happens and the answer is false.
    pub fn note(&mut self, (row, column): (u32, u16), text: &str) -> Result<bool, WorkbookError> {
        if self.used.notes >= NOTES_MAX {
            return Ok(false);
        }
        let text = note::fitted(text);
        self.used.text(&text)?;
        let note = Note::new(&*text)
            .add_author_prefix(false)
            .set_author(note::AUTHOR)
            .set_width(note::WIDTH)
            .set_height(note::height(&text))
            .set_font_size(9);
        self.sheet.insert_note(row, column, &note).map_err(WorkbookError::Format)?;
        self.used.notes += 1;
        Ok(true)
    }

    /// Says what may be typed into the cells of a column, from the first row to the last one
    /// inclusive, and shows `hint` beside the cell that is selected.
    pub fn entry(
        &mut self,
        column: u16,
        (first_row, last_row): (u32, u32),
        entry: &Entry<'_>,
        hint: Hint<'_>,
    ) -> Result<(), WorkbookError> {
        let rule = entry::validation(entry, hint, self.lists).map_err(WorkbookError::Format)?;
        self.sheet
            .add_data_validation(first_row, column, last_row, column, &rule)
            .map_err(WorkbookError::Format)?;
        Ok(())
    }
}

fn put(
    content: &Content<'_>,
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    format: &Format,
) -> Result<(), XlsxError> {
    match content {
        Content::Number(number) => sheet.write_number_with_format(row, column, *number, format),
        Content::Date(date, _) => sheet.write_datetime_with_format(row, column, date, format),
        Content::Boolean(boolean) => sheet.write_boolean_with_format(row, column, *boolean, format),
        // An error value can only be written as what a formula gave; this one is a constant.
        Content::Error(error) => {
            let formula = Formula::new(format!("={error}")).set_result(*error);
            sheet.write_formula_with_format(row, column, formula, format)
        }
        // The library would take such a text for XML of its own making and write it as it is.
        Content::Text(text) if text.starts_with("<r>") && text.ends_with("</r>") => {
            let runs = [(&Format::new(), &*cell_text(text))];
            sheet.write_rich_string_with_format(row, column, &runs, format)
        }
        Content::Text(text) => sheet.write_string_with_format(row, column, cell_text(text), format),
    }?;
    Ok(())
}
