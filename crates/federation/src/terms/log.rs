//! One log as the charter lists it, with what its owner may say in it.

use std::{collections::BTreeSet, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use tiaoxi_credit::Kind;
use tiaoxi_ledger::{Hash, note::VerifierKey};

use crate::{
    name::{MemberId, Slug},
    origin::Origin,
};

/// Where a log ends; it goes on as the next epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// Entries that count.
    pub size: u64,
    /// Root of the tree over them.
    #[serde(with = "root_text")]
    pub root: Hash,
}

/// As in checkpoints, so that the two can be compared by eye.
mod root_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::{Engine, Hash, STANDARD};

    pub(super) fn serialize<S: Serializer>(root: &Hash, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(root))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Hash, D::Error> {
        let bytes = STANDARD.decode(String::deserialize(from)?).map_err(D::Error::custom)?;
        Hash::try_from(bytes).map_err(|_long_or_short| D::Error::custom("a root has 32 bytes"))
    }
}

/// A duty of a log's owner in the log.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Duty {
    /// As the charter names them, those that this software can't read among them.
    pub(super) statements: BTreeSet<Slug>,
    pub(super) kinds: BTreeSet<Kind>,
    /// Empty: statements of no item.
    pub(super) items: BTreeSet<u16>,
}

/// A log of the charter.
#[derive(Clone, Debug)]
pub struct Log {
    pub(super) origin: Origin,
    pub(super) verifier_key: VerifierKey,
    pub(super) suite: u8,
    pub(super) audience: Vec<MemberId>,
    pub(super) deciders: Vec<MemberId>,
    pub(super) quorum: usize,
    pub(super) closed: Option<Closed>,
    pub(super) duties: Vec<Arc<Duty>>,
}

impl Log {
    /// Its name.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Signs its checkpoints: the owner's log key under the log's name.
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.verifier_key
    }

    /// Its hashes and signatures; 1 is SHA-256 trees, BLAKE3 commitments, Ed25519.
    pub fn suite(&self) -> u8 {
        self.suite
    }

    /// Members besides the owner that may have bodies.
    pub fn audience(&self) -> &[MemberId] {
        &self.audience
    }

    /// Members of whom [`quorum`](Self::quorum) must hold a checkpoint before others are shown it.
    pub fn deciders(&self) -> &[MemberId] {
        &self.deciders
    }

    /// How many of the deciders; 0 for a log that stands alone.
    pub fn quorum(&self) -> usize {
        self.quorum
    }

    /// Where it ends, once it has ended.
    pub fn closed(&self) -> Option<&Closed> {
        self.closed.as_ref()
    }

    /// Whether a duty of the owner covers such a statement here; item 0 is no item.
    pub fn grants(&self, kind: Kind, item: u16) -> bool {
        self.duties.iter().any(|duty| {
            let of_item =
                if item == 0 { duty.items.is_empty() } else { duty.items.contains(&item) };
            of_item && duty.kinds.contains(&kind)
        })
    }

    /// Every statement that a duty covers here with its item, 0 for none. By name, so that what two
    /// charters have in common does not depend on what this software can read.
    pub(crate) fn granted(&self) -> BTreeSet<(&Slug, u16)> {
        let mut granted = BTreeSet::new();
        for duty in &self.duties {
            let none = duty.items.is_empty().then_some(0);
            let items = || duty.items.iter().copied().chain(none);
            granted.extend(
                duty.statements.iter().flat_map(|name| items().map(move |item| (name, item))),
            );
        }
        granted
    }

    /// Whether the duties cover the same here as those of `other` there, however they are written.
    pub(crate) fn grants_the_same_as(&self, other: &Self) -> bool {
        self.duties == other.duties || self.granted() == other.granted()
    }
}
