//! Identifiers: short lower-case ASCII names, safe in paths, key names and URLs.
//!
//! A member's id is chosen by it and never a region code: a region may have no code, or change it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text is no identifier.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is no {what}: 1 to {bytes_max} of a-z, 0-9 and '{marks}', not beginning with one of these"
)]
pub struct NameError {
    what: &'static str,
    bytes_max: usize,
    marks: &'static str,
    text: String,
}

fn check(
    text: &str,
    what: &'static str,
    bytes_max: usize,
    marks: &'static str,
) -> Result<(), NameError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let good = text.len() <= bytes_max
        && text.starts_with(plain)
        && text.chars().all(|c| plain(c) || marks.contains(c));
    if good {
        return Ok(());
    }
    // Whatever was offered is quoted, but never at length.
    let text = text.chars().take(bytes_max).collect();
    Err(NameError { what, bytes_max, marks, text })
}

macro_rules! identifier {
    ($(#[$meta:meta])* $name:ident, $what:literal, $bytes_max:literal, $marks:literal) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads an identifier.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                check(text, $what, $bytes_max, $marks)?;
                Ok(Self(text.to_owned()))
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                check(&text, $what, $bytes_max, $marks)?;
                Ok(Self(text))
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }
    };
}

identifier!(
    /// A federation: at most 63 bytes of `a-z 0-9 . -`.
    FederationId, "federation id", 63, ".-"
);
identifier!(
    /// A member of a federation: at most 32 bytes of `a-z 0-9 -`.
    MemberId, "member id", 32, "-"
);
identifier!(
    /// An agreement under which members exchange: at most 63 bytes of `a-z 0-9 . -`.
    AgreementId, "agreement id", 63, ".-"
);
identifier!(
    /// A catalogue item's short name, a region scheme, a kind of statement: at most 32 bytes.
    Slug, "slug", 32, "-"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_keep_to_their_alphabet_and_length() {
        let check = |text: &str, member: bool, federation: bool| {
            assert_eq!(MemberId::parse(text).is_ok(), member, "{text:?}");
            assert_eq!(FederationId::parse(text).is_ok(), federation, "{text:?}");
        };
        check("huzhou", true, true);
        check("south-taihu", true, true);
        check("0", true, true);
        check("delta.cn", false, true);
        check(&"x".repeat(32), true, true);
        check(&"x".repeat(33), false, true);
        check(&"x".repeat(63), false, true);
        check(&"x".repeat(64), false, false);
        for bad in ["", "-a", ".a", "a/b", "a b", "A", "a+b", "湖州", "a\n"] {
            check(bad, false, false);
        }
    }
}
