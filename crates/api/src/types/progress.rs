//! How far an import is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{HexBytes, ImportSummary};

/// Imports that are listed at most.
pub const IMPORTS_LISTED_MAX: usize = 200;

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// The file is arriving.
    Uploading,
    /// A preview reads the rows.
    Checking,
    /// A preview has ended: it waits to be confirmed or discarded.
    Previewed,
    /// The file is here and waits for its turn.
    Waiting,
    /// Rows are taken in.
    Running,
    /// Every accepted row is acknowledged.
    Complete,
    /// Cut off; importing the file again goes on from here.
    Interrupted,
    /// Never confirmed within its time; the upload is removed.
    Expired,
}

impl ImportState {
    /// Whether nothing changes any more unless somebody asks for it.
    pub fn is_at_rest(self) -> bool {
        match self {
            Self::Uploading | Self::Checking | Self::Waiting | Self::Running => false,
            Self::Previewed | Self::Complete | Self::Interrupted | Self::Expired => true,
        }
    }
}

/// How far an import is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportProgress {
    /// BLAKE3 of the file.
    pub import: HexBytes,
    /// Where it stands.
    pub state: ImportState,
    /// Slug of the catalogue item, as soon as it is known.
    #[schema(example = "xzcf")]
    pub item: Option<String>,
    /// Rows read and judged.
    pub rows_read: u64,
    /// Rows up to which every accepted one is durable.
    pub rows_acknowledged: u64,
    /// Bytes of the file done: received while it arrives, read afterwards.
    pub bytes_done: u64,
    /// Bytes of the file; 0 while that is not known.
    pub bytes_total: u64,
    /// How it ended, or would end, once it has.
    pub summary: Option<ImportSummary>,
}

/// The answer to a request for all imports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportList {
    /// The newest 200, newest first.
    pub imports: Vec<ImportProgress>,
}
