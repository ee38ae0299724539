//! Withdrawing and correcting records: entries of the node's `notices` log.
//!
//! A notice names the entry that it is about by log and number, so that entry must be signed: until
//! then its number may still change. One notice about an entry at a time; what has ended stays so.

mod marking;
mod shown;

use std::{path::Path, sync::Arc};

use tiaoxi_api::{
    code::{Code, ErrorClass},
    service::{Caller, ServiceError},
    types::{
        CorrectionRequest, EntryTarget, Notice, NoticeRecord, Place, RowTarget, Target,
        WithdrawalRequest,
    },
};
use tiaoxi_catalog::{Catalog, Item, RowView, Severity, natural_key};
use tiaoxi_credit::{
    Kind, Record, Statement,
    statement::{Correction, Review, Withdrawal},
};
use tiaoxi_federation::{Channel, Origin};
use tiaoxi_views::EntryRef;
use tracing::{info, warn};

use crate::{
    clock,
    imports::Imports,
    own::{self, Known, Life, Own, Version, append_error, fault},
    reviewers::Reviewers,
};

/// Withdraws and corrects.
pub(crate) struct Notices {
    own: Arc<Own>,
    catalog: Arc<Catalog>,
    reviewers: Reviewers,
}

/// What the answer tells beside the notice itself.
struct Told {
    record: Option<NoticeRecord>,
    records: Option<u64>,
    /// Nothing is appended.
    preview: bool,
}

/// Entries of one commit.
const BATCH_ENTRIES: usize = 1024;

/// Entries about which notices are on their way; let go of when they did not get into the log.
struct Announced<'a> {
    own: &'a Own,
    entries: Vec<EntryRef>,
}

impl Drop for Announced<'_> {
    fn drop(&mut self) {
        self.entries.drain(..).for_each(|entry| self.own.recall_announcement(entry));
    }
}

/// What a notice is about.
struct About {
    entry: EntryRef,
    origin: Origin,
    item: u16,
    life: Life,
    is_signed: bool,
}

impl Notices {
    pub(crate) fn new(own: Arc<Own>, catalog: Arc<Catalog>, dir: &Path) -> Self {
        Self { own, catalog, reviewers: Reviewers::of(dir) }
    }

    /// Withdraws a record, or everything that an import brought in.
    pub(crate) fn withdraw(
        &self,
        request: &WithdrawalRequest,
        imports: &Imports,
    ) -> Result<Notice, ServiceError> {
        self.own.refresh()?;
        let (about, record) = match &request.target {
            Target::Entry(target) => known(self.record_at(target)?),
            Target::Row(target) => known(self.record_of_row(target, imports)?),
            Target::Import(target) => (self.batch(&target.import.0, imports)?, None),
        };
        let (brought, records) = match &request.target {
            Target::Import(target) => {
                let digest = &target.import.0;
                let brought = self.standing_corrections(digest)?;
                let records = imports.accepted_of(digest)? + brought.len() as u64;
                (brought, Some(records))
            }
            Target::Entry(_) | Target::Row(_) => (Vec::new(), None),
        };
        let withdrawal = Withdrawal {
            reason: request.reason.clone(),
            document: request.document.clone().unwrap_or_default(),
            decided: request.decided.map_or_else(clock::today, |date| date.0),
        };
        let told = Told { record, records, preview: request.preview };
        if !request.preview {
            // The corrections that came with a batch first: whoever is cut off sends the same again.
            for some in brought.chunks(BATCH_ENTRIES) {
                self.append_all(some, &Statement::Withdrawal(withdrawal.clone()))?;
            }
        }
        self.append(&about, &Statement::Withdrawal(withdrawal), told)
    }

    /// Puts a record with some fields changed in the place of another.
    pub(crate) fn correct(
        &self,
        request: &CorrectionRequest,
        caller: &Caller,
        imports: &Imports,
    ) -> Result<Notice, ServiceError> {
        self.own.refresh()?;
        let version = match &request.target {
            Target::Entry(target) => self.record_at(target)?,
            Target::Row(target) => self.record_of_row(target, imports)?,
            Target::Import(_) => return Err(Code::NotARecord.into()),
        };
        let review = self.review(request, caller)?;
        let item = self.catalog.by_number(version.item);
        let item = item.ok_or_else(|| ServiceError::from(Code::UnknownItem))?;
        let record = changed(item, &version.record, request)?;
        self.check_key(version.item, (&version.record, &record), review.is_some())?;
        let mut known = shown::record(&version.record);
        known.changes = shown::changes(item, &version.record, &record);
        let told = Told { record: Some(known), records: None, preview: request.preview };
        let about = About::from(version);
        let correction =
            Correction { record, reason: request.reason.clone(), import: None, review };
        self.append(&about, &Statement::Correction(correction), told)
    }

