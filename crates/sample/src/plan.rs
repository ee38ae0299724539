//! What an invented file shall look like.

use std::{io, ops::RangeInclusive};

use tiaoxi_credit::Day;
use tiaoxi_sheet::FileKind;

use crate::{Office, dates::Window, recipe::invalid};

/// Days over which decisions are spread before [`Plan::newest`]: few enough for all to be in time.
const FRESH_DAYS: u16 = 5;
/// Decisions that are late lie this many days before those that are not, and more.
const LATE_LEAD_DAYS: u16 = 40;
/// Over how many days they are spread.
const LATE_DAYS: u16 = 60;
/// The days that [`Plan::newest`] may be: 2000-01-01 to 2090-12-31, so that terms end before
/// 2099-12-31, which means long-term.
pub const NEWEST_DAYS: RangeInclusive<Day> = Day(10_957)..=Day(44_194);

/// A generation of the national format (双公示).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// The current one.
    Format2019,
    /// The one before: no class of subject, and the number of a representative's identity card.
    Format2018,
    /// The first, as a city deployed it in 2017: two columns for kinds of penalty, state of the
    /// record, no amounts, and no code of the authority, which [`crate::constants`] gives.
    Format2016,
}

/// How columns are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Headers {
    /// By Chinese names.
    Names,
    /// By codes.
    Codes,
}

/// What an invented file shall look like. The same plan gives the same cells.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Rows below the header.
    pub rows: u64,
    /// What everything invented grows from.
    pub seed: u64,
    /// How many rows in a hundred hold one mistake or one careless habit of a clerk each; about two
    /// in three of them are not taken in.
    pub dirty_percent: u8,
    /// Who hands it in.
    pub office: Office,
    /// Csv or tsv (all cells are text), or xlsx (amounts are numbers, decisions have date cells).
    pub kind: FileKind,
    /// The generation of its columns.
    pub layout: Layout,
    /// How they are named.
    pub headers: Headers,
    /// Two title rows and a row of group names above the header.
    pub titles: bool,
    /// Columns in an order drawn by the seed instead of that of the format.
    pub shuffled: bool,
    /// A column of running numbers in front (序号), which no catalogue item knows.
    pub extra_column: bool,
    /// Where set, decisions lie in the five days up to this one: reported on it, or up to three
    /// days later, they are in time, but for late ones among the dirty rows, which are at least
    /// 40 days old. Where not set, decisions lie in 2024 and 2025 and none is late on purpose.
    /// One of [`NEWEST_DAYS`].
    pub newest: Option<Day>,
}

impl Plan {
    /// A thousand good rows of csv in the current format, with Chinese names.
    pub fn new(office: Office) -> Self {
        Self {
            rows: 1000,
            seed: 1,
            dirty_percent: 0,
            office,
            kind: FileKind::Csv,
            layout: Layout::Format2019,
            headers: Headers::Names,
            titles: false,
            shuffled: false,
            extra_column: false,
            newest: None,
        }
    }

    /// # Errors
    /// `InvalidInput` for xls and for a newest day out of range.
    pub(crate) fn check(&self) -> io::Result<()> {
        if self.kind == FileKind::Xls {
            return Err(invalid("there are no samples in xls: nobody should have to write it"));
        }
        match self.newest {
            Some(newest) if !NEWEST_DAYS.contains(&newest) => {
                Err(invalid(format!("no decision may lie as early or late as {newest}")))
            }
            _ => Ok(()),
        }
    }

    /// When decisions are made.
    pub(crate) fn window(&self) -> Window {
        self.newest.map_or(Window::TWO_YEARS, |newest| Window {
            first: Day(newest.0 - (FRESH_DAYS - 1)),
            days: FRESH_DAYS,
        })
    }

    /// When decisions were made that are late.
    pub(crate) fn late_window(&self) -> Option<Window> {
        let last = self.newest?.0 - LATE_LEAD_DAYS;
        Some(Window { first: Day(last - (LATE_DAYS - 1)), days: LATE_DAYS })
    }
}
