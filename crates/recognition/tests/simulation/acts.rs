//! What happens and to whom: an officer looks for something to say (`officers`), a city lists, the
//! charter is amended, a member crashes, the network is cut.
//!
//! An act that finds nobody to do it, or nothing to do it to, does nothing.

use std::rc::Rc;

use tiaoxi_credit::{Day, Statement};
use tiaoxi_federation::{
    Channel, Charter, MemberId,
    draft::{Amendment, amend},
    terms::CharterDocument,
};
use tiaoxi_ledger::header::Concerned;
use tiaoxi_recognition::{ListingView, Place};

use crate::sim::{
    members::signed_by_all,
    network::MemberNumber,
    rules::{self, Change},
    statements::{self, Flaw},
    time::{DAY, HOUR},
    world::{Event, World},
};

/// Something that happens; to whom is drawn when it does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    List(Option<Flaw>),
    Decide,
    Reconsider,
    Terminate,
    End,
    Object,
    Answer,
    Amend(Change),
    Cut,
    Crash,
}

/// What an officer says, ready to be appended.
pub(crate) struct Said {
    pub(crate) channel: Channel,
    pub(crate) concerned: Concerned,
    pub(crate) statement: Statement,
}

/// Who says it, under which charter, on which day of its clock.
pub(crate) struct Officer {
    pub(crate) id: MemberId,
    pub(crate) charter: Rc<Charter>,
    pub(crate) today: Day,
}

impl World {
    /// Draws what will happen, and when.
    pub(crate) fn plan(&mut self) {
        let listings = self.size.listings;
        let days = self.size.days * DAY;
        for number in 0..listings {
            let is_flawed = number % 4 == 3;
            let flaw = if is_flawed { self.random.pick(&Flaw::ALL) } else { None };
            self.sometime(days * 3 / 5, Act::List(flaw));
        }
        for (act, count) in [
            (Act::Decide, listings * 6),
            (Act::Reconsider, listings),
            (Act::Terminate, listings / 3),
            (Act::End, listings * 3 / 5),
            (Act::Object, listings),
            (Act::Answer, listings),
            (Act::Crash, self.size.days * 2),
            (Act::Cut, self.size.days / 3),
        ] {
            for _ in 0..count {
                self.sometime(days, act);
            }
        }
        for change in [Change::Maps, Change::Extended, Change::Shortened] {
            if self.random.chance(300) {
                self.sometime(days, Act::Amend(change));
            }
        }
    }

    fn sometime(&mut self, within: u64, act: Act) {
        let wait = self.random.below(within);
        self.after(wait, Event::Act(act));
    }

    pub(crate) fn act(&mut self, act: Act) {
        let member = match act {
            // Whatever anybody may do.
            Act::Cut | Act::Crash | Act::Object | Act::Amend(_) => {
                self.random.index(self.members.len())
            }
            _ => self.some_city(),
        };
        match act {
            Act::Cut => {
                let most = self.random.pick(&[HOUR, DAY, 5 * DAY]).unwrap_or(DAY);
                let until = self.now + self.random.between(HOUR, most);
                self.network.cut(until, &mut self.random);
            }
            Act::Crash => self.crash(member),
            Act::Amend(change) => self.amend(member, change),
            _ if !self.members[member].is_up => {}
            Act::List(flaw) => self.list(member, flaw),
            Act::Decide => self.say(member, Self::decision),
            Act::Reconsider => self.say(member, Self::reconsidered),
            Act::Terminate => self.say(member, Self::termination),
            Act::End => self.say(member, Self::end),
            Act::Object => self.say(member, Self::objection),
            Act::Answer => self.say(member, Self::answer),
        }
    }

    /// A member without a hub: counties neither list nor recognise.
    fn some_city(&mut self) -> MemberNumber {
        let charter = &self.charters[0];
        let cities: Vec<MemberNumber> = (0..self.members.len())
            .filter(|it| charter.member(&self.members[*it].id).is_some_and(|it| it.hub.is_none()))
            .collect();
        self.random.pick(&cities).expect("there are cities")
    }

