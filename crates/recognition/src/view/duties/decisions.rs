//! Decisions that need no person: what the policy map says by itself, and refusals.

use tiaoxi_credit::{
    Inspection, Statement,
    statement::{Decision, Listing, Recognition},
};
use tiaoxi_federation::{Channel, terms::Map};
use tiaoxi_ledger::header::{Concerned, Relation};

use super::{Business, Duty, Part, View, copied};
use crate::{breach::Breach, policy};

impl<'a> View<'a> {
    /// Whether the policy map may have something to say under this charter, today or later: nobody
    /// has decided, or the last word is a refusal, and the map asks for no person.
    pub(super) fn may_decide(&self, business: &Business<'a>) -> bool {
        if business.part != Part::Receiver || self.is_decided(business) {
            return false;
        }
        let listing = self.entry(business.listing).and_then(|entry| entry.listing());
        listing.and_then(|listing| self.automatic_map(business, listing)).is_some()
            && self.judge(business.listing).is_ok()
    }

    /// Whether the last own word on a listing is no refusal, or can't be read any more.
    fn is_decided(&self, business: &Business<'a>) -> bool {
        let own = self.own_decisions(business.listing);
        own.last().is_some_and(|spot| {
            let said = self.entry(*spot).and_then(|entry| entry.recognition());
            said.is_none_or(|said| said.decision != Decision::REFUSE)
        })
    }

    pub(super) fn decision_due(&self, business: &Business<'a>) -> Option<Duty> {
        if business.part != Part::Receiver {
            return None;
        }
        // A refusal is amended when a charter has come that lets the listing through.
        if self.is_decided(business) {
            return None;
        }
        let own = self.own_decisions(business.listing);
        let entry = self.entry(business.listing)?;
        let listing = entry.listing()?;
        let recognition = match self.judge(business.listing) {
            Err(_) if !own.is_empty() => return None,
            Err(breach) => self.refusal(business, listing, &breach)?,
            Ok(()) => self.automatic(business, listing)?,
        };
        let concerned = match own.last() {
            Some(amended) => self.concerning(Relation::SAME_CHANNEL, *amended),
            None => Concerned::NONE,
        };
        let channel = Channel::exchange(business.agreement.id());
        let statement = Statement::Recognition(recognition);
        Some(Duty { channel, concerned, item: 0, statement })
    }

    fn refusal(
        &self,
        business: &Business<'a>,
        listing: &Listing,
        breach: &Breach,
    ) -> Option<Recognition> {
        Some(Recognition {
            listing: self.name(business.listing)?,
            decision: Decision::REFUSE,
            level: String::new(),
            inspection: Inspection::NONE,
            measures: Vec::new(),
            since: listing.since,
            until: listing.until,
            reason: copied(&format!("{}: {}", breach.code(), breach.zh())),
            basis: basis(business),
            decided: self.today,
            officers: 0,
        })
    }

    /// The map's row, when it asks for no person.
    fn automatic_map(&self, business: &Business<'a>, listing: &Listing) -> Option<&'a Map> {
        let (standard, version) = (&listing.standard, listing.standard_version);
        let agreement = business.agreement;
        let map = agreement.map(self.me, &listing.domain, standard, version, &listing.level);
        map.filter(|map| map.officers == 0)
    }

    /// What the map says by itself, of a listing in force whose origin has been heard of lately.
    fn automatic(&self, business: &Business<'a>, listing: &Listing) -> Option<Recognition> {
        let map = self.automatic_map(business, listing)?;
        if !self.is_fresh(business.listing) {
            return None;
        }
        let listed = self.listed(business.listing)?;
        if !listed.state().in_force() || self.recognised(&listed, self.me, None).ended.is_some() {
            return None;
        }
        let outcome = policy::outcome(map, listing, self.supervision);
        if outcome.until < self.today {
            return None;
        }
        Some(Recognition {
            listing: self.name(business.listing)?,
            decision: outcome.decision,
            level: outcome.level,
            inspection: outcome.inspection,
            measures: outcome.measures,
            since: outcome.since,
            until: outcome.until,
            reason: "按互认规则自动认可".to_owned(),
            basis: basis(business),
            decided: self.today,
            officers: 0,
        })
    }
}

/// The agreement and its version.
fn basis(business: &Business<'_>) -> String {
    format!("《{}》第{}版", business.agreement.name(), business.agreement.version())
}
