//! What a cell holds, by its text and what a spreadsheet says of it.

use rust_xlsxwriter::ExcelDateTime;

use super::style::{CellFormat, Shown};
use crate::Value;

/// The error values that a cell can hold (ECMA-376 part 1, 18.17.3).
const ERRORS: [&str; 7] = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];

/// What goes into a cell.
pub(super) enum Content<'t> {
    Text(&'t str),
    Number(f64),
    Date(ExcelDateTime, Shown),
    Boolean(bool),
    /// One of [`ERRORS`].
    Error(&'t str),
}

impl<'t> Content<'t> {
    /// A text that is no number, date or error after all stays a text.
    pub(super) fn of(text: &'t str, value: Value) -> Self {
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

    /// How it is shown in a column of a format.
    pub(super) fn shown(&self, format: CellFormat) -> Shown {
        match (self, format) {
            (Self::Date(_, shown), _) => *shown,
            // A number in a date's clothes is a row of `#`.
            (Self::Number(_), CellFormat::Date) => Shown::General,
            (_, format) => format.into(),
        }
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
