//! The class of a subject whose file has no column for it, derived from its codes.
//!
//! A unified code that begins with 92 is a sole trader's, any other an organisation's (GB 32100-2015
//! and the rules of deployed platforms); certificates that only organisations hold say as much; an
//! identity number alone is a person's. A registration or tax number alone may be of either.

use std::borrow::Cow;

use tiaoxi_credit::{CodeScheme, SubjectClass};

use super::Cell;
use super::report::Report;
use crate::finding::{CHOICE_UNKNOWN, CLASS_DERIVED, GROUP_MISSING, REQUIRED_MISSING, Severity};
use crate::item::{FieldKind, Item};

/// First characters of the unified code of a sole trader: department 9, class 2.
const SOLE_TRADER_PREFIX: &str = "92";

/// What the codes of a row say.
enum Derived {
    Class(SubjectClass, &'static str, &'static str),
    /// A code is itself wrong, which is reported already.
    Unclear,
    /// The codes that there are do not tell.
    Ambiguous,
    /// There is no code.
    Nothing,
}

/// Fills the class where its cell is empty; reports what it was derived from, or why it was not.
pub(super) fn derive(item: &Item, cells: &mut [Cell<'_>], report: &mut Report<'_>) {
    let index = item.layout.class;
    if cells.get(index).is_none_or(|cell| !cell.is_empty()) {
        return;
    }
    let (class, zh, en) = match read(item, cells) {
        Derived::Class(class, zh, en) => (class, zh, en),
        Derived::Unclear => return,
        Derived::Ambiguous => {
            let zh = "旧版无此项，仅凭现有代码不能推定，请增加此列并填写";
            let en = "cannot be derived from the codes that there are; add the column and fill it";
            return report.add(REQUIRED_MISSING, Severity::Error, index, zh, en);
        }
        Derived::Nothing => {
            let codes = &item.layout.codes;
            let first = codes.first().map(|(index, _)| *index).or(item.layout.identity);
            let (zh, en) = ("行政相对人没有任何代码", "the subject has no code at all");
            return report.add(GROUP_MISSING, Severity::Error, first.unwrap_or(index), zh, en);
        }
    };
    let label = class.label().unwrap_or_default();
    let known = match &item.field(index).kind {
        FieldKind::Choice(choice) => choice.values.iter().any(|value| value == label),
        _ => false,
    };
    if !known {
        let zh = format!("按{zh}应为{label}，本目录项不收");
        let en = format!("is {label} by {en}, which the item does not take");
        return report.add(CHOICE_UNKNOWN, Severity::Error, index, &zh, &en);
    }
    let (zh, en) =
        (format!("按{zh}推定为{label}，请核对"), format!("was derived from {en}: {label}"));
    report.add(CLASS_DERIVED, Severity::Warning, index, &zh, &en);
    if let Some(cell) = cells.get_mut(index) {
        *cell = Cell { text: Cow::Borrowed(label), day: None, broken: false };
    }
}

fn read(item: &Item, cells: &[Cell<'_>]) -> Derived {
    let layout = &item.layout;
    let filled = |index: usize| cells.get(index).filter(|cell| !cell.is_empty());
    let code = |wanted: &[CodeScheme]| {
        let mut codes = layout.codes.iter().filter(|(_, scheme)| wanted.contains(scheme));
        codes.find_map(|(index, _)| filled(*index))
    };
    if let Some(unified) = code(&[CodeScheme::USCC]) {
        return match unified.broken {
            true => Derived::Unclear,
            false if unified.text.starts_with(SOLE_TRADER_PREFIX) => {
                let (zh, en) = ("统一社会信用代码", "the unified social credit code");
                Derived::Class(SubjectClass::SOLE_TRADER, zh, en)
            }
            false => {
                let (zh, en) = ("统一社会信用代码", "the unified social credit code");
                Derived::Class(SubjectClass::ORGANISATION, zh, en)
            }
        };
    }
    let organisations =
        [CodeScheme::ORGANISATION, CodeScheme::INSTITUTION, CodeScheme::SOCIAL_ORGANISATION];
    let person = layout.identity.and_then(filled).is_some();
    let either = code(&[CodeScheme::REGISTRATION, CodeScheme::TAX]).is_some();
    match (code(&organisations), person) {
        (Some(cell), _) if cell.broken => Derived::Unclear,
        (Some(_), false) => {
            let (zh, en) = ("组织机构类代码", "a code that only organisations have");
            Derived::Class(SubjectClass::ORGANISATION, zh, en)
        }
        (None, true) if !either => {
            let (zh, en) = ("仅有的身份证件号码", "the identity number, its only code");
            Derived::Class(SubjectClass::NATURAL_PERSON, zh, en)
        }
        (None, false) if !either => Derived::Nothing,
        _ => Derived::Ambiguous,
    }
}
