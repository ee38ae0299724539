//! The `.tlog-proof` file (C2SP `tlog-proof`): that an entry stands in a log, for offline use.
//!
//! Holds index, path and checkpoint; the header, body and salt of the entry travel beside it.
//! Reads and writes the form only: whether the path leads to the root is for `tree` to say.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    Hash,
    checkpoint::{CheckpointError, SignedCheckpoint, parse_decimal, parse_hash},
    note::{Bounds, VerifierKey},
};

/// The first line.
const TITLE: &str = "c2sp.org/tlog-proof@v1";
/// Hashes in a path: a tree of fewer than 2^63 entries is no deeper.
const PATH_HASHES_MAX: usize = 63;
/// The optional extra bytes.
const EXTRA_BYTES_MAX: usize = 16 << 10;
/// The whole file: the checkpoint, the extra line, the path.
const FILE_BYTES_MAX: usize = Bounds::CHECKPOINT.bytes_max + (32 << 10);

/// An inclusion proof as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofFile {
    /// Bytes of the maker's own, not proved.
    pub extra: Option<Vec<u8>>,
    /// Number of the entry in its log.
    pub index: u64,
    /// Sibling hashes from leaf to root.
    pub path: Vec<Hash>,
    /// The checkpoint's note, verbatim.
    pub checkpoint: Vec<u8>,
}

/// Why a file is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ProofFileError {
    /// Larger than any proof.
    #[error("a proof file of {0} bytes exceeds the {FILE_BYTES_MAX} allowed")]
    TooLarge(usize),
    /// Not UTF-8.
    #[error("the proof file is not UTF-8")]
    NotUtf8(#[source] std::str::Utf8Error),
    /// It does not begin with the title of the format.
    #[error("the file does not begin with {TITLE}")]
    Title,
    /// A line is not what the format wants there.
    #[error("line {0} of the proof file is malformed")]
    Line(usize),
    /// The empty line before the checkpoint is missing.
    #[error("the proof file has no checkpoint")]
    NoCheckpoint,
    /// The checkpoint is not the log's.
    #[error("the checkpoint in the proof file is not the log's")]
    Checkpoint(#[source] CheckpointError),
    /// The entry lies beyond the checkpoint.
    #[error("the proof is for entry {index} of a log of {size}")]
    BeyondSize {
        /// Number of the entry.
        index: u64,
        /// Entries under the checkpoint.
        size: u64,
    },
}

impl ProofFile {
    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("{TITLE}\n");
        let infallible = "writing into memory succeeds";
        if let Some(extra) = &self.extra {
            writeln!(text, "extra {}", STANDARD.encode(extra)).expect(infallible);
        }
        writeln!(text, "index {}", self.index).expect(infallible);
        for hash in &self.path {
            writeln!(text, "{}", STANDARD.encode(hash)).expect(infallible);
        }
        text.push('\n');
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&self.checkpoint);
        bytes
    }

    /// Reads a file's form.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProofFileError> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(ProofFileError::TooLarge(bytes.len()));
        }
        let text = std::str::from_utf8(bytes).map_err(ProofFileError::NotUtf8)?;
        let (proof, checkpoint) = text.split_once("\n\n").ok_or(ProofFileError::NoCheckpoint)?;
        let mut lines = proof.split('\n').zip(1..).peekable();
        if lines.next().is_none_or(|(line, _)| line != TITLE) {
            return Err(ProofFileError::Title);
        }
        let extra = match lines.next_if(|(line, _)| line.starts_with("extra ")) {
            Some((line, number)) => Some(parse_extra(line).ok_or(ProofFileError::Line(number))?),
            None => None,
        };
        let (line, number) = lines.next().ok_or(ProofFileError::Line(2))?;
        let index = line.strip_prefix("index ").and_then(parse_decimal);
        let index = index.ok_or(ProofFileError::Line(number))?;
        let mut path = Vec::new();
        for (line, number) in lines {
            let hash = parse_hash(line).filter(|_| path.len() < PATH_HASHES_MAX);
            path.push(hash.ok_or(ProofFileError::Line(number))?);
        }
        Ok(Self { extra, index, path, checkpoint: checkpoint.as_bytes().to_vec() })
    }

    /// The checkpoint that the proof leads to, when `log_key` signed it and it covers the entry.
    pub fn signed_checkpoint(
        &self,
        log_key: &VerifierKey,
    ) -> Result<SignedCheckpoint, ProofFileError> {
        let signed = SignedCheckpoint::verify(&self.checkpoint, log_key)
            .map_err(ProofFileError::Checkpoint)?;
        if self.index >= signed.size() {
            return Err(ProofFileError::BeyondSize { index: self.index, size: signed.size() });
        }
        Ok(signed)
    }
}

fn parse_extra(line: &str) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(line.strip_prefix("extra ")?).ok()?;
    (bytes.len() <= EXTRA_BYTES_MAX).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{checkpoint::Checkpoint, note::SigningKey};

    fn key() -> SigningKey {
        SigningKey::new("huzhou/deqing/records/1", &[3; 32]).unwrap()
    }

    fn proof(index: u64, path: usize, extra: Option<Vec<u8>>) -> ProofFile {
        let origin = key().name().to_owned();
        let signed = Checkpoint { origin, size: 8, root: [1; 32] }.sign(&key()).unwrap();
        ProofFile { extra, index, path: vec![[5; 32]; path], checkpoint: signed.into_note() }
    }

    #[test]
    fn proof_files_read_back_as_they_were_written() {
        for proof in [
            proof(0, 0, None),
            proof(7, 3, None),
            proof(7, 63, Some(Vec::new())),
            proof(u64::MAX, 3, Some(vec![7; 100])),
        ] {
            assert_eq!(ProofFile::parse(&proof.to_bytes()).unwrap(), proof);
        }
    }

    #[test]
    fn only_entries_under_the_signed_size_are_proved() {
        let verifier = key().verifier_key();
        assert_eq!(proof(7, 3, None).signed_checkpoint(&verifier).unwrap().size(), 8);
        assert!(matches!(
            proof(8, 3, None).signed_checkpoint(&verifier),
            Err(ProofFileError::BeyondSize { index: 8, size: 8 })
        ));
        let other = SigningKey::new("huzhou/anji/records/1", &[3; 32]).unwrap().verifier_key();
        assert!(proof(7, 3, None).signed_checkpoint(&other).is_err());
    }

    #[test]
    fn malformed_files_are_refused() {
        let good = String::from_utf8(proof(7, 2, Some(vec![1, 2])).to_bytes()).unwrap();
        let check = |text: &str, accepted: bool| {
            assert_eq!(ProofFile::parse(text.as_bytes()).is_ok(), accepted, "{text:?}");
        };
        check(&good, true);
        check(&good.replace("@v1", "@v2"), false);
        check(&good.replace("index 7", "index 07"), false);
        check(&good.replace("index 7", "index -7"), false);
        check(&good.replace("index 7\n", ""), false);
        check(&good.replace("extra AQI=", "extra AQI"), false);
        check(&good.replace("extra", "other"), false);
        check(&good.replace("BQUF", "BQ F"), false);
        check(&good.replace("\n\n", "\n"), false);
        check("", false);
        let deep = proof(7, 64, None).to_bytes();
        assert!(matches!(ProofFile::parse(&deep), Err(ProofFileError::Line(_))));
        let large = vec![b'x'; FILE_BYTES_MAX + 1];
        assert!(matches!(ProofFile::parse(&large), Err(ProofFileError::TooLarge(_))));
    }
}
