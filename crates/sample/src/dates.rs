//! Days of invented records, as clerks write them.

use tiaoxi_credit::Day;

/// Days before the first decision, when what it is about was found.
pub(crate) const LEAD_DAYS: u32 = 70;
/// Days written beyond the last decision: the longest term is five years after one.
const TERM_DAYS: u16 = 5 * 366 + 31;

/// The days over which the decisions of a file are spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// Day of the first decision, not before [`LEAD_DAYS`] after 1970-01-01.
    pub(crate) first: Day,
    /// How many days from there on have decisions.
    pub(crate) days: u16,
}

impl Window {
    /// 2024 and 2025. Fixed, since the same seed gives the same bytes.
    pub(crate) const TWO_YEARS: Self = Self { first: Day(19_723), days: 731 };

    /// Its last day.
    pub(crate) fn last(self) -> Day {
        Day(self.first.0.saturating_add(self.days.saturating_sub(1)))
    }
}

/// The days that invented records name, written out once.
pub(crate) struct Dates {
    texts: Vec<String>,
    chinese: Vec<String>,
}

impl Dates {
    /// The days around a window, from [`LEAD_DAYS`] before its first one.
    pub(crate) fn around(window: Window) -> Self {
        let lead = u16::try_from(LEAD_DAYS).expect("weeks, not years");
        let first = window.first.0.saturating_sub(lead);
        let end = window.last().0.saturating_add(TERM_DAYS);
        let days = || (first..end).map(|day| Day(day).to_date());
        Self {
            texts: days().map(|(year, month, day)| format!("{year}/{month:02}/{day:02}")).collect(),
            chinese: days().map(|(year, month, day)| format!("{year}年{month}月{day}日")).collect(),
        }
    }

    /// The day `days` after the first one, as 2024/03/05.
    pub(crate) fn text(&self, days: u32) -> &str {
        self.texts.get(days as usize).expect("terms end within the written days")
    }

    /// The same as 2024年3月5日.
    pub(crate) fn chinese(&self, days: u32) -> &str {
        self.chinese.get(days as usize).expect("terms end within the written days")
    }

    /// Its year.
    pub(crate) fn year(&self, days: u32) -> &str {
        self.text(days).split_once('/').map_or("", |(year, _)| year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_days_in_both_ways() {
        let dates = Dates::around(Window::TWO_YEARS);
        let first = LEAD_DAYS;
        let last = LEAD_DAYS + u32::from(Window::TWO_YEARS.days) - 1;
        assert_eq!((dates.text(first), dates.chinese(first)), ("2024/01/01", "2024年1月1日"));
        assert_eq!((dates.text(last), dates.year(last)), ("2025/12/31", "2025"));
        assert_eq!(dates.text(last + 5 * 366), "2031/01/04");
        assert_eq!(dates.text(0), "2023/10/23");
    }
}
