//! The catalogue file as it is written: TOML, every key known, nothing else accepted.
//!
//! Only the shape; what the parts mean together is checked where they are compiled.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Read first, so that a file of a later format is named as such.
#[derive(Deserialize)]
pub(super) struct FormatProbe {
    pub(super) format: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ItemFile {
    #[serde(rename = "format")]
    pub(super) _format: u16,
    pub(super) number: u16,
    pub(super) slug: String,
    pub(super) version: u16,
    pub(super) name_zh: String,
    pub(super) name_en: String,
    pub(super) source: String,
    #[serde(default)]
    pub(super) lists: Lists,
    #[serde(default)]
    pub(super) switches: BTreeMap<String, SwitchFile>,
    pub(super) fields: Vec<FieldFile>,
    #[serde(default)]
    pub(super) rules: RulesFile,
    pub(super) deadline: Option<DeadlineFile>,
    #[serde(default)]
    pub(super) generations: Vec<GenerationFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeadlineFile {
    pub(super) workdays: u16,
    pub(super) source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GenerationFile {
    pub(super) year: u16,
    pub(super) source: String,
    #[serde(default)]
    pub(super) derives_class: bool,
    #[serde(default)]
    pub(super) same: Vec<String>,
    #[serde(default)]
    pub(super) columns: Vec<OldColumnFile>,
    #[serde(default)]
    pub(super) implied: Vec<ImpliedFile>,
}

/// `field` maps it, `passed_over` says why it is not read; one of the two.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OldColumnFile {
    pub(super) code: String,
    pub(super) name_zh: String,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    pub(super) field: Option<String>,
    #[serde(default)]
    pub(super) note: String,
    pub(super) passed_over: Option<String>,
    #[serde(default)]
    pub(super) expected: Vec<String>,
}

/// `value` or `same_as`; always, or where the field `when` is filled.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ImpliedFile {
    pub(super) field: String,
    pub(super) when: Option<String>,
    pub(super) value: Option<String>,
    pub(super) same_as: Option<String>,
    pub(super) source: String,
}

/// What separates several values of one cell.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lists {
    pub(super) separators: Vec<String>,
    #[serde(default)]
    pub(super) soft_separators: Vec<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    Error,
    Warning,
    Off,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SwitchFile {
    pub(super) level: Level,
    pub(super) note: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum KindName {
    Text,
    Code,
    Choice,
    Date,
    Decimal,
    Uscc,
    OrganisationCode,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the file by itself")]
pub(super) struct FieldFile {
    pub(super) number: u8,
    pub(super) code: String,
    pub(super) name_zh: String,
    pub(super) name_en: String,
    pub(super) kind: KindName,
    pub(super) source: String,
    #[serde(default)]
    pub(super) required: bool,
    #[serde(default)]
    pub(super) personal: bool,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    pub(super) role: Option<String>,
    pub(super) scheme: Option<String>,
    pub(super) length_max: Option<u16>,
    pub(super) length_switch: Option<String>,
    #[serde(default)]
    pub(super) values: Vec<String>,
    #[serde(default)]
    pub(super) value_codes: BTreeMap<String, String>,
    pub(super) values_switch: Option<String>,
    #[serde(default)]
    pub(super) several: bool,
    pub(super) other: Option<String>,
    pub(super) other_unnamed: Option<Level>,
    pub(super) long_term: Option<String>,
    pub(super) long_term_switch: Option<String>,
    pub(super) digits_max: Option<u8>,
    pub(super) decimals_max: Option<u8>,
    #[serde(default)]
    pub(super) example: String,
    #[serde(default)]
    pub(super) verbatim: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RulesFile {
    pub(super) required_when: Vec<RequiredWhenFile>,
    pub(super) empty_when: Vec<RequiredWhenFile>,
    pub(super) at_least_one: Vec<AtLeastOneFile>,
    pub(super) date_order: Vec<DateOrderFile>,
    pub(super) prefix_needs: Vec<PrefixNeedsFile>,
    pub(super) code_when: Vec<CodeWhenFile>,
    pub(super) words: Vec<WordsFile>,
    pub(super) person_number_in_text: Option<PersonNumberFile>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionFile {
    pub(super) field: String,
    #[serde(default)]
    pub(super) has: Vec<String>,
    #[serde(default)]
    pub(super) filled: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequiredWhenFile {
    pub(super) field: String,
    pub(super) when: ConditionFile,
    pub(super) level: Option<Level>,
    pub(super) switch: Option<String>,
    pub(super) source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AtLeastOneFile {
    pub(super) fields: Vec<String>,
    pub(super) unless: Option<ConditionFile>,
    pub(super) level: Option<Level>,
    pub(super) switch: Option<String>,
    pub(super) source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DateOrderFile {
    pub(super) earlier: String,
    pub(super) later: String,
    pub(super) level: Option<Level>,
    pub(super) switch: Option<String>,
    pub(super) source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PrefixNeedsFile {
    pub(super) field: String,
    pub(super) prefix: String,
    pub(super) then: ConditionFile,
    pub(super) level: Option<Level>,
    pub(super) switch: Option<String>,
    pub(super) source: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum CheckedScheme {
    Citizen,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeWhenFile {
    pub(super) field: String,
    pub(super) scheme: CheckedScheme,
    pub(super) when: ConditionFile,
    pub(super) level: Option<Level>,
    pub(super) switch: Option<String>,
    pub(super) source: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum PurposeName {
    Forbidden,
    Consent,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WordsFile {
    pub(super) purpose: PurposeName,
    pub(super) fields: Vec<String>,
    pub(super) words: Vec<String>,
    #[serde(default)]
    pub(super) except: Vec<String>,
    pub(super) when: Option<ConditionFile>,
    pub(super) level: Option<Level>,
    pub(super) switch: Option<String>,
    pub(super) source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonNumberFile {
    pub(super) fields: Vec<String>,
    pub(super) level: Option<Level>,
    pub(super) switch: Option<String>,
    pub(super) source: String,
}
