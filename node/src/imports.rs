//! Taking in a file: upload → preview → confirmation → entries of the node's `records` log.
//!
//! The same file (by BLAKE3 of its bytes) is one import, however often it is sent: how far it came
//! stands in the store, written in the same commit as the rows. A file is received whole, sealed,
//! before a row of it is judged: so an upload that was cut off leaves nothing, a preview can be
//! confirmed without sending the file again, and an import that was cut off goes on behind the last
//! row that was acknowledged. Uploads and rows that did not go in are destroyed after a set time.

mod answers;
mod comparing;
mod findings;
mod job;
mod keeping;
mod locating;
mod pipe;
mod recall;
mod sending;
mod shelf;
mod state;
mod tally;
mod turns;
mod upload;

use std::{
    collections::BTreeMap,
    io::Read,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use tiaoxi_api::{
    code::{Code, ErrorClass},
    service::{Corrections, Decision, ImportRequest, ServiceError},
    types::{ImportState, ImportSummary},
};
use tiaoxi_catalog::{Calendar, Catalog, Item};
use tiaoxi_credit::statement::Review;
use tiaoxi_intake::IntakeError;
use tiaoxi_sheet::{Limits, OpenError, SheetFile};
use tiaoxi_store::Store;
use tiaoxi_vault::Key;
use tracing::{error, info};

use crate::{
    own::{Own, append_error},
    reviewers::Reviewers,
    steps::Steps,
};
pub(crate) use answers::media_type;
use job::{Job, Ruling};
use shelf::{Kept, Shelf, ShelfError};
use state::ImportRecord;
use turns::Turns;

/// BLAKE3 of a file.
pub(crate) type Digest = [u8; 32];

/// What imports work with.
pub(crate) struct ImportParts<'a> {
    pub(crate) own: Arc<Own>,
    pub(crate) store: Arc<Store>,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) calendar: Arc<Calendar>,
    pub(crate) steps: Arc<Steps>,
    pub(crate) dir: &'a Path,
    pub(crate) master: &'a Key,
    /// How long uploads, and rows that did not go in, are kept.
    pub(crate) kept_for: Duration,
}

/// The imports of a node.
pub(crate) struct Imports {
    own: Arc<Own>,
    store: Arc<Store>,
    catalog: Arc<Catalog>,
    calendar: Arc<Calendar>,
    steps: Arc<Steps>,
    reviewers: Reviewers,
    shelf: Shelf,
    kept_for: Duration,
    previews: Turns,
    appends: Turns,
    running: Mutex<BTreeMap<Digest, Arc<Progress>>>,
    /// Held by the one who reads from the log what was forgotten.
    recalling: Mutex<()>,
}

/// How far a running import is.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// An [`ImportState`] while it runs, as [`Stage`].
    stage: AtomicU8,
    read: AtomicU32,
    acknowledged: AtomicU32,
    bytes_done: AtomicU64,
    bytes_total: AtomicU64,
}

/// What is being done to a running import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Stage {
    Uploading = 0,
    Waiting = 1,
    Checking = 2,
    Running = 3,
}

impl Progress {
    fn enter(&self, stage: Stage) {
        self.stage.store(stage as u8, Ordering::Release);
    }

    fn state(&self) -> ImportState {
        match self.stage.load(Ordering::Acquire) {
            0 => ImportState::Uploading,
            1 => ImportState::Waiting,
            2 => ImportState::Checking,
            _ => ImportState::Running,
        }
    }

    fn reached(&self, (done, total): (u64, u64)) {
        self.bytes_done.store(done, Ordering::Relaxed);
        self.bytes_total.store(total, Ordering::Relaxed);
    }
}

/// Removes a running import from the table, however it ends.
struct Running<'a> {
    imports: &'a Imports,
    digest: Digest,
    progress: Arc<Progress>,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.imports.running.lock().remove(&self.digest);
    }
}

impl Imports {
    pub(crate) fn new(parts: ImportParts<'_>) -> anyhow::Result<Self> {
        let ImportParts { own, store, catalog, calendar, steps, dir, master, kept_for } = parts;
        let imports = Self {
            own,
            store,
            catalog,
            calendar,
            steps,
            reviewers: Reviewers::of(dir),
            shelf: Shelf::open(&dir.join("imports"), master)?,
            kept_for,
            previews: Turns::default(),
            appends: Turns::default(),
            running: Mutex::default(),
            recalling: Mutex::default(),
        };
        imports.sweep_unnamed()?;
        Ok(imports)
    }

