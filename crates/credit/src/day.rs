//! A calendar day without time or zone. Every day in Tiaoxi is a day in Beijing.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Days since 1970-01-01, up to 2149-06-06.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Day(pub u16);

/// Seconds that Beijing (UTC+8, no summer time) is ahead of POSIX time.
const BEIJING_OFFSET_SECONDS: u64 = 8 * 3600;

impl Day {
    /// The day of a civil date, or `None` when the date does not exist or lies outside the range.
    pub fn from_date(year: i16, month: i8, day: i8) -> Option<Self> {
        let date = jiff::civil::Date::new(year, month, day).ok()?;
        let days = (date - jiff::civil::date(1970, 1, 1)).get_days();
        u16::try_from(days).ok().map(Self)
    }

    /// The day in Beijing at `unix_seconds` of POSIX time; the last day of the range after it.
    pub fn in_beijing(unix_seconds: u64) -> Self {
        let days = unix_seconds.saturating_add(BEIJING_OFFSET_SECONDS) / 86_400;
        Self(u16::try_from(days).unwrap_or(u16::MAX))
    }

    /// Year, month and day of the month.
    pub fn to_date(self) -> (i16, i8, i8) {
        let date = jiff::civil::date(1970, 1, 1)
            .checked_add(jiff::Span::new().days(i64::from(self.0)))
            .expect("65,535 days after 1970 is within the calendar");
        (date.year(), date.month(), date.day())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.to_date();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_convert_both_ways() {
        for (date, day, text) in [
            ((1970, 1, 1), 0, "1970-01-01"),
            ((2026, 11, 24), 20_781, "2026-11-24"),
            ((2099, 12, 31), 47_481, "2099-12-31"),
            ((2149, 6, 6), u16::MAX, "2149-06-06"),
        ] {
            assert_eq!(Day::from_date(date.0, date.1, date.2), Some(Day(day)));
            assert_eq!(Day(day).to_string(), text);
        }
    }

    #[test]
    fn impossible_dates_are_no_day() {
        for (y, m, d) in [(2023, 2, 29), (2023, 13, 1), (2023, 0, 1), (1969, 12, 31), (2149, 6, 7)]
        {
            assert_eq!(Day::from_date(y, m, d), None, "{y}-{m}-{d}");
        }
    }

    #[test]
    fn the_day_changes_at_midnight_in_beijing() {
        assert_eq!(Day::in_beijing(16 * 3600 - 1), Day(0));
        assert_eq!(Day::in_beijing(16 * 3600), Day(1));
    }
}
