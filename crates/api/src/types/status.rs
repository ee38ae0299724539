//! How the node and its neighbours are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{HexBytes, ImportProgress};

/// Whether the node works; asked without a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// Its state.
    pub state: NodeState,
    /// Id of the member.
    pub member: String,
    /// Version of the software.
    pub version: String,
}

/// State of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NodeState {
    /// Opening its files.
    Starting,
    /// Working.
    Ready,
    /// Closing its files.
    Stopping,
}

/// Everything an operator may want to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// The node.
    pub node: Health,
    /// Id of the federation.
    pub federation: String,
    /// Version of the charter in force.
    pub charter_version: u64,
    /// Seconds since the node started.
    pub uptime_seconds: u64,
    /// The journal.
    pub journal: JournalStatus,
    /// The stored blocks.
    pub store: StoreStatus,
    /// The subject index.
    pub index: IndexStatus,
    /// Every log, own ones first.
    pub logs: Vec<LogStatus>,
    /// Every member that this node exchanges with.
    pub peers: Vec<PeerStatus>,
    /// Imports under way or interrupted.
    pub imports: Vec<ImportProgress>,
    /// Time spent in each step of importing since the start.
    pub import_steps: Vec<StepTimer>,
    /// Entries that count for nothing.
    pub refused: RefusedStatus,
    /// What needs an operator.
    pub faults: Vec<Fault>,
}

/// The journal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JournalStatus {
    /// Bytes of all segments.
    pub bytes: u64,
    /// Segments.
    pub segments: u64,
    /// Segments kept only because nobody else holds their entries.
    pub segments_kept: u64,
    /// Group commits since the start.
    pub commits: u64,
    /// Syncs since the start.
    pub syncs: u64,
}

/// The stored blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoreStatus {
    /// Bytes of the own logs' database.
    pub own_bytes: u64,
    /// Bytes of the followed logs' database.
    pub followed_bytes: u64,
}

/// The subject index.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IndexStatus {
    /// Mentions in memory.
    pub memory_postings: u64,
    /// Mentions on disk.
    pub disk_postings: u64,
    /// Files.
    pub runs: u32,
    /// Their bytes.
    pub disk_bytes: u64,
}

/// Whose log it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Written here.
    Own,
    /// Followed.
    Followed,
}

/// The answer to a request for all logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Logs {
    /// Every log, own ones first.
    pub logs: Vec<LogStatus>,
}

/// One log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LogStatus {
    /// Its origin.
    pub origin: String,
    /// Whose it is.
    pub side: Side,
    /// Entries here, signed or not.
    pub size_appended: u64,
    /// Entries in the newest signed checkpoint that is here.
    pub size_signed: u64,
    /// Root of that checkpoint.
    pub root: HexBytes,
    /// Who holds it durably up to where.
    pub held: Vec<HeldBy>,
    /// Entries verified here against a signed root.
    pub verified_up_to: u64,
    /// Entries that queries see.
    pub queryable_up_to: u64,
    /// Entries that the author has shown and that are not verified here yet; `None` when unknown.
    pub lag: Option<u64>,
    /// The last thing that went wrong with it.
    pub last_error: Option<Fault>,
    /// Seconds until the next try; `None` when none is planned.
    pub next_try_seconds: Option<u64>,
}

/// A member's word on what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HeldBy {
    /// Id of the member.
    pub member: String,
    /// Up to this size.
    pub size: u64,
}

/// A neighbour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PeerStatus {
    /// Id of the member.
    pub member: String,
    /// Whether there is a session now.
    pub connected: bool,
    /// Where it is reached, or last was.
    pub address: Option<String>,
    /// The last thing that went wrong with it.
    pub last_error: Option<Fault>,
    /// Seconds until the next try; `None` when none is planned.
    pub next_try_seconds: Option<u64>,
}

/// Something that went wrong, and what helps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fault {
    /// Stable code.
    pub code: String,
    /// For people, in Chinese.
    pub message_zh: String,
    /// For people, in English.
    pub message_en: String,
    /// The command or act that helps.
    #[serde(default)]
    pub hint: Option<String>,
    /// When, in seconds of POSIX time.
    pub at: u64,
}

/// Time spent in one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StepTimer {
    /// Name of the step.
    pub step: String,
    /// Microseconds in all.
    pub microseconds: u64,
    /// How often.
    pub count: u64,
}

/// Entries that are kept and count for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefusedStatus {
    /// How many, by reason.
    pub counts: BTreeMap<String, u64>,
    /// The newest few of each log.
    pub newest: Vec<RefusedEntry>,
}

/// An entry that counts for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefusedEntry {
    /// Origin of its log.
    pub origin: String,
    /// Its number.
    pub number: u64,
    /// Stable code of the reason.
    pub code: String,
    /// For people, in Chinese.
    pub message_zh: String,
    /// For people, in English.
    pub message_en: String,
}
