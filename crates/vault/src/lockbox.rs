//! The lockbox: one small file of secrets under a passphrase or a key file.
//!
//! Bytes: format 1 (the number 1), kind 1 (1 passphrase, 2 key file), Argon2id memory in KiB
//! u32 LE, passes u32 LE, lanes u32 LE (all zero for a key file), salt 16, check 16, then
//! XChaCha20-Poly1305 of the secrets (nonce in front), with everything before it as associated
//! bytes. The check is a keyed hash of the secret: it tells a wrong passphrase from a damaged file
//! and costs a guesser the same Argon2id as the file itself.
//!
//! Does not know what the secrets are. The parameters in the file are bounded before they are
//! used: a forged file can't make a node spend more than 1 GiB or a few seconds.

#[cfg(fuzzing)]
pub mod fuzzing;
mod secret;

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use self::secret::{Cost, KIND_KEY_FILE, KIND_PASSPHRASE, Unreadable, read_private};
pub use self::secret::{KEY_FILE_BYTES, Secret, SecretError};
use crate::key::fill_random;
use crate::{Key, durable, sealing};

/// The newest format this version reads, and the one it writes.
pub const LOCKBOX_FORMAT: u8 = 1;
/// The most bytes a lockbox holds.
pub const LOCKBOX_PLAIN_BYTES_MAX: usize = 64 * 1024;
const SALT_BYTES: usize = 16;
const CHECK_BYTES: usize = 16;
const HEADER_BYTES: usize = 2 + 3 * 4 + SALT_BYTES + CHECK_BYTES;
const FILE_BYTES_MAX: usize = HEADER_BYTES + sealing::SEAL_OVERHEAD_BYTES + LOCKBOX_PLAIN_BYTES_MAX;

/// RFC 9106, second recommendation, with one lane: 64 MiB, 3 passes.
const WRITTEN: Cost = Cost { memory_kib: 64 * 1024, passes: 3, lanes: 1 };

/// Why a lockbox was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateLockboxError {
    /// A file is there already; it is never overwritten.
    #[error("lockbox {0} exists already")]
    Exists(PathBuf),
    /// More than [`LOCKBOX_PLAIN_BYTES_MAX`].
    #[error("{bytes} bytes are too many for a lockbox")]
    TooLarge {
        /// The bytes offered.
        bytes: usize,
    },
    /// The operating system refused or failed.
    #[error("lockbox {path} could not be written")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
}

/// Why a lockbox did not open.
#[derive(Debug, thiserror::Error)]
pub enum LockboxError {
    /// There is no such file.
    #[error("lockbox {0} is missing")]
    Missing(PathBuf),
    /// Others than the owner may read or write it.
    #[error("lockbox {path} may be read by others: mode {mode:o}, 600 needed")]
    ReadableByOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Another passphrase or key file, or the other of the two kinds.
    #[error("lockbox {0} does not open with this passphrase or key file")]
    WrongSecret(PathBuf),
    /// Written by a newer version of this software.
    #[error("lockbox {path} has format {format}, this version reads up to {LOCKBOX_FORMAT}")]
    NewerFormat {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: u8,
    },
    /// Not a lockbox, or changed since it was written.
    #[error("lockbox {0} is damaged")]
    Damaged(PathBuf),
    /// The operating system refused or failed.
    #[error("lockbox {path} could not be read")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
}

/// Writes `plain` into a new lockbox at `path`, mode 0600, durable when this returns.
pub fn create(path: &Path, secret: &Secret, plain: &[u8]) -> Result<(), CreateLockboxError> {
    create_with(path, secret, plain, WRITTEN)
}

fn create_with(
    path: &Path,
    secret: &Secret,
    plain: &[u8],
    cost: Cost,
) -> Result<(), CreateLockboxError> {
    if plain.len() > LOCKBOX_PLAIN_BYTES_MAX {
        return Err(CreateLockboxError::TooLarge { bytes: plain.len() });
    }
    let io = |source| CreateLockboxError::Io { path: path.into(), source };
    let mut file = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(CreateLockboxError::Exists(path.into()));
        }
        Err(error) => return Err(io(error)),
    };
    let written = file.write_all(&encode(secret, plain, cost)).and_then(|()| file.sync_all());
    if let Err(error) = written.and_then(|()| durable::sync_parent(path)) {
        // A piece of a lockbox is of no use and would stand in the way of the next attempt.
        let _best_effort = fs::remove_file(path);
        return Err(io(error));
    }
    Ok(())
}

