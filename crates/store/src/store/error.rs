//! Why a store did not take what it was given.

use tiaoxi_vault::KeyFileError;

use crate::LOGS_MAX;
use crate::check::Refusal;
use crate::file::FileError;
use crate::journal::JournalError;
use crate::log::LogId;
use crate::small::LogFilesError;

/// Why a commit was not made.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// It does not fit: the caller's fault.
    #[error("the commit does not fit")]
    Refused(#[from] Refusal),
    /// Others must take over entries first, or the limit must be raised.
    #[error("the journal is full: {bytes} bytes of at most {bytes_max}")]
    JournalFull {
        /// Bytes of the journal with this commit.
        bytes: u64,
        /// The limit.
        bytes_max: u64,
    },
    /// The disk did not take it, and nothing of it is there: another attempt may succeed.
    #[error("the commit could not be written")]
    NotWritten(#[source] FileError),
    /// The disk failed in a way that leaves its content unknown: stop, and start again.
    #[error("the journal failed, the node must stop")]
    Failed(#[source] JournalError),
    /// An earlier failure: stop, and start again.
    #[error("the store failed before, the node must stop")]
    Poisoned,
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

/// Why a log could not be added.
#[derive(Debug, thiserror::Error)]
pub enum EnsureLogError {
    /// The log is there, but on the other side.
    #[error("{0} is kept on the other side: own logs and followed ones do not mix")]
    OtherSide(LogId),
    /// An empty or too long origin.
    #[error("an origin of {0} bytes is not possible")]
    BadOrigin(usize),
    /// As many logs as a store takes.
    #[error("a store takes no more than {LOGS_MAX} logs")]
    TooMany,
    /// The log's files could not be made.
    #[error("the files of a log could not be made")]
    File(#[from] FileError),
    /// The log's key file could not be made.
    #[error("the key file of a log could not be made")]
    Keys(#[from] KeyFileError),
}

impl From<LogFilesError> for EnsureLogError {
    fn from(error: LogFilesError) -> Self {
        match error {
            LogFilesError::File(error) => error.into(),
            LogFilesError::Keys(error) => error.into(),
        }
    }
}
