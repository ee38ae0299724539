//! One field by itself: cleaning, length, and what its kind demands.

use std::borrow::Cow;

use tiaoxi_credit::code::{CodeError, Uscc, check_organisation_code};

use super::report::Report;
use super::value::{self, NoDay, NoDecimal};
use super::{Cell, choice, code};
use crate::finding::{
    CHOICE_OTHER_UNNAMED, CHOICE_UNKNOWN, CODE_PILOT_EXCEPTION, CONTROL_CHARACTER,
    DATE_AFTER_LONG_TERM, DATE_INVALID, DATE_OUT_OF_RANGE, DECIMAL_INVALID, DECIMAL_NEGATIVE,
    DECIMAL_TOO_LARGE, DECIMAL_TOO_PRECISE, GARBLED_TEXT, REQUIRED_MISSING, Severity, TOO_LONG,
};
use crate::item::{Choice, FIELD_CHARS_MAX, FieldKind, FieldSpec, Length};

/// White space at both ends, ideographic spaces and byte order marks included, says nothing.
fn is_padding(character: char) -> bool {
    character.is_whitespace() || character == '\u{feff}'
}

/// Judges one cell.
pub(super) fn check<'a>(
    field: &FieldSpec,
    index: usize,
    raw: &'a str,
    report: &mut Report<'_>,
) -> Cell<'a> {
    let text = raw.trim_matches(is_padding);
    if text.is_empty() {
        if field.required {
            report.add(REQUIRED_MISSING, Severity::Error, index, "必填", "is required");
        }
        return Cell { text: Cow::Borrowed(""), day: None, broken: field.required };
    }
    let mut checker = FieldChecker { index, report, broken: false };
    let mut day = None;
    let text = match &field.kind {
        FieldKind::Text(length) => {
            checker.check_characters(text, *length);
            Cow::Borrowed(text)
        }
        FieldKind::Code(length) => {
            let text = code::clean(text);
            checker.check_characters(&text, *length);
            text
        }
        FieldKind::Choice(choice) => checker.check_choice(choice, text),
        FieldKind::Date { long_term } => {
            let (text, found) = checker.check_date(text);
            day = found;
            if let (Some(found), Some((last, severity))) = (found, long_term)
                && found > *last
            {
                checker.add(
                    DATE_AFTER_LONG_TERM,
                    *severity,
                    &format!("晚于表示长期的{last}"),
                    &format!("is later than {last}, which means long-term"),
                );
            }
            text
        }
        FieldKind::Decimal { whole_digits_max, decimals_max } => {
            checker.check_decimal(text, *whole_digits_max, *decimals_max)
        }
        FieldKind::Uscc => checker.check_uscc(text),
        FieldKind::OrganisationCode => checker.check_organisation_code(text),
    };
    Cell { text, day, broken: checker.broken }
}

struct FieldChecker<'r, 'i> {
    index: usize,
    report: &'r mut Report<'i>,
    broken: bool,
}

impl FieldChecker<'_, '_> {
    fn add(&mut self, code: &'static str, severity: Severity, zh: &str, en: &str) {
        self.broken |= severity == Severity::Error;
        self.report.add(code, severity, self.index, zh, en);
    }

    fn error(&mut self, code: &'static str, text: &str, zh: &str, en: &str) {
        let quote = self.report.quote(self.index, text);
        self.add(code, Severity::Error, &format!("{zh}{quote}"), &format!("{en}{quote}"));
    }

    fn code_error(&mut self, error: CodeError) {
        self.broken = true;
        code::report(error, Severity::Error, self.index, self.report);
    }

    /// Length in characters, and characters that nobody sees.
    fn check_characters(&mut self, text: &str, length: Length) {
        // One pass over bytes, without branches: continuation bytes (10xxxxxx) do not count, and
        // the lead bytes of all that is_control looks for are missing from most texts.
        let (mut count, mut suspicious) = (0, false);
        for byte in text.bytes() {
            count += usize::from(byte & 0xc0 != 0x80);
            suspicious |= matches!(byte, 0..0x20 | 0x7f | 0xc2 | 0xe2);
        }
        self.check_length(count, length);
        let controls = suspicious && text.contains(is_control);
        if controls {
            let zh = "含有不可见的控制字符";
            self.add(CONTROL_CHARACTER, Severity::Error, zh, "contains control characters");
        }
        if text.contains("\u{fffd}") {
            let zh = "含有乱码字符";
            self.add(GARBLED_TEXT, Severity::Warning, zh, "contains replacement characters");
        }
    }

