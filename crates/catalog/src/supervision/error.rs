//! Why a supervision file is not accepted, and at which place of it.

use super::FILE_BYTES_MAX;

/// Why a supervision file is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum SupervisionError {
    /// It is larger than any supervision catalogue.
    #[error("a supervision catalogue of {bytes} bytes is larger than {FILE_BYTES_MAX}")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It is not UTF-8.
    #[error("line {line} of the supervision catalogue is not UTF-8")]
    NotText {
        /// From 1.
        line: usize,
        /// Where.
        #[source]
        source: std::str::Utf8Error,
    },
    /// It is no TOML, lacks a key or has one that this software does not know.
    #[error("line {line} of the supervision catalogue does not follow its format: {}", source.message())]
    Syntax {
        /// From 1.
        line: usize,
        /// What the reader of TOML says.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// It is of a later format.
    #[error("the supervision catalogue has format {found}, this software reads format 1")]
    UnknownFormat {
        /// The format it names.
        found: u16,
    },
    /// One part of it is wrong, or does not go with another.
    #[error("{place}: {problem}")]
    Part {
        /// Which part, such as `standards[2] eco-list 1, levels[1]`; counted from 1.
        place: String,
        /// What is wrong.
        problem: Problem,
    },
}

/// What can be wrong with a part of a supervision file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A text that must say something is empty.
    #[error("is empty")]
    Empty,
    /// A text is too long.
    #[error("has more than {chars_max} characters")]
    TooLong {
        /// How many there may be.
        chars_max: usize,
    },
    /// A text holds a character that is not shown.
    #[error("contains a control character")]
    ControlCharacter,
    /// No slug.
    #[error("must be 1 to 32 of a-z, 0-9 and -, not beginning with -")]
    BadSlug,
    /// It is there twice.
    #[error("is given twice")]
    Repeated,
    /// More parts than the software holds.
    #[error("are more than {max}")]
    TooMany {
        /// How many there may be.
        max: usize,
    },
    /// None where there must be one.
    #[error("there are none")]
    None,
    /// A number out of its range.
    #[error("must be {min} to {max}")]
    OutOfRange {
        /// The least.
        min: u16,
        /// The greatest.
        max: u16,
    },
    /// Not `YYYY-MM-DD`, or no such day.
    #[error("is no day from 1970-01-01 to 2149-06-06")]
    BadDay,
    /// No frequency of inspection.
    #[error("is no frequency of inspection")]
    BadInspection,
    /// Two days in the wrong order.
    #[error("is before valid_from")]
    BeforeValid,
    /// No such domain.
    #[error("there is no domain {slug}")]
    UnknownDomain {
        /// What was named.
        slug: String,
    },
    /// No such measure.
    #[error("there is no measure {slug}")]
    UnknownMeasure {
        /// What was named.
        slug: String,
    },
    /// The measure is switched off and may not be named.
    #[error("the measure {slug} is switched off")]
    MeasureOff {
        /// What was named.
        slug: String,
    },
    /// The measure is kept to other domains.
    #[error("the measure {slug} is not for the domain {domain}")]
    MeasureOfOtherDomain {
        /// What was named.
        slug: String,
        /// The domain of the standard.
        domain: String,
    },
    /// No such standard.
    #[error("there is no version {version} of the standard {slug}")]
    UnknownStandard {
        /// What was named.
        slug: String,
        /// What was named.
        version: u16,
    },
    /// The standard is founded on something else than the source reads.
    #[error("the standard {slug} is not for this ground")]
    OtherGround {
        /// What was named.
        slug: String,
    },
    /// No such level.
    #[error("the standard has no level {slug}")]
    UnknownLevel {
        /// What was named.
        slug: String,
    },
    /// A list by a standard that is not national.
    #[error("a list needs a national standard")]
    NotNational,
    /// Two versions of a standard are of two domains or grounds.
    #[error("another version of it has another domain or ground")]
    OtherVersionDiffers,
    /// Levels are not given mildest first.
    #[error("severity must rise from level to level, and inspection must not become less")]
    LevelOrder,
    /// A key is missing that this ground needs.
    #[error("is needed for this ground")]
    FieldMissing,
    /// A key is given that this ground has no use for.
    #[error("has no place in this ground")]
    FieldSuperfluous,
    /// A word of a table holds what separates words in a cell.
    #[error("holds a mark that separates words in a cell")]
    WordSeparated,
}

