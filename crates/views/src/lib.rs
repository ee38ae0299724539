//! What people ask for: derived data, rebuilt from the logs at will.
//!
//! `node` feeds it with verified and admitted entries. It knows nothing of network, sled or HTTP,
//! has no clock, and every view is a pure function of the set of entries it was fed: the order
//! never matters. Read [`index`] (which entries speak of a subject) and [`known`] (whether a row is
//! in a log already), then [`effects`] (what later entries did to them), [`archive`] (the answer of
//! a subject query) and [`refused`] (what counts for nothing, and why).

pub mod archive;
pub mod effects;
pub mod index;
pub mod known;
pub mod query;
pub mod refused;
pub mod token;

/// One place in a log, by the number that the local store gave the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryRef {
    /// The store's number of the log.
    pub log: u32,
    /// Number of the entry in its log.
    pub number: u64,
}
