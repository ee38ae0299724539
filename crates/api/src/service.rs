//! Who answers: the node, or a fake in tests.

mod exchange;
mod request;

use std::borrow::Cow;
use std::io::Read;

use tiaoxi_views::query::SubjectQuery;

pub use self::exchange::{ListingsQuery, Paper, PaperFormat};
pub use self::request::{
    Caller, Corrections, Decision, Download, FindingsRequest, ImportRequest, RejectedKind,
    RejectedRequest, Review, ReviewerToken,
};
use crate::code::{Code, ErrorClass};
use crate::types::{
    AgreementShown, AnswerRequest, ApiError, CorrectionRequest, Decided, Decisions,
    DecisionsRequest, EndRequest, ExchangeStatus, FindingsPage, FromRecords, FromRecordsRequest,
    Health, ImportProgress, ImportSummary, ItemListed, ItemShown, ListingRequest, ListingShown,
    ListingsPage, LogStatus, Notice, ObjectionRequest, Place, Proof, RecognitionRequest,
    RepairRequest, Said, Status, Subject, SubjectSupervision, SupervisionShown, Timeline,
    WithdrawalRequest,
};

/// What a node answers. Methods may block, except [`Service::health`]; each runs on a thread of its
/// own. Answers are what may be shown to whoever has the token: checkpoints that deciders hold, no
/// natural persons, no personal field.
pub trait Service: Send + Sync + 'static {
    /// Whether the node works. Must not block.
    fn health(&self) -> Health;

    /// Everything an operator may want to know.
    fn status(&self) -> Result<Status, ServiceError>;

    /// The logs that are here.
    fn logs(&self) -> Result<Vec<LogStatus>, ServiceError>;

    /// The newest checkpoint of a log that may be shown, as the signed note.
    fn checkpoint(&self, origin: &str) -> Result<Vec<u8>, ServiceError>;

    /// What is recorded of a subject.
    fn subject(&self, query: &SubjectQuery) -> Result<Subject, ServiceError>;

    /// That an entry is in a signed log, and what it says as far as it may be shown.
    fn proof(&self, origin: &str, number: u64) -> Result<Proof, ServiceError>;

    /// Takes in a file from `body` and returns when every accepted row is acknowledged, or, for a
    /// preview, when every row is judged. May return without reading: then nothing is uploaded. A
    /// read error means that the upload was cut off ([`std::io::ErrorKind::UnexpectedEof`]),
    /// stalled or too long; rows taken in before stay.
    fn import(
        &self,
        request: &ImportRequest,
        body: &mut dyn Read,
    ) -> Result<ImportSummary, ServiceError>;

    /// Takes in what a preview has shown; returns like [`Service::import`].
    fn confirm(
        &self,
        digest: &[u8; 32],
        decision: &Decision,
    ) -> Result<ImportSummary, ServiceError>;

    /// The newest imports, newest first; at most [`crate::types::IMPORTS_LISTED_MAX`].
    fn imports(&self) -> Result<Vec<ImportProgress>, ServiceError>;

    /// How far an import is, running or ended. Asked several times a second by whoever watches it.
    fn import_progress(&self, digest: &[u8; 32]) -> Result<ImportProgress, ServiceError>;

    /// The findings of an import or preview that has ended.
    fn import_findings(
        &self,
        digest: &[u8; 32],
        request: FindingsRequest,
    ) -> Result<FindingsPage, ServiceError>;

    /// The rejected rows of an import that has ended, as a file with their reasons.
    fn rejected_rows(
        &self,
        digest: &[u8; 32],
        request: RejectedRequest,
    ) -> Result<Download, ServiceError>;

    /// Removes upload, rejected rows and findings of an import. What was appended stays.
    fn discard_import(&self, digest: &[u8; 32]) -> Result<(), ServiceError>;

    /// Withdraws a record or everything that an import brought in.
    fn withdraw(
        &self,
        request: &WithdrawalRequest,
        caller: &Caller,
    ) -> Result<Notice, ServiceError>;

    /// Corrects a record. Its target is no whole import.
    fn correct(&self, request: &CorrectionRequest, caller: &Caller)
    -> Result<Notice, ServiceError>;

    /// The catalogue items.
    fn items(&self) -> Result<Vec<ItemListed>, ServiceError>;

    /// A catalogue item.
    fn item(&self, slug: &str) -> Result<ItemShown, ServiceError>;

    /// A blank workbook to fill with records of an item.
    fn template(&self, slug: &str) -> Result<Download, ServiceError>;

    /// The agreements on mutual recognition in the charter, by rising id.
    fn agreements(&self) -> Result<Vec<AgreementShown>, ServiceError>;

    /// The supervision catalogue that the charter names.
    fn supervision(&self) -> Result<SupervisionShown, ServiceError>;

    /// How the exchange between members is. No list of it is longer than
    /// [`crate::types::EXCHANGE_LISTED_MAX`], but that of the heartbeats.
    fn exchange(&self) -> Result<ExchangeStatus, ServiceError>;

    /// Listings, in the order of their places; at most [`ListingsQuery::limit`].
    fn listings(&self, query: &ListingsQuery) -> Result<ListingsPage, ServiceError>;

    /// A listing with everything that followed.
    fn listing(&self, place: &Place) -> Result<ListingShown, ServiceError>;

    /// The notice to the company (告知书) about a listing and its effect here.
    fn notice(&self, place: &Place, format: PaperFormat) -> Result<Paper, ServiceError>;

    /// Whether a subject is a key supervision object. No listings is an answer, no error.
    fn subject_supervision(&self, query: &SubjectQuery)
    -> Result<SubjectSupervision, ServiceError>;

    /// Everything that was said of the listings of a subject.
    fn timeline(&self, query: &SubjectQuery) -> Result<Timeline, ServiceError>;

    /// The same to be read and printed.
    fn timeline_paper(
        &self,
        query: &SubjectQuery,
        format: PaperFormat,
    ) -> Result<Paper, ServiceError>;

    /// A certificate that no listing of a subject is known here: as [`PaperFormat::Text`] the
    /// signed note.
    fn absence(&self, query: &SubjectQuery, format: PaperFormat) -> Result<Paper, ServiceError>;

    /// Lists a subject. The request is within its limits and its days are in order; whether it
    /// keeps to the agreement is the service's business.
    fn list(&self, request: &ListingRequest, caller: &Caller) -> Result<Said, ServiceError>;

    /// Lists the subjects of records, of at most [`crate::types::RECORDS_JUDGED_MAX`]; a record
    /// that is listed already is not listed again.
    fn list_from_records(
        &self,
        request: &FromRecordsRequest,
        caller: &Caller,
    ) -> Result<FromRecords, ServiceError>;

    /// Takes an officer's decision on a listing. The caller has a reviewer's token; whether anybody
    /// is known by it is the service's business.
    fn recognise(
        &self,
        request: &RecognitionRequest,
        caller: &Caller,
    ) -> Result<Decided, ServiceError>;

    /// Ends a listing of one's own, or a recognition of one's own.
    fn end(&self, request: &EndRequest, caller: &Caller) -> Result<Said, ServiceError>;

    /// Carries out one repair decision.
    fn repair(&self, request: &RepairRequest, caller: &Caller) -> Result<Decisions, ServiceError>;

    /// Carries out decisions on repairs and objections that came in as records, of at most
    /// [`crate::types::RECORDS_JUDGED_MAX`]; what is carried out already is not said again.
    fn decisions(
        &self,
        request: &DecisionsRequest,
        caller: &Caller,
    ) -> Result<Decisions, ServiceError>;

    /// Marks a listing, or a record of one's own, as objected to.
    fn object(&self, request: &ObjectionRequest, caller: &Caller) -> Result<Said, ServiceError>;

    /// Answers an objection to a listing of one's own.
    fn answer(&self, request: &AnswerRequest, caller: &Caller) -> Result<Said, ServiceError>;
}

/// Why a request was not answered: what the caller is told. Causes go to the node's log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", error.code, error.message_en)]
pub struct ServiceError {
    /// What the caller can conclude.
    pub class: ErrorClass,
    /// The answer.
    pub error: ApiError,
}

impl ServiceError {
    /// An error of another crate, by its own stable code and words.
    pub fn new(
        class: ErrorClass,
        code: impl Into<Cow<'static, str>>,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        let code = code.into().into_owned();
        let (message_zh, message_en) = (zh.into(), en.into());
        Self { class, error: ApiError { code, message_zh, message_en, hint: None } }
    }

    /// Says more than the table's words, after them.
    #[must_use]
    pub fn detailed(mut self, zh: &str, en: &str) -> Self {
        self.error.message_zh = format!("{}：{zh}", self.error.message_zh);
        self.error.message_en = format!("{}: {en}", self.error.message_en);
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.error.hint = Some(hint.into());
        self
    }
}

impl From<Code> for ServiceError {
    fn from(code: Code) -> Self {
        let words = code.describe();
        let error = Self::new(words.class, words.code, words.zh, words.en);
        match words.hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}
