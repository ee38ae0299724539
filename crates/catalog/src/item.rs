//! A catalogue item: one kind of record, read from its file and ready to check rows.
//!
//! `file` holds the shape of the TOML; `compile` and its fellows what the parts mean together;
//! `field`, `rules` and `generation` what comes of them.
//! An [`Item`] that exists is consistent: its roles are filled and its rules name real fields.

mod compile;
mod compile_field;
mod compile_generation;
mod compile_layout;
mod compile_rules;
mod error;
mod field;
mod file;
mod generation;
pub(crate) mod rules;

use std::collections::BTreeMap;

use tiaoxi_credit::{CodeScheme, SubjectClass};

use crate::Severity;
use crate::check::clean;
pub use error::CatalogError;
pub use field::{Choice, FieldKind, FieldSpec, Length, Other, Role};
pub use generation::{Generation, GenerationColumn, Implied, ImpliedText, OldColumn};
pub use rules::RuleNote;
use rules::Rules;

/// Bytes of a catalogue file.
pub const FILE_BYTES_MAX: usize = 1 << 18;
/// Fields of an item.
pub const FIELDS_MAX: usize = 100;
/// Rules of an item, of all kinds together.
pub const RULES_MAX: usize = 200;
/// Characters of one field, whatever the file says.
pub const FIELD_CHARS_MAX: u16 = 10_000;
/// Bytes of all cells of a row, so that its record fits into a body
/// ([`tiaoxi_credit::statement::BODY_BYTES_MAX`]) with room for lengths and numbers.
pub const ROW_BYTES_MAX: usize = 60_000;

/// One kind of record: what its fields are and what a row must satisfy.
#[derive(Debug)]
pub struct Item {
    number: u16,
    slug: String,
    version: u16,
    name_zh: String,
    name_en: String,
    source: String,
    hash: [u8; 32],
    switches: Vec<Switch>,
    fields: Vec<FieldSpec>,
    /// Normalised headers (codes, names, aliases) to the field's index.
    headers: BTreeMap<String, usize>,
    generations: Vec<Generation>,
    deadline: Option<DeadlineRule>,
    pub(crate) layout: Layout,
    pub(crate) rules: Rules,
}

/// Where a record finds what it cannot do without, as indexes of fields.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) class: usize,
    /// By rising index.
    pub(crate) codes: Vec<(usize, CodeScheme)>,
    pub(crate) identity: Option<usize>,
    pub(crate) decided: usize,
}

/// Until when a record must have been reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadlineRule {
    /// Working days after the day of the decision, which is itself not counted.
    pub workdays: u16,
    /// The rule that says so.
    pub source: String,
}

/// A rule or limit that is not verified, and its level in this file.
#[derive(Debug)]
pub struct Switch {
    /// Its name in the file.
    pub name: String,
    /// How grave a violation is; `None`: off.
    pub severity: Option<Severity>,
    /// Why it is a switch.
    pub note: String,
}

impl Item {
    /// Reads a catalogue file.
    ///
    /// # Errors
    /// [`CatalogError`] for anything that would make a check or a record ambiguous.
    pub fn parse(toml: &str) -> Result<Self, CatalogError> {
        if toml.len() > FILE_BYTES_MAX {
            return Err(CatalogError::TooLarge { bytes: toml.len() });
        }
        compile::item(toml)
    }

    /// Number of the item, federation-wide.
    pub fn number(&self) -> u16 {
        self.number
    }

    /// Short name in commands, such as `xzcf`.
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// Name in Chinese.
    pub fn name_zh(&self) -> &str {
        &self.name_zh
    }

    /// Name in English.
    pub fn name_en(&self) -> &str {
        &self.name_en
    }

    /// Version of the file, rising with every change.
    pub fn version(&self) -> u16 {
        self.version
    }

    /// The standard that the item follows.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// BLAKE3 of the file's bytes: what charter and imports name.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// The fields, by rising number.
    pub fn fields(&self) -> &[FieldSpec] {
        &self.fields
    }

    /// The rules that are not verified, by name.
    pub fn switches(&self) -> &[Switch] {
        &self.switches
    }

    /// What the rules between fields are, for documents and screens.
    pub fn rules(&self) -> &[RuleNote] {
        &self.rules.notes
    }

    /// Earlier generations of the format, by falling year.
    pub fn generations(&self) -> &[Generation] {
        &self.generations
    }

    /// Until when a record must have been reported; `None` where no source says so.
    pub fn deadline(&self) -> Option<&DeadlineRule> {
        self.deadline.as_ref()
    }

    /// The example row: a cell for each field, empty where it has none. All are empty where the file
    /// gives no example; otherwise [`Item::check`] accepts the row.
    pub fn example(&self) -> Vec<&str> {
        self.fields.iter().map(|field| field.example.as_str()).collect()
    }

    /// Index of the field that a header names, by code, Chinese name or alias. Case, white space,
    /// full or half width and the marks of a required column (`*`, 必填) do not matter.
    pub fn field_index(&self, header: &str) -> Option<usize> {
        self.headers.get(&header_key(header)).copied()
    }

    /// The word of a forbidden kind of data that a header holds, if any: such a column must not be
    /// taken in even when no field has its name.
    pub fn forbidden_in_header(&self, header: &str) -> Option<&str> {
        self.rules.words.iter().filter(|rule| rule.is_forbidding()).find_map(|rule| {
            let excepted = rule.except.iter().any(|phrase| header.contains(phrase.as_str()));
            let mut words = rule.list.iter();
            words.find(|word| !excepted && header.contains(word.as_str())).map(String::as_str)
        })
    }

    pub(crate) fn field(&self, index: usize) -> &FieldSpec {
        self.fields.get(index).expect("compiled rules hold indexes of fields")
    }
}

/// What tells that a column is required, or not, and is no part of its name.
const HEADER_MARKS: &[&str] = &["(必填)", "(必填项)", "(选填)", "(选填项)"];

/// A header reduced to what tells it apart.
fn header_key(header: &str) -> String {
    let kept = header
        .chars()
        .filter(|c| !c.is_whitespace() && !clean::is_invisible(*c))
        .map(|c| clean::half_width(c).to_ascii_uppercase());
    let key: String = kept.collect();
    let mut key = key.trim_matches('*');
    for mark in HEADER_MARKS {
        key = key.strip_suffix(mark).or_else(|| key.strip_prefix(mark)).unwrap_or(key);
    }
    key.trim_matches('*').to_owned()
}

/// The class whose label a value is.
pub(crate) fn class_of_label(label: &str) -> Option<SubjectClass> {
    [SubjectClass::ORGANISATION, SubjectClass::NATURAL_PERSON, SubjectClass::SOLE_TRADER]
        .into_iter()
        .find(|class| class.label() == Some(label))
}