impl SupervisionError {
    /// Stable code, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "SUPERVISION_TOO_LARGE",
            Self::NotText { .. } => "SUPERVISION_NOT_TEXT",
            Self::Syntax { .. } => "SUPERVISION_SYNTAX",
            Self::UnknownFormat { .. } => "SUPERVISION_FORMAT",
            Self::Part { problem, .. } => problem.code(),
        }
    }

    /// Place and reason in English.
    pub fn en(&self) -> String {
        self.to_string()
    }

    /// Place and reason in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::TooLarge { bytes } => {
                format!("监管目录文件有 {bytes} 字节，超过上限 {FILE_BYTES_MAX}")
            }
            Self::NotText { line, .. } => format!("监管目录第 {line} 行不是 UTF-8 文字"),
            Self::Syntax { line, source } => {
                format!("监管目录第 {line} 行不符合格式：{}", source.message())
            }
            Self::UnknownFormat { found } => {
                format!("监管目录的格式为 {found}，本软件只读格式 1")
            }
            Self::Part { place, problem } => format!("{place}：{}", problem.zh()),
        }
    }
}

impl Problem {
    /// Stable code, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "SUPERVISION_EMPTY",
            Self::TooLong { .. } => "SUPERVISION_TOO_LONG",
            Self::ControlCharacter => "SUPERVISION_CONTROL_CHARACTER",
            Self::BadSlug => "SUPERVISION_SLUG",
            Self::Repeated => "SUPERVISION_REPEATED",
            Self::TooMany { .. } => "SUPERVISION_TOO_MANY",
            Self::None => "SUPERVISION_NONE",
            Self::OutOfRange { .. } => "SUPERVISION_OUT_OF_RANGE",
            Self::BadDay => "SUPERVISION_DAY",
            Self::BadInspection => "SUPERVISION_INSPECTION",
            Self::BeforeValid => "SUPERVISION_DAY_ORDER",
            Self::UnknownDomain { .. } => "SUPERVISION_UNKNOWN_DOMAIN",
            Self::UnknownMeasure { .. } => "SUPERVISION_UNKNOWN_MEASURE",
            Self::MeasureOff { .. } => "SUPERVISION_MEASURE_OFF",
            Self::MeasureOfOtherDomain { .. } => "SUPERVISION_MEASURE_DOMAIN",
            Self::UnknownStandard { .. } => "SUPERVISION_UNKNOWN_STANDARD",
            Self::OtherGround { .. } => "SUPERVISION_GROUND",
            Self::UnknownLevel { .. } => "SUPERVISION_UNKNOWN_LEVEL",
            Self::NotNational => "SUPERVISION_NOT_NATIONAL",
            Self::OtherVersionDiffers => "SUPERVISION_VERSIONS_DIFFER",
            Self::LevelOrder => "SUPERVISION_LEVEL_ORDER",
            Self::FieldMissing => "SUPERVISION_FIELD_MISSING",
            Self::FieldSuperfluous => "SUPERVISION_FIELD_SUPERFLUOUS",
            Self::WordSeparated => "SUPERVISION_WORD",
        }
    }

    /// The reason in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Empty => "为空".to_owned(),
            Self::TooLong { chars_max } => format!("超过 {chars_max} 个字符"),
            Self::ControlCharacter => "含有控制字符".to_owned(),
            Self::BadSlug => "应为 1 至 32 个小写字母、数字或 -，不以 - 开头".to_owned(),
            Self::Repeated => "重复".to_owned(),
            Self::TooMany { max } => format!("多于 {max} 个"),
            Self::None => "一个也没有".to_owned(),
            Self::OutOfRange { min, max } => format!("应为 {min} 至 {max}"),
            Self::BadDay => "不是 1970-01-01 至 2149-06-06 之间的日期".to_owned(),
            Self::BadInspection => "不是检查频次".to_owned(),
            Self::BeforeValid => "早于 valid_from".to_owned(),
            Self::UnknownDomain { slug } => format!("没有领域 {slug}"),
            Self::UnknownMeasure { slug } => format!("没有措施 {slug}"),
            Self::MeasureOff { slug } => format!("措施 {slug} 已停用"),
            Self::MeasureOfOtherDomain { slug, domain } => {
                format!("措施 {slug} 不适用于领域 {domain}")
            }
            Self::UnknownStandard { slug, version } => {
                format!("没有标准 {slug} 的第 {version} 版")
            }
            Self::OtherGround { slug } => format!("标准 {slug} 的列入事由与此处不符"),
            Self::UnknownLevel { slug } => format!("该标准没有等级 {slug}"),
            Self::NotNational => "名单须依据国家层面的标准".to_owned(),
            Self::OtherVersionDiffers => "与另一版本的领域或列入事由不同".to_owned(),
            Self::LevelOrder => "各等级应由轻到重，检查频次不得减少".to_owned(),
            Self::FieldMissing => "此类列入事由必须填写".to_owned(),
            Self::FieldSuperfluous => "此类列入事由不应填写".to_owned(),
            Self::WordSeparated => "含有单元格内分隔词语的符号".to_owned(),
        }
    }
}
