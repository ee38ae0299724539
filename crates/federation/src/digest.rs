//! Hashes as people and files write them: hexadecimal.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Not 64 hexadecimal digits.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 64 hexadecimal digits")]
pub struct HexError;

fn parse_hex(text: &str, ignored: impl Fn(char) -> bool) -> Result<[u8; 32], HexError> {
    let mut bytes = [0_u8; 32];
    let mut digits = text.chars().filter(|c| !ignored(*c)).map(|c| c.to_digit(16));
    for byte in &mut bytes {
        let (Some(Some(high)), Some(Some(low))) = (digits.next(), digits.next()) else {
            return Err(HexError);
        };
        *byte = u8::try_from(high << 4 | low).expect("two hexadecimal digits make a byte");
    }
    if digits.next().is_none() { Ok(bytes) } else { Err(HexError) }
}

/// A hash in a charter: 64 lower-case digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HexHash(pub [u8; 32]);

impl fmt::Display for HexHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl TryFrom<String> for HexHash {
    type Error = HexError;
    fn try_from(text: String) -> Result<Self, HexError> {
        parse_hex(&text, |_| false).map(Self)
    }
}

impl From<HexHash> for String {
    fn from(hash: HexHash) -> String {
        hash.to_string()
    }
}

/// SHA-256 of a charter's text, signatures left out: what people compare before they accept it.
///
/// Shown as sixteen groups of four digits; read with any hyphens, colons or blanks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Of a charter's text, with its final newline.
    pub fn of_text(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Reads a fingerprint as a person typed or pasted it.
    pub fn parse(text: &str) -> Result<Self, HexError> {
        parse_hex(text, |c| c.is_whitespace() || matches!(c, '-' | ':')).map(Self)
    }

    /// Its 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, pair) in self.0.chunks_exact(2).enumerate() {
            if index > 0 {
                f.write_str("-")?;
            }
            pair.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        }
        Ok(())
    }
}

impl std::str::FromStr for Fingerprint {
    type Err = HexError;
    fn from_str(text: &str) -> Result<Self, HexError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = HexError;
    fn try_from(text: String) -> Result<Self, HexError> {
        Self::parse(&text)
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> String {
        fingerprint.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_read_however_they_are_grouped() {
        let fingerprint = Fingerprint::of_text("text\n");
        let shown = fingerprint.to_string();
        assert_eq!((shown.len(), shown.matches('-').count()), (79, 15));
        for text in [
            shown.clone(),
            shown.replace('-', ""),
            shown.replace('-', " "),
            shown.replace('-', ":").to_uppercase(),
        ] {
            assert_eq!(Fingerprint::parse(&text), Ok(fingerprint), "{text}");
        }
        for text in [
            "",
            "00",
            &shown.replacen(char::is_alphanumeric, "", 1),
            &format!("{shown}0"),
            &shown.replace('-', "/"),
        ] {
            assert_eq!(Fingerprint::parse(text), Err(HexError), "{text}");
        }
    }
}
