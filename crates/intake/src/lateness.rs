//! Whether a record came in time: the item's deadline, counted by the calendar.
//!
//! A late row is accepted and says by how many working days. Knows nothing of the rest of the row.

use std::collections::HashMap;

use tiaoxi_catalog::{Calendar, Finding, Item};
use tiaoxi_credit::Day;

use crate::finding::{self, REPORTED_LATE};

/// How a record stands to its deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lateness {
    /// The last day in time, in Beijing.
    pub due: Day,
    /// Working days from `due` to the day of reporting; 0: in time.
    pub workdays: u16,
    /// The count touches a year that the calendar does not cover: weekends alone were counted.
    pub provisional: bool,
}

/// What is said of one day of decision.
type Judged = (Lateness, Option<Finding>);

/// Judges days of decision, each one once.
pub(crate) struct Clock<'a> {
    calendar: &'a Calendar,
    today: Day,
    /// Working days from the decision.
    term: Option<u16>,
    judged: HashMap<Day, Judged>,
}

impl<'a> Clock<'a> {
    pub(crate) fn new(item: &Item, calendar: &'a Calendar, today: Day) -> Self {
        let term = item.deadline().map(|rule| rule.workdays);
        Self { calendar, today, term, judged: HashMap::new() }
    }

    /// How a record decided on `decided` stands, with a warning where it is late; nothing where
    /// the item has no deadline.
    pub(crate) fn judge(&mut self, decided: Day) -> (Option<Lateness>, Option<Finding>) {
        let Some(term) = self.term else { return (None, None) };
        let (calendar, today) = (self.calendar, self.today);
        let judged = self.judged.entry(decided);
        let (lateness, warning) = judged.or_insert_with(|| judge(calendar, term, decided, today));
        (Some(*lateness), warning.clone())
    }

    /// Bytes of memory held, roughly.
    pub(crate) fn memory_bytes(&self) -> usize {
        const TEXTS_BYTES: usize = 256;
        self.judged.capacity() * (size_of::<(Day, Judged)>() + TEXTS_BYTES)
    }
}

fn judge(calendar: &Calendar, term: u16, decided: Day, today: Day) -> Judged {
    let deadline = calendar.add_workdays(decided, term);
    let workdays = calendar.workdays_after(deadline.day, today);
    let provisional = deadline.provisional || (workdays > 0 && !calendar.covers(today));
    let lateness = Lateness { due: deadline.day, workdays, provisional };
    // On a day off after the due day a record is late already, by no working day yet.
    let late = today > deadline.day && workdays > 0;
    (lateness, late.then(|| reported_late(lateness)))
}

fn reported_late(lateness: Lateness) -> Finding {
    let Lateness { due, workdays, provisional } = lateness;
    let (zh, en) = if provisional {
        (
            "（超出工作日历的年份，暂按周末推算）",
            " (provisional: beyond the calendar's years, weekends only)",
        )
    } else {
        ("", "")
    };
    finding::warning(
        REPORTED_LATE,
        None,
        format!("应于 {due} 前（含当日）报送，逾期 {workdays} 个工作日{zh}"),
        format!("due by {due}, reported {workdays} working days late{en}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar() -> Calendar {
        Calendar::parse(include_str!("../../../configs/calendar.tsv")).expect("the shipped file")
    }

    fn check(decided: (i16, i8, i8), today: (i16, i8, i8), expected: Result<&str, (&str, u16)>) {
        let day = |(year, month, day)| Day::from_date(year, month, day).unwrap();
        let (lateness, warning) = judge(&calendar(), 7, day(decided), day(today));
        let found = (lateness.due.to_string(), lateness.workdays);
        match expected {
            Ok(due) => assert_eq!((found, warning), ((due.to_owned(), 0), None)),
            Err((due, workdays)) => {
                assert_eq!(found, (due.to_owned(), workdays));
                let warning = warning.expect("it is late");
                assert_eq!(warning.zh.contains("暂按周末"), lateness.provisional);
                assert!(warning.zh.contains(due) && warning.zh.contains(&workdays.to_string()));
                assert!(warning.en.contains(due) && warning.en.contains(&workdays.to_string()));
            }
        }
    }

    #[test]
    fn late_rows_say_by_how_many_working_days() {
        check((2026, 11, 24), (2026, 12, 3), Ok("2026-12-03"));
        check((2026, 11, 24), (2026, 12, 4), Err(("2026-12-03", 1)));
        check((2026, 11, 24), (2026, 12, 7), Err(("2026-12-03", 2)));
        // The seven days off of National Day count for nothing.
        check((2026, 9, 22), (2026, 10, 8), Ok("2026-10-09"));
    }

    #[test]
    fn a_day_off_after_the_due_day_is_not_late_yet() {
        check((2026, 11, 25), (2026, 12, 4), Ok("2026-12-04"));
        check((2026, 11, 25), (2026, 12, 5), Ok("2026-12-04"));
        check((2026, 11, 25), (2026, 12, 7), Err(("2026-12-04", 1)));
    }

    #[test]
    fn beyond_the_calendar_weekends_alone_count_and_the_text_says_so() {
        check((2030, 1, 1), (2030, 1, 10), Ok("2030-01-10"));
        check((2030, 1, 1), (2030, 1, 11), Err(("2030-01-10", 1)));
        check((2026, 12, 31), (2027, 2, 1), Err(("2027-01-11", 15)));
    }
}
