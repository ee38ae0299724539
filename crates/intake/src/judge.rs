//! One row → a record, or what is wrong with it.
//!
//! Puts the cells in the order of the item's fields, looks at the row's form and at what a
//! spreadsheet did to its cells, and hands them to the catalogue. Pure; knows nothing of the rows
//! before.

use tiaoxi_catalog::{Checked, Finding, Item, RowView, Severity, finding::OLD_STATUS};
use tiaoxi_credit::{Day, Record};
use tiaoxi_sheet::{Encoding, Form, Row, write::unguarded};

use crate::{
    Limits, finding,
    header::{Header, Source, report},
    spoilt,
};

/// What stands between the parts of a field that an earlier format keeps in several columns.
const PARTS_JOINED_BY: &str = "；";

/// What a row is, taken by itself.
pub(crate) enum Judgement {
    /// Nothing, or the header once more.
    Blank,
    /// At least one of the findings is an error.
    Wrong(Vec<Finding>),
    /// A record with its warnings, and how many of its cells were cleaned.
    Right(Record, Vec<Finding>, u16),
}

/// What a row is judged by.
pub(crate) struct Judge<'a> {
    pub(crate) item: &'a Item,
    pub(crate) header: &'a Header,
    pub(crate) form: &'a Form,
    pub(crate) limits: &'a Limits,
    pub(crate) today: Day,
}

