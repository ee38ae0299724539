//! What happens to members and what their officers do: list, decide, end, object, answer; amend the
//! charter; and now and then a crash or a cut.
//!
//! An act that finds nobody to do it, or nothing to do it to, does nothing.

use std::rc::Rc;

use tiaoxi_credit::{
    Day, Inspection, Statement,
    statement::{Cause, Decision, End, Listing, ObjectionMark, Recognition},
};
use tiaoxi_federation::{
    Channel, Charter, MemberId,
    draft::{Amendment, amend},
    terms::CharterDocument,
};
use tiaoxi_ledger::header::{Concerned, Relation};
use tiaoxi_recognition::{ListingView, Place, RecognitionState, policy};

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
    id: MemberId,
    charter: Rc<Charter>,
    today: Day,
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
            Some(flaw) => statements::flawed(listing, flaw, agreement, id, today),
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

    /// A party decides on what waits for its officers; often twice, not always alike.
    fn decision(&mut self, officer: &Officer, listing: &ListingView<'_>) -> Vec<Said> {
        let undecided = listing.recognitions.get(&officer.id);
        if undecided.is_none_or(|own| own.state != RecognitionState::Undecided) {
            return Vec::new();
        }
        let mut said = Vec::new();
        for _ in 0..self.random.between(1, 2) {
            said.extend(self.recognition(officer, listing, None));
        }
        said
    }

    /// A party amends what it has decided.
    fn reconsidered(&mut self, officer: &Officer, listing: &ListingView<'_>) -> Vec<Said> {
        let Some(own) = listing.recognitions.get(&officer.id) else { return Vec::new() };
        let Some(place) = own.place.clone().filter(|_| own.decision.is_some()) else {
            return Vec::new();
        };
        let is_over = matches!(own.state, RecognitionState::Refused | RecognitionState::Terminated);
        if is_over || !listing.state.in_force() {
            return Vec::new();
        }
        self.recognition(officer, listing, Some(&place)).into_iter().collect()
    }

    fn recognition(
        &mut self,
        officer: &Officer,
        view: &ListingView<'_>,
        amends: Option<&Place>,
    ) -> Option<Said> {
        let listing = view.listing?;
        let agreement = officer.charter.agreement(view.agreement)?;
        let Listing { domain, standard, standard_version, level, .. } = listing;
        let map = agreement.map(&officer.id, domain, standard, *standard_version, level)?;
        let outcome = policy::outcome(map, listing, &self.rules.supervision);
        let mut said = Recognition {
            listing: view.name.clone(),
            decision: outcome.decision,
            level: outcome.level.clone(),
            inspection: outcome.inspection,
            measures: outcome.measures.clone(),
            since: outcome.since,
            until: outcome.until,
            reason: "模拟".to_owned(),
            basis: "模拟协议".to_owned(),
            decided: officer.today,
            officers: map.officers.max(1),
        };
        match self.random.below(10) {
            0 | 1 => decline(&mut said),
            2 | 3 => {
                said.decision = Decision::NARROW;
                said.inspection = said.inspection.min(Inspection::NORMAL);
                said.measures.clear();
                said.until = Day(said.until.0 - 1).max(said.since);
            }
            // Careless: harsher and longer than map or origin allow.
            4 => {
                said.decision = Decision::ACCEPT;
                said.inspection = Inspection::SHARPLY_MORE;
                said.measures = vec!["no-promise".to_owned(), "no-honours".to_owned()];
                said.until = Day(said.until.0 + 40);
            }
            // One person, where the map may ask for two.
            5 => said.officers = 1,
            _ => {}
        }
        let relation = Relation::SAME_CHANNEL;
        let concerned = amends.map_or(Concerned::NONE, |place| concerned(relation, place));
        let channel = Channel::exchange(view.agreement);
        Some(Said { channel, concerned, statement: Statement::Recognition(said) })
    }

    /// A party ends its recognition of its own accord.
    fn termination(&mut self, officer: &Officer, listing: &ListingView<'_>) -> Vec<Said> {
        let Some(own) = listing.recognitions.get(&officer.id) else { return Vec::new() };
        let Some(place) = own.place.as_ref().filter(|_| own.state.follows()) else {
            return Vec::new();
        };
        let end = self.ending(Cause::TERMINATED, officer);
        vec![said_end(listing, concerned(Relation::EXCHANGE, place), end)]
    }

    /// An origin ends a listing, in rare cases twice and for different reasons.
    fn end(&mut self, officer: &Officer, listing: &ListingView<'_>) -> Vec<Said> {
        let is_own = *listing.origin_member == officer.id;
        if !is_own || listing.ended.is_some() && !self.random.chance(30) {
            return Vec::new();
        }
        let causes = [
            Cause::REPAIR,
            Cause::DELISTED,
            Cause::REVOKED,
            Cause::OBJECTION_UPHELD,
            Cause::AGREEMENT_ENDED,
            Cause::STANDARD_WITHDRAWN,
        ];
        let concerned = concerned(Relation::EXCHANGE, &listing.place);
        let mut said = Vec::new();
        for _ in 0..if self.random.chance(100) { 2 } else { 1 } {
            let cause = self.random.pick(&causes).unwrap_or(Cause::REPAIR);
            said.push(said_end(listing, concerned, self.ending(cause, officer)));
        }
        said
    }

    fn ending(&mut self, cause: Cause, officer: &Officer) -> End {
        let today = officer.today;
        let applied = Day(today.0 - u16::try_from(self.random.below(3)).unwrap_or(0));
        End {
            cause,
            because: None,
            document: format!("模拟移〔2026〕{}号", self.random.below(100_000)),
            applied: self.random.chance(700).then_some(applied),
            decided: today,
            reason: "模拟".to_owned(),
            undone_inspection: Inspection::NONE,
            undone_measures: Vec::new(),
        }
    }

    /// A company objects at a member: the origin, a party or a county.
    fn objection(&mut self, officer: &Officer, listing: &ListingView<'_>) -> Vec<Said> {
        if !listing.state.in_force() || !self.random.chance(700) {
            return Vec::new();
        }
        let own = listing.recognitions.get(&officer.id);
        let own = own.and_then(|own| own.place.as_ref().filter(|_| own.decision.is_some()));
        let concerned = match own {
            _ if *listing.origin_member == officer.id => {
                concerned(Relation::EXCHANGE, &listing.place)
            }
            Some(place) if place.origin.member == officer.id => {
                concerned(Relation::EXCHANGE, place)
            }
            _ => Concerned::NONE,
        };
        let mark = ObjectionMark {
            listing: Some(listing.name.clone()),
            passes_on: None,
            objection: format!("模拟异〔2026〕{}号", self.random.below(100_000)),
            received: officer.today,
            matter: "模拟".to_owned(),
        };
        let (channel, statement) =
            (Channel::ends(listing.agreement), Statement::ObjectionMark(mark));
        vec![Said { channel, concerned, statement }]
    }

    /// An origin answers the objections to one of its listings; upheld, the listing ends too.
    fn answer(&mut self, officer: &Officer, listing: &ListingView<'_>) -> Vec<Said> {
        let is_own = *listing.origin_member == officer.id;
        let marks: Vec<Place> = listing
            .objections
            .iter()
            .filter(|it| it.place.origin.member == officer.id && it.answered.is_none())
            .map(|it| it.place.clone())
            .collect();
        if !is_own || marks.is_empty() || listing.ended.is_some() {
            return Vec::new();
        }
        let is_upheld = self.random.chance(300);
        let cause = if is_upheld { Cause::OBJECTION_UPHELD } else { Cause::OBJECTION_DISMISSED };
        let mut said: Vec<Said> = marks
            .iter()
            .map(|mark| {
                let end = self.ending(cause, officer);
                said_end(listing, concerned(Relation::SAME_CHANNEL, mark), end)
            })
            .collect();
        if is_upheld {
            let end = self.ending(cause, officer);
            said.push(said_end(listing, concerned(Relation::EXCHANGE, &listing.place), end));
        }
        said
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

fn decline(said: &mut Recognition) {
    said.decision = Decision::DECLINE;
    said.level.clear();
    said.inspection = Inspection::NONE;
    said.measures.clear();
}

fn said_end(listing: &ListingView<'_>, concerned: Concerned, end: End) -> Said {
    Said { channel: Channel::ends(listing.agreement), concerned, statement: Statement::End(end) }
}

/// An entry of the author's own log, as headers name it.
fn concerned(relation: Relation, place: &Place) -> Concerned {
    Concerned { relation, epoch: place.origin.epoch, number: place.number }
}