    /// A correction that gives a record another natural key must not bring back what was withdrawn,
    /// nor stand beside another record under the same key.
    fn check_key(
        &self,
        item: u16,
        (old, new): (&Record, &Record),
        is_reviewed: bool,
    ) -> Result<(), ServiceError> {
        if natural_key(old) == natural_key(new) {
            return Ok(());
        }
        match self.own.compare(item, new)? {
            Known::New(_) => Ok(()),
            Known::Withdrawn(_) if is_reviewed => Ok(()),
            Known::Withdrawn(_) => Err(Code::ReviewerNeeded.into()),
            Known::Same(_) | Known::Other(_) => Err(ServiceError::new(
                ErrorClass::Conflict,
                "RECORDED_ALREADY",
                "机关、文号和相对人相同的记录已经存在，不能把另一条更正成它",
                "a record with this authority, document number and subject stands already",
            )),
        }
    }

    fn review(
        &self,
        request: &CorrectionRequest,
        caller: &Caller,
    ) -> Result<Option<Review>, ServiceError> {
        let Some(word) = request.review.clone() else { return Ok(None) };
        let token = caller.reviewer.as_ref();
        let token = token.ok_or_else(|| ServiceError::from(Code::ReviewerNeeded))?;
        Ok(Some(Review { reviewer: self.reviewers.name_of(token)?, word }))
    }

    fn append(
        &self,
        about: &About,
        statement: &Statement,
        told: Told,
    ) -> Result<Notice, ServiceError> {
        about.check()?;
        let log = self.own.notices()?;
        let number =
            if told.preview { 0 } else { self.append_all(std::slice::from_ref(about), statement)? };
        if let (Statement::Correction(correction), false) = (statement, told.preview) {
            self.own.note(about.item, &correction.record);
        }
        Ok(Notice {
            log: log.to_string(),
            number,
            preview: told.preview,
            concerns: Place { origin: about.origin.to_string(), number: about.entry.number },
            kind: statement.kind().name().to_owned(),
            record: told.record,
            records: told.records,
        })
    }

    /// Appends the same statement about several entries, in one commit; the number of the first.
    fn append_all(&self, about: &[About], statement: &Statement) -> Result<u64, ServiceError> {
        about.iter().try_for_each(About::check)?;
        let log = self.own.notices()?;
        let mut announced = Announced { own: &self.own, entries: Vec::new() };
        let mut drafts = Vec::with_capacity(about.len());
        for about in about {
            self.own.announce(about.entry)?;
            announced.entries.push(about.entry);
            let draft = own::draft(
                about.item,
                statement,
                self.own.concerning(&about.origin, about.entry.number),
            );
            drafts.push(draft.map_err(|error| fault(&error, Code::Internal))?);
        }
        let appended = self.own.logs.append(log, drafts, Vec::new());
        let first = appended.map_err(|error| append_error(&error))?.first;
        // From now on the log itself says so; what can't be read now is read at the next step.
        if let Err(cause) = self.own.refresh() {
            warn!(%cause, "notices were appended, and could not be read back yet");
        } else {
            announced.entries.clear();
        }
        let (kind, count) = (statement.kind().name(), about.len());
        info!(log = %log, first, count, kind, "appended notices");
        Ok(first)
    }

    fn record_at(&self, target: &EntryTarget) -> Result<Version, ServiceError> {
        let origin = match &target.log {
            None => self.own.records.to_string(),
            Some(log) => log.clone(),
        };
        let summary = self.own.logs.summary(&origin);
        let summary = summary.ok_or_else(|| ServiceError::from(Code::LogNotFound))?;
        let has_records = [Channel::records(), Channel::notices()];
        if !summary.own || !has_records.contains(&summary.origin.channel) {
            return Err(Code::NotOurs.into());
        }
        if target.entry >= summary.size {
            return Err(Code::EntryNotFound.into());
        }
        let entry = EntryRef { log: summary.id.0, number: target.entry };
        self.own.version(entry)?.ok_or_else(|| Code::NotARecord.into())
    }

