//! Keys that can be destroyed, and the files they rest in.
//!
//! Floor 2. Erasing a record means destroying the key that opens its bytes, so every key has one
//! place on disk where an overwrite ends it:
//!
//! - [`Key`] is 32 secret bytes, cleared when dropped; [`sealing`] encrypts under one;
//! - [`KeyFile`] keeps one wrapped key a slot, overwritten in place;
//! - [`SealedWriter`], [`SealedReader`] and [`SealedFile`] are a file sealed chunk by chunk under
//!   one key, read front to back or anywhere;
//! - [`lockbox`] is one small file under a passphrase or a key file: a node's long-lived secrets;
//! - [`durable`] writes a whole file so that a crash leaves the old one or the new one.
//!
//! What this crate does not know: what the keys protect, when a key must die, and who may ask.
//! An overwrite reaches the medium only where file system and disk overwrite in place; copy-on-write
//! file systems, snapshots and backups keep what they copied.

pub mod durable;
mod key;
mod key_file;
pub mod lockbox;
mod sealed_file;
pub mod sealing;

pub use key::Key;
pub use key_file::{KEY_SLOT_BYTES, KeyFile, KeyFileError};
pub use sealed_file::{SealedFile, SealedReader, SealedWriter};
