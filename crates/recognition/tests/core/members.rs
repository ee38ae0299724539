//! Six members, each with what has reached it so far; what they say at random, and what they have
//! to say.

use std::collections::BTreeSet;

use tiaoxi_credit::{
    Statement, SubjectClass,
    statement::{Cause, Decision},
};
use tiaoxi_federation::{MemberId, Origin};
use tiaoxi_ledger::header::{Concerned, Relation};
use tiaoxi_recognition::{Duty, ListingView, Place, RecognitionState};

use crate::{
    random::Random,
    scene::{Book, CITIES, COUNTIES, Desk, Rules, Said, TODAY, decision, end, id, listing, mark},
};

/// A member and what has reached it.
pub(crate) struct Member {
    pub(crate) id: MemberId,
    pub(crate) desk: Desk,
    /// Places in the book of what has not reached it.
    pub(crate) coming: Vec<usize>,
    /// And of what has.
    pub(crate) here: BTreeSet<usize>,
}

pub(crate) struct Members {
    pub(crate) book: Book,
    pub(crate) all: Vec<Member>,
    random: Random,
}

/// Whether a member may have a log: a county's is for its hub alone.
pub(crate) fn may_have(member: &MemberId, log: &Origin) -> bool {
    let hub = COUNTIES.iter().find(|county| county.0 == log.member.as_str());
    *member == log.member || hub.is_none_or(|(_, hub)| *hub == member.as_str())
}

impl Members {
    pub(crate) fn new(seed: u64) -> Self {
        let rules = Rules::default();
        let first = Desk::new(rules);
        let ids = CITIES.into_iter().chain(COUNTIES.map(|county| county.0));
        let members = ids.map(|it| Member {
            id: id(it),
            desk: first.beside(),
            coming: Vec::new(),
            here: BTreeSet::new(),
        });
        Self { book: Book::default(), all: members.collect(), random: Random(seed) }
    }

    /// Says something: at once known to its author, to others later.
    fn say(&mut self, author: usize, duty: &Duty) -> Said {
        let member = self.all[author].id.clone();
        let said = self.book.obey(member.as_str(), duty, TODAY);
        let place = self.book.said.len() - 1;
        for member in &mut self.all {
            if member.id == said.place.origin.member {
                assert!(said.tell(&mut member.desk.register));
                member.here.insert(place);
            } else if may_have(&member.id, &said.place.origin) {
                member.coming.push(place);
            }
        }
        said
    }

    fn statement(&mut self, author: usize, channel: &str, concerned: Concerned, it: Statement) {
        let channel = crate::scene::origin("jiaxing", channel).channel;
        self.say(author, &Duty { channel, concerned, item: 0, statement: it });
    }

    /// Somebody says or gets something.
    pub(crate) fn step(&mut self) {
        let who = self.random.below(self.all.len());
        match self.random.below(10) {
            0 => self.act(who),
            1..3 => self.obey(who, 1),
            _ => self.deliver(who),
        }
    }

    fn deliver(&mut self, who: usize) {
        let member = &mut self.all[who];
        if member.coming.is_empty() {
            return;
        }
        let at = self.random.below(member.coming.len());
        let place = member.coming[at];
        // Now and then it comes again.
        if !self.random.one_in(5) {
            member.coming.swap_remove(at);
        }
        self.book.said[place].tell(&mut member.desk.register);
        member.here.insert(place);
        let city = self.random.below(CITIES.len());
        member.desk.beat(CITIES[city], 0);
    }

    /// Says the first `most` of what a member has to say.
    fn obey(&mut self, who: usize, most: usize) {
        let member = &self.all[who];
        let view = member.desk.view(&member.id);
        // Asked for as a node does; what has been asked before changes no answer.
        let (duties, _late) = (view.duties(), view.late());
        for duty in duties.into_iter().take(most) {
            self.say(who, &duty);
        }
    }

