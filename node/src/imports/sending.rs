//! Records on their way to the journal, in batches, a few at a time.

use std::{collections::VecDeque, sync::atomic::Ordering, time::Instant};

use tiaoxi_api::service::ServiceError;
use tiaoxi_credit::{Record, Statement};
use tiaoxi_ledger::block::Draft;
use tiaoxi_logs::{AppendError, Appended};
use tokio::sync::oneshot;

use super::{
    append_error,
    job::Job,
    state::{self, ImportRecord},
};
use crate::steps::Step;

/// Records handed to the writer at once: whole blocks.
const BATCH_ROWS: usize = 1024;
/// Batches that may be on their way to the journal.
const BATCHES_UNDER_WAY_MAX: usize = 4;

/// Records on their way to the journal.
pub(super) struct Sending<'a> {
    job: &'a Job<'a>,
    /// What these records are appended in.
    series: u64,
    /// As it will stand in the store with the next batch.
    pub(super) record: ImportRecord,
    drafts: Vec<Draft>,
    last_row: u32,
    under_way: VecDeque<(u32, oneshot::Receiver<Result<Appended, AppendError>>)>,
    /// Number behind the last entry acknowledged.
    pub(super) end: u64,
}

impl<'a> Sending<'a> {
    pub(super) fn new(job: &'a Job<'a>, record: ImportRecord) -> Self {
        let end = record.number + 1;
        let drafts = Vec::with_capacity(BATCH_ROWS);
        let last_row = record.rows;
        let series = job.imports.logs.series(&job.imports.records);
        Self { job, series, record, drafts, last_row, under_way: VecDeque::new(), end }
    }

    pub(super) fn add(&mut self, record: Record) -> Result<(), ServiceError> {
        let began = Instant::now();
        self.last_row = record.row;
        let concerned = self.job.concerned(self.record.number);
        self.drafts.push(self.job.draft(&Statement::Record(record), concerned)?);
        self.job.steps().add(Step::Encode, began, 1);
        if self.drafts.len() == BATCH_ROWS { self.send() } else { Ok(()) }
    }

    /// Hands what is gathered to the writer, and waits while too much is under way.
    pub(super) fn send(&mut self) -> Result<(), ServiceError> {
        if self.drafts.is_empty() {
            return Ok(());
        }
        while self.under_way.len() >= BATCHES_UNDER_WAY_MAX {
            self.wait()?;
        }
        let drafts = std::mem::replace(&mut self.drafts, Vec::with_capacity(BATCH_ROWS));
        self.record.rows = self.last_row;
        let facts = vec![(state::key(&self.job.digest), self.record.to_bytes())];
        let imports = self.job.imports;
        let answer = imports.logs.begin_append(&imports.records, self.series, drafts, facts);
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
