//! What travels: the JSON of every answer. Names are `snake_case` and stable; readers ignore
//! fields they don't know, so that a newer node may say more.

mod encoding;
mod import;
mod proof;
mod status;
mod subject;

use serde::{Deserialize, Serialize};

pub use self::encoding::{Base64Bytes, HexBytes};
pub use self::import::{
    EntryRange, ImportFinding, ImportProgress, ImportState, ImportSummary, Severity,
};
pub use self::proof::{BodyState, Proof};
pub use self::status::{
    Fault, Health, HeldBy, IndexStatus, JournalStatus, LogStatus, Logs, NodeState, PeerStatus,
    RefusedEntry, RefusedStatus, Side, Status, StepTimer, StoreStatus,
};
pub use self::subject::{Because, Content, Place, ShownField, Standing, Subject, SubjectRecord};

/// The answer to a request that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// Stable, for programs.
    pub code: String,
    /// For people, in Chinese.
    pub message_zh: String,
    /// For people, in English.
    pub message_en: String,
    /// What to do about it.
    #[serde(default)]
    pub hint: Option<String>,
}
