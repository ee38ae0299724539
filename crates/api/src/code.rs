//! Stable error codes with their class and words. `docs/api.md` lists them; a test compares.

use std::borrow::Cow;

/// What a caller can conclude from an error, whatever its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// The request is wrong; the same again fails again.
    BadRequest,
    /// Token missing or wrong.
    Unauthorized,
    /// Understood, and not allowed.
    Forbidden,
    /// There is no such thing here.
    NotFound,
    /// The thing is here, and this can't be done to it.
    MethodNotAllowed,
    /// Not in the present state of things.
    Conflict,
    /// More bytes than allowed.
    TooLarge,
    /// What was sent is not what it should be.
    Unprocessable,
    /// Too much at once: try again later.
    TooMany,
    /// The node can't now: try again later.
    Unavailable,
    /// A fault of the node; its log says more.
    Internal,
}

/// Codes that this crate itself answers with, or that every [`crate::Service`] needs. An intake or
/// store may add its own ([`crate::ServiceError::new`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// See [`Code::describe`].
    Unauthorized,
    /// No such route.
    RouteNotFound,
    /// The route exists, not this method.
    MethodNotAllowed,
    /// A parameter is missing or malformed.
    BadRequest,
    /// A request that takes no body came with one.
    BodyNotAllowed,
    /// The code is one of a natural person, or the record concerns one.
    NaturalPersonRefused,
    /// What was asked for is no code of a subject.
    NoSubjectCode,
    /// No log of this origin is here.
    LogNotFound,
    /// Nothing of the log may be shown yet.
    NoCheckpoint,
    /// The log has no entry of this number.
    EntryNotFound,
    /// The entry is in no signed checkpoint yet.
    NotYetSigned,
    /// No import of this digest is known.
    ImportNotFound,
    /// The catalogue has no such item.
    UnknownItem,
    /// The bytes received are not those of the digest.
    DigestMismatch,
    /// The upload ended before its end.
    UploadCutOff,
    /// The file is too large.
    ImportTooLarge,
    /// The same file is being taken in right now.
    ImportRunning,
    /// Too many imports at once.
    TooManyImports,
    /// The journal may not grow further until somebody holds the log.
    JournalFull,
    /// The node is starting or stopping.
    NotReady,
    /// Too many requests at once.
    Busy,
    /// The answer took too long.
    Timeout,
    /// A file of the node is damaged.
    Damaged,
    /// A fault of the node.
    Internal,
}

