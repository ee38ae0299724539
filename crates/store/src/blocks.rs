//! The two sled databases, one tree a log. The only module that names sled.
//!
//! Key: block number u64 big-endian, part number u16 big-endian. Values: the length u32 of the
//! sealed block and then its bytes, cut into parts of [`PART_BYTES`]. sled writes values into files
//! that it never syncs once sixteen of them in one leaf come near a quarter of a segment; parts of
//! 12 KiB in segments of 1 MiB stay below that. sled is asked to flush and then the file is synced
//! here, because its own flush on Linux is no fsync. It panics at some damage, so every call is
//! caught.

mod guard;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) use self::guard::set_aside_unfinished_snapshots;
use self::guard::{caught, free_name, is_damage, is_locked};
use crate::BLOCK_BYTES_MAX;
use crate::file::{FileError, ensure_dir, failed};
use crate::log::{LogId, Side};

/// The largest value in sled.
pub(crate) const PART_BYTES: usize = 12 * 1024;
const SEGMENT_BYTES: usize = 1024 * 1024;
const _: () = assert!(16 * (PART_BYTES + 64) < SEGMENT_BYTES / 4);
const LENGTH_BYTES: usize = 4;
/// sled lets go of its lock a moment after its last handle is dropped.
const LOCK_ATTEMPTS: u32 = 100;
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// Why a sled database failed.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// sled answered with an error.
    #[error("the block database answered with an error")]
    Sled(#[from] sled::Error),
    /// sled panicked.
    #[error("the block database gave up: {0}")]
    Panicked(String),
    /// A file of the database could not be handled.
    #[error(transparent)]
    File(#[from] FileError),
}

/// One open database.
pub(crate) struct Database {
    db: sled::Db,
    file: File,
    dir: PathBuf,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("dir", &self.dir).finish_non_exhaustive()
    }
}

/// A database that could not be opened, and where it was put.
#[derive(Debug)]
pub(crate) struct SetAside {
    pub(crate) to: PathBuf,
    pub(crate) reason: DatabaseError,
}

/// Name of the directory of a side.
pub(crate) fn side_name(side: Side) -> &'static str {
    match side {
        Side::Own => "own",
        Side::Followed => "followed",
    }
}

impl Database {
    /// Opens the database of `side` in the store's directory. One that is damaged is set aside,
    /// and a new one takes its place.
    pub(crate) fn open(
        store_dir: &Path,
        side: Side,
        cache_bytes: u64,
    ) -> Result<(Self, Option<SetAside>), DatabaseError> {
        let dir = store_dir.join(side_name(side));
        ensure_dir(&dir)?;
        let reason = match Self::open_caught(&dir, cache_bytes) {
            Ok(database) => return Ok((database, None)),
            Err(error) if is_damage(&error) => error,
            Err(error) => return Err(error),
        };
        let to = free_name(store_dir, side);
        fs::rename(&dir, &to).map_err(failed("setting aside", &dir))?;
        ensure_dir(&dir)?;
        let database = Self::open_caught(&dir, cache_bytes)?;
        Ok((database, Some(SetAside { to, reason })))
    }

    fn open_caught(dir: &Path, cache_bytes: u64) -> Result<Self, DatabaseError> {
        let config = || {
            sled::Config::new()
                .path(dir)
                .cache_capacity(cache_bytes)
                .segment_size(SEGMENT_BYTES)
                .flush_every_ms(None)
        };
        let mut attempts = 0;
        let db = loop {
            match caught(|| config().open()) {
                Err(error) if is_locked(&error) && attempts < LOCK_ATTEMPTS => {
                    attempts += 1;
                    std::thread::sleep(LOCK_PAUSE);
                }
                other => break other?,
            }
        };
        let path = dir.join("db");
        let file = File::open(&path).map_err(failed("opening", &path))?;
        Ok(Self { db, file, dir: dir.into() })
    }

    /// Writes the sealed bytes of a block over what was there. One part at a time: large batches
    /// cost sled gigabytes.
    pub(crate) fn put(&self, log: LogId, block: u64, sealed: &[u8]) -> Result<(), DatabaseError> {
        caught(|| {
            let tree = self.tree(log)?;
            let length = crate::bytes::length_u32(sealed.len()).to_le_bytes();
            let parts_before = parts_of(tree.get(part_key(block, 0))?.as_deref());
            let (head, rest) = sealed.split_at(sealed.len().min(PART_BYTES - LENGTH_BYTES));
            tree.insert(part_key(block, 0), [&length[..], head].concat())?;
            let mut next = 1;
            for part in rest.chunks(PART_BYTES) {
                tree.insert(part_key(block, next), part)?;
                next += 1;
            }
            for left_over in next..parts_before {
                tree.remove(part_key(block, left_over))?;
            }
            Ok(())
        })
    }

