//! The rows of one sheet of an `.xlsx` file, as a stream.

use std::io::{Read, Seek};

use super::{
    archive::Part,
    cell::{CellSeen, Context},
    formula::Formulas,
    xml::{Node, Start, Xml},
};
use crate::{
    Formula, Limits,
    read::{ReadError, Row, error::Fault, what::Damage},
};

/// Rows of the largest sheet there can be.
const ROWS_MAX: u32 = 1_048_576;

/// Reads the rows of one sheet.
pub(in crate::read) struct SheetRows<'a, S> {
    xml: Xml<Part<'a, S>>,
    context: Context<'a>,
    limits: Limits,
    row: Row,
    /// The row (from 0) that a row without a number would be.
    next_row: u32,
    /// The column (from 0) that a cell without a name would be in.
    next_column: u32,
    cell: CellSeen,
    formulas: Formulas,
    is_in_rows: bool,
    is_done: bool,
}

impl<'a, S: Read + Seek> SheetRows<'a, S> {
    pub(super) fn new(part: Part<'a, S>, context: Context<'a>, limits: Limits) -> Self {
        Self {
            xml: Xml::new(part, limits.xml_run_bytes_max),
            context,
            limits,
            row: Row::default(),
            next_row: 0,
            next_column: 0,
            cell: CellSeen::default(),
            formulas: Formulas::default(),
            is_in_rows: false,
            is_done: false,
        }
    }

    pub(in crate::read) fn row(&self) -> &Row {
        &self.row
    }

    /// Bytes of the sheet that were read, of those there are.
    pub(in crate::read) fn progress(&self) -> (u64, u64) {
        self.xml.part().progress()
    }

    pub(in crate::read) fn memory_bytes(&self) -> usize {
        self.xml.memory_bytes()
            + self.row.memory_bytes()
            + self.formulas.memory_bytes()
            + self.cell.memory_bytes()
            + self.context.texts.memory_bytes()
            + self.context.dates.len()
            + size_of::<Self>()
    }

    /// Reads the next row that has cells into [`SheetRows::row`]; `false` at the end.
    pub(in crate::read) fn read(&mut self) -> Result<bool, ReadError> {
        let before = self.row.line;
        self.row.begin(before);
        self.read_row().map_err(|fault| fault.after(before))
    }

    fn read_row(&mut self) -> Result<bool, Fault> {
        while !self.is_done {
            match self.xml.next()? {
                Node::Start(start) => match start.name() {
                    "sheetData" => self.is_in_rows = true,
                    _ if !self.is_in_rows => {}
                    "row" => {
                        let row = row_number(&start, self.next_row)?;
                        self.next_row = row + 1;
                        self.next_column = 0;
                        self.row.begin(u64::from(row) + 1);
                        self.formulas.begin_row(row);
                    }
                    "c" => {
                        let row = self.next_row.saturating_sub(1);
                        self.cell.begin(&start, row, self.next_column, self.context.dates)?;
                        self.next_column = self.cell.column + 1;
                    }
                    _ => self.cell.start(&start)?,
                },
                Node::Text(piece) => self.cell.push(&piece, &self.limits),
                Node::End(end) => match end.name() {
                    "sheetData" => self.is_in_rows = false,
                    _ if !self.is_in_rows => {}
                    "row" => {
                        self.row.drop_empty_end();
                        if !self.row.is_empty() {
                            return Ok(true);
                        }
                    }
                    "c" => self.end_cell(),
                    name => self.cell.end(name),
                },
                Node::Nothing => {}
                // Not before: the archive's checksum is checked at the end of a part.
                Node::Eof => self.is_done = true,
            }
        }
        Ok(false)
    }

    fn end_cell(&mut self) {
        let at = (self.next_row.saturating_sub(1), self.cell.column);
        let cell = &mut self.cell;
        let has_value = cell.has_value();
        let formula = self.formulas.judge(at, &cell.formula, has_value);
        if !has_value && formula == Formula::None {
            return;
        }
        let context = self.context;
        let column = usize::try_from(cell.column).expect("a column fits");
        self.row.put(column, formula, &self.limits, |out| cell.write(context, out));
    }
}

/// The row (from 0) of a `<row>` element; it must not be above `next_row`.
fn row_number(start: &Start<'_>, next_row: u32) -> Result<u32, Fault> {
    let mut row = next_row;
    for attribute in start.attributes() {
        let (name, value) = attribute?;
        if name == "r" {
            let number = value.parse::<u32>().ok().and_then(|number| number.checked_sub(1));
            row = number.ok_or(Fault::damaged(Damage::Content))?;
        }
    }
    if row < next_row {
        return Err(Fault::damaged(Damage::Order));
    }
    if row >= ROWS_MAX {
        return Err(Fault::damaged(Damage::OutOfSheet));
    }
    Ok(row)
}
