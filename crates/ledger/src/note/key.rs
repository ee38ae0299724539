//! Ed25519 keys under a name, and the text form in which verifier keys travel.
//!
//! The one place of the project that touches the curve: verification is strict, and keys of small
//! order or with a second encoding are refused when they are read, not when they are used.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// The longest key name, in bytes; origins of logs are key names and have the same bound.
pub const KEY_NAME_BYTES_MAX: usize = 200;

/// Signature type of a plain note.
pub(crate) const TYPE_ED25519: u8 = 0x01;

/// A name that no key may bear.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a key name has 1 to {KEY_NAME_BYTES_MAX} bytes, without space, plus or control characters"
)]
pub struct KeyNameError;

pub(crate) fn check_name(name: &str) -> Result<(), KeyNameError> {
    let forbidden = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    if name.is_empty() || name.len() > KEY_NAME_BYTES_MAX || name.contains(forbidden) {
        return Err(KeyNameError);
    }
    Ok(())
}

/// Why 32 bytes are no key to be trusted.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyError {
    /// No point of the curve has this encoding.
    #[error("the 32 bytes are no Ed25519 public key")]
    NotAPoint,
    /// The same key has another, canonical encoding.
    #[error("the public key is not encoded canonically")]
    NotCanonical,
    /// A key of small order: anybody can sign for it.
    #[error("the public key is weak")]
    Weak,
}

/// An Ed25519 public key: canonical, and not weak.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey(ed25519_dalek::VerifyingKey);

impl PublicKey {
    /// Admits a key from its 32 bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, PublicKeyError> {
        let Ok(key) = ed25519_dalek::VerifyingKey::from_bytes(bytes) else {
            return Err(PublicKeyError::NotAPoint);
        };
        if key.to_edwards().compress().as_bytes() != bytes {
            return Err(PublicKeyError::NotCanonical);
        }
        if key.is_weak() {
            return Err(PublicKeyError::Weak);
        }
        Ok(Self(key))
    }

    /// The public half of the key grown from `seed`.
    pub fn of_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed).verifying_key())
    }

    /// Its 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Whether `signature` (64 bytes) is this key's over `message`, judged strictly.
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        ed25519_dalek::Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verify_strict(message, &signature).is_ok())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", STANDARD.encode(self.as_bytes()))
    }
}

/// First four bytes of SHA-256(name ‖ newline ‖ type ‖ public key).
pub(crate) fn key_id(name: &str, signature_type: u8, key: &PublicKey) -> [u8; 4] {
    let mut hash = Sha256::new();
    hash.update(name.as_bytes());
    hash.update([b'\n', signature_type]);
    hash.update(key.as_bytes());
    let [a, b, c, d, ..] = <[u8; 32]>::from(hash.finalize());
    [a, b, c, d]
}

/// A key that signs under a name. Its secret is wiped when it is dropped.
pub struct SigningKey {
    name: String,
    key: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// The key grown from a 32-byte seed, under `name`.
    pub fn new(name: impl Into<String>, seed: &[u8; 32]) -> Result<Self, KeyNameError> {
        let name = name.into();
        check_name(&name)?;
        Ok(Self { name, key: ed25519_dalek::SigningKey::from_bytes(seed) })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.key.verifying_key())
    }

    /// What others need to verify its notes.
    pub fn verifier_key(&self) -> VerifierKey {
        VerifierKey::of(self.name.clone(), self.public())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        use ed25519_dalek::Signer;
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.name)
    }
}

/// Why a text is no verifier key.
#[derive(Debug, thiserror::Error)]
pub enum VerifierKeyError {
    /// Not `name+hex+base64`.
    #[error("a verifier key reads name+hex+base64")]
    Shape,
    /// Its name is not allowed.
    #[error("the verifier key's name is not allowed")]
    Name(#[source] KeyNameError),
    /// Its third part is not base64 of a type and 32 bytes.
    #[error("the verifier key holds no key of the expected type")]
    Key,
    /// The key is refused.
    #[error("the verifier key is refused")]
    Refused(#[source] PublicKeyError),
    /// The id does not belong to the name and key.
    #[error("the verifier key's id does not belong to its name and key")]
    Id,
}

/// A public key under a name, for plain notes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    public: PublicKey,
}

impl VerifierKey {
    /// The key under `name`.
    pub fn new(name: impl Into<String>, public: PublicKey) -> Result<Self, KeyNameError> {
        let name = name.into();
        check_name(&name)?;
        Ok(Self::of(name, public))
    }

