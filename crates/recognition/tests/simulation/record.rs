//! What the logs say, read from their bytes without a register or a view: a second, simpler account
//! of who said what about a listing, to compare views with once all has arrived.

use std::collections::{BTreeMap, BTreeSet};

use tiaoxi_credit::{
    Statement,
    statement::{Decision, EntryName, ObjectionMark, Receipt, Recognition},
};
use tiaoxi_federation::{Channel, MemberId, Origin, Terms};
use tiaoxi_ledger::header::{Header, Relation};
use tiaoxi_recognition::Place;

use crate::sim::ledger::Entry;

/// An entry, read.
struct Read {
    place: Place,
    name: EntryName,
    statement: Statement,
}

/// All that was said.
#[derive(Default)]
pub(crate) struct Record {
    entries: Vec<Read>,
    /// Ends by what they end.
    ends: BTreeMap<Place, Vec<usize>>,
}

impl Record {
    /// Reads a log; logs in any order, each from its beginning.
    pub(crate) fn read(&mut self, log: &Origin, entries: &[Entry]) {
        for Entry { number, header, body } in entries {
            let (kind, version) = (header.kind.kind(), header.kind.version());
            let statement = Statement::from_body(kind, version, body);
            let statement = statement.expect("it was written here");
            let place = Place { origin: log.clone(), number: *number };
            if let (Statement::End(_), Some(ended)) = (&statement, concerned(&place, header)) {
                self.ends.entry(ended).or_default().push(self.entries.len());
            }
            let name = place.name(header.commitment);
            self.entries.push(Read { place, name, statement });
        }
    }

    fn is_ended(&self, place: &Place) -> bool {
        self.ends.contains_key(place)
    }

    pub(crate) fn receipts(&self) -> impl Iterator<Item = (&MemberId, &EntryName, &Receipt)> {
        self.entries.iter().filter_map(|read| match &read.statement {
            Statement::Receipt(receipt) => Some((&read.place.origin.member, &read.name, receipt)),
            _ => None,
        })
    }

    fn decisions<'a>(
        &'a self,
        listing: &'a EntryName,
        party: &'a MemberId,
    ) -> impl Iterator<Item = (&'a Place, &'a Recognition)> {
        self.entries.iter().filter(|read| read.place.origin.member == *party).filter_map(|read| {
            match &read.statement {
                Statement::Recognition(said) if said.listing == *listing => {
                    Some((&read.place, said))
                }
                _ => None,
            }
        })
    }

    /// What a party decided last on a listing.
    pub(crate) fn decision(&self, listing: &EntryName, party: &MemberId) -> Option<Decision> {
        self.decisions(listing, party).last().map(|it| it.1.decision)
    }

    /// Whether a party has ended a recognition of a listing.
    pub(crate) fn is_terminated(&self, listing: &EntryName, party: &MemberId) -> bool {
        self.decisions(listing, party).any(|(place, _)| self.is_ended(place))
    }

    fn marks(&self) -> impl Iterator<Item = (&Read, &ObjectionMark)> {
        self.entries.iter().filter_map(|read| match &read.statement {
            Statement::ObjectionMark(mark) => Some((read, mark)),
            _ => None,
        })
    }

    /// Whether a listing's origin has a mark on it that nothing has lifted.
    pub(crate) fn is_disputed(&self, listing: &EntryName, origin: &MemberId) -> bool {
        self.marks().any(|(read, mark)| {
            read.place.origin.member == *origin
                && mark.listing.as_ref() == Some(listing)
                && !self.is_ended(&read.place)
        })
    }

    /// What went wrong with objections to a listing that has not ended: not passed on to the hub
    /// and the origin, or answered there and not where the company objected.
    pub(crate) fn lost_objections(
        &self,
        listing: &EntryName,
        origin: &MemberId,
        terms: &Terms,
    ) -> Vec<String> {
        let mut lost = Vec::new();
        let about = |mark: &ObjectionMark| mark.listing.as_ref() == Some(listing);
        for (read, _) in self.marks().filter(|(_, mark)| about(mark)) {
            let member = &read.place.origin.member;
            if member == origin {
                continue;
            }
            let hub = terms.member(member).and_then(|member| member.hub.as_ref());
            let next = hub.unwrap_or(origin);
            let passing: Vec<&Read> = self
                .marks()
                .filter(|(by, mark)| {
                    by.place.origin.member == *next && mark.passes_on.as_ref() == Some(&read.name)
                })
                .map(|(by, _)| by)
                .collect();
            if passing.is_empty() {
                lost.push(format!("{next} does not pass on {}", read.place));
            }
            let is_answered =
                !passing.is_empty() && passing.iter().all(|passing| self.is_ended(&passing.place));
            if is_answered && !self.is_ended(&read.place) {
                lost.push(format!("{next} has answered {}, which is still open", read.place));
            }
        }
        lost
    }

    /// The ends of a listing by its origin.
    fn ends_of(&self, listing: &Place) -> BTreeSet<&EntryName> {
        let ends = self.ends.get(listing).into_iter().flatten();
        ends.map(|end| &self.entries[*end].name).collect()
    }

    /// Receipts that are missing: every end has one of every other party, and through it one of each
    /// of its counties; counties of the origin's own city have said theirs to the origin.
    pub(crate) fn missing_receipts(
        &self,
        listing: &Place,
        parties: &[MemberId],
        terms: &Terms,
    ) -> Vec<String> {
        let (ends, origin) = (self.ends_of(listing), &listing.origin.member);
        let of = |member: &MemberId| -> Vec<(&EntryName, &Receipt)> {
            let obeys =
                |it: &(&MemberId, &EntryName, &Receipt)| it.0 == member && ends.contains(&it.2.end);
            self.receipts().filter(obeys).map(|(_, name, receipt)| (name, receipt)).collect()
        };
        let mut missing = Vec::new();
        for party in parties {
            let own = of(party);
            if party != origin && own.is_empty() {
                missing.push(format!("of {party} for {listing}"));
            }
            let carried: BTreeSet<&EntryName> =
                own.iter().flat_map(|it| &it.1.carried).map(|it| &it.receipt).collect();
            for county in terms.counties_of(party) {
                match of(county).first() {
                    None => missing.push(format!("of {county} for {listing}")),
                    Some((name, _)) if party != origin && !carried.contains(name) => {
                        missing.push(format!("{party} does not carry {county}'s for {listing}"));
                    }
                    Some(_) => {}
                }
            }
        }
        missing
    }
}

/// The entry that a header names.
fn concerned(from: &Place, header: &Header) -> Option<Place> {
    let channel = match header.concerned.relation {
        Relation::SAME_CHANNEL => from.origin.channel.clone(),
        Relation::EXCHANGE => Channel::exchange(from.origin.channel.agreement()?),
        _ => return None,
    };
    let origin = Origin { channel, epoch: header.concerned.epoch, ..from.origin.clone() };
    Some(Place { origin, number: header.concerned.number })
}
