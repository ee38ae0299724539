//! Counting the rows of a file, and keeping those that did not go in together with what was found.

use std::{collections::BTreeMap, sync::atomic::Ordering};

use tiaoxi_api::{
    code::Code,
    service::ServiceError,
    types::{
        EntryRange, FileShown, HexBytes, ImportFinding, ImportSummary, OfferedCorrection,
        SUMMARY_SAMPLES_MAX, Severity,
    },
};
use tiaoxi_catalog::Finding;
use tiaoxi_intake::{
    Accepted, Shape,
    kept::{KeptFinding, KeptRow, KeptWriter},
    render,
};
use tiaoxi_sheet::Cell;
use tracing::error;

use super::{job::Job, shelf::Writing};
use crate::own::Version;

/// Accepted rows whose warnings are kept; beyond, warnings are only counted.
const WARNED_ROWS_KEPT_MAX: u32 = 10_000;

/// Errors of one row among the first that are told: a row of sums would have all of them.
const ERRORS_OF_ROW_MAX: usize = 3;

/// Names of sheets that a summary tells at most.
const SHEETS_TOLD_MAX: usize = 50;

/// Where a row stands in the file.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    pub(super) row: u32,
    pub(super) line: u64,
}

/// What has been counted so far.
pub(super) struct Tally {
    pub(super) summary: ImportSummary,
    /// The first of each; errors are told before warnings.
    errors: Vec<ImportFinding>,
    warnings: Vec<ImportFinding>,
    /// Names and codes of the item's fields, by number.
    fields: BTreeMap<u8, (String, String)>,
    kept: KeptWriter<Writing>,
    kept_rows: u32,
    warned_rows: u32,
    rejected_kind: tiaoxi_sheet::FileKind,
}

impl Tally {
    pub(super) fn new(
        job: &Job<'_>,
        shape: &Shape,
        header: &[Finding],
        out: Writing,
    ) -> Result<Self, ServiceError> {
        let fields = job.item.fields().iter();
        let names = fields.map(|it| (it.number, (it.name_zh.clone(), it.code.clone())));
        let kept = KeptWriter::new(out, shape).map_err(|error| not_kept(&error))?;
        let mut tally = Self {
            summary: ImportSummary {
                import: HexBytes(job.digest.to_vec()),
                item: job.item.slug().to_owned(),
                file: file_shown(shape),
                preview: job.preview,
                filled: job.filled.clone(),
                ..ImportSummary::default()
            },
            errors: Vec::new(),
            warnings: Vec::new(),
            fields: names.collect(),
            kept,
            kept_rows: 0,
            warned_rows: 0,
            rejected_kind: render::rejected_kind(&shape.form),
        };
        if !header.is_empty() {
            let spot = Spot { row: 0, line: shape.header_line };
            tally.note(spot, header);
            tally.keep(spot, None, header)?;
        }
        Ok(tally)
    }

    /// Counts one row, whatever becomes of it.
    pub(super) fn row(&mut self, spot: Spot, job: &Job<'_>) {
        self.summary.rows += 1;
        job.progress.read.store(spot.row, Ordering::Relaxed);
    }

    /// A row that goes in, or would.
    pub(super) fn accept(&mut self, spot: Spot, accepted: &Accepted) -> Result<(), ServiceError> {
        self.summary.cleaned_cells += u64::from(accepted.cleaned);
        if let Some(lateness) = &accepted.lateness {
            if lateness.workdays > 0 {
                self.summary.late += 1;
                let workdays = u32::from(lateness.workdays);
                self.summary.late_workdays_max = self.summary.late_workdays_max.max(workdays);
            }
            self.summary.provisional += u64::from(lateness.provisional);
        }
        if accepted.warnings.is_empty() {
            return Ok(());
        }
        for warning in &accepted.warnings {
            *self.summary.warned_by.entry(warning.code.to_owned()).or_default() += 1;
        }
        self.note(spot, &accepted.warnings);
        self.keep_warned(spot, &accepted.warnings)
    }

    /// A row that is no record.
    pub(super) fn reject(
        &mut self,
        spot: Spot,
        cells: Vec<Cell>,
        findings: &[Finding],
    ) -> Result<(), ServiceError> {
        self.summary.rejected += 1;
        let errors = |it: &&Finding| it.severity == tiaoxi_catalog::Severity::Error;
        if let Some(first) = findings.iter().find(errors) {
            *self.summary.rejected_by.entry(first.code.to_owned()).or_default() += 1;
        }
        self.note(spot, findings);
        self.set_aside(spot, cells, findings)
    }

    /// A row that repeats an earlier one.
    pub(super) fn skip(&mut self, spot: Spot, why: &Finding) -> Result<(), ServiceError> {
        self.summary.duplicates += 1;
        self.note(spot, std::slice::from_ref(why));
        self.keep_warned(spot, std::slice::from_ref(why))
    }

