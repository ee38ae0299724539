//! Months, days and working days of terms and clocks.

use tiaoxi_credit::Day;

use crate::{Calendar, Deadline};

/// The two clocks of a listing's end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clocks {
    /// From application, or from the receipt of an objection, to the decision.
    pub handling: Clock,
    /// From the decision to the last receipt.
    pub propagation: Clock,
}

/// The limit of a clock. An agreement may set other days; which days count is said here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Days after the first, which is itself not counted.
    pub days: u16,
    /// Working days alone are counted.
    pub workdays: bool,
    /// Where the limit was read.
    pub source: String,
}

impl Clock {
    /// The last day of a clock that began to run on `from`.
    pub fn due(&self, from: Day, calendar: &Calendar) -> Deadline {
        due(from, self.days, self.workdays, calendar)
    }
}

/// The last day of so many days after `from`, which is itself not counted: working days or calendar
/// days. Ends at the last day that [`Day`] can express; only working days can be provisional.
pub fn due(from: Day, days: u16, workdays: bool, calendar: &Calendar) -> Deadline {
    if workdays {
        calendar.add_workdays(from, days)
    } else {
        Deadline { day: Day(from.0.saturating_add(days)), provisional: false }
    }
}

/// The day so many months later: the same day of the month, or the month's last where it is
/// shorter; the last day that [`Day`] can express where that is earlier.
pub fn months_after(day: Day, months: u16) -> Day {
    let (year, month, day_of_month) = day.to_date();
    let from_january = i32::from(month) - 1 + i32::from(months);
    let year = i32::from(year) + from_january / 12;
    let (Ok(year), Ok(month)) = (i16::try_from(year), i8::try_from(from_january % 12 + 1)) else {
        return Day(u16::MAX);
    };
    // Every month has 28 days, so one of four tries is a date unless the year is out of range.
    let tries = (0..=3).filter_map(|short| Day::from_date(year, month, day_of_month - short));
    tries.max().unwrap_or(Day(u16::MAX))
}

/// The last day of a term of so many months whose first day is `since`: 36 months from 2026-01-05
/// end with 2029-01-04. `since` itself where `months` is 0.
pub fn last_day_of_term(since: Day, months: u16) -> Day {
    let next = months_after(since, months);
    if next == Day(u16::MAX) {
        return next;
    }
    Day(next.0.saturating_sub(1)).max(since)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        crate::check::parse_day(text).expect("a date")
    }

    #[test]
    fn months_keep_the_day_or_take_the_last_of_the_month() {
        for (from, months, expected, last) in [
            ("2026-01-05", 0, "2026-01-05", "2026-01-05"),
            ("2026-01-05", 1, "2026-02-05", "2026-02-04"),
            ("2026-01-05", 36, "2029-01-05", "2029-01-04"),
            ("2026-12-31", 2, "2027-02-28", "2027-02-27"),
            ("2027-12-31", 2, "2028-02-29", "2028-02-28"),
            ("2024-02-29", 12, "2025-02-28", "2025-02-27"),
            ("2026-08-31", 1, "2026-09-30", "2026-09-29"),
            ("2026-11-24", 1, "2026-12-24", "2026-12-23"),
            ("2149-06-05", 1, "2149-06-06", "2149-06-06"),
            ("2026-11-24", u16::MAX, "2149-06-06", "2149-06-06"),
        ] {
            let from = day(from);
            assert_eq!(months_after(from, months), day(expected), "{from} + {months}");
            assert_eq!(last_day_of_term(from, months), day(last), "{from} + {months}");
        }
    }

    #[test]
    fn no_day_and_no_number_of_months_goes_backwards() {
        for from in (0..=u16::MAX).step_by(97).map(Day) {
            for months in [0, 1, 11, 12, 13, 120, 1000, u16::MAX] {
                assert!(months_after(from, months) >= from);
                assert!(last_day_of_term(from, months) >= from);
                assert!(months_after(from, months) <= months_after(from, months.saturating_add(1)));
            }
        }
    }

    #[test]
    fn a_clock_counts_all_days_or_working_days() {
        let text = include_str!("../../../../configs/calendar.tsv");
        let calendar = Calendar::parse(text).expect("the shipped file");
        let check = |from: &str, days, workdays, to: &str, provisional| {
            let clock = Clock { days, workdays, source: String::new() };
            let expected = Deadline { day: day(to), provisional };
            assert_eq!(clock.due(day(from), &calendar), expected, "{from} + {days}");
        };
        check("2026-09-30", 3, false, "2026-10-03", false);
        check("2026-09-30", 3, true, "2026-10-10", false);
        check("2026-11-24", 3, true, "2026-11-27", false);
        check("2026-12-30", 3, true, "2027-01-04", true);
        check("2030-01-01", 3, false, "2030-01-04", false);
        check("2149-06-06", 3, false, "2149-06-06", false);
    }
}
