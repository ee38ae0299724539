//! Collects findings, and sees to it that no text of a person gets into them.

use crate::Item;
use crate::finding::{Finding, Severity};

/// Characters of a cell that a finding quotes.
const QUOTE_CHARS_MAX: usize = 20;
/// More digits than a date has may be a number of a person.
const QUOTE_DIGITS_MAX: usize = 8;

pub(super) struct Report<'a> {
    item: &'a Item,
    pub(super) findings: Vec<Finding>,
    /// Cells whose text cleaning changed.
    pub(super) cleaned: u16,
    has_error: bool,
}

impl<'a> Report<'a> {
    pub(super) fn new(item: &'a Item) -> Self {
        Self { item, findings: Vec::new(), cleaned: 0, has_error: false }
    }

    /// A finding about the field at `index`; its name is put before both texts.
    #[cold]
    pub(super) fn add(
        &mut self,
        code: &'static str,
        severity: Severity,
        index: usize,
        zh: &str,
        en: &str,
    ) {
        let field = self.item.field(index);
        let (zh, en) = (format!("{}：{zh}", field.name_zh), format!("{}: {en}", field.name_en));
        self.has_error |= severity == Severity::Error;
        self.findings.push(Finding { code, severity, field: Some(field.number), zh, en });
    }

    /// A finding about the row as a whole.
    #[cold]
    pub(super) fn add_for_row(
        &mut self,
        code: &'static str,
        severity: Severity,
        zh: String,
        en: String,
    ) {
        self.has_error |= severity == Severity::Error;
        self.findings.push(Finding { code, severity, field: None, zh, en });
    }

    pub(super) fn has_error(&self) -> bool {
        self.has_error
    }

    /// The beginning of a cell to be shown in a finding, in brackets and with a space before it;
    /// empty where it might tell a person's number: in personal fields, and in text that holds
    /// Latin letters or more digits than a date.
    pub(super) fn quote(&self, index: usize, text: &str) -> String {
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let lettered = text.chars().any(|c| c.is_ascii_alphabetic());
        if self.item.field(index).personal || lettered || digits > QUOTE_DIGITS_MAX {
            return String::new();
        }
        let mut shown: String =
            text.chars().filter(|c| !c.is_control()).take(QUOTE_CHARS_MAX).collect();
        if text.chars().count() > QUOTE_CHARS_MAX {
            shown.push('…');
        }
        format!(" [{shown}]")
    }

    /// Names of a field for texts about another one.
    pub(super) fn names(&self, index: usize) -> (&'a str, &'a str) {
        let field = self.item.field(index);
        (&field.name_zh, &field.name_en)
    }
}
