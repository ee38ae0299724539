//! The nodes file: the level-8 node of block `n` in the 32 bytes from `32 n` on.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::Hash;
use crate::file::{FileError, failed};

const NODE_BYTES: u64 = 32;

/// An open nodes file.
#[derive(Debug)]
pub(crate) struct NodesFile {
    file: File,
    path: PathBuf,
}

impl NodesFile {
    pub(crate) fn open(path: &Path) -> Result<Self, FileError> {
        OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .map_err(failed("opening", path))
            .map(|file| Self { file, path: path.into() })
    }

    /// The first `count` nodes, or fewer if the file is shorter.
    pub(crate) fn read(&self, count: u64) -> Result<Vec<Hash>, FileError> {
        let mut bytes = Vec::new();
        let wanted = count.saturating_mul(NODE_BYTES);
        File::open(&self.path)
            .and_then(|file| file.take(wanted).read_to_end(&mut bytes))
            .map_err(failed("reading", &self.path))?;
        Ok(bytes.as_chunks().0.to_vec())
    }

    /// Writes nodes from block `first` on.
    pub(crate) fn write(&self, first: u64, nodes: &[Hash]) -> Result<(), FileError> {
        self.file
            .write_all_at(nodes.as_flattened(), first.saturating_mul(NODE_BYTES))
            .map_err(failed("writing", &self.path))
    }

    pub(crate) fn sync(&self) -> Result<(), FileError> {
        self.file.sync_data().map_err(failed("syncing", &self.path))
    }
}

/// What a head file says of the nodes.
pub(crate) fn hash_of_nodes(nodes: &[Hash]) -> Hash {
    blake3::hash(nodes.as_flattened()).into()
}
