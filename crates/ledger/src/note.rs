//! Signed notes (C2SP `signed-note`): a text, an empty line, and a signature a line.
//!
//! Checkpoints, charters and membership requests are notes. The bytes received are what is verified
//! and kept; a note is never written anew to be checked. Knows nothing of what the text means.

mod key;

use base64::{Engine, engine::general_purpose::STANDARD};

pub use key::{
    KEY_NAME_BYTES_MAX, KeyNameError, PublicKey, PublicKeyError, SigningKey, VerifierKey,
    VerifierKeyError,
};
pub(crate) use key::{check_name, key_id, parse_text, write_text};

/// What every signature line begins with.
const LINE_PREFIX: &str = "\u{2014} ";

/// How large a note may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The whole note, in bytes.
    pub bytes_max: usize,
    /// Its signature lines, known and unknown.
    pub signatures_max: usize,
}

impl Bounds {
    /// Of checkpoints, with room for sixteen large signatures of types not read here.
    pub const CHECKPOINT: Self = Self { bytes_max: 128 << 10, signatures_max: 64 };
    /// Of charters: 256 members of which each may sign, and some replaced keys.
    pub const CHARTER: Self = Self { bytes_max: 1 << 20, signatures_max: 512 };
}

/// Why bytes are no signed note.
#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    /// Larger than allowed here.
    #[error("a note of {bytes} bytes exceeds the {limit} allowed")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// What is allowed.
        limit: usize,
    },
    /// Not UTF-8.
    #[error("the note is not UTF-8")]
    NotUtf8(#[source] std::str::Utf8Error),
    /// A control character other than newline.
    #[error("the note contains a control character at byte {0}")]
    ControlCharacter(usize),
    /// No empty line followed by signature lines to the end.
    #[error("the note has no signatures")]
    Unsigned,
    /// The text does not end in a newline, or is empty.
    #[error("the note's text must end in a newline")]
    Text,
    /// More signature lines than allowed here.
    #[error("the note has more than {0} signatures")]
    TooManySignatures(usize),
    /// A signature line that does not follow the form.
    #[error("signature line {0} of the note is malformed")]
    MalformedSignature(usize),
}

/// Why a note is not believed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A signature under a known name and id is wrong; the note was changed or forged.
    #[error("the signature of {0} is wrong")]
    Wrong(String),
    /// None of the signatures is by a known key.
    #[error("the note is signed by no known key")]
    NoKnownKey,
}

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureLine<'a> {
    /// Name of the key.
    pub name: &'a str,
    /// Id of the key.
    pub id: [u8; 4],
    /// What follows the id; 64 bytes for plain Ed25519.
    pub payload: Vec<u8>,
}

impl<'a> SignatureLine<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix(LINE_PREFIX)?.split_once(' ')?;
        check_name(name).ok()?;
        let bytes = STANDARD.decode(encoded).ok()?;
        let (id, payload) = bytes.split_first_chunk::<4>()?;
        (!payload.is_empty()).then(|| Self { name, id: *id, payload: payload.to_vec() })
    }
}

/// A note as received: its parts, not yet believed.
#[derive(Clone, Debug)]
pub struct Note<'a> {
    text: &'a str,
    signatures: Vec<SignatureLine<'a>>,
}