impl Judge<'_> {
    /// Judges a row; `number` counts from 1 below the header.
    pub(crate) fn row(&self, row: &Row, number: u32) -> Judgement {
        if row.has_stray_quote() {
            return Judgement::Wrong(vec![self.stray_quote(row)]);
        }
        if let Some(column) = row.cut() {
            let (field, max) = (self.number_at(column), self.limits.cell_bytes_max);
            let finding = finding::cell_too_large(column + 1, field, max, row.lines());
            return Judgement::Wrong(vec![finding]);
        }
        let cells = match row.texts() {
            Ok(cells) => cells,
            Err(column) => return Judgement::Wrong(vec![self.not_text(column)]),
        };
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Judgement::Blank;
        }
        if number == 1 && self.header.is_repeated_by(&cells, self.item) {
            return Judgement::Blank;
        }
        let columns = self.header.columns().len();
        // A sheet has neither an end of a row nor cells that slip into the next column.
        if self.form.encoding.is_some() && row.len() != columns {
            let finding = finding::cell_count(row.len(), columns, row.lines());
            return Judgement::Wrong(vec![finding]);
        }
        self.cells(row, &cells, number)
    }

    /// Judges the cells of a row whose form is right.
    fn cells(&self, row: &Row, cells: &[&str], number: u32) -> Judgement {
        let mut findings = self.spoilt(row, cells);
        findings.extend(self.unmended_quotes(row, cells));
        let joined = self.joined(cells);
        let mut parts = joined.iter();
        let in_order: Vec<&str> = self
            .header
            .sources()
            .iter()
            .map(|source| match source {
                Source::Nothing => "",
                Source::Column(column) => cells.get(*column).map_or("", |cell| unguarded(cell)),
                Source::Columns(_) => parts.next().map_or("", String::as_str),
                Source::Fill(text) => text,
            })
            .collect();
        let view = RowView { number, cells: &in_order, derives_class: false };
        let checked = match self.header.old_format(self.item) {
            Some(old) => self.item.check_old(old, view, self.today),
            None => self.item.check(view, self.today),
        };
        let Checked { record, findings: mut checked, cleaned } = checked;
        if !findings.is_empty() {
            // One mistake, one finding: what the catalogue makes of a spoilt cell says less.
            let is_spoilt = |field: Option<u8>| {
                let mut errors = findings.iter().filter(|it| it.severity == Severity::Error);
                field.is_some() && errors.any(|spoilt| spoilt.field == field)
            };
            checked.retain(|finding| !is_spoilt(finding.field));
        }
        self.explain(&mut checked, &in_order);
        findings.append(&mut checked);
        findings.extend(self.old_statuses(cells));
        match record {
            Some(record) if findings.iter().all(|it| it.severity == Severity::Warning) => {
                findings.extend(self.outside_table(cells));
                Judgement::Right(record, findings, cleaned)
            }
            _ => Judgement::Wrong(findings),
        }
    }

    /// What a spreadsheet did to the cells that hold fields.
    fn spoilt(&self, row: &Row, cells: &[&str]) -> Vec<Finding> {
        let mut findings = Vec::new();
        if row.is_all_text() {
            for (column, place) in self.header.codes() {
                if let Some(text) = cells.get(*column)
                    && spoilt::is_scientific(text)
                    && let Some(field) = self.item.fields().get(*place)
                {
                    findings.push(spoilt::number_not_text(field));
                }
            }
            return findings;
        }
        for (column, text) in cells.iter().enumerate() {
            let place = self.header.field_at(column);
            if let Some(field) = place.and_then(|place| self.item.fields().get(place)) {
                findings.extend(spoilt::in_workbook(row, column, text, field));
            }
        }
        findings
    }

    /// Status columns of an earlier format that do not say that the record stands.
    fn old_statuses(&self, cells: &[&str]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (column, old) in self.header.statuses() {
            if !old.accepts(cells.get(*column).copied().unwrap_or_default()) {
                let name = self.header.columns().get(*column).map(|name| report::shown(name));
                findings.push(old_status(column + 1, &name.unwrap_or_default()));
            }
        }
        findings
    }

    /// For each field in several columns, in the order of the fields, its text.
    fn joined(&self, cells: &[&str]) -> Vec<String> {
        if !self.header.has_parts() {
            return Vec::new();
        }
        let sources = self.header.sources().iter();
        let joined = sources.filter_map(|source| match source {
            Source::Columns(columns) => {
                let parts = columns.iter().filter_map(|column| cells.get(*column));
                let parts = parts.map(|part| unguarded(part).trim()).filter(|p| !p.is_empty());
                Some(parts.collect::<Vec<_>>().join(PARTS_JOINED_BY))
            }
            _ => None,
        });
        joined.collect()
    }

    fn explain(&self, checked: &mut [Finding], in_order: &[&str]) {
        for finding in checked {
            let place = finding.field.and_then(|number| {
                self.item.fields().iter().position(|field| field.number == number)
            });
            if let Some(text) = place.and_then(|place| in_order.get(place)) {
                spoilt::explain_lost_digits(finding, text);
            }
        }
    }

    /// The first cell that stands in no column of the header.
    fn outside_table(&self, cells: &[&str]) -> Option<Finding> {
        let is_filled =
            |column: &usize| cells.get(*column).is_some_and(|cell| !cell.trim().is_empty());
        let nameless = self.header.nameless().iter().copied();
        let mut columns = nameless.chain(self.header.columns().len()..cells.len());
        columns.find(is_filled).map(|column| finding::cell_outside_table(column + 1))
    }

    /// The first cell with an odd number of quotation marks has the one without a partner, unless
    /// a delimiter stands in the way.
    fn stray_quote(&self, row: &Row) -> Finding {
        let is_odd = |cell: &[u8]| cell.split(|byte| *byte == b'"').count() % 2 == 0;
        let column = row.cells(self.limits.cell_bytes_max).position(is_odd);
        let column = column.filter(|_| row.len() == self.header.columns().len());
        let field = column.and_then(|column| self.number_at(column));
        finding::stray_quote(row.line(), column.map(|column| column + 1), field)
    }

    /// Cells that begin with a quotation mark and have no second one: a row that came back for it
    /// and was handed in again as it was.
    fn unmended_quotes(&self, row: &Row, cells: &[&str]) -> Vec<Finding> {
        let mut findings = Vec::new();
        if !row.bytes().contains(&b'"') {
            return findings;
        }
        for (column, cell) in cells.iter().enumerate() {
            if cell.trim_start().starts_with('"')
                && cell.matches('"').count() % 2 == 1
                && let Some(field) = self.number_at(column)
            {
                findings.push(finding::stray_quote(row.line(), Some(column + 1), Some(field)));
            }
        }
        findings
    }

    fn not_text(&self, column: usize) -> Finding {
        let field = self.number_at(column);
        match self.form.encoding {
            Some(Encoding::Utf8 | Encoding::Utf8Mark) | None => {
                finding::cell_not_utf8(column + 1, field)
            }
            Some(other) => finding::cell_garbled(column + 1, field, other.as_str()),
        }
    }

    /// Number of the field that a column (from 0) holds.
    fn number_at(&self, column: usize) -> Option<u8> {
        let field = self.item.fields().get(self.header.field_at(column)?);
        field.map(|field| field.number)
    }
}

#[cold]
fn old_status(column: usize, name: &str) -> Finding {
    finding::error(
        OLD_STATUS,
        None,
        format!("第 {column} 列“{name}”不是正常状态（如已撤销或有异议），不能按有效记录报送"),
        format!(
            "column {column} (\"{name}\") does not say that the record stands: it may have been \
             revoked or disputed"
        ),
    )
}
