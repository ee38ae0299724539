//! Days as files write them: `2026-01-01`.

use std::fmt;

use serde::{Deserialize, Serialize};
use tiaoxi_credit::Day;

/// Not a day.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no day between 1970-01-01 and 2149-06-06, written like 2026-01-31")]
pub struct DayTextError(String);

/// A day in a charter: ten characters, year, month and day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DayText(pub Day);

impl DayText {
    /// Reads a day.
    pub fn parse(text: &str) -> Result<Self, DayTextError> {
        Self::parts(text).ok_or_else(|| DayTextError(text.chars().take(20).collect()))
    }

    fn parts(text: &str) -> Option<Self> {
        if text.len() != 10 || !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
            return None;
        }
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        if (year.len(), month.len(), day.len()) != (4, 2, 2) {
            return None;
        }
        let day = Day::from_date(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
        Some(Self(day))
    }
}

impl fmt::Display for DayText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Day> for DayText {
    fn from(day: Day) -> Self {
        Self(day)
    }
}

impl std::str::FromStr for DayText {
    type Err = DayTextError;
    fn from_str(text: &str) -> Result<Self, DayTextError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for DayText {
    type Error = DayTextError;
    fn try_from(text: String) -> Result<Self, DayTextError> {
        Self::parse(&text)
    }
}

impl From<DayText> for String {
    fn from(day: DayText) -> String {
        day.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_read_back_and_others_are_refused() {
        for good in ["1970-01-01", "2026-11-24", "2028-02-29", "2149-06-06"] {
            assert_eq!(DayText::parse(good).unwrap().to_string(), good);
        }
        for bad in [
            "",
            "2026-1-01",
            "2026-01-1",
            "26-01-0100",
            "2026-02-29",
            "2026-13-01",
            "1969-12-31",
            "2149-06-07",
            "-026-01-01",
            "2026--1-01",
            "2026/01/01",
            "2026-01-01 ",
            "二〇二六-1",
        ] {
            assert!(DayText::parse(bad).is_err(), "{bad:?}");
        }
    }
}
