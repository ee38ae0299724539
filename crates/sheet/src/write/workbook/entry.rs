//! What may be typed into a cell: drop-downs, days, amounts, lengths, and the hint beside it.
//!
//! A spreadsheet refuses what is typed against a rule; what is pasted it takes all the same. So
//! rules help the clerk and replace no check.

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Formula, Workbook,
    XlsxError, utility::column_number_to_name,
};

use super::{LISTS_SHEET, Used, WorkbookError};
use crate::write::allowed::{capped, cell_text};

/// Characters of the values of a drop-down that stand in the rule itself, commas included.
const INLINE_LIST_CHARS_MAX: usize = 255;
/// Characters of the heading of a hint.
const HINT_TITLE_CHARS_MAX: usize = 32;
/// Characters of a hint.
const HINT_CHARS_MAX: usize = 255;

/// What may be typed into a cell.
#[derive(Clone, Copy, Debug)]
pub enum Entry<'a> {
    /// Anything; only the hint is shown.
    Anything,
    /// One of these values, out of a drop-down.
    OneOf(&'a [String]),
    /// As [`Entry::OneOf`], but another value is taken after a question.
    Preferably(&'a [String]),
    /// A day from 1970-01-01 to 2149-06-06.
    Day,
    /// A number from 0 on.
    Amount,
    /// A text up to so many characters.
    TextUpTo(u32),
}

/// What is shown beside the selected cell, and when what was typed is refused.
#[derive(Clone, Copy, Debug)]
pub struct Hint<'a> {
    /// Its heading; the rest of a longer one is cut off after 32 characters.
    pub title: &'a str,
    /// What to type, up to 255 characters; where it is empty, nothing is shown.
    pub text: &'a str,
    /// What is said when something else was typed; where it is empty, the program's own words.
    pub refusal: &'a str,
}

/// The values of drop-downs that do not fit into their rules, each in a column of a hidden sheet.
#[derive(Default)]
pub(super) struct Lists {
    columns: Vec<Vec<String>>,
}

impl Lists {
    /// Adds a list and gives the formula of its place.
    fn place(&mut self, values: &[String]) -> Formula {
        let known = self.columns.iter().position(|list| list == values);
        let column = known.unwrap_or_else(|| {
            self.columns.push(values.to_vec());
            self.columns.len() - 1
        });
        let name = column_number_to_name(u16::try_from(column).unwrap_or(u16::MAX));
        Formula::new(format!("='{LISTS_SHEET}'!${name}$1:${name}${}", values.len()))
    }

    /// Writes the hidden sheet, if there is anything for it.
    pub(super) fn write(&self, book: &mut Workbook, used: &mut Used) -> Result<(), WorkbookError> {
        if self.columns.is_empty() {
            return Ok(());
        }
        let sheet = book.add_worksheet();
        sheet.set_name(LISTS_SHEET).map_err(WorkbookError::Format)?.set_very_hidden(true);
        for (column, values) in (0..).zip(&self.columns) {
            for (row, value) in (0..).zip(values) {
                used.cell(value)?;
                sheet.write_string(row, column, cell_text(value)).map_err(WorkbookError::Format)?;
            }
        }
        Ok(())
    }
}

/// The rule for some cells.
pub(super) fn validation(
    entry: &Entry<'_>,
    hint: Hint<'_>,
    lists: &mut Lists,
) -> Result<DataValidation, XlsxError> {
    let rule = DataValidation::new();
    let rule = match *entry {
        Entry::Anything => rule.allow_any_value(),
        Entry::OneOf(values) => one_of(rule, values, lists)?,
        Entry::Preferably(values) => {
            one_of(rule, values, lists)?.set_error_style(DataValidationErrorStyle::Warning)
        }
        Entry::Day => {
            let first = ExcelDateTime::from_ymd(1970, 1, 1)?;
            rule.allow_date(DataValidationRule::Between(
                first,
                ExcelDateTime::from_ymd(2149, 6, 6)?,
            ))
        }
        Entry::Amount => {
            rule.allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(0.0_f64))
        }
        Entry::TextUpTo(chars) => {
            rule.allow_text_length(DataValidationRule::LessThanOrEqualTo(chars))
        }
    };
    let title = capped(hint.title, HINT_TITLE_CHARS_MAX);
    let rule = if hint.text.is_empty() {
        rule
    } else {
        rule.set_input_title(&*title)?.set_input_message(capped(hint.text, HINT_CHARS_MAX))?
    };
    if hint.refusal.is_empty() {
        return Ok(rule);
    }
    rule.set_error_title(&*title)?.set_error_message(capped(hint.refusal, HINT_CHARS_MAX))
}

fn one_of(
    rule: DataValidation,
    values: &[String],
    lists: &mut Lists,
) -> Result<DataValidation, XlsxError> {
    let commas = values.len().saturating_sub(1);
    let chars = values.iter().flat_map(|value| value.chars()).map(char::len_utf16).sum::<usize>();
    // A comma or quotation mark in a value would be read as the rule's own.
    let is_plain = !values.iter().any(|value| value.contains([',', '"']));
    if is_plain && chars + commas <= INLINE_LIST_CHARS_MAX {
        return rule.allow_list_strings(values);
    }
    Ok(rule.allow_list_formula(lists.place(values)))
}
