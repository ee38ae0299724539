//! A node's secrets on disk: five wrapped keys and the API token, each for the owner's eyes only.
//!
//! ```text
//! FORMAT               format number and member id
//! api-token            64 hexadecimal digits
//! keys/master.key      wrapped by the passphrase or key file; wraps the next three, and the store
//! keys/transport.key   log.key   witness.key
//! keys/recovery.key    wrapped by the passphrase or key file itself, so that it can be carried away
//! ```
//!
//! The recovery key signs charters and nothing else; a running node never opens it. Making the keys
//! is in [`new`], where the secret comes from in [`secret`]. What the keys are used for is not known
//! here.

mod error;
pub(crate) mod new;
pub(crate) mod secret;
#[cfg(test)]
mod tests;

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

pub(crate) use error::{KeyringError, ListingError};
use serde::{Deserialize, Serialize};
use tiaoxi_federation::{
    FederationId, MemberId, MemberKeys, Terms, member::KeyPurpose, terms::key_name,
};
use tiaoxi_ledger::note::{PublicKey, SigningKey};
use tiaoxi_vault::{
    Key,
    lockbox::{self, LockboxError, Secret},
};

/// The newest layout of a node directory that this version reads, and the one it writes.
pub(crate) const DIRECTORY_FORMAT: u32 = 1;

const FORMAT_FILE: &str = "FORMAT";
const API_TOKEN_FILE: &str = "api-token";
const KEYS_DIRECTORY: &str = "keys";
const MASTER: &str = "master";
/// Small files of the directory are never larger.
const SMALL_FILE_BYTES_MAX: u64 = 4096;

/// Content of the file `FORMAT`. Later formats may say more.
#[derive(Debug, Serialize, Deserialize)]
struct DirectoryFormat {
    format: u32,
    member: MemberId,
}

/// The opened keys of a running node.
pub(crate) struct Keyring {
    member: MemberId,
    master: Key,
    transport: Key,
    log: Key,
    witness: Key,
}

impl Keyring {
    /// Opens the keys in the node directory `dir`.
    pub(crate) fn open(dir: &Path, secret: &Secret) -> Result<Self, KeyringError> {
        let member = member_of(dir)?;
        let master = open_key(dir, &member, MASTER, secret)?;
        let open = |purpose: KeyPurpose| {
            let name = purpose.name();
            open_key(dir, &member, name, &wrapping(&master, name))
        };
        let (transport, log, witness) =
            (open(KeyPurpose::Transport)?, open(KeyPurpose::Log)?, open(KeyPurpose::Witness)?);
        Ok(Self { member, master, transport, log, witness })
    }

    /// Whose node this is.
    pub(crate) fn member(&self) -> &MemberId {
        &self.member
    }

    /// Wraps everything that the store keeps.
    pub(crate) fn master(&self) -> &Key {
        &self.master
    }

    /// Seed of the Ed25519 key that authenticates connections.
    pub(crate) fn transport_seed(&self) -> &[u8; 32] {
        self.transport.as_bytes()
    }

    /// Seed of the Ed25519 key that signs checkpoints of the own logs.
    pub(crate) fn log_seed(&self) -> &[u8; 32] {
        self.log.as_bytes()
    }

    /// Seed of the Ed25519 key that cosigns checkpoints.
    pub(crate) fn witness_seed(&self) -> &[u8; 32] {
        self.witness.as_bytes()
    }

    /// Makes sure that the charter lists this node's member with these keys.
    pub(crate) fn check_listed(&self, terms: &Terms) -> Result<(), ListingError> {
        let listed = terms.member(&self.member).ok_or_else(|| ListingError::NotAMember {
            member: self.member.clone(),
            federation: terms.federation().clone(),
        })?;
        for (purpose, key) in [
            (KeyPurpose::Transport, &self.transport),
            (KeyPurpose::Log, &self.log),
            (KeyPurpose::Witness, &self.witness),
        ] {
            if PublicKey::of_seed(key.as_bytes()) != *listed.keys.of(purpose) {
                let purpose = purpose.name();
                return Err(ListingError::OtherKey { member: self.member.clone(), purpose });
            }
        }
        Ok(())
    }
}

/// The key that signs charters, opened for that alone. `file` is where it was carried to; by default
/// it lies in the node directory.
pub(crate) fn open_recovery_key(
    dir: &Path,
    file: Option<&Path>,
    secret: &Secret,
    federation: &FederationId,
) -> Result<SigningKey, KeyringError> {
    let member = member_of(dir)?;
    let purpose = KeyPurpose::Recovery;
    let path = file.map_or_else(|| key_path(dir, purpose.name()), Path::to_path_buf);
    let key = open_key_file(&path, &member, purpose.name(), secret)?;
    Ok(SigningKey::new(key_name(federation, &member, purpose), key.as_bytes())
        .expect("ids make a valid key name"))
}

