//! The rows of one sheet of an `.xls` file.
//!
//! Its records are listed first and put in order: programs other than Excel write them as they
//! like.

use std::collections::HashSet;

use super::{
    biff::{self, Pieces, Record},
    formula::origin,
    workbook::Workbook,
};
use crate::{
    Formula, Limits, Value,
    read::{
        ReadError, Row,
        bytes::{u16_at, u32_at},
        error::Fault,
        number::{write_date, write_number},
        what::Damage,
    },
};

/// Columns of the largest sheet of an `.xls` file.
const COLUMNS_MAX: u16 = 256;
/// What a cell shows whose shared text is not there.
const SHOWN_MISSING: &str = "#REF!";

/// Reads the rows of one sheet.
pub(in crate::read) struct SheetRows<'a> {
    stream: &'a [u8],
    workbook: &'a Workbook,
    limits: Limits,
    /// Row, column and place of every record with cells, in this order.
    cells: Vec<(u16, u16, u32)>,
    next: usize,
    /// Cells whose array or shared formula names another workbook.
    external: HashSet<(u16, u16)>,
    row: Row,
    /// Reused for texts.
    units: Vec<u16>,
    /// The sheet is cut: told once its rows are read.
    is_cut: bool,
}

impl<'a> SheetRows<'a> {
    /// Lists the records of the sheet that begins at a place of the stream.
    pub(super) fn new(
        stream: &'a [u8],
        workbook: &'a Workbook,
        start: usize,
        limits: Limits,
    ) -> Result<Self, Fault> {
        let first = biff::record(stream, start).filter(|record| record.kind == biff::BOF);
        let first = first.ok_or(Fault::damaged(Damage::Incomplete))?;
        let mut rows = Self {
            stream,
            workbook,
            limits,
            cells: Vec::new(),
            next: 0,
            external: HashSet::new(),
            row: Row::default(),
            units: Vec::new(),
            is_cut: true,
        };
        // Charts inside the sheet have cells of their own.
        let mut charts = 0_usize;
        for record in biff::records(stream, first.end) {
            match record.kind {
                biff::BOF => charts += 1,
                biff::EOF if charts > 0 => charts -= 1,
                biff::EOF => {
                    rows.is_cut = false;
                    break;
                }
                _ if charts == 0 => rows.list(&record)?,
                _ => {}
            }
        }
        rows.cells.sort_unstable();
        Ok(rows)
    }

    pub(in crate::read) fn row(&self) -> &Row {
        &self.row
    }

    /// Records that were read, of those there are.
    pub(in crate::read) fn progress(&self) -> (u64, u64) {
        (self.next as u64, self.cells.len() as u64)
    }

    pub(in crate::read) fn memory_bytes(&self) -> usize {
        self.stream.len()
            + self.workbook.texts.memory_bytes()
            + self.workbook.dates.capacity()
            + self.cells.capacity() * size_of::<(u16, u16, u32)>()
            + self.external.capacity() * size_of::<(u16, u16)>()
            + self.row.memory_bytes()
            + self.units.capacity() * size_of::<u16>()
            + size_of::<Self>()
    }

    /// Reads the next row that has cells into [`SheetRows::row`]; `false` at the end.
    pub(in crate::read) fn read(&mut self) -> Result<bool, ReadError> {
        while let Some(&(number, _, _)) = self.cells.get(self.next) {
            self.row.begin(u64::from(number) + 1);
            while let Some(&(row, _, at)) = self.cells.get(self.next)
                && row == number
            {
                self.next += 1;
                let at = usize::try_from(at).expect("a place in the stream");
                self.put(at);
            }
            self.row.drop_empty_end();
            if !self.row.is_empty() {
                return Ok(true);
            }
        }
        if self.is_cut {
            self.is_cut = false;
            return Err(Fault::damaged(Damage::Incomplete).after(self.row.line));
        }
        Ok(false)
    }

