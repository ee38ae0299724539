//! One run over a file: a preview, or the import itself.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use tiaoxi_api::{
    code::Code,
    service::ServiceError,
    types::{EntryRange, ImportSummary},
};
use tiaoxi_catalog::Item;
use tiaoxi_credit::{
    Statement,
    statement::{Import, ImportReport, RejectedCount, Review},
};
use tiaoxi_intake::{Intake, Limits, Outcome, Settings, Verdict};
use tiaoxi_ledger::{
    block::Draft,
    header::{Concerned, Relation},
};
use tiaoxi_logs::AppendError;
use tiaoxi_sheet::SheetFile;

use super::{
    Digest, Imports, Progress, findings, intake_error,
    sending::Sending,
    shelf::{Kept, Writing},
    shelf_error,
    state::{self, ImportRecord},
    tally::{Spot, Tally},
};
use crate::{
    clock,
    own::{self, append_error, fault},
    steps::{Step, Steps},
};

/// What a run works with.
pub(super) struct Job<'a> {
    pub(super) imports: &'a Imports,
    pub(super) item: &'a Item,
    pub(super) digest: Digest,
    pub(super) progress: Arc<Progress>,
    pub(super) preview: bool,
    pub(super) ruling: Ruling,
    /// Texts for fields that the file has no column for.
    pub(super) filled: BTreeMap<String, String>,
}

/// What was decided about rows that a person has to decide about.
#[derive(Clone, Debug, Default)]
pub(super) struct Ruling {
    /// Why records are corrected; `None`: they are not.
    pub(super) correct_because: Option<String>,
    /// The word on rows that were withdrawn before; `None`: they stay out.
    pub(super) review: Option<Review>,
}

impl Ruling {
    /// Whether it decides about rows that an import left open.
    pub(super) fn decides_about(&self, ended: &ImportSummary) -> bool {
        // What was withdrawn since the import is not in its sums.
        (self.correct_because.is_some() && ended.corrections > ended.corrected)
            || self.review.is_some()
    }

    /// Whether an import has ended and nothing would come of another run.
    pub(super) fn leaves_as_is(&self, record: &ImportRecord) -> bool {
        record.ended().is_some_and(|ended| !self.decides_about(ended))
    }
}

/// The rows of a file on their way.
pub(super) type Rows<'f> = Intake<'f, Kept>;

