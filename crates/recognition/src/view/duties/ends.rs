//! When a listing has ended: end the own recognition, confirm, carry what counties confirm.

use std::collections::BTreeSet;

use tiaoxi_credit::{
    Inspection, Statement,
    statement::{Carried, Cause, End, Receipt},
};
use tiaoxi_federation::Channel;
use tiaoxi_ledger::header::{Concerned, Relation};

use super::{Business, Duty, Part, View, copied};
use crate::{
    place::Place,
    register::{Role, Spot},
    state,
};

/// Receipts of counties carried in one statement, so that it fits its body whatever their number.
const CARRIED_MAX: usize = 128;

impl<'a> View<'a> {
    /// One statement at a time: the receipt names the own end, which has a name once it is signed.
    pub(super) fn ends_due(&self, business: &Business<'a>, ends: &[Spot]) -> Option<Duty> {
        if business.part == Part::Origin {
            return None;
        }
        let channel = Channel::ends(business.agreement.id());
        let decisions = match business.part {
            Part::Receiver => self.own_decisions(business.listing),
            _ => Vec::new(),
        };
        let own_end = decisions.iter().find_map(|it| self.ends_of(*it).first().copied());
        let recognised = decisions.last().filter(|it| {
            self.entry(**it)
                .and_then(|it| it.recognition())
                .is_some_and(|it| it.decision.recognises())
        });
        if let Some(decision) = recognised.filter(|_| own_end.is_none()) {
            let concerned = self.concerning(Relation::EXCHANGE, *decision);
            let statement = Statement::End(self.own_end(business, ends)?);
            return Some(Duty { channel, concerned, item: 0, statement });
        }
        let receipt = self.receipt_due(ends, own_end)?;
        let statement = Statement::Receipt(receipt);
        Some(Duty { channel, concerned: Concerned::NONE, item: 0, statement })
    }

    fn own_end(&self, business: &Business<'a>, ends: &[Spot]) -> Option<End> {
        let end = *ends.first()?;
        let said = self.entry(end)?.end();
        let listed = self.listed(business.listing)?;
        let undone = self.recognised(&listed, self.me, None).outcome;
        let (undone_inspection, undone_measures) =
            undone.map_or((Inspection::NONE, Vec::new()), |it| (it.inspection, it.measures));
        let why = said.and_then(|said| said.cause.label()).unwrap_or("列入地已移出");
        Some(End {
            cause: Cause::ORIGIN_ENDED,
            because: self.name(end),
            document: said.map(|said| copied(&said.document)).unwrap_or_default(),
            applied: None,
            decided: self.today,
            reason: format!("随列入地终止:{why}"),
            undone_inspection,
            undone_measures,
        })
    }

    /// A receipt where none was said, or a further one for receipts of counties not carried yet.
    fn receipt_due(&self, ends: &[Spot], own_end: Option<Spot>) -> Option<Receipt> {
        let mut first_own: Option<Spot> = None;
        let mut carried: BTreeSet<Place> = BTreeSet::new();
        let mut of_counties = Vec::new();
        for source in ends.iter().flat_map(|end| self.register.naming(*end)) {
            let role = self.log_role(source);
            if !role.is_mine && !role.is_of_my_county {
                continue;
            }
            let Some(entry) = self.entry(source).filter(|entry| entry.receipt().is_some()) else {
                continue;
            };
            let obeys = entry.named_as(Role::End).is_some_and(|named| self.register.fits(named));
            if !obeys {
                continue;
            }
            if role.is_mine {
                first_own = Some(first_own.map_or(source, |known| known.min(source)));
                let receipts = entry.receipt().map(|it| it.carried.as_slice()).unwrap_or_default();
                carried.extend(receipts.iter().filter_map(|it| Place::of(&it.receipt)));
            } else {
                of_counties.push(source);
            }
        }
        of_counties.retain(|source| !carried.contains(&self.place(*source)));
        if first_own.is_some() && of_counties.is_empty() {
            return None;
        }
        self.register.sort(&mut of_counties);
        of_counties.truncate(CARRIED_MAX);
        let end = *ends.first()?;
        let cause = self.entry(end)?.end().map(|end| end.cause);
        Some(Receipt {
            end: self.name(end)?,
            own: own_end.and_then(|own| self.name(own)),
            done: self.today,
            stops: state::stops(cause),
            carried: of_counties.into_iter().filter_map(|it| self.carried(it)).collect(),
        })
    }

    fn carried(&self, receipt: Spot) -> Option<Carried> {
        let done = self.entry(receipt)?.receipt()?.done;
        Some(Carried {
            member: self.owner(receipt).to_string(),
            receipt: self.name(receipt)?,
            done,
        })
    }
}
