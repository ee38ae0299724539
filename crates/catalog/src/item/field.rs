//! A field of an item, compiled: what its text must be and what it becomes in a record.

use std::collections::BTreeMap;

use tiaoxi_credit::{CodeScheme, Day};

use crate::Severity;

/// One field of an item.
#[derive(Debug)]
pub struct FieldSpec {
    /// Number in the item, from 1; rising, with gaps allowed.
    pub number: u8,
    /// Code in files, such as `CF_XDR_MC`.
    pub code: String,
    /// Name in files and on screens.
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
    /// What its text must be.
    pub kind: FieldKind,
    /// Whether every row must fill it.
    pub required: bool,
    /// It identifies a human being beyond a name: never shown, never quoted in a finding.
    pub personal: bool,
    /// Which part of a record it becomes; `None`: one of the record's other fields.
    pub role: Option<Role>,
    /// Other headers under which files carry it.
    pub aliases: Vec<String>,
    /// What a filled-in cell looks like, invented; empty where the item's example leaves it empty.
    pub example: String,
    /// Narrative text, kept as it was written but for white space at its ends.
    pub verbatim: bool,
    /// The standard or system that the definition was read from.
    pub source: String,
}

/// A part of a record that a field becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Name of the subject.
    SubjectName,
    /// Class of the subject.
    SubjectClass,
    /// Code of the subject under a scheme.
    SubjectCode(CodeScheme),
    /// Number of a natural person's identity document.
    SubjectIdentity,
    /// Code of the authority.
    AuthorityCode,
    /// Number of the decision document.
    Document,
    /// Day of the decision.
    Decided,
}

/// What the text of a field must be.
#[derive(Debug)]
pub enum FieldKind {
    /// Free text.
    Text(Length),
    /// A number or code of a register, upper case, without spaces.
    Code(Length),
    /// One or several of listed values.
    Choice(Choice),
    /// A day.
    Date {
        /// The day that means long-term, and how grave a later one is.
        long_term: Option<(Day, Severity)>,
    },
    /// A decimal that is not negative.
    Decimal {
        /// Digits before the point.
        whole_digits_max: usize,
        /// Digits behind the point.
        decimals_max: usize,
    },
    /// A unified social credit code (GB 32100).
    Uscc,
    /// An organisation code (GB 11714).
    OrganisationCode,
}

/// A limit of length.
#[derive(Clone, Copy, Debug)]
pub struct Length {
    /// Characters, not bytes.
    pub chars_max: usize,
    /// How grave it is to exceed it; `None` when the switch is off.
    /// [`FIELD_CHARS_MAX`](super::FIELD_CHARS_MAX) holds regardless.
    pub severity: Option<Severity>,
}

/// The values of a choice.
#[derive(Debug)]
pub struct Choice {
    /// The values, in the order of the file.
    pub values: Vec<String>,
    /// Short codes and other spellings, each with the value that it stands for.
    pub value_codes: BTreeMap<String, String>,
    /// Whether a cell may hold several values.
    pub several: bool,
    /// The value that wants a name behind it, as in 其他-xxx.
    pub other: Option<Other>,
    /// How grave an unknown value is; `None` when the switch is off.
    pub severity: Option<Severity>,
    /// Limit of the whole cell.
    pub length: Length,
    /// Indexes of `values`, the longest first.
    pub(crate) by_length: Vec<usize>,
    /// What separates several values.
    pub(crate) separators: Vec<char>,
    /// What separates several values where it is not part of one.
    pub(crate) soft_separators: Vec<char>,
}

/// The value that wants a name behind it.
#[derive(Debug)]
pub struct Other {
    /// Such as 其他.
    pub value: String,
    /// How grave it is to leave the name out; `None`: accepted.
    pub unnamed: Option<Severity>,
}
