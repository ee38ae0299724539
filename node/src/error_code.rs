//! The stable code of an error on its way to the person or program that called.

use crate::{
    keyring::{KeyringError, ListingError, new::CreateKeyringError, secret::SecretSourceError},
    pinned_charter::PinnedCharterError,
};

/// The code of the first cause that has one.
pub(crate) fn code_of(error: &anyhow::Error) -> Option<&'static str> {
    error.chain().find_map(|cause| {
        None.or_else(|| cause.downcast_ref().map(KeyringError::code))
            .or_else(|| cause.downcast_ref().map(ListingError::code))
            .or_else(|| cause.downcast_ref().map(CreateKeyringError::code))
            .or_else(|| cause.downcast_ref().map(SecretSourceError::code))
            .or_else(|| cause.downcast_ref().map(PinnedCharterError::code))
    })
}