    fn act(&mut self, who: usize) {
        if who < 3 && self.random.one_in(2) {
            return self.list(who);
        }
        let places: Vec<Place> = {
            let member = &self.all[who];
            member.desk.view(&member.id).listings().map(|listing| listing.place).collect()
        };
        if places.is_empty() {
            return;
        }
        let place = &places[self.random.below(places.len())];
        let many = self.random.below(6);
        let member = &self.all[who];
        let view = member.desk.view(&member.id);
        let listing = view.listing(place).unwrap();
        let is_origin = listing.origin_member == &member.id;
        let next = match many {
            0 | 1 => Some(objection(&listing, is_origin)),
            2 if is_origin => answer(&listing),
            3 if is_origin => Some(ending(&listing)),
            4 if who < 3 && !is_origin => Some(deciding(&listing, self.random.0)),
            5 if who < 3 => terminating(&listing),
            _ => None,
        };
        if let Some((channel, concerned, statement)) = next {
            self.statement(who, channel, concerned, statement);
        }
    }

    fn list(&mut self, who: usize) {
        let mut new = listing();
        match self.random.below(8) {
            0 => new.subject.class = SubjectClass::NATURAL_PERSON,
            1 => "mild".clone_into(&mut new.level),
            2 => "tourism".clone_into(&mut new.domain),
            _ => {}
        }
        self.statement(who, "exchange", Concerned::NONE, Statement::Listing(new));
    }

    /// Delivers everything and lets everybody say what is to be said, until nothing is.
    pub(crate) fn settle(&mut self) {
        for _ in 0..100 {
            for who in 0..self.all.len() {
                for place in std::mem::take(&mut self.all[who].coming) {
                    self.book.said[place].tell(&mut self.all[who].desk.register);
                }
                for city in CITIES {
                    self.all[who]
                        .desk
                        .beat(city, self.book.size(&crate::scene::origin(city, "ends")));
                }
            }
            let said = self.book.said.len();
            for who in 0..self.all.len() {
                self.obey(who, usize::MAX);
            }
            if said == self.book.said.len() {
                return;
            }
        }
        panic!("the members never come to an end");
    }
}

type Next = (&'static str, Concerned, Statement);

fn at(relation: Relation, place: &Place) -> Concerned {
    Concerned { relation, epoch: place.origin.epoch, number: place.number }
}

fn objection(listing: &ListingView<'_>, is_origin: bool) -> Next {
    let own = listing.here.as_ref().and_then(|here| here.place.as_ref());
    let concerned = if is_origin {
        at(Relation::EXCHANGE, &listing.place)
    } else {
        own.map_or(Concerned::NONE, |own| at(Relation::EXCHANGE, own))
    };
    ("ends", concerned, mark(Some(listing.name.clone())))
}

fn answer(listing: &ListingView<'_>) -> Option<Next> {
    let own = |it: &&tiaoxi_recognition::ObjectionView| {
        it.member == *listing.origin_member && it.answered.is_none()
    };
    let mark = listing.objections.iter().find(own)?;
    Some(("ends", at(Relation::SAME_CHANNEL, &mark.place), end(Cause::OBJECTION_DISMISSED)))
}

fn ending(listing: &ListingView<'_>) -> Next {
    ("ends", at(Relation::EXCHANGE, &listing.place), end(Cause::REPAIR))
}

fn deciding(listing: &ListingView<'_>, random: u64) -> Next {
    let made = if random.is_multiple_of(3) { Decision::DECLINE } else { Decision::NARROW };
    let own = listing.here.as_ref().and_then(|here| here.place.as_ref());
    let concerned = own.map_or(Concerned::NONE, |own| at(Relation::SAME_CHANNEL, own));
    let said = decision(listing.name.clone(), made, 1);
    ("exchange", concerned, Statement::Recognition(said))
}

fn terminating(listing: &ListingView<'_>) -> Option<Next> {
    let here = listing.here.as_ref().filter(|here| here.state != RecognitionState::Terminated)?;
    let own = here.place.as_ref()?;
    Some(("ends", at(Relation::EXCHANGE, own), end(Cause::TERMINATED)))
}
