//! Taking in a file: rows → checked records → entries of the node's `records` log.
//!
//! The same file (by BLAKE3 of its bytes) is one import, however often it is sent: how far it came
//! stands in the store, written in the same commit as the rows. A file that is sent again goes on
//! behind the last row that was acknowledged.

mod job;
mod recall;
mod rejected;
mod sending;
mod state;
mod tally;

use std::{
    collections::BTreeMap,
    io::Read,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use parking_lot::Mutex;
use tiaoxi_api::{
    code::{Code, ErrorClass},
    service::{ImportRequest, ServiceError},
    types::{HexBytes, ImportProgress, ImportState, ImportSummary},
};
use tiaoxi_catalog::Catalog;
use tiaoxi_federation::Origin;
use tiaoxi_intake::IntakeError;
use tiaoxi_logs::{AppendError, Logs};
use tiaoxi_store::Store;
use tiaoxi_vault::Key;
use tracing::{error, info};

use crate::steps::Steps;
use job::Job;
use rejected::RejectedShelf;
use state::ImportRecord;

/// Imports that may run at once.
const RUNNING_MAX: usize = 4;

/// BLAKE3 of a file.
pub(crate) type Digest = [u8; 32];

/// The imports of a node.
pub(crate) struct Imports {
    logs: Logs,
    store: Arc<Store>,
    catalog: Arc<Catalog>,
    /// The log that records go to.
    records: Origin,
    steps: Arc<Steps>,
    shelf: RejectedShelf,
    running: Mutex<BTreeMap<Digest, Arc<Progress>>>,
    /// Held by the one who reads from the log what was forgotten.
    recalling: Mutex<()>,
}

/// How far a running import is.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    pub(crate) read: AtomicU32,
    pub(crate) acknowledged: AtomicU32,
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
    pub(crate) fn new(
        logs: Logs,
        store: Arc<Store>,
        catalog: Arc<Catalog>,
        records: Origin,
        steps: Arc<Steps>,
        (dir, master): (&Path, &Key),
    ) -> anyhow::Result<Self> {
        let shelf = RejectedShelf::open(&dir.join("rejected"), master)?;
        let known = store.meta_prefix(state::KEY_PREFIX).into_iter();
        let slots = known.filter_map(|(_, record)| {
            ImportRecord::from_bytes(&record).ok().and_then(|record| record.rejected_slot)
        });
        shelf.sweep(&slots.collect())?;
        Ok(Self {
            logs,
            store,
            catalog,
            records,
            steps,
            shelf,
            running: Mutex::default(),
            recalling: Mutex::default(),
        })
    }

    /// Takes in a file. Returns when every accepted row is durable.
    pub(crate) fn import(
        &self,
        request: &ImportRequest,
        body: &mut dyn Read,
    ) -> Result<ImportSummary, ServiceError> {
        let item = self.catalog.by_slug(&request.item).ok_or_else(|| {
            let known: Vec<_> = self.catalog.iter().map(tiaoxi_catalog::Item::slug).collect();
            let known = known.join(", ");
            ServiceError::from(Code::UnknownItem).with_hint(format!("known items: {known}"))
        })?;
        let running = self.begin(request.digest)?;
        self.recall()?;
        let earlier = self.record(&request.digest)?;
        if let Some(known) = earlier.as_ref().map(|record| record.item)
            && known != 0
            && known != item.number()
        {
            return Err(other_item(self.catalog.by_number(known)));
        }
        if let Some(summary) = earlier.as_ref().and_then(|record| record.summary.clone()) {
            return Ok(ImportSummary { already_complete: true, ..summary });
        }
        let job = Job {
            imports: self,
            item,
            digest: request.digest,
            progress: Arc::clone(&running.progress),
        };
        let summary = job.run(earlier, body)?;
        info!(import = %summary.import, rows = summary.rows, accepted = summary.accepted,
            rejected = summary.rejected, "took in a file");
        Ok(summary)
    }

    fn begin(&self, digest: Digest) -> Result<Running<'_>, ServiceError> {
        let mut running = self.running.lock();
        if running.contains_key(&digest) {
            return Err(Code::ImportRunning.into());
        }
        if running.len() >= RUNNING_MAX {
            return Err(Code::TooManyImports.into());
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

    /// How far an import is, running or ended.
    pub(crate) fn progress(&self, digest: &Digest) -> Result<ImportProgress, ServiceError> {
        let import = HexBytes(digest.to_vec());
        let running = self.running.lock().get(digest).map(Arc::clone);
        if let Some(progress) = running {
            return Ok(ImportProgress {
                import,
                state: ImportState::Running,
                rows_read: progress.read.load(Ordering::Relaxed).into(),
                rows_acknowledged: progress.acknowledged.load(Ordering::Relaxed).into(),
            });
        }
        let record =
            self.record(digest)?.ok_or_else(|| ServiceError::from(Code::ImportNotFound))?;
        let complete = record.summary.is_some();
        let rows = record.summary.map_or(record.rows.into(), |summary| summary.rows);
        Ok(ImportProgress {
            import,
            state: if complete { ImportState::Complete } else { ImportState::Interrupted },
            rows_read: rows,
            rows_acknowledged: rows,
        })
    }

    /// The rejected rows of an import that has ended, with their reasons, as CSV.
    pub(crate) fn rejected(&self, digest: &Digest) -> Result<Box<dyn Read + Send>, ServiceError> {
        let record =
            self.record(digest)?.ok_or_else(|| ServiceError::from(Code::ImportNotFound))?;
        let slot = record.rejected_slot.ok_or_else(|| ServiceError::from(Code::ImportNotFound))?;
        self.shelf.read(slot).map_err(|error| {
            error!(error = &error as &dyn std::error::Error, "rejected rows can't be read");
            Code::Damaged.into()
        })
    }

    /// The imports that run now.
    pub(crate) fn running(&self) -> Vec<ImportProgress> {
        let digests: Vec<Digest> = self.running.lock().keys().copied().collect();
        digests.iter().filter_map(|digest| self.progress(digest).ok()).collect()
    }
}

/// The same file is one import, of one item.
fn other_item(known: Option<&tiaoxi_catalog::Item>) -> ServiceError {
    let (slug, zh) = known.map_or(("?", "?"), |item| (item.slug(), item.name_zh()));
    ServiceError::new(
        ErrorClass::Conflict,
        "IMPORTED_AS_OTHER_ITEM",
        format!("同一文件已按事项 {slug}（{zh}）导入"),
        format!("this very file was imported as item {slug}"),
    )
}

/// What the caller is told about a file that can't be read.
fn intake_error(error: &IntakeError) -> ServiceError {
    let class = match error {
        IntakeError::Read { .. } => return Code::UploadCutOff.into(),
        _ => ErrorClass::Unprocessable,
    };
    ServiceError::new(class, error.code(), error.zh(), error.en())
}

/// What the caller is told about rows that can't be appended.
fn append_error(error: &AppendError) -> ServiceError {
    match error {
        AppendError::JournalFull => Code::JournalFull.into(),
        AppendError::Stopping => Code::NotReady.into(),
        AppendError::Recovering => ServiceError::from(Code::NotReady).detailed(
            "正在从见证单位恢复本日志",
            "the log is being recovered from a member that holds more of it",
        ),
        AppendError::Outrun => ServiceError::from(Code::NotReady)
            .detailed("本日志刚被整理", "the log was rearranged meanwhile; import the file again"),
        AppendError::NotOurs(_) | AppendError::Pack(_) | AppendError::NotKept => {
            error!(error = error as &dyn std::error::Error, "rows could not be appended");
            Code::Internal.into()
        }
    }
}
