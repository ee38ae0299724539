//! The rows of one sheet of an `.xlsx` file, as a stream.

use std::io::{Read, Seek};

use super::{
    archive::Part,
    formula::{Formulas, Range, Seen, cell},
    strings::{TextPieces, push_bounded, unescape},
    xml::{Node, Start, Xml},
};
use crate::{
    Limits, Value,
    read::{
        ReadError, Row,
        error::{Damage, Fault},
        number::{write_date, write_number},
        texts::Texts,
    },
};

/// Rows and columns of the largest sheet there can be.
const ROWS_MAX: u32 = 1_048_576;
const COLUMNS_MAX: u32 = 16_384;
/// Bytes of a formula that are kept; programs allow 8,192 characters.
const FORMULA_BYTES_MAX: usize = 32 * 1024;
/// What a cell shows whose shared text is not there.
const SHOWN_MISSING: &[u8] = b"#REF!";

/// What cells need to know of their workbook.
#[derive(Clone, Copy)]
pub(in crate::read) struct Context<'a> {
    pub(super) texts: &'a Texts,
    /// For each cell style, whether it shows dates.
    pub(super) dates: &'a [bool],
    pub(super) is_1904: bool,
}

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
    place: Place,
    is_in_rows: bool,
    is_done: bool,
}

/// Which element the next text belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Elsewhere,
    Value,
    Formula,
    Inline,
}

/// What was read of a cell so far.
#[derive(Default)]
struct CellSeen {
    column: u32,
    shows_dates: bool,
    kind: Kind,
    value: Vec<u8>,
    has_value: bool,
    inline: TextPieces,
    has_inline: bool,
    formula: Seen,
}

/// The type of a cell (ECMA-376, 18.18.11).
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Number,
    Shared,
    FormulaText,
    Inline,
    Boolean,
    Error,
    Date,
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
            place: Place::Elsewhere,
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
                        self.place = Place::Elsewhere;
                    }
                    "v" => {
                        self.place = Place::Value;
                        // A formula may give an empty text.
                        self.cell.has_value |= self.cell.kind == Kind::FormulaText;
                    }
                    "is" => {
                        self.place = Place::Inline;
                        self.cell.has_inline = true;
                    }
                    "f" => {
                        self.place = Place::Formula;
                        self.cell.begin_formula(&start)?;
                    }
                    name if self.place == Place::Inline => self.cell.inline.start(name),
                    _ => {}
                },
                Node::Text(piece) => self.cell.push(self.place, &piece, &self.limits),
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
                    "v" | "is" | "f" => self.place = Place::Elsewhere,
                    name if self.place == Place::Inline => self.cell.inline.end(name),
                    _ => {}
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
        let has_value = cell.has_value || !cell.value.is_empty() || cell.has_inline;
        let formula = self.formulas.judge(at, &cell.formula, has_value);
        if !has_value && formula == crate::Formula::None {
            return;
        }
        let context = self.context;
        let column = usize::try_from(cell.column).expect("a column fits");
        self.row.put(column, formula, &self.limits, |out| cell.write(context, out));
    }
}

impl CellSeen {
    /// Takes up what a `<c>` element says.
    fn begin(
        &mut self,
        start: &Start<'_>,
        row: u32,
        next_column: u32,
        dates: &[bool],
    ) -> Result<(), Fault> {
        self.column = next_column;
        self.shows_dates = false;
        self.kind = Kind::Number;
        self.value.clear();
        self.has_value = false;
        self.inline.clear();
        self.has_inline = false;
        self.formula.clear();
        for attribute in start.attributes() {
            let (name, value) = attribute?;
            match name {
                "r" => {
                    let (own_row, column) = cell(&value).ok_or(Fault::damaged(Damage::Content))?;
                    if own_row != row || column < next_column {
                        return Err(Fault::damaged(Damage::Order));
                    }
                    self.column = column;
                }
                "s" => {
                    let style = value.parse::<usize>().ok();
                    self.shows_dates =
                        style.and_then(|style| dates.get(style)).copied().unwrap_or_default();
                }
                "t" => {
                    self.kind = match value.as_ref() {
                        "s" => Kind::Shared,
                        "str" => Kind::FormulaText,
                        "inlineStr" => Kind::Inline,
                        "b" => Kind::Boolean,
                        "e" => Kind::Error,
                        "d" => Kind::Date,
                        _ => Kind::Number,
                    };
                }
                _ => {}
            }
        }
        if self.column >= COLUMNS_MAX {
            return Err(Fault::damaged(Damage::OutOfSheet));
        }
        Ok(())
    }

