//! Records on their way to the journal, in batches, a few at a time; corrections among them go to
//! `notices`, before the batch that says how far the import came.

use std::{collections::VecDeque, sync::atomic::Ordering, time::Instant};

use tiaoxi_api::service::ServiceError;
use tiaoxi_credit::{
    Record, Statement,
    statement::{Correction, Review},
};
use tiaoxi_ledger::block::Draft;
use tiaoxi_logs::{AppendError, Appended};
use tiaoxi_views::EntryRef;
use tokio::sync::oneshot;

use super::{
    job::Job,
    state::{self, ImportRecord},
};
use crate::{
    own::{Version, append_error},
    steps::Step,
};

/// Records handed to the writer at once: whole blocks.
const BATCH_ROWS: usize = 1024;
/// Batches that may be on their way to the journal.
const BATCHES_UNDER_WAY_MAX: usize = 4;

/// Records on their way to the journal.
pub(super) struct Sending<'a> {
    job: &'a Job<'a>,
    /// What these records are appended in.
    series: u64,
    /// Number of the import's entry.
    import: u64,
    /// As it will stand in the store with the next batch.
    pub(super) record: ImportRecord,
    drafts: Vec<Draft>,
    last_row: u32,
    under_way: VecDeque<(u32, oneshot::Receiver<Result<Appended, AppendError>>)>,
    corrections: Vec<Draft>,
    /// What they concern.
    announced: Vec<EntryRef>,
    /// Number behind the last entry acknowledged.
    pub(super) end: u64,
}

impl<'a> Sending<'a> {
    pub(super) fn new(job: &'a Job<'a>, series: u64, import: u64, record: ImportRecord) -> Self {
        Self {
            job,
            series,
            import,
            last_row: record.rows,
            record,
            drafts: Vec::with_capacity(BATCH_ROWS),
            under_way: VecDeque::new(),
            corrections: Vec::new(),
            announced: Vec::new(),
            end: import + 1,
        }
    }

    /// A record that is in no log yet.
    pub(super) fn add(&mut self, record: Record) -> Result<(), ServiceError> {
        let began = Instant::now();
        self.last_row = record.row;
        let concerned = self.job.concerned(self.import);
        self.drafts.push(self.job.draft(&Statement::Record(record), concerned)?);
        self.job.steps().add(Step::Encode, began, 1);
        if self.drafts.len() == BATCH_ROWS { self.send() } else { Ok(()) }
    }

    /// Announces that a notice about a version follows; not where another one is on its way.
    pub(super) fn announce(&mut self, version: &Version) -> bool {
        let is_first = self.job.imports.own.announce(version.entry).is_ok();
        if is_first {
            self.announced.push(version.entry);
        }
        is_first
    }

    /// A record that takes the place of another one, which was announced.
    pub(super) fn correct(
        &mut self,
        version: &Version,
        record: Record,
        reason: String,
        review: Option<Review>,
    ) -> Result<(), ServiceError> {
        let own = &self.job.imports.own;
        self.last_row = record.row;
        own.note(self.job.item.number(), &record);
        let correction = Correction { record, reason, import: Some(self.job.digest), review };
        let concerned = own.concerning(&version.origin, version.entry.number);
        self.corrections.push(self.job.draft(&Statement::Correction(correction), concerned)?);
        if self.corrections.len() == BATCH_ROWS { self.send_corrections() } else { Ok(()) }
    }

    fn send_corrections(&mut self) -> Result<(), ServiceError> {
        if self.corrections.is_empty() {
            return Ok(());
        }
        let own = &self.job.imports.own;
        if own.logs.series(&own.records) != self.series {
            // The log was rearranged since these were compared with it.
            return Err(append_error(&AppendError::Outrun));
        }
        let drafts = std::mem::take(&mut self.corrections);
        let appended = own.logs.append(own.notices()?, drafts, Vec::new());
        appended.map_err(|error| append_error(&error))?;
        // From now on the log itself says that these entries have ended.
        own.refresh()?;
        self.announced.clear();
        Ok(())
    }

    /// Hands what is gathered to the writer, and waits while too much is under way.
    pub(super) fn send(&mut self) -> Result<(), ServiceError> {
        self.send_corrections()?;
        if self.drafts.is_empty() {
            return Ok(());
        }
        while self.under_way.len() >= BATCHES_UNDER_WAY_MAX {
            self.wait()?;
        }
        let drafts = std::mem::replace(&mut self.drafts, Vec::with_capacity(BATCH_ROWS));
        self.record.rows = self.last_row;
        let facts = vec![(state::key(&self.job.digest), Some(self.record.to_bytes()))];
        let own = &self.job.imports.own;
        let answer = own.logs.begin_append(&own.records, self.series, drafts, facts);
        let answer = answer.map_err(|error| append_error(&error))?;
        self.under_way.push_back((self.last_row, answer));
        Ok(())
    }

    fn wait(&mut self) -> Result<(), ServiceError> {
        let Some((row, answer)) = self.under_way.pop_front() else { return Ok(()) };
        let began = Instant::now();
        let answer = answer.blocking_recv().unwrap_or(Err(AppendError::Stopping));
        let appended = answer.map_err(|error| append_error(&error))?;
        self.job.steps().add(Step::Acknowledge, began, appended.count);
        self.job.progress.acknowledged.store(row, Ordering::Relaxed);
        self.end = appended.first + appended.count;
        Ok(())
    }

    /// Waits for everything under way; the first fault is told.
    pub(super) fn drain(&mut self) -> Result<(), ServiceError> {
        let mut outcome = Ok(());
        while !self.under_way.is_empty() {
            let waited = self.wait();
            outcome = outcome.and(waited);
        }
        outcome
    }
}

impl Drop for Sending<'_> {
    /// Corrections that did not get into the log block nobody else.
    fn drop(&mut self) {
        for entry in self.announced.drain(..) {
            self.job.imports.own.recall_announcement(entry);
        }
    }
}
