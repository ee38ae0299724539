//! Decisions that need no person: what the policy map says by itself, and refusals.

use tiaoxi_credit::{
    Inspection, Statement,
    statement::{Decision, Listing, Recognition},
};
use tiaoxi_federation::Channel;
use tiaoxi_ledger::header::{Concerned, Relation};

use super::{Business, Duty, Part, View};
use crate::{breach::Breach, policy};

impl<'a> View<'a> {
    /// Whether the policy map may have something to say, today or later: nobody has decided, or the
    /// last word is a refusal.
    pub(super) fn may_decide(&self, business: &Business<'a>) -> bool {
        let own = self.own_decisions(business.listing);
        let last = own.last().and_then(|spot| self.entry(*spot)?.recognition());
        business.part == Part::Receiver && last.is_none_or(|last| last.decision == Decision::REFUSE)
    }

    pub(super) fn decision_due(&self, business: &Business<'a>) -> Option<Duty> {
        if business.part != Part::Receiver {
            return None;
        }
        let own = self.own_decisions(business.listing);
        let last = own.last().and_then(|spot| self.entry(*spot)?.recognition());
        // A refusal is amended when a charter has come that lets the listing through.
        if last.is_some_and(|last| last.decision != Decision::REFUSE) {
            return None;
        }
        let entry = self.entry(business.listing)?;
        let listing = entry.listing()?;
        let recognition = match self.judge(business.listing) {
            Err(_) if last.is_some() => return None,
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
            reason: format!("{}: {}", breach.code(), breach.zh()),
            basis: basis(business),
            decided: self.today,
            officers: 0,
        })
    }

    /// What the map says by itself, of a listing in force whose origin has been heard of lately.
    fn automatic(&self, business: &Business<'a>, listing: &Listing) -> Option<Recognition> {
        let (standard, version) = (&listing.standard, listing.standard_version);
        let map =
            business.agreement.map(self.me, &listing.domain, standard, version, &listing.level)?;
        if map.officers > 0 || !self.is_fresh(business.listing) {
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
