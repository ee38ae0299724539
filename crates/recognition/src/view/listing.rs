//! Puts together what is shown of a listing.

use std::collections::BTreeMap;

use tiaoxi_credit::Day;
use tiaoxi_federation::{MemberId, terms::Agreement};

use super::{ListingView, RecognitionView, View, facts::Listed};
use crate::register::Spot;

impl<'a> View<'a> {
    pub(super) fn shown(&self, spot: Spot) -> Option<ListingView<'a>> {
        let listed = self.listed(spot)?;
        let entry = self.entry(spot)?;
        let agreement = self.register.log(spot.log).origin.channel.agreement()?;
        let objections = self.objections(&listed);
        let handling = self.handling(&listed, &objections);
        let ended = self.ended(&listed);
        let (expected, receipts) = (self.expected(&listed), self.receipts(&listed));
        let propagation =
            ended.as_ref().and_then(|ended| self.propagation(&listed, ended, &expected, &receipts));
        let own =
            objections.iter().filter(|it| it.member == *listed.origin && it.answered.is_none());
        Some(ListingView {
            place: self.place(spot),
            name: self.name(spot)?,
            listing: listed.listing,
            stated: Day(entry.header.day),
            agreement,
            origin_member: listed.origin,
            state: listed.state(),
            disputed_since: own.map(|it| it.received).min(),
            recognitions: self.recognitions(&listed),
            here: self.here(&listed),
            admitted: listed.admitted,
            ended,
            objections,
            propagation,
            handling,
            receipts,
            expected,
        })
    }

    fn recognitions(&self, listed: &Listed<'a>) -> BTreeMap<MemberId, RecognitionView<'a>> {
        let parties = listed.agreement.map(Agreement::parties).unwrap_or_default();
        let others = parties.iter().filter(|party| *party != listed.origin);
        others.map(|party| (party.clone(), self.recognition(listed, party, None))).collect()
    }

    fn here(&self, listed: &Listed<'a>) -> Option<RecognitionView<'a>> {
        let is_receiver = |member: &MemberId| {
            member != listed.origin && listed.agreement.is_some_and(|it| it.is_party(member))
        };
        if is_receiver(self.me) {
            return Some(self.recognition(listed, self.me, None));
        }
        let hub = self.hub_of(self.me).filter(|hub| is_receiver(hub))?;
        Some(self.recognition(listed, hub, Some(self.me)))
    }
}