    /// A row that somebody has to decide about.
    pub(super) fn hold(
        &mut self,
        spot: Spot,
        cells: Vec<Cell>,
        why: &Finding,
    ) -> Result<(), ServiceError> {
        self.note(spot, std::slice::from_ref(why));
        self.set_aside(spot, cells, std::slice::from_ref(why))
    }

    fn keep_warned(&mut self, spot: Spot, warnings: &[Finding]) -> Result<(), ServiceError> {
        if self.warned_rows == WARNED_ROWS_KEPT_MAX {
            return Ok(());
        }
        self.warned_rows += 1;
        self.keep(spot, None, warnings)
    }

    /// A row that does not go in, under whatever count.
    pub(super) fn set_aside(
        &mut self,
        spot: Spot,
        cells: Vec<Cell>,
        findings: &[Finding],
    ) -> Result<(), ServiceError> {
        self.kept_rows += 1;
        self.keep(spot, Some(cells), findings)
    }

    /// A row whose record stands in the log with other content.
    pub(super) fn offer(&mut self, spot: Spot, version: &Version, fields: &[u8], decided: String) {
        self.summary.corrections += 1;
        if self.summary.offered.len() == SUMMARY_SAMPLES_MAX {
            return;
        }
        let codes = fields.iter().filter_map(|number| self.fields.get(number));
        self.summary.offered.push(OfferedCorrection {
            row: spot.row.into(),
            line: spot.line,
            log: version.origin.to_string(),
            number: version.entry.number,
            fields: codes.map(|(_, code)| code.clone()).collect(),
            decided,
        });
    }

    fn note(&mut self, spot: Spot, findings: &[Finding]) {
        let mut of_row = 0;
        for finding in findings {
            let severity = match finding.severity {
                tiaoxi_catalog::Severity::Error => Severity::Error,
                tiaoxi_catalog::Severity::Warning => Severity::Warning,
            };
            let told = match severity {
                Severity::Error => &mut self.errors,
                Severity::Warning => {
                    self.summary.warnings += 1;
                    &mut self.warnings
                }
            };
            of_row += usize::from(severity == Severity::Error);
            if told.len() < SUMMARY_SAMPLES_MAX && of_row <= ERRORS_OF_ROW_MAX {
                let field = finding.field.and_then(|number| self.fields.get(&number));
                told.push(ImportFinding {
                    row: spot.row.into(),
                    line: spot.line,
                    code: finding.code.to_owned(),
                    severity,
                    field: field.map(|(name, _)| name.clone()),
                    message_zh: finding.zh.clone(),
                    message_en: finding.en.clone(),
                });
            }
        }
    }

    fn keep(
        &mut self,
        spot: Spot,
        cells: Option<Vec<Cell>>,
        findings: &[Finding],
    ) -> Result<(), ServiceError> {
        let findings = findings.iter().map(KeptFinding::from).collect();
        let row = KeptRow { row: spot.row, line: spot.line, cells, findings };
        self.kept.write(&row).map_err(|error| not_kept(&error))
    }

    /// The end of the kept file, and the sums.
    pub(super) fn finish(
        self,
        resumed_from_row: u32,
        entries: Option<EntryRange>,
        job: &Job<'_>,
    ) -> Result<(ImportSummary, Writing), ServiceError> {
        let out = self.kept.finish().map_err(|error| not_kept(&error))?;
        let mut summary = self.summary;
        let told = self.errors.into_iter().chain(self.warnings);
        summary.findings = told.take(SUMMARY_SAMPLES_MAX).collect();
        if self.kept_rows > 0 {
            summary.rejected_file = Some(format!("/v1/imports/{}/rejected", summary.import));
            summary.rejected_kind = Some(self.rejected_kind.as_str().to_owned());
            // One, until the kept rows are dealt out.
            summary.rejected_parts = 1;
        }
        summary.resumed_from_row = resumed_from_row.into();
        summary.log = job.imports.own.records.to_string();
        summary.entries = entries;
        Ok((summary, out))
    }
}

fn not_kept(error: &(dyn std::error::Error + 'static)) -> ServiceError {
    error!(error, "rows that did not go in can't be kept");
    Code::Internal.into()
}

fn file_shown(shape: &Shape) -> FileShown {
    let form = &shape.form;
    FileShown {
        kind: form.kind.as_str().to_owned(),
        encoding: form.encoding.map(|encoding| encoding.as_str().to_owned()),
        delimiter: form.delimiter.map(|byte| char::from(byte).to_string()),
        sheet: form.sheet.clone(),
        sheets: form.sheets.iter().take(SHEETS_TOLD_MAX).cloned().collect(),
        header_line: shape.header_line,
        generation: shape.generation,
    }
}
