//! The small files beside the journal and sled: index, heads, nodes, small facts.
//!
//! - `index`: which log has which number, sealed under a key derived from the master key.
//! - `<id>.head`: what stands of a log when its old segments are gone, sealed likewise.
//! - `<id>.nodes`: the level-8 nodes of the blocks in sled, 32 bytes each, checked by a hash in the
//!   head.
//! - `<id>.keys`: the key file of the log.
//! - `meta.0`, `meta.1`, `meta.keys`: all small facts, in turn in one file and the other, each time
//!   under a fresh key; the key of the one before is overwritten.
//!
//! Each is written whole and durably, or in place in a fixed slot.

mod head;
mod index;
mod meta;
mod nodes;

use std::path::Path;

use tiaoxi_vault::{Key, KeyFile, KeyFileError};

pub(crate) use head::HeadFile;
pub(crate) use index::{IndexError, read_index, write_index};
pub(crate) use meta::MetaFile;
pub(crate) use nodes::{NodesFile, hash_of_nodes};
#[cfg(fuzzing)]
pub(crate) use {
    index::{decode_index, encode_index},
    meta::{decode_facts, encode_facts},
};

use crate::file::FileError;
use crate::log::LogId;

/// The files of one log that stay open.
#[derive(Debug)]
pub(crate) struct LogFiles {
    pub(crate) keys: KeyFile,
    pub(crate) nodes: NodesFile,
}

/// Why the files of a log could not be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogFilesError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Keys(#[from] KeyFileError),
}

impl LogFiles {
    /// Opens or makes key file and nodes file of `log` in the directory of the logs.
    pub(crate) fn open(dir: &Path, log: LogId, wrapping: &Key) -> Result<Self, LogFilesError> {
        let name = log.to_string();
        let keys = KeyFile::open(&dir.join(format!("{}.keys", log.0)), wrapping.clone(), &name)?;
        let nodes = NodesFile::open(&dir.join(format!("{}.nodes", log.0)))?;
        Ok(Self { keys, nodes })
    }
}