    /// The record that a row of an import became.
    fn record_of_row(
        &self,
        target: &RowTarget,
        imports: &Imports,
    ) -> Result<Version, ServiceError> {
        let digest = &target.import.0;
        if let Some(version) = self.own.record_of_row(imports.entry_of(digest)?, target.row)? {
            return Ok(version);
        }
        // The newest: a row whose record was withdrawn may have come again with the same file.
        let mut corrections = self.corrections_of(digest)?;
        corrections.retain(|version| version.record.row == target.row);
        corrections.pop().ok_or_else(|| Code::RowNotFound.into())
    }

    fn batch(&self, digest: &[u8; 32], imports: &Imports) -> Result<About, ServiceError> {
        let number = imports.entry_of(digest)?;
        let origin = self.own.records.clone();
        let summary = self.own.logs.summary(&origin.to_string());
        let summary = summary.ok_or_else(|| ServiceError::from(Code::LogNotFound))?;
        let entry = EntryRef { log: summary.id.0, number };
        let signed = summary.checkpoint.as_ref().map_or(0, |signed| signed.size());
        let life = self.own.life(entry, None);
        Ok(About {
            entry,
            origin,
            item: imports.item_of(digest)?,
            life,
            is_signed: number < signed,
        })
    }

    /// The corrections that came with an import and stand.
    fn standing_corrections(&self, digest: &[u8; 32]) -> Result<Vec<About>, ServiceError> {
        let brought = self.corrections_of(digest)?.into_iter().map(About::from);
        Ok(brought.filter(|about| about.life == Life::Stands).collect())
    }

    /// The corrections that came with an import.
    fn corrections_of(&self, digest: &[u8; 32]) -> Result<Vec<Version>, ServiceError> {
        let origin = self.own.notices()?.clone();
        let Some(summary) = self.own.logs.summary(&origin.to_string()) else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        let mut next = 0;
        while next < summary.size {
            let block = self.own.block(&origin, next)?;
            for (number, header, _) in block.entries().filter(|(number, ..)| *number >= next) {
                if own::is_of_kind(header, Kind::Correction) {
                    let version = self.own.version(EntryRef { log: summary.id.0, number })?;
                    found.extend(version.filter(|it| it.import.as_ref() == Some(digest)));
                }
            }
            next = block.end();
        }
        Ok(found)
    }
}

impl From<Version> for About {
    fn from(version: Version) -> Self {
        let Version { entry, origin, item, life, is_signed, .. } = version;
        Self { entry, origin, item, life, is_signed }
    }
}

impl About {
    /// Whether a notice about it may be appended now.
    fn check(&self) -> Result<(), ServiceError> {
        match self.life {
            Life::Stands if self.is_signed => Ok(()),
            Life::Stands => Err(Code::EntryUnsigned.into()),
            Life::Pending => Err(Code::NoticePending.into()),
            Life::Replaced | Life::Withdrawn | Life::Erased => Err(Code::AlreadyEnded.into()),
        }
    }
}

/// A record as what a notice is about, and as a person knows it.
fn known(version: Version) -> (About, Option<NoticeRecord>) {
    let record = shown::record(&version.record);
    (About::from(version), Some(record))
}

/// The record with the fields that the request sets.
fn changed(
    item: &Item,
    record: &Record,
    request: &CorrectionRequest,
) -> Result<Record, ServiceError> {
    let mut cells = item.row_of(record);
    for (code, text) in &request.set {
        let place = item.fields().iter().position(|field| field.code == *code);
        let cell = place.and_then(|place| cells.get_mut(place)).ok_or_else(|| {
            let zh = format!("目录项没有字段 {code}");
            ServiceError::from(Code::BadRequest).detailed(&zh, &format!("no field {code}"))
        })?;
        cell.clone_from(text);
    }
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    let row = RowView { number: record.row, cells: &cells, derives_class: false };
    let checked = item.check(row, clock::today());
    let corrected = checked.record.ok_or_else(|| refused(&checked.findings))?;
    if item.differences(record, &corrected).is_empty() {
        return Err(Code::NoChange.into());
    }
    Ok(corrected)
}

fn refused(findings: &[tiaoxi_catalog::Finding]) -> ServiceError {
    let errors = || findings.iter().filter(|finding| finding.severity == Severity::Error);
    let zh: Vec<_> = errors().map(|finding| finding.zh.as_str()).collect();
    let en: Vec<_> = errors().map(|finding| finding.en.as_str()).collect();
    let mut refused = ServiceError::from(Code::RowRefused).detailed(&zh.join("；"), &en.join("; "));
    refused.class = ErrorClass::Unprocessable;
    refused
}
