//! What opens a lockbox, and reading files that only their owner may read.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use super::SALT_BYTES;
use crate::Key;

/// The fewest and the most bytes of a key file: any content will do, 32 random bytes are meant.
pub const KEY_FILE_BYTES: std::ops::RangeInclusive<usize> = 32..=4096;

pub(super) const KIND_PASSPHRASE: u8 = 1;
pub(super) const KIND_KEY_FILE: u8 = 2;
const MEMORY_KIB_MAX: u32 = 1024 * 1024;
const PASSES_MAX: u32 = 16;
const LANES_MAX: u32 = 8;

/// What opens a lockbox.
#[derive(Debug, Clone)]
pub enum Secret {
    /// A passphrase, stretched with Argon2id.
    Passphrase(Zeroizing<String>),
    /// The key made from a key file by [`Secret::from_key_file`].
    KeyFile(Key),
}

/// Why a key file is not usable.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// There is no such file.
    #[error("key file {0} is missing")]
    Missing(PathBuf),
    /// Others than the owner may read or write it.
    #[error("key file {path} may be read by others: mode {mode:o}, 600 needed")]
    ReadableByOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Fewer or more bytes than [`KEY_FILE_BYTES`].
    #[error("key file {path} must have 32 to 4096 bytes")]
    Size {
        /// The file.
        path: PathBuf,
    },
    /// The operating system refused or failed.
    #[error("key file {path} could not be read")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
}

/// What a guess costs.
#[derive(Clone, Copy)]
pub(super) struct Cost {
    pub(super) memory_kib: u32,
    pub(super) passes: u32,
    pub(super) lanes: u32,
}

impl Cost {
    /// As Argon2id takes it; `None` when it is beyond the bounds.
    pub(super) fn params(self) -> Option<Params> {
        let is_bounded = self.memory_kib <= MEMORY_KIB_MAX
            && (1..=PASSES_MAX).contains(&self.passes)
            && (1..=LANES_MAX).contains(&self.lanes);
        if !is_bounded {
            return None;
        }
        Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).ok()
    }
}

impl Secret {
    /// Reads a key file: any 32 to 4096 bytes, for the owner's eyes only. All of them count, a
    /// newline at the end too.
    pub fn from_key_file(path: &Path) -> Result<Self, SecretError> {
        let bytes = match read_private(path, *KEY_FILE_BYTES.end()) {
            Ok(bytes) => bytes,
            Err(Unreadable::Missing) => return Err(SecretError::Missing(path.into())),
            Err(Unreadable::ByOthers(mode)) => {
                return Err(SecretError::ReadableByOthers { path: path.into(), mode });
            }
            Err(Unreadable::TooLarge) => return Err(SecretError::Size { path: path.into() }),
            Err(Unreadable::Io(source)) => {
                return Err(SecretError::Io { path: path.into(), source });
            }
        };
        if !KEY_FILE_BYTES.contains(&bytes.len()) {
            return Err(SecretError::Size { path: path.into() });
        }
        Ok(Self::KeyFile(Key::from_bytes(blake3::derive_key("tiaoxi key file v1", &bytes))))
    }

    pub(super) fn kind(&self) -> u8 {
        match self {
            Self::Passphrase(_) => KIND_PASSPHRASE,
            Self::KeyFile(_) => KIND_KEY_FILE,
        }
    }

    /// The key for one lockbox; `None` when the parameters are beyond the bounds.
    pub(super) fn stretch(&self, salt: [u8; SALT_BYTES], cost: Cost) -> Option<Key> {
        match self {
            Self::Passphrase(passphrase) => {
                let params = cost.params()?;
                let mut bytes = Zeroizing::new([0; 32]);
                Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                    .hash_password_into(passphrase.as_bytes(), &salt, &mut *bytes)
                    .ok()?;
                Some(Key::from_bytes(*bytes))
            }
            Self::KeyFile(key) => Some(Key::from_bytes(
                blake3::Hasher::new_keyed(key.as_bytes())
                    .update(b"lockbox")
                    .update(&salt)
                    .finalize()
                    .into(),
            )),
        }
    }
}

/// Why a private file can't be read.
pub(super) enum Unreadable {
    Missing,
    ByOthers(u32),
    TooLarge,
    Io(io::Error),
}

/// The content of a file that only its owner may read or write. The mode is that of the file
/// opened, not of a path looked at before.
pub(super) fn read_private(
    path: &Path,
    bytes_max: usize,
) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
    let file = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Unreadable::Missing,
        _ => Unreadable::Io(error),
    })?;
    let mode = file.metadata().map_err(Unreadable::Io)?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(Unreadable::ByOthers(mode));
    }
    // Room for all of it at once: a growing buffer would leave copies of secrets behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(bytes_max + 1));
    file.take(bytes_max as u64 + 1).read_to_end(&mut bytes).map_err(Unreadable::Io)?;
    if bytes.len() > bytes_max { Err(Unreadable::TooLarge) } else { Ok(bytes) }
}
