//! What a check can find: a stable code, how grave it is, where, and why in two languages.

use serde::Serialize;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row becomes a record all the same; somebody should look.
    Warning,
    /// The row is rejected.
    Error,
}

impl Severity {
    /// The word in tables and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing found in a row. Its texts never hold a number of a natural person, nor anything out of
/// a personal field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable code, one of [`findings`].
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// Number of the field, where it concerns one.
    pub field: Option<u8>,
    /// Field and reason in Chinese.
    pub zh: String,
    /// Field and reason in English.
    pub en: String,
}

/// One line of the table of findings.
#[derive(Clone, Copy, Debug)]
pub struct FindingKind {
    /// Stable code.
    pub code: &'static str,
    /// Meaning in Chinese.
    pub zh: &'static str,
    /// Meaning in English.
    pub en: &'static str,
}

macro_rules! finding_kinds {
    ($($code:ident: $zh:literal, $en:literal;)*) => {
        $(
            #[doc = $en]
            pub const $code: &str = stringify!($code);
        )*
        const KINDS: &[FindingKind] =
            &[$(FindingKind { code: $code, zh: $zh, en: $en }),*];
    };
}

finding_kinds! {
    REQUIRED_MISSING: "必填项为空", "a required field is empty";
    CONDITIONAL_MISSING: "按另一项的值应填的项为空", "a field that another one calls for is empty";
    GROUP_MISSING: "一组代码中至少应填一个", "at least one of a group of codes is needed";
    UNEXPECTED_VALUE: "按另一项的值不应填写的项有内容", "a field is filled that another one rules out";
    ROW_TOO_LONG: "整行内容过长", "the row as a whole is too long";
    TOO_LONG: "超过最大长度", "longer than the field allows";
    CONTROL_CHARACTER: "含有不可见的控制字符", "contains invisible control characters";
    GARBLED_TEXT: "含有乱码字符，原文件编码可能有误", "contains replacement characters, the file was converted badly";
    CHOICE_UNKNOWN: "不在允许的取值中", "not one of the allowed values";
    CHOICE_OTHER_UNNAMED: "选其他时应注明，如 其他-xxx", "`other` needs a name behind it";
    DATE_INVALID: "日期格式不对或日期不存在", "not a date, or a date that does not exist";
    DATE_OUT_OF_RANGE: "日期超出 1970 年至 2149 年", "a date before 1970 or after 2149-06-06";
    DATE_AFTER_LONG_TERM: "日期晚于表示长期的日期", "a date later than the one that means long-term";
    DATE_IN_FUTURE: "日期晚于上报日期", "a date after the day of reporting";
    DATE_ORDER: "两个日期先后不对", "two dates in the wrong order";
    DECIMAL_INVALID: "不是数字", "not a number";
    DECIMAL_NEGATIVE: "金额不能为负", "a negative amount";
    DECIMAL_TOO_LARGE: "整数位数过多", "too many digits before the point";
    DECIMAL_TOO_PRECISE: "小数位数过多", "too many digits behind the point";
    PLACEHOLDER: "没有代码时应留空，不填“无”“/”之类", "a word for nothing in place of a code; leave it empty";
    CODE_LENGTH: "代码位数不对", "a code of the wrong length";
    CODE_ALPHABET: "代码含有不允许的字符", "a code with a character outside its alphabet";
    CODE_FORMAT: "代码中应为数字的位置不是数字", "a code with a letter in place of a digit";
    CODE_CHECK_DIGIT: "代码校验码不符", "a code whose check digit does not match";
    CODE_ORGANISATION_CHECK_DIGIT: "代码中的组织机构代码校验码不符",
        "a code whose organisation code fails its check digit";
    CODE_BIRTH_DATE: "公民身份号码中的出生日期不存在", "a citizen number with an impossible birth date";
    CODE_PILOT_EXCEPTION: "早期试点赋码，校验码不符但属实", "a real code of an early pilot whose check digit does not match";
    DATE_TIME_DROPPED: "日期后的时刻已略去", "the time of day behind a date was left out";
    DATE_FROM_SERIAL: "电子表格的日期序列号已换成日期", "a spreadsheet's serial number was read as a date";
    CLASS_DERIVED: "旧版文件无行政相对人类别，已按代码推定", "the file has no class of subject, it was derived from the codes";
    OLD_STATUS: "旧版列的值不能按现行标准收取", "a column of an older format holds a value that cannot be taken in today";
    CODE_CLASS_MISMATCH: "代码前两位与行政相对人类别不符", "the code begins for another class of subject";
    FORBIDDEN_DATA: "含有法律禁止采集的信息", "names a kind of data that must never be collected";
    CONSENT_NEEDED: "含有未经本人书面同意不得采集的信息", "names a kind of data that needs written consent";
    PERSON_NUMBER_IN_TEXT: "自由文本中含有公民身份号码", "free text contains a citizen number";
}

/// Characters of a cell that [`old_status`] repeats.
const STATUS_CHARS_MAX: usize = 12;

/// A column of an earlier generation holds a value that its row cannot be taken in with, such as a
/// decision that was revoked. `column` is its name in the file.
pub fn old_status(column: &str, value: &str) -> Finding {
    let is_long = value.chars().count() > STATUS_CHARS_MAX;
    let (zh, en) = match value.trim() {
        "" => ("为空".to_owned(), "is empty".to_owned()),
        _ if is_long => ("的值过长".to_owned(), "holds a long text".to_owned()),
        value => (format!("为 [{value}]"), format!("is [{value}]")),
    };
    Finding {
        code: OLD_STATUS,
        severity: Severity::Error,
        field: None,
        zh: format!("“{column}”{zh}：旧版此列的值不能按现行标准收取，请先核实该条是否仍然有效"),
        en: format!(
            "{column} {en}: this value of the older format cannot be taken in; make sure that the record still holds"
        ),
    }
}

/// Every finding that [`Item::check`](crate::Item::check) and [`old_status`] can report.
pub fn findings() -> &'static [FindingKind] {
    KINDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_every_meaning_is_given_in_both_languages() {
        for (index, kind) in findings().iter().enumerate() {
            assert!(!kind.zh.is_empty() && !kind.en.is_empty(), "{}", kind.code);
            assert!(findings().iter().skip(index + 1).all(|other| other.code != kind.code));
        }
    }
}