/// The words of a code.
#[derive(Clone, Copy, Debug)]
pub struct Description {
    /// Stable, upper case.
    pub code: &'static str,
    /// Its class.
    pub class: ErrorClass,
    /// For people, in Chinese.
    pub zh: &'static str,
    /// For people, in English.
    pub en: &'static str,
    /// What to do about it.
    pub hint: Option<&'static str>,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 24] = [
        Self::Unauthorized,
        Self::RouteNotFound,
        Self::MethodNotAllowed,
        Self::BadRequest,
        Self::BodyNotAllowed,
        Self::NaturalPersonRefused,
        Self::NoSubjectCode,
        Self::LogNotFound,
        Self::NoCheckpoint,
        Self::EntryNotFound,
        Self::NotYetSigned,
        Self::ImportNotFound,
        Self::UnknownItem,
        Self::DigestMismatch,
        Self::UploadCutOff,
        Self::ImportTooLarge,
        Self::ImportRunning,
        Self::TooManyImports,
        Self::JournalFull,
        Self::NotReady,
        Self::Busy,
        Self::Timeout,
        Self::Damaged,
        Self::Internal,
    ];

    /// Its words.
    pub fn describe(self) -> Description {
        let (code, class, zh, en, hint) = match self {
            Self::Unauthorized
            | Self::RouteNotFound
            | Self::MethodNotAllowed
            | Self::BadRequest
            | Self::BodyNotAllowed => self.of_requests(),
            Self::NaturalPersonRefused
            | Self::NoSubjectCode
            | Self::LogNotFound
            | Self::NoCheckpoint
            | Self::EntryNotFound
            | Self::NotYetSigned => self.of_queries(),
            Self::ImportNotFound
            | Self::UnknownItem
            | Self::DigestMismatch
            | Self::UploadCutOff
            | Self::ImportTooLarge
            | Self::ImportRunning
            | Self::TooManyImports => self.of_imports(),
            _ => self.of_the_node(),
        };
        Description { code, class, zh, en, hint }
    }

    fn of_requests(self) -> Words {
        use ErrorClass::{BadRequest, NotFound, Unauthorized};
        match self {
            Self::Unauthorized => (
                "UNAUTHORIZED",
                Unauthorized,
                "缺少访问令牌，或令牌不正确",
                "the access token is missing or wrong",
                Some("send `Authorization: Bearer` with the content of the node's api-token file"),
            ),
            Self::RouteNotFound => {
                ("ROUTE_NOT_FOUND", NotFound, "没有这个接口", "there is no such route", None)
            }
            Self::MethodNotAllowed => (
                "METHOD_NOT_ALLOWED",
                ErrorClass::MethodNotAllowed,
                "该接口不支持这种请求方法",
                "the route does not take this method",
                None,
            ),
            Self::BodyNotAllowed => (
                "BODY_NOT_ALLOWED",
                BadRequest,
                "该请求不应带有正文",
                "this request takes no body",
                None,
            ),
            _ => (
                "BAD_REQUEST",
                BadRequest,
                "请求参数缺失或格式不正确",
                "a parameter is missing or malformed",
                None,
            ),
        }
    }

    fn of_queries(self) -> Words {
        use ErrorClass::{BadRequest, Conflict, Forbidden, NotFound};
        match self {
            Self::NaturalPersonRefused => (
                "NATURAL_PERSON_REFUSED",
                Forbidden,
                "不提供自然人信用信息查询",
                "natural persons can't be asked for",
                Some("a query about a person needs an account, a basis and an audit log"),
            ),
            Self::NoSubjectCode => (
                "NO_SUBJECT_CODE",
                BadRequest,
                "不是信用主体代码",
                "this is no code of a subject",
                None,
            ),
            Self::LogNotFound => {
                ("LOG_NOT_FOUND", NotFound, "本节点没有这个日志", "no such log is here", None)
            }
            Self::NoCheckpoint => (
                "NO_CHECKPOINT",
                NotFound,
                "该日志尚无可公开的检查点",
                "the log has no checkpoint that may be shown yet",
                Some("a checkpoint is shown once the log's deciders hold it"),
            ),
            Self::NotYetSigned => (
                "NOT_YET_SIGNED",
                Conflict,
                "该条目已接收，但尚未列入已签名的检查点",
                "the entry is in no signed checkpoint yet",
                Some("signing waits for the log's deciders; see /v1/status"),
            ),
            _ => (
                "ENTRY_NOT_FOUND",
                NotFound,
                "该日志没有这个编号的条目",
                "the log has no entry of this number",
                None,
            ),
        }
    }

    fn of_imports(self) -> Words {
        use ErrorClass::{BadRequest, Conflict, NotFound, TooLarge, TooMany, Unprocessable};
        match self {
            Self::ImportNotFound => (
                "IMPORT_NOT_FOUND",
                NotFound,
                "没有该文件的导入记录",
                "no import of this file is known",
                None,
            ),
            Self::UnknownItem => (
                "UNKNOWN_ITEM",
                NotFound,
                "目录中没有这个事项",
                "the catalogue has no such item",
                None,
            ),
            Self::DigestMismatch => (
                "DIGEST_MISMATCH",
                Unprocessable,
                "收到的内容与所报摘要不符",
                "the bytes received are not those of the digest",
                Some("the file may have changed while it was sent: import it again"),
            ),
            Self::UploadCutOff => (
                "UPLOAD_CUT_OFF",
                BadRequest,
                "上传中断",
                "the upload ended before its end",
                Some("import the same file again: rows taken in already are not doubled"),
            ),
            Self::ImportTooLarge => {
                ("IMPORT_TOO_LARGE", TooLarge, "文件过大", "the file is too large", None)
            }
            Self::ImportRunning => (
                "IMPORT_RUNNING",
                Conflict,
                "同一文件正在导入",
                "the same file is being imported right now",
                Some("follow it at /v1/imports/{digest}"),
            ),
            _ => (
                "TOO_MANY_IMPORTS",
                TooMany,
                "同时进行的导入过多",
                "too many imports at once",
                Some("try again when one has ended"),
            ),
        }
    }

    fn of_the_node(self) -> Words {
        use ErrorClass::{Internal, Unavailable};
        match self {
            Self::JournalFull => (
                "JOURNAL_FULL",
                Unavailable,
                "预写日志已达上限，等待见证单位存取",
                "the journal is full until the log's deciders hold it",
                Some("see /v1/status for who is behind"),
            ),
            Self::NotReady => (
                "NOT_READY",
                Unavailable,
                "节点正在启动或停止",
                "the node is starting or stopping",
                None,
            ),
            Self::Busy => {
                ("BUSY", Unavailable, "节点繁忙，请稍后再试", "too many requests at once", None)
            }
            Self::Timeout => ("TIMEOUT", Unavailable, "处理超时", "the answer took too long", None),
            Self::Damaged => (
                "DAMAGED",
                Internal,
                "节点的数据文件已损坏",
                "a file of the node is damaged",
                Some("see the node's log and /v1/status"),
            ),
            _ => (
                "INTERNAL",
                Internal,
                "节点内部错误",
                "a fault of the node",
                Some("see the node's log"),
            ),
        }
    }

    /// Its stable text.
    pub fn as_str(self) -> &'static str {
        self.describe().code
    }
}

type Words = (&'static str, ErrorClass, &'static str, &'static str, Option<&'static str>);

impl From<Code> for Cow<'static, str> {
    fn from(code: Code) -> Self {
        Cow::Borrowed(code.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_listed_once_and_explained_in_the_documentation() {
        let page = include_str!("../../../docs/api.md");
        let codes: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(codes.len(), Code::ALL.len(), "no two share a text");
        for code in codes {
            assert!(page.contains(&format!("`{code}`")), "docs/api.md lacks {code}");
        }
    }
}
