//! The files of the small facts. All facts are written whole: turn `n` goes into file `n % 2`,
//! under a fresh key in slot `n % 2` of the key file, and then the key of turn `n - 1` is
//! overwritten. A crash in between leaves two files that open; the higher turn counts.
//!
//! Sealed: format u8 (1), turn u64, then key and value of each fact, as length u32 and bytes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tiaoxi_vault::{Key, KeyFile, KeyFileError, durable, sealing};

use crate::bytes::{Reader, put_bytes};
use crate::file::{failed, read_if_there};
use crate::small::LogFilesError;
use crate::{META_KEY_BYTES_MAX, META_VALUE_BYTES_MAX};

const FORMAT: u8 = 1;
const AAD: &[u8] = b"tiaoxi store meta";

/// All small facts.
pub(crate) type Facts = BTreeMap<Vec<u8>, Vec<u8>>;

/// Where the small facts rest.
#[derive(Debug)]
pub(crate) struct MetaFile {
    dir: PathBuf,
    keys: KeyFile,
    turn: u64,
}

impl MetaFile {
    /// Opens the files in the store's directory. The facts are `None` when there were some and
    /// none of the files opens.
    pub(crate) fn open(dir: &Path, wrapping: Key) -> Result<(Self, Option<Facts>), LogFilesError> {
        let keys = KeyFile::open(&dir.join("meta.keys"), wrapping, "meta")?;
        let mut file = Self { dir: dir.into(), keys, turn: 0 };
        let mut newest = None;
        for slot in [0, 1] {
            if let Some((turn, facts)) = file.read(slot)?
                && turn >= file.turn
            {
                file.turn = turn;
                newest = Some(facts);
            }
        }
        // Before the first turn there is neither a file nor a key.
        let is_unwritten = file.keys.slots()? == 0;
        Ok((file, if is_unwritten { Some(Facts::new()) } else { newest }))
    }

    fn read(&self, slot: u64) -> Result<Option<(u64, Facts)>, LogFilesError> {
        let key = match self.keys.get(slot) {
            Ok(key) => key,
            Err(KeyFileError::Damaged { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        let (Some(key), Some(sealed)) = (key, read_if_there(&self.path(slot))?) else {
            return Ok(None);
        };
        let Ok(plain) = sealing::open(&key, AAD, &sealed) else { return Ok(None) };
        Ok(decode_facts(&plain))
    }

    /// Writes all facts, durably, and destroys what was written before.
    pub(crate) fn write(&mut self, facts: &Facts) -> Result<(), LogFilesError> {
        let turn = self.turn + 1;
        let (slot, slot_before) = (turn % 2, self.turn % 2);
        let key = Key::random();
        let plain = encode_facts(turn, facts);
        let path = self.path(slot);
        durable::write_file(&path, &sealing::seal(&key, AAD, &plain))
            .map_err(failed("writing", &path))?;
        self.keys.put(slot, &key)?;
        self.keys.sync()?;
        self.keys.destroy(slot_before)?;
        self.keys.sync()?;
        self.turn = turn;
        Ok(())
    }

    fn path(&self, slot: u64) -> PathBuf {
        self.dir.join(format!("meta.{slot}"))
    }
}

pub(crate) fn encode_facts(turn: u64, facts: &Facts) -> Vec<u8> {
    let mut plain = vec![FORMAT];
    plain.extend_from_slice(&turn.to_le_bytes());
    for (name, value) in facts {
        put_bytes(&mut plain, name);
        put_bytes(&mut plain, value);
    }
    plain
}

/// The turn and the facts.
pub(crate) fn decode_facts(plain: &[u8]) -> Option<(u64, Facts)> {
    let mut reader = Reader::new(plain);
    if reader.u8()? != FORMAT {
        return None;
    }
    let turn = reader.u64()?;
    let mut facts = Facts::new();
    while !reader.is_empty() {
        let name = reader.bytes(META_KEY_BYTES_MAX)?.to_vec();
        facts.insert(name, reader.bytes(META_VALUE_BYTES_MAX)?.to_vec());
    }
    Some((turn, facts))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(value: u8) -> Facts {
        Facts::from([(b"a".to_vec(), vec![value]), (b"b".to_vec(), vec![])])
    }

    fn open(dir: &tempfile::TempDir) -> (MetaFile, Option<Facts>) {
        MetaFile::open(dir.path(), Key::from_bytes([1; 32])).expect("opens")
    }

    #[test]
    fn the_newest_facts_are_read_and_older_files_do_not_open_again() {
        let dir = tempfile::tempdir().expect("a directory");
        assert_eq!(open(&dir).1, Some(Facts::new()));
        for turn in 1..5 {
            let (mut file, _) = open(&dir);
            file.write(&facts(turn)).expect("written");
            let (file, found) = open(&dir);
            assert_eq!(found, Some(facts(turn)));
            assert!(file.read((u64::from(turn) + 1) % 2).expect("read").is_none());
        }
    }

    #[test]
    fn a_file_without_its_key_is_passed_over_and_damage_is_told() {
        let dir = tempfile::tempdir().expect("a directory");
        let (mut file, _) = open(&dir);
        file.write(&facts(1)).expect("written");
        std::fs::write(dir.path().join("meta.0"), "half a turn").expect("written");
        assert_eq!(open(&dir).1, Some(facts(1)));
        std::fs::write(dir.path().join("meta.1"), "flipped").expect("written");
        assert_eq!(open(&dir).1, None);
    }
}