impl<'a> Note<'a> {
    /// Reads a note within [`Bounds::CHECKPOINT`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, NoteError> {
        Self::parse_within(bytes, Bounds::CHECKPOINT)
    }

    /// Reads a note within the given bounds.
    pub fn parse_within(bytes: &'a [u8], bounds: Bounds) -> Result<Self, NoteError> {
        let whole = check_characters(bytes, bounds.bytes_max)?;
        let split = whole.rfind("\n\n").ok_or(NoteError::Unsigned)?;
        let (text, block) = whole.split_at_checked(split + 1).ok_or(NoteError::Unsigned)?;
        let block = block.strip_prefix('\n').ok_or(NoteError::Unsigned)?;
        let lines = block.strip_suffix('\n').ok_or(NoteError::Unsigned)?;
        if text == "\n" {
            return Err(NoteError::Text);
        }
        let mut signatures = Vec::new();
        for (index, line) in lines.split('\n').enumerate() {
            if index == bounds.signatures_max {
                return Err(NoteError::TooManySignatures(bounds.signatures_max));
            }
            let parsed = SignatureLine::parse(line);
            signatures.push(parsed.ok_or(NoteError::MalformedSignature(index + 1))?);
        }
        Ok(Self { text, signatures })
    }

    /// The text with its final newline: what the signatures cover.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The signature lines, in the order of the note.
    pub fn signatures(&self) -> &[SignatureLine<'a>] {
        &self.signatures
    }

    /// Those of the `known` keys that signed the note, each once, in the order of `known`.
    ///
    /// # Errors
    /// When a signature by a known key is wrong, or there is none by a known key.
    pub fn signers<'k>(
        &self,
        known: &'k [VerifierKey],
    ) -> Result<Vec<&'k VerifierKey>, SignatureError> {
        let mut signers = Vec::new();
        for key in known {
            if self.signed_by(key)? {
                signers.push(key);
            }
        }
        if signers.is_empty() { Err(SignatureError::NoKnownKey) } else { Ok(signers) }
    }

    /// Whether `key` signed the note; an error when there is a wrong signature under its name.
    pub fn signed_by(&self, key: &VerifierKey) -> Result<bool, SignatureError> {
        let mut found = false;
        for line in &self.signatures {
            if line.name == key.name() && line.id == key.id() {
                if !key.public().signed(self.text.as_bytes(), &line.payload) {
                    return Err(SignatureError::Wrong(key.name().to_owned()));
                }
                found = true;
            }
        }
        Ok(found)
    }
}

fn check_characters(bytes: &[u8], limit: usize) -> Result<&str, NoteError> {
    if bytes.len() > limit {
        return Err(NoteError::TooLarge { bytes: bytes.len(), limit });
    }
    if let Some(at) = bytes.iter().position(|&byte| byte < 0x20 && byte != b'\n') {
        return Err(NoteError::ControlCharacter(at));
    }
    std::str::from_utf8(bytes).map_err(NoteError::NotUtf8)
}

/// Makes a note of `text`, signed by each of `keys` in turn.
pub fn sign(text: &str, keys: &[&SigningKey]) -> Result<Vec<u8>, NoteError> {
    check_characters(text.as_bytes(), usize::MAX)?;
    if text.len() < 2 || !text.ends_with('\n') {
        return Err(NoteError::Text);
    }
    if keys.is_empty() {
        return Err(NoteError::Unsigned);
    }
    let mut note = format!("{text}\n");
    for key in keys {
        note.push_str(&signature_line(text, key));
    }
    Ok(note.into_bytes())
}

/// The signature line, newline included, that `key` gives to `text`.
pub fn signature_line(text: &str, key: &SigningKey) -> String {
    format_line(key.name(), key.verifier_key().id(), &key.sign(text.as_bytes()))
}

