//! Counting the rows of a file, and keeping those that were rejected.

use std::{collections::BTreeMap, fs::File, io::BufWriter};

use tiaoxi_api::{
    code::Code,
    service::ServiceError,
    types::{EntryRange, HexBytes, ImportFinding, ImportSummary, Severity},
};
use tiaoxi_catalog::{Finding, Item};
use tiaoxi_intake::{Outcome, RejectedWriter};
use tiaoxi_vault::SealedWriter;
use tracing::error;

use super::job::Job;

/// Findings that come back with the summary; all of them stand in the file of rejected rows.
const FINDINGS_MAX: usize = 20;

/// The file of rejected rows.
pub(super) type Rejects = RejectedWriter<SealedWriter<BufWriter<File>>>;

/// What has been counted so far.
pub(super) struct Tally {
    rows: u64,
    accepted: u64,
    duplicates: u64,
    rejected: u64,
    warnings: u64,
    rejected_by: BTreeMap<String, u64>,
    findings: Vec<ImportFinding>,
    /// Codes of the item's fields, by number.
    fields: BTreeMap<u8, String>,
    pub(super) rejects: Option<Rejects>,
}

impl Tally {
    pub(super) fn new(item: &Item, header: &[Finding], rejects: Option<Rejects>) -> Self {
        let fields = item.fields().iter().map(|field| (field.number, field.code.clone()));
        let mut tally = Self {
            rows: 0,
            accepted: 0,
            duplicates: 0,
            rejected: 0,
            warnings: 0,
            rejected_by: BTreeMap::new(),
            findings: Vec::new(),
            fields: fields.collect(),
            rejects,
        };
        tally.note(0, header);
        tally
    }

    /// Counts one row; its number.
    pub(super) fn count(&mut self, outcome: &Outcome) -> Result<u32, ServiceError> {
        self.rows += 1;
        match outcome {
            Outcome::Accepted { row, warnings, .. } => {
                self.accepted += 1;
                self.note(*row, warnings);
                Ok(*row)
            }
            Outcome::Duplicate { row, .. } => {
                self.duplicates += 1;
                Ok(*row)
            }
            Outcome::Rejected { row, cells, findings } => {
                self.rejected += 1;
                let errors = |it: &&Finding| it.severity == tiaoxi_catalog::Severity::Error;
                if let Some(first) = findings.iter().find(errors) {
                    *self.rejected_by.entry(first.code.to_owned()).or_default() += 1;
                }
                self.note(*row, findings);
                if let Some(rejects) = &mut self.rejects {
                    rejects.write(*row, cells, findings).map_err(|error| {
                        error!(
                            error = &error as &dyn std::error::Error,
                            "rejected rows can't be kept"
                        );
                        ServiceError::from(Code::Internal)
                    })?;
                }
                Ok(*row)
            }
        }
    }

    fn note(&mut self, row: u32, findings: &[Finding]) {
        for finding in findings {
            let severity = match finding.severity {
                tiaoxi_catalog::Severity::Error => Severity::Error,
                tiaoxi_catalog::Severity::Warning => Severity::Warning,
            };
            if severity == Severity::Warning {
                self.warnings += 1;
            }
            if self.findings.len() < FINDINGS_MAX {
                self.findings.push(ImportFinding {
                    row: row.into(),
                    code: finding.code.to_owned(),
                    severity,
                    field: finding.field.and_then(|number| self.fields.get(&number).cloned()),
                    message_zh: finding.zh.clone(),
                    message_en: finding.en.clone(),
                });
            }
        }
    }

    pub(super) fn summary(
        self,
        job: &Job<'_>,
        resumed_from_row: u32,
        entries: EntryRange,
    ) -> ImportSummary {
        let digest = HexBytes(job.digest.to_vec());
        let rejected_file = (self.rejected > 0).then(|| format!("/v1/imports/{digest}/rejected"));
        ImportSummary {
            import: digest,
            item: job.item.slug().to_owned(),
            rows: self.rows,
            accepted: self.accepted,
            duplicates: self.duplicates,
            rejected: self.rejected,
            rejected_by: self.rejected_by,
            warnings: self.warnings,
            resumed_from_row: resumed_from_row.into(),
            already_complete: false,
            rejected_file,
            findings: self.findings,
            log: job.imports.records.to_string(),
            entries: Some(entries),
        }
    }
}
