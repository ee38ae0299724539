//! Where rejected rows wait for the clerk: one sealed file per import, each under a key of its own.
//!
//! Rejected rows may hold anything, numbers of persons too. Overwriting a slot of the key file ends
//! a file for good, wherever copies of its bytes are.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, BufReader, BufWriter, Read},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use parking_lot::Mutex;
use tiaoxi_vault::{Key, KeyFile, KeyFileError, SealedReader, SealedWriter, durable};

/// Why rejected rows can't be kept or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShelfError {
    #[error("{path} can't be used")]
    Io { path: PathBuf, source: io::Error },
    #[error("the key of rejected rows can't be used")]
    Key(#[from] KeyFileError),
    #[error("the rejected rows are gone")]
    Gone,
}

/// The sealed files.
pub(super) struct RejectedShelf {
    dir: PathBuf,
    keys: KeyFile,
    next: Mutex<u64>,
}

impl RejectedShelf {
    pub(super) fn open(dir: &Path, master: &Key) -> Result<Self, ShelfError> {
        let failed = |source| ShelfError::Io { path: dir.to_owned(), source };
        fs::DirBuilder::new().mode(0o700).recursive(true).create(dir).map_err(failed)?;
        let wrapping = master.derive("tiaoxi rejected rows v1");
        let keys = KeyFile::open(&dir.join("keys"), wrapping, "rejected")?;
        let next = Mutex::new(keys.slots()?);
        Ok(Self { dir: dir.to_owned(), keys, next })
    }

    fn path(&self, slot: u64) -> PathBuf {
        self.dir.join(format!("{slot:08}.sealed"))
    }

    /// Begins a file. Nothing is kept under its slot before [`RejectedShelf::finish`].
    pub(super) fn begin(&self) -> Result<(u64, SealedWriter<BufWriter<File>>), ShelfError> {
        let slot = {
            let mut next = self.next.lock();
            *next += 1;
            *next - 1
        };
        let key = Key::random();
        self.keys.put(slot, &key)?;
        let path = self.path(slot);
        let file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)
            .map_err(|source| ShelfError::Io { path, source })?;
        Ok((slot, SealedWriter::new(BufWriter::new(file), key, &name(slot))))
    }

    /// Destroys every file that nobody names: of imports that were cut off.
    pub(super) fn sweep(&self, named: &BTreeSet<u64>) -> Result<(), ShelfError> {
        let slots = *self.next.lock();
        for slot in (0..slots).filter(|slot| !named.contains(slot)) {
            if self.keys.get(slot)?.is_some() || self.path(slot).exists() {
                self.destroy(slot)?;
            }
        }
        Ok(())
    }

    /// Makes a file durable.
    pub(super) fn finish(
        &self,
        slot: u64,
        writer: SealedWriter<BufWriter<File>>,
    ) -> Result<(), ShelfError> {
        let path = self.path(slot);
        let failed = |source| ShelfError::Io { path: path.clone(), source };
        let file = writer.finish().map_err(failed)?;
        file.get_ref().sync_all().map_err(failed)?;
        durable::sync_parent(&path).map_err(failed)?;
        self.keys.sync()?;
        Ok(())
    }

    /// Destroys a file: its key first.
    pub(super) fn destroy(&self, slot: u64) -> Result<(), ShelfError> {
        self.keys.destroy(slot)?;
        self.keys.sync()?;
        let path = self.path(slot);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(ShelfError::Io { path, source })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn read(&self, slot: u64) -> Result<Box<dyn Read + Send>, ShelfError> {
        let key = self.keys.get(slot)?.ok_or(ShelfError::Gone)?;
        let path = self.path(slot);
        let file = File::open(&path).map_err(|source| ShelfError::Io { path, source })?;
        Ok(Box::new(SealedReader::new(BufReader::new(file), key, &name(slot))))
    }
}

fn name(slot: u64) -> String {
    format!("rejected/{slot}")
}
