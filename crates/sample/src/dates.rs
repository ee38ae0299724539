//! Days of invented records, as clerks write them.

use tiaoxi_credit::Day;

/// The first day written: 2023-10-23, [`LEAD_DAYS`] before the first decision.
const FIRST: Day = Day(19_723 - 70);
/// Days before the first decision, when what it is about was found.
pub(crate) const LEAD_DAYS: u32 = 70;
/// Decisions are spread over 2024 and 2025. Fixed, since the same seed gives the same bytes.
pub(crate) const DECISION_DAYS: u32 = 731;
/// Days written in advance: the longest term is five years after a decision.
const DAYS: u16 = 70 + 731 + 5 * 366 + 31;

/// The days that invented records name, written out once.
pub(crate) struct Dates {
    texts: Vec<String>,
    chinese: Vec<String>,
}

impl Dates {
    pub(crate) fn new() -> Self {
        let days = || (FIRST.0..FIRST.0 + DAYS).map(|day| Day(day).to_date());
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
        let dates = Dates::new();
        let first = LEAD_DAYS;
        let last = LEAD_DAYS + DECISION_DAYS - 1;
        assert_eq!((dates.text(first), dates.chinese(first)), ("2024/01/01", "2024年1月1日"));
        assert_eq!((dates.text(last), dates.year(last)), ("2025/12/31", "2025"));
        assert_eq!(dates.text(last + 5 * 366), "2031/01/04");
        assert_eq!(dates.text(0), "2023/10/23");
    }
}
