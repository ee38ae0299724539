//! The node's own records and notices: which of them stand, and whether a record is among them.
//!
//! A record has versions: the entry of an import, its corrections in `notices`, each concerning the
//! one before. What the views know of them ends with the newest signed entry; what was appended
//! since is read from the logs ([`recent`]). Numbers of unsigned entries may still change, so
//! nothing here outlives a rearrangement of the logs.

mod compare;
mod recent;
mod version;

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::Mutex;
use tiaoxi_api::{code::Code, service::ServiceError};
use tiaoxi_credit::{Record, Statement};
use tiaoxi_federation::Origin;
use tiaoxi_ledger::{
    block::{Block, Draft},
    header::{Concerned, Header, KindField, Relation},
};
use tiaoxi_logs::{AppendError, Logs, ReadError, Summary};
use tiaoxi_views::{EntryRef, effects::State, known::KnownKeys, query::SubjectQuery, token::Token};
use tracing::error;

use crate::{clock, feed::Views};
pub(crate) use compare::Known;
use recent::Recent;
pub(crate) use version::{Life, Version, is_of_kind};

/// The own logs that hold records, and what is known of them.
pub(crate) struct Own {
    pub(crate) logs: Logs,
    views: Arc<Views>,
    pub(crate) records: Origin,
    notices: Option<Origin>,
    recent: Mutex<Recent>,
    /// Says of nearly every new record that it is new; made when it is first needed.
    keys: Mutex<Option<KnownKeys>>,
    /// The signed block read last of each log: rows that come again mostly come in its order.
    /// Signed entries stay what they are, but for bodies that are erased; so let go of with every
    /// refresh.
    read_last: Mutex<BTreeMap<u32, Arc<Block>>>,
}

/// By what a natural key is found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyMark {
    token: Token,
    tag: u32,
}

impl Own {
    pub(crate) fn new(
        logs: Logs,
        views: Arc<Views>,
        records: Origin,
        notices: Option<Origin>,
    ) -> Self {
        let (recent, keys, read_last) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { logs, views, records, notices, recent, keys, read_last }
    }

    /// The log of notices; a charter need not give one.
    pub(crate) fn notices(&self) -> Result<&Origin, ServiceError> {
        self.notices.as_ref().ok_or_else(|| {
            ServiceError::from(Code::LogNotFound).detailed(
                "组网章程没有给本节点更正和撤回日志",
                "the charter gives this node no log for notices",
            )
        })
    }

    /// Brings what is known level with the logs. To be called before records are compared.
    pub(crate) fn refresh(&self) -> Result<(), ServiceError> {
        let logs = self.summaries();
        self.read_last.lock().clear();
        let mut keys = self.keys.lock();
        let mut recent = self.recent.lock();
        if recent.is_stale(&logs) {
            *recent = Recent::default();
            *keys = None;
        }
        if keys.is_none() {
            *keys = Some(self.gather_keys(&logs)?);
        }
        let Some(keys) = keys.as_mut() else { return Ok(()) };
        for log in &logs {
            // What the index has at the earliest of these moments is in the filter.
            let covered = keys.covered(log.id.0);
            let applied = self.views.applied(log.id.0);
            recent.read_on(self, log, (covered, applied), &mut |mark| {
                keys.insert(mark.token, mark.tag);
            })?;
        }
        Ok(())
    }

    /// Forgets everything: the logs were rearranged.
    pub(crate) fn forget(&self) {
        *self.keys.lock() = None;
        *self.recent.lock() = Recent::default();
        self.read_last.lock().clear();
    }

    fn gather_keys(&self, logs: &[Summary]) -> Result<KnownKeys, ServiceError> {
        let expected = logs.iter().map(|log| log.size).sum();
        let wanted = |id| logs.iter().any(|log| log.id.0 == id);
        KnownKeys::build(&self.views.index, &wanted, expected)
            .map_err(|error| fault(&error, Code::Damaged))
    }

    /// A record is appended: from now on it may be in the log.
    pub(crate) fn note(&self, item: u16, record: &Record) {
        self.note_mark(self.mark(item, record));
    }

    /// The same for a record that was compared.
    pub(crate) fn note_mark(&self, mark: Option<KeyMark>) {
        if let (Some(mark), Some(keys)) = (mark, self.keys.lock().as_mut()) {
            keys.insert(mark.token, mark.tag);
        }
    }

    fn mark<S: AsRef<str>>(&self, item: u16, record: &Record<S>) -> Option<KeyMark> {
        let tokenizer = &self.views.tokenizer;
        let token = tokenizer.subject(record.subject.principal_code()?);
        Some(KeyMark { token, tag: tokenizer.tag(item, record) })
    }

