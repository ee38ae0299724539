//! The end: how it is obeyed, confirmed and counted; freshness; objections and their way.

use tiaoxi_credit::{
    Day, Statement,
    statement::{Cause, Decision},
};
use tiaoxi_ledger::header::{Concerned, Relation};
use tiaoxi_recognition::{
    ClockKind, ClockState, ListingState, Place, RecognitionState, Register, Told, state,
};

use crate::scene::{
    Book, DAY, Desk, HOUR, NOON, Rules, Said, TODAY, concerning, decision, end, id, listing, mark,
    origin,
};

/// Jiaxing's listing, recognised by huzhou at once and by an officer of hangzhou.
fn recognised() -> (Book, Desk, Said) {
    let mut book = Book::default();
    let said = book.say("jiaxing", "exchange", Concerned::NONE, &Statement::Listing(listing()));
    let mut desk = Desk::new(Rules::default());
    said.tell(&mut desk.register);
    desk.beat("jiaxing", 0);
    let huzhou = id("huzhou");
    let duties = desk.view(&huzhou).duties();
    book.obey("huzhou", &duties[0], TODAY).tell(&mut desk.register);
    let made = Statement::Recognition(decision(said.name(), Decision::NARROW, 1));
    book.say("hangzhou", "exchange", Concerned::NONE, &made).tell(&mut desk.register);
    (book, desk, said)
}

/// Says all that a member has to say, and how much that was.
fn obey(book: &mut Book, desk: &mut Desk, member: &str) -> usize {
    let me = id(member);
    let duties = desk.view(&me).duties();
    for duty in &duties {
        book.obey(member, duty, TODAY).tell(&mut desk.register);
    }
    duties.len()
}

fn state_at(desk: &Desk, place: &Place, member: &str) -> RecognitionState {
    let me = id("jiaxing");
    desk.view(&me).listing(place).unwrap().recognitions[&id(member)].state
}

#[test]
fn an_end_is_obeyed_confirmed_and_carried_until_nobody_is_missing() {
    let (mut book, mut desk, said) = recognised();
    assert_eq!(state_at(&desk, &said.place, "huzhou"), RecognitionState::Narrowed);
    let ended =
        book.say("jiaxing", "ends", concerning(Relation::EXCHANGE, &said), &end(Cause::REPAIR));
    ended.tell(&mut desk.register);
    assert_eq!(state_at(&desk, &said.place, "huzhou"), RecognitionState::Ended);
    let jiaxing = id("jiaxing");
    let missing = |desk: &Desk| -> Vec<String> {
        let listing = desk.view(&jiaxing).listing(&said.place).unwrap();
        let clock = listing.propagation.clone().unwrap();
        assert_eq!(
            (clock.kind, clock.done.is_some()),
            (ClockKind::Propagation, clock.waits_for.is_empty())
        );
        assert_eq!(clock.waits_for.iter().collect::<Vec<_>>(), listing.missing());
        clock.waits_for.iter().map(ToString::to_string).collect()
    };
    assert_eq!(missing(&desk), ["anji", "changxing", "haining", "hangzhou", "huzhou"]);
    // First its own end, which the receipt names.
    assert_eq!(obey(&mut book, &mut desk, "huzhou"), 1);
    assert_eq!(obey(&mut book, &mut desk, "huzhou"), 1);
    assert_eq!(obey(&mut book, &mut desk, "huzhou"), 0);
    let receipt = Statement::from_body(11, 1, &book.said.last().unwrap().body).unwrap();
    let Statement::Receipt(receipt) = receipt else { panic!("{receipt:?}") };
    assert_eq!(receipt.end, ended.name());
    assert_eq!(receipt.own.unwrap().log, origin("huzhou", "ends").to_string());
    assert_eq!(receipt.stops, state::stops(Some(Cause::REPAIR)));
    assert_eq!(missing(&desk), ["anji", "changxing", "haining", "hangzhou"]);
    for county in ["changxing", "anji", "haining"] {
        assert_eq!(obey(&mut book, &mut desk, county), 1);
        assert_eq!(obey(&mut book, &mut desk, county), 0);
    }
    assert_eq!(missing(&desk), ["anji", "changxing", "hangzhou"], "a county's comes by its hub");
    assert_eq!(obey(&mut book, &mut desk, "huzhou"), 1, "both in one");
    assert_eq!(obey(&mut book, &mut desk, "huzhou"), 0);
    assert_eq!(missing(&desk), ["hangzhou"]);
    assert_eq!(obey(&mut book, &mut desk, "hangzhou") + obey(&mut book, &mut desk, "hangzhou"), 2);
    assert_eq!(missing(&desk), Vec::<String>::new());
    let listing = desk.view(&jiaxing).listing(&said.place).unwrap();
    assert_eq!(listing.receipts[&id("anji")].carried_by, Some(id("huzhou")));
    assert_eq!(listing.handling[0].done, Some(TODAY));
}

