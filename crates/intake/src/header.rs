//! The first rows → which row is the header, and which column holds which field of the item.
//!
//! `top` holds the first rows, `search` finds the header among them, `format` knows the current
//! format and its earlier generations, `columns` assigns columns to fields, `report` says what was
//! odd. Which names a field goes by is the catalogue's business. Knows nothing of the rows below.

mod columns;
mod format;
pub(crate) mod report;
pub(crate) mod search;
pub(crate) mod top;

use std::collections::BTreeMap;

use tiaoxi_catalog::{Finding, Generation, Item, OldColumn};

pub(crate) use columns::Source;
use columns::{Columns, Meaning, is_status};
use format::{Format, Known};
use report::OldName;
use search::Found;
use top::Top;

use crate::{IntakeError, Shape, error::FillProblem, spoilt};

/// The columns of a file and what they mean.
#[derive(Clone, Debug)]
pub struct Header {
    columns: Vec<String>,
    /// For each column, the field that it holds, by its place in the item.
    fields: Vec<Option<usize>>,
    /// For each field of the item, where its text comes from.
    sources: Vec<Source>,
    reasons: Vec<bool>,
    /// Columns (from 0) that are not read, but must say that the record stands.
    statuses: Vec<(usize, OldColumn)>,
    /// Columns (from 0) without a name.
    nameless: Vec<usize>,
    /// Columns (from 0) that hold codes, each with its field's place in the item.
    codes: Vec<(usize, usize)>,
    /// Whether a field comes from several columns.
    has_parts: bool,
    /// Place of the earlier format in the item's list, and its year.
    generation: Option<(usize, u16)>,
    /// Required fields without a column, by their place in the item.
    missing: Vec<usize>,
    findings: Vec<Finding>,
}

impl Header {
    /// Understands the row that was found.
    pub(crate) fn read(
        top: &Top,
        found: &Found<'_>,
        fill: &BTreeMap<String, String>,
    ) -> Result<Self, IntakeError> {
        let (names, format) = (found.row(top).cells.clone(), found.format);
        let item = format.item;
        let Columns { meanings, mut sources } = Columns::read(&names, format)?;
        refuse_forbidden(&names, &meanings, item)?;
        apply_fill(fill, &mut sources, item)?;
        let fields: Vec<_> =
            meanings.iter().map(|meaning| meaning.known().and_then(Known::field)).collect();
        let missing = missing(&sources, format);
        Ok(Self {
            codes: codes(&fields, item),
            has_parts: sources.iter().any(|source| matches!(source, Source::Columns(_))),
            findings: findings(&names, &meanings, &missing, format),
            reasons: meanings.iter().map(|m| matches!(m, Meaning::Reason)).collect(),
            nameless: (0..)
                .zip(&names)
                .filter(|(_, name)| name.trim().is_empty())
                .map(|(column, _)| column)
                .collect(),
            generation: format.place(),
            columns: names,
            fields,
            sources,
            statuses: statuses(&meanings),
            missing,
        })
    }

    /// The names as they stand in the file, in its order.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// What is odd: columns that the item does not know (their cells are not read), required ones
    /// that are missing, names of an earlier format.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Year of the earlier format that the header is of; `None` for the current one.
    pub fn generation(&self) -> Option<u16> {
        self.generation.map(|(_, year)| year)
    }

    /// The earlier format of `item` that the header is of.
    pub(crate) fn old_format<'i>(&self, item: &'i Item) -> Option<&'i Generation> {
        item.generations().get(self.generation?.0)
    }

    /// For each field of the item, in its order, where its text comes from.
    pub(crate) fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The field, by its place in the item, that a column (from 0) holds.
    pub(crate) fn field_at(&self, column: usize) -> Option<usize> {
        self.fields.get(column).copied().flatten()
    }

    /// Columns (from 0) that are not read, but must say that the record stands.
    pub(crate) fn statuses(&self) -> &[(usize, OldColumn)] {
        &self.statuses
    }

    /// Columns (from 0) that hold codes, each with its field's place in the item.
    pub(crate) fn codes(&self) -> &[(usize, usize)] {
        &self.codes
    }

    /// Whether a field comes from several columns.
    pub(crate) fn has_parts(&self) -> bool {
        self.has_parts
    }

    /// Columns (from 0) without a name.
    pub(crate) fn nameless(&self) -> &[usize] {
        &self.nameless
    }

    /// Whether most cells of a row are names of columns: a header in other words below the header.
    pub(crate) fn is_repeated_by(&self, cells: &[&str], item: &Item) -> bool {
        let filled = cells.iter().filter(|cell| !cell.trim().is_empty()).count();
        let names = cells
            .iter()
            .zip(&self.fields)
            .filter(|(cell, field)| field.is_some() && item.field_index(cell) == **field);
        filled > 1 && names.count() * 2 > filled
    }

    /// What the file looks like, for its rejected rows.
    pub(crate) fn shape(&self, form: tiaoxi_sheet::Form, top: &Top, found: &Found<'_>) -> Shape {
        let item = found.format.item;
        let number = |field: usize| item.fields().get(field).map(|field| field.number);
        Shape {
            form,
            header_line: found.row(top).line,
            titles: titles(top, found.place),
            columns: self.columns.clone(),
            fields: self.fields.iter().map(|field| field.and_then(number)).collect(),
            reasons: self.reasons.clone(),
            generation: self.generation(),
            filled: self
                .sources
                .iter()
                .enumerate()
                .filter_map(|(field, source)| match source {
                    Source::Fill(text) => Some((number(field)?, text.clone())),
                    Source::Nothing | Source::Column(_) | Source::Columns(_) => None,
                })
                .collect(),
            added: self.missing.iter().copied().filter_map(number).collect(),
        }
    }
}

