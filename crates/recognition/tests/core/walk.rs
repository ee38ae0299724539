//! Walks at random through what can happen to one listing, and compares every change of state with
//! the tables of changes: none that they lack, and all that they have.

use std::{collections::BTreeSet, rc::Rc};

use tiaoxi_catalog::supervision::Supervision;
use tiaoxi_credit::{
    Day, Statement, SubjectClass,
    statement::{Cause, Decision},
};
use tiaoxi_federation::Terms;
use tiaoxi_ledger::header::{Concerned, Relation};
use tiaoxi_recognition::{
    ListingState, Place, RecognitionState,
    state::{Change, Event, LISTING_CHANGES, RECOGNITION_CHANGES, changes::allows},
};

use crate::{
    random::Random,
    scene::{
        Book, DAY, Desk, HOUR, Rules, Said, TODAY, concerning, decision, end, id, listing, mark,
        rules::OwnMap,
    },
    seeds::SEEDS,
};

/// Walks besides those that are known to see rare changes.
const WALKS: u64 = 2_000;

/// One listing and all that may be said about it, to arrive in any order.
fn story(random: &mut Random) -> (Place, Vec<(Event, Said)>) {
    let mut book = Book::default();
    let mut listing = listing();
    listing.since = Day(TODAY.0 + [0, 0, 0, 4][random.below(4)]);
    listing.until = Day(listing.since.0 + [5, 60, 300][random.below(3)]);
    if random.one_in(8) {
        listing.subject.class = SubjectClass::NATURAL_PERSON;
    }
    let listing = Statement::Listing(listing);
    let listed = book.say("jiaxing", "exchange", Concerned::NONE, &listing);
    let mut told = vec![(Event::Listing, listed.clone())];
    for (city, officers) in [("huzhou", 0), ("hangzhou", 1)] {
        tell_of_city(random, &mut book, &mut told, &listed, city, officers);
    }
    if random.one_in(2) {
        let marked = mark(Some(listed.name()));
        let concerned = concerning(Relation::EXCHANGE, &listed);
        let marked = book.say("jiaxing", "ends", concerned, &marked);
        let concerned = concerning(Relation::SAME_CHANNEL, &marked);
        let answered = end(Cause::OBJECTION_DISMISSED);
        told.push((Event::Answer, book.say("jiaxing", "ends", concerned, &answered)));
        told.push((Event::Mark, marked));
    }
    if random.one_in(2) {
        let concerned = concerning(Relation::EXCHANGE, &listed);
        told.push((Event::End, book.say("jiaxing", "ends", concerned, &end(Cause::REPAIR))));
    }
    for place in (1..told.len()).rev() {
        told.swap(place, random.below(place + 1));
    }
    // Mostly the listing comes early.
    if let Some(place) =
        told.iter().position(|it| it.0 == Event::Listing).filter(|_| !random.one_in(3))
    {
        let last = told.len() - 1;
        told.swap(place, last);
    }
    (listed.place, told)
}

