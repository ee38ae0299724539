//! The bytes of a log: header, commitment, salts, Merkle tree, checkpoint, proofs, block.
//!
//! Floor 0: pure functions and values; time, keys and random bytes are arguments. Knows nothing of
//! what a statement means, nor of sockets, disks or members. `docs/protocol.md` has every byte.
//! Read [`header`], then [`salt`], [`block`] and [`tree`]; [`verify`] is the only way from received
//! bytes to something that may be stored.

pub mod block;
pub mod checkpoint;
pub mod cosignature;
pub mod header;
pub mod heartbeat;
pub mod note;
pub mod proof_file;
pub mod salt;
pub mod tree;
pub mod verify;

/// A SHA-256 or BLAKE3 hash.
pub type Hash = [u8; 32];
