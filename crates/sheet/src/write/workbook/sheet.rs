//! One sheet of a workbook: cells by what they hold, notes, widths.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Note, Worksheet};

use super::{
    CellFormat, Look, NOTES_MAX, Style, Used, WorkbookError,
    entry::{self, Entry, Hint, Lists},
    style::{Formats, Shown},
    text::{capped, cell_text},
};
use crate::Value;

/// Characters of a note; more does not fit on a screen.
const NOTE_CHARS_MAX: usize = 1_000;
/// Width of a note, in pixels, and how many half-width characters fit beside each other.
const NOTE_WIDTH: (u32, usize) = (288, 38);
/// Height of a line of a note, and of the largest note, in pixels.
const NOTE_HEIGHT: (u32, u32) = (17, 425);
/// The error values that a cell can hold (ECMA-376 part 1, 18.17.3).
const ERRORS: [&str; 7] = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];

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
        let shown = match (&content, style.format) {
            (Content::Date(_, shown), _) => *shown,
            // A number in a date's clothes is a row of `#`.
            (Content::Number(_), CellFormat::Date) => Shown::General,
            (_, format) => format.into(),
        };
        let format = self.formats.get(shown, style.look);
        content.write(self.sheet, row, column, format).map_err(WorkbookError::Format)?;
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
        let text = capped(text, NOTE_CHARS_MAX);
        self.used.text(&text)?;
        let (line, height_max) = NOTE_HEIGHT;
        let lines = u32::try_from(lines(&text)).unwrap_or(u32::MAX).saturating_add(1);
        let note = Note::new(cell_text(&text))
            .add_author_prefix(false)
            .set_author("苕溪")
            .set_width(NOTE_WIDTH.0)
            .set_height(lines.saturating_mul(line).min(height_max))
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

/// Lines that a text takes in a note; a Chinese character is as wide as two others.
fn lines(text: &str) -> usize {
    let width = |line: &str| line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    text.lines().map(|line| width(line).div_ceil(NOTE_WIDTH.1).max(1)).sum()
}

/// What goes into a cell.
enum Content<'t> {
    Text(&'t str),
    Number(f64),
    Date(ExcelDateTime, Shown),
    Boolean(bool),
    /// One of [`ERRORS`].
    Error(&'t str),
}

impl<'t> Content<'t> {
    fn of(text: &'t str, value: Value) -> Self {
        let content = match value {
            Value::Number => {
                text.parse().ok().filter(|number: &f64| number.is_finite()).map(Self::Number)
            }
            Value::Date => date(text),
            Value::Boolean if text == "TRUE" => Some(Self::Boolean(true)),
            Value::Boolean if text == "FALSE" => Some(Self::Boolean(false)),
            Value::Error if ERRORS.contains(&text) => Some(Self::Error(text)),
            Value::Boolean | Value::Text | Value::Error => None,
        };
        content.unwrap_or(Self::Text(text))
    }

    fn write(
        &self,
        sheet: &mut Worksheet,
        row: u32,
        column: u16,
        format: &Format,
    ) -> Result<(), rust_xlsxwriter::XlsxError> {
        match self {
            Self::Number(number) => sheet.write_number_with_format(row, column, *number, format),
            Self::Date(date, _) => sheet.write_datetime_with_format(row, column, date, format),
            Self::Boolean(boolean) => {
                sheet.write_boolean_with_format(row, column, *boolean, format)
            }
            // An error value can only be written as what a formula gave; this one is a constant.
            Self::Error(error) => {
                let formula = Formula::new(format!("={error}")).set_result(*error);
                sheet.write_formula_with_format(row, column, formula, format)
            }
            // The library would take such a text for XML of its own making and write it as it is.
            Self::Text(text) if text.starts_with("<r>") && text.ends_with("</r>") => {
                let runs = [(&Format::new(), &*cell_text(text))];
                sheet.write_rich_string_with_format(row, column, &runs, format)
            }
            Self::Text(text) => {
                sheet.write_string_with_format(row, column, cell_text(text), format)
            }
        }?;
        Ok(())
    }
}

/// `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`, in the years that Excel knows.
fn date<'t>(text: &str) -> Option<Content<'t>> {
    let (day, time) = text.split_once(' ').map_or((text, None), |(day, time)| (day, Some(time)));
    let mut parts = day.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let date =
        ExcelDateTime::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    let Some(time) = time else { return Some(Content::Date(date, Shown::Day)) };
    let mut parts = time.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let second: u8 = second.parse().ok()?;
    let date = date.and_hms(hour.parse().ok()?, minute.parse().ok()?, second).ok()?;
    Some(Content::Date(date, Shown::DayAndTime))
}
