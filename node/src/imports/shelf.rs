//! Where uploads, and rows that did not go in, wait for the clerk: sealed files, each under a key
//! of its own.
//!
//! They may hold anything, numbers of persons too. Overwriting a slot of the key file ends a file
//! for good, wherever copies of its bytes are.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, BufReader, BufWriter},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use parking_lot::Mutex;
use tiaoxi_vault::{Key, KeyFile, KeyFileError, SealedFile, SealedReader, SealedWriter, durable};

/// Why a sealed file can't be kept or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShelfError {
    #[error("{path} can't be used")]
    Io { path: PathBuf, source: io::Error },
    #[error("the key of a kept file can't be used")]
    Key(#[from] KeyFileError),
    #[error("the kept file is gone")]
    Gone,
}

/// A file that is being written.
pub(super) type Writing = SealedWriter<BufWriter<File>>;

/// A kept file, read anywhere.
pub(super) type Kept = SealedFile<File>;

/// The sealed files.
pub(super) struct Shelf {
    dir: PathBuf,
    keys: KeyFile,
    next: Mutex<u64>,
}

impl Shelf {
    pub(super) fn open(dir: &Path, master: &Key) -> Result<Self, ShelfError> {
        let failed = |source| ShelfError::Io { path: dir.to_owned(), source };
        fs::DirBuilder::new().mode(0o700).recursive(true).create(dir).map_err(failed)?;
        let wrapping = master.derive("tiaoxi kept files v1");
        let keys = KeyFile::open(&dir.join("keys"), wrapping, "kept")?;
        let next = Mutex::new(keys.slots()?);
        Ok(Self { dir: dir.to_owned(), keys, next })
    }

    fn path(&self, slot: u64) -> PathBuf {
        self.dir.join(format!("{slot:08}.sealed"))
    }

    /// Begins a file. Nothing is kept under its slot before [`Shelf::finish`].
    pub(super) fn begin(&self) -> Result<(u64, Writing), ShelfError> {
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
            // A damaged slot that nobody names opens nothing: it is overwritten like the others.
            let is_empty = self.keys.get(slot).is_ok_and(|key| key.is_none());
            if !is_empty || self.path(slot).exists() {
                self.destroy(slot)?;
            }
        }
        Ok(())
    }

    /// Makes a file durable.
    pub(super) fn finish(&self, slot: u64, writer: Writing) -> Result<(), ShelfError> {
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

    fn unseal(&self, slot: u64) -> Result<(Key, File, PathBuf), ShelfError> {
        let key = self.keys.get(slot)?.ok_or(ShelfError::Gone)?;
        let path = self.path(slot);
        match File::open(&path) {
            Ok(file) => Ok((key, file, path)),
            Err(source) => Err(ShelfError::Io { path, source }),
        }
    }

    /// A kept file, to be read front to back.
    pub(super) fn read(&self, slot: u64) -> Result<SealedReader<BufReader<File>>, ShelfError> {
        let (key, file, _) = self.unseal(slot)?;
        Ok(SealedReader::new(BufReader::new(file), key, &name(slot)))
    }

    /// A kept file, to be read anywhere.
    pub(super) fn read_anywhere(&self, slot: u64) -> Result<Kept, ShelfError> {
        let (key, file, path) = self.unseal(slot)?;
        SealedFile::open(file, key, &name(slot)).map_err(|source| ShelfError::Io { path, source })
    }

    /// Bytes that ordinary users may still write on its disk.
    pub(super) fn free_bytes(&self) -> Result<u64, ShelfError> {
        let space = rustix::fs::statvfs(&self.dir);
        let space = space
            .map_err(|error| ShelfError::Io { path: self.dir.clone(), source: error.into() })?;
        Ok(space.f_bavail.saturating_mul(space.f_frsize))
    }
}

fn name(slot: u64) -> String {
    format!("kept/{slot}")
}