    /// Takes in a file, or shows what would become of it. Returns when every accepted row is
    /// durable.
    pub(crate) fn import(
        &self,
        request: &ImportRequest,
        body: &mut dyn Read,
    ) -> Result<ImportSummary, ServiceError> {
        let item = request.item.as_deref().map(|slug| self.item(slug)).transpose()?;
        let ruling = self.ruling(&request.decision)?;
        self.recall()?;
        let (running, record) = self.receive(request, &ruling, body)?;
        let record = ImportRecord {
            sheet: request.sheet.clone().or(record.sheet),
            fill: if request.fill.is_empty() { record.fill } else { request.fill.clone() },
            ..record
        };
        self.work(&running, record, item, request.preview, ruling)
    }

    /// Takes in what a preview has shown, or what was interrupted.
    pub(crate) fn confirm(
        &self,
        digest: &Digest,
        decision: &Decision,
    ) -> Result<ImportSummary, ServiceError> {
        let ruling = self.ruling(decision)?;
        self.recall()?;
        let running = self.begin(*digest)?;
        let record =
            self.record(digest)?.ok_or_else(|| ServiceError::from(Code::ImportNotFound))?;
        match record.at_rest() {
            ImportState::Expired => return Err(Code::ImportExpired.into()),
            ImportState::Complete
                if !record.ended().is_some_and(|ended| ruling.decides_about(ended)) =>
            {
                return Err(Code::NothingToConfirm.into());
            }
            _ if record.upload.is_none() => return Err(Code::ImportExpired.into()),
            _ => {}
        }
        self.work(&running, record, None, false, ruling)
    }

    /// Runs over the upload of an import.
    fn work(
        &self,
        running: &Running<'_>,
        record: ImportRecord,
        item: Option<&Item>,
        preview: bool,
        ruling: Ruling,
    ) -> Result<ImportSummary, ServiceError> {
        let digest = running.digest;
        if let Some(ended) = self.ended(&digest, &record, item, &ruling)? {
            return Ok(ended);
        }
        let progress = Arc::clone(&running.progress);
        progress.enter(Stage::Waiting);
        let turns = if preview { &self.previews } else { &self.appends };
        let _turn = turns.wait();
        // While this one waited, entries may have come back from a decider, of this import even.
        self.recall()?;
        let ImportRecord { sheet, fill, .. } = record;
        let record = self.record(&digest)?.unwrap_or_default();
        let record = ImportRecord { sheet, fill, ..record };
        if let Some(ended) = self.ended(&digest, &record, item, &ruling)? {
            return Ok(ended);
        }
        let known = self.catalog.by_number(record.item);
        // What has arrived is no measure of what has been gone over.
        progress.bytes_done.store(0, Ordering::Relaxed);
        progress.enter(if preview { Stage::Checking } else { Stage::Running });
        let mut file = self.open(&record)?;
        let settled = known.filter(|_| record.number.is_some() || item.is_none());
        let item = match item.or(settled) {
            Some(item) => item,
            None => tiaoxi_intake::recognise(&mut file, &self.catalog).map_err(|error| {
                let sheets = file.form().sheets.join("、");
                match file.form().sheets.len() {
                    0 | 1 => intake_error(&error),
                    _ => intake_error(&error).detailed(
                        &format!("工作簿里有这些工作表：{sheets}；用 --sheet 指定要导入的一个"),
                        &format!("the workbook has the sheets {sheets}; name one with --sheet"),
                    ),
                }
            })?,
        };
        let kept_until = answers::beijing_time(record.kept_until);
        let filled = record.fill.clone();
        let job = Job { imports: self, item, digest, progress, preview, ruling, filled };
        let summary =
            if preview { job.preview(record, &mut file)? } else { job.run(record, &mut file)? };
        info!(import = %summary.import, preview, rows = summary.rows, accepted = summary.accepted,
            rejected = summary.rejected, "went over a file");
        Ok(ImportSummary { kept_until, ..summary })
    }

    /// How an import has ended, where nothing would come of another run.
    fn ended(
        &self,
        digest: &Digest,
        record: &ImportRecord,
        item: Option<&Item>,
        ruling: &Ruling,
    ) -> Result<Option<ImportSummary>, ServiceError> {
        let known = self.catalog.by_number(record.item);
        if let (Some(known), Some(item), Some(_)) = (known, item, record.number)
            && known.number() != item.number()
        {
            return Err(imported_as(known));
        }
        let Some(summary) = record.ended() else { return Ok(None) };
        if record.sheet.is_some() && record.sheet != summary.file.sheet {
            return Err(imported_sheet(summary));
        }
        let fills_more = summary.rejected > 0 && record.fill != summary.filled;
        if fills_more || ruling.decides_about(summary) {
            return Ok(None);
        }
        let summary = ImportSummary { already_complete: true, ..summary.clone() };
        if self.is_withdrawn(digest, record)? {
            let withdrawn = summary.accepted + summary.withdrawn;
            return Ok(Some(ImportSummary { accepted: 0, withdrawn, ..summary }));
        }
        Ok(Some(summary))
    }