    /// The sealed bytes of a block; `None` when it, or a part of it, is not there.
    pub(crate) fn get(&self, log: LogId, block: u64) -> Result<Option<Vec<u8>>, DatabaseError> {
        caught(|| {
            let tree = self.tree(log)?;
            let Some(first) = tree.get(part_key(block, 0))? else { return Ok(None) };
            let Some((length, head)) = split_first_part(&first) else { return Ok(None) };
            let mut sealed = Vec::with_capacity(length);
            sealed.extend_from_slice(head);
            for part in 1..parts_of(Some(&first)) {
                let Some(bytes) = tree.get(part_key(block, part))? else { return Ok(None) };
                sealed.extend_from_slice(&bytes);
            }
            Ok((sealed.len() == length).then_some(sealed))
        })
    }

    /// Whether the first part of a block is there.
    pub(crate) fn contains(&self, log: LogId, block: u64) -> Result<bool, DatabaseError> {
        caught(|| self.tree(log)?.contains_key(part_key(block, 0)))
    }

    /// Loses a block, as damage would.
    #[cfg(test)]
    pub(crate) fn remove_for_test(&self, log: LogId, block: u64) {
        let tree = self.tree(log).expect("a tree");
        tree.remove(part_key(block, 0)).expect("removed");
    }

    /// Removes everything of a log.
    pub(crate) fn clear(&self, log: LogId) -> Result<(), DatabaseError> {
        caught(|| {
            let tree = self.tree(log)?;
            while let Some((key, _)) = tree.first()? {
                tree.remove(key)?;
            }
            Ok(())
        })
    }

    /// Makes everything written so far durable.
    pub(crate) fn sync(&self) -> Result<(), DatabaseError> {
        caught(|| self.db.flush())?;
        self.file.sync_all().map_err(failed("syncing", &self.dir.join("db")))?;
        Ok(())
    }

    /// Bytes of the database on disk.
    pub(crate) fn disk_bytes(&self) -> Result<u64, DatabaseError> {
        caught(|| self.db.size_on_disk())
    }

    /// Values that sled keeps in files it never syncs: none, if this module is right.
    pub(crate) fn blob_files(&self) -> usize {
        fs::read_dir(self.dir.join("blobs")).map_or(0, Iterator::count)
    }

    fn tree(&self, log: LogId) -> Result<sled::Tree, sled::Error> {
        self.db.open_tree(log.0.to_be_bytes())
    }
}

fn part_key(block: u64, part: u16) -> [u8; 10] {
    let mut key = [0; 10];
    let (block_part, part_part) = key.split_at_mut(8);
    block_part.copy_from_slice(&block.to_be_bytes());
    part_part.copy_from_slice(&part.to_be_bytes());
    key
}

fn split_first_part(first: &[u8]) -> Option<(usize, &[u8])> {
    let (length, head) = first.split_first_chunk::<LENGTH_BYTES>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    (length <= 2 * BLOCK_BYTES_MAX).then_some((length, head))
}

/// How many parts the block has whose first part this is.
fn parts_of(first: Option<&[u8]>) -> u16 {
    let length = first.and_then(split_first_part).map_or(0, |(length, _)| length + LENGTH_BYTES);
    u16::try_from(length.div_ceil(PART_BYTES)).unwrap_or(u16::MAX)
}

/// The first of the blocks `0..blocks` that is missing or can't be reached. A look at a sample
/// first: only when one of it is missing are all of them looked at.
pub(crate) fn first_missing(
    database: &Database,
    log: LogId,
    blocks: u64,
) -> Result<Option<u64>, DatabaseError> {
    const SAMPLES: u64 = 64;
    let is_there = |block| match database.contains(log, block) {
        Err(error) if is_damage(&error) => Ok(false),
        other => other,
    };
    let step = usize::try_from(blocks.div_ceil(SAMPLES).max(1)).unwrap_or(usize::MAX);
    let mut is_whole = true;
    for block in (0..blocks).step_by(step).chain(blocks.checked_sub(1)) {
        is_whole &= is_there(block)?;
    }
    if is_whole {
        return Ok(None);
    }
    for block in 0..blocks {
        if !is_there(block)? {
            return Ok(Some(block));
        }
    }
    Ok(None)
}
