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
#[error("{code}: {message}")]
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

    pub(crate) fn verification(code: &'static str, message: impl Into<String>) -> Self {
        Self { exit: VERIFICATION_FAILED, ..Self::new(code, message) }
    }
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
        match cause.downcast_ref::<tiaoxi_store::OpenError>()? {
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
pub(crate) fn code_of(error: &anyhow::Error) -> Option<&'static str> {
    error.chain().find_map(|cause| {
        None.or_else(|| cause.downcast_ref().map(|failure: &Failure| failure.code))
            .or_else(|| cause.downcast_ref().map(KeyringError::code))
            .or_else(|| cause.downcast_ref().map(ListingError::code))
            .or_else(|| cause.downcast_ref().map(CreateKeyringError::code))
            .or_else(|| cause.downcast_ref().map(SecretSourceError::code))
            .or_else(|| cause.downcast_ref().map(PinnedCharterError::code))
    })
}
