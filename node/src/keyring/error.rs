//! Why the keys of a node can't be used, each with its stable code.

use std::{io, path::PathBuf};

use tiaoxi_federation::{FederationId, MemberId};

use super::DIRECTORY_FORMAT;

/// Why a node's keys did not open.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyringError {
    /// The directory has no keys, or not all of them.
    #[error("{0} is missing; `tiaoxi init` makes the keys of a node")]
    Missing(PathBuf),
    /// Others than the owner may read a secret.
    #[error("{path} may be read by others (mode {mode:o}): run `chmod 600 {path}`")]
    ReadableByOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Another passphrase or key file.
    #[error("{0} does not open with this passphrase or key file")]
    WrongSecret(PathBuf),
    /// Keys of another member than the directory says, or than is asked for.
    #[error("{path} belongs to the node of {found}, not of {expected}")]
    AnotherNode {
        /// The directory or file.
        path: PathBuf,
        /// Whose it should be.
        expected: String,
        /// Whose it is.
        found: String,
    },
    /// Written by a newer version.
    #[error("{path} has format {format}, this version reads up to {DIRECTORY_FORMAT}")]
    NewerFormat {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: u32,
    },
    /// Changed since it was written.
    #[error("{0} is damaged")]
    Damaged(PathBuf),
    /// The operating system refused or failed.
    #[error("{path} could not be read")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
}

impl KeyringError {
    /// Stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "KEYS_MISSING",
            Self::ReadableByOthers { .. } => "KEYS_READABLE_BY_OTHERS",
            Self::WrongSecret(_) => "WRONG_SECRET",
            Self::AnotherNode { .. } => "DIRECTORY_OF_ANOTHER_NODE",
            Self::NewerFormat { .. } => "NEWER_FORMAT",
            Self::Damaged(_) => "KEYS_DAMAGED",
            Self::Io { .. } => "KEYS_UNREADABLE",
        }
    }
}

/// Why a node can't take part under a charter.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListingError {
    /// The member is not in the charter.
    #[error("{member} is no member of {federation}")]
    NotAMember {
        /// Whose node this is.
        member: MemberId,
        /// Whose charter.
        federation: FederationId,
    },
    /// The charter lists another key: this directory is of another node of that name.
    #[error("the charter lists another {purpose} key for {member} than this directory has")]
    OtherKey {
        /// Whose node this is.
        member: MemberId,
        /// Which key.
        purpose: &'static str,
    },
}

impl ListingError {
    /// Stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotAMember { .. } => "NOT_A_MEMBER",
            Self::OtherKey { .. } => "DIRECTORY_OF_ANOTHER_NODE",
        }
    }
}
