//! One field by itself: cleaning, length, and what its kind demands.
//!
//! Texts and codes are judged here, choices, days and amounts in `values`.

mod values;

use std::borrow::Cow;

use tiaoxi_credit::Day;
use tiaoxi_credit::code::{CodeError, Uscc, check_organisation_code};

use super::report::Report;
use super::{Cell, clean, code};
use crate::finding::{
    CODE_PILOT_EXCEPTION, CONTROL_CHARACTER, GARBLED_TEXT, PLACEHOLDER, REQUIRED_MISSING, Severity,
    TOO_LONG,
};
use crate::item::{FIELD_CHARS_MAX, FieldKind, FieldSpec, Length, Role};

/// Bytes of which the characters are counted in one byte.
const RUN_BYTES: usize = 255;

/// Judges one cell.
pub(super) fn check<'a>(
    field: &FieldSpec,
    index: usize,
    raw: &'a str,
    report: &mut Report<'_>,
) -> Cell<'a> {
    let text = clean::trim(raw);
    if text.is_empty() {
        if field.required {
            report.add(REQUIRED_MISSING, Severity::Error, index, "必填", "is required");
        }
        return Cell { text: Cow::Borrowed(""), day: None, broken: field.required };
    }
    let cleaned = text.len() != raw.len();
    let mut checker = FieldChecker { index, report, broken: false, cleaned };
    let (text, day) = checker.check(field, text);
    let FieldChecker { broken, cleaned, .. } = checker;
    report.cleaned += u16::from(cleaned);
    Cell { text, day, broken }
}

struct FieldChecker<'r, 'i> {
    index: usize,
    report: &'r mut Report<'i>,
    broken: bool,
    /// Cleaning changed the text.
    cleaned: bool,
}

/// What people write where there is no code, as it stands after cleaning.
const PLACEHOLDERS: [&str; 10] = ["无", "/", "-", "--", "—", "——", "N/A", "NULL", "暂无", "没有"];

impl FieldChecker<'_, '_> {
    /// Words for "nothing" are no code.
    fn check_placeholder(&mut self, text: &str) {
        if PLACEHOLDERS.contains(&text) {
            let zh = "没有就留空，不要填“无”“/”之类";
            self.add(PLACEHOLDER, Severity::Error, zh, "leave it empty where there is none");
        }
    }

    fn check<'a>(&mut self, field: &FieldSpec, text: &'a str) -> (Cow<'a, str>, Option<Day>) {
        let text = match &field.kind {
            FieldKind::Text(length) => {
                let text = match field.role {
                    _ if field.verbatim => Cow::Borrowed(text),
                    Some(Role::SubjectName | Role::Document) => self.note(clean::name(text)),
                    _ => self.note(clean::short_text(text)),
                };
                self.check_characters(&text, *length);
                text
            }
            FieldKind::Code(length) => {
                let text = self.clean_code(text);
                self.check_placeholder(&text);
                self.check_characters(&text, *length);
                text
            }
            FieldKind::Choice(choice) => self.check_choice(choice, text),
            FieldKind::Date { long_term } => return self.check_date(text, *long_term),
            FieldKind::Decimal { whole_digits_max, decimals_max } => {
                self.check_decimal(text, *whole_digits_max, *decimals_max)
            }
            FieldKind::Uscc => self.check_uscc(text),
            FieldKind::OrganisationCode => self.check_organisation_code(text),
        };
        (text, None)
    }

    /// What cleaning made of the text: borrowed where nothing changed.
    fn note<'a>(&mut self, clean: Cow<'a, str>) -> Cow<'a, str> {
        self.cleaned |= matches!(clean, Cow::Owned(_));
        clean
    }

    fn clean_code<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        code::upper(self.note(clean::tokens(text)))
    }

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
        // the lead bytes of all that is_control looks for are missing from most texts. A run of
        // bytes is counted in a byte, so that the processor takes many at once.
        let (mut count, mut suspicious) = (0, false);
        for run in text.as_bytes().chunks(RUN_BYTES) {
            let mut characters = 0_u8;
            for byte in run {
                characters += u8::from(byte & 0xc0 != 0x80);
                suspicious |= matches!(byte, 0..0x20 | 0x7f | 0xc2 | 0xe2);
            }
            count += usize::from(characters);
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

    fn check_uscc<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        let text = self.clean_code(text);
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
        let mut text = self.clean_code(text);
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
