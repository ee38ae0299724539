//! Failures of files, and the directories of a store.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use tiaoxi_vault::durable;

/// The operating system refused or failed at a file of the store.
#[derive(Debug, thiserror::Error)]
#[error("{attempt} {path} failed")]
pub struct FileError {
    /// What was tried.
    pub attempt: &'static str,
    /// The file or directory.
    pub path: PathBuf,
    /// The system's reason.
    #[source]
    pub source: io::Error,
}

/// For `map_err`: names what was attempted on which path.
pub(crate) fn failed(attempt: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    move |source| FileError { attempt, path: path.into(), source }
}

/// Makes a directory for the owner only, durably, if it is not there.
pub(crate) fn ensure_dir(path: &Path) -> Result<(), FileError> {
    if path.is_dir() {
        return Ok(());
    }
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .and_then(|()| durable::sync_parent(path))
        .map_err(failed("creating", path))
}

/// The content of a file, or `None` when there is none.
pub(crate) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, FileError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("reading", path)(error)),
    }
}
