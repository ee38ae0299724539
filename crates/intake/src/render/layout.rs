//! Which column of the file of rejected rows holds what.

use tiaoxi_catalog::{FieldKind, FieldSpec, Item, Severity};
use tiaoxi_sheet::{Cell, Value, write::CellFormat};

use crate::{
    kept::{KeptFinding, KeptRow},
    shape::{REASON_COLUMNS, Shape},
};

/// The columns of the file of rejected rows.
#[derive(Debug)]
pub(super) struct Layout {
    columns: Vec<Column>,
    /// Columns of the file that came; what a row has beyond them follows at the end.
    came_with: usize,
}

/// One column before those of the reasons.
#[derive(Debug)]
pub(super) struct Column {
    /// Its name in the header.
    pub(super) name: String,
    /// What is typed into it is taken for.
    pub(super) format: CellFormat,
    /// The column of the file that came; `None` for one that is added.
    source: Option<usize>,
    /// Number of the field that it holds.
    field: Option<u8>,
    /// The text of every row, in a column that was filled for the whole file.
    filled: Option<String>,
}

/// A cell of the file of rejected rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed<'r> {
    pub(super) text: &'r str,
    pub(super) value: Value,
}

const EMPTY: Placed<'static> = Placed { text: "", value: Value::Text };

impl Layout {
    pub(super) fn new(shape: &Shape, item: &Item) -> Self {
        let came = (0..).zip(&shape.columns).filter(|(place, _)| shape.comes_back(*place));
        let came = came.map(|(place, name)| {
            let field = shape.fields.get(place).copied().flatten();
            let format =
                field.and_then(|number| spec(item, number)).map_or(CellFormat::General, format_of);
            Column { name: name.clone(), format, source: Some(place), field, filled: None }
        });
        let filled = shape.filled.iter().filter_map(|(number, text)| {
            let spec = spec(item, *number)?;
            let (name, filled) = (spec.name_zh.clone(), Some(text.clone()));
            let format = format_of(spec);
            Some(Column { name, format, source: None, field: Some(*number), filled })
        });
        let added = shape.added.iter().filter_map(|&number| {
            let spec = spec(item, number)?;
            let name = spec.name_zh.clone();
            let format = format_of(spec);
            Some(Column { name, format, source: None, field: Some(number), filled: None })
        });
        let columns = came.chain(filled).chain(added).collect();
        Self { columns, came_with: shape.columns.len() }
    }

    /// The columns before those of the reasons.
    pub(super) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The header, reason columns included.
    pub(super) fn header(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str()).chain(REASON_COLUMNS)
    }

    /// The cells of a row under [`Layout::columns`].
    pub(super) fn cells<'r>(&'r self, row: &'r [Cell]) -> impl Iterator<Item = Placed<'r>> {
        let cell = |place: usize| row.get(place).map_or(EMPTY, placed);
        self.columns.iter().map(move |column| match (column.source, &column.filled) {
            (Some(place), _) => cell(place),
            (None, Some(text)) => Placed { text, value: Value::Text },
            (None, None) => EMPTY,
        })
    }

    /// The cells of a row for which its header had no column.
    pub(super) fn stray<'r>(&self, row: &'r [Cell]) -> impl Iterator<Item = Placed<'r>> {
        row.iter().skip(self.came_with).map(placed)
    }

    /// Whether a finding has a column of its own to be shown in.
    pub(super) fn has_column(&self, finding: &KeptFinding) -> bool {
        finding.field.is_some() && self.columns.iter().any(|it| it.field == finding.field)
    }
}

impl Column {
    /// What was found in the column's cell.
    pub(super) fn findings<'r>(&self, row: &'r KeptRow) -> impl Iterator<Item = &'r KeptFinding> {
        let field = self.field;
        row.findings.iter().filter(move |finding| field.is_some() && finding.field == field)
    }
}

/// Codes and texts of a row's errors, as the reason columns show them.
pub(super) fn reasons(row: &KeptRow) -> [String; 2] {
    let errors = || row.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let codes: Vec<_> = errors().map(|finding| finding.code.as_str()).collect();
    let texts: Vec<_> = errors().map(|finding| finding.zh.as_str()).collect();
    [codes.join(";"), texts.join("；")]
}

/// What is typed into a field's cells is taken for. Dates and amounts are left to the program: it
/// knows them when they are typed, and shows what it made of them.
fn format_of(spec: &FieldSpec) -> CellFormat {
    match spec.kind {
        FieldKind::Date { .. } | FieldKind::Decimal { .. } => CellFormat::General,
        FieldKind::Text(_)
        | FieldKind::Code(_)
        | FieldKind::Choice(_)
        | FieldKind::Uscc
        | FieldKind::OrganisationCode => CellFormat::Text,
    }
}

fn spec(item: &Item, number: u8) -> Option<&FieldSpec> {
    item.fields().iter().find(|field| field.number == number)
}

fn placed(cell: &Cell) -> Placed<'_> {
    Placed { text: &cell.text, value: cell.value }
}