fn tell_of_city(
    random: &mut Random,
    book: &mut Book,
    told: &mut Vec<(Event, Said)>,
    listed: &Said,
    city: &str,
    officers: u8,
) {
    let mut last = None;
    for _ in 0..random.below(6) {
        let made = [Decision::ACCEPT, Decision::ACCEPT, Decision::DECLINE, Decision::REFUSE];
        let made = made[random.below(4)];
        let few = random.one_in(6);
        let mut said = decision(listed.name(), made, if few { 0 } else { officers });
        said.until = Day(TODAY.0 + [0, 40, 300][random.below(3)]);
        said.since = Day(TODAY.0 + [0, 0, 3][random.below(3)]);
        if random.one_in(2) {
            // All that is done at home, so that nothing is narrower where the map allows it.
            said.decision = made;
        } else if made == Decision::ACCEPT {
            said.decision = Decision::NARROW;
        }
        let concerned =
            last.as_ref().map_or(Concerned::NONE, |last| concerning(Relation::SAME_CHANNEL, last));
        let said = book.say(city, "exchange", concerned, &Statement::Recognition(said));
        told.push((Event::Decision, said.clone()));
        last = Some(said);
    }
    if random.one_in(2) {
        let own = last.as_ref().filter(|_| random.one_in(2));
        let concerned = own.map_or(Concerned::NONE, |own| concerning(Relation::EXCHANGE, own));
        let marked = book.say(city, "ends", concerned, &mark(Some(listed.name())));
        let concerned = concerning(Relation::SAME_CHANNEL, &marked);
        let answered = book.say(city, "ends", concerned, &end(Cause::OBJECTION_DISMISSED));
        told.extend([(Event::Mark, marked), (Event::Answer, answered)]);
    }
    if let Some(own) = last.filter(|_| random.one_in(3)) {
        let concerned = concerning(Relation::EXCHANGE, &own);
        told.push((Event::Termination, book.say(city, "ends", concerned, &end(Cause::TERMINATED))));
    }
}

/// What a member judges by.
type Variant = (Rc<Terms>, Rc<Supervision>);

/// Charters and catalogues that may take each other's place.
fn variants() -> Vec<Variant> {
    let rules = Rules::default();
    let strict = OwnMap { officers: 2, months: 36, pauses: true };
    let mild = OwnMap { officers: 0, months: 1, pauses: true };
    let kinds = [
        rules,
        rules,
        Rules { maps: false, ..rules },
        Rules { duty: false, ..rules },
        Rules { of_hangzhou: strict, ..rules },
        Rules { of_hangzhou: mild, ..rules },
        Rules { freshness_hours: 6, ..rules },
    ];
    let mut charters = Vec::new();
    for ends in [22_000, 22_000, TODAY.0 + 20, TODAY.0 + 1] {
        charters.extend(kinds.map(|kind| Rc::new(Rules { ends: Day(ends), ..kind }.terms())));
    }
    let mut catalogues = Vec::new();
    for withdrawn in [None, None, Some(1), Some(30)] {
        let withdrawn = withdrawn.map(|days| Day(TODAY.0 + days));
        catalogues.push(Rc::new(Rules { withdrawn, ..Rules::default() }.supervision()));
    }
    let of_charter = |terms: &Rc<Terms>| {
        let terms = Rc::clone(terms);
        catalogues.iter().map(move |catalogue| (Rc::clone(&terms), Rc::clone(catalogue)))
    };
    charters.iter().flat_map(of_charter).collect()
}

/// Does one thing that is no statement; what it was.
fn happen(random: &mut Random, desk: &mut Desk, place: &Place, variants: &[Variant]) -> Event {
    let quiet = variants.is_empty();
    match random.below(if quiet { 7 } else { 10 }) {
        0 | 1 if quiet => {
            desk.now += [12 * HOUR, 36 * HOUR][random.below(2)];
            Event::Time
        }
        0 | 1 => {
            desk.now += [HOUR, 12 * HOUR, 12 * HOUR, 25 * HOUR, 4 * DAY, 50 * DAY][random.below(6)];
            Event::Time
        }
        2..7 => {
            desk.beat("jiaxing", 0);
            Event::Beat
        }
        7 if random.one_in(5) => {
            desk.register.erase(place);
            Event::Erasure
        }
        _ => {
            (desk.terms, desk.supervision) = variants[random.below(variants.len())].clone();
            Event::Charter
        }
    }
}

type States = (ListingState, [RecognitionState; 2]);

fn states(desk: &Desk, place: &Place) -> States {
    let me = id("jiaxing");
    let view = desk.view(&me);
    assert_eq!(view.now(), desk.now);
    match view.listing(place) {
        None => (view.state(place), [RecognitionState::Pending; 2]),
        Some(listing) => {
            let of = |city: &str| listing.recognitions[&id(city)].state;
            (listing.state, [of("huzhou"), of("hangzhou")])
        }
    }
}