pub(crate) fn format_line(name: &str, id: [u8; 4], payload: &[u8]) -> String {
    let mut bytes = id.to_vec();
    bytes.extend_from_slice(payload);
    format!("{LINE_PREFIX}{name} {}\n", STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str, seed: u8) -> SigningKey {
        SigningKey::new(name, &[seed; 32]).unwrap()
    }

    #[test]
    fn a_signed_note_is_believed_and_keeps_its_text() {
        let (a, b) = (key("a", 1), key("b", 2));
        let note = sign("one\n\ntwo 湖州\n", &[&a, &b]).unwrap();
        let note = Note::parse(&note).unwrap();
        assert_eq!(note.text(), "one\n\ntwo 湖州\n");
        let known = [b.verifier_key(), a.verifier_key()];
        assert_eq!(note.signers(&known).unwrap(), vec![&known[0], &known[1]]);
    }

    #[test]
    fn unknown_keys_are_ignored_and_known_ones_must_be_right() {
        let (a, b, stranger) = (key("a", 1), key("b", 2), key("c", 3));
        let note = sign("text\n", &[&stranger, &a]).unwrap();
        let note = Note::parse(&note).unwrap();
        assert_eq!(note.signers(&[a.verifier_key()]).unwrap().len(), 1);
        assert_eq!(note.signers(&[b.verifier_key()]), Err(SignatureError::NoKnownKey));
        // The same name with another key is another key.
        assert_eq!(note.signers(&[key("a", 9).verifier_key()]), Err(SignatureError::NoKnownKey));

        let forged = format!("text\n\n{}{}", signature_line("text\n", &a), {
            let id = b.verifier_key().id();
            format_line("b", id, &[0; 64])
        });
        let forged = Note::parse(forged.as_bytes()).unwrap();
        let known = [a.verifier_key(), b.verifier_key()];
        assert_eq!(forged.signers(&known), Err(SignatureError::Wrong("b".to_owned())));
        assert_eq!(forged.signers(&known[..1]).unwrap().len(), 1);
    }

    #[test]
    fn a_signer_counts_once_however_often_it_signs() {
        let a = key("a", 1);
        let note = sign("text\n", &[&a, &a, &a]).unwrap();
        assert_eq!(Note::parse(&note).unwrap().signers(&[a.verifier_key()]).unwrap().len(), 1);
    }

    #[test]
    fn every_flipped_bit_of_a_note_is_noticed() {
        let a = key("origin", 1);
        let good = sign("origin\n5\nroot\n", &[&a]).unwrap();
        for at in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[at / 8] ^= 1 << (at % 8);
            let believed =
                Note::parse(&bad).is_ok_and(|note| note.signers(&[a.verifier_key()]).is_ok());
            assert!(!believed, "bit {at}");
        }
    }

    #[test]
    fn malformed_notes_are_refused() {
        let line = signature_line("text\n", &key("a", 1));
        let check = |note: &str, accepted: bool| {
            assert_eq!(Note::parse(note.as_bytes()).is_ok(), accepted, "{note:?}");
        };
        check(&format!("text\n\n{line}"), true);
        check(&format!("text\n{line}"), false);
        check(&format!("text\n\n{line}\n"), false);
        check(&format!("text\n\n{}", line.trim_end()), false);
        check(&format!("\n\n{line}"), false);
        check(&format!("te\txt\n\n{line}"), false);
        check(&format!("te\rxt\n\n{line}"), false);
        check("text\n\n", false);
        check("", false);
        check("text\n\n\u{2014} a\n", false);
        check("text\n\n\u{2014} a AAAA\n", false);
        check("text\n\n\u{2014} a AAAAAA==\n", false);
        check("text\n\n\u{2014} a AAAAAAA=\n", true);
        check("text\n\n\u{2014} a+b AAAAAAA=\n", false);
        check("text\n\n- a AAAAAAA=\n", false);
    }

    #[test]
    fn the_bounds_hold() {
        let a = key("a", 1);
        let bounds = Bounds { bytes_max: 200, signatures_max: 1 };
        let one = sign("text\n", &[&a]).unwrap();
        let two = sign("text\n", &[&a, &a]).unwrap();
        let long = sign(&format!("{}\n", "x".repeat(200)), &[&a]).unwrap();
        assert!(Note::parse_within(&one, bounds).is_ok());
        assert!(matches!(
            Note::parse_within(&two, Bounds { bytes_max: 1000, ..bounds }),
            Err(NoteError::TooManySignatures(1))
        ));
        assert!(matches!(Note::parse_within(&long, bounds), Err(NoteError::TooLarge { .. })));
        assert!(matches!(Note::parse(&[0xff, b'\n']), Err(NoteError::NotUtf8(_))));
    }
}
