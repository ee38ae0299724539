//! The supervision catalogue: domains, standards with their levels, measures with their bases.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::types::{Date, HexBytes};

/// The supervision catalogue that the charter names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SupervisionShown {
    /// BLAKE3 of its file.
    pub hash: HexBytes,
    /// Its version.
    pub version: u16,
    /// Its Chinese name.
    pub name_zh: String,
    /// Where it was read.
    pub source: String,
    /// Domains.
    pub domains: Vec<DomainShown>,
    /// Standards, each version by itself.
    pub standards: Vec<StandardShown>,
    /// Measures beside inspection.
    pub measures: Vec<MeasureShown>,
}

/// A domain of supervision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DomainShown {
    /// Its slug.
    #[schema(example = "ecology")]
    pub slug: String,
    /// Its Chinese name.
    #[schema(example = "生态环境")]
    pub name_zh: String,
    /// Who leads it (牵头省市).
    #[schema(example = "浙江")]
    pub lead: String,
    /// Where that was read.
    pub source: String,
}

/// A version of a standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StandardShown {
    /// Its slug.
    pub slug: String,
    /// Its version.
    pub version: u16,
    /// The edition that it names itself.
    pub edition: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// Slug of its domain.
    pub domain: String,
    /// `list` or `grade`.
    #[schema(example = "list")]
    pub ground: String,
    /// What gave it, by rank, in Chinese.
    #[schema(example = "国家行业主管部门规定")]
    pub tier_zh: String,
    /// Who issued it.
    pub authority: String,
    /// First day on which a listing may be made under it.
    pub valid_from: Date,
    /// Last such day; `None`: no end is set.
    pub valid_to: Option<Date>,
    /// From this day on listings under it have ended; `None`: it is not withdrawn.
    pub withdrawn: Option<Date>,
    /// It applies today: a listing may be made under it.
    pub enabled: bool,
    /// Its levels, mildest first.
    pub levels: Vec<LevelShown>,
    /// Where it was read.
    pub source: String,
    /// Somebody has compared it with its source.
    pub verified: bool,
}

/// A level of a standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LevelShown {
    /// Its slug.
    pub slug: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// Greater is harsher.
    pub severity: u8,
    /// Longest term, in months.
    pub term_months_max: u16,
    /// Name of the most frequent inspection at home.
    #[schema(example = "sharply-more")]
    pub inspection: String,
    /// The same in Chinese.
    #[schema(example = "大幅增加检查")]
    pub inspection_zh: String,
    /// Slugs of the measures that may be taken at home.
    pub measures: Vec<String>,
}

/// A measure beside inspection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MeasureShown {
    /// Its slug.
    pub slug: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// Law and article.
    pub basis: String,
    /// Slugs of the domains in which it may be taken; empty: all.
    pub domains: Vec<String>,
    /// Somebody has compared its basis with the law.
    pub verified: bool,
    /// It may be named.
    pub enabled: bool,
    /// Why it stands as it does.
    pub note: String,
}