fn encode(secret: &Secret, plain: &[u8], cost: Cost) -> Vec<u8> {
    let mut salt = [0; SALT_BYTES];
    fill_random(&mut salt);
    let key = secret.stretch(salt, cost).expect("the written parameters lie within the bounds");
    let cost = match secret {
        Secret::Passphrase(_) => cost,
        Secret::KeyFile(_) => Cost { memory_kib: 0, passes: 0, lanes: 0 },
    };
    let mut bytes = header(secret.kind(), cost, salt, check_of(&key));
    let sealed = sealing::seal(&key, &bytes, plain);
    bytes.extend_from_slice(&sealed);
    bytes
}

/// What stands in front of the sealed bytes.
fn header(kind: u8, cost: Cost, salt: [u8; SALT_BYTES], check: [u8; CHECK_BYTES]) -> Vec<u8> {
    let mut bytes = vec![LOCKBOX_FORMAT, kind];
    for number in [cost.memory_kib, cost.passes, cost.lanes] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(&salt);
    bytes.extend_from_slice(&check);
    bytes
}

/// Opens the lockbox at `path`.
pub fn open(path: &Path, secret: &Secret) -> Result<Zeroizing<Vec<u8>>, LockboxError> {
    let bytes = match read_private(path, FILE_BYTES_MAX) {
        Ok(bytes) => bytes,
        Err(Unreadable::Missing) => return Err(LockboxError::Missing(path.into())),
        Err(Unreadable::ByOthers(mode)) => {
            return Err(LockboxError::ReadableByOthers { path: path.into(), mode });
        }
        Err(Unreadable::TooLarge) => return Err(LockboxError::Damaged(path.into())),
        Err(Unreadable::Io(source)) => return Err(LockboxError::Io { path: path.into(), source }),
    };
    if let Some(&format) = bytes.first()
        && format > LOCKBOX_FORMAT
    {
        return Err(LockboxError::NewerFormat { path: path.into(), format });
    }
    let damaged = || LockboxError::Damaged(path.into());
    let (kind, cost, salt, check, sealed) = parts(&bytes).ok_or_else(damaged)?;
    if kind != secret.kind() {
        return Err(LockboxError::WrongSecret(path.into()));
    }
    let key = secret.stretch(salt, cost).ok_or_else(damaged)?;
    if check_of(&key) != check {
        return Err(LockboxError::WrongSecret(path.into()));
    }
    let header = bytes.get(..HEADER_BYTES).ok_or_else(damaged)?;
    match sealing::open(&key, header, sealed) {
        Ok(plain) => Ok(Zeroizing::new(plain)),
        Err(sealing::Damaged) => Err(damaged()),
    }
}

type Parts<'a> = (u8, Cost, [u8; SALT_BYTES], [u8; CHECK_BYTES], &'a [u8]);

/// Takes a lockbox of format 1 apart; `None` when it is none.
fn parts(bytes: &[u8]) -> Option<Parts<'_>> {
    let (&[LOCKBOX_FORMAT, kind @ (KIND_PASSPHRASE | KIND_KEY_FILE)], rest) =
        bytes.split_first_chunk()?
    else {
        return None;
    };
    let (memory_kib, rest) = rest.split_first_chunk()?;
    let (passes, rest) = rest.split_first_chunk()?;
    let (lanes, rest) = rest.split_first_chunk()?;
    let (salt, rest) = rest.split_first_chunk()?;
    let (check, sealed) = rest.split_first_chunk()?;
    let cost = Cost {
        memory_kib: u32::from_le_bytes(*memory_kib),
        passes: u32::from_le_bytes(*passes),
        lanes: u32::from_le_bytes(*lanes),
    };
    Some((kind, cost, *salt, *check, sealed))
}

fn check_of(key: &Key) -> [u8; CHECK_BYTES] {
    let hash = key.derive("lockbox check");
    *hash.as_bytes().first_chunk().expect("a key is longer than a check")
}

#[cfg(test)]
mod tests;
