//! The way of an objection: a county's mark goes on by its hub's, a party's by the origin's; the
//! answer comes back the same way.

use tiaoxi_credit::{
    Inspection, Statement,
    statement::{Cause, End, ObjectionMark},
};
use tiaoxi_federation::{Channel, MemberId};
use tiaoxi_ledger::header::{Concerned, Relation};

use super::{Business, Duty, Part, View, copied};
use crate::register::Spot;

impl<'a> View<'a> {
    /// Marks of others that this member has to pass on and has not.
    pub(super) fn marks_due(&self, business: &Business<'a>) -> Vec<Duty> {
        if business.part == Part::County {
            return Vec::new();
        }
        let marks = self.open_marks(business.listing, business.listing);
        let mut due: Vec<Spot> = marks.filter(|mark| self.must_pass_on(*mark, business)).collect();
        self.register.sort(&mut due);
        due.into_iter().filter_map(|mark| self.passing_on(mark, business)).collect()
    }

    fn must_pass_on(&self, mark: Spot, business: &Business<'a>) -> bool {
        let role = self.log_role(mark);
        let from_party = business.part == Part::Origin
            && !role.is_mine
            && business.agreement.is_party(self.owner(mark));
        let mine_pass = || self.passed_on(mark).iter().any(|it| self.log_role(*it).is_mine);
        (from_party || role.is_of_my_county) && !mine_pass()
    }

    fn passing_on(&self, mark: Spot, business: &Business<'a>) -> Option<Duty> {
        let said = self.entry(mark)?.mark();
        let concerned = match business.part {
            Part::Origin => self.concerning(Relation::EXCHANGE, business.listing),
            _ => self
                .own_decisions(business.listing)
                .last()
                .map_or(Concerned::NONE, |own| self.concerning(Relation::EXCHANGE, *own)),
        };
        let statement = Statement::ObjectionMark(ObjectionMark {
            listing: self.name(business.listing),
            passes_on: self.name(mark),
            objection: said.map(|said| copied(&said.objection)).unwrap_or_default(),
            received: self.received(mark),
            matter: said.map(|said| copied(&said.matter)).unwrap_or_default(),
        });
        Some(Duty {
            channel: Channel::ends(business.agreement.id()),
            concerned,
            item: 0,
            statement,
        })
    }

    /// Own marks whose answer has come: what passed them on has ended.
    pub(super) fn answers_due(&self, business: &Business<'a>) -> Vec<Duty> {
        let answers_to: &MemberId = match business.part {
            Part::Origin => return Vec::new(),
            Part::Receiver => self.owner(business.listing),
            Part::County => match self.hub_of(self.me) {
                Some(hub) => hub,
                None => return Vec::new(),
            },
        };
        let own = self.own_open_marks(business.listing);
        own.into_iter().filter_map(|mark| self.answer_due(mark, answers_to, business)).collect()
    }

    /// This member's own marks about a listing that nothing has lifted, by rising place.
    fn own_open_marks(&self, listing: Spot) -> Vec<Spot> {
        let mut own: Vec<Spot> = self.open_marks(listing, listing).collect();
        for decision in self.own_decisions(listing) {
            own.extend(self.open_marks(decision, listing));
        }
        own.retain(|mark| self.log_role(*mark).is_mine);
        self.register.sort(&mut own);
        own.dedup();
        own
    }

    fn answer_due(
        &self,
        mark: Spot,
        answers_to: &MemberId,
        business: &Business<'a>,
    ) -> Option<Duty> {
        let mut passing = self.passed_on(mark);
        passing.retain(|it| self.owner(*it) == answers_to);
        let mut answers = Vec::new();
        for mark in passing {
            answers.push(*self.ends_of(mark).first()?);
        }
        let answer = *answers.first()?;
        let said = self.entry(answer)?.end();
        let statement = Statement::End(End {
            cause: said.map_or(Cause::OBJECTION_DISMISSED, |said| said.cause),
            because: self.name(answer),
            document: said.map(|said| copied(&said.document)).unwrap_or_default(),
            applied: None,
            decided: said.map_or(self.today, |said| said.decided),
            reason: said.map(|said| copied(&said.reason)).unwrap_or_default(),
            undone_inspection: Inspection::NONE,
            undone_measures: Vec::new(),
        });
        let concerned = self.concerning(Relation::SAME_CHANNEL, mark);
        Some(Duty {
            channel: Channel::ends(business.agreement.id()),
            concerned,
            item: 0,
            statement,
        })
    }
}
