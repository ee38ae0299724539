//! Names and days in requests: read whole or refused.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use tiaoxi_credit::Day;

/// BLAKE3 of a file, the name of its import; 64 hexadecimal digits in JSON.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Reads 64 hexadecimal digits, lower or upper case.
    pub fn parse(text: &str) -> Option<Self> {
        blake3::Hash::from_hex(text).ok().map(|hash| Self(*hash.as_bytes()))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("no BLAKE3 of 64 hexadecimal digits"))
    }
}

/// A day; `YYYY-MM-DD` in JSON, from 1970 to 2149-06-06.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub Day);

impl Date {
    /// Reads `YYYY-MM-DD` and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |digits: &str| {
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
        };
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || (year.len(), month.len(), day.len()) != (4, 2, 2) {
            return None;
        }
        let (month, day) = (i8::try_from(number(month)?).ok()?, i8::try_from(number(day)?).ok()?);
        Day::from_date(number(year)?, month, day).map(Self)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("no day of the form YYYY-MM-DD"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_one_form() {
        let (day, leap) = (Day::from_date(2026, 11, 24), Day::from_date(2028, 2, 29));
        for (text, expected) in [
            ("2026-11-24", day),
            ("2028-02-29", leap),
            ("2027-02-29", None),
            ("2026-13-01", None),
            ("1969-12-31", None),
            ("2026-1-24", None),
            ("2026/11/24", None),
            ("2026-11-24-1", None),
            ("+026-11-24", None),
            ("2026-11-24 ", None),
            ("二〇二六-11-24", None),
            ("", None),
        ] {
            assert_eq!(Date::parse(text).map(|date| date.0), expected, "{text}");
        }
        let json = serde_json::to_string(&Date(day.expect("a day"))).expect("serialises");
        assert_eq!(json, "\"2026-11-24\"");
    }

    #[test]
    fn a_digest_is_64_digits() {
        let text = "0a".repeat(32);
        assert_eq!(Digest::parse(&text).expect("reads").to_string(), text);
        assert!(Digest::parse(&text.to_uppercase()).is_some());
        for bad in ["", "0a", &"0g".repeat(32), &"0a".repeat(33), &"湖".repeat(32)] {
            assert!(Digest::parse(bad).is_none(), "{bad}");
        }
    }
}
