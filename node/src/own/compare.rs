//! Whether a record is in the own logs already, and in which version.

use tiaoxi_api::{code::Code, service::ServiceError};
use tiaoxi_catalog::natural_key;
use tiaoxi_credit::Record;
use tiaoxi_views::EntryRef;

use super::{KeyMark, Own, Version, fault, version::Life};

/// What the own logs say of a record with the same natural key.
#[derive(Clone, Debug)]
pub(crate) enum Known {
    /// Nothing. Whoever appends it says so ([`Own::note_mark`]).
    New(Option<KeyMark>),
    /// The same stands.
    Same(Box<Version>),
    /// This version stands, with other content.
    Other(Box<Version>),
    /// This version was withdrawn, and none stands.
    Withdrawn(Box<Version>),
}

impl Own {
    /// Compares a record with those of the own logs. [`Own::refresh`] came before.
    pub(crate) fn compare(&self, item: u16, record: &Record) -> Result<Known, ServiceError> {
        let Some(mark) = self.mark(item, record) else { return Ok(Known::New(None)) };
        let mut entries: Vec<EntryRef> = self.recent.lock().with_key(mark).collect();
        let in_views =
            self.keys.lock().as_ref().is_none_or(|keys| keys.may_hold(mark.token, mark.tag));
        if in_views {
            let found = self.views.index.candidates(mark.token, mark.tag);
            let found = found.map_err(|error| fault(&error, Code::Damaged))?;
            entries.extend(found.entries);
        }
        if entries.is_empty() {
            return Ok(Known::New(Some(mark)));
        }
        entries.sort_unstable();
        entries.dedup();
        let key = natural_key(record);
        let mut versions = Vec::with_capacity(entries.len());
        for entry in entries {
            let version = self.version(entry)?;
            versions.extend(version.filter(|it| it.item == item && natural_key(&it.record) == key));
        }
        Ok(judge(versions, record, mark))
    }
}

/// By rising entry; what was appended last counts where several stand.
fn judge(mut versions: Vec<Version>, record: &Record, mark: KeyMark) -> Known {
    let stands = |version: &&Version| matches!(version.life, Life::Stands | Life::Pending);
    if let Some(same) = versions.iter().filter(stands).find(|it| says_the_same(&it.record, record))
    {
        return Known::Same(Box::new(same.clone()));
    }
    if let Some(other) = versions.iter().rfind(stands) {
        return Known::Other(Box::new(other.clone()));
    }
    versions.retain(|version| version.life == Life::Withdrawn);
    versions.pop().map_or(Known::New(Some(mark)), |last| Known::Withdrawn(Box::new(last)))
}

/// Whether two records say the same, whatever rows they came in.
fn says_the_same(one: &Record, other: &Record) -> bool {
    let Record { row: _, subject, authority, document, decided, fields } = one;
    *subject == other.subject
        && *authority == other.authority
        && *document == other.document
        && *decided == other.decided
        && *fields == other.fields
}