    /// The own logs that hold records.
    fn summaries(&self) -> Vec<Summary> {
        let names = std::iter::once(&self.records).chain(self.notices.as_ref());
        names.filter_map(|origin| self.logs.summary(&origin.to_string())).collect()
    }

    fn summary_of(&self, log: u32) -> Option<Summary> {
        self.summaries().into_iter().find(|summary| summary.id.0 == log)
    }

    /// What later entries did to an own entry, as far as the views know.
    pub(crate) fn state(&self, entry: EntryRef, import: Option<EntryRef>) -> State {
        self.views.effects.read().state(entry, import)
    }

    /// Every version of own records about the subject of a code that the views know.
    pub(crate) fn versions_of(&self, code: &str) -> Result<Vec<Version>, ServiceError> {
        let query = SubjectQuery::parse(code)
            .map_err(|_no_code| ServiceError::from(Code::NoSubjectCode))?;
        let logs = self.summaries();
        let mut versions = Vec::new();
        for token in query.tokens(&self.views.tokenizer) {
            let matches = self.views.index.lookup(token);
            let matches = matches.map_err(|error| fault(&error, Code::Damaged))?;
            for entry in matches.entries {
                if logs.iter().any(|log| log.id.0 == entry.log) {
                    versions.extend(self.version(entry)?.filter(|it| query.matches(&it.record)));
                }
            }
        }
        Ok(versions)
    }

    /// The block of a signed entry.
    fn signed_block(&self, log: &Summary, number: u64) -> Result<Arc<Block>, ServiceError> {
        let mut read_last = self.read_last.lock();
        if let Some(block) = read_last.get(&log.id.0)
            && (block.first()..block.end()).contains(&number)
        {
            return Ok(Arc::clone(block));
        }
        let block = self.block(&log.origin, number)?;
        // Numbers behind the signed ones may still change; what stands there must not be kept.
        let signed = log.checkpoint.as_ref().map_or(0, |signed| signed.size());
        if block.end() <= signed {
            read_last.insert(log.id.0, Arc::clone(&block));
        }
        Ok(block)
    }

    pub(crate) fn block(&self, origin: &Origin, number: u64) -> Result<Arc<Block>, ServiceError> {
        self.logs.block(&origin.to_string(), number).map_err(|error| match error {
            ReadError::Missing { .. } => Code::EntryNotFound.into(),
            other => fault(&other, Code::Damaged),
        })
    }

    /// How an entry of `notices` names an entry of one of the two logs.
    pub(crate) fn concerning(&self, origin: &Origin, number: u64) -> Concerned {
        let is_record = *origin == self.records;
        let relation = if is_record { Relation::RECORDS } else { Relation::SAME_CHANNEL };
        Concerned { relation, epoch: origin.epoch, number }
    }

    /// The entry that an entry concerns, when it is one of the own records or notices.
    fn concerned(&self, origin: &Origin, concerned: Concerned) -> Option<EntryRef> {
        let log = match concerned.relation {
            Relation::SAME_CHANNEL => origin,
            Relation::RECORDS => &self.records,
            _ => return None,
        };
        let id = self.logs.summary(&log.to_string())?.id.0;
        (log.epoch == concerned.epoch).then_some(EntryRef { log: id, number: concerned.number })
    }

    /// Announces that a notice about `entry` is about to be appended; fails where another one is
    /// on its way already.
    pub(crate) fn announce(&self, entry: EntryRef) -> Result<(), ServiceError> {
        if self.recent.lock().announce(entry) { Ok(()) } else { Err(Code::NoticePending.into()) }
    }

    /// The notice about `entry` was not appended after all.
    pub(crate) fn recall_announcement(&self, entry: EntryRef) {
        self.recent.lock().withdraw_announcement(entry);
    }
}

/// A statement as an entry to be appended.
pub(crate) fn draft(
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

/// What the caller is told about entries that can't be appended.
pub(crate) fn append_error(error: &AppendError) -> ServiceError {
    match error {
        AppendError::JournalFull => Code::JournalFull.into(),
        AppendError::Stopping => Code::NotReady.into(),
        AppendError::Recovering => ServiceError::from(Code::NotReady).detailed(
            "正在从见证单位恢复本日志",
            "the log is being recovered from a member that holds more of it",
        ),
        AppendError::Outrun => ServiceError::from(Code::NotReady)
            .detailed("本日志刚被整理", "the log was rearranged meanwhile; send it again"),
        AppendError::NotOurs(_) | AppendError::Pack(_) | AppendError::NotKept => {
            fault(error, Code::Internal)
        }
    }
}

/// Logs the cause of a fault of ours; the caller is told the code.
pub(crate) fn fault(error: &(dyn std::error::Error + 'static), code: Code) -> ServiceError {
    error!(error, "own records could not be read or appended");
    code.into()
}
