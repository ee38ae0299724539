//! What must never be seen, and what was.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// What must never be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Invariant {
    /// Measures in force longer than freshness and skew after the origin's end.
    OutlivesEnd,
    /// Measures in force after the last day of the origin's term.
    OutlivesTerm,
    /// Harsher or longer than the map or the origin.
    Harsher,
    /// Something that ended came back.
    Revived,
    /// An entry of an agreement reached somebody outside it.
    Leaked,
    /// A listing that breaks the agreement has an effect, or is not seen to break it.
    FlawedCounts,
    /// A listing that keeps to the agreement is refused.
    GoodRefused,
    /// A duty was said a second time.
    SaidTwice,
    /// Duties that never come to an end.
    NeverQuiet,
    /// A heartbeat and the entries disagree.
    Forked,
    /// A receipt is missing after healing.
    ReceiptMissing,
    /// An objection or its answer got lost on the way.
    ObjectionLost,
    /// The clock of an end's propagation still runs after healing.
    StillRunning,
    /// Two members with the same entries, charter and time see different things.
    Differs,
    /// The order of entries made a difference.
    OrderMatters,
    /// A member lacks entries after healing.
    EntriesMissing,
}

impl Invariant {
    pub(crate) const ALL: [Self; 16] = [
        Self::OutlivesEnd,
        Self::OutlivesTerm,
        Self::Harsher,
        Self::Revived,
        Self::Leaked,
        Self::FlawedCounts,
        Self::GoodRefused,
        Self::SaidTwice,
        Self::NeverQuiet,
        Self::Forked,
        Self::ReceiptMissing,
        Self::ObjectionLost,
        Self::StillRunning,
        Self::Differs,
        Self::OrderMatters,
        Self::EntriesMissing,
    ];
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// Violations: how many of each, and the first of each in words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Findings {
    pub(crate) counts: BTreeMap<Invariant, u64>,
    pub(crate) first: BTreeMap<Invariant, String>,
    /// Moments at which everything that a member shows was checked.
    pub(crate) checked: u64,
    /// Of these, how often measures of a listing were in force somewhere.
    pub(crate) in_force: u64,
    /// States of listings and recognitions, and breaches of listings, that were seen.
    pub(crate) seen: BTreeSet<&'static str>,
}

impl Findings {
    pub(crate) fn add(&mut self, invariant: Invariant, what: impl fmt::Display) {
        *self.counts.entry(invariant).or_default() += 1;
        self.first.entry(invariant).or_insert_with(|| what.to_string());
    }
}
