//! Bytes as text in JSON.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Bytes as lower-case hexadecimal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HexBytes(pub Vec<u8>);

/// Bytes as standard base64 with padding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Base64Bytes(pub Vec<u8>);

impl std::fmt::Display for HexBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for HexBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for HexBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
        let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
        match bytes.collect::<Option<Vec<u8>>>() {
            Some(bytes) if rest.is_empty() => Ok(Self(bytes)),
            _ => Err(de::Error::custom("not hexadecimal")),
        }
    }
}

impl Serialize for Base64Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Self).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_travel_as_text_and_nothing_else_is_read() {
        let hex = serde_json::to_string(&HexBytes(vec![0, 0xAB, 0xFF])).expect("serialises");
        assert_eq!(hex, "\"00abff\"");
        let base64 = serde_json::to_string(&Base64Bytes(vec![0, 0xAB])).expect("serialises");
        assert_eq!(base64, "\"AKs=\"");
        assert_eq!(serde_json::from_str::<HexBytes>(&hex).expect("reads").0, [0, 0xAB, 0xFF]);
        assert_eq!(serde_json::from_str::<Base64Bytes>(&base64).expect("reads").0, [0, 0xAB]);
        for bad in ["\"0\"", "\"0g\"", "\"湖州\"", "7"] {
            assert!(serde_json::from_str::<HexBytes>(bad).is_err(), "{bad}");
        }
        assert!(serde_json::from_str::<Base64Bytes>("\"A\"").is_err());
    }
}
