//! The key file: one wrapped key a slot, overwritten in place, so that a key can be destroyed.
//!
//! Slot `n` is the 64 bytes from `64 n` on: generation u32 LE, nonce 12, ChaCha20-Poly1305 of the
//! key 32, tag 16. The associated bytes are the file's name, the slot number u64 LE and the
//! generation: a slot copied to another place, or into another file, does not open. 64 zero bytes,
//! and everything beyond the end of the file, are an empty slot.
//!
//! Does not know what the keys open. Nothing is durable before [`KeyFile::sync`]; whoever replays
//! a journal after a crash writes torn slots again.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce, Tag};
use zeroize::Zeroizing;

use crate::key::fill_random;
use crate::{Key, durable};

/// Bytes of one slot.
pub const KEY_SLOT_BYTES: usize = 64;
const GENERATION_BYTES: usize = 4;
const NONCE_BYTES: usize = 12;
const KEY_BYTES: usize = 32;
const TAG_BYTES: usize = 16;
const _: () = assert!(GENERATION_BYTES + NONCE_BYTES + KEY_BYTES + TAG_BYTES == KEY_SLOT_BYTES);

/// A file of wrapped keys. One process, one `KeyFile` a path; writers of one slot take turns.
#[derive(Debug)]
pub struct KeyFile {
    file: File,
    path: PathBuf,
    wrapping: Key,
    name: Box<[u8]>,
}

/// Why a key could not be read, written or destroyed.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The operating system refused or failed.
    #[error("key file {path}: {attempt} failed")]
    Io {
        /// What was tried.
        attempt: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// The slot holds something that is no key wrapped by this wrapping key for this place.
    #[error("key file {path}: slot {slot} is damaged or wrapped by another key")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The slot.
        slot: u64,
    },
}

/// The fixed parts of a slot that is not empty.
struct Slot {
    generation: [u8; GENERATION_BYTES],
    nonce: [u8; NONCE_BYTES],
    wrapped: [u8; KEY_BYTES],
    tag: [u8; TAG_BYTES],
}

impl KeyFile {
    /// Opens the key file at `path`, made with mode 0600 if it is missing. `name` is what the file
    /// is for and is bound into every slot; it stays the same for the life of the file.
    pub fn open(path: &Path, wrapping: Key, name: &str) -> Result<Self, KeyFileError> {
        let io = |attempt| move |source| KeyFileError::Io { attempt, path: path.into(), source };
        let is_new = !path.exists();
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .map_err(io("opening"))?;
        if is_new {
            durable::sync_parent(path).map_err(io("syncing the directory"))?;
        }
        Ok(Self { file, path: path.into(), wrapping, name: name.as_bytes().into() })
    }

    /// The key in `slot`, or `None` when it is empty or was destroyed.
    pub fn get(&self, slot: u64) -> Result<Option<Key>, KeyFileError> {
        let Some(Slot { generation, nonce, mut wrapped, tag }) = self.read(slot)? else {
            return Ok(None);
        };
        let opened = ChaCha20Poly1305::new(self.wrapping.as_bytes().into()).decrypt_inout_detached(
            &Nonce::from(nonce),
            &self.aad(slot, generation),
            wrapped.as_mut_slice().into(),
            &Tag::from(tag),
        );
        match opened {
            Ok(()) => Ok(Some(Key::from_bytes(wrapped))),
            Err(_) => Err(self.damaged(slot)),
        }
    }

