//! State is a function of what was said: order, repetition, delay and restarts change nothing, no
//! receipt is lost, and nobody says anything twice.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tiaoxi_credit::{Kind, Statement};
use tiaoxi_federation::MemberId;
use tiaoxi_recognition::{ListingState, ListingView};

use crate::{
    members::{Members, may_have},
    random::Random,
    scene::{CITIES, COUNTIES, DAY, Desk, HOUR, Rules, Said, id, origin},
};

const STEPS: usize = 160;

/// What six members have said after so many steps.
fn lived(seed: u64) -> Members {
    let mut members = Members::new(seed);
    for _ in 0..STEPS {
        members.step();
    }
    members
}

fn shown<'a>(desk: &'a Desk, me: &'a MemberId) -> Vec<ListingView<'a>> {
    desk.view(me).listings().collect()
}

fn shuffled(said: &[Said], random: &mut Random) -> Vec<Said> {
    let mut said = said.to_vec();
    for place in (1..said.len()).rev() {
        said.swap(place, random.below(place + 1));
    }
    said
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_same_entries_make_the_same_state_in_whatever_order_they_came(seed: u64) {
        let members = lived(seed);
        let mut random = Random(seed ^ 1);
        for me in ["huzhou", "changxing", "jiaxing"].map(id) {
            let mine = |it: &&Said| may_have(&me, &it.place.origin);
            let said: Vec<Said> = members.book.said.iter().filter(mine).cloned().collect();
            let beats = |desk: &mut Desk, random: &mut Random| {
                let mut beats: Vec<_> = CITIES.into_iter().flat_map(|it| [(it, 0), (it, 1)]).collect();
                while !beats.is_empty() {
                    let (city, age) = beats.swap_remove(random.below(beats.len()));
                    desk.register.beat(&origin(city, "ends"), desk.now - age * HOUR, age * 3);
                }
            };
            let mut in_order = Desk::new(Rules::default());
            beats(&mut in_order, &mut random);
            for it in &said {
                prop_assert!(it.tell(&mut in_order.register));
            }
            let mut otherwise = in_order.beside();
            for it in shuffled(&said, &mut random) {
                it.tell(&mut otherwise.register);
                if random.one_in(3) {
                    prop_assert!(!it.tell(&mut otherwise.register), "again is nothing new");
                }
            }
            beats(&mut otherwise, &mut random);
            prop_assert_eq!(shown(&in_order, &me), shown(&otherwise, &me));
            let (a, b) = (in_order.view(&me), otherwise.view(&me));
            prop_assert_eq!(a.duties(), b.duties());
            prop_assert_eq!(a.waiting(), b.waiting());
            prop_assert_eq!(a.refused(), b.refused());
            prop_assert_eq!(a.late(), b.late());
        }
    }

    #[test]
    fn no_receipt_is_lost_and_nothing_is_said_twice(seed: u64) {
        let mut members = lived(seed);
        members.settle();
        for member in &members.all {
            let view = member.desk.view(&member.id);
            prop_assert_eq!(view.duties(), Vec::new());
            prop_assert_eq!(view.waiting(), Vec::new());
            for listing in view.listings() {
                prop_assert_eq!(listing.missing(), Vec::<&MemberId>::new(), "{}", listing.place);
                let ended = listing.state == ListingState::Ended;
                prop_assert_eq!(ended, listing.ended.is_some());
                prop_assert!(!ended || listing.recognitions.values().all(|it| !it.follows));
            }
        }
        check_said_once(&members)?;
        check_agreement(&members)?;
    }

    #[test]
    fn a_restart_in_between_says_nothing_again(seed: u64) {
        let mut members = lived(seed);
        for member in &mut members.all {
            let mut anew = member.desk.beside();
            for place in &member.here {
                members.book.said[*place].tell(&mut anew.register);
            }
            for city in CITIES {
                anew.beat(city, 0);
                member.desk.beat(city, 0);
            }
            anew.now += 5 * DAY;
            member.desk.now = anew.now;
            let (again, before) = (anew.view(&member.id), member.desk.view(&member.id));
            prop_assert_eq!(again.duties(), before.duties());
            prop_assert_eq!(again.late(), before.late());
            prop_assert_eq!(shown(&anew, &member.id), shown(&member.desk, &member.id));
            anew.now -= 5 * DAY;
            member.desk = anew;
        }
        members.settle();
        check_said_once(&members)?;
    }
}

/// Nobody ends, confirms or passes on the same thing twice.
fn check_said_once(members: &Members) -> Result<(), TestCaseError> {
    let mut seen: BTreeMap<String, &Said> = BTreeMap::new();
    for said in &members.book.said {
        let log = &said.place.origin;
        let kind = said.header.kind;
        let statement = Statement::from_body(kind.kind(), kind.version(), &said.body).unwrap();
        let what = match &statement {
            Statement::Receipt(receipt) => {
                let carried: Vec<_> = receipt.carried.iter().map(|it| &it.member).collect();
                format!("{log} confirms {:?} {carried:?}", receipt.end)
            }
            Statement::ObjectionMark(mark) if mark.passes_on.is_some() => {
                format!("{log} passes on {:?}", mark.passes_on)
            }
            Statement::End(end) if end.because.is_some() => {
                format!("{log} ends {:?}", said.header.concerned)
            }
            Statement::Recognition(it) if it.officers == 0 => {
                format!("{log} decides {:?} {:?}", it.listing, it.decision)
            }
            _ => continue,
        };
        prop_assert!(seen.insert(what.clone(), said).is_none(), "said twice: {what}");
    }
    Ok(())
}

/// Members that have everything show the same of what all of them may have.
fn check_agreement(members: &Members) -> Result<(), TestCaseError> {
    let public = |listing: &ListingView<'_>| {
        let states: Vec<_> = listing.recognitions.values().map(|it| it.state).collect();
        (listing.place.clone(), listing.state, listing.ended.clone(), states)
    };
    let of = |who: usize| -> Vec<_> {
        let member = &members.all[who];
        member.desk.view(&member.id).listings().map(|listing| public(&listing)).collect()
    };
    let first = of(0);
    for who in 1..CITIES.len() + COUNTIES.len() {
        prop_assert_eq!(&first, &of(who));
    }
    let kinds = members.book.said.iter().map(|said| said.header.kind.kind());
    prop_assert!(kinds.into_iter().all(|kind| Kind::from_number(kind).is_some()));
    Ok(())
}
