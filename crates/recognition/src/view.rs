//! All that follows from a register for one member at one time.
//!
//! Nothing is stored: a view is made for a question and thrown away. Questions about one listing
//! cost that listing; [`View::duties`] looks closely at listings with open business alone.

mod duties;
mod facts;
mod listing;
mod lists;
mod objections;
mod open;
mod propagation;
mod recognition;
mod shown;

use std::collections::BTreeMap;

use tiaoxi_catalog::{Calendar, supervision::Supervision};
use tiaoxi_credit::{Day, SubjectCode, statement::EntryName};
use tiaoxi_federation::{AgreementId, Channel, Log, MemberId, Terms, terms::Agreement};

pub use duties::{DUTIES_MAX, Duty};
pub use lists::{Late, RefusedListing, Waiting};
pub use shown::{Answer, Ended, ListingView, ObjectionView, Receipted, RecognitionView};

use crate::{
    clock::{Limits, now as later_of},
    place::Place,
    register::{Entry, Register, RegisterLog, Spot},
    state::ListingState,
};

/// What a log is to this member.
struct LogRole<'a> {
    agreement: Option<&'a Agreement>,
    is_mine: bool,
    /// Its owner is a county of this member.
    is_of_my_county: bool,
    /// Of an `exchange` log: until when the owner's word counts.
    fresh_until: Option<u64>,
}

/// See the module.
pub struct View<'a> {
    register: &'a Register,
    terms: &'a Terms,
    supervision: &'a Supervision,
    calendar: &'a Calendar,
    me: &'a MemberId,
    now: u64,
    today: Day,
    logs: Vec<LogRole<'a>>,
}

impl<'a> View<'a> {
    pub(crate) fn new(
        register: &'a Register,
        terms: &'a Terms,
        supervision: &'a Supervision,
        calendar: &'a Calendar,
        me: &'a MemberId,
        own_clock: u64,
    ) -> Self {
        let mut newest: BTreeMap<&MemberId, u64> = BTreeMap::new();
        for log in register.logs() {
            let member = &log.origin.member;
            if let Some(beat) = log.beats().newest().filter(|_| terms.log(&log.origin).is_some()) {
                let known = newest.entry(member).or_default();
                *known = beat.max(*known);
            }
        }
        newest.insert(me, own_clock);
        let now = later_of(own_clock, newest.into_values());
        let today = Day::in_beijing(now);
        let logs = Vec::new();
        let mut view = Self { register, terms, supervision, calendar, me, now, today, logs };
        // Once for all: a charter may have two thousand logs, and so may a register.
        let mut ends: BTreeMap<(&AgreementId, &MemberId), Vec<&Log>> = BTreeMap::new();
        for log in terms.logs().filter(|log| log.origin().channel.kind().beats) {
            if let Some(agreement) = log.origin().channel.agreement() {
                ends.entry((agreement, &log.origin().member)).or_default().push(log);
            }
        }
        view.logs = register.logs().iter().map(|log| view.role(log, &ends)).collect();
        view
    }

