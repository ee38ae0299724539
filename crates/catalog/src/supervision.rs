//! The supervision catalogue: what members agree to call a key supervision object (重点监管对象) and
//! what may follow from it, as data: domains, standards with versions and levels, measures with
//! their basis in law, two clocks, and how records of catalogue items become listings and decisions.
//!
//! `file` holds the shape of the TOML, `compile` and `compile_source` what the parts mean together,
//! `place` and `error` everything that can be wrong with it and where; `source`, `listing`, `decision` and
//! `fault` translate records; `term` counts months and days. Knows nothing of agreements, of who
//! may list whom, of logs. A [`Supervision`] that exists is consistent: every slug in it resolves.

mod compile;
mod compile_source;
mod decision;
mod error;
mod fault;
mod file;
mod listing;
mod measures;
mod place;
mod source;
mod term;

use serde::Deserialize;
use tiaoxi_credit::{Day, Inspection};

pub use decision::{Outcome, OutcomeDecision};
pub use error::{Problem, SupervisionError};
pub use fault::SourceFault;
pub use measures::{DropReason, Dropped};
pub use source::{Makes, Source};
pub use term::{Clock, Clocks, due, last_day_of_term, months_after};

/// Bytes of the file.
pub const FILE_BYTES_MAX: usize = 1 << 18;
/// Domains of a catalogue.
pub const DOMAINS_MAX: usize = 32;
/// Standards of a catalogue, every version counted.
pub const STANDARDS_MAX: usize = 256;
/// Levels of a standard.
pub const LEVELS_MAX: usize = 16;
/// Measures of a catalogue, and so of a level.
pub const MEASURES_MAX: usize = 64;
/// Sources of a catalogue.
pub const SOURCES_MAX: usize = 16;
/// Words of one table of a source.
pub const WORDS_MAX: usize = 256;
/// Characters of a name, a basis, a word or any other text of the file.
pub const TEXT_CHARS_MAX: usize = 300;
/// Months of the longest term of a level.
pub const TERM_MONTHS_MAX: u16 = 120;
/// Days of the longest limit of a clock.
pub const CLOCK_DAYS_MAX: u16 = 60;

/// The catalogue as a whole.
#[derive(Clone, Debug)]
pub struct Supervision {
    hash: [u8; 32],
    version: u16,
    name_zh: String,
    source: String,
    clocks: Clocks,
    domains: Vec<Domain>,
    measures: Vec<Measure>,
    standards: Vec<Standard>,
    sources: Vec<Source>,
}

/// A domain of common supervision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Its name in statements, such as `ecology`.
    pub slug: String,
    /// Its name in Chinese, such as 生态环境.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// The province or city that leads it (牵头省市).
    pub lead: String,
    /// Where that was read.
    pub source: String,
}

/// What a listing is founded on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GroundKind {
    /// A statutory list (严重失信主体名单).
    List,
    /// A sector's grade 差 (行业信用评价).
    Grade,
}

/// Who gave a standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// 法律.
    Law,
    /// 行政法规.
    Regulation,
    /// 党中央、国务院政策文件.
    Policy,
    /// 国家行业主管部门规定.
    Ministry,
    /// 国家标准.
    NationalStandard,
    /// 区域共同标准. Never enough for a list: those of local making are cleared away (plan, §7).
    Regional,
}

/// One version of a standard by which subjects are listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standard {
    /// Its name in statements; the same for all its versions.
    pub slug: String,
    /// Its version, from 1.
    pub version: u16,
    /// What the version is called, such as 2026年版.
    pub edition: String,
    /// Its title.
    pub name_zh: String,
    /// Slug of its domain.
    pub domain: String,
    /// What its listings are founded on.
    pub ground: GroundKind,
    /// Who gave it, by rank.
    pub tier: Tier,
    /// Who issued it, by name.
    pub authority: String,
    /// First day on which a listing may be made under it.
    pub valid_from: Day,
    /// Last day on which a listing may be made under it; its listings go on.
    pub valid_to: Option<Day>,
    /// From this day on its listings have ended.
    pub withdrawn: Option<Day>,
    /// Its levels, mildest first; never empty.
    pub levels: Vec<Level>,
    /// Where it was read.
    pub source: String,
    /// It was read in its source; everything else is invented or from memory.
    pub verified: bool,
}

