//! The columns of a header → which field each holds, and where each field comes from.

use tiaoxi_catalog::{Item, OldColumn};

use super::{
    format::{Format, Known},
    report,
};
use crate::{IntakeError, Shape};

/// What a column means.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meaning<'i> {
    /// The format of the file knows it.
    Known(Known<'i>),
    /// Another format of the item knows it.
    Elsewhere(Known<'i>),
    /// An earlier format knows it, but another column has today's name of its field.
    Superseded,
    /// The reasons column of an earlier rejected-rows file.
    Reason,
    /// Nothing that the item knows; or it has no name.
    Unknown,
}

impl<'i> Meaning<'i> {
    pub(super) fn known(self) -> Option<Known<'i>> {
        match self {
            Self::Known(known) | Self::Elsewhere(known) => Some(known),
            Self::Superseded | Self::Reason | Self::Unknown => None,
        }
    }
}

/// Where a field's text comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Source {
    /// Nowhere: it is empty in every row.
    #[default]
    Nothing,
    /// The cell of a column (from 0).
    Column(usize),
    /// The cells of several columns of an earlier format, joined.
    Columns(Vec<usize>),
    /// The same text in every row.
    Fill(String),
}

impl Source {
    /// The first column (from 0) that the field comes from.
    pub(crate) fn column(&self) -> Option<usize> {
        match self {
            Self::Column(column) => Some(*column),
            Self::Columns(columns) => columns.first().copied(),
            Self::Nothing | Self::Fill(_) => None,
        }
    }
}

/// The meanings of a header's columns, and the source of each field of the item.
pub(super) struct Columns<'i> {
    pub(super) meanings: Vec<Meaning<'i>>,
    pub(super) sources: Vec<Source>,
}

impl<'i> Columns<'i> {
    pub(super) fn read(names: &[String], format: Format<'i>) -> Result<Self, IntakeError> {
        let mut columns = Self {
            meanings: Vec::with_capacity(names.len()),
            sources: vec![Source::Nothing; format.item.fields().len()],
        };
        for (column, name) in names.iter().enumerate() {
            let meaning = if Shape::is_reason(name) {
                Meaning::Reason
            } else {
                format.known(name).map_or(Meaning::Unknown, Meaning::Known)
            };
            columns.meanings.push(meaning);
            if let Meaning::Known(known) = meaning {
                columns.assign(column, known, format.item)?;
            }
        }
        columns.look_elsewhere(names, format);
        Ok(columns)
    }

    fn assign(&mut self, column: usize, known: Known<'i>, item: &Item) -> Result<(), IntakeError> {
        let Some(field) = known.field() else { return Ok(()) };
        let earlier = self.sources.get(field).and_then(Source::column);
        let Some(first) = earlier else {
            self.set(field, Source::Column(column));
            return Ok(());
        };
        match (self.meanings.get(first).copied().and_then(Meaning::known), known) {
            // Parts of one field in columns of their own; the same one twice is a mistake.
            (Some(Known::Old(one)), Known::Old(other)) if !std::ptr::eq(one, other) => {
                self.join(field, column);
            }
            // Today's names win.
            (Some(Known::Old(_)), Known::Field(_)) => {
                self.supersede(field);
                self.set(field, Source::Column(column));
            }
            (Some(Known::Field(_)), Known::Old(_)) => self.pass_over(column),
            _ => {
                return Err(IntakeError::DuplicateColumn {
                    first: first + 1,
                    second: column + 1,
                    field: item.fields().get(field).map(report::name).unwrap_or_default(),
                });
            }
        }
        Ok(())
    }

    /// Passes over the columns that a field comes from.
    fn supersede(&mut self, field: usize) {
        let columns = match self.sources.get(field) {
            Some(Source::Column(column)) => vec![*column],
            Some(Source::Columns(columns)) => columns.clone(),
            Some(Source::Nothing | Source::Fill(_)) | None => Vec::new(),
        };
        for column in columns {
            self.pass_over(column);
        }
    }

    fn pass_over(&mut self, column: usize) {
        if let Some(meaning) = self.meanings.get_mut(column) {
            *meaning = Meaning::Superseded;
        }
    }

    fn set(&mut self, field: usize, source: Source) {
        *self.sources.get_mut(field).expect("a field of the item") = source;
    }

    fn join(&mut self, field: usize, column: usize) {
        let source = self.sources.get_mut(field).expect("a field of the item");
        match source {
            Source::Columns(columns) => columns.push(column),
            Source::Column(first) => *source = Source::Columns(vec![*first, column]),
            Source::Nothing | Source::Fill(_) => *source = Source::Column(column),
        }
    }

    /// Columns that the format does not have, by the names of the other formats, as far as their
    /// fields are still free. A status column counts whatever the format.
    fn look_elsewhere(&mut self, names: &[String], format: Format<'i>) {
        for (column, name) in names.iter().enumerate() {
            if !matches!(self.meanings.get(column), Some(Meaning::Unknown)) {
                continue;
            }
            let known = Format::all(format.item).find_map(|other| {
                other.known(name).filter(|known| match known.field() {
                    Some(field) => self.has_room(field, *known),
                    None => is_status(*known),
                })
            });
            let Some(known) = known else { continue };
            if let Some(field) = known.field() {
                self.join(field, column);
            }
            if let Some(meaning) = self.meanings.get_mut(column) {
                *meaning = Meaning::Elsewhere(known);
            }
        }
    }

    /// Whether a column of another format can give a field, or a part of it.
    fn has_room(&self, field: usize, known: Known<'i>) -> bool {
        let Some(first) = self.sources.get(field).and_then(Source::column) else { return true };
        match (self.meanings.get(first), known) {
            (Some(Meaning::Elsewhere(Known::Old(one))), Known::Old(other)) => {
                !std::ptr::eq(*one, other)
            }
            _ => false,
        }
    }
}

/// Whether the column is not read, but must say that the record stands.
pub(super) fn is_status(known: Known<'_>) -> bool {
    matches!(known, Known::Old(OldColumn::PassedOver { expected }) if !expected.is_empty())
}