#[test]
fn an_end_counts_without_its_body_and_a_second_one_changes_nothing() {
    let (mut book, mut desk, said) = recognised();
    let concerned = concerning(Relation::EXCHANGE, &said);
    let first = book.say("jiaxing", "ends", concerned, &end(Cause::REPAIR));
    let second = book.say("jiaxing", "ends", concerned, &end(Cause::REVOKED));
    let bare = Told { place: first.place.clone(), header: first.header, body: None };
    second.tell(&mut desk.register);
    let me = id("huzhou");
    let shown = |desk: &Desk| {
        let ended = desk.view(&me).listing(&said.place).unwrap().ended.unwrap();
        (ended.place, ended.cause)
    };
    assert_eq!(shown(&desk), (second.place.clone(), Some(Cause::REVOKED)));
    desk.register.tell(&bare).unwrap();
    assert_eq!(shown(&desk), (first.place.clone(), None), "the first one counts");
    first.tell(&mut desk.register);
    assert_eq!(shown(&desk), (first.place.clone(), Some(Cause::REPAIR)), "a body may come later");
    let said_by = obey(&mut book, &mut desk, "huzhou") + obey(&mut book, &mut desk, "huzhou");
    assert_eq!((said_by, obey(&mut book, &mut desk, "huzhou")), (2, 0));
}

#[test]
fn another_members_end_ends_nothing_of_mine() {
    let (mut book, mut desk, said) = recognised();
    // The header of an end can name entries of its own author alone: this is hangzhou's number 0.
    let concerned = concerning(Relation::EXCHANGE, &said);
    book.say("hangzhou", "ends", concerned, &end(Cause::REPAIR)).tell(&mut desk.register);
    assert_eq!(state_at(&desk, &said.place, "hangzhou"), RecognitionState::Terminated);
    assert_eq!(state_at(&desk, &said.place, "huzhou"), RecognitionState::Narrowed);
    let me = id("jiaxing");
    assert_eq!(desk.view(&me).state(&said.place), ListingState::Listed);
}

#[test]
fn nothing_follows_when_the_origin_has_not_been_heard_of() {
    let (_, mut desk, said) = recognised();
    let check = |desk: &Desk, expected| {
        assert_eq!(state_at(desk, &said.place, "huzhou"), expected, "at {}", desk.now - NOON);
    };
    desk.now = NOON + 24 * HOUR;
    check(&desk, RecognitionState::Narrowed);
    desk.now += 1;
    check(&desk, RecognitionState::Unconfirmed);
    // A heartbeat of entries that are not here proves nothing.
    desk.beat("jiaxing", 1);
    check(&desk, RecognitionState::Unconfirmed);
    let entry = Place { origin: origin("jiaxing", "ends"), number: 0 };
    desk.register.pass_over(&entry);
    check(&desk, RecognitionState::Narrowed);
    // One from far ahead neither.
    let mut other = desk.beside();
    other.register = Register::default();
    said.tell(&mut other.register);
    other.register.beat(&origin("jiaxing", "ends"), NOON + 30 * DAY, 0);
    let me = id("huzhou");
    assert_eq!(other.view(&me).duties(), [], "no decision on the word of a clock far ahead");
    // Nor is anything in force beyond the origin's term, heard of or not.
    desk.now = NOON + 301 * DAY;
    desk.beat("jiaxing", 1);
    check(&desk, RecognitionState::Lapsed);
}

