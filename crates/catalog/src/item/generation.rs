//! An earlier generation of an item's format: what its columns mean today.
//!
//! A file of an older format is read as one of today's: columns are mapped, passed over, or implied
//! by the generation. Knows nothing of files; which generation a header is of, intake decides.

use std::collections::BTreeMap;

use super::header_key;
use crate::check::clean;

/// An earlier generation of the format.
#[derive(Debug)]
pub struct Generation {
    /// Year in which the format was given out.
    pub year: u16,
    /// Where its columns were read.
    pub source: String,
    /// It has no column for the class of the subject, which is derived from the codes.
    pub derives_class: bool,
    pub(super) columns: Vec<GenerationColumn>,
    /// Normalised codes, names and aliases to indexes of `columns`.
    pub(super) headers: BTreeMap<String, usize>,
    pub(super) implied: Vec<Implied>,
    /// Indexes of fields that it has no column for and does not imply, rising.
    pub(crate) absent: Vec<usize>,
}

/// A column that the generation names or fills otherwise than today.
#[derive(Debug)]
pub struct GenerationColumn {
    /// Its code then.
    pub code: String,
    /// Its Chinese name then.
    pub name_zh: String,
    /// What becomes of it.
    pub meaning: OldColumn,
    /// What is doubtful about the mapping, or why it is passed over; may be empty.
    pub note: String,
}

/// What becomes of a column of an earlier generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OldColumn {
    /// It holds a field of today, by index into [`Item::fields`](super::Item::fields). Several
    /// columns may hold one field that takes several values.
    Field(usize),
    /// Today has nothing like it.
    PassedOver {
        /// What its cells must be for the row to be taken in; empty: anything. The empty cell
        /// counts only where it is listed.
        expected: Vec<String>,
    },
}

/// A field that the generation has no column for, but whose text follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Implied {
    /// Index of the field.
    pub field: usize,
    /// Index of the field that must be filled for it; `None`: always.
    pub when: Option<usize>,
    /// What it becomes where its cell is empty.
    pub text: ImpliedText,
    /// Why.
    pub source: String,
}

/// What an implied field becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImpliedText {
    /// Always this.
    Value(String),
    /// What stands in the field of this index.
    SameAs(usize),
}

impl OldColumn {
    /// Whether a cell of the column lets its row be taken in.
    pub fn accepts(&self, cell: &str) -> bool {
        match self {
            Self::PassedOver { expected } if !expected.is_empty() => {
                let cell = clean::tokens(cell);
                expected.iter().any(|value| *value == cell)
            }
            Self::Field(_) | Self::PassedOver { .. } => true,
        }
    }
}

impl Generation {
    /// What becomes of a column, by its code, Chinese name or alias then; spelling matters as little
    /// as in [`Item::field_index`](super::Item::field_index). `None`: not a column of this
    /// generation, or one that means the same today. In a file of this generation ask here first:
    /// the same header may have meant something else.
    pub fn column(&self, header: &str) -> Option<&OldColumn> {
        let index = self.headers.get(&header_key(header))?;
        self.columns.get(*index).map(|column| &column.meaning)
    }

    /// The columns that it names or fills otherwise than today.
    pub fn columns(&self) -> &[GenerationColumn] {
        &self.columns
    }

    /// What follows from the generation itself.
    pub fn implied(&self) -> &[Implied] {
        &self.implied
    }

    /// Whether the field of an index is filled without a column of its own, always or at times: a
    /// file of this generation does not lack it.
    pub fn supplies(&self, field: usize) -> bool {
        self.implied.iter().any(|implied| implied.field == field)
    }

    /// Whether the generation has neither a column for the field of an index nor implies it.
    pub fn lacks(&self, field: usize) -> bool {
        self.absent.binary_search(&field).is_ok()
    }

    /// Fills what is implied into empty cells, which stand in the order of the item's fields.
    pub(crate) fn complete<'a>(&'a self, cells: &mut [&'a str]) {
        let is_filled = |cells: &[&str], index: usize| {
            cells.get(index).is_some_and(|cell| !clean::trim(cell).is_empty())
        };
        for implied in &self.implied {
            if is_filled(cells, implied.field)
                || implied.when.is_some_and(|when| !is_filled(cells, when))
            {
                continue;
            }
            let text = match &implied.text {
                ImpliedText::Value(text) => Some(text.as_str()),
                ImpliedText::SameAs(other) => cells.get(*other).copied(),
            };
            if let (Some(cell), Some(text)) = (cells.get_mut(implied.field), text) {
                *cell = text;
            }
        }
    }
}
