//! What a node keeps: the blocks of every log, its own and the followed ones, and small facts.
//!
//! Floor 3, the only crate that names sled. The journal comes first: [`Store::commit`] returns when
//! its batch is in the journal, encrypted and synced, and only then do readers see it. Whole blocks
//! move to sled later, in [`Store::maintain`], where each block's key gets the slot that an erasure
//! overwrites. Recovery is replay: the state in memory is made by `state::State::apply` and by
//! nothing else, from a commit or from the journal alike.
//!
//! What this crate does not know: what a block says, who may say it, what is signed by whom, what
//! time it is. A block is bytes with a first entry and a count; the caller has verified it.
//!
//! `docs/store-format.md` has every byte on disk. Read [`Commit`] and [`Store`], then `state`,
//! `journal` and `maintain`.

mod blocks;
mod bytes;
mod check;
mod commit;
mod file;
#[cfg(fuzzing)]
pub mod fuzzing;
mod journal;
mod log;
mod maintain;
mod open;
mod options;
mod read;
mod small;
mod state;
mod status;
mod store;

pub use blocks::DatabaseError;
pub use check::Refusal;
pub use commit::{Commit, Stored};
pub use file::FileError;
pub use journal::{JournalDamage, JournalError};
pub use log::{Checkpoint, Head, Held, LogId, LogInfo, Side};
pub use maintain::{MaintainError, MaintainReport};
pub use open::{DatabaseLoss, LogLoss, OpenError, OpenReport, STORE_FORMAT, TornCommit};
pub use options::Options;
pub use read::{BlockDamage, ReadError};
pub use status::{Counters, SegmentStatus, Status};
pub use store::{CommitError, EnsureLogError, Store};

/// A SHA-256 hash: a node or a root of a log's tree.
pub type Hash = [u8; 32];

/// The most logs of one store.
pub const LOGS_MAX: usize = 4096;
/// The longest origin of a log, in bytes.
pub const ORIGIN_BYTES_MAX: usize = 255;
/// The largest encoded block.
pub const BLOCK_BYTES_MAX: usize = tiaoxi_ledger::block::BLOCK_BYTES_MAX;
/// The most bytes of one commit, blocks and all else together. A group commit is meant to have
/// about 1 MiB.
pub const COMMIT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The longest checkpoint note, in bytes.
pub const NOTE_BYTES_MAX: usize = tiaoxi_ledger::note::Bounds::CHECKPOINT.bytes_max;
/// The longest member id, in bytes.
pub const MEMBER_BYTES_MAX: usize = 255;
/// The most members whose holdings of one log are kept.
pub const HOLDERS_MAX: usize = 1024;
/// The longest key of a small fact, in bytes.
pub const META_KEY_BYTES_MAX: usize = 512;
/// The longest value of a small fact, in bytes.
pub const META_VALUE_BYTES_MAX: usize = 1024 * 1024;
/// The most bytes of all small facts together; they are held in memory.
pub const META_BYTES_MAX: usize = 64 * 1024 * 1024;

#[cfg(test)]
mod tests;