#[test]
fn the_clock_of_propagation_warns_at_two_thirds_and_names_who_is_late() {
    let (mut book, mut desk, said) = recognised();
    let concerned = concerning(Relation::EXCHANGE, &said);
    book.say("jiaxing", "ends", concerned, &end(Cause::REPAIR)).tell(&mut desk.register);
    let me = id("huzhou");
    for (days, expected) in [
        (0, None),
        (1, None),
        (2, Some(ClockState::Warning)),
        (3, Some(ClockState::Warning)),
        (4, Some(ClockState::Late)),
    ] {
        desk.now = NOON + days * DAY;
        let late = desk.view(&me).late();
        assert_eq!(late.first().map(|it| it.state), expected, "after {days} days");
        if let Some(late) = late.first() {
            assert_eq!(late.due, Day(TODAY.0 + 3));
            assert_eq!(late.members, ["anji", "changxing", "hangzhou", "huzhou"].map(id));
        }
    }
}

#[test]
fn an_objection_at_a_county_goes_to_the_origin_and_its_answer_comes_back() {
    let (mut book, mut desk, said) = recognised();
    let own = mark(Some(said.name()));
    book.say("changxing", "ends", Concerned::NONE, &own).tell(&mut desk.register);
    let changxing = id("changxing");
    let here =
        |desk: &Desk| desk.view(&changxing).listing(&said.place).unwrap().here.unwrap().state;
    assert_eq!(here(&desk), RecognitionState::Paused, "at once where it was received");
    assert_eq!(state_at(&desk, &said.place, "huzhou"), RecognitionState::Narrowed);
    let late = desk.view(&changxing).listing(&said.place).unwrap().handling;
    assert_eq!(late[0].waits_for, [id("huzhou")]);
    assert_eq!(obey(&mut book, &mut desk, "huzhou"), 1, "the hub passes it on");
    assert_eq!(state_at(&desk, &said.place, "huzhou"), RecognitionState::Paused);
    assert_eq!(state_at(&desk, &said.place, "hangzhou"), RecognitionState::Narrowed);
    assert_eq!(obey(&mut book, &mut desk, "jiaxing"), 1, "so does the origin");
    let me = id("jiaxing");
    let shown = desk.view(&me).listing(&said.place).unwrap();
    assert_eq!((shown.state, shown.disputed_since), (ListingState::Disputed, Some(TODAY)));
    assert_eq!(
        state_at(&desk, &said.place, "hangzhou"),
        RecognitionState::Disputed,
        "no pause there"
    );
    let passed = book.said.last().unwrap().clone();
    let concerned = concerning(Relation::SAME_CHANNEL, &passed);
    let dismissed = end(Cause::OBJECTION_DISMISSED);
    book.say("jiaxing", "ends", concerned, &dismissed).tell(&mut desk.register);
    assert_eq!(desk.view(&me).state(&said.place), ListingState::Listed);
    assert_eq!(obey(&mut book, &mut desk, "changxing"), 0, "not before its hub has the answer");
    assert_eq!(obey(&mut book, &mut desk, "huzhou"), 1);
    assert_eq!(obey(&mut book, &mut desk, "changxing"), 1);
    assert_eq!(here(&desk), RecognitionState::Narrowed);
    for member in ["jiaxing", "huzhou", "hangzhou", "changxing", "anji", "haining"] {
        assert_eq!(obey(&mut book, &mut desk, member), 0, "{member} has nothing more to say");
    }
    let objections = desk.view(&changxing).listing(&said.place).unwrap().objections;
    assert!(objections.iter().all(|it| {
        it.answered.as_ref().and_then(|it| it.cause) == Some(Cause::OBJECTION_DISMISSED)
    }));
}

#[test]
fn an_erased_listing_leaves_its_subject_nowhere_and_its_end_still_travels() {
    let (mut book, mut desk, said) = recognised();
    let me = id("huzhou");
    let codes = listing().subject.codes;
    assert_eq!(desk.view(&me).of_subject(&codes).len(), 1);
    desk.register.erase(&said.place);
    said.tell(&mut desk.register);
    let view = desk.view(&me);
    assert_eq!(view.of_subject(&codes), []);
    let shown = view.listing(&said.place).unwrap();
    assert_eq!((shown.state, shown.listing), (ListingState::Unreadable, None));
    assert!(!shown.here.unwrap().follows);
    let concerned = concerning(Relation::EXCHANGE, &said);
    book.say("jiaxing", "ends", concerned, &end(Cause::REVOKED)).tell(&mut desk.register);
    assert_eq!(obey(&mut book, &mut desk, "huzhou") + obey(&mut book, &mut desk, "huzhou"), 2);
}
