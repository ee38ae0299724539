//! The first row → which column holds which field of the catalogue item.
//!
//! Which names a field goes by is the catalogue's business ([`Item::field_index`]). Knows nothing
//! of the rows below.

use tiaoxi_catalog::{Finding, Item};

use crate::{IntakeError, finding, rejected};

/// Characters of a column name that a message repeats.
const NAME_SHOWN_CHARS: usize = 20;
/// Digits of a column name that a message repeats.
const DIGITS_SHOWN: usize = 6;
/// Column names that a message lists.
const NAMES_SHOWN: usize = 6;

/// The columns of a file and what they mean.
#[derive(Clone, Debug)]
pub struct Header {
    columns: Vec<String>,
    /// For each field of the item, the column that holds it.
    column_of_field: Vec<Option<usize>>,
    meanings: Vec<Meaning>,
    findings: Vec<Finding>,
}

/// What a column means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// A field of the item, by its place in [`Item::fields`].
    Field(usize),
    /// The reasons column of an earlier rejected-rows file.
    Reason,
    /// Nothing that the item knows.
    Unknown,
}

impl Header {
    pub(crate) fn parse(columns: Vec<String>, item: &Item) -> Result<Self, IntakeError> {
        let meanings: Vec<_> = columns.iter().map(|name| meaning(name, item)).collect();
        if !meanings.iter().any(|meaning| matches!(meaning, Meaning::Field(_))) {
            return Err(unknown_header(&columns, item));
        }
        let mut column_of_field = vec![None; item.fields().len()];
        let mut findings = Vec::new();
        for (index, (meaning, name)) in meanings.iter().zip(&columns).enumerate() {
            match *meaning {
                Meaning::Field(field) => {
                    let place = column_of_field.get_mut(field).expect("a field of the item");
                    if let Some(first) = place.replace(index) {
                        return Err(duplicate(first, index, field, item));
                    }
                }
                Meaning::Unknown if !name.trim().is_empty() => {
                    refuse_forbidden(index, name, item)?;
                    findings.push(finding::unknown_column(index + 1, &shown(name)));
                }
                Meaning::Unknown | Meaning::Reason => {}
            }
        }
        let missing: Vec<_> = item
            .fields()
            .iter()
            .zip(&column_of_field)
            .filter(|(field, column)| field.required && column.is_none())
            .map(|(field, _)| format!("{} {}", field.code, field.name_zh))
            .collect();
        if !missing.is_empty() {
            return Err(IntakeError::MissingColumn { columns: missing.join(", ") });
        }
        Ok(Self { columns, column_of_field, meanings, findings })
    }

    /// The names as they stand in the file, in its order.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// One warning for each column that the item does not know; its cells are not read.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// For each field of the item, in its order, the column (from 0) that holds it.
    pub(crate) fn column_of_field(&self) -> &[Option<usize>] {
        &self.column_of_field
    }

    /// Whether a column (from 0) holds the reasons of an earlier rejected-rows file.
    pub(crate) fn is_reason(&self, column: usize) -> bool {
        self.meanings.get(column) == Some(&Meaning::Reason)
    }
}

fn meaning(name: &str, item: &Item) -> Meaning {
    let name: String = name.chars().filter(|character| !character.is_whitespace()).collect();
    if rejected::COLUMNS.contains(&name.as_str()) {
        return Meaning::Reason;
    }
    item.field_index(&name).map_or(Meaning::Unknown, Meaning::Field)
}

/// A name as a message repeats it: shortened, and without long numbers, because in a file without
/// a header it is somebody's data.
fn shown(name: &str) -> String {
    let mut digits = 0;
    let masked = name.trim().chars().map(|character| {
        digits += usize::from(character.is_ascii_digit());
        if digits > DIGITS_SHOWN && character.is_ascii_digit() { '*' } else { character }
    });
    let mut text: String = masked.take(NAME_SHOWN_CHARS).collect();
    if name.trim().chars().nth(NAME_SHOWN_CHARS).is_some() {
        text.push('…');
    }
    text
}

fn refuse_forbidden(index: usize, name: &str, item: &Item) -> Result<(), IntakeError> {
    match item.forbidden_in_header(name) {
        Some(word) => {
            Err(IntakeError::ForbiddenColumn { column: index + 1, word: word.to_owned() })
        }
        None => Ok(()),
    }
}

fn duplicate(first: usize, second: usize, field: usize, item: &Item) -> IntakeError {
    let field = item.fields().get(field).expect("a field of the item");
    IntakeError::DuplicateColumn {
        first: first + 1,
        second: second + 1,
        field: format!("{} {}", field.code, field.name_zh),
    }
}

fn unknown_header(columns: &[String], item: &Item) -> IntakeError {
    let found: Vec<_> = columns.iter().take(NAMES_SHOWN).map(|name| shown(name)).collect();
    let expected: Vec<_> = item
        .fields()
        .iter()
        .filter(|field| field.required)
        .take(NAMES_SHOWN)
        .map(|field| format!("{} {}", field.code, field.name_zh))
        .collect();
    IntakeError::UnknownHeader { found: found.join(", "), expected: expected.join(", ") }
}