/// A level of a standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// Its name in statements.
    pub slug: String,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Greater is harsher; comparable within one version of one standard only.
    pub severity: u8,
    /// Months of the longest term, see [`Level::last_day`].
    pub term_months_max: u16,
    /// The most frequent inspection at home.
    pub inspection: Inspection,
    /// Measures that may be taken at home, by slug; each is switched on and of the domain.
    pub measures: Vec<String>,
}

/// What may be done about a subject other than inspecting it more often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Its name in statements.
    pub slug: String,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// Law and article.
    pub basis: String,
    /// Domains in which it may be taken, by slug; empty: in all.
    pub domains: Vec<String>,
    /// Its basis was read.
    pub verified: bool,
    /// The switch: what is off may not be named in a listing, an agreement or a recognition. Where
    /// the file says nothing, a verified basis is on and any other off.
    pub enabled: bool,
    /// Why it stands as it does.
    pub note: String,
}

impl Supervision {
    /// Reads the file.
    ///
    /// # Errors
    /// [`SupervisionError`] with its place for anything that would leave a listing, a recognition or
    /// a translated record in doubt.
    pub fn parse(bytes: &[u8]) -> Result<Self, SupervisionError> {
        compile::supervision(bytes)
    }

    /// BLAKE3 of the file's bytes: what a charter names.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// Version of the file, rising with every change.
    pub fn version(&self) -> u16 {
        self.version
    }

    /// Its name.
    pub fn name_zh(&self) -> &str {
        &self.name_zh
    }

    /// Where its parts were read.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Limits of the two clocks, and which days they count.
    pub fn clocks(&self) -> &Clocks {
        &self.clocks
    }

    /// Every domain, in the order of the file.
    pub fn domains(&self) -> &[Domain] {
        &self.domains
    }

    /// The domain of a slug.
    pub fn domain(&self, slug: &str) -> Option<&Domain> {
        self.domains.iter().find(|domain| domain.slug == slug)
    }

    /// Every version of every standard, in the order of the file.
    pub fn standards(&self) -> &[Standard] {
        &self.standards
    }

    /// A version of a standard.
    pub fn standard(&self, slug: &str, version: u16) -> Option<&Standard> {
        self.standards.iter().find(|standard| standard.slug == slug && standard.version == version)
    }

    /// Every measure, those switched off included, in the order of the file.
    pub fn measures(&self) -> &[Measure] {
        &self.measures
    }

    /// The measure of a slug, switched on or off.
    pub fn measure(&self, slug: &str) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.slug == slug)
    }

    /// How records become listings, repairs and answers.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The source that reads records of a catalogue item.
    pub fn source_of(&self, item: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.item == item)
    }
}

impl GroundKind {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Grade => "grade",
        }
    }

    /// Its word on screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::List => "严重失信主体名单",
            Self::Grade => "行业信用评价",
        }
    }
}

impl Tier {
    /// Whether it holds in the whole country: what a list must be founded on.
    pub fn is_national(self) -> bool {
        self != Self::Regional
    }

    /// Its word on screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Law => "法律",
            Self::Regulation => "行政法规",
            Self::Policy => "党中央、国务院政策文件",
            Self::Ministry => "国家行业主管部门规定",
            Self::NationalStandard => "国家标准",
            Self::Regional => "区域共同标准",
        }
    }
}

impl Standard {
    /// The level of a slug.
    pub fn level(&self, slug: &str) -> Option<&Level> {
        self.levels.iter().find(|level| level.slug == slug)
    }

    /// Whether a listing may be made under it on a day.
    pub fn is_valid_on(&self, day: Day) -> bool {
        self.valid_from <= day
            && self.valid_to.is_none_or(|last| day <= last)
            && !self.is_withdrawn_on(day)
    }

    /// Whether its listings have ended on a day.
    pub fn is_withdrawn_on(&self, day: Day) -> bool {
        self.withdrawn.is_some_and(|withdrawn| withdrawn <= day)
    }
}

impl Level {
    /// The last day of the longest term that begins on `since`.
    pub fn last_day(&self, since: Day) -> Day {
        last_day_of_term(since, self.term_months_max)
    }
}

impl Measure {
    /// Whether it may be taken in a domain at all: switched on and not kept to others.
    pub fn applies_in(&self, domain: &str) -> bool {
        self.enabled && (self.domains.is_empty() || self.domains.iter().any(|slug| slug == domain))
    }
}