/// The token that the HTTP interface asks for.
pub(crate) fn api_token(dir: &Path) -> Result<String, KeyringError> {
    let path = dir.join(API_TOKEN_FILE);
    let bytes = read_private(&path)?;
    let token = String::from_utf8(bytes).ok().map(|text| text.trim_end().to_owned());
    token
        .filter(|token| token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .ok_or(KeyringError::Damaged(path))
}

/// BLAKE3 of the token: a running node needs no more to recognise it.
pub(crate) fn token_hash(dir: &Path) -> Result<[u8; 32], KeyringError> {
    Ok(*blake3::hash(api_token(dir)?.as_bytes()).as_bytes())
}

/// The member whose node directory this is, from the file `FORMAT`.
pub(crate) fn member_of(dir: &Path) -> Result<MemberId, KeyringError> {
    let path = dir.join(FORMAT_FILE);
    let bytes = read_small(&path)?;
    let text = String::from_utf8(bytes).unwrap_or_default();
    let Ok(table) = text.parse::<toml::Table>() else { return Err(KeyringError::Damaged(path)) };
    // The number first: a newer format may say everything else in another way.
    let format = table.get("format").and_then(toml::Value::as_integer);
    match format.and_then(|format| u32::try_from(format).ok()) {
        Some(DIRECTORY_FORMAT) => {}
        Some(format) if format > DIRECTORY_FORMAT => {
            return Err(KeyringError::NewerFormat { path, format });
        }
        _ => return Err(KeyringError::Damaged(path)),
    }
    match DirectoryFormat::deserialize(table) {
        Ok(format) => Ok(format.member),
        Err(_other_keys) => Err(KeyringError::Damaged(path)),
    }
}

fn key_path(dir: &Path, name: &str) -> PathBuf {
    dir.join(KEYS_DIRECTORY).join(format!("{name}.key"))
}

/// What wraps a key that the running node needs: opening five files costs one Argon2id.
fn wrapping(master: &Key, name: &str) -> Secret {
    Secret::KeyFile(master.derive(&format!("tiaoxi keyring 1 {name}")))
}

/// What stands in front of a key inside its lockbox, so that files can't be exchanged.
fn key_label(member: &MemberId, name: &str) -> String {
    format!("{name}\n{member}\n")
}

fn open_key(
    dir: &Path,
    member: &MemberId,
    name: &str,
    secret: &Secret,
) -> Result<Key, KeyringError> {
    open_key_file(&key_path(dir, name), member, name, secret)
}

fn open_key_file(
    path: &Path,
    member: &MemberId,
    name: &str,
    secret: &Secret,
) -> Result<Key, KeyringError> {
    let plain = lockbox::open(path, secret).map_err(|error| match error {
        LockboxError::Missing(path) => KeyringError::Missing(path),
        LockboxError::ReadableByOthers { path, mode } => {
            KeyringError::ReadableByOthers { path, mode }
        }
        LockboxError::WrongSecret(path) => KeyringError::WrongSecret(path),
        LockboxError::NewerFormat { path, format } => {
            KeyringError::NewerFormat { path, format: u32::from(format) }
        }
        LockboxError::Damaged(path) => KeyringError::Damaged(path),
        LockboxError::Io { path, source } => KeyringError::Io { path, source },
    })?;
    let damaged = || KeyringError::Damaged(path.to_path_buf());
    let (label, key) = plain.split_last_chunk::<32>().ok_or_else(damaged)?;
    if label == key_label(member, name).as_bytes() {
        return Ok(Key::from_bytes(*key));
    }
    let label = std::str::from_utf8(label).ok().ok_or_else(damaged)?;
    match label.strip_prefix(name).map(str::trim) {
        Some(found) if found != member.as_str() => Err(KeyringError::AnotherNode {
            path: path.to_path_buf(),
            expected: member.to_string(),
            found: found.to_owned(),
        }),
        _ => Err(damaged()),
    }
}

fn read_small(path: &Path) -> Result<Vec<u8>, KeyringError> {
    let io = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => KeyringError::Missing(path.to_path_buf()),
        _ => KeyringError::Io { path: path.to_path_buf(), source },
    };
    let size = fs::metadata(path).map_err(io)?.len();
    if size > SMALL_FILE_BYTES_MAX {
        return Err(KeyringError::Damaged(path.to_path_buf()));
    }
    fs::read(path).map_err(io)
}

fn read_private(path: &Path) -> Result<Vec<u8>, KeyringError> {
    let bytes = read_small(path)?;
    let metadata = fs::metadata(path)
        .map_err(|source| KeyringError::Io { path: path.to_path_buf(), source })?;
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(KeyringError::ReadableByOthers { path: path.to_path_buf(), mode });
    }
    Ok(bytes)
}

/// The public halves of the four keys.
fn public_keys(transport: &Key, log: &Key, witness: &Key, recovery: &Key) -> MemberKeys {
    let public = |key: &Key| PublicKey::of_seed(key.as_bytes());
    MemberKeys {
        transport: public(transport),
        log: public(log),
        witness: public(witness),
        recovery: public(recovery),
    }
}
