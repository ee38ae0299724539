//! Checkpoints (C2SP `tlog-checkpoint`): the signed size and root of a log.
//!
//! Three lines and no extension: origin, size, root. The key's name is the origin. Does not know
//! whether a size and root are those of any entries; `verify` compares.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    Hash,
    note::{self, KeyNameError, Note, NoteError, SignatureError, SigningKey, VerifierKey},
};

/// What a log says of itself: so many entries, under this root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the log.
    pub origin: String,
    /// Entries in the log.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
}

/// Why a text is no checkpoint.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointTextError {
    /// Not three lines, each ending in a newline.
    #[error("a checkpoint has three lines")]
    Lines,
    /// The first line cannot be the name of a key.
    #[error("the origin is not allowed")]
    Origin(#[source] KeyNameError),
    /// The second line is no decimal number without leading zeros.
    #[error("the size is not a plain decimal number")]
    Size,
    /// The third line is not base64 of 32 bytes.
    #[error("the root is not base64 of 32 bytes")]
    Root,
}

/// Why a checkpoint was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SignCheckpointError {
    /// The key signs for another log.
    #[error("the key {key} cannot sign for the log {origin}")]
    OtherOrigin {
        /// Name of the key.
        key: String,
        /// Origin of the checkpoint.
        origin: String,
    },
}

/// Why bytes are not a checkpoint of the log in question.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// Not a note.
    #[error("the checkpoint is no signed note")]
    Note(#[source] NoteError),
    /// Not signed by the log.
    #[error("the checkpoint is not signed by {origin}")]
    Signature {
        /// The log that should have signed.
        origin: String,
        /// What is wrong with the signatures.
        source: SignatureError,
    },
    /// Its text is no checkpoint.
    #[error("the checkpoint signed by {origin} is malformed")]
    Text {
        /// The log that signed it.
        origin: String,
        /// What is wrong with the text.
        source: CheckpointTextError,
    },
    /// It speaks of another log than its key.
    #[error("the checkpoint speaks of {found}, its key of {expected}")]
    OtherOrigin {
        /// Name of the key.
        expected: String,
        /// Origin in the text.
        found: String,
    },
}

impl Checkpoint {
    /// The text that is signed, with its final newline.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    /// Reads the text of a checkpoint.
    pub fn parse(text: &str) -> Result<Self, CheckpointTextError> {
        let lines = text.strip_suffix('\n').ok_or(CheckpointTextError::Lines)?;
        let mut lines = lines.split('\n');
        let (Some(origin), Some(size), Some(root), None) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointTextError::Lines);
        };
        note::check_name(origin).map_err(CheckpointTextError::Origin)?;
        let size = parse_decimal(size).ok_or(CheckpointTextError::Size)?;
        let root = parse_hash(root).ok_or(CheckpointTextError::Root)?;
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// Signs it with the log's key, whose name is the origin.
    ///
    /// A log never signs a checkpoint inconsistent with an earlier one; the caller has made sure.
    pub fn sign(self, key: &SigningKey) -> Result<SignedCheckpoint, SignCheckpointError> {
        if key.name() != self.origin {
            let key = key.name().to_owned();
            return Err(SignCheckpointError::OtherOrigin { key, origin: self.origin });
        }
        let note = note::sign(&self.text(), &[key])
            .expect("three lines under a valid key name are the text of a note");
        Ok(SignedCheckpoint { checkpoint: self, note })
    }
}

/// A checkpoint that its log has signed, with the note as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: Vec<u8>,
}

impl SignedCheckpoint {
    /// Believes a note when the log's key has signed it; other signature lines are kept unread.
    pub fn verify(note: &[u8], log_key: &VerifierKey) -> Result<Self, CheckpointError> {
        let parsed = Note::parse(note).map_err(CheckpointError::Note)?;
        let origin = || log_key.name().to_owned();
        match parsed.signed_by(log_key) {
            Ok(true) => {}
            Ok(false) => {
                let source = SignatureError::NoKnownKey;
                return Err(CheckpointError::Signature { origin: origin(), source });
            }
            Err(source) => return Err(CheckpointError::Signature { origin: origin(), source }),
        }
        let checkpoint = Checkpoint::parse(parsed.text())
            .map_err(|source| CheckpointError::Text { origin: origin(), source })?;
        if checkpoint.origin != log_key.name() {
            return Err(CheckpointError::OtherOrigin {
                expected: origin(),
                found: checkpoint.origin,
            });
        }
        Ok(Self { checkpoint, note: note.to_vec() })
    }

