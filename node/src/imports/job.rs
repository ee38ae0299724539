//! One run over a file.

use std::{
    io::Read,
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

use tiaoxi_api::{
    code::Code,
    service::ServiceError,
    types::{EntryRange, ImportSummary},
};
use tiaoxi_catalog::Item;
use tiaoxi_credit::{
    Statement,
    statement::{Import, ImportReport, RejectedCount},
};
use tiaoxi_intake::{Intake, Limits, Outcome, RejectedWriter};
use tiaoxi_ledger::{
    block::{Body, Draft},
    header::{Concerned, Header, KindField, Relation},
};
use tracing::error;

use super::{
    Digest, Imports, Progress, append_error, intake_error,
    rejected::ShelfError,
    sending::Sending,
    state::{self, ImportRecord},
    tally::{Rejects, Tally},
};
use crate::{
    clock,
    steps::{Step, Steps},
};

/// What a run works with.
pub(super) struct Job<'a> {
    pub(super) imports: &'a Imports,
    pub(super) item: &'a Item,
    pub(super) digest: Digest,
    pub(super) progress: Arc<Progress>,
}

impl Job<'_> {
    pub(super) fn run(
        self,
        earlier: Option<ImportRecord>,
        body: &mut dyn Read,
    ) -> Result<ImportSummary, ServiceError> {
        let today = clock::today();
        let mut intake = Intake::new(body, self.item, today, Limits::default())
            .map_err(|error| intake_error(&error))?;
        let record = match earlier {
            Some(record) => ImportRecord { number: self.locate(&record)?, ..record },
            None => self.begin()?,
        };
        let (slot, rejects) = self.rejects(intake.header())?;
        let mut tally = Tally::new(self.item, intake.header().findings(), rejects);
        let mut sending = Sending::new(&self, record.clone());
        let outcome = self.rows(&mut intake, &mut tally, &mut sending).and_then(|()| {
            if intake.digest() == self.digest { Ok(()) } else { Err(Code::DigestMismatch.into()) }
        });
        // What was read before a fault stays, and the same file sent again goes on behind it.
        let sent = sending.drain();
        if let Err(error) = outcome.and(sent) {
            self.discard(slot, tally.rejects);
            if error.error.code == Code::DigestMismatch.as_str() {
                self.forget(&sending.record)?;
            }
            return Err(error);
        }
        let rejects = tally.rejects.take();
        self.keep(slot, rejects)?;
        let range = EntryRange { first: record.number, end: sending.end };
        let summary = tally.summary(&self, record.rows, range);
        self.finish(ImportRecord { rejected_slot: Some(slot), ..sending.record }, &summary)?;
        if let Some(old) = record.rejected_slot {
            self.imports.shelf.destroy(old).map_err(|error| shelf_error(&error))?;
        }
        Ok(summary)
    }

    fn rows(
        &self,
        intake: &mut Intake<'_, &mut dyn Read>,
        tally: &mut Tally,
        sending: &mut Sending<'_>,
    ) -> Result<(), ServiceError> {
        let done = sending.record.rows;
        loop {
            let began = Instant::now();
            let next = intake.next_row().map_err(|error| intake_error(&error))?;
            self.steps().add(Step::Check, began, 1);
            let Some(outcome) = next else { break };
            let row = tally.count(&outcome)?;
            self.progress.read.store(row, Ordering::Relaxed);
            if let Outcome::Accepted { record, .. } = outcome
                && row > done
            {
                sending.add(record)?;
            }
        }
        sending.send()
    }

    pub(super) fn steps(&self) -> &Steps {
        &self.imports.steps
    }

    /// Appends the import's own entry, which every record of it concerns.
    fn begin(&self) -> Result<ImportRecord, ServiceError> {
        let import = Import { digest: self.digest, catalog: self.item.hash() };
        let draft = self.draft(&Statement::Import(import), Concerned::NONE)?;
        // The number is known only afterwards: whoever finds none in the record looks it up.
        let item = self.item.number();
        let unknown = ImportRecord { number: u64::MAX, item, ..ImportRecord::default() };
        let facts = vec![(state::key(&self.digest), unknown.to_bytes())];
        let appended = self.imports.logs.append(&self.imports.records, vec![draft], facts);
        let number = appended.map_err(|error| append_error(&error))?.first;
        Ok(ImportRecord { number, ..unknown })
    }

    /// What came in under this digest was another file: the right one starts from its first row.
    fn forget(&self, record: &ImportRecord) -> Result<(), ServiceError> {
        let forgotten = ImportRecord { rows: 0, ..record.clone() };
        let facts = vec![(state::key(&self.digest), forgotten.to_bytes())];
        let appended = self.imports.logs.append(&self.imports.records, Vec::new(), facts);
        appended.map(drop).map_err(|error| append_error(&error))
    }

    /// The number that the import's entry has now: it may have been packed anew.
    fn locate(&self, record: &ImportRecord) -> Result<u64, ServiceError> {
        let log = self.imports.records.to_string();
        let read = |number| self.imports.logs.block(&log, number);
        let is_ours = |body: Body<'_>| match body {
            Body::Present(body) => matches!(
                Statement::from_body(tiaoxi_credit::Kind::Import as u8, 1, body),
                Ok(Statement::Import(import)) if import.digest == self.digest
            ),
            Body::Missing(_) => false,
        };
        if let Ok(block) = read(record.number)
            && block.entry(record.number).is_some_and(|(_, body)| is_ours(body))
        {
            return Ok(record.number);
        }
        let size = self.imports.logs.summary(&log).map_or(0, |summary| summary.size);
        let mut next = 0;
        while next < size {
            let block = read(next).map_err(|error| {
                error!(error = &error as &dyn std::error::Error, "an entry can't be read");
                ServiceError::from(Code::Damaged)
            })?;
            if let Some((number, _, _)) = block.entries().find(|(_, _, body)| is_ours(*body)) {
                return Ok(number);
            }
            next = block.end();
        }
        Ok(self.begin()?.number)
    }

    pub(super) fn draft(
        &self,
        statement: &Statement,
        concerned: Concerned,
    ) -> Result<Draft, ServiceError> {
        draft(self.item.number(), statement, concerned).map_err(|error| {
            error!(error = &error as &dyn std::error::Error, "a statement is too long");
            Code::Internal.into()
        })
    }

    pub(super) fn concerned(&self, number: u64) -> Concerned {
        let epoch = self.imports.records.epoch;
        Concerned { relation: Relation::SAME_CHANNEL, epoch, number }
    }

    /// Appends how the import ended, and with it marks the import complete.
    fn finish(
        &self,
        mut record: ImportRecord,
        summary: &ImportSummary,
    ) -> Result<(), ServiceError> {
        let count = |rows: u64| u32::try_from(rows).unwrap_or(u32::MAX);
        let rejected = summary.rejected_by.iter();
        let report = ImportReport {
            rows: count(summary.rows),
            accepted: count(summary.accepted),
            rejected: rejected
                .map(|(code, rows)| RejectedCount { code: code.clone(), rows: count(*rows) })
                .collect(),
        };
        let concerned = self.concerned(record.number);
        let mut drafts = vec![self.draft(&Statement::ImportReport(report), concerned)?];
        if record.is_reported {
            drafts.clear();
        }
        // Findings come back once; what is kept for ever is the count.
        record.summary = Some(ImportSummary { findings: Vec::new(), ..summary.clone() });
        let facts = vec![(state::key(&self.digest), record.to_bytes())];
        let appended = self.imports.logs.append(&self.imports.records, drafts, facts);
        appended.map(drop).map_err(|error| append_error(&error))
    }

    fn rejects(
        &self,
        header: &tiaoxi_intake::Header,
    ) -> Result<(u64, Option<Rejects>), ServiceError> {
        let (slot, file) = self.imports.shelf.begin().map_err(|error| shelf_error(&error))?;
        let writer = RejectedWriter::new(file, header).map_err(|error| {
            error!(error = &error as &dyn std::error::Error, "rejected rows can't be kept");
            ServiceError::from(Code::Internal)
        })?;
        Ok((slot, Some(writer)))
    }

    fn keep(&self, slot: u64, rejects: Option<Rejects>) -> Result<(), ServiceError> {
        let Some(rejects) = rejects else { return Ok(()) };
        let file = rejects.finish().map_err(|error| {
            error!(error = &error as &dyn std::error::Error, "rejected rows can't be kept");
            ServiceError::from(Code::Internal)
        })?;
        self.imports.shelf.finish(slot, file).map_err(|error| shelf_error(&error))
    }

    /// A file of rejected rows that is incomplete helps nobody.
    fn discard(&self, slot: u64, rejects: Option<Rejects>) {
        drop(rejects);
        if let Err(error) = self.imports.shelf.destroy(slot) {
            error!(error = &error as &dyn std::error::Error, "rejected rows can't be removed");
        }
    }
}

fn shelf_error(error: &ShelfError) -> ServiceError {
    error!(error = error as &dyn std::error::Error, "rejected rows can't be kept");
    Code::Internal.into()
}

fn draft(
    item: u16,
    statement: &Statement,
    concerned: Concerned,
) -> Result<Draft, tiaoxi_credit::statement::TooLong> {
    let kind = statement.kind();
    let header = Header {
        kind: KindField::new(statement.effect() as u8, kind as u8, kind.version()),
        item,
        day: clock::today().0,
        concerned,
        commitment: [0; 32],
    };
    Ok(Draft { prefix: header.prefix(), body: statement.to_body()? })
}
