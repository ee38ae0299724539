//! What people ask about imports: how far they are, what was found, the rows that did not go in.

use std::{cmp::Reverse, io, sync::Arc};

use tiaoxi_api::{
    code::Code,
    service::{Download, FindingsRequest, RejectedKind, RejectedRequest, ServiceError},
    types::{
        FindingsPage, HexBytes, IMPORTS_LISTED_MAX, ImportFinding, ImportProgress, ImportSummary,
        Severity,
    },
};
use tiaoxi_intake::{
    kept::{KeptReader, KeptRow},
    render,
};
use tiaoxi_sheet::FileKind;
use tracing::error;

use super::{Digest, Imports, pipe, shelf_error, state::ImportRecord};
use crate::own::fault;

impl Imports {
    /// How far an import is, running or at rest.
    pub(crate) fn progress(&self, digest: &Digest) -> Result<ImportProgress, ServiceError> {
        let running = self.running.lock().get(digest).map(Arc::clone);
        let record = self.record(digest)?;
        if running.is_none() && record.is_none() {
            return Err(Code::ImportNotFound.into());
        }
        let record = record.unwrap_or_default();
        let mut progress = self.at_rest(digest, &record);
        if let Some(running) = running {
            use std::sync::atomic::Ordering::Relaxed;
            progress.state = running.state();
            progress.rows_read = running.read.load(Relaxed).into();
            progress.rows_acknowledged = running.acknowledged.load(Relaxed).into();
            progress.bytes_done = running.bytes_done.load(Relaxed);
            progress.bytes_total = running.bytes_total.load(Relaxed);
            progress.summary = None;
        }
        Ok(progress)
    }

    fn at_rest(&self, digest: &Digest, record: &ImportRecord) -> ImportProgress {
        let item = self.catalog.by_number(record.item).map(|item| item.slug().to_owned());
        let ended = record.ended().map(|summary| summary.rows);
        let judged = record.summary.as_ref().map(|summary| summary.rows);
        ImportProgress {
            import: HexBytes(digest.to_vec()),
            state: record.at_rest(),
            item,
            rows_read: judged.unwrap_or(record.rows.into()),
            rows_acknowledged: ended.unwrap_or(record.rows.into()),
            bytes_done: 0,
            bytes_total: 0,
            summary: record.summary.clone().map(|summary| told(summary, record)),
        }
    }

    /// Number of an import's entry.
    pub(crate) fn entry_of(&self, digest: &Digest) -> Result<u64, ServiceError> {
        let record = self.record(digest)?;
        let record = record.ok_or_else(|| ServiceError::from(Code::ImportNotFound))?;
        let number = record.number.ok_or_else(|| ServiceError::from(Code::ImportNotFound))?;
        self.locate(digest, number)?.ok_or_else(|| Code::ImportNotFound.into())
    }

    /// Rows of an import that became records.
    pub(crate) fn accepted_of(&self, digest: &Digest) -> Result<u64, ServiceError> {
        let record = self.record(digest)?;
        let record = record.ok_or_else(|| ServiceError::from(Code::ImportNotFound))?;
        Ok(record.ended().map_or(record.rows.into(), |summary| summary.accepted))
    }

    /// Number of an import's catalogue item.
    pub(crate) fn item_of(&self, digest: &Digest) -> Result<u16, ServiceError> {
        let record = self.record(digest)?;
        Ok(record.ok_or_else(|| ServiceError::from(Code::ImportNotFound))?.item)
    }

    /// The imports that run now.
    pub(crate) fn running(&self) -> Vec<ImportProgress> {
        let digests: Vec<Digest> = self.running.lock().keys().copied().collect();
        digests.iter().filter_map(|digest| self.progress(digest).ok()).collect()
    }

    /// The newest imports, newest first.
    pub(crate) fn list(&self) -> Vec<ImportProgress> {
        let mut records = self.records();
        records.sort_by_key(|(digest, record)| (Reverse(record.arrived), *digest));
        let mut listed = self.running();
        listed.retain(|it| records.iter().all(|(digest, _)| it.import.0 != digest));
        let newest = records.iter().map(|(digest, _)| self.progress(digest));
        listed.extend(newest.take(IMPORTS_LISTED_MAX).filter_map(Result::ok));
        listed.truncate(IMPORTS_LISTED_MAX);
        listed
    }

    /// What was found in the rows of an import.
    pub(crate) fn findings(
        &self,
        digest: &Digest,
        request: FindingsRequest,
    ) -> Result<FindingsPage, ServiceError> {
        let (record, mut rows) = self.kept(digest)?;
        let names = self.catalog.by_number(record.item).map(|item| {
            let fields = item.fields().iter().map(|field| (field.number, field.name_zh.clone()));
            fields.collect::<std::collections::BTreeMap<_, _>>()
        });
        let names = names.unwrap_or_default();
        let mut page =
            FindingsPage { import: HexBytes(digest.to_vec()), findings: Vec::new(), next: None };
        let mut last = 0;
        while let Some(row) = rows.next_row().map_err(|error| fault(&error, Code::Damaged))? {
            if request.after.is_some_and(|after| row.row <= after) {
                continue;
            }
            if page.findings.len() >= usize::from(request.limit) {
                page.next = Some(last);
                break;
            }
            last = row.row;
            page.findings.extend(shown(row, &names));
        }
        Ok(page)
    }

