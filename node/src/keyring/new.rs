//! Making the keys of a new node, once, all or none.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use tiaoxi_federation::{
    Member, MemberId, MemberKeys,
    digest::HexHash,
    member::KeyPurpose,
    request::{KeySeeds, MakeRequestError, Request},
};
use tiaoxi_vault::{
    Key, durable,
    lockbox::{self, CreateLockboxError, Secret},
};

use super::{
    API_TOKEN_FILE, DIRECTORY_FORMAT, DirectoryFormat, FORMAT_FILE, KEYS_DIRECTORY, KeyringError,
    MASTER, key_label, member_of, public_keys, wrapping,
};

/// Keys in the making: renamed to `keys` when all are durable.
const UNFINISHED: &str = "keys.unfinished";

/// Why a node's keys were not made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CreateKeyringError {
    /// There are keys; they are never overwritten.
    #[error("{dir} already has the keys of {member}")]
    Exists {
        /// The node directory.
        dir: PathBuf,
        /// Whose node it is.
        member: MemberId,
    },
    /// The directory is another member's, or of a format not read here.
    #[error("{dir} can't become the directory of a new node")]
    Directory {
        /// The node directory.
        dir: PathBuf,
        /// What stands in the way.
        source: KeyringError,
    },
    /// A key could not be wrapped and written.
    #[error("a key could not be written")]
    Lockbox(#[source] CreateLockboxError),
    /// The operating system refused or failed.
    #[error("{path} could not be written")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

impl CreateKeyringError {
    /// Stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Exists { .. } => "KEYS_EXIST",
            Self::Directory { source, .. } => source.code(),
            Self::Lockbox(_) | Self::Io { .. } => "KEYS_NOT_WRITTEN",
        }
    }
}

/// Fresh keys that are on no disk yet.
pub(crate) struct NewKeyring {
    master: Key,
    transport: Key,
    log: Key,
    witness: Key,
    recovery: Key,
}

impl NewKeyring {
    /// Keys that nobody has seen, from the operating system.
    pub(crate) fn generate() -> Self {
        Self {
            master: Key::random(),
            transport: Key::random(),
            log: Key::random(),
            witness: Key::random(),
            recovery: Key::random(),
        }
    }

    /// The public halves of the four keys.
    pub(crate) fn public(&self) -> MemberKeys {
        public_keys(&self.transport, &self.log, &self.witness, &self.recovery)
    }

    /// The signed request in which `member`, described with these keys, asks to be let in.
    pub(crate) fn request(&self, member: &Member) -> Result<Vec<u8>, MakeRequestError> {
        let seeds = KeySeeds {
            transport: self.transport.as_bytes(),
            log: self.log.as_bytes(),
            witness: self.witness.as_bytes(),
            recovery: self.recovery.as_bytes(),
        };
        Request::make(member, &seeds)
    }

    /// Writes the keys, the token and the format file into the node directory `dir`. A crash leaves
    /// either no keys, and the same call may be made again, or all of them.
    pub(crate) fn write(
        &self,
        dir: &Path,
        member: &MemberId,
        secret: &Secret,
    ) -> Result<(), CreateKeyringError> {
        check_vacant(dir, member)?;
        create_private_dir(dir)?;
        let unfinished = dir.join(UNFINISHED);
        match fs::remove_dir_all(&unfinished) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(CreateKeyringError::Io { path: unfinished, source });
            }
            _ => create_private_dir(&unfinished)?,
        }
        let wrapped_by_secret =
            [(MASTER, &self.master), (KeyPurpose::Recovery.name(), &self.recovery)];
        for (name, key) in wrapped_by_secret {
            write_key(&unfinished, member, name, key, secret)?;
        }
        let wrapped_by_master = [
            (KeyPurpose::Transport.name(), &self.transport),
            (KeyPurpose::Log.name(), &self.log),
            (KeyPurpose::Witness.name(), &self.witness),
        ];
        for (name, key) in wrapped_by_master {
            write_key(&unfinished, member, name, key, &wrapping(&self.master, name))?;
        }
        let token = HexHash(*Key::random().as_bytes());
        write_file(dir.join(API_TOKEN_FILE), format!("{token}\n").as_bytes())?;
        let format = DirectoryFormat { format: DIRECTORY_FORMAT, member: member.clone() };
        let format = toml::to_string(&format).expect("a number and a name are TOML");
        write_file(dir.join(FORMAT_FILE), format.as_bytes())?;
        let keys = dir.join(KEYS_DIRECTORY);
        fs::rename(&unfinished, &keys)
            .and_then(|()| durable::sync_dir(dir))
            .map_err(|source| CreateKeyringError::Io { path: keys, source })
    }
}

/// Makes sure that `dir` holds no keys yet and is no other member's.
pub(crate) fn check_vacant(dir: &Path, member: &MemberId) -> Result<(), CreateKeyringError> {
    let directory = |source| CreateKeyringError::Directory { dir: dir.to_path_buf(), source };
    let keys = dir.join(KEYS_DIRECTORY).exists();
    match member_of(dir) {
        Ok(found) if found != *member => Err(directory(KeyringError::AnotherNode {
            path: dir.to_path_buf(),
            expected: member.to_string(),
            found: found.to_string(),
        })),
        Ok(found) if keys => {
            Err(CreateKeyringError::Exists { dir: dir.to_path_buf(), member: found })
        }
        // The member's own format file without keys is left of an attempt cut short.
        Ok(_) => Ok(()),
        Err(KeyringError::Missing(_)) if !keys => Ok(()),
        Err(error) => Err(directory(error)),
    }
}

fn write_key(
    dir: &Path,
    member: &MemberId,
    name: &str,
    key: &Key,
    secret: &Secret,
) -> Result<(), CreateKeyringError> {
    let mut plain = zeroize::Zeroizing::new(key_label(member, name).into_bytes());
    // Room first, so that no half-grown copy of the key is left behind in memory.
    plain.reserve_exact(32);
    plain.extend_from_slice(key.as_bytes());
    lockbox::create(&dir.join(format!("{name}.key")), secret, &plain)
        .map_err(CreateKeyringError::Lockbox)
}

fn write_file(path: PathBuf, bytes: &[u8]) -> Result<(), CreateKeyringError> {
    durable::write_file(&path, bytes).map_err(|source| CreateKeyringError::Io { path, source })
}

/// Makes a directory, where there is none, that only the owner enters.
pub(crate) fn create_private_dir(path: &Path) -> Result<(), CreateKeyringError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|source| CreateKeyringError::Io { path: path.to_path_buf(), source })
}
