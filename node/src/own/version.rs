//! One version of a record: an own entry with what it says and how it stands.

use tiaoxi_api::service::ServiceError;
use tiaoxi_credit::{Effect, Kind, Record, Statement, statement};
use tiaoxi_federation::Origin;
use tiaoxi_ledger::{
    block::Body,
    header::{Header, HeaderBytes, Relation},
};
use tiaoxi_views::{EntryRef, effects::Standing};

use super::Own;

/// One version of a record.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) entry: EntryRef,
    /// Its log.
    pub(crate) origin: Origin,
    /// Number of the catalogue item.
    pub(crate) item: u16,
    pub(crate) record: Record,
    /// The file that brought a correction.
    pub(crate) import: Option<[u8; 32]>,
    /// For a record of an import, the number of the import's entry.
    pub(crate) came_with: Option<u64>,
    pub(crate) life: Life,
    /// Whether its number is for ever.
    pub(crate) is_signed: bool,
}

/// How a version stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// It counts, disputed or narrowed perhaps.
    Stands,
    /// Another version took its place.
    Replaced,
    /// It was withdrawn, by itself or with its batch, or ended in another way.
    Withdrawn,
    /// It is to be destroyed.
    Erased,
    /// A notice about it is on its way to the log.
    Pending,
}

impl Own {
    /// The record of an own entry; `None` for an entry that is none, or has no body any more.
    pub(crate) fn version(&self, entry: EntryRef) -> Result<Option<Version>, ServiceError> {
        let Some(summary) = self.summary_of(entry.log) else { return Ok(None) };
        if entry.number >= summary.size {
            return Ok(None);
        }
        let signed = summary.checkpoint.as_ref().map_or(0, |signed| signed.size());
        let is_signed = entry.number < signed;
        let block = if is_signed {
            self.signed_block(&summary, entry.number)?
        } else {
            self.block(&summary.origin, entry.number)?
        };
        let Some((header, Body::Present(body))) = block.entry(entry.number) else {
            return Ok(None);
        };
        let Ok(header) = Header::from_bytes(header) else { return Ok(None) };
        let kind = header.kind;
        let (record, import) = match Statement::from_body(kind.kind(), kind.version(), body) {
            Ok(Statement::Record(record)) => (record, None),
            Ok(Statement::Correction(correction)) => (correction.record, correction.import),
            _ => return Ok(None),
        };
        let is_record = kind.kind() == Kind::Record as u8;
        let came_with = is_record.then(|| self.concerned(&summary.origin, header.concerned));
        let came_with = came_with.flatten();
        Ok(Some(Version {
            entry,
            life: self.life(entry, came_with),
            origin: summary.origin,
            item: header.item,
            record,
            import,
            came_with: came_with.map(|import| import.number),
            is_signed,
        }))
    }

    /// The record that a row became of the import whose entry is `import`.
    pub(crate) fn record_of_row(
        &self,
        import: u64,
        row: u32,
    ) -> Result<Option<Version>, ServiceError> {
        let Some(summary) = self.logs.summary(&self.records.to_string()) else { return Ok(None) };
        let mut next = import + 1;
        while next < summary.size {
            let block = self.block(&self.records, next)?;
            for (number, header, body) in block.entries().filter(|(number, ..)| *number >= next) {
                match row_of_import(header, body, import) {
                    Some(RowPlace::Row(other)) if other == row => {
                        return self.version(EntryRef { log: summary.id.0, number });
                    }
                    Some(RowPlace::End) => return Ok(None),
                    Some(RowPlace::Row(_)) | None => {}
                }
            }
            next = block.end();
        }
        Ok(None)
    }

    /// How an own entry stands; `import` is the entry that a record came with.
    pub(crate) fn life(&self, entry: EntryRef, import: Option<EntryRef>) -> Life {
        let recent = self.recent.lock();
        if recent.is_announced(entry) {
            return Life::Pending;
        }
        let newest = std::iter::once(entry).chain(import).find_map(|entry| recent.ending_of(entry));
        drop(recent);
        let state = self.views.effects.read().state(entry, import);
        let ends = state.because.iter().filter(|it| it.effect == Effect::Ends);
        let mut kinds = ends.map(|it| it.kind).chain(newest);
        if state.standing == Standing::Erased {
            return Life::Erased;
        }
        match kinds.next() {
            None => Life::Stands,
            Some(kind) => {
                let is_correction = |kind| kind == Kind::Correction as u8;
                let replaced = is_correction(kind) && kinds.all(is_correction);
                if replaced { Life::Replaced } else { Life::Withdrawn }
            }
        }
    }
}

/// What an entry of `records` is to an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RowPlace {
    /// The record of a row of it.
    Row(u32),
    /// The report of its end: no row of it follows.
    End,
}

/// What an entry of `records` is to the import at `import`; `None`: nothing.
fn row_of_import(header: &HeaderBytes, body: Body<'_>, import: u64) -> Option<RowPlace> {
    let header = Header::from_bytes(header).ok()?;
    if header.concerned.relation != Relation::SAME_CHANNEL || header.concerned.number != import {
        return None;
    }
    let (kind, version) = (header.kind.kind(), header.kind.version());
    if kind == Kind::ImportReport as u8 {
        return Some(RowPlace::End);
    }
    let Body::Present(body) = body else { return None };
    let record = statement::record_in(kind, version, body).ok()??;
    Some(RowPlace::Row(record.row))
}

/// Whether an entry is of a kind.
pub(crate) fn is_of_kind(header: &HeaderBytes, kind: Kind) -> bool {
    Header::from_bytes(header).is_ok_and(|header| header.kind.kind() == kind as u8)
}
