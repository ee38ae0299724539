//! The manifest: which runs there are, and up to where each log is in them. One small sealed file,
//! replaced whole; what it does not name does not exist.
//!
//! Plain text, little-endian: `TXIX`, format u16, next run u64, runs u16 × (number u64, slot u64,
//! pages u32, postings u64), logs u32 × (log u32, through u64). Sealed under a key derived from the
//! master key.

use std::collections::BTreeMap;
use std::path::Path;

use tiaoxi_vault::{Key, durable, sealing};

use super::IndexError;
use super::run::RunInfo;

const MAGIC: [u8; 4] = *b"TXIX";
const FORMAT: u16 = 1;
const AAD: &[u8] = b"tiaoxi index manifest 1";
/// Bounds the file that is read at start: 4,096 runs and 200,000 logs are far below it.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// The content of the manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    /// Number of the next run.
    pub(super) next_run: u64,
    /// The runs, oldest first.
    pub(super) runs: Vec<RunInfo>,
    /// Per log: entries below this number are in the runs.
    pub(super) applied: BTreeMap<u32, u64>,
}

impl Manifest {
    /// Reads the manifest, or `None` where there is none.
    pub(super) fn read(path: &Path, key: &Key) -> Result<Option<Self>, IndexError> {
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.len() > FILE_BYTES_MAX => {
                return Err(IndexError::damaged("the manifest is too long"));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            _ => {}
        }
        let sealed = std::fs::read(path).map_err(IndexError::io("reading", path))?;
        let plain = sealing::open(key, AAD, &sealed).map_err(|_damaged| unreadable())?;
        Self::decode(&plain).map(Some).ok_or_else(unreadable)
    }

    /// Replaces the manifest durably, its directory included.
    pub(super) fn write(&self, path: &Path, key: &Key) -> Result<(), IndexError> {
        let sealed = sealing::seal(key, AAD, &self.encode());
        durable::write_file(path, &sealed).map_err(IndexError::io("writing", path))
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64 + self.runs.len() * 28 + self.applied.len() * 12);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&FORMAT.to_le_bytes());
        out.extend_from_slice(&self.next_run.to_le_bytes());
        let runs = u16::try_from(self.runs.len()).expect("runs are bounded by RUNS_MAX");
        out.extend_from_slice(&runs.to_le_bytes());
        for run in &self.runs {
            out.extend_from_slice(&run.number.to_le_bytes());
            out.extend_from_slice(&run.slot.to_le_bytes());
            out.extend_from_slice(&run.pages.to_le_bytes());
            out.extend_from_slice(&run.postings.to_le_bytes());
        }
        let logs = u32::try_from(self.applied.len()).expect("logs are numbered by u32");
        out.extend_from_slice(&logs.to_le_bytes());
        for (log, through) in &self.applied {
            out.extend_from_slice(&log.to_le_bytes());
            out.extend_from_slice(&through.to_le_bytes());
        }
        out
    }

    pub(super) fn decode(mut bytes: &[u8]) -> Option<Self> {
        let bytes = &mut bytes;
        if take(bytes)? != MAGIC || u16::from_le_bytes(take(bytes)?) != FORMAT {
            return None;
        }
        let mut manifest = Self { next_run: u64::from_le_bytes(take(bytes)?), ..Self::default() };
        for _ in 0..u16::from_le_bytes(take(bytes)?) {
            manifest.runs.push(RunInfo {
                number: u64::from_le_bytes(take(bytes)?),
                slot: u64::from_le_bytes(take(bytes)?),
                pages: u32::from_le_bytes(take(bytes)?),
                postings: u64::from_le_bytes(take(bytes)?),
            });
        }
        for _ in 0..u32::from_le_bytes(take(bytes)?) {
            let log = u32::from_le_bytes(take(bytes)?);
            manifest.applied.insert(log, u64::from_le_bytes(take(bytes)?));
        }
        bytes.is_empty().then_some(manifest)
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*head)
}

fn unreadable() -> IndexError {
    IndexError::damaged("the manifest does not open, or is of another format")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            next_run: 9,
            runs: vec![RunInfo { number: 8, slot: 1, pages: 3, postings: 400 }],
            applied: BTreeMap::from([(0, 7), (5, 1 << 40)]),
        }
    }

    #[test]
    fn what_was_encoded_decodes_and_nothing_shorter_or_longer_does() {
        let bytes = manifest().encode();
        assert_eq!(Manifest::decode(&bytes), Some(manifest()));
        for length in 0..bytes.len() {
            assert_eq!(Manifest::decode(&bytes[..length]), None, "{length}");
        }
        assert_eq!(Manifest::decode(&[&bytes[..], &[0]].concat()), None);
    }

    #[test]
    fn a_manifest_is_missing_or_whole_or_damaged() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("manifest");
        let key = Key::from_bytes([3; 32]);
        assert_eq!(Manifest::read(&path, &key).expect("no file is no error"), None);
        manifest().write(&path, &key).expect("writes");
        assert_eq!(Manifest::read(&path, &key).expect("reads"), Some(manifest()));
        let other = Manifest::read(&path, &Key::from_bytes([4; 32])).expect_err("another key");
        assert!(other.is_damage());
        let mut bytes = std::fs::read(&path).expect("reads");
        bytes[30] ^= 1;
        std::fs::write(&path, bytes).expect("writes");
        assert!(Manifest::read(&path, &key).expect_err("a flipped bit").is_damage());
    }
}
