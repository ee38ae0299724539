//! The little notes that stand on cells of a workbook.

use std::borrow::Cow;

use super::allowed::{capped, cell_text};

/// Who they are from.
pub(super) const AUTHOR: &str = "苕溪";
/// Width of a note, in pixels.
pub(super) const WIDTH: u32 = 288;

/// Characters of a note; more does not fit on a screen.
const CHARS_MAX: usize = 1_000;
/// How many half-width characters stand beside each other in a note.
const LINE_CHARS: usize = 38;
/// Height of a line, and of the largest note, in pixels.
const HEIGHT: (u32, u32) = (17, 425);

/// As much of a text as a note takes.
pub(super) fn fitted(text: &str) -> Cow<'_, str> {
    match cell_text(text) {
        Cow::Borrowed(text) => capped(text, CHARS_MAX),
        Cow::Owned(text) => capped(&text, CHARS_MAX).into_owned().into(),
    }
}

/// Height of a note, in pixels; a Chinese character is as wide as two others.
pub(super) fn height(text: &str) -> u32 {
    let width = |line: &str| line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let lines: usize = text.lines().map(|line| width(line).div_ceil(LINE_CHARS).max(1)).sum();
    let (line, max) = HEIGHT;
    u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1).saturating_mul(line).min(max)
}
