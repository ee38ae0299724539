//! Timestamped cosignatures of witnesses (C2SP `tlog-cosignature`, type 0x04).
//!
//! A cosignature says: at this time, this was the largest consistent tree of the log that I had
//! seen. It does not name the cosigner, so a witness key serves one member and nothing else.
//! Whether the tree is consistent is the caller's to know.

use std::fmt;

use crate::{
    checkpoint::SignedCheckpoint,
    note::{
        KeyNameError, Note, PublicKey, SigningKey, VerifierKeyError, check_name, format_line,
        key_id, parse_text, write_text,
    },
};

/// Signature type of a timestamped cosignature.
const TYPE_COSIGNATURE: u8 = 0x04;
/// Bytes of the time in front of the signature.
const TIME_BYTES: usize = 8;

/// The public key of a witness under its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessKey {
    name: String,
    id: [u8; 4],
    public: PublicKey,
}

impl WitnessKey {
    /// The witness key under `name`.
    pub fn new(name: impl Into<String>, public: PublicKey) -> Result<Self, KeyNameError> {
        let name = name.into();
        check_name(&name)?;
        let id = key_id(&name, TYPE_COSIGNATURE, &public);
        Ok(Self { name, id, public })
    }

    /// Reads `name+hex+base64`, the base64 part being type 0x04 and the key.
    pub fn parse(text: &str) -> Result<Self, VerifierKeyError> {
        let (name, id, public) = parse_text(text, TYPE_COSIGNATURE)?;
        Ok(Self { name, id, public })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_text(f, &self.name, TYPE_COSIGNATURE, self.id, &self.public)
    }
}

/// A cosignature of a witness under a checkpoint is wrong.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cosignature of {witness} is wrong")]
pub struct CosignatureError {
    /// Name of the witness.
    pub witness: String,
}

/// What is signed: two lines, then the checkpoint's text.
fn message(unix_seconds: u64, checkpoint_text: &str) -> Vec<u8> {
    format!("cosignature/v1\ntime {unix_seconds}\n{checkpoint_text}").into_bytes()
}

/// The signature line, newline included, by which `key` cosigns `checkpoint` at `unix_seconds`.
///
/// It may be appended to the checkpoint's note as it is.
pub fn cosign(checkpoint: &SignedCheckpoint, key: &SigningKey, unix_seconds: u64) -> String {
    let signature = key.sign(&message(unix_seconds, &checkpoint.checkpoint().text()));
    let mut payload = unix_seconds.to_be_bytes().to_vec();
    payload.extend_from_slice(&signature);
    format_line(key.name(), key_id(key.name(), TYPE_COSIGNATURE, &key.public()), &payload)
}

/// The latest time, in POSIX seconds, at which `witness` cosigned the checkpoint in `note`;
/// `None` when it did not.
pub fn cosigned_at(note: &Note<'_>, witness: &WitnessKey) -> Result<Option<u64>, CosignatureError> {
    let mut latest = None;
    for line in note.signatures() {
        if line.name != witness.name || line.id != witness.id {
            continue;
        }
        let time = line
            .payload
            .split_first_chunk::<TIME_BYTES>()
            .map(|(time, signature)| (u64::from_be_bytes(*time), signature))
            .filter(|(time, signature)| {
                witness.public.signed(&message(*time, note.text()), signature)
            })
            .map(|(time, _)| time);
        match time {
            Some(time) => latest = latest.max(Some(time)),
            None => return Err(CosignatureError { witness: witness.name.clone() }),
        }
    }
    Ok(latest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::Checkpoint;

    const TIME: u64 = 1_795_500_000;

    fn witness(seed: u8) -> SigningKey {
        SigningKey::new("huzhou/anji/witness", &[seed; 32]).unwrap()
    }

    fn witness_key(seed: u8) -> WitnessKey {
        WitnessKey::new("huzhou/anji/witness", witness(seed).public()).unwrap()
    }

    fn checkpoint() -> (SignedCheckpoint, SigningKey) {
        let key = SigningKey::new("huzhou/deqing/records/1", &[3; 32]).unwrap();
        let origin = key.name().to_owned();
        (Checkpoint { origin, size: 5, root: [1; 32] }.sign(&key).unwrap(), key)
    }

    fn with_lines(checkpoint: &SignedCheckpoint, lines: &[String]) -> Vec<u8> {
        [checkpoint.note(), lines.concat().as_bytes()].concat()
    }

    #[test]
    fn a_cosigned_checkpoint_is_still_the_logs_and_names_the_time() {
        let (signed, log) = checkpoint();
        let lines = [cosign(&signed, &witness(4), TIME), cosign(&signed, &witness(4), TIME - 9)];
        let bytes = with_lines(&signed, &lines);
        assert!(SignedCheckpoint::verify(&bytes, &log.verifier_key()).is_ok());
        let note = Note::parse(&bytes).unwrap();
        assert_eq!(cosigned_at(&note, &witness_key(4)), Ok(Some(TIME)));
        assert_eq!(cosigned_at(&note, &witness_key(5)), Ok(None));
    }

    #[test]
    fn a_cosignature_of_another_time_or_checkpoint_is_wrong() {
        let (signed, log) = checkpoint();
        let other = Checkpoint { size: 6, ..signed.checkpoint().clone() }.sign(&log).unwrap();
        let bytes = with_lines(&other, &[cosign(&signed, &witness(4), TIME)]);
        assert!(cosigned_at(&Note::parse(&bytes).unwrap(), &witness_key(4)).is_err());

        let bytes = with_lines(&signed, &[cosign(&signed, &witness(4), TIME)]);
        let mut note = Note::parse(&bytes).unwrap();
        assert!(cosigned_at(&note, &witness_key(4)).is_ok());
        note = {
            let id = note.signatures()[1].id;
            let mut payload = note.signatures()[1].payload.clone();
            payload[7] ^= 1;
            let line = format_line("huzhou/anji/witness", id, &payload);
            let bytes: &'static [u8] = Vec::leak(with_lines(&signed, &[line]));
            Note::parse(bytes).unwrap()
        };
        assert!(cosigned_at(&note, &witness_key(4)).is_err());
    }

    #[test]
    fn a_plain_signature_of_a_witness_is_no_cosignature() {
        let (signed, _) = checkpoint();
        let line = crate::note::signature_line(&signed.checkpoint().text(), &witness(4));
        let bytes = with_lines(&signed, &[line]);
        assert_eq!(cosigned_at(&Note::parse(&bytes).unwrap(), &witness_key(4)), Ok(None));
    }

    #[test]
    fn witness_keys_read_back_and_are_no_verifier_keys() {
        let text = witness_key(4).to_string();
        assert_eq!(WitnessKey::parse(&text).unwrap(), witness_key(4));
        assert!(crate::note::VerifierKey::parse(&text).is_err());
        assert!(WitnessKey::parse(&witness(4).verifier_key().to_string()).is_err());
    }
}
