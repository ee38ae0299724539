//! A part of the file by its place, and what every part of its kind must satisfy by itself.

use tiaoxi_credit::Day;

use super::TEXT_CHARS_MAX;
use super::error::{Problem, SupervisionError};
use crate::check::parse_day;

/// A part of the file, for messages.
#[derive(Clone, Debug)]
pub(super) struct Place(String);

impl Place {
    pub(super) fn top() -> Self {
        Self(String::new())
    }

    /// A part of this part.
    pub(super) fn at(&self, name: &str) -> Self {
        let short: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
        let separator = if self.0.is_empty() { "" } else { ", " };
        Self(format!("{}{separator}{short}", self.0))
    }

    /// One of a list, counted from 0 here and from 1 in messages.
    pub(super) fn nth(&self, index: usize, name: &str) -> Self {
        let short: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
        Self(format!("{}[{}] {short}", self.0, index + 1))
    }

    pub(super) fn is(&self, problem: Problem) -> SupervisionError {
        SupervisionError::Part { place: self.0.clone(), problem }
    }

    pub(super) fn text(&self, text: &str) -> Result<(), SupervisionError> {
        if text.trim().is_empty() {
            return Err(self.is(Problem::Empty));
        }
        if text.chars().count() > TEXT_CHARS_MAX {
            return Err(self.is(Problem::TooLong { chars_max: TEXT_CHARS_MAX }));
        }
        if text.chars().any(char::is_control) {
            return Err(self.is(Problem::ControlCharacter));
        }
        Ok(())
    }

    pub(super) fn slug(&self, slug: &str) -> Result<(), SupervisionError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let good = slug.len() <= 32
            && slug.starts_with(plain)
            && slug.chars().all(|c| plain(c) || c == '-');
        if good { Ok(()) } else { Err(self.is(Problem::BadSlug)) }
    }

    pub(super) fn range(&self, number: u16, min: u16, max: u16) -> Result<(), SupervisionError> {
        if (min..=max).contains(&number) {
            return Ok(());
        }
        Err(self.is(Problem::OutOfRange { min, max }))
    }

    pub(super) fn count(
        &self,
        count: usize,
        min: usize,
        max: usize,
    ) -> Result<(), SupervisionError> {
        if count < min {
            return Err(self.is(Problem::None));
        }
        if count > max {
            return Err(self.is(Problem::TooMany { max }));
        }
        Ok(())
    }

    pub(super) fn day(&self, text: &str) -> Result<Day, SupervisionError> {
        parse_day(text).map_err(|_no_day| self.is(Problem::BadDay))
    }
}
