//! From cleaned cells to a record, and from a record back to the texts of its fields.

use std::borrow::Cow;

use tiaoxi_credit::code::check_citizen_number;
use tiaoxi_credit::{CodeScheme, Field, Record, Subject, SubjectCode};

use super::Cell;
use super::report::Report;
use crate::finding::{GROUP_MISSING, Severity};
use crate::item::{FieldSpec, Item, Role, class_of_label};

/// The record of a row without errors. The codes of a natural person begin with the identity
/// number; of anybody else that number stays an ordinary, personal field.
pub(super) fn build(
    item: &Item,
    number: u32,
    cells: Vec<Cell<'_>>,
    report: &mut Report<'_>,
) -> Option<Record> {
    let layout = &item.layout;
    let decided = cells.get(layout.decided)?.day;
    let class = cells.get(layout.class).and_then(|cell| class_of_label(&cell.text));
    if report.has_error() {
        return None;
    }
    let (decided, class) = (decided?, class?);
    let mut record = Record {
        row: number,
        subject: Subject { class, name: String::new(), codes: Vec::new() },
        authority: String::new(),
        document: String::new(),
        decided,
        fields: Vec::with_capacity(cells.len()),
    };
    for (field, cell) in item.fields().iter().zip(cells) {
        if !cell.is_empty() {
            place(&mut record, field.role, field.number, cell.text);
        }
    }
    if record.subject.codes.is_empty() {
        let index = layout.codes.first().map(|(index, _)| *index).or(layout.identity)?;
        let zh = "行政相对人没有任何代码";
        report.add(GROUP_MISSING, Severity::Error, index, zh, "the subject has no code at all");
        return None;
    }
    Some(record)
}

fn place(record: &mut Record, role: Option<Role>, number: u8, text: Cow<'_, str>) {
    let text = text.into_owned();
    let subject = &mut record.subject;
    match role {
        Some(Role::SubjectClass | Role::Decided) => {}
        Some(Role::SubjectName) => subject.name = text,
        Some(Role::AuthorityCode) => record.authority = text,
        Some(Role::Document) => record.document = text,
        Some(Role::SubjectCode(scheme)) => subject.codes.push(SubjectCode { scheme, code: text }),
        Some(Role::SubjectIdentity) if subject.class.is_natural_person() => {
            let scheme = match check_citizen_number(&text) {
                Ok(()) => CodeScheme::CITIZEN,
                Err(_) => CodeScheme::OTHER_IDENTITY,
            };
            subject.codes.insert(0, SubjectCode { scheme, code: text });
        }
        Some(Role::SubjectIdentity) | None => record.fields.push(Field { number, text }),
    }
}

impl Item {
    /// The texts of a record's fields by rising number, those that became the record's own parts
    /// included; empty ones left out. Fields that this version of the item does not have are
    /// missing from it. Personal fields are in it: who shows them, decides by
    /// [`FieldSpec::personal`].
    pub fn texts(&self, record: &Record) -> Vec<(u8, String)> {
        self.fields()
            .iter()
            .map(|field| (field.number, text_of(field, record).into_owned()))
            .filter(|(_, text)| !text.is_empty())
            .collect()
    }

    /// The row that [`Item::check`] makes this record of: a cell for each field in its order, empty
    /// where the record says nothing. Fields that this version of the item does not have are lost.
    pub fn row_of(&self, record: &Record) -> Vec<String> {
        self.fields().iter().map(|field| text_of(field, record).into_owned()).collect()
    }

    /// What a record says of the field at an index; empty where it says nothing.
    pub(crate) fn text<'r>(&self, index: usize, record: &'r Record) -> Cow<'r, str> {
        self.fields().get(index).map(|field| text_of(field, record)).unwrap_or_default()
    }

    /// Numbers of the fields in which two records differ, rising; the row of the file is not
    /// compared. Fields that this version of the item does not have are.
    pub fn differences(&self, old: &Record, new: &Record) -> Vec<u8> {
        let known = self.fields().iter().filter(|field| text_of(field, old) != text_of(field, new));
        let is_known = |number: u8| self.fields().iter().any(|field| field.number == number);
        let unknown = old.fields.iter().chain(&new.fields).map(|field| field.number);
        let unknown = unknown.filter(|number| {
            !is_known(*number) && plain_text(old, *number) != plain_text(new, *number)
        });
        let mut numbers: Vec<u8> = known.map(|field| field.number).chain(unknown).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

/// What a record says of a field; empty where it says nothing.
fn text_of<'r>(field: &FieldSpec, record: &'r Record) -> Cow<'r, str> {
    let subject = &record.subject;
    let code = |wanted: &dyn Fn(CodeScheme) -> bool| {
        subject.codes.iter().find(|code| wanted(code.scheme)).map(|code| code.code.as_str())
    };
    Cow::Borrowed(match field.role {
        None => plain_text(record, field.number),
        Some(Role::SubjectName) => &subject.name,
        Some(Role::SubjectClass) => subject.class.label().unwrap_or_default(),
        Some(Role::SubjectCode(scheme)) => code(&|found| found == scheme).unwrap_or_default(),
        Some(Role::SubjectIdentity) => code(&|scheme: CodeScheme| scheme.is_personal())
            .unwrap_or_else(|| plain_text(record, field.number)),
        Some(Role::AuthorityCode) => &record.authority,
        Some(Role::Document) => &record.document,
        Some(Role::Decided) => return Cow::Owned(record.decided.to_string()),
    })
}

fn plain_text(record: &Record, number: u8) -> &str {
    let found = record.fields.iter().find(|field| field.number == number);
    found.map_or("", |field| &field.text)
}
