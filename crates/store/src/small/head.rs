//! The head file of a log: what the journal need not say again.
//!
//! Sealed, with the log's number as associated bytes: format u8 (1), blocks in sled u64, BLAKE3 of
//! their nodes 32, 1 and the last checkpoint (size u64, root 32, note) or 0, count u32 of holders,
//! each member, size u64, root 32. Note and member as length u32 and bytes.

use std::collections::BTreeMap;
use std::path::Path;

use tiaoxi_vault::{Key, durable, sealing};

use crate::bytes::{Reader, length_u32, put_bytes};
use crate::file::{FileError, failed, read_if_there};
use crate::log::{Checkpoint, Held, Log, LogId};
use crate::small::hash_of_nodes;
use crate::{HOLDERS_MAX, Hash, MEMBER_BYTES_MAX, NOTE_BYTES_MAX};

const FORMAT: u8 = 1;

/// What a head file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeadFile {
    pub(crate) moved: u64,
    pub(crate) nodes_hash: Hash,
    pub(crate) checkpoint: Option<Checkpoint>,
    pub(crate) held: BTreeMap<String, Held>,
}

impl HeadFile {
    /// What the file should say of a log as it stands.
    pub(crate) fn of(log: &Log) -> Self {
        let moved = usize::try_from(log.moved).unwrap_or(usize::MAX);
        Self {
            moved: log.moved,
            nodes_hash: hash_of_nodes(log.nodes.get(..moved).unwrap_or(&log.nodes)),
            checkpoint: log.checkpoint.clone(),
            held: log.held.clone(),
        }
    }

    /// The head of a log; `Ok(None)` when there is none yet, `Err(None)` when it is damaged.
    pub(crate) fn read(
        path: &Path,
        key: &Key,
        log: LogId,
    ) -> Result<Option<Self>, Option<FileError>> {
        let Some(sealed) = read_if_there(path).map_err(Some)? else { return Ok(None) };
        match sealing::open(key, &aad(log), &sealed) {
            Ok(plain) => Self::decode(&plain).map(Some).ok_or(None),
            Err(sealing::Damaged) => Err(None),
        }
    }

    pub(crate) fn write(&self, path: &Path, key: &Key, log: LogId) -> Result<(), FileError> {
        durable::write_file(path, &sealing::seal(key, &aad(log), &self.encode()))
            .map_err(failed("writing", path))
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut plain = vec![FORMAT];
        plain.extend_from_slice(&self.moved.to_le_bytes());
        plain.extend_from_slice(&self.nodes_hash);
        match &self.checkpoint {
            Some(checkpoint) => {
                plain.push(1);
                plain.extend_from_slice(&checkpoint.size.to_le_bytes());
                plain.extend_from_slice(&checkpoint.root);
                put_bytes(&mut plain, &checkpoint.note);
            }
            None => plain.push(0),
        }
        plain.extend_from_slice(&length_u32(self.held.len()).to_le_bytes());
        for (member, held) in &self.held {
            put_bytes(&mut plain, member.as_bytes());
            plain.extend_from_slice(&held.size.to_le_bytes());
            plain.extend_from_slice(&held.root);
        }
        plain
    }

    pub(crate) fn decode(plain: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(plain);
        if reader.u8()? != FORMAT {
            return None;
        }
        let (moved, nodes_hash) = (reader.u64()?, reader.array()?);
        let checkpoint = match reader.u8()? {
            0 => None,
            1 => {
                let (size, root) = (reader.u64()?, reader.array()?);
                Some(Checkpoint { size, root, note: reader.bytes(NOTE_BYTES_MAX)?.to_vec() })
            }
            _ => return None,
        };
        let count = usize::try_from(reader.u32()?).ok().filter(|count| *count <= HOLDERS_MAX)?;
        let mut held = BTreeMap::new();
        for _ in 0..count {
            let member = reader.text(MEMBER_BYTES_MAX)?.to_owned();
            held.insert(member, Held { size: reader.u64()?, root: reader.array()? });
        }
        reader.end()?;
        Some(Self { moved, nodes_hash, checkpoint, held })
    }
}

fn aad(log: LogId) -> Vec<u8> {
    [b"tiaoxi store head ", &log.0.to_le_bytes()[..]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_reads_as_written_in_its_own_place_only() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("1.head");
        let key = Key::from_bytes([1; 32]);
        assert!(matches!(HeadFile::read(&path, &key, LogId(1)), Ok(None)));
        for checkpoint in [None, Some(Checkpoint { size: 9, root: [2; 32], note: b"n".to_vec() })] {
            let holders = BTreeMap::from([("hub".to_owned(), Held { size: 8, root: [3; 32] })]);
            let head = HeadFile { moved: 7, nodes_hash: [4; 32], checkpoint, held: holders };
            head.write(&path, &key, LogId(1)).expect("written");
            assert_eq!(HeadFile::read(&path, &key, LogId(1)).expect("read"), Some(head));
            assert!(matches!(HeadFile::read(&path, &key, LogId(2)), Err(None)));
        }
    }
}
