//! Objections: marks, whom they dispute, what passes them on and what lifts them.

use tiaoxi_credit::Day;

use super::{Answer, ObjectionView, View, facts::Listed};
use crate::{
    clock::{Clock, ClockKind},
    register::{Role, Spot},
};

impl<'a> View<'a> {
    /// Marks on `target`, a listing or a recognition of it, that nothing has lifted: by the header,
    /// or of a listing by its name in the body.
    pub(super) fn open_marks(&self, target: Spot, listing: Spot) -> impl Iterator<Item = Spot> {
        self.marks(target, listing).filter(|mark| self.ends_of(*mark).is_empty())
    }

    fn marks(&self, target: Spot, listing: Spot) -> impl Iterator<Item = Spot> {
        self.register.naming(target).filter(move |source| {
            let Some(entry) = self.entry(*source).filter(|entry| entry.marks()) else {
                return false;
            };
            match entry.named_as(Role::Listing) {
                Some(named) => named.spot == Some(listing) && self.register.fits(named),
                None => entry.concerned() == Some(target),
            }
        })
    }

    /// Every mark about a listing, by rising place.
    pub(super) fn marks_about(&self, listing: Spot) -> Vec<Spot> {
        let mut marks: Vec<Spot> = self.marks(listing, listing).collect();
        for source in self.register.naming(listing) {
            if self.decides(source, listing) {
                marks.extend(self.marks(source, listing));
            }
        }
        self.register.sort(&mut marks);
        marks.dedup();
        marks
    }

    /// The marks that pass this one on, by rising place.
    pub(super) fn passed_on(&self, mark: Spot) -> Vec<Spot> {
        let passes = |source: &Spot| {
            let entry = self.entry(*source).filter(|entry| entry.marks());
            let named = entry.and_then(|entry| entry.named_as(Role::PassedOn));
            named.is_some_and(|named| named.spot == Some(mark) && self.register.fits(named))
        };
        let mut passing: Vec<Spot> = self.register.naming(mark).filter(passes).collect();
        self.register.sort(&mut passing);
        passing
    }

    /// The day on which a mark's objection was received; not after the day on which it was marked.
    pub(super) fn received(&self, mark: Spot) -> Day {
        self.entry(mark).map_or(Day(0), |entry| {
            let marked = Day(entry.header.day).min(self.today);
            entry.mark().map_or(marked, |mark| mark.received.min(marked))
        })
    }

    pub(super) fn objections(&self, listed: &Listed<'a>) -> Vec<ObjectionView> {
        let marks = self.marks_about(listed.spot);
        marks.into_iter().filter_map(|mark| self.objection(mark, listed)).collect()
    }

    fn objection(&self, mark: Spot, listed: &Listed<'a>) -> Option<ObjectionView> {
        let entry = self.entry(mark)?;
        let said = entry.mark();
        let text = |text: Option<&String>| text.cloned().unwrap_or_default();
        let passes_on = entry.named_as(Role::PassedOn).and_then(|named| named.spot);
        let end = self.ends_of(mark).first().copied().or(listed.ends.first().copied());
        Some(ObjectionView {
            place: self.place(mark),
            name: self.name(mark)?,
            member: self.owner(mark).clone(),
            objection: text(said.map(|said| &said.objection)),
            received: self.received(mark),
            matter: text(said.map(|said| &said.matter)),
            passes_on: passes_on.map(|spot| self.place(spot)),
            passed_on: self.passed_on(mark).into_iter().map(|spot| self.place(spot)).collect(),
            answered: end.and_then(|end| self.answer(end)),
        })
    }

    fn answer(&self, end: Spot) -> Option<Answer> {
        let entry = self.entry(end)?;
        let said = entry.end();
        Some(Answer {
            place: self.place(end),
            cause: said.map(|said| said.cause),
            document: said.map(|said| said.document.clone()).unwrap_or_default(),
            decided: said.map_or(Day(entry.header.day), |said| said.decided),
        })
    }

    /// From each application and objection to its decision. An objection that was passed on has one
    /// clock, that of the mark furthest on its way.
    pub(super) fn handling(&self, listed: &Listed<'a>, objections: &[ObjectionView]) -> Vec<Clock> {
        let Some(agreement) = listed.agreement else { return Vec::new() };
        let limits = self.limits(agreement);
        let mut clocks = Vec::new();
        for end in listed.ends.iter().filter_map(|end| self.entry(*end)?.end()) {
            if let Some(applied) = end.applied {
                let done = Some(end.decided);
                clocks.push(limits.clock(ClockKind::Handling, applied, done, Vec::new()));
            }
        }
        for objection in objections.iter().filter(|it| it.passed_on.is_empty()) {
            let done = objection.answered.as_ref().map(|answer| answer.decided);
            // Who has it in hand: its hub must pass on a county's, the origin must answer.
            let hub = self.hub_of(&objection.member).filter(|hub| *hub != listed.origin);
            let waits_for = match done {
                Some(_) => Vec::new(),
                None => vec![hub.unwrap_or(listed.origin).clone()],
            };
            clocks.push(limits.clock(ClockKind::Handling, objection.received, done, waits_for));
        }
        clocks
    }
}
