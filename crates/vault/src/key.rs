//! A secret key of 32 bytes: where it comes from and how others are derived from it.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

/// A 32-byte secret. Cleared when dropped, never shown by `Debug`.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// A key nobody has seen, from the operating system.
    pub fn random() -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        fill_random(&mut *bytes);
        Self(bytes)
    }

    /// Takes over existing key material and clears the argument.
    pub fn from_bytes(mut bytes: [u8; 32]) -> Self {
        let key = Self(Zeroizing::new(bytes));
        bytes.zeroize();
        key
    }

    /// The key for one purpose: BLAKE3 of `context`, keyed with this key. Different contexts give
    /// keys that tell nothing about each other or about this one.
    #[must_use]
    pub fn derive(&self, context: &str) -> Self {
        Self::from_bytes(blake3::keyed_hash(&self.0, context.as_bytes()).into())
    }

    /// The key material itself.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// Fills `bytes` from the operating system's generator.
pub(crate) fn fill_random(bytes: &mut [u8]) {
    getrandom::fill(bytes)
        .expect("the operating system's random generator works once the machine has started");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_keys_differ_by_context_and_by_parent() {
        let key = Key::from_bytes([7; 32]);
        let other = Key::from_bytes([8; 32]);
        assert_eq!(key.derive("journal").as_bytes(), key.derive("journal").as_bytes());
        assert_ne!(key.derive("journal").as_bytes(), key.derive("log 1").as_bytes());
        assert_ne!(key.derive("journal").as_bytes(), other.derive("journal").as_bytes());
        assert_ne!(key.derive("journal").as_bytes(), key.as_bytes());
    }

    #[test]
    fn debug_shows_nothing_of_a_key() {
        assert_eq!(format!("{:?}", Key::from_bytes([0xab; 32])), "Key(..)");
    }

    #[test]
    fn two_random_keys_differ() {
        assert_ne!(Key::random().as_bytes(), Key::random().as_bytes());
    }
}
