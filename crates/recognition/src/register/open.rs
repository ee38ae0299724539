//! Listings that may still need something, so that a question about all need not look at those that
//! don't.
//!
//! What a listing needs is worked out by a view. One that needs nothing, whatever time it is, rests
//! until an entry comes that has to do with it. A memory of what follows, never more: it is made
//! anew for another member or another charter.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use tiaoxi_federation::MemberId;

use super::{Register, Spot, entry::Role};

/// Steps from an entry to the listing that it has to do with, itself included: an erasure of a
/// receipt of an end of a listing takes four.
const STEPS_MAX: usize = 5;

/// For whom, and under which charter.
pub(crate) type OpenFor = (MemberId, u64);

#[derive(Debug, Default)]
struct Inner {
    of: Option<OpenFor>,
    spots: BTreeSet<Spot>,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Open(Mutex<Inner>);

impl Open {
    /// A listing has been touched.
    pub(super) fn wake(&mut self, listing: Spot) {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).spots.insert(listing);
    }

    /// The listings to look at, by rising place.
    pub(crate) fn listings(&self, register: &Register, of: &OpenFor) -> Vec<Spot> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.of.as_ref() != Some(of) {
            inner.of = Some(of.clone());
            inner.spots = register.listings().collect();
        }
        let of_log = |log: &u32| {
            let log = *log;
            inner.spots.range(Spot { log, number: 0 }..=Spot { log, number: u64::MAX }).copied()
        };
        register.by_origin.values().flat_map(of_log).collect()
    }

    /// These need nothing until they are touched.
    pub(crate) fn rest(&self, of: &OpenFor, listings: &[Spot]) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.of.as_ref() == Some(of) {
            for listing in listings {
                inner.spots.remove(listing);
            }
        }
    }
}

impl Register {
    /// The listings that an entry has to do with: those from which it is reached in a few steps, as
    /// from a receipt to the end, to the listing. What is passed on names its listing itself.
    pub(super) fn listings_above(&self, spot: Spot) -> BTreeSet<Spot> {
        let mut listings = BTreeSet::new();
        let mut level = BTreeSet::from([spot]);
        for _ in 0..STEPS_MAX {
            let mut above = BTreeSet::new();
            for spot in level {
                let Some(entry) = self.entry(spot) else { continue };
                if entry.is_listing() {
                    listings.insert(spot);
                }
                let names = entry.names.iter().filter(|it| it.role != Role::PassedOn);
                above.extend(names.filter_map(|it| it.spot));
            }
            level = above;
        }
        listings
    }
}