/// Every change of one walk.
#[derive(Default)]
struct Observed {
    listings: BTreeSet<(ListingState, Event, ListingState)>,
    recognitions: BTreeSet<(RecognitionState, Event, RecognitionState)>,
}

fn walk(seed: u64, desk: &Desk, variants: &[Variant], observed: &mut Observed) {
    let mut random = Random(seed);
    let (place, mut told) = story(&mut random);
    let mut desk = desk.beside();
    if seed % 2 == 1 {
        (desk.terms, desk.supervision) = variants[random.below(variants.len())].clone();
    }
    // Half of the walks are under one charter and over soon.
    let variants = if seed.is_multiple_of(2) { &[] } else { variants };
    let mut before = states(&desk, &place);
    for _ in 0..32 {
        let event = match told.pop().filter(|_| random.one_in(2)) {
            Some((event, said)) => {
                said.tell(&mut desk.register);
                event
            }
            None => happen(&mut random, &mut desk, &place, variants),
        };
        let after = states(&desk, &place);
        if before.0 != after.0 {
            observed.listings.insert((before.0, event, after.0));
        }
        for (before, after) in before.1.into_iter().zip(after.1) {
            if before != after {
                observed.recognitions.insert((before, event, after));
            }
        }
        before = after;
        if before.0 == ListingState::Ended {
            break;
        }
    }
}

fn compare<S: Copy + Ord + std::fmt::Debug>(
    changes: &[Change<S>],
    observed: &BTreeSet<(S, Event, S)>,
) {
    let strange: Vec<_> =
        observed.iter().filter(|(from, event, to)| !allows(changes, *from, *event, *to)).collect();
    let listed =
        changes.iter().flat_map(|row| row.from.iter().map(|from| (*from, row.event, row.to)));
    let never: Vec<_> = listed.filter(|change| !observed.contains(change)).collect();
    assert!(strange.is_empty(), "not in the table: {strange:#?}\nnever seen: {never:#?}");
    assert!(never.is_empty(), "in the table and never seen: {never:#?}");
}

#[test]
fn every_change_is_in_the_tables_and_every_row_of_the_tables_is_seen() {
    let (variants, mut observed) = (variants(), Observed::default());
    let desk = Desk::new(Rules::default());
    // `SEARCH=400000 cargo test -p tiaoxi-recognition --test core walk -- --nocapture` prints the
    // walks that see something first, to be kept in `seeds`.
    let search: Option<u64> = std::env::var("SEARCH").ok().and_then(|walks| walks.parse().ok());
    let mut found = Vec::new();
    for seed in (0..search.unwrap_or(WALKS)).chain(SEEDS) {
        let seen = observed.listings.len() + observed.recognitions.len();
        walk(seed, &desk, &variants, &mut observed);
        if observed.listings.len() + observed.recognitions.len() > seen && seed >= WALKS {
            found.push(seed);
        }
    }
    if search.is_some() {
        eprintln!("pub(crate) const SEEDS: [u64; {}] = {found:?};", found.len());
        for (from, event, to) in &observed.listings {
            eprintln!("L {event:?} {to:?} {from:?}");
        }
        for (from, event, to) in &observed.recognitions {
            eprintln!("R {event:?} {to:?} {from:?}");
        }
    }
    compare(LISTING_CHANGES, &observed.listings);
    compare(RECOGNITION_CHANGES, &observed.recognitions);
}

#[test]
fn nothing_leaves_an_end() {
    for row in LISTING_CHANGES {
        assert!(!row.from.contains(&ListingState::Ended), "{row:?}");
    }
    for row in RECOGNITION_CHANGES {
        assert!(!row.from.contains(&RecognitionState::Ended), "{row:?}");
        let terminated = row.from.contains(&RecognitionState::Terminated);
        assert!(!terminated || row.to == RecognitionState::Ended, "{row:?}");
    }
}
