//! What of a record may be shown: its fields, sorted into shown and personal.

use tiaoxi_catalog::Item;
use tiaoxi_credit::code::{Uscc, check_citizen_number};
use tiaoxi_credit::{Day, Record};

/// A field that may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownField {
    /// Its code, for example `CF_WSH`.
    pub code: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// What the record says.
    pub text: String,
}

/// What a record says, as far as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Code of the authority that decided.
    pub authority: String,
    /// Number of the decision document.
    pub document: String,
    /// Day of the decision.
    pub decided: Day,
    /// Every field that may be shown, by its number.
    pub fields: Vec<ShownField>,
    /// Chinese names of the fields that are filled in but personal.
    pub hidden: Vec<String>,
}

impl Content {
    /// Sorts the fields of a record into shown and hidden. A field that the catalogue file does not
    /// have is hidden, by number, and so is every field without the file: nothing says which are
    /// personal.
    pub(super) fn of(record: &Record, item: Option<&Item>) -> Self {
        let (mut fields, mut hidden) = (Vec::new(), Vec::new());
        let specs = item.map(Item::fields).unwrap_or_default();
        let spec_of = |number: u8| specs.iter().find(|spec| spec.number == number);
        for (number, text) in item.map(|item| item.texts(record)).unwrap_or_default() {
            match spec_of(number) {
                Some(spec) if spec.personal || holds_citizen_number(&text) => {
                    hidden.push(spec.name_zh.clone());
                }
                Some(spec) => {
                    let (code, name_zh) = (spec.code.clone(), spec.name_zh.clone());
                    fields.push(ShownField { code, name_zh, text });
                }
                None => {}
            }
        }
        let unknown = record.fields.iter().map(|field| field.number);
        hidden.extend(unknown.filter(|number| spec_of(*number).is_none()).map(|n| n.to_string()));
        Self {
            authority: record.authority.clone(),
            document: record.document.clone(),
            decided: record.decided,
            fields,
            hidden,
        }
    }
}

/// Whether a record is about a natural person, by its class or by the code that leads.
pub fn concerns_a_person(record: &Record) -> bool {
    record.subject.class.is_natural_person()
        || record.subject.principal_code().is_some_and(|code| code.scheme.is_personal())
}

/// Whether a record of `item` may be shown as it is: it concerns no person and no personal field
/// of it is filled in. Without the catalogue file nothing is known to be impersonal.
pub fn is_free_of_personal_fields(record: &Record, item: Option<&Item>) -> bool {
    let Some(item) = item else { return false };
    !concerns_a_person(record)
        && record.subject.codes.iter().all(|code| !code.scheme.is_personal())
        && Content::of(record, Some(item)).hidden.is_empty()
}

/// Whether a citizen number stands anywhere in a text: people write them where they don't belong.
fn holds_citizen_number(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| word.len() == 18)
        .map(str::to_ascii_uppercase)
        .any(|word| check_citizen_number(&word).is_ok() && Uscc::parse(&word).is_err())
}
