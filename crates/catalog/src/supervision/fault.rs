//! Why a record cannot be translated.

use tiaoxi_credit::Day;

/// Why a record becomes neither listing nor decision. Its texts never hold a number of a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceFault {
    /// The record is of another item than the source reads.
    #[error("the source reads records of {expected}, this one is of {found}")]
    WrongItem {
        /// Slug of the item of the source.
        expected: String,
        /// Slug of the item of the record.
        found: String,
    },
    /// Listings were asked of a source of decisions, or the other way round.
    #[error("records of {item} do not become what was asked for")]
    OtherPurpose {
        /// Slug of the item.
        item: String,
    },
    /// The item has no such field: the supervision catalogue is of another version of it.
    #[error("the item {item} has no field {code}, which the supervision catalogue reads")]
    UnknownField {
        /// Slug of the item.
        item: String,
        /// Code of the field.
        code: String,
    },
    /// Natural persons are never listed.
    #[error("a natural person is never a key supervision object")]
    NaturalPerson,
    /// A class of a later version.
    #[error("a class of subject that this version does not know")]
    UnknownClass,
    /// Nothing but personal codes, or none at all.
    #[error("the subject has no code that may be passed on")]
    NoCode,
    /// A sole trader goes by the name of its operator.
    #[error("the sole trader's name is that of its operator and is not passed on")]
    OperatorName,
    /// A text that would be passed on holds the number of a citizen.
    #[error("{field} contains a citizen number and is not passed on")]
    PersonNumber {
        /// Code of the field.
        field: String,
    },
    /// The record says nothing where something must be said.
    #[error("{field} is empty")]
    Missing {
        /// Code of the field.
        field: String,
    },
    /// Not a day, or none from 1970 to 2149.
    #[error("{field} is no day")]
    BadDay {
        /// Code of the field.
        field: String,
    },
    /// The second of two days is before the first.
    #[error("{later} is before {earlier}")]
    DatesOutOfOrder {
        /// What should come first.
        earlier: Day,
        /// What should come later.
        later: Day,
    },
    /// No standard of the supervision catalogue goes by that name and version.
    #[error("the supervision catalogue has no standard {name:?} in version {edition:?}")]
    UnknownStandard {
        /// As the record names it.
        name: String,
        /// As the record names it.
        edition: String,
    },
    /// The standard has no level that goes by that word.
    #[error("{standard} has no level for {word:?}")]
    UnknownLevel {
        /// Slug of the standard.
        standard: String,
        /// The word of the record.
        word: String,
    },
    /// No outcome goes by that word.
    #[error("{word:?} is no decision on a repair or an objection")]
    UnknownOutcome {
        /// The word of the record.
        word: String,
    },
}

impl SourceFault {
    /// Stable code, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongItem { .. } => "WRONG_ITEM",
            Self::OtherPurpose { .. } => "WRONG_SOURCE",
            Self::UnknownField { .. } => "UNKNOWN_FIELD",
            Self::NaturalPerson => "NATURAL_PERSON",
            Self::UnknownClass => "UNKNOWN_CLASS",
            Self::NoCode => "NO_CODE",
            Self::OperatorName => "OPERATOR_NAME",
            Self::PersonNumber { .. } => "PERSON_NUMBER",
            Self::Missing { .. } => "MISSING",
            Self::BadDay { .. } => "BAD_DAY",
            Self::DatesOutOfOrder { .. } => "DATES_OUT_OF_ORDER",
            Self::UnknownStandard { .. } => "UNKNOWN_STANDARD",
            Self::UnknownLevel { .. } => "UNKNOWN_LEVEL",
            Self::UnknownOutcome { .. } => "UNKNOWN_OUTCOME",
        }
    }

    /// The reason in English.
    pub fn en(&self) -> String {
        self.to_string()
    }

    /// The reason in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::WrongItem { expected, found } => {
                format!("此处读取目录项 {expected} 的记录，收到的是 {found} 的记录")
            }
            Self::OtherPurpose { item } => format!("目录项 {item} 的记录不能作此用途"),
            Self::UnknownField { item, code } => {
                format!("目录项 {item} 没有监管目录所读取的字段 {code}")
            }
            Self::NaturalPerson => "自然人不得列为重点监管对象".to_owned(),
            Self::UnknownClass => "本版本不认识的主体类别".to_owned(),
            Self::NoCode => "主体没有可以对外提供的代码".to_owned(),
            Self::OperatorName => "个体工商户以经营者姓名为名称，不对外提供".to_owned(),
            Self::PersonNumber { field } => format!("{field} 含有公民身份号码，不对外提供"),
            Self::Missing { field } => format!("{field} 为空"),
            Self::BadDay { field } => format!("{field} 不是日期"),
            Self::DatesOutOfOrder { earlier, later } => {
                format!("日期先后不对：{later} 早于 {earlier}")
            }
            Self::UnknownStandard { name, edition } => {
                format!("监管目录中没有标准“{name}”（{edition}）")
            }
            Self::UnknownLevel { standard, word } => {
                format!("标准 {standard} 没有与“{word}”对应的等级")
            }
            Self::UnknownOutcome { word } => format!("“{word}”不是信用修复或异议处理决定"),
        }
    }
}

/// Characters of a record's words in a message.
const QUOTED_CHARS_MAX: usize = 80;

/// What a record says, short enough for a message and without the number of a citizen.
pub(super) fn quoted(text: &str) -> String {
    if crate::check::holds_citizen_number(text) {
        return "…".to_owned();
    }
    let mut short: String = text.chars().take(QUOTED_CHARS_MAX).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
