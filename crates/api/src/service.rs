//! Who answers: the node, or a fake in tests.

use std::borrow::Cow;
use std::io::Read;

use tiaoxi_views::query::SubjectQuery;

use crate::code::{Code, ErrorClass};
use crate::types::{
    ApiError, Health, ImportProgress, ImportSummary, LogStatus, Proof, Status, Subject,
};

/// A file to be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRequest {
    /// Slug of the catalogue item, as the caller wrote it.
    pub item: String,
    /// BLAKE3 of the file's bytes, as the caller says.
    pub digest: [u8; 32],
    /// Bytes of the file, where the caller said so.
    pub length: Option<u64>,
}

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

    /// Takes in a file from `body` and returns when every accepted row is acknowledged. May return
    /// without reading: then nothing is uploaded. A read error means that the upload was cut off
    /// ([`std::io::ErrorKind::UnexpectedEof`]), stalled or too long; rows taken in before stay.
    fn import(
        &self,
        request: &ImportRequest,
        body: &mut dyn Read,
    ) -> Result<ImportSummary, ServiceError>;

    /// How far an import is, running or ended.
    fn import_progress(&self, digest: &[u8; 32]) -> Result<ImportProgress, ServiceError>;

    /// The rejected rows of an import that has ended, as CSV with their reasons.
    fn rejected_rows(&self, digest: &[u8; 32]) -> Result<Box<dyn Read + Send>, ServiceError>;
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