    fn check_length(&mut self, count: usize, length: Length) {
        let hard = usize::from(FIELD_CHARS_MAX);
        let (max, severity) = match length.severity {
            _ if count > hard => (length.chars_max.min(hard), Severity::Error),
            Some(severity) if count > length.chars_max => (length.chars_max, severity),
            _ => return,
        };
        let zh = format!("共{count}字，最多{max}字");
        self.add(TOO_LONG, severity, &zh, &format!("has {count} characters, {max} are allowed"));
    }

    fn check_choice<'a>(&mut self, choice: &Choice, text: &'a str) -> Cow<'a, str> {
        let values = choice::read(choice, text);
        self.check_length(values.text.chars().count(), choice.length);
        if let (Some(unknown), Some(severity)) = (&values.unknown, choice.severity) {
            let quote = self.report.quote(self.index, unknown);
            let zh = format!("不在允许的取值中{quote}");
            self.add(CHOICE_UNKNOWN, severity, &zh, &format!("is not an allowed value{quote}"));
        }
        if let (true, Some(other)) = (values.other_unnamed, &choice.other)
            && let Some(severity) = other.unnamed
        {
            let zh = format!("应注明，如 {}-xxx", other.value);
            let en = format!("needs a name, as in {}-xxx", other.value);
            self.add(CHOICE_OTHER_UNNAMED, severity, &zh, &en);
        }
        if values.text.contains(is_control) {
            let zh = "含有不可见的控制字符";
            self.add(CONTROL_CHARACTER, Severity::Error, zh, "contains control characters");
        }
        values.text
    }

    fn check_date<'a>(&mut self, text: &'a str) -> (Cow<'a, str>, Option<tiaoxi_credit::Day>) {
        match value::parse_day(text) {
            Ok(day) if text.len() == 10 && text.contains('-') => (Cow::Borrowed(text), Some(day)),
            Ok(day) if text.len() == 10 => (Cow::Owned(text.replace('/', "-")), Some(day)),
            Ok(day) => (Cow::Owned(day.to_string()), Some(day)),
            Err(NoDay::Invalid) => {
                let zh = "不是有效日期，应为 YYYY/MM/DD 或 YYYY-MM-DD";
                let en = "is not a date, YYYY/MM/DD or YYYY-MM-DD was expected";
                self.error(DATE_INVALID, text, zh, en);
                (Cow::Borrowed(text), None)
            }
            Err(NoDay::OutOfRange) => {
                let zh = "超出 1970-01-01 至 2149-06-06";
                self.error(DATE_OUT_OF_RANGE, text, zh, "is not within 1970-01-01 to 2149-06-06");
                (Cow::Borrowed(text), None)
            }
        }
    }

    fn check_decimal<'a>(&mut self, text: &'a str, whole: usize, decimals: usize) -> Cow<'a, str> {
        let problem = match value::clean_decimal(text, whole, decimals) {
            Ok(text) => return text,
            Err(problem) => problem,
        };
        match problem {
            NoDecimal::Invalid => {
                let zh = "只填数字，不带单位和千分位";
                let en = "must be digits alone, without unit or thousands separator";
                self.error(DECIMAL_INVALID, text, zh, en);
            }
            NoDecimal::Negative => {
                self.error(DECIMAL_NEGATIVE, text, "不能为负", "must not be negative");
            }
            NoDecimal::TooLarge => {
                let zh = format!("整数部分最多{whole}位");
                let en = format!("may have {whole} digits before the point");
                self.error(DECIMAL_TOO_LARGE, text, &zh, &en);
            }
            NoDecimal::TooPrecise => {
                let zh = format!("小数部分最多{decimals}位");
                let en = format!("may have {decimals} digits behind the point");
                self.error(DECIMAL_TOO_PRECISE, text, &zh, &en);
            }
        }
        Cow::Borrowed(text)
    }

    fn check_uscc<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        let text = code::clean(text);
        match Uscc::parse(&text) {
            Ok(code) if code.is_pilot_exception() => {
                let zh = "早期试点赋码，校验码不符但属实，请核对";
                let en = "is a listed code of an early pilot, its check digit does not match";
                self.add(CODE_PILOT_EXCEPTION, Severity::Warning, zh, en);
            }
            Ok(_) => {}
            Err(error) => self.code_error(error),
        }
        text
    }

    fn check_organisation_code<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        let mut text = code::clean(text);
        // The printed form has a hyphen before the check character (GB 11714, 4.1).
        if let Some((eight, last)) = text.split_once('-')
            && eight.len() == 8
            && last.len() == 1
        {
            text = Cow::Owned(format!("{eight}{last}"));
        }
        if let Err(error) = check_organisation_code(&text) {
            self.code_error(error);
        }
        text
    }
}

/// Control characters but tab and line ends, and those that turn the direction of writing.
fn is_control(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        other => other.is_control(),
    }
}
