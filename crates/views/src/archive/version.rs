//! Versions of a record: which one is the newest, and how the older ones ended.
//!
//! A correction replaces the entry that it concerns and stands for itself; a withdrawal ends one
//! entry, or all records of an import. Does not know what the versions say.

use std::collections::{BTreeMap, BTreeSet};

use tiaoxi_credit::{Day, Effect, Kind};

use super::{Evidence, Place};
use crate::EntryRef;
use crate::effects::{Effects, Happening};

/// How a record came to count no more. A later variant outweighs an earlier one: what was void from
/// the start is shown as that, even where a newer version replaces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// In another way, or by a kind of a later version.
    Otherwise,
    /// A newer version took its place ([`Kind::Correction`]).
    Corrected,
    /// The whole import that it came with was withdrawn.
    BatchWithdrawn,
    /// It was withdrawn by itself ([`Kind::Withdrawal`]).
    Withdrawn,
}

/// The end of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// How it came.
    pub how: How,
    /// The entry that brought it; the first, where several did the same.
    pub by: Place,
    /// The day that it states.
    pub day: Day,
}

/// A happening that holds for a record, and whether it was said of the import.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub(super) happening: Happening,
    pub(super) of_batch: bool,
}

impl Told {
    /// Tells apart what was said of `entry` itself and of the import that it came with.
    pub(super) fn of(entry: EntryRef, happening: Happening, effects: &Effects) -> Self {
        Self { happening, of_batch: !effects.on(entry).any(|own| own == happening) }
    }

    fn is(&self, kind: Kind) -> bool {
        self.happening.kind == kind as u8
    }

    /// What it ends, and how; `None` where it ends nothing.
    pub(super) fn ends(&self) -> Option<How> {
        (self.happening.effect == Effect::Ends).then(|| match self.of_batch {
            false if self.is(Kind::Correction) => How::Corrected,
            false if self.is(Kind::Withdrawal) => How::Withdrawn,
            true if self.is(Kind::Withdrawal) => How::BatchWithdrawn,
            _ => How::Otherwise,
        })
    }
}

/// The weightiest end among what was `told` of a record, and the newest version that replaces it.
pub(super) fn ending(
    told: &[Told],
    place: &dyn Fn(EntryRef) -> Option<Place>,
) -> (Option<Ending>, Option<Place>) {
    let ends = || told.iter().filter_map(|told| Some((told.ends()?, told.happening)));
    // Of equals the first: `max_by_key` takes the last.
    let weightiest = ends().rev().max_by_key(|(how, _)| *how);
    let ending = weightiest.and_then(|(how, happening)| {
        Some(Ending { how, by: place(happening.by)?, day: happening.day })
    });
    let newer = ends().filter(|(how, _)| *how == How::Corrected).map(|(_, by)| by.by).max();
    (ending, newer.and_then(place))
}

/// The entry that a version replaces.
pub(super) fn replaces(evidence: &Evidence<'_>) -> Option<EntryRef> {
    evidence.concerns.filter(|_| evidence.kind == Kind::Correction as u8)
}

/// Puts older versions behind the newest one of their record, newer before older, and leaves the
/// order otherwise as it is. `of` gives the evidence of an item.
pub(super) fn chain<'a, T: Copy>(sorted: &[T], of: impl Fn(T) -> &'a Evidence<'a>) -> Vec<T> {
    let by_entry: BTreeMap<_, _> = sorted.iter().map(|item| (of(*item).entry, *item)).collect();
    let replaced: BTreeSet<_> = sorted.iter().filter_map(|item| replaces(of(*item))).collect();
    let newest = sorted.iter().filter(|item| !replaced.contains(&of(**item).entry));
    let mut chained = Vec::with_capacity(sorted.len());
    let mut done = BTreeSet::new();
    // Behind all chains comes what has no newest version: corrections of each other in a circle.
    for item in newest.chain(sorted) {
        let mut next = Some(*item);
        while let Some(version) = next.filter(|version| done.insert(of(*version).entry)) {
            chained.push(version);
            next = replaces(of(version)).and_then(|older| by_entry.get(&older).copied());
        }
    }
    chained
}