    fn of(name: String, public: PublicKey) -> Self {
        let id = key_id(&name, TYPE_ED25519, &public);
        Self { name, id, public }
    }

    /// Reads `name+hex+base64`.
    pub fn parse(text: &str) -> Result<Self, VerifierKeyError> {
        let (name, id, public) = parse_text(text, TYPE_ED25519)?;
        Ok(Self { name, id, public })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The four bytes by which signature lines name it.
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// The key itself.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_text(f, &self.name, TYPE_ED25519, self.id, &self.public)
    }
}

pub(crate) fn write_text(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    signature_type: u8,
    id: [u8; 4],
    public: &PublicKey,
) -> fmt::Result {
    let mut tagged = vec![signature_type];
    tagged.extend_from_slice(public.as_bytes());
    write!(f, "{name}+{:08x}+{}", u32::from_be_bytes(id), STANDARD.encode(tagged))
}

pub(crate) fn parse_text(
    text: &str,
    signature_type: u8,
) -> Result<(String, [u8; 4], PublicKey), VerifierKeyError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(hex), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(VerifierKeyError::Shape);
    };
    check_name(name).map_err(VerifierKeyError::Name)?;
    let lower_hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
    if hex.len() != 8 || !hex.bytes().all(lower_hex) {
        return Err(VerifierKeyError::Shape);
    }
    let Ok(tagged) = STANDARD.decode(encoded) else { return Err(VerifierKeyError::Key) };
    let key = match tagged.split_first() {
        Some((&found, key)) if found == signature_type => key,
        _ => return Err(VerifierKeyError::Key),
    };
    let Ok(key) = <&[u8; 32]>::try_from(key) else { return Err(VerifierKeyError::Key) };
    let public = PublicKey::from_bytes(key).map_err(VerifierKeyError::Refused)?;
    let id = key_id(name, signature_type, &public);
    if format!("{:08x}", u32::from_be_bytes(id)) != hex {
        return Err(VerifierKeyError::Id);
    }
    Ok((name.to_owned(), id, public))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verifier_keys_read_back_as_they_were_written() {
        let key = SigningKey::new("huzhou/deqing/records/1", &[7; 32]).unwrap().verifier_key();
        assert_eq!(VerifierKey::parse(&key.to_string()).unwrap(), key);
    }

    #[test]
    fn the_published_key_of_the_go_checksum_database_is_read() {
        let text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
        assert_eq!(VerifierKey::parse(text).unwrap().to_string(), text);
    }

    #[test]
    fn malformed_verifier_keys_are_refused() {
        let good = SigningKey::new("a", &[7; 32]).unwrap().verifier_key().to_string();
        let (name_and_id, encoded) = good.rsplit_once('+').unwrap();
        let mut tagged = STANDARD.decode(encoded).unwrap();
        tagged[0] = 0x04;
        let other_type = format!("{name_and_id}+{}", STANDARD.encode(&tagged));
        for bad in [
            "",
            "a",
            "a+00000000",
            "+00000000+AAAA",
            &good.replacen('a', "b", 1),
            &good.to_uppercase(),
            &other_type,
            &format!("{good}AA=="),
            &format!("{good}\n"),
        ] {
            assert!(VerifierKey::parse(bad).is_err(), "{bad:?}");
        }
        assert!(VerifierKey::parse(&good).is_ok());
    }

    #[test]
    fn weak_and_non_canonical_keys_are_refused() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert_eq!(PublicKey::from_bytes(&identity), Err(PublicKeyError::Weak));
        // y = p + 1 is a second encoding of y = 1.
        let mut second = [0xff; 32];
        second[0] = 0xee;
        second[31] = 0x7f;
        assert_eq!(PublicKey::from_bytes(&second), Err(PublicKeyError::NotCanonical));
        let mut no_point = [0; 32];
        no_point[0] = 2;
        assert_eq!(PublicKey::from_bytes(&no_point), Err(PublicKeyError::NotAPoint));
        assert!(PublicKey::from_bytes(PublicKey::of_seed(&[1; 32]).as_bytes()).is_ok());
    }

    #[test]
    fn names_with_space_plus_or_excess_length_are_refused() {
        for bad in ["", "a b", "a+b", "a\u{3000}b", "a\nb", &"x".repeat(201)] {
            assert!(SigningKey::new(bad, &[7; 32]).is_err(), "{bad:?}");
        }
        for good in ["a", "湖州/records", &"x".repeat(200)] {
            assert!(SigningKey::new(good, &[7; 32]).is_ok(), "{good:?}");
        }
    }
}