/// Bytes of all titles together; what is beyond is left out.
const TITLES_BYTES_MAX: usize = 64 * 1024;

/// The rows above the header without the blank cells at their ends.
fn titles(top: &Top, header: usize) -> Vec<Vec<String>> {
    let mut room = TITLES_BYTES_MAX;
    let mut titles = Vec::with_capacity(header);
    for row in top.rows.iter().take(header) {
        let last = row.cells.iter().rposition(|cell| !cell.trim().is_empty());
        let cells = row.cells.iter().take(last.map_or(0, |last| last + 1));
        let cells: Vec<String> = cells
            .map_while(|cell| {
                room = room.checked_sub(cell.len() + 1)?;
                Some(cell.clone())
            })
            .collect();
        titles.push(cells);
    }
    titles
}

fn codes(fields: &[Option<usize>], item: &Item) -> Vec<(usize, usize)> {
    let columns = fields.iter().enumerate().filter_map(|(column, place)| {
        let field = item.fields().get((*place)?)?;
        spoilt::is_code(&field.kind).then_some((column, (*place)?))
    });
    columns.collect()
}

fn refuse_forbidden(
    names: &[String],
    meanings: &[Meaning<'_>],
    item: &Item,
) -> Result<(), IntakeError> {
    for (column, (name, meaning)) in (1..).zip(names.iter().zip(meanings)) {
        if matches!(meaning, Meaning::Unknown)
            && let Some(word) = item.forbidden_in_header(name)
        {
            return Err(IntakeError::ForbiddenColumn { column, word: word.to_owned() });
        }
    }
    Ok(())
}

fn apply_fill(
    fill: &BTreeMap<String, String>,
    sources: &mut [Source],
    item: &Item,
) -> Result<(), IntakeError> {
    for (code, text) in fill {
        let refused = |problem| IntakeError::BadFill { field: report::shown(code), problem };
        let place = item.fields().iter().position(|field| field.code == *code);
        let source = place.and_then(|place| sources.get_mut(place));
        match source.ok_or_else(|| refused(FillProblem::UnknownField))? {
            source @ Source::Nothing => *source = Source::Fill(text.clone()),
            _ => return Err(refused(FillProblem::HasColumn)),
        }
    }
    Ok(())
}

fn missing(sources: &[Source], format: Format<'_>) -> Vec<usize> {
    let fields = format.item.fields().iter().zip(sources).enumerate();
    let missing = fields.filter(|(place, (field, source))| {
        field.required && **source == Source::Nothing && !format.supplies(*place)
    });
    missing.map(|(place, _)| place).collect()
}

fn statuses(meanings: &[Meaning<'_>]) -> Vec<(usize, OldColumn)> {
    let known = meanings.iter().map(|meaning| meaning.known());
    let old = known.enumerate().filter_map(|(column, known)| match known {
        Some(known @ Known::Old(old)) if is_status(known) => Some((column, old.clone())),
        _ => None,
    });
    old.collect()
}

fn findings(
    names: &[String],
    meanings: &[Meaning<'_>],
    missing: &[usize],
    format: Format<'_>,
) -> Vec<Finding> {
    let item = format.item;
    let mut findings = Vec::new();
    let mut old = Vec::new();
    for (column, (name, meaning)) in (1..).zip(names.iter().zip(meanings)) {
        match meaning {
            Meaning::Known(known) | Meaning::Elsewhere(known) => {
                let field = known.field();
                if field.is_none() || item.field_index(name) != field {
                    let field = field.and_then(|field| item.fields().get(field));
                    old.push(OldName { name, field });
                }
            }
            Meaning::Superseded => old.push(OldName { name, field: None }),
            Meaning::Unknown if !name.trim().is_empty() => {
                findings.push(report::unknown_column(column, name));
            }
            Meaning::Unknown | Meaning::Reason => {}
        }
    }
    if format.old.is_some() || !old.is_empty() {
        findings.insert(0, report::old_header(format, &old));
    }
    let missing = missing.iter().filter_map(|place| item.fields().get(*place));
    findings.extend(missing.map(report::missing_column));
    findings
}