    /// Whether `slot` holds `key` already.
    pub fn holds(&self, slot: u64, key: &Key) -> Result<bool, KeyFileError> {
        match self.get(slot) {
            Ok(found) => Ok(found.is_some_and(|found| found.as_bytes() == key.as_bytes())),
            Err(KeyFileError::Damaged { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Writes `key` over whatever `slot` holds; the key that was there is gone once synced.
    pub fn put(&self, slot: u64, key: &Key) -> Result<(), KeyFileError> {
        let before = match self.read(slot) {
            Ok(Some(slot)) => u32::from_le_bytes(slot.generation),
            // A slot torn by a crash is written again like an empty one.
            Ok(None) | Err(KeyFileError::Damaged { .. }) => 0,
            Err(error) => return Err(error),
        };
        // Zero marks nothing by itself, but a slot in use never begins with it.
        let generation = before.wrapping_add(1).max(1).to_le_bytes();
        let mut nonce = [0; NONCE_BYTES];
        fill_random(&mut nonce);
        let mut wrapped = Zeroizing::new(*key.as_bytes());
        let tag = ChaCha20Poly1305::new(self.wrapping.as_bytes().into())
            .encrypt_inout_detached(
                &Nonce::from(nonce),
                &self.aad(slot, generation),
                wrapped.as_mut_slice().into(),
            )
            .expect("32 bytes are below ChaCha20's limit");
        let mut bytes = Vec::with_capacity(KEY_SLOT_BYTES);
        bytes.extend_from_slice(&generation);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&*wrapped);
        bytes.extend_from_slice(&tag);
        self.write(slot, &bytes)
    }

    /// Overwrites `slot` with zeros. A slot beyond the end of the file is empty already.
    pub fn destroy(&self, slot: u64) -> Result<(), KeyFileError> {
        if slot >= self.slots()? {
            return Ok(());
        }
        self.write(slot, &[0; KEY_SLOT_BYTES])
    }

    /// Makes every `put` and `destroy` so far durable. An error here means that nobody knows what
    /// is on the disk: stop.
    pub fn sync(&self) -> Result<(), KeyFileError> {
        self.file.sync_data().map_err(|source| self.io("syncing", source))
    }

    /// Slots up to the last one ever written, empty ones among them; a torn one counts.
    pub fn slots(&self) -> Result<u64, KeyFileError> {
        let metadata = self.file.metadata().map_err(|source| self.io("measuring", source))?;
        Ok(metadata.len().div_ceil(KEY_SLOT_BYTES as u64))
    }

    fn read(&self, slot: u64) -> Result<Option<Slot>, KeyFileError> {
        let mut bytes = [0; KEY_SLOT_BYTES];
        let offset = self.offset(slot)?;
        match self.file.read_exact_at(&mut bytes, offset) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return if slot < self.slots()? { Err(self.damaged(slot)) } else { Ok(None) };
            }
            Err(source) => return Err(self.io("reading", source)),
        }
        if bytes == [0; KEY_SLOT_BYTES] {
            return Ok(None);
        }
        let parts = bytes.split_first_chunk().and_then(|(generation, rest)| {
            let (nonce, rest) = rest.split_first_chunk()?;
            let (wrapped, rest) = rest.split_first_chunk()?;
            let tag = rest.first_chunk()?;
            Some(Slot { generation: *generation, nonce: *nonce, wrapped: *wrapped, tag: *tag })
        });
        Ok(Some(parts.expect("the parts of a slot add up to its size")))
    }

    fn write(&self, slot: u64, bytes: &[u8]) -> Result<(), KeyFileError> {
        let offset = self.offset(slot)?;
        self.file.write_all_at(bytes, offset).map_err(|source| self.io("writing", source))
    }

    fn offset(&self, slot: u64) -> Result<u64, KeyFileError> {
        slot.checked_mul(KEY_SLOT_BYTES as u64).ok_or_else(|| self.damaged(slot))
    }

    fn aad(&self, slot: u64, generation: [u8; GENERATION_BYTES]) -> Vec<u8> {
        [&self.name[..], &slot.to_le_bytes(), &generation].concat()
    }

    fn damaged(&self, slot: u64) -> KeyFileError {
        KeyFileError::Damaged { path: self.path.clone(), slot }
    }

    fn io(&self, attempt: &'static str, source: io::Error) -> KeyFileError {
        KeyFileError::Io { attempt, path: self.path.clone(), source }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn key(byte: u8) -> Key {
        Key::from_bytes([byte; 32])
    }

    fn open(dir: &tempfile::TempDir, wrapping: u8, name: &str) -> KeyFile {
        KeyFile::open(&dir.path().join("keys"), key(wrapping), name).expect("opens")
    }

    fn holds(file: &KeyFile, slot: u64) -> Option<u8> {
        file.get(slot).expect("readable").map(|key| key.as_bytes()[0])
    }

    #[test]
    fn keys_come_back_after_reopening_and_slots_never_written_are_empty() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = open(&dir, 1, "log");
        file.put(0, &key(10)).expect("put");
        file.put(3, &key(13)).expect("put");
        file.sync().expect("synced");
        drop(file);
        let file = open(&dir, 1, "log");
        let found: Vec<_> = (0..6).map(|slot| holds(&file, slot)).collect();
        assert_eq!(found, [Some(10), None, None, Some(13), None, None]);
        assert_eq!(file.slots().expect("measured"), 4);
        let mode = fs::metadata(dir.path().join("keys")).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_destroyed_or_replaced_key_is_nowhere_in_the_file() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = open(&dir, 1, "log");
        file.put(1, &key(10)).expect("put");
        file.put(2, &key(20)).expect("put");
        let before = fs::read(dir.path().join("keys")).expect("read");
        file.put(1, &key(11)).expect("put");
        file.destroy(2).expect("destroyed");
        file.destroy(9).expect("empty already");
        let after = fs::read(dir.path().join("keys")).expect("read");
        assert_eq!(after.len(), before.len(), "overwritten in place");
        assert_ne!(after[64..128], before[64..128]);
        assert_eq!(after[128..], [0; 64]);
        assert_eq!((holds(&file, 1), holds(&file, 2)), (Some(11), None));
        assert_eq!(after[64], 2, "the generation counts up");
    }

    #[test]
    fn another_wrapping_key_another_name_and_a_moved_slot_are_damage() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = open(&dir, 1, "log");
        file.put(0, &key(10)).expect("put");
        let path = dir.path().join("keys");
        let bytes = fs::read(&path).expect("read");
        fs::write(&path, [&bytes[..], &bytes[..], &bytes[..63]].concat()).expect("written");
        for (file, slot) in [
            (open(&dir, 2, "log"), 0),
            (open(&dir, 1, "other"), 0),
            (open(&dir, 1, "log"), 1),
            (open(&dir, 1, "log"), 2),
            (open(&dir, 1, "log"), u64::MAX),
        ] {
            let error = file.get(slot).expect_err("damaged");
            assert!(matches!(error, KeyFileError::Damaged { slot: named, .. } if named == slot));
        }
    }

    #[test]
    fn a_torn_slot_can_be_written_again() {
        let dir = tempfile::tempdir().expect("a directory");
        fs::write(dir.path().join("keys"), [1; 30]).expect("written");
        let file = open(&dir, 1, "log");
        assert!(!file.holds(0, &key(10)).expect("readable"));
        file.put(0, &key(10)).expect("put");
        assert!(file.holds(0, &key(10)).expect("readable"));
        assert!(!file.holds(0, &key(11)).expect("readable"));
    }
}
