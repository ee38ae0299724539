//! What this member has to say next.
//!
//! A pure function of what has been said, so nothing is remembered over a restart and nothing is
//! said twice: what was told back is no duty any more. Ends and receipts come first, then marks,
//! then decisions.

mod decisions;
mod ends;
mod marks;

use std::collections::BTreeMap;

use tiaoxi_credit::Statement;
use tiaoxi_federation::{AgreementId, Channel, Origin, terms::Agreement};
use tiaoxi_ledger::header::{Concerned, Relation};

use super::View;
use crate::register::Spot;

/// Duties under one agreement at one time; the others follow when these have been told back.
pub const DUTIES_MAX: usize = 1024;

/// Characters of a text of another member that is said on: one that fills a body there must not burst
/// ours.
const COPIED_CHARS_MAX: usize = 300;

fn copied(text: &str) -> String {
    text.chars().take(COPIED_CHARS_MAX).collect()
}

/// Something to be appended to an own log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// Where it is to be said.
    pub channel: Channel,
    /// The entry concerned.
    pub concerned: Concerned,
    /// Catalogue item; 0, none.
    pub item: u16,
    /// What is to be said.
    pub statement: Statement,
}

/// What this member is under an agreement, as to one listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// It has said the listing.
    Origin,
    /// Another party.
    Receiver,
    /// A county of a party.
    County,
}

/// A listing and this member's part in it.
#[derive(Clone, Copy)]
struct Business<'a> {
    listing: Spot,
    agreement: &'a Agreement,
    part: Part,
}

impl<'a> View<'a> {
    /// What this member has to say, about [`DUTIES_MAX`] statements an agreement at most, so that
    /// none keeps another from being heard. The caller appends them in
    /// order, tells them back once they are signed, and asks again; asked before that, it is told
    /// the same.
    pub fn duties(&self) -> Vec<Duty> {
        let (mut urgent, mut marks, mut decisions) = (Vec::new(), Vec::new(), Vec::new());
        let (of, mut at_rest) = (self.open_for(), Vec::new());
        let mut of_agreement: BTreeMap<&AgreementId, usize> = BTreeMap::new();
        for listing in self.register.unsaid.listings(self.register, &of) {
            let before = urgent.len() + marks.len() + decisions.len();
            let Some(business) = self.business(listing) else {
                at_rest.push(listing);
                continue;
            };
            let count = of_agreement.entry(business.agreement.id()).or_default();
            if *count >= DUTIES_MAX {
                continue;
            }
            let ends = self.ends_of(listing);
            if ends.is_empty() {
                marks.extend(self.marks_due(&business));
                marks.extend(self.answers_due(&business));
                decisions.extend(self.decision_due(&business));
            } else {
                urgent.extend(self.ends_due(&business, &ends));
            }
            let due = urgent.len() + marks.len() + decisions.len() - before;
            *count += due;
            // What is not decided may be in time; all else follows from entries alone.
            if due == 0 && (!ends.is_empty() || !self.may_decide(&business)) {
                at_rest.push(listing);
            }
        }
        self.register.unsaid.rest(&of, &at_rest);
        urgent.extend(marks);
        urgent.extend(decisions);
        urgent
    }

    fn business(&self, listing: Spot) -> Option<Business<'a>> {
        let role = self.log_role(listing);
        let agreement = role.agreement?;
        let part = if role.is_mine {
            Part::Origin
        } else if agreement.is_party(self.me) {
            Part::Receiver
        } else if self.hub_of(self.me).is_some_and(|hub| agreement.is_party(hub)) {
            Part::County
        } else {
            return None;
        };
        Some(Business { listing, agreement, part })
    }

    /// This member's own decisions on a listing, the first one first.
    fn own_decisions(&self, listing: Spot) -> Vec<Spot> {
        self.decisions(listing, self.me)
    }

    /// An own entry, as a header of an own log names it.
    fn concerning(&self, relation: Relation, own: Spot) -> Concerned {
        let Origin { epoch, .. } = self.register.log(own.log).origin;
        Concerned { relation, epoch, number: own.number }
    }
}
