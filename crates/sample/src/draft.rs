//! One row on its way from the current format, all text, to the cells of a file.

use tiaoxi_sheet::{Cell, FileKind, Value};

use crate::{
    Plan,
    columns::{Column, Source},
    mistake::{NAME, Places},
    row::{Digits, Row},
};

/// The state of a record in force, in the format of 2016.
const NORMAL: &str = "0";

/// A row with what spreadsheets say of cells, in the order of the current format.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) cells: Vec<Cell>,
    /// State of the record, in the format of 2016.
    pub(crate) state: &'static str,
    /// What stands under the name, all else being empty, where it is no record.
    pub(crate) section: Option<&'static str>,
    /// Cells missing at the end.
    pub(crate) missing: usize,
}

impl Draft {
    /// Takes over a row, as a clerk types it into a file of this kind: a workbook makes date cells
    /// of decisions and numbers of fines.
    pub(crate) fn begin(&mut self, row: &Row, places: &Places, kind: FileKind) {
        self.cells.resize_with(row.cells().len(), Cell::default);
        for (cell, text) in self.cells.iter_mut().zip(row.cells()) {
            cell.text.clear();
            cell.text.push_str(text);
            cell.value = Value::Text;
        }
        self.state = NORMAL;
        self.section = None;
        self.missing = 0;
        if kind != FileKind::Xlsx {
            return;
        }
        if let Some(cell) = self.cells.get_mut(places.decided)
            && is_slashed_date(&cell.text)
        {
            cell.text = cell.text.replace('/', "-");
            cell.value = Value::Date;
        }
        if let Some(fine) = places.fine.and_then(|place| self.cells.get_mut(place))
            && fine.text.starts_with(|first: char| first.is_ascii_digit())
            && fine.text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        {
            fine.value = Value::Number;
        }
    }

    /// The text of a cell, by its place in the current format.
    pub(crate) fn text(&self, place: usize) -> &str {
        self.cells.get(place).map_or("", |cell| cell.text.as_str())
    }

    /// Puts something else into a cell that is there.
    pub(crate) fn set(&mut self, place: usize, text: String, value: Value) {
        let cell = self.cells.get_mut(place).expect("slips are made in cells that are there");
        *cell = Cell { text, value };
    }

    /// Writes the row into the columns of a file; `number` is its own.
    pub(crate) fn lay_out(&self, shape: &Shape<'_>, number: u64, out: &mut Vec<Cell>) {
        out.resize_with(shape.columns.len(), Cell::default);
        for (cell, column) in out.iter_mut().zip(shape.columns) {
            cell.text.clear();
            cell.value = Value::Text;
            if let Some(section) = self.section {
                if column.source == Source::Cell(NAME) {
                    cell.text.push_str(section);
                }
            } else {
                self.fill(cell, column.source, shape, number);
            }
        }
        // A cell too many stands behind the last column.
        out.extend(self.cells.iter().skip(shape.codes).cloned());
        out.truncate(out.len() - self.missing.min(out.len()));
    }

    fn fill(&self, cell: &mut Cell, source: Source, shape: &Shape<'_>, number: u64) {
        let mut write = |parts: &[&str]| parts.iter().for_each(|part| cell.text.push_str(part));
        match source {
            Source::Cell(place) => {
                write(&[self.text(place)]);
                cell.value = self.cells.get(place).map_or(Value::Text, |from| from.value);
            }
            Source::FirstOf(place) => write(&[split(self.text(place)).0]),
            Source::LaterOf(place) => write(&[split(self.text(place)).1]),
            Source::State => write(&[self.state]),
            Source::Region => write(&[shape.plan.office.region()]),
            Source::Changed => write(&[self.text(shape.places.decided), " 09:30:00"]),
            Source::Serial(letters) => write(&[letters, Digits::of(number).as_str()]),
            Source::Fixed(text) => write(&[text]),
            Source::Row => {
                write(&[Digits::of(number).as_str()]);
                if shape.plan.kind == FileKind::Xlsx {
                    cell.value = Value::Number;
                }
            }
        }
    }
}

/// What all rows of a file have in common.
pub(crate) struct Shape<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) places: &'a Places,
    pub(crate) columns: &'a [Column],
    /// Columns of the current format.
    pub(crate) codes: usize,
}

/// The first of several kinds of penalty, and the later ones.
fn split(kinds: &str) -> (&str, &str) {
    kinds.split_once([';', '；', '、', '|']).unwrap_or((kinds, ""))
}

/// `2024/03/05`.
fn is_slashed_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'/',
            _ => byte.is_ascii_digit(),
        })
}
