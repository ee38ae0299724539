//! The rules between fields, compiled: codes became indexes, levels became severities, and what is
//! switched off is gone.

use crate::Severity;

/// All rules of an item that are on.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) required_when: Vec<FieldWhen>,
    pub(crate) empty_when: Vec<FieldWhen>,
    pub(crate) at_least_one: Vec<AtLeastOne>,
    pub(crate) date_order: Vec<DateOrder>,
    pub(crate) prefix_needs: Vec<PrefixNeeds>,
    /// A citizen number is expected under a condition.
    pub(crate) citizen_when: Vec<FieldWhen>,
    pub(crate) words: Vec<Words>,
    /// Indexes of fields that some rule of `words` reads, rising.
    pub(crate) word_fields: Vec<usize>,
    pub(crate) word_starts: WordStarts,
    pub(crate) person_number: Option<PersonNumber>,
    pub(crate) notes: Vec<RuleNote>,
}

/// A rule as documents and screens name it.
#[derive(Debug)]
pub struct RuleNote {
    /// Its kind in the file, such as `required_when`.
    pub kind: &'static str,
    /// Codes of the fields that it judges.
    pub fields: Vec<String>,
    /// How grave a violation is; `None`: switched off.
    pub severity: Option<Severity>,
    /// The switch that sets its level.
    pub switch: Option<String>,
    /// Law and article, standard, or system.
    pub source: String,
}

/// What another field must hold for a rule to apply.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) field: usize,
    /// One of these values; empty: any text at all.
    pub(crate) has: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct FieldWhen {
    pub(crate) field: usize,
    pub(crate) when: Condition,
    pub(crate) severity: Severity,
}

#[derive(Debug)]
pub(crate) struct AtLeastOne {
    pub(crate) fields: Vec<usize>,
    pub(crate) unless: Option<Condition>,
    pub(crate) severity: Severity,
}

#[derive(Debug)]
pub(crate) struct DateOrder {
    pub(crate) earlier: usize,
    /// `None`: today.
    pub(crate) later: Option<usize>,
    pub(crate) severity: Severity,
}

#[derive(Debug)]
pub(crate) struct PrefixNeeds {
    pub(crate) field: usize,
    pub(crate) prefix: String,
    pub(crate) then: Condition,
    pub(crate) severity: Severity,
}

/// Why words are searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// They name what must never be collected.
    Forbidden,
    /// They name what needs the person's written consent.
    Consent,
}

#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) purpose: Purpose,
    pub(crate) fields: Vec<usize>,
    pub(crate) list: Vec<String>,
    /// Longer phrases in which a word means something else.
    pub(crate) except: Vec<String>,
    pub(crate) when: Option<Condition>,
    pub(crate) severity: Severity,
}

impl Words {
    pub(crate) fn is_forbidding(&self) -> bool {
        self.purpose == Purpose::Forbidden
    }
}

#[derive(Debug)]
pub(crate) struct PersonNumber {
    pub(crate) fields: Vec<usize>,
    pub(crate) severity: Severity,
}

/// First characters of all words, as a bit set over the Basic Multilingual Plane: most characters of
/// a text are passed over with one look.
#[derive(Debug)]
pub(crate) struct WordStarts(Box<[u64]>);

impl WordStarts {
    pub(crate) fn new<'a>(words: impl Iterator<Item = &'a String>) -> Self {
        let mut bits = vec![0_u64; 1024].into_boxed_slice();
        for character in words.filter_map(|word| word.chars().next()) {
            let (slot, bit) = Self::place(character);
            if let Some(slot) = bits.get_mut(slot) {
                *slot |= bit;
            }
        }
        Self(bits)
    }

    pub(crate) fn contains(&self, character: char) -> bool {
        let (slot, bit) = Self::place(character);
        self.0.get(slot).is_some_and(|bits| bits & bit != 0)
    }

    fn place(character: char) -> (usize, u64) {
        let number = u32::from(character);
        (usize::try_from(number >> 6).unwrap_or(usize::MAX), 1 << (number & 63))
    }
}
