//! Words for measures in a record, and which of them a listing may carry.

use super::fault::quoted;
use super::source::ListingReading;
use super::{Level, Supervision};
use crate::check::clean;

/// A word for a measure that a listing leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// The word of the record, cut to 80 characters.
    pub word: String,
    /// Why.
    pub reason: DropReason,
}

/// Why a word for a measure is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DropReason {
    /// The supervision catalogue does not know the word.
    Unknown,
    /// The measure is switched off, its basis not being verified.
    Off,
    /// The level does not allow the measure.
    NotAtLevel,
}

impl DropReason {
    /// Stable code, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "MEASURE_UNKNOWN",
            Self::Off => "MEASURE_OFF",
            Self::NotAtLevel => "MEASURE_NOT_AT_LEVEL",
        }
    }

    /// The reason in Chinese.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Unknown => "监管目录中没有此项措施，未列入",
            Self::Off => "此项措施的依据未经核实，已停用，未列入",
            Self::NotAtLevel => "该等级不适用此项措施，未列入",
        }
    }

    /// The reason in English.
    pub fn en(self) -> &'static str {
        match self {
            Self::Unknown => "the supervision catalogue does not know this measure, left out",
            Self::Off => "the basis of this measure is not verified and it is off, left out",
            Self::NotAtLevel => "the level does not allow this measure, left out",
        }
    }
}

/// What stands between two measures of a cell. No word of a table holds one of these.
pub(super) const SEPARATORS: [char; 9] = [';', '；', ',', '，', '、', '。', '|', '\n', '\r'];

/// The measures of a cell that a level allows, each once and in the order of the cell, and what is
/// left out.
pub(super) fn read(
    reading: &ListingReading,
    cell: &str,
    level: &Level,
    supervision: &Supervision,
) -> (Vec<String>, Vec<Dropped>) {
    let (mut kept, mut dropped) = (Vec::new(), Vec::new());
    for word in cell.split(SEPARATORS) {
        let key = clean::tokens(word);
        if key.is_empty() {
            continue;
        }
        let reason = match reading.measures.get(key.as_ref()) {
            Some(None) => continue,
            Some(Some(slug)) if level.measures.contains(slug) => {
                if !kept.contains(slug) {
                    kept.push(slug.clone());
                }
                continue;
            }
            Some(Some(slug)) if supervision.measure(slug).is_none_or(|known| !known.enabled) => {
                DropReason::Off
            }
            Some(Some(_)) => DropReason::NotAtLevel,
            None => DropReason::Unknown,
        };
        let left_out = Dropped { word: quoted(clean::trim(word)), reason };
        if !dropped.contains(&left_out) {
            dropped.push(left_out);
        }
    }
    (kept, dropped)
}
