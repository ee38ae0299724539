//! Where an entry stands, and how it is told to the register.

use std::fmt;

use tiaoxi_credit::statement::EntryName;
use tiaoxi_federation::Origin;
use tiaoxi_ledger::{Hash, header::Header};

/// Where an entry stands: its log and its number there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Its log.
    pub origin: Origin,
    /// Its number there.
    pub number: u64,
}

impl Place {
    /// The place that a name points at; `None` where it names no log.
    pub fn of(name: &EntryName) -> Option<Self> {
        let origin = Origin::parse(&name.log).ok()?;
        Some(Self { origin, number: name.number })
    }

    /// The name of the entry that stands here with this commitment.
    pub fn name(&self, commitment: Hash) -> EntryName {
        EntryName { log: self.origin.to_string(), number: self.number, commitment }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.origin, self.number)
    }
}

/// An entry that counts: one that `federation::admit` lets through, or one that this software can't
/// read but whose effect applies.
#[derive(Clone, Debug)]
pub struct Told<'a> {
    /// Where it stands.
    pub place: Place,
    /// Its header.
    pub header: Header,
    /// Its body; `None` where it was erased or is withheld.
    pub body: Option<&'a [u8]>,
}