    /// What the log said.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Name of the log.
    pub fn origin(&self) -> &str {
        &self.checkpoint.origin
    }

    /// Entries in the log.
    pub fn size(&self) -> u64 {
        self.checkpoint.size
    }

    /// Root of the tree over them.
    pub fn root(&self) -> &Hash {
        &self.checkpoint.root
    }

    /// The note, byte for byte as it was received or signed.
    pub fn note(&self) -> &[u8] {
        &self.note
    }

    /// The same with one more signature line behind those it has.
    pub(crate) fn with_line(&self, line: &str) -> Self {
        let note = [&self.note, line.as_bytes()].concat();
        Self { checkpoint: self.checkpoint.clone(), note }
    }

    /// Gives up the note.
    pub fn into_note(self) -> Vec<u8> {
        self.note
    }
}

/// A decimal number without sign, leading zeros or blanks.
pub(crate) fn parse_decimal(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    if !plain || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    text.parse().ok()
}

/// 32 bytes from their one base64 form.
pub(crate) fn parse_hash(text: &str) -> Option<Hash> {
    if text.len() != 44 {
        return None;
    }
    STANDARD.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "huzhou/deqing/records/1";

    fn key() -> SigningKey {
        SigningKey::new(ORIGIN, &[3; 32]).unwrap()
    }

    fn checkpoint(size: u64) -> Checkpoint {
        Checkpoint { origin: ORIGIN.to_owned(), size, root: [9; 32] }
    }

    #[test]
    fn a_signed_checkpoint_reads_back_with_the_same_bytes() {
        for size in [0, 1, 256, u64::MAX] {
            let signed = checkpoint(size).sign(&key()).unwrap();
            let read = SignedCheckpoint::verify(signed.note(), &key().verifier_key()).unwrap();
            assert_eq!(read, signed);
            assert_eq!((read.origin(), read.size(), read.root()), (ORIGIN, size, &[9; 32]));
        }
    }

    #[test]
    fn the_text_is_strict() {
        let root = STANDARD.encode([9u8; 32]);
        let check = |text: String, accepted: bool| {
            assert_eq!(Checkpoint::parse(&text).is_ok(), accepted, "{text:?}");
        };
        check(format!("a/b\n7\n{root}\n"), true);
        check(format!("a/b\n0\n{root}\n"), true);
        check(format!("a/b\n7\n{root}"), false);
        check(format!("a/b\n7\n{root}\nextension\n"), false);
        check(format!("a/b\n7\n{root}\n\n"), false);
        check(format!("a/b\n07\n{root}\n"), false);
        check(format!("a/b\n+7\n{root}\n"), false);
        check(format!("a/b\n-7\n{root}\n"), false);
        check(format!("a/b\n\n{root}\n"), false);
        check(format!("a/b\n7 \n{root}\n"), false);
        check(format!("a/b\n18446744073709551616\n{root}\n"), false);
        check(format!("a b\n7\n{root}\n"), false);
        check(format!("\n7\n{root}\n"), false);
        check(format!("a/b\n7\n{}\n", STANDARD.encode([9u8; 31])), false);
        check(format!("a/b\n7\n{}\n", root.trim_end_matches('=')), false);
        // The last letter carries two unused bits; they must be zero.
        check(format!("a/b\n7\n{}\n", root.replace("k=", "l=")), false);
    }

    #[test]
    fn only_the_key_named_as_the_log_signs_for_it() {
        let other = SigningKey::new("huzhou/anji/records/1", &[3; 32]).unwrap();
        assert!(checkpoint(1).sign(&other).is_err());
        let text = checkpoint(1).text();
        let crossed = note::sign(&text, &[&other]).unwrap();
        assert!(matches!(
            SignedCheckpoint::verify(&crossed, &other.verifier_key()),
            Err(CheckpointError::OtherOrigin { .. })
        ));
        assert!(matches!(
            SignedCheckpoint::verify(&crossed, &key().verifier_key()),
            Err(CheckpointError::Signature { source: SignatureError::NoKnownKey, .. })
        ));
    }

    #[test]
    fn every_changed_byte_of_a_checkpoint_is_noticed() {
        let good = checkpoint(1_000_000).sign(&key()).unwrap().into_note();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] = bad[at].wrapping_add(1);
            assert!(SignedCheckpoint::verify(&bad, &key().verifier_key()).is_err(), "byte {at}");
        }
    }
}
