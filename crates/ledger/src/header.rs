//! The fixed part of an entry: 48 bytes, kept for ever, without subject, length or time of day.
//!
//! Does not know what kinds mean; a kind or item it never heard of is carried like any other.
//! The Merkle leaf of an entry is made from its header alone ([`crate::tree::leaf_hash`]).

use crate::Hash;

/// Size of a header in bytes.
pub const HEADER_BYTES: usize = 48;
/// Size of the part before the commitment.
pub const PREFIX_BYTES: usize = 16;
/// The only header version so far.
pub const HEADER_VERSION: u8 = 1;
/// SHA-256 tree, BLAKE3 commitment, Ed25519 checkpoint.
pub const SUITE_1: u8 = 1;
/// Entry numbers take six bytes.
pub const NUMBER_MAX: u64 = (1 << 48) - 1;

/// A header as bytes; exactly these are hashed.
pub type HeaderBytes = [u8; HEADER_BYTES];
/// The part of a header that its author chooses; the commitment follows from the body.
pub type PrefixBytes = [u8; PREFIX_BYTES];

/// Kind of statement as it stands in the header: effect 4 bits, kind 8, version 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindField(pub u16);

impl KindField {
    /// Packs the three parts; effect and version use their low four bits.
    pub fn new(effect: u8, kind: u8, version: u8) -> Self {
        Self(u16::from(effect & 0xF) << 12 | u16::from(kind) << 4 | u16::from(version & 0xF))
    }

    /// What the entry does to the entry concerned.
    pub fn effect(self) -> u8 {
        (self.0 >> 12) as u8
    }

    /// Number of the kind.
    pub fn kind(self) -> u8 {
        (self.0 >> 4 & 0xFF) as u8
    }

    /// Version of the kind's body.
    pub fn version(self) -> u8 {
        (self.0 & 0xF) as u8
    }
}

/// Which log of the same member the entry concerned is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relation(pub u8);

impl Relation {
    /// No entry is concerned.
    pub const NONE: Self = Self(0);
    /// An entry of this channel.
    pub const SAME_CHANNEL: Self = Self(1);
    /// An entry of the member's `records`.
    pub const RECORDS: Self = Self(2);
    /// From `ends/<agreement>`: an entry of the member's `exchange/<agreement>`.
    pub const EXCHANGE: Self = Self(3);
}

/// The entry that an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concerned {
    /// Which log.
    pub relation: Relation,
    /// Its epoch; 0 when none is concerned.
    pub epoch: u8,
    /// Its number; at most [`NUMBER_MAX`].
    pub number: u64,
}

impl Concerned {
    /// Nothing is concerned.
    pub const NONE: Self = Self { relation: Relation::NONE, epoch: 0, number: 0 };
}

/// A header taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Effect, kind and version.
    pub kind: KindField,
    /// Number of the catalogue item, 0 for none.
    pub item: u16,
    /// Day stated, days since 1970-01-01 in Beijing.
    pub day: u16,
    /// The entry concerned.
    pub concerned: Concerned,
    /// Commitment to salt and body.
    pub commitment: Hash,
}

/// Why bytes are no header of a version known here.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// Written by a newer version of the format.
    #[error("header version {0} is not known here")]
    Version(u8),
    /// Another suite than the log's.
    #[error("suite {0} is not known here")]
    Suite(u8),
}

impl Header {
    /// The header's bytes.
    pub fn to_bytes(&self) -> HeaderBytes {
        join(&self.prefix(), &self.commitment)
    }

    /// The bytes before the commitment.
    pub fn prefix(&self) -> PrefixBytes {
        let [k0, k1] = self.kind.0.to_be_bytes();
        let [i0, i1] = self.item.to_be_bytes();
        let [d0, d1] = self.day.to_be_bytes();
        let [_, _, n0, n1, n2, n3, n4, n5] = self.concerned.number.to_be_bytes();
        let Concerned { relation, epoch, .. } = self.concerned;
        let head = [HEADER_VERSION, SUITE_1, k0, k1, i0, i1, d0, d1];
        let tail = [relation.0, epoch, n0, n1, n2, n3, n4, n5];
        let mut prefix = [0; PREFIX_BYTES];
        let (front, back) = prefix.split_at_mut(8);
        front.copy_from_slice(&head);
        back.copy_from_slice(&tail);
        prefix
    }

    /// Takes a header apart.
    ///
    /// # Errors
    /// [`HeaderError`] for a version or suite not known here; such an entry is kept, unreadable.
    pub fn from_bytes(bytes: &HeaderBytes) -> Result<Self, HeaderError> {
        let (prefix, commitment) = split(bytes);
        let [version, suite, k0, k1, i0, i1, d0, d1, relation, epoch, n0, n1, n2, n3, n4, n5] =
            prefix;
        if version != HEADER_VERSION {
            return Err(HeaderError::Version(version));
        }
        if suite != SUITE_1 {
            return Err(HeaderError::Suite(suite));
        }
        Ok(Self {
            kind: KindField(u16::from_be_bytes([k0, k1])),
            item: u16::from_be_bytes([i0, i1]),
            day: u16::from_be_bytes([d0, d1]),
            concerned: Concerned {
                relation: Relation(relation),
                epoch,
                number: u64::from_be_bytes([0, 0, n0, n1, n2, n3, n4, n5]),
            },
            commitment,
        })
    }
}

/// Puts a header together from its two parts.
pub fn join(prefix: &PrefixBytes, commitment: &Hash) -> HeaderBytes {
    let mut bytes = [0; HEADER_BYTES];
    let (front, back) = bytes.split_at_mut(PREFIX_BYTES);
    front.copy_from_slice(prefix);
    back.copy_from_slice(commitment);
    bytes
}

/// Splits a header into its two parts.
pub fn split(bytes: &HeaderBytes) -> (PrefixBytes, Hash) {
    let (front, back) = bytes.split_at(PREFIX_BYTES);
    let prefix = front.try_into().expect("the first 16 of 48 bytes are 16");
    (prefix, back.try_into().expect("the last 32 of 48 bytes are 32"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Header {
        Header {
            kind: KindField::new(4, 0xAB, 7),
            item: 0x0102,
            day: 20_781,
            concerned: Concerned {
                relation: Relation::RECORDS,
                epoch: 3,
                number: 0x0000_0A0B_0C0D_0E0F,
            },
            commitment: [9; 32],
        }
    }

    #[test]
    fn a_header_is_laid_out_as_documented() {
        let bytes = example().to_bytes();
        let expected: [u8; 16] =
            [1, 1, 0x4A, 0xB7, 1, 2, 0x51, 0x2D, 2, 3, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F];
        assert_eq!(bytes[..16], expected);
        assert_eq!(bytes[16..], [9; 32]);
        assert_eq!(Header::from_bytes(&bytes), Ok(example()));
    }

    #[test]
    fn a_newer_version_or_another_suite_is_named() {
        let mut bytes = example().to_bytes();
        bytes[0] = 2;
        assert_eq!(Header::from_bytes(&bytes), Err(HeaderError::Version(2)));
        bytes[0] = 1;
        bytes[1] = 9;
        assert_eq!(Header::from_bytes(&bytes), Err(HeaderError::Suite(9)));
    }
}
