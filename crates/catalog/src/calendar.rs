//! Working days in China: the ordinary week, and the days that the State Council moves.
//!
//! Knows nothing of deadlines of single laws: they say how many days, this says which.

use std::collections::BTreeMap;
use std::ops::Bound;

use tiaoxi_credit::Day;

/// Bytes of a calendar file; fifty years take about 50 KB.
const FILE_BYTES_MAX: usize = 1 << 18;

/// Working days, and up to when they are known.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    /// Whether a day that differs from the ordinary week is worked.
    exceptions: BTreeMap<Day, bool>,
    years: Option<(i16, i16)>,
}

/// The last day of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// Its last working day.
    pub day: Day,
    /// The term touches a year that the file does not cover: weekends alone were counted.
    pub provisional: bool,
}

/// Why a calendar file could not be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// It is larger than any calendar.
    #[error("a calendar file of {bytes} bytes is larger than {FILE_BYTES_MAX}")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// A line is neither a comment, the header nor `YYYY-MM-DD<tab>holiday|workday`.
    #[error("line {line} of the calendar is not a date, a tab and holiday or workday")]
    Line {
        /// From 1.
        line: usize,
    },
    /// A day is given twice.
    #[error("line {line} of the calendar repeats {day}")]
    Repeated {
        /// From 1.
        line: usize,
        /// The day.
        day: Day,
    },
    /// No day at all.
    #[error("the calendar names no day")]
    Empty,
}

impl Calendar {
    /// Reads the lines `date<tab>kind` below a header; lines that begin with `#` are comments.
    pub fn parse(text: &str) -> Result<Self, CalendarError> {
        if text.len() > FILE_BYTES_MAX {
            return Err(CalendarError::TooLarge { bytes: text.len() });
        }
        let mut exceptions = BTreeMap::new();
        for (line, content) in (1..).zip(text.lines()) {
            let content = content.trim_end();
            if content.is_empty() || content.starts_with('#') || content == "date\tkind" {
                continue;
            }
            let (day, worked) = parse_line(content).ok_or(CalendarError::Line { line })?;
            if exceptions.insert(day, worked).is_some() {
                return Err(CalendarError::Repeated { line, day });
            }
        }
        let first = exceptions.first_key_value().ok_or(CalendarError::Empty)?.0.to_date().0;
        let last = exceptions.last_key_value().ok_or(CalendarError::Empty)?.0.to_date().0;
        Ok(Self { exceptions, years: Some((first, last)) })
    }

    /// Whether the file says which days of this day's year are worked.
    pub fn covers(&self, day: Day) -> bool {
        let year = day.to_date().0;
        self.years.is_some_and(|(first, last)| (first..=last).contains(&year))
    }

    /// The last year that the file covers; beyond it weekends alone are known. `None` for a calendar
    /// that covers none.
    pub fn last_year(&self) -> Option<i16> {
        self.years.map(|(_, last)| last)
    }

    /// Working days after `from`, up to and including `to`; 0 when `to` is not after `from`.
    pub fn workdays_after(&self, from: Day, to: Day) -> u16 {
        if to <= from {
            return 0;
        }
        let ordinary = weekdays_up_to(to) - weekdays_up_to(from);
        let after = (Bound::Excluded(from), Bound::Included(to));
        let moved = self
            .exceptions
            .range(after)
            .map(|(day, worked)| i32::from(*worked) - i32::from(!is_weekend(*day)));
        u16::try_from(ordinary + moved.sum::<i32>()).unwrap_or_default()
    }

    /// Whether the day is worked; Monday to Friday where the file says nothing.
    pub fn is_workday(&self, day: Day) -> bool {
        self.exceptions.get(&day).copied().unwrap_or_else(|| !is_weekend(day))
    }

    /// The `count`th working day after `day`, which is itself not counted; `day` when `count` is 0.
    /// Ends at the last day that [`Day`] can express.
    pub fn add_workdays(&self, day: Day, count: u16) -> Deadline {
        let mut deadline = Deadline { day, provisional: !self.covers(day) };
        let mut left = count;
        while left > 0 {
            let Some(next) = deadline.day.0.checked_add(1).map(Day) else { break };
            deadline.day = next;
            if self.is_workday(next) {
                left -= 1;
            }
        }
        deadline.provisional |= !self.covers(deadline.day);
        deadline
    }
}

