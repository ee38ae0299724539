//! One cell of a sheet of an `.xlsx` file: what its element says → its text.

use super::{
    formula::{Range, Seen, cell},
    strings::{TextPieces, push_bounded, unescape},
    xml::Start,
};
use crate::{
    Limits, Value,
    read::{
        error::Fault,
        number::{write_date, write_number},
        texts::Texts,
        what::Damage,
    },
};

/// Columns of the largest sheet there can be.
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

/// Which element the next text belongs to.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Elsewhere,
    Value,
    Formula,
    Inline,
}

/// What was read of a cell so far.
#[derive(Default)]
pub(super) struct CellSeen {
    /// Its column, from 0.
    pub(super) column: u32,
    place: Place,
    shows_dates: bool,
    kind: Kind,
    value: Vec<u8>,
    has_value: bool,
    inline: TextPieces,
    has_inline: bool,
    pub(super) formula: Seen,
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

impl CellSeen {
    /// Takes up what a `<c>` element says, in a row that has cells up to `next_column`.
    pub(super) fn begin(
        &mut self,
        start: &Start<'_>,
        row: u32,
        next_column: u32,
        dates: &[bool],
    ) -> Result<(), Fault> {
        self.column = next_column;
        self.place = Place::Elsewhere;
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

    /// An element inside the cell begins.
    pub(super) fn start(&mut self, start: &Start<'_>) -> Result<(), Fault> {
        match start.name() {
            "v" => {
                self.place = Place::Value;
                // A formula may give an empty text.
                self.has_value |= self.kind == Kind::FormulaText;
            }
            "is" => {
                self.place = Place::Inline;
                self.has_inline = true;
            }
            "f" => {
                self.place = Place::Formula;
                self.begin_formula(start)?;
            }
            name if self.place == Place::Inline => self.inline.start(name),
            _ => {}
        }
        Ok(())
    }

    /// An element inside the cell ends.
    pub(super) fn end(&mut self, name: &str) {
        match name {
            "v" | "is" | "f" => self.place = Place::Elsewhere,
            name if self.place == Place::Inline => self.inline.end(name),
            _ => {}
        }
    }

    /// Whether the file has a value for the cell, be it empty.
    pub(super) fn has_value(&self) -> bool {
        self.has_value || self.has_inline
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

    /// A piece of text inside the cell.
    pub(super) fn push(&mut self, piece: &str, limits: &Limits) {
        match self.place {
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
    pub(super) fn write(&mut self, context: Context<'_>, out: &mut Vec<u8>) -> Value {
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

    pub(super) fn memory_bytes(&self) -> usize {
        self.value.capacity() + self.inline.memory_bytes() + self.formula.text.capacity()
    }
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
