//! How long uploads, and rows that did not go in, are kept: a set time, then their keys are
//! destroyed. Nothing else is forgotten: what went in stays in the log, its counts in the store.

use std::collections::BTreeSet;

use tiaoxi_api::{code::Code, service::ServiceError, types::ImportState};
use tracing::{error, info};

use super::{
    Digest, Imports,
    state::{self, ImportRecord},
};

/// Seconds for which an import that never took in a row is still listed as expired.
const EXPIRED_LISTED_SECONDS: u64 = 30 * 24 * 60 * 60;

impl Imports {
    /// Destroys what has been kept long enough as of `now`, in seconds since 1970; when the next of
    /// what is left is due.
    pub(crate) fn sweep(&self, now: u64) -> Option<u64> {
        let mut next = None;
        for (digest, record) in self.records() {
            if record.kept_until > now && record.slots().next().is_some() {
                let due = record.kept_until;
                next = Some(next.map_or(due, |next: u64| next.min(due)));
            }
            if record.kept_until > now || self.running.lock().contains_key(&digest) {
                continue;
            }
            if let Err(cause) = self.expire(&digest, record, now) {
                error!(%cause, "a kept file could not be destroyed in time");
            }
        }
        next
    }

    fn expire(&self, digest: &Digest, record: ImportRecord, now: u64) -> Result<(), ServiceError> {
        let took_in_nothing = record.number.is_none();
        if took_in_nothing && record.kept_until.saturating_add(EXPIRED_LISTED_SECONDS) < now {
            let slots: Vec<u64> = record.slots().collect();
            self.put(digest, None)?;
            for slot in slots {
                self.destroy(slot);
            }
            return Ok(());
        }
        if record.slots().next().is_none() {
            return Ok(());
        }
        self.let_go(digest, record)?;
        info!("destroyed an upload that had been kept for its time");
        Ok(())
    }

    /// Destroys upload, rejected rows and findings of an import that nobody wants any more.
    pub(crate) fn discard(&self, digest: &Digest) -> Result<(), ServiceError> {
        let _running = self.begin(*digest)?;
        let record =
            self.record(digest)?.ok_or_else(|| ServiceError::from(Code::ImportNotFound))?;
        if record.at_rest() == ImportState::Complete || record.number.is_some() {
            return self.let_go(digest, record);
        }
        let slots: Vec<u64> = record.slots().collect();
        self.put(digest, None)?;
        for slot in slots {
            self.destroy(slot);
        }
        Ok(())
    }

    /// First nothing names the files any more, then their keys go.
    fn let_go(&self, digest: &Digest, record: ImportRecord) -> Result<(), ServiceError> {
        let slots: Vec<u64> = record.slots().collect();
        let mut record = ImportRecord { upload: None, findings: None, ..record };
        if let Some(summary) = &mut record.summary {
            summary.rejected_file = None;
            summary.kept_until = None;
        }
        self.put(digest, Some(&record))?;
        for slot in slots {
            self.destroy(slot);
        }
        Ok(())
    }

    /// Destroys a sealed file; a failure is logged, and mended when the node starts.
    pub(super) fn destroy(&self, slot: u64) {
        if let Err(error) = self.shelf.destroy(slot) {
            error!(error = &error as &dyn std::error::Error, "a kept file can't be destroyed");
        }
    }

    /// Destroys what nobody names: files of imports that were cut off.
    pub(super) fn sweep_unnamed(&self) -> anyhow::Result<()> {
        let facts = self.store.meta_prefix(state::KEY_PREFIX);
        let records = self.records();
        if records.len() < facts.len() {
            // What one of these names must not be taken for nobody's.
            error!("the record of an import can't be read; no kept file is destroyed");
            return Ok(());
        }
        let named: BTreeSet<u64> = records.iter().flat_map(|(_, record)| record.slots()).collect();
        Ok(self.shelf.sweep(&named)?)
    }

    pub(super) fn records(&self) -> Vec<(Digest, ImportRecord)> {
        let facts = self.store.meta_prefix(state::KEY_PREFIX).into_iter();
        facts
            .filter_map(|(key, record)| {
                Some((state::digest_of(&key)?, ImportRecord::from_bytes(&record).ok()?))
            })
            .collect()
    }
}
