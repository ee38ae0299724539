//! Mutual recognition of key supervision objects (重点监管对象互认): what members ask for, and what
//! they are shown.
//!
//! Words that a later version may add to (states, causes, kinds) travel as slugs beside their
//! Chinese; days as `YYYY-MM-DD`. Who may say what, and what follows from it, is not known here.

mod agreement;
mod answer;
mod clock;
mod described;
mod ground;
mod listing;
mod recognition;
mod request;
mod status;
mod subject;
mod supervision;

pub use self::agreement::{AgreementList, AgreementShown, DutyShown, MapShown};
pub use self::answer::{
    Decided, DecidedState, Decisions, FromRecord, FromRecords, PassedOver, Said,
};
pub use self::clock::{ClockKind, ClockShown, ClockState};
pub use self::ground::{GradeGroundShape, GroundShape, ListGroundShape};
pub use self::listing::{
    AnsweredShown, EndedShown, EvidenceShown, LISTINGS_MAX, ListingContent, ListingShown,
    ListingsPage, ObjectionShown, ReceiptShown,
};
pub use self::recognition::{Named, Reason, RecognitionShown};
pub use self::request::{
    AnswerRequest, CHANNEL_CHARS_MAX, DecisionsRequest, EndRequest, FromRecordsRequest,
    ListingRequest, MEASURES_MAX, NAME_CHARS_MAX, ObjectionRequest, RECORDS_JUDGED_MAX,
    RecognitionChoice, RecognitionRequest, RepairRequest, SLUG_BYTES_MAX, SubjectKind,
    SubjectShape,
};
pub use self::status::{
    EXCHANGE_LISTED_MAX, ExchangeStatus, HeartbeatShown, LateShown, RefusedShown, Waiting,
};
pub use self::subject::{ConfirmedUntil, SubjectSupervision, Timeline, TimelineRow};
pub use self::supervision::{
    DomainShown, LevelShown, MeasureShown, StandardShown, SupervisionShown,
};
