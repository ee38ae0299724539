//! The lock that keeps a second process out, and the file that marks a store: format u8, then 16
//! bytes derived from the master key.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use tiaoxi_vault::{Key, durable};

use super::OpenError;
use crate::file::{failed, read_if_there};

/// The format of the directory that this version reads and writes.
pub const STORE_FORMAT: u8 = 1;

pub(super) fn lock(dir: &Path) -> Result<File, OpenError> {
    let path = dir.join("lock");
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(failed("opening", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(dir.into())),
        Err(TryLockError::Error(error)) => Err(failed("locking", &path)(error).into()),
    }
}

/// Whether the directory is a store, of this format and this master key. A directory without the
/// marker is a new store, or one whose making was interrupted before anything was acknowledged.
pub(super) fn check_marker(dir: &Path, master: &Key) -> Result<bool, OpenError> {
    let Some(marker) = read_if_there(&dir.join("store"))? else { return Ok(false) };
    let Some((&format, check)) = marker.split_first() else {
        return Err(OpenError::MarkerDamaged(dir.into()));
    };
    if format > STORE_FORMAT {
        return Err(OpenError::NewerFormat { dir: dir.into(), format });
    }
    if format != STORE_FORMAT || check.len() != marker_check(master).len() {
        return Err(OpenError::MarkerDamaged(dir.into()));
    }
    if check != marker_check(master) {
        return Err(OpenError::WrongMasterKey(dir.into()));
    }
    Ok(true)
}

pub(super) fn write_marker(dir: &Path, master: &Key) -> Result<(), OpenError> {
    let path = dir.join("store");
    let marker = [&[STORE_FORMAT][..], &marker_check(master)].concat();
    durable::write_file(&path, &marker).map_err(failed("writing", &path))?;
    Ok(())
}

fn marker_check(master: &Key) -> [u8; 16] {
    let check = master.derive("store check");
    *check.as_bytes().first_chunk().expect("a key is longer than a check")
}