    /// An officer of a member looks through the listings in a random order for one to say something
    /// about.
    fn say(
        &mut self,
        member: MemberNumber,
        about: fn(&mut Self, &Officer, &ListingView<'_>) -> Vec<Said>,
    ) {
        let owner = &mut self.members[member];
        let (charter, id) = (Rc::clone(&owner.charter), owner.id.clone());
        let rules = Rc::clone(&self.rules);
        let (supervision, calendar) = (&rules.supervision, &rules.calendar);
        // The view borrows the register; it goes back when the officer has looked.
        let register = std::mem::take(&mut owner.register);
        let clock = owner.clock.reads(self.now);
        let view = register.view(charter.terms(), supervision, calendar, &id, clock);
        let officer = Officer { id: id.clone(), charter: Rc::clone(&charter), today: view.today() };
        let mut listings: Vec<ListingView<'_>> = view.listings().collect();
        self.random.shuffle(&mut listings);
        let mut said = Vec::new();
        for listing in &listings {
            said = about(self, &officer, listing);
            if !said.is_empty() {
                break;
            }
        }
        drop(listings);
        self.members[member].register = register;
        if !said.is_empty() {
            self.append(member, officer.today, said);
            self.work_soon(member);
        }
    }

    fn list(&mut self, member: MemberNumber, flaw: Option<Flaw>) {
        let charter = Rc::clone(&self.members[member].charter);
        let owner = &self.members[member];
        let agreements: Vec<_> = charter.agreements().filter(|it| it.is_party(&owner.id)).collect();
        let Some(agreement) = self.random.pick(&agreements) else { return };
        let today = owner.view(&self.rules, self.now).today();
        if !(agreement.starts() <= today && today <= agreement.ends()) {
            return;
        }
        let (supervision, id) = (&self.rules.supervision, &owner.id);
        let listing = statements::good(supervision, agreement, id, today, &mut self.random);
        let listing = listing.and_then(|listing| match flaw {
            Some(flaw) => {
                let foreign = owner.held.iter().find(|(log, held)| {
                    let origin = &self.logs[**log].origin;
                    origin.member != *id && !origin.channel.kind().beats && held.size() > 0
                });
                let foreign = foreign.and_then(|(_, held)| held.evidence());
                statements::flawed(listing, flaw, agreement, id, today, foreign)
            }
            None => Some(listing),
        });
        let Some(listing) = listing else { return };
        let channel = Channel::exchange(agreement.id());
        let statement = Statement::Listing(listing.clone());
        let said = Said { channel, concerned: Concerned::NONE, statement };
        for name in self.append(member, today, vec![said]) {
            let place = Place::of(&name).expect("own entries stand in own logs");
            self.truth.listed(place, name, agreement, listing.clone(), flaw);
        }
        self.work_soon(member);
    }

    /// The charter's next version; everybody has signed, one member has it first.
    fn amend(&mut self, member: MemberNumber, change: Change) {
        let current = self.chain.current().clone();
        let document = CharterDocument::parse(current.text()).expect("it was read before");
        let Some(agreement) = self.random.pick(&document.agreements) else { return };
        let today = crate::sim::time::day_at(self.now);
        let changed =
            rules::changed(agreement, change, today, &self.rules.supervision, &mut self.random);
        let amendment = Amendment { agreements: vec![changed], ..Amendment::default() };
        // An agreement that has ended can't be shortened, for example.
        let Ok(proposal) = amend(&current, amendment, today) else { return };
        self.chain.extend(&signed_by_all(proposal)).expect("everybody has signed");
        let charter = Rc::new(self.chain.current().clone());
        let version = charter.version();
        self.charters.push(charter);
        self.truth.amended(change);
        self.take_charter(member, version);
    }
}
