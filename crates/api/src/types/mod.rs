//! What travels: the JSON of every answer. Names are `snake_case` and stable; readers ignore
//! fields they don't know, so that a newer node may say more.

mod catalogue;
mod decision;
mod described;
mod digest;
mod encoding;
mod exchange;
mod finding;
mod import;
mod notice;
mod progress;
mod proof;
mod schema;
mod status;
mod strict;
mod subject;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::catalogue::{
    DeadlineShown, FieldShown, GenerationShown, ItemList, ItemListed, ItemShown, RuleShown,
};
pub use self::decision::{CorrectionsChoice, ImportDecision, REASON_CHARS_MAX};
pub use self::digest::{Date, Digest};
pub use self::encoding::{Base64Bytes, HexBytes};
pub use self::exchange::{
    AgreementList, AgreementShown, AnswerRequest, AnsweredShown, CHANNEL_CHARS_MAX, ClockKind,
    ClockShown, ClockState, ConfirmedUntil, Decided, DecidedState, Decisions, DecisionsRequest,
    DomainShown, DutyShown, EXCHANGE_LISTED_MAX, EndRequest, EndedShown, EvidenceShown,
    ExchangeStatus, FromRecord, FromRecords, FromRecordsRequest, GradeGroundShape, GroundShape,
    HeartbeatShown, LISTINGS_MAX, LateShown, LevelShown, ListGroundShape, ListingContent,
    ListingRequest, ListingShown, ListingsPage, MEASURES_MAX, MapShown, MeasureShown,
    NAME_CHARS_MAX, Named, ObjectionRequest, ObjectionShown, PassedOver, RECORDS_JUDGED_MAX,
    Reason, ReceiptShown, RecognitionChoice, RecognitionRequest, RecognitionShown, RefusedShown,
    RepairRequest, SLUG_BYTES_MAX, Said, StandardShown, SubjectKind, SubjectShape,
    SubjectSupervision, SupervisionShown, Timeline, TimelineRow, Waiting,
};
pub use self::finding::{FINDINGS_MAX, FindingsPage, ImportFinding, Severity};
pub use self::import::{
    EntryRange, FileShown, ImportSummary, OfferedCorrection, SUMMARY_SAMPLES_MAX,
};
pub use self::notice::{
    CorrectionRequest, DOCUMENT_CHARS_MAX, EntryTarget, FIELD_CHARS_MAX, FIELDS_MAX, ImportTarget,
    Notice, NoticeChange, NoticeRecord, RowTarget, Target, WithdrawalRequest,
};
pub use self::progress::{IMPORTS_LISTED_MAX, ImportList, ImportProgress, ImportState};
pub use self::proof::{BodyState, Proof};
pub(crate) use self::schema::FileBytes;
pub use self::status::{
    Fault, Health, HeldBy, IndexStatus, JournalStatus, LogStatus, Logs, NodeState, PeerStatus,
    RefusedEntry, RefusedStatus, Side, Status, StepTimer, StoreStatus,
};
pub use self::subject::{
    Because, Content, Ended, EndedHow, Place, ShownField, Standing, Subject, SubjectRecord,
};

/// The answer to a request that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
