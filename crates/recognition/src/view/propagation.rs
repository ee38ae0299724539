//! The way of an end: who has confirmed it, whose confirmation is expected.

use std::collections::{BTreeMap, BTreeSet};

use tiaoxi_credit::{
    Day,
    statement::{Receipt, Stops},
};
use tiaoxi_federation::{Channel, MemberId};

use super::{Ended, Receipted, View, facts::Listed};
use crate::{
    clock::{Clock, ClockKind},
    place::Place,
    register::{Role, Spot},
    state,
};

impl<'a> View<'a> {
    /// The first of the ends of a listing, which is the one that counts.
    pub(super) fn ended(&self, listed: &Listed<'a>) -> Option<Ended> {
        let spot = *listed.ends.first()?;
        let entry = self.entry(spot)?;
        let said = entry.end();
        let cause = said.map(|said| said.cause);
        Some(Ended {
            place: self.place(spot),
            name: self.name(spot)?,
            cause,
            document: said.map(|said| said.document.clone()).unwrap_or_default(),
            applied: said.and_then(|said| said.applied),
            decided: said.map_or(Day(entry.header.day), |said| said.decided),
            reason: said.map(|said| said.reason.clone()).unwrap_or_default(),
            stops: state::stops(cause),
        })
    }

    /// Receipts that obey one of these ends, by rising place.
    pub(super) fn receipts_of(&self, ends: &[Spot]) -> Vec<(Spot, &'a Receipt)> {
        let obeys = |end: Spot, source: Spot| {
            let entry = self.entry(source)?;
            let named = entry.named_as(Role::End)?;
            let fits = named.spot == Some(end) && self.register.fits(named);
            entry.receipt().filter(|_| fits)
        };
        let mut spots: Vec<Spot> = ends
            .iter()
            .flat_map(|end| self.register.naming(*end).filter(|it| obeys(*end, *it).is_some()))
            .collect();
        self.register.sort(&mut spots);
        let receipts =
            spots.into_iter().filter_map(|spot| Some((spot, self.entry(spot)?.receipt()?)));
        receipts.collect()
    }

    /// Whose confirmation is expected. A party answers for its counties; those of the origin's own
    /// city tell the origin alone.
    pub(super) fn expected(&self, listed: &Listed<'a>) -> Vec<MemberId> {
        let Some(agreement) = listed.agreement else { return Vec::new() };
        let mut expected = BTreeSet::new();
        for party in agreement.parties() {
            let is_origin = party == listed.origin;
            if !is_origin {
                expected.insert(party);
            }
            if !is_origin || self.me == party {
                expected.extend(self.terms.counties_of(party));
            }
        }
        expected.into_iter().cloned().collect()
    }

    pub(super) fn receipts(&self, listed: &Listed<'a>) -> BTreeMap<MemberId, Receipted> {
        let mut receipts = BTreeMap::new();
        let Some(agreement) = listed.agreement else { return receipts };
        for (spot, receipt) in self.receipts_of(&listed.ends) {
            let member = self.owner(spot);
            let tells_the_origin =
                self.me == listed.origin && self.hub_of(member) == Some(listed.origin);
            let is_party = agreement.is_party(member) && member != listed.origin;
            if is_party || tells_the_origin {
                let stops: Option<Stops> = Some(receipt.stops);
                let place = self.place(spot);
                receipts.entry(member.clone()).or_insert(Receipted {
                    place,
                    done: receipt.done,
                    stops,
                    carried_by: None,
                });
            }
            for carried in receipt.carried.iter().filter(|_| is_party) {
                let county = MemberId::parse(&carried.member).ok();
                let county = county.filter(|it| self.hub_of(it) == Some(member));
                let (Some(county), Some(place)) = (county, Place::of(&carried.receipt)) else {
                    continue;
                };
                let channel = Channel::ends(agreement.id());
                if place.origin.member != county || place.origin.channel != channel {
                    continue;
                }
                receipts.entry(county).or_insert(Receipted {
                    place,
                    done: carried.done,
                    stops: None,
                    carried_by: Some(member.clone()),
                });
            }
        }
        receipts
    }

    pub(super) fn propagation(
        &self,
        listed: &Listed<'a>,
        ended: &Ended,
        expected: &[MemberId],
        receipts: &BTreeMap<MemberId, Receipted>,
    ) -> Option<Clock> {
        let limits = self.limits(listed.agreement?);
        let missing = expected.iter().filter(|member| !receipts.contains_key(*member));
        let missing: Vec<MemberId> = missing.cloned().collect();
        let last =
            expected.iter().filter_map(|member| receipts.get(member)).map(|it| it.done).max();
        // Nothing is done before it is decided, whatever a receipt says.
        let done = last.unwrap_or(ended.decided).max(ended.decided);
        let done = missing.is_empty().then_some(done);
        Some(limits.clock(ClockKind::Propagation, ended.decided, done, missing))
    }
}