    fn kept(
        &self,
        digest: &Digest,
    ) -> Result<(ImportRecord, KeptReader<impl io::Read + Send + 'static>), ServiceError> {
        let record =
            self.record(digest)?.ok_or_else(|| ServiceError::from(Code::ImportNotFound))?;
        let slot = record.findings.ok_or_else(|| ServiceError::from(Code::ImportExpired))?;
        let file = self.shelf.read(slot).map_err(|error| shelf_error(&error))?;
        let rows = KeptReader::new(file).map_err(|error| fault(&error, Code::Damaged))?;
        Ok((record, rows))
    }

    /// Files that the rows of a kept file take which did not go in; `None`: in the kind that came.
    pub(super) fn parts(&self, slot: u64, kind: Option<FileKind>) -> Result<u32, ServiceError> {
        let file = self.shelf.read(slot).map_err(|error| shelf_error(&error))?;
        let rows = KeptReader::new(file).map_err(|error| fault(&error, Code::Damaged))?;
        let kind = kind.unwrap_or_else(|| render::rejected_kind(&rows.shape().form));
        render::parts(rows, kind).map_err(|error| fault(&error, Code::Damaged))
    }

    /// The rows that did not go in, with their reasons, as a file of the kind that came.
    pub(crate) fn rejected(
        &self,
        digest: &Digest,
        request: RejectedRequest,
    ) -> Result<Download, ServiceError> {
        let (record, rows) = self.kept(digest)?;
        let parts = record.summary.as_ref().map_or(0, |summary| summary.rejected_parts);
        if parts == 0 {
            return Err(Code::NothingRejected.into());
        }
        let came = &rows.shape().form;
        let kind = match request.kind {
            None => render::rejected_kind(came),
            Some(RejectedKind::Csv) => FileKind::Csv,
            Some(RejectedKind::Tsv) => FileKind::Tsv,
            Some(RejectedKind::Xlsx) => FileKind::Xlsx,
        };
        if came.encoding.is_none() && kind != FileKind::Xlsx {
            return Err(ServiceError::from(Code::UnknownKind).detailed(
                "工作簿退回的行只能以 xlsx 取回",
                "rejected rows of a workbook come back as xlsx only",
            ));
        }
        if request.part == 0 || (kind != FileKind::Xlsx && request.part > 1) {
            return Err(Code::PartNotFound.into());
        }
        let (catalog, item, part) = (Arc::clone(&self.catalog), record.item, request.part);
        if catalog.by_number(item).is_none() {
            return Err(Code::UnknownItem.into());
        }
        let slot = record.findings.unwrap_or_default();
        if kind == FileKind::Xlsx && part > self.parts(slot, Some(kind))? {
            return Err(Code::PartNotFound.into());
        }
        let made = pipe::made_while_read(move |out| {
            let item = catalog.by_number(item).ok_or(io::ErrorKind::NotFound)?;
            render::rejected(rows, item, kind, part, out).map_err(|error| {
                error!(error = &error as &dyn std::error::Error, "rejected rows can't be written");
                io::Error::other(error)
            })
        });
        let body = made.map_err(|error| fault(&error, Code::Internal))?;
        Ok(Download {
            media_type: media_type(kind),
            file_name: format!("rejected.{}", kind.as_str()),
            body: Box::new(body),
        })
    }
}

/// A summary with what is true of the kept files now.
fn told(summary: ImportSummary, record: &ImportRecord) -> ImportSummary {
    let is_kept = record.slots().next().is_some();
    let kept_until = is_kept.then(|| beijing_time(record.kept_until)).flatten();
    ImportSummary { kept_until, ..summary }
}

/// Media type of a kind of file.
pub(crate) fn media_type(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Csv => "text/csv",
        FileKind::Tsv => "text/tab-separated-values",
        FileKind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        FileKind::Xls => "application/vnd.ms-excel",
    }
}

fn shown(
    row: KeptRow,
    names: &std::collections::BTreeMap<u8, String>,
) -> impl Iterator<Item = ImportFinding> + '_ {
    let (number, line) = (row.row, row.line);
    row.findings.into_iter().map(move |finding| ImportFinding {
        row: number.into(),
        line,
        code: finding.code,
        severity: match finding.severity {
            tiaoxi_catalog::Severity::Error => Severity::Error,
            tiaoxi_catalog::Severity::Warning => Severity::Warning,
        },
        field: finding.field.and_then(|field| names.get(&field).cloned()),
        message_zh: finding.zh,
        message_en: finding.en,
    })
}

/// A moment in Beijing, as RFC 3339 writes it.
pub(super) fn beijing_time(unix_seconds: u64) -> Option<String> {
    let seconds = i64::try_from(unix_seconds).ok()?;
    let moment = jiff::Timestamp::from_second(seconds).ok()?;
    let beijing = jiff::tz::Offset::from_hours(8).ok()?;
    Some(moment.display_with_offset(beijing).to_string())
}
