//! Judging a row: each field by itself, then the rules between fields, then the record.
//!
//! Pure: the row and today go in, a record and findings come out. A field that is wrong by itself
//! is left out of the rules between fields, so that one mistake is reported once.

mod choice;
mod class;
pub(crate) mod clean;
mod code;
mod date;
mod decimal;
mod field;
mod report;
mod rules;
mod subject;
mod words;

use std::borrow::Cow;

use tiaoxi_credit::{Day, Record};

use crate::finding::{Finding, ROW_TOO_LONG, Severity};
use crate::item::{Generation, Item, ROW_BYTES_MAX};
pub(crate) use date::parse_day;
use report::Report;
pub(crate) use words::holds_citizen_number;

/// A row as it stands in a file.
#[derive(Clone, Copy, Debug, Default)]
pub struct RowView<'a> {
    /// Its number, the first row below the header being 1.
    pub number: u32,
    /// `cells[i]` belongs to [`Item::fields`]`()[i]`; empty where the file has no such column.
    /// Missing cells at the end count as empty, those in excess are not read.
    pub cells: &'a [&'a str],
    /// The file has no column for the class of the subject: an empty class is derived from the
    /// codes, and a warning says so.
    pub derives_class: bool,
}

/// What came of a row.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The record, when no finding is an error.
    pub record: Option<Record>,
    /// By field, those between fields last.
    pub findings: Vec<Finding>,
    /// Cells whose text was changed by cleaning: full width, stray spaces, invisible characters, a
    /// time of day behind a date. Mere spelling (upper case, `2024/1/5`) is not counted.
    pub cleaned: u16,
}

/// A cell after cleaning.
struct Cell<'a> {
    /// Cleaned: codes upper case without spaces, dates as `YYYY-MM-DD`, choices as listed.
    text: Cow<'a, str>,
    /// For a field of days.
    day: Option<Day>,
    /// It is wrong by itself, or empty where it must not be.
    broken: bool,
}

impl Cell<'_> {
    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

impl Item {
    /// Judges a row; `today` is the day of reporting in Beijing.
    pub fn check(&self, row: RowView<'_>, today: Day) -> Checked {
        self.judge(row, today, &[])
    }

    /// Judges a row of a file in an earlier format, its cells already in the order of today's
    /// fields: what the generation implies is filled in, and a rule that calls for a field which it
    /// did not have warns only.
    pub fn check_old(&self, generation: &Generation, row: RowView<'_>, today: Day) -> Checked {
        let raw = row.cells.iter().copied().chain(std::iter::repeat(""));
        let mut cells: Vec<&str> = raw.take(self.fields().len()).collect();
        generation.complete(&mut cells);
        let derives_class = row.derives_class || generation.derives_class;
        self.judge(RowView { cells: &cells, derives_class, ..row }, today, &generation.absent)
    }

    /// `absent`: fields that rules may call for in vain.
    fn judge(&self, row: RowView<'_>, today: Day, absent: &[usize]) -> Checked {
        let mut report = Report::new(self);
        let bytes: usize = row.cells.iter().take(self.fields().len()).map(|cell| cell.len()).sum();
        if bytes > ROW_BYTES_MAX {
            report.add_for_row(
                ROW_TOO_LONG,
                Severity::Error,
                format!("整行{bytes}字节，最多{ROW_BYTES_MAX}字节"),
                format!("the row has {bytes} bytes, {ROW_BYTES_MAX} are allowed"),
            );
            return Checked { record: None, findings: report.findings, cleaned: 0 };
        }
        let raw = row.cells.iter().copied().chain(std::iter::repeat(""));
        let mut cells = Vec::with_capacity(self.fields().len());
        for (index, text) in (0..self.fields().len()).zip(raw) {
            if row.derives_class && index == self.layout.class && clean::trim(text).is_empty() {
                cells.push(Cell { text: Cow::Borrowed(""), day: None, broken: true });
            } else {
                cells.push(field::check(self.field(index), index, text, &mut report));
            }
        }
        if row.derives_class {
            class::derive(self, &mut cells, &mut report);
        }
        rules::check(&self.rules, &cells, (today, absent), &mut report);
        let record = subject::build(self, row.number, cells, &mut report);
        Checked { record, findings: report.findings, cleaned: report.cleaned }
    }
}