    fn open(&self, record: &ImportRecord) -> Result<SheetFile<Kept>, ServiceError> {
        let slot = record.upload.ok_or_else(|| ServiceError::from(Code::ImportExpired))?;
        let upload = self.shelf.read_anywhere(slot).map_err(|error| shelf_error(&error))?;
        SheetFile::open(upload, record.sheet.as_deref(), Limits::default())
            .map_err(|error| open_error(&error))
    }

    fn item(&self, slug: &str) -> Result<&Item, ServiceError> {
        self.catalog.by_slug(slug).ok_or_else(|| {
            let known: Vec<_> = self.catalog.iter().map(Item::slug).collect();
            let known = known.join(", ");
            ServiceError::from(Code::UnknownItem).with_hint(format!("known items: {known}"))
        })
    }

    fn ruling(&self, decision: &Decision) -> Result<Ruling, ServiceError> {
        let correct_because = match &decision.corrections {
            Corrections::Skip => None,
            Corrections::Apply { reason } => {
                self.own.notices()?;
                Some(reason.clone())
            }
        };
        let review = decision.review.as_ref().map(|review| {
            self.own.notices()?;
            let reviewer = self.reviewers.name_of(&review.reviewer)?;
            Ok::<_, ServiceError>(Review { reviewer, word: review.word.clone() })
        });
        Ok(Ruling { correct_because, review: review.transpose()? })
    }

    fn begin(&self, digest: Digest) -> Result<Running<'_>, ServiceError> {
        let mut running = self.running.lock();
        if running.contains_key(&digest) {
            return Err(Code::ImportRunning.into());
        }
        let progress = Arc::new(Progress::default());
        running.insert(digest, Arc::clone(&progress));
        Ok(Running { imports: self, digest, progress })
    }

    fn record(&self, digest: &Digest) -> Result<Option<ImportRecord>, ServiceError> {
        let Some(bytes) = self.store.meta(&state::key(digest)) else { return Ok(None) };
        ImportRecord::from_bytes(&bytes).map(Some).map_err(|error| {
            error!(error = %error, "an import's record can't be read");
            Code::Damaged.into()
        })
    }

    /// Writes down what is known of an import; `None` forgets it.
    fn put(&self, digest: &Digest, record: Option<&ImportRecord>) -> Result<(), ServiceError> {
        let facts = vec![(state::key(digest), record.map(ImportRecord::to_bytes))];
        let appended = self.own.logs.append(&self.own.records, Vec::new(), facts);
        appended.map(drop).map_err(|error| append_error(&error))
    }
}

/// The same file is one import, of one item.
fn imported_as(known: &Item) -> ServiceError {
    ServiceError::new(
        ErrorClass::Conflict,
        "IMPORTED_AS_OTHER_ITEM",
        format!("同一文件已按事项 {}（{}）导入", known.slug(), known.name_zh()),
        format!("this very file was imported as item {}", known.slug()),
    )
}

/// The same file is one import, of one sheet.
fn imported_sheet(summary: &ImportSummary) -> ServiceError {
    let sheet = summary.file.sheet.as_deref().unwrap_or_default();
    ServiceError::new(
        ErrorClass::Conflict,
        "IMPORTED_AS_OTHER_SHEET",
        format!("同一文件已按工作表“{sheet}”导入；其他工作表请另存为单独的文件再导入"),
        format!("this very file was imported by its sheet \"{sheet}\"; save the other as a file"),
    )
}

/// What the caller is told about a file that can't be read.
fn intake_error(error: &IntakeError) -> ServiceError {
    ServiceError::new(ErrorClass::Unprocessable, error.code(), error.zh(), error.en())
}

fn open_error(error: &OpenError) -> ServiceError {
    ServiceError::new(ErrorClass::Unprocessable, error.code(), error.zh(), error.en())
}

fn shelf_error(error: &ShelfError) -> ServiceError {
    error!(error = error as &dyn std::error::Error, "a kept file can't be used");
    match error {
        ShelfError::Io { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
            Code::StorageFull.into()
        }
        ShelfError::Gone => Code::ImportExpired.into(),
        ShelfError::Io { .. } | ShelfError::Key(_) => Code::Internal.into(),
    }
}
