//! The supervision file as it is written: TOML, every key known, nothing else accepted.
//!
//! Only the shape; what the parts mean together is checked where they are compiled.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{GroundKind, Outcome, Tier};

/// Read first, so that a file of a later format is named as such.
#[derive(Deserialize)]
pub(super) struct FormatProbe {
    pub(super) format: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SupervisionFile {
    #[serde(rename = "format")]
    pub(super) _format: u16,
    pub(super) version: u16,
    pub(super) name_zh: String,
    pub(super) source: String,
    pub(super) clocks: ClocksFile,
    pub(super) domains: Vec<DomainFile>,
    #[serde(default)]
    pub(super) measures: Vec<MeasureFile>,
    pub(super) standards: Vec<StandardFile>,
    #[serde(default)]
    pub(super) listing_sources: Vec<ListingSourceFile>,
    #[serde(default)]
    pub(super) decision_sources: Vec<DecisionSourceFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClocksFile {
    pub(super) handling: ClockFile,
    pub(super) propagation: ClockFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockFile {
    pub(super) days: u16,
    pub(super) workdays: bool,
    pub(super) source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DomainFile {
    pub(super) slug: String,
    pub(super) name_zh: String,
    pub(super) name_en: String,
    pub(super) lead: String,
    pub(super) source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MeasureFile {
    pub(super) slug: String,
    pub(super) name_zh: String,
    pub(super) name_en: String,
    pub(super) basis: String,
    #[serde(default)]
    pub(super) domains: Vec<String>,
    pub(super) verified: bool,
    pub(super) enabled: Option<bool>,
    pub(super) note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StandardFile {
    pub(super) slug: String,
    pub(super) version: u16,
    pub(super) edition: String,
    pub(super) name_zh: String,
    pub(super) domain: String,
    pub(super) ground: GroundKind,
    pub(super) tier: Tier,
    pub(super) authority: String,
    pub(super) valid_from: String,
    pub(super) valid_to: Option<String>,
    pub(super) withdrawn: Option<String>,
    pub(super) source: String,
    pub(super) verified: bool,
    pub(super) levels: Vec<LevelFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LevelFile {
    pub(super) slug: String,
    pub(super) name_zh: String,
    pub(super) severity: u8,
    pub(super) term_months_max: u16,
    pub(super) inspection: String,
    #[serde(default)]
    pub(super) measures: Vec<String>,
}

/// How records of an item become listings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListingSourceFile {
    pub(super) item: String,
    pub(super) ground: GroundKind,
    /// Other rows are nothing to list.
    pub(super) only: Option<OnlyFile>,
    pub(super) fields: ListingFieldsFile,
    pub(super) standards: Vec<StandardWordsFile>,
    /// Word to slug of a measure.
    #[serde(default)]
    pub(super) measures: BTreeMap<String, String>,
    /// Words of the same field that mean more inspections and are no measure.
    #[serde(default)]
    pub(super) inspection_words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OnlyFile {
    pub(super) field: String,
    pub(super) has: Vec<String>,
}

/// Codes of fields of the item.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListingFieldsFile {
    pub(super) standard: String,
    pub(super) standard_version: String,
    pub(super) level: String,
    pub(super) until: String,
    pub(super) authority: String,
    pub(super) channel: String,
    pub(super) operator: String,
    pub(super) measures: Option<String>,
    // Of a list alone.
    pub(super) notice: Option<String>,
    pub(super) notified: Option<String>,
    pub(super) heard: Option<String>,
    // Of a grade alone.
    pub(super) period_from: Option<String>,
    pub(super) period_to: Option<String>,
}

/// What records call a standard, its version and its levels.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StandardWordsFile {
    pub(super) standard: String,
    pub(super) version: u16,
    pub(super) names: Vec<String>,
    pub(super) editions: Vec<String>,
    /// Word to slug of a level.
    pub(super) levels: BTreeMap<String, String>,
}

/// How records of an item become decisions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionSourceFile {
    pub(super) item: String,
    pub(super) fields: DecisionFieldsFile,
    pub(super) outcomes: BTreeMap<String, Outcome>,
}

/// Codes of fields of the item.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionFieldsFile {
    pub(super) outcome: String,
    pub(super) applied: String,
    pub(super) of_document: String,
    pub(super) of_authority: String,
    pub(super) reason: String,
}