    /// Remembers where a record with cells is.
    fn list(&mut self, record: &Record<'_>) -> Result<(), Fault> {
        match record.kind {
            biff::NUMBER
            | biff::RK
            | biff::MUL_RK
            | biff::LABEL_SST
            | biff::LABEL
            | biff::RICH_LABEL
            | biff::BOOL_ERR
            | biff::FORMULA => {
                let (row, column, _) =
                    biff::place(record).ok_or(Fault::damaged(Damage::Content))?;
                if column >= COLUMNS_MAX {
                    return Err(Fault::damaged(Damage::OutOfSheet));
                }
                let start = u32::try_from(record.start).expect("a stream has less than 4 GiB");
                self.cells.push((row, column, start));
            }
            biff::ARRAY | biff::SHARED_FORMULA => {
                let fixed = if record.kind == biff::ARRAY { 12 } else { 8 };
                let formula = record.data.get(fixed..).unwrap_or_default();
                if self.workbook.references.is_named_in(formula)
                    && let (Some(row), Some(column)) = (u16_at(record.data, 0), record.data.get(4))
                {
                    self.external.insert((row, u16::from(*column)));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Puts the cells of the record at a place into the row.
    fn put(&mut self, at: usize) {
        let Some(record) = biff::record(self.stream, at) else { return };
        let Some((_, column, style)) = biff::place(&record) else { return };
        let data = record.data;
        match record.kind {
            biff::NUMBER => {
                let number = biff::f64_at(data, 6).unwrap_or_default();
                self.put_number(column, style, Formula::None, number);
            }
            biff::RK => {
                let bits = u32_at(data, 6).unwrap_or_default();
                self.put_number(column, style, Formula::None, biff::rk(bits));
            }
            biff::MUL_RK => {
                let cells = data.get(4..data.len().saturating_sub(2)).unwrap_or_default();
                for (column, cell) in (column..COLUMNS_MAX).zip(cells.as_chunks::<6>().0) {
                    let style = u16_at(cell, 0).unwrap_or_default();
                    let bits = u32_at(cell, 2).unwrap_or_default();
                    self.put_number(column, style, Formula::None, biff::rk(bits));
                }
            }
            biff::LABEL_SST => {
                let number = u32_at(data, 6).map_or(usize::MAX, |number| number as usize);
                self.put_shared(column, number);
            }
            biff::LABEL | biff::RICH_LABEL => {
                // A rich label's text is a plain one, its runs follow it.
                let is_whole = Pieces::alone(&record, 6).text(&mut self.units).is_some();
                self.put_text(column, Formula::None, is_whole);
            }
            biff::BOOL_ERR => {
                let code = data.get(6).copied().unwrap_or_default();
                let is_error = data.get(7).is_some_and(|flag| *flag != 0);
                self.put_code(column, Formula::None, code, is_error);
            }
            biff::FORMULA => self.put_formula(&record, column, style),
            _ => {}
        }
    }

    /// Puts what a formula gave (MS-XLS 2.5.133).
    fn put_formula(&mut self, record: &Record<'_>, column: u16, style: u16) {
        let data = record.data;
        let parsed = data.get(20..).unwrap_or_default();
        let is_external = self.workbook.references.is_named_in(parsed)
            || origin(parsed).is_some_and(|origin| self.external.contains(&origin));
        let formula = if is_external { Formula::External } else { Formula::Computed };
        let code = data.get(8).copied().unwrap_or_default();
        match (u16_at(data, 12), data.get(6)) {
            (Some(0xffff), Some(0)) => {
                // Its text is in a record of its own, behind those of the formula.
                let behind = |it: &Record<'_>| {
                    matches!(it.kind, biff::ARRAY | biff::TABLE | biff::SHARED_FORMULA)
                };
                let text = biff::records(self.stream, record.end).find(|it| !behind(it));
                let text = text.filter(|it| it.kind == biff::STRING);
                let is_there = text.is_some_and(|text| {
                    Pieces::of(self.stream, &text).text(&mut self.units).is_some()
                });
                self.put_text(column, formula, is_there);
            }
            (Some(0xffff), Some(1)) => self.put_code(column, formula, code, false),
            (Some(0xffff), Some(2)) => self.put_code(column, formula, code, true),
            (Some(0xffff), _) => {
                // Nothing: an empty text, or not computed by a program that leaves it to Excel.
                let is_due = data.get(14).is_some_and(|flags| flags & 1 != 0);
                let formula = match formula {
                    Formula::Computed if is_due => Formula::NotComputed,
                    formula => formula,
                };
                self.put_text(column, formula, false);
            }
            _ => {
                let number = biff::f64_at(data, 6).unwrap_or_default();
                self.put_number(column, style, formula, number);
            }
        }
    }

    fn put_number(&mut self, column: u16, style: u16, formula: Formula, number: f64) {
        let shows_dates = self.workbook.dates.get(usize::from(style)).copied().unwrap_or_default();
        let is_1904 = self.workbook.is_1904;
        self.put_cell(column, formula, |out| {
            if shows_dates && write_date(number, is_1904, out) {
                return Value::Date;
            }
            write_number(number, out);
            Value::Number
        });
    }

    fn put_shared(&mut self, column: u16, number: usize) {
        let texts = &self.workbook.texts;
        self.put_cell(column, Formula::None, |out| {
            let Some(pieces) = texts.get(number) else {
                // A text that the workbook does not have: the cell is damaged, not the file.
                out.extend_from_slice(SHOWN_MISSING.as_bytes());
                return Value::Error;
            };
            pieces.for_each(|piece| out.extend_from_slice(piece));
            Value::Text
        });
    }

    /// Puts the text in `units`, or an empty one.
    fn put_text(&mut self, column: u16, formula: Formula, is_there: bool) {
        let units = self.units.get(..).filter(|_| is_there).unwrap_or_default();
        let text = String::from_utf16_lossy(units);
        self.put_cell(column, formula, |out| {
            out.extend_from_slice(text.as_bytes());
            Value::Text
        });
    }

    fn put_code(&mut self, column: u16, formula: Formula, code: u8, is_error: bool) {
        self.put_cell(column, formula, |out| {
            let (text, value) = match (is_error, code) {
                (true, code) => (biff::error_text(code), Value::Error),
                (false, 0) => ("FALSE", Value::Boolean),
                (false, _) => ("TRUE", Value::Boolean),
            };
            out.extend_from_slice(text.as_bytes());
            value
        });
    }

    fn put_cell(
        &mut self,
        column: u16,
        formula: Formula,
        write: impl FnOnce(&mut Vec<u8>) -> Value,
    ) {
        let column = usize::from(column);
        // Of two records for one cell the first counts.
        if column >= self.row.len() {
            self.row.put(column, formula, &self.limits, write);
        }
    }
}