impl Job<'_> {
    /// Judges every row and takes in nothing.
    pub(super) fn preview(
        self,
        record: ImportRecord,
        file: &mut SheetFile<Kept>,
    ) -> Result<ImportSummary, ServiceError> {
        self.imports.own.refresh()?;
        let mut intake = self.intake(file)?;
        let (slot, mut tally) = self.tally(&intake)?;
        let judged = self.rows(&mut intake, &mut tally, None);
        let (summary, out) =
            self.or_destroy(slot, judged.and_then(|()| tally.finish(0, None, &self)))?;
        self.imports.shelf.finish(slot, out).map_err(|error| shelf_error(&error))?;
        let series = self.imports.own.logs.series(&self.imports.own.records);
        self.settle(record, slot, &summary, (series, Vec::new()))?;
        Ok(summary)
    }

    /// Takes in every row that is a new record, and what the ruling says of others.
    pub(super) fn run(
        self,
        earlier: ImportRecord,
        file: &mut SheetFile<Kept>,
    ) -> Result<ImportSummary, ServiceError> {
        let own = &self.imports.own;
        // Before anything is compared: whatever rearranges the log from now on stops this run.
        let series = own.logs.series(&own.records);
        own.refresh()?;
        let mut intake = self.intake(file)?;
        let record = self.begin(earlier)?;
        let import = record.number.unwrap_or_default();
        let (slot, mut tally) = self.tally(&intake)?;
        let mut sending = Sending::new(&self, series, import, record.clone());
        let taken = self.rows(&mut intake, &mut tally, Some(&mut sending));
        // Good rows before a fault go in too, and the same file goes on behind them.
        let sent = sending.send();
        let taken = taken.and(sent).and(sending.drain());
        let entries = EntryRange { first: import, end: sending.end };
        let counted = taken.and_then(|()| tally.finish(record.rows, Some(entries), &self));
        let summary = self.keep(slot, counted)?;
        let report = self.report(&sending.record, import, &summary)?;
        let record = ImportRecord { is_reported: true, ..sending.record.clone() };
        self.settle(record, slot, &summary, (series, report))?;
        Ok(summary)
    }

    fn intake<'f>(&'f self, file: &'f mut SheetFile<Kept>) -> Result<Rows<'f>, ServiceError> {
        let settings = Settings {
            today: clock::today(),
            calendar: &self.imports.calendar,
            fill: &self.filled,
            limits: Limits::default(),
        };
        Intake::new(file, self.item, settings).map_err(|error| intake_error(&error))
    }

    fn tally(&self, intake: &Rows<'_>) -> Result<(u64, Tally), ServiceError> {
        let (slot, out) = self.imports.shelf.begin().map_err(|error| shelf_error(&error))?;
        let mut odd = intake.header().findings().to_vec();
        odd.extend(findings::other_sheets(&intake.shape().form));
        let tally = Tally::new(self, intake.shape(), &odd, out);
        self.or_destroy(slot, tally).map(|tally| (slot, tally))
    }

    /// Makes the findings durable, and counts the files that rejected rows will come in.
    fn keep(
        &self,
        slot: u64,
        counted: Result<(ImportSummary, Writing), ServiceError>,
    ) -> Result<ImportSummary, ServiceError> {
        let (mut summary, out) = self.or_destroy(slot, counted)?;
        self.imports.shelf.finish(slot, out).map_err(|error| shelf_error(&error))?;
        if summary.rejected_parts > 0 {
            summary.rejected_parts = self.imports.parts(slot, None)?;
        }
        Ok(summary)
    }

    /// A file of findings that is incomplete helps nobody.
    fn or_destroy<T>(&self, slot: u64, made: Result<T, ServiceError>) -> Result<T, ServiceError> {
        made.inspect_err(|_cause| self.imports.destroy(slot))
    }

    fn rows(
        &self,
        intake: &mut Rows<'_>,
        tally: &mut Tally,
        mut sending: Option<&mut Sending<'_>>,
    ) -> Result<(), ServiceError> {
        loop {
            let began = Instant::now();
            let next = intake.next_row().map_err(|error| intake_error(&error))?;
            self.steps().add(Step::Check, began, 1);
            let Some(Outcome { row, line, verdict }) = next else { break };
            let spot = Spot { row, line };
            tally.row(spot, self);
            self.progress.reached(intake.progress());
            match verdict {
                Verdict::Accepted(accepted) => {
                    self.compare(spot, accepted, intake, tally, sending.as_deref_mut())?;
                }
                Verdict::Rejected { findings } => tally.reject(spot, intake.cells(), &findings)?,
                Verdict::Duplicate { first_row } => {
                    tally.skip(spot, &findings::repeats(first_row))?;
                }
                Verdict::Example => tally.summary.examples += 1,
            }
        }
        Ok(())
    }

    pub(super) fn steps(&self) -> &Steps {
        &self.imports.steps
    }

    /// Sees to it that the import has an entry of its own, which every record of it concerns.
    fn begin(&self, earlier: ImportRecord) -> Result<ImportRecord, ServiceError> {
        if let Some(number) = earlier.number
            && let Some(number) = self.imports.locate(&self.digest, number)?
        {
            return Ok(ImportRecord { number: Some(number), ..earlier });
        }
        let import = Import { digest: self.digest, catalog: self.item.hash() };
        let draft = self.draft(&Statement::Import(import), Concerned::NONE)?;
        // The number is known only afterwards: whoever finds this one wrong looks the entry up.
        let record = ImportRecord {
            number: Some(u64::MAX),
            item: self.item.number(),
            summary: None,
            ..earlier
        };
        let facts = vec![(state::key(&self.digest), Some(record.to_bytes()))];
        let own = &self.imports.own;
        let appended = own.logs.append(&own.records, vec![draft], facts);
        let number = appended.map_err(|error| append_error(&error))?.first;
        Ok(ImportRecord { number: Some(number), ..record })
    }

    pub(super) fn draft(
        &self,
        statement: &Statement,
        concerned: Concerned,
    ) -> Result<Draft, ServiceError> {
        own::draft(self.item.number(), statement, concerned)
            .map_err(|error| fault(&error, Code::Internal))
    }

    pub(super) fn concerned(&self, number: u64) -> Concerned {
        let epoch = self.imports.own.records.epoch;
        Concerned { relation: Relation::SAME_CHANNEL, epoch, number }
    }

    /// How the import ended, as an entry; nothing where the log says so already.
    fn report(
        &self,
        record: &ImportRecord,
        import: u64,
        summary: &ImportSummary,
    ) -> Result<Vec<Draft>, ServiceError> {
        if record.is_reported {
            return Ok(Vec::new());
        }
        let count = |rows: u64| u32::try_from(rows).unwrap_or(u32::MAX);
        let rejected = summary.rejected_by.iter();
        let report = ImportReport {
            rows: count(summary.rows),
            accepted: count(summary.accepted),
            rejected: rejected
                .map(|(code, rows)| RejectedCount { code: code.clone(), rows: count(*rows) })
                .collect(),
        };
        Ok(vec![self.draft(&Statement::ImportReport(report), self.concerned(import))?])
    }

    /// Writes down how it ended, with the last entries in one commit, and lets go of what an
    /// earlier run kept.
    fn settle(
        &self,
        record: ImportRecord,
        findings: u64,
        summary: &ImportSummary,
        (series, last): (u64, Vec<Draft>),
    ) -> Result<(), ServiceError> {
        let before = record.findings;
        // Findings are in the kept file; what stays for ever is the count.
        let (found, offered) = (Vec::new(), Vec::new());
        let summary = ImportSummary { findings: found, offered, ..summary.clone() };
        let record = ImportRecord {
            item: self.item.number(),
            findings: Some(findings),
            summary: Some(summary),
            ..record
        };
        let facts = vec![(state::key(&self.digest), Some(record.to_bytes()))];
        let own = &self.imports.own;
        let appended = own.logs.begin_append(&own.records, series, last, facts);
        let answer = appended.map_err(|error| append_error(&error))?.blocking_recv();
        answer.unwrap_or(Err(AppendError::Stopping)).map_err(|error| append_error(&error))?;
        if let Some(before) = before {
            self.imports.destroy(before);
        }
        Ok(())
    }
}