    fn role(
        &self,
        log: &'a RegisterLog,
        ends: &BTreeMap<(&AgreementId, &MemberId), Vec<&Log>>,
    ) -> LogRole<'a> {
        let owner = &log.origin.member;
        let agreement = log.origin.channel.agreement().and_then(|id| self.terms.agreement(id));
        let hub = self.terms.member(owner).and_then(|member| member.hub.as_ref());
        let exchange = agreement.filter(|_| log.is_exchange);
        LogRole {
            agreement,
            is_mine: owner == self.me,
            is_of_my_county: hub == Some(self.me),
            fresh_until: exchange.and_then(|agreement| {
                let ends = ends.get(&(agreement.id(), owner)).into_iter().flatten().copied();
                self.fresh_until(agreement, ends)
            }),
        }
    }

    /// Until when the word of a member with these logs of ends counts under an agreement: its newest
    /// heartbeat of which everything is here, and the agreement's freshness. A closed log of ends must be here whole.
    fn fresh_until<'l>(
        &self,
        agreement: &Agreement,
        ends: impl Iterator<Item = &'l Log>,
    ) -> Option<u64> {
        let freshness = agreement.freshness_seconds();
        let mut newest = None;
        for log in ends {
            let place = Place { origin: log.origin().clone(), number: 0 };
            let here = self.register.find(&place).map(|spot| self.register.log(spot.log));
            let held = here.map_or(0, RegisterLog::held);
            if let Some(closed) = log.closed() {
                if held < closed.size {
                    return None;
                }
            } else if let Some(here) = here {
                newest = newest.max(here.beats().newest_known(self.now, freshness, held));
            }
        }
        newest.map(|beat: u64| beat.saturating_add(freshness))
    }

    /// The time, in seconds since 1970: the later of the own clock and what most members say.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// The day in Beijing.
    pub fn today(&self) -> Day {
        self.today
    }

    /// Whose view it is.
    pub fn me(&self) -> &'a MemberId {
        self.me
    }

    pub(crate) fn register(&self) -> &'a Register {
        self.register
    }

    /// The charter.
    pub fn terms(&self) -> &'a Terms {
        self.terms
    }

    /// The supervision catalogue.
    pub fn supervision(&self) -> &'a Supervision {
        self.supervision
    }

    /// Until when listings of a member have effect elsewhere under an agreement, in seconds since
    /// 1970; `None` when it has not been heard of.
    pub fn confirmed_until(&self, agreement: &AgreementId, member: &MemberId) -> Option<u64> {
        let agreement = self.terms.agreement(agreement)?;
        let channel = Channel::ends(agreement.id());
        let ends = self
            .terms
            .logs()
            .filter(|log| log.origin().member == *member && log.origin().channel == channel);
        self.fresh_until(agreement, ends)
    }

    /// Where listings stand, by rising place; costs nothing of what they say.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        self.register.listings().map(|spot| self.place(spot))
    }

    /// Every listing here, by rising place.
    pub fn listings(&self) -> impl Iterator<Item = ListingView<'a>> {
        self.register.listings().filter_map(|spot| self.shown(spot))
    }

    /// The listing at a place; `None` where none is here.
    pub fn listing(&self, place: &Place) -> Option<ListingView<'a>> {
        self.register.find(place).and_then(|spot| self.shown(spot))
    }

    /// What has become of the listing at a place, here or not.
    pub fn state(&self, place: &Place) -> ListingState {
        let spot = self.register.find(place);
        spot.map_or(ListingState::Pending, |spot| self.listing_state(spot))
    }

    /// Every listing of a subject that has one of these codes, by rising place.
    pub fn of_subject(&self, codes: &[SubjectCode]) -> Vec<ListingView<'a>> {
        let mut spots: Vec<Spot> =
            codes.iter().flat_map(|code| self.register.of_code(code)).collect();
        self.register.sort(&mut spots);
        spots.dedup();
        spots.into_iter().filter_map(|spot| self.shown(spot)).collect()
    }

    fn limits<'v>(&'v self, agreement: &'v Agreement) -> Limits<'v> {
        let (clocks, calendar) = (self.supervision.clocks(), self.calendar);
        Limits { agreement, clocks, calendar, today: self.today }
    }

    fn log_role(&self, spot: Spot) -> &LogRole<'a> {
        self.logs.get(spot.log as usize).expect("a view knows every log of its register")
    }

    fn owner(&self, spot: Spot) -> &'a MemberId {
        &self.register.log(spot.log).origin.member
    }

    fn hub_of(&self, member: &MemberId) -> Option<&'a MemberId> {
        self.terms.member(member).and_then(|member| member.hub.as_ref())
    }

    fn entry(&self, spot: Spot) -> Option<&'a Entry> {
        self.register.entry(spot)
    }

    fn place(&self, spot: Spot) -> Place {
        self.register.place(spot)
    }

    fn name(&self, spot: Spot) -> Option<EntryName> {
        self.entry(spot).map(|entry| self.place(spot).name(entry.header.commitment))
    }

    /// The entries that end this one: its author's, by their headers. By rising place.
    fn ends_of(&self, spot: Spot) -> Vec<Spot> {
        let ends = |source: &Spot| {
            self.entry(*source).is_some_and(|entry| entry.ends() && entry.concerned() == Some(spot))
        };
        let mut ends: Vec<Spot> = self.register.naming(spot).filter(ends).collect();
        self.register.sort(&mut ends);
        ends
    }
}
