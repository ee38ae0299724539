//! What an `.xls` workbook says of itself before its sheets: names, styles, shared texts.

use super::{
    biff::{self, Pieces, Record},
    formula::References,
};
use crate::{
    Limits,
    read::{
        Looks, OpenError,
        bytes::{u16_at, u32_at},
        error::Fault,
        number::{is_builtin_date, is_date_format},
        texts::Texts,
        what::{Amount, Damage},
    },
};

/// Sheets of a workbook. Excel's own limit is memory; nobody's file comes near.
const SHEETS_MAX: usize = 1000;

/// The version that a stream's first record names for Excel 97 and later.
const BIFF8: u16 = 0x0600;

/// The globals of a workbook.
#[derive(Default)]
pub(super) struct Workbook {
    /// Its sheets of cells, in order.
    pub(super) sheets: Vec<Sheet>,
    /// Whether day 0 of its dates is in 1904.
    pub(super) is_1904: bool,
    pub(super) texts: Texts,
    /// For each cell style, whether it shows dates.
    pub(super) dates: Vec<bool>,
    pub(super) references: References,
}

/// A sheet of cells.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) is_visible: bool,
    /// Where its records begin in the stream.
    pub(super) start: usize,
}

/// Reads the globals of a stream.
pub(super) fn read(stream: &[u8], limits: &Limits) -> Result<Workbook, OpenError> {
    let first = biff::record(stream, 0).ok_or(Fault::damaged(Damage::Incomplete))?;
    if first.kind != biff::BOF {
        return Err(Fault::damaged(Damage::Content).into());
    }
    if u16_at(first.data, 0) != Some(BIFF8) {
        return Err(OpenError::NotATable { looks: Looks::OldWorkbook });
    }
    let mut workbook = Workbook::default();
    let mut formats: Vec<(u16, bool)> = Vec::new();
    let mut styles: Vec<u16> = Vec::new();
    let mut units = Vec::new();
    for record in biff::records(stream, first.end) {
        match record.kind {
            biff::FILE_PASS => return Err(OpenError::Encrypted),
            biff::DATE_MODE => workbook.is_1904 = u16_at(record.data, 0) == Some(1),
            biff::FORMAT => {
                let number = u16_at(record.data, 0).unwrap_or_default();
                if Pieces::alone(&record, 2).text(&mut units).is_some() {
                    formats.push((number, is_date_format(&String::from_utf16_lossy(&units))));
                }
            }
            biff::XF => styles.push(u16_at(record.data, 2).unwrap_or_default()),
            biff::BOUND_SHEET => {
                if workbook.sheets.len() == SHEETS_MAX {
                    let max = SHEETS_MAX as u64;
                    return Err(OpenError::TooLarge { what: Amount::Sheets, max });
                }
                workbook.sheets.extend(sheet(&record, &mut units));
            }
            biff::SUP_BOOK => workbook.references.add_book(record.data),
            biff::EXTERN_SHEET => workbook.references.add_numbers(record.data),
            biff::SST => workbook.texts = texts(stream, &record, limits)?,
            biff::EOF => {
                workbook.dates = dates(&styles, formats);
                return Ok(workbook);
            }
            _ => {}
        }
    }
    Err(Fault::damaged(Damage::Incomplete).into())
}

/// A sheet of cells; `None` for one of charts or macros.
fn sheet(record: &Record<'_>, units: &mut Vec<u16>) -> Option<Sheet> {
    let start = usize::try_from(u32_at(record.data, 0)?).ok()?;
    let (state, kind) = (*record.data.get(4)?, *record.data.get(5)?);
    Pieces::alone(record, 6).short_text(units)?;
    let mut name = String::from_utf16_lossy(units);
    name.retain(|character| character != '\0');
    let is_visible = matches!(state & 3, 0);
    (kind == 0).then_some(Sheet { name, is_visible, start })
}

/// For each style, whether its format shows dates.
fn dates(styles: &[u16], mut formats: Vec<(u16, bool)>) -> Vec<bool> {
    // Of two formats of one number the later counts.
    formats.reverse();
    formats.sort_by_key(|format| format.0);
    formats.dedup_by_key(|format| format.0);
    let is_date = |style: &u16| match formats.binary_search_by_key(style, |format| format.0) {
        Ok(at) => formats.get(at).is_some_and(|format| format.1),
        Err(_) => is_builtin_date((*style).into()),
    };
    styles.iter().map(is_date).collect()
}

/// The shared texts of an `SST` record and those that continue it.
fn texts(stream: &[u8], record: &Record<'_>, limits: &Limits) -> Result<Texts, Fault> {
    let mut pieces = Pieces::of(stream, record);
    let mut texts = Texts::default();
    let mut units = Vec::new();
    let count = pieces.u32().and_then(|_| pieces.u32());
    let count = count.ok_or(Fault::damaged(Damage::Content))?;
    // The stream is in memory too.
    let max = limits.texts_bytes_max.saturating_sub(stream.len() as u64);
    for _ in 0..count {
        // The count is the file's claim: where the bytes end, the texts do.
        if pieces.text(&mut units).is_none() {
            break;
        }
        let text = String::from_utf16_lossy(&units);
        if texts.len() as u64 >= limits.texts_max {
            return Err(Fault::TooLarge { what: Amount::Texts, max: limits.texts_max });
        }
        if texts.bytes() + text.len() as u64 > max || !texts.push(text.as_bytes()) {
            return Err(Fault::TooLarge { what: Amount::TextsBytes, max });
        }
    }
    Ok(texts)
}
