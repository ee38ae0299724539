//! How far an import came, as it stands in the store.

use serde::{Deserialize, Serialize};
use tiaoxi_api::types::ImportSummary;

use super::Digest;

/// What the facts of imports begin with.
pub(super) const KEY_PREFIX: &[u8] = b"import/";

/// The fact under which an import's record stands.
pub(super) fn key(digest: &Digest) -> Vec<u8> {
    [KEY_PREFIX, digest.as_slice()].concat()
}

/// Written in the same commit as the rows it speaks of.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct ImportRecord {
    /// Number of the import's entry. Provisional while the log is unsigned: to be checked.
    pub(super) number: u64,
    /// Number of the catalogue item; 0 when it is not known.
    #[serde(default)]
    pub(super) item: u16,
    /// Every accepted row up to this one is in the log.
    pub(super) rows: u32,
    /// Where the rejected rows are kept.
    pub(super) rejected_slot: Option<u64>,
    /// Its end is reported in the log, although it is not known here how it ended.
    #[serde(default)]
    pub(super) is_reported: bool,
    /// How it ended, once it has.
    pub(super) summary: Option<ImportSummary>,
}

impl ImportRecord {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("plain data becomes JSON")
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }
}
