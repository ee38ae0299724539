//! What can go wrong with the index. All of it is answered by rebuilding: the index is derived data.

use std::io;
use std::path::{Path, PathBuf};

use tiaoxi_vault::KeyFileError;

/// Why the index could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// A file isn't what was written, or is gone: delete and rebuild ([`super::Index::rebuild`]).
    #[error("the subject index is damaged: {what}")]
    Damaged {
        /// Which part.
        what: String,
    },
    /// A file could not be read or written; nothing is said about its content.
    #[error("the subject index: {attempt} {path} failed")]
    Io {
        /// What was attempted.
        attempt: &'static str,
        /// On which file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// The file that holds the keys of the runs could not be read or written.
    #[error("the keys of the subject index")]
    Keys(#[source] KeyFileError),
    /// More runs than the index can keep: merging has failed for a long time.
    #[error("the subject index has {0} runs and can't take another before they are merged")]
    TooManyRuns(usize),
}

impl IndexError {
    /// Whether deleting and feeding again is the answer, rather than freeing the disk or stopping.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::Keys(KeyFileError::Damaged { .. }))
    }

    pub(super) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }

    /// For `map_err`: an I/O error of `attempt` on `path`.
    pub(super) fn io<'a>(
        attempt: &'static str,
        path: &'a Path,
    ) -> impl FnOnce(io::Error) -> Self + use<'a> {
        move |source| Self::Io { attempt, path: path.to_path_buf(), source }
    }
}