/// Saturday and Sunday; 1970-01-01 was a Thursday.
fn is_weekend(day: Day) -> bool {
    matches!(day.0 % 7, 2 | 3)
}

/// Mondays to Fridays among the days 0 to `day`.
fn weekdays_up_to(day: Day) -> i32 {
    // The week is counted from Monday, 1969-12-29, three days before day 0.
    let days = i32::from(day.0) + 4;
    (days / 7) * 5 + (days % 7).min(5) - 3
}

fn parse_line(line: &str) -> Option<(Day, bool)> {
    let (date, kind) = line.split_once('\t')?;
    let worked = match kind {
        "workday" => true,
        "holiday" => false,
        _ => return None,
    };
    Some((crate::check::parse_day(date).ok()?, worked))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Calendar {
        Calendar::parse(include_str!("../../../configs/calendar.tsv")).expect("the shipped file")
    }

    fn day(text: &str) -> Day {
        crate::check::parse_day(text).expect("a date")
    }

    #[test]
    fn holidays_and_moved_days_differ_from_the_week() {
        let calendar = shipped();
        for (date, worked) in [
            ("2026-10-01", false), // a Thursday, National Day
            ("2026-10-10", true),  // a Saturday, worked
            ("2026-10-11", false), // a Sunday
            ("2026-10-12", true),  // a Monday
            ("2027-10-01", true),  // beyond the file: a Friday
            ("2027-10-02", false),
        ] {
            assert_eq!(calendar.is_workday(day(date)), worked, "{date}");
        }
    }

    #[test]
    fn a_term_counts_working_days_after_its_first_day() {
        let calendar = shipped();
        let check = |from: &str, count, to: &str, provisional| {
            let expected = Deadline { day: day(to), provisional };
            assert_eq!(calendar.add_workdays(day(from), count), expected, "{from} + {count}");
        };
        check("2026-11-24", 0, "2026-11-24", false);
        check("2026-11-24", 7, "2026-12-03", false);
        check("2026-09-30", 1, "2026-10-08", false);
        check("2026-12-31", 1, "2027-01-01", true);
        check("2030-01-01", 2, "2030-01-03", true);
        check("2149-06-06", 9, "2149-06-06", true);
    }

    #[test]
    fn working_days_between_two_days_are_counted() {
        let calendar = shipped();
        let check = |from: &str, to: &str, count| {
            assert_eq!(calendar.workdays_after(day(from), day(to)), count, "{from} to {to}");
        };
        check("2026-11-24", "2026-11-24", 0);
        check("2026-11-24", "2026-11-23", 0);
        check("2026-11-24", "2026-11-25", 1);
        check("2026-11-24", "2026-12-03", 7);
        check("2026-11-27", "2026-11-29", 0);
        check("2026-09-30", "2026-10-07", 0);
        check("2026-09-30", "2026-10-12", 4);
        check("1970-01-01", "1970-01-02", 1);
        check("1970-01-01", "1970-01-05", 2);
        assert_eq!(calendar.last_year(), Some(2026));
        assert_eq!(Calendar::default().last_year(), None);
        // The count is that of single days, from any day to any other.
        for from in (0..u16::MAX).step_by(331).map(Day) {
            for length in [1, 6, 30, 400] {
                let to = Day(from.0.saturating_add(length));
                let single = (from.0 + 1..=to.0).filter(|day| calendar.is_workday(Day(*day)));
                assert_eq!(usize::from(calendar.workdays_after(from, to)), single.count());
            }
        }
    }

    #[test]
    fn lines_that_say_nothing_clear_are_refused() {
        for (text, expected) in [
            ("", CalendarError::Empty),
            ("date\tkind\n", CalendarError::Empty),
            ("2026-10-01 holiday", CalendarError::Line { line: 1 }),
            ("# x\n2026-02-30\tholiday", CalendarError::Line { line: 2 }),
            ("2026-10-01\tfree", CalendarError::Line { line: 1 }),
            (
                "2026-10-01\tholiday\n2026-10-01\tworkday",
                CalendarError::Repeated { line: 2, day: day("2026-10-01") },
            ),
        ] {
            assert_eq!(Calendar::parse(text).err(), Some(expected), "{text}");
        }
    }
}
