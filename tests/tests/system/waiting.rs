//! What comes out of order, or too late: statements wait for what they name, recognitions rest when
//! nothing is heard of their origin, and nothing goes further than its origin did.

use std::time::SystemTime;

use tiaoxi_api::types::{ListingShown, RecognitionShown};
use tiaoxi_credit::{
    Day, Inspection, Statement,
    statement::{Cause, Decision, End, EntryName, Recognition},
};
use tiaoxi_ledger::header::Concerned;

use crate::{
    delta::{Delta, of},
    listings::{agreement, code, listing},
    partner::{ANSWERS, ENDS, EXCHANGE, Stage, THEIR_ENDS, about, at, said},
    program::{today, until},
};

#[expect(clippy::disallowed_methods, reason = "tests ask when they run; nothing is measured by it")]
fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}

fn here(delta: &Delta, number: u64, state: &str) -> RecognitionShown {
    tokio::task::block_in_place(|| delta.here("huzhou", &at(number), state))
}

fn ending(cause: Cause) -> Statement {
    Statement::End(End {
        cause,
        because: None,
        document: "嘉演示移〔2026〕1号".to_owned(),
        applied: None,
        decided: today(),
        reason: "已不符合列入条件".to_owned(),
        undone_inspection: Inspection::NONE,
        undone_measures: Vec::new(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn measures_rest_while_nothing_is_heard_of_the_origin_and_an_end_holds_regardless() {
    let hour = agreement(&["huzhou", "jiaxing"])
        .replace("notice_days = 30\n", "notice_days = 30\nfreshness_hours = 1\n");
    let stage = Stage::set(&hour).await;
    let delta = &stage.delta;
    stage.list(vec![said(listing(1, "eco-list", "listed"))]);
    // Nobody has heard of Jiaxing yet: nothing follows, not even by the map.
    assert_eq!(here(delta, 0, "undecided").decision, None);
    // Its word counts for a few seconds more.
    let begun = now();
    stage.beat(begun - 3600 + 6);
    assert!(here(delta, 0, "accepted").follows);
    let rests = here(delta, 0, "unconfirmed");
    assert!(!rests.follows && now() >= begun + 6, "{rests:?}");
    assert_eq!(
        (rests.inspection_zh.as_deref(), rests.state_zh.as_str()),
        (Some("增加检查"), "未确认")
    );
    let supervision = tokio::task::block_in_place(|| {
        delta.client("huzhou").subject_supervision(&code(1)).unwrap()
    });
    assert!(supervision.is_key_object && supervision.words.contains("未确认"), "{supervision:?}");
    stage.beat(now());
    let fresh = here(delta, 0, "accepted");
    assert!(fresh.follows && fresh.fresh_until.unwrap() >= begun + 3600);

    // A heartbeat of a clock that is days ahead makes nobody's word last longer.
    stage.beat(now() + 3 * 24 * 3600);
    stage.list(vec![said(listing(2, "eco-list", "listed"))]);
    let fresh_until = here(delta, 1, "accepted").fresh_until;
    assert!(fresh_until.unwrap() <= now() + 3600, "{fresh_until:?}");

    stage.say(ENDS, vec![(ending(Cause::DELISTED), about(0))]);
    assert!(!here(delta, 0, "ended").follows);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_something_that_is_not_here_waits_and_is_no_error() {
    let stage = Stage::set(&agreement(&["huzhou", "jiaxing"])).await;
    let delta = &stage.delta;
    stage.beat(now());
    // An end that comes before its listing, and recognitions of listings that nobody knows.
    stage.say(ENDS, vec![(ending(Cause::REVOKED), about(0))]);
    let unknown = |log: &str| EntryName { log: log.to_owned(), number: 7, commitment: [7; 32] };
    let recognitions = [unknown(ANSWERS), unknown("nowhere")]
        .map(|name| (Statement::Recognition(accepting(name)), Concerned::NONE));
    let huzhou = tokio::task::block_in_place(|| delta.client("huzhou"));
    let waiting = |total: u64| {
        tokio::task::block_in_place(|| {
            until(&format!("{total} statements wait"), || {
                let status = huzhou.exchange().unwrap();
                (status.waiting_total == total).then_some(status.waiting)
            })
        })
    };
    let end = waiting(1).remove(0);
    assert_eq!((end.by.origin.as_str(), end.kind.as_str(), end.about), (ENDS, "end", Some(at(0))));
    stage.list(vec![said(listing(1, "eco-list", "listed"))]);
    assert!(!here(delta, 0, "ended").follows);
    let receipt = tokio::task::block_in_place(|| {
        until("huzhou has confirmed the end", || stage.heard(THEIR_ENDS).pop())
    });
    let Statement::Receipt(receipt) = receipt else { panic!("{receipt:?}") };
    assert_eq!((receipt.own, receipt.end), (None, stage.name(ENDS, 0)));
    assert_eq!(stage.heard(ANSWERS), [], "nothing was recognised");

    let first = stage.say(EXCHANGE, recognitions.to_vec());
    let waits = waiting(2);
    assert!(waits.iter().all(|it| it.kind == "recognition" && it.by.number >= first), "{waits:?}");
    let names: Vec<_> = waits.iter().map(|it| it.about.is_some()).collect();
    assert_eq!(names, [true, false], "{waits:?}");
    tokio::task::block_in_place(|| {
        let status = huzhou.exchange().unwrap();
        assert_eq!((status.refused_total, status.late_total), (0, 0));
        assert_eq!(delta.node("huzhou").faults(), []);
    });
}

/// As hard as at the origin, and for as long as any term goes.
fn accepting(listing: EntryName) -> Recognition {
    Recognition {
        listing,
        decision: Decision::ACCEPT,
        level: "grave".to_owned(),
        inspection: Inspection::SHARPLY_MORE,
        measures: vec!["closer-review".to_owned()],
        since: Day(today().0 - 10),
        until: Day(today().0 + 3000),
        reason: "一律从严".to_owned(),
        basis: "本市规定".to_owned(),
        decided: today(),
        officers: 1,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recognition_that_goes_beyond_its_origin_is_cut_down_to_it_and_listed_with_its_code() {
    let stage = Stage::set(&agreement(&["huzhou", "jiaxing"])).await;
    let delta = &stage.delta;
    let requests = [("eco-list", "listed"), ("tourism-list", "grave"), ("food-list", "grave")];
    let places = tokio::task::block_in_place(|| {
        let requests = (1..).zip(requests).map(|(number, (standard, level))| {
            delta.list("huzhou", &listing(number, standard, level))
        });
        let places: Vec<_> = requests.collect();
        until("jiaxing has the listings", || (stage.heard(ANSWERS).len() == 3).then_some(()));
        places
    });
    let recognitions = (0..3).map(|number| {
        let recognition = accepting(stage.name(ANSWERS, number));
        (Statement::Recognition(recognition), Concerned::NONE)
    });
    stage.say(EXCHANGE, recognitions.collect());
    tokio::task::block_in_place(|| {
        let decided = |shown: &ListingShown| of(shown, "jiaxing").decision.is_some();
        let [harsh, unmapped, alone] = [0, 1, 2].map(|index: usize| {
            delta.shown("huzhou", &places[index], "jiaxing has decided", decided)
        });
        let cut = of(&harsh, "jiaxing");
        let content = harsh.listing.as_ref().unwrap();
        assert_eq!((cut.until, cut.inspection.as_deref()), (Some(content.until), Some("more")));
        assert_eq!(cut.measures.len(), 0);
        assert_eq!(of(&unmapped, "jiaxing").state, "advisory");
        assert_eq!(of(&alone, "jiaxing").state, "undecided", "two officers are asked for");
        let status = delta.client("huzhou").exchange().unwrap();
        let refused = status.refused.iter().map(|it| (it.place.number, it.code.as_str()));
        let codes: Vec<_> = refused.collect();
        assert_eq!(codes.len(), 3, "{codes:?}");
        assert!(
            ["TERM_BEYOND_MAP", "TERM_BEYOND_ORIGIN", "HARSHER_THAN_MAP"].contains(&codes[0].1)
        );
        assert_eq!(codes[1..], [(1, "UNMAPPED"), (2, "OFFICERS_MISSING")]);
        assert!(status.refused.iter().all(|it| it.place.origin == EXCHANGE && it.by.is_none()));
    });
}
