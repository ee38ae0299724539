//! Guards against sled's faults: panics, unfinished snapshots, databases that do not open.

use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use super::{DatabaseError, side_name};
use crate::file::{FileError, ensure_dir, failed};
use crate::log::Side;

/// Puts unfinished snapshots, which would keep sled from opening, into `set-aside/`.
pub(crate) fn set_aside_unfinished_snapshots(
    store_dir: &Path,
    side: Side,
) -> Result<Vec<PathBuf>, FileError> {
    let dir = store_dir.join(side_name(side));
    let mut moved = Vec::new();
    if !dir.is_dir() {
        return Ok(moved);
    }
    for entry in fs::read_dir(&dir).map_err(failed("listing", &dir))? {
        let entry = entry.map_err(failed("listing", &dir))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            let aside = store_dir.join("set-aside");
            ensure_dir(&aside)?;
            let to = aside.join(format!("{}.{name}", side_name(side)));
            fs::rename(entry.path(), &to).map_err(failed("setting aside", &entry.path()))?;
            moved.push(to);
        }
    }
    Ok(moved)
}

/// Runs a call into sled; a panic in it becomes an error.
pub(super) fn caught<T>(call: impl FnOnce() -> Result<T, sled::Error>) -> Result<T, DatabaseError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => Ok(result?),
        Err(payload) => {
            let text = payload
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string));
            Err(DatabaseError::Panicked(text.unwrap_or_default()))
        }
    }
}

pub(super) fn is_locked(error: &DatabaseError) -> bool {
    matches!(error, DatabaseError::Sled(sled::Error::Io(error))
        if error.to_string().contains("could not acquire lock"))
}

/// Whether the database itself is at fault, and not the system it runs on.
pub(super) fn is_damage(error: &DatabaseError) -> bool {
    match error {
        DatabaseError::File(_) => false,
        DatabaseError::Sled(sled::Error::Io(error)) => matches!(
            error.kind(),
            io::ErrorKind::UnexpectedEof
                | io::ErrorKind::InvalidData
                | io::ErrorKind::InvalidInput
                | io::ErrorKind::NotFound
        ),
        DatabaseError::Panicked(_) | DatabaseError::Sled(_) => true,
    }
}

pub(super) fn free_name(store_dir: &Path, side: Side) -> PathBuf {
    let mut number = 1_u64;
    loop {
        let path = store_dir.join(format!("{}.damaged-{number}", side_name(side)));
        if !path.exists() {
            return path;
        }
        number += 1;
    }
}
