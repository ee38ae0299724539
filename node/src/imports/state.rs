//! How far an import came, as it stands in the store.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tiaoxi_api::types::{ImportState, ImportSummary};

use super::Digest;

/// What the facts of imports begin with.
pub(super) const KEY_PREFIX: &[u8] = b"import/";

/// The fact under which an import's record stands.
pub(super) fn key(digest: &Digest) -> Vec<u8> {
    [KEY_PREFIX, digest.as_slice()].concat()
}

/// The import of a fact.
pub(super) fn digest_of(key: &[u8]) -> Option<Digest> {
    key.strip_prefix(KEY_PREFIX)?.try_into().ok()
}

/// What is known of an import. Written in the same commit as the rows it speaks of.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct ImportRecord {
    /// Number of the import's entry; `None` before rows are taken in. Provisional while the log is
    /// unsigned: to be checked.
    pub(super) number: Option<u64>,
    /// Number of the catalogue item; 0 when it is not known.
    pub(super) item: u16,
    /// Every accepted row up to this one is in the log.
    pub(super) rows: u32,
    /// Slot of the upload, while it is kept.
    pub(super) upload: Option<u64>,
    /// Slot of the rows that did not go in and of the findings, while they are kept.
    pub(super) findings: Option<u64>,
    /// When it arrived, in seconds since 1970.
    pub(super) arrived: u64,
    /// When both are destroyed, in seconds since 1970.
    pub(super) kept_until: u64,
    /// Sheet of a workbook, where the caller named one.
    pub(super) sheet: Option<String>,
    /// Texts for fields that the file has no column for.
    pub(super) fill: BTreeMap<String, String>,
    /// Its end is reported in the log, although it is not known here how it ended.
    pub(super) is_reported: bool,
    /// How it ended or, for a preview, how it would end.
    pub(super) summary: Option<ImportSummary>,
}

impl ImportRecord {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("plain data becomes JSON")
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }

    /// How it ended, once every row is acknowledged.
    pub(super) fn ended(&self) -> Option<&ImportSummary> {
        self.summary.as_ref().filter(|summary| !summary.preview)
    }

    /// Where it stands while nothing is done to it.
    pub(super) fn at_rest(&self) -> ImportState {
        match &self.summary {
            Some(summary) if !summary.preview => ImportState::Complete,
            _ if self.number.is_some() => ImportState::Interrupted,
            _ if self.upload.is_none() => ImportState::Expired,
            Some(_) => ImportState::Previewed,
            None => ImportState::Interrupted,
        }
    }

    /// The sealed files that it names.
    pub(super) fn slots(&self) -> impl Iterator<Item = u64> {
        [self.upload, self.findings].into_iter().flatten()
    }
}
