//! The stable code of an error on its way to the person or program that called, and the exit code.

use std::process::ExitCode;

use tiaoxi_api::client::ClientError;
use tiaoxi_store::OpenError;

use crate::{
    keyring::{KeyringError, ListingError, new::CreateKeyringError, secret::SecretSourceError},
    pinned_charter::PinnedCharterError,
};

/// Done.
const FAILED: u8 = 1;
const NOT_FOUND: u8 = 3;
const VERIFICATION_FAILED: u8 = 4;
const UNREACHABLE: u8 = 5;
const CORRUPTION: u8 = 6;

/// A failure of a command itself.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Failure {
    code: &'static str,
    message: String,
    exit: u8,
}

impl Failure {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), exit: FAILED }
    }

    pub(crate) fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self { exit: NOT_FOUND, ..Self::new(code, message) }
    }

    pub(crate) fn unreachable(code: &'static str, message: impl Into<String>) -> Self {
        Self { exit: UNREACHABLE, ..Self::new(code, message) }
    }

    pub(crate) fn verification(code: &'static str, message: impl Into<String>) -> Self {
        Self { exit: VERIFICATION_FAILED, ..Self::new(code, message) }
    }
}

/// Whether standard output was closed by who reads it.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let closed = error.chain().any(|cause| {
        let io = cause.downcast_ref::<std::io::Error>();
        io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
    });
    closed && error.to_string() == crate::commands::output::WRITING
}

/// What the program ends with.
pub(crate) fn exit_code(error: &anyhow::Error) -> ExitCode {
    let of_cause = |cause: &(dyn std::error::Error + 'static)| {
        if let Some(failure) = cause.downcast_ref::<Failure>() {
            return Some(failure.exit);
        }
        if let Some(client) = cause.downcast_ref::<ClientError>() {
            return Some(match client {
                ClientError::Unreachable { .. } | ClientError::Interrupted { .. } => UNREACHABLE,
                ClientError::Refused { status: 404, .. } => NOT_FOUND,
                ClientError::Refused { error, .. } if error.code == "DAMAGED" => CORRUPTION,
                _ => FAILED,
            });
        }
        match cause.downcast_ref::<OpenError>()? {
            OpenError::MarkerDamaged(_)
            | OpenError::IndexDamaged(_)
            | OpenError::MetaDamaged(_)
            | OpenError::JournalDamaged(_) => Some(CORRUPTION),
            _ => None,
        }
    };
    ExitCode::from(error.chain().find_map(of_cause).unwrap_or(FAILED))
}

/// The code of the first cause that has one.
pub(crate) fn code_of(error: &anyhow::Error) -> Option<String> {
    let own = |cause: &(dyn std::error::Error + 'static)| {
        None.or_else(|| cause.downcast_ref().map(|failure: &Failure| failure.code))
            .or_else(|| cause.downcast_ref().map(KeyringError::code))
            .or_else(|| cause.downcast_ref().map(ListingError::code))
            .or_else(|| cause.downcast_ref().map(CreateKeyringError::code))
            .or_else(|| cause.downcast_ref().map(SecretSourceError::code))
            .or_else(|| cause.downcast_ref().map(PinnedCharterError::code))
            .or_else(|| cause.downcast_ref().map(store_code))
    };
    let of_client = |error: &ClientError| {
        let own = match error {
            ClientError::File { .. } => "FILE_UNREADABLE",
            _ => "NODE_UNREACHABLE",
        };
        error.code().map_or_else(|| own.to_owned(), str::to_owned)
    };
    error.chain().find_map(|cause| {
        let client = cause.downcast_ref::<ClientError>().map(of_client);
        client.or_else(|| own(cause).map(str::to_owned))
    })
}

/// Stable code of a store that did not open.
fn store_code(error: &OpenError) -> &'static str {
    match error {
        OpenError::InUse(_) => "STORE_IN_USE",
        OpenError::NewerFormat { .. } => "NEWER_FORMAT",
        OpenError::WrongMasterKey(_) => "DIRECTORY_OF_ANOTHER_NODE",
        OpenError::MarkerDamaged(_)
        | OpenError::IndexDamaged(_)
        | OpenError::MetaDamaged(_)
        | OpenError::JournalDamaged(_) => "STORE_DAMAGED",
        OpenError::Database(_)
        | OpenError::Keys(_)
        | OpenError::Journal(_)
        | OpenError::File(_) => "STORE_UNREADABLE",
    }
}