    fn begin_formula(&mut self, start: &Start<'_>) -> Result<(), Fault> {
        self.formula.clear();
        self.formula.is_present = true;
        for attribute in start.attributes() {
            let (name, value) = attribute?;
            match name {
                "t" => self.formula.is_array = matches!(value.as_ref(), "array" | "dataTable"),
                "si" => self.formula.shared = value.parse().ok(),
                "ref" => self.formula.range = Range::parse(&value),
                _ => {}
            }
        }
        Ok(())
    }

    fn push(&mut self, place: Place, piece: &str, limits: &Limits) {
        match place {
            Place::Value => {
                self.has_value |= !piece.is_empty();
                push_bounded(&mut self.value, piece, limits.cell_bytes_max);
            }
            Place::Formula => push_bounded(&mut self.formula.text, piece, FORMULA_BYTES_MAX),
            Place::Inline => self.inline.push(piece, limits.cell_bytes_max),
            Place::Elsewhere => {}
        }
    }

    /// Appends the text of the cell and says what it holds.
    fn write(&mut self, context: Context<'_>, out: &mut Vec<u8>) -> Value {
        if self.has_inline {
            out.extend_from_slice(self.inline.whole());
            return Value::Text;
        }
        let text = std::str::from_utf8(&self.value).unwrap_or_default().trim();
        match self.kind {
            Kind::Shared => {
                let pieces = text.parse().ok().and_then(|number| context.texts.get(number));
                let Some(pieces) = pieces else {
                    if text.is_empty() {
                        return Value::Text;
                    }
                    // A text that the workbook does not have: the cell is damaged, not the file.
                    out.extend_from_slice(SHOWN_MISSING);
                    return Value::Error;
                };
                pieces.for_each(|piece| out.extend_from_slice(piece));
                Value::Text
            }
            Kind::Boolean => {
                let is_true = matches!(text, "1" | "true");
                out.extend_from_slice(if is_true { b"TRUE" } else { b"FALSE" });
                Value::Boolean
            }
            Kind::Error => {
                out.extend_from_slice(text.as_bytes());
                Value::Error
            }
            Kind::Date => write_iso_date(text, out),
            Kind::Number => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => self.write_number(number, context, out),
                _ => {
                    out.extend_from_slice(text.as_bytes());
                    Value::Text
                }
            },
            Kind::FormulaText | Kind::Inline => {
                unescape(&mut self.value);
                out.extend_from_slice(&self.value);
                Value::Text
            }
        }
    }

    fn write_number(&self, number: f64, context: Context<'_>, out: &mut Vec<u8>) -> Value {
        if self.shows_dates && write_date(number, context.is_1904, out) {
            return Value::Date;
        }
        write_number(number, out);
        Value::Number
    }

    fn memory_bytes(&self) -> usize {
        self.value.capacity() + self.inline.memory_bytes() + self.formula.text.capacity()
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

/// A date of ISO 8601, as some programs write it instead of a number of days.
fn write_iso_date(text: &str, out: &mut Vec<u8>) -> Value {
    let (date, time) = text.split_once('T').unwrap_or((text, ""));
    out.extend_from_slice(date.as_bytes());
    let time = time.trim_end_matches('Z');
    let time = time.split_once('.').map_or(time, |(whole, _)| whole);
    if !matches!(time, "" | "00:00:00" | "00:00") {
        out.push(b' ');
        out.extend_from_slice(time.as_bytes());
    }
    let is_date = date.len() == 10
        && date.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if is_date { Value::Date } else { Value::Text }
}
