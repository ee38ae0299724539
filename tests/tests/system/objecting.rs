//! A company objects where it is; the objection is marked there at once, goes to who decides, and
//! the answer comes back the same way.

use tiaoxi_api::types::{AnswerRequest, ClockKind, ClockState, Date, ObjectionRequest, Place};
use tiaoxi_credit::Day;

use crate::{
    delta::{Cast, Delta, of, refused_as},
    files::{Invented, unified_code},
    listings::{agreement, end, listing},
    program::{today, until},
};

fn objection(about: &Place) -> ObjectionRequest {
    ObjectionRequest {
        about: about.clone(),
        received: None,
        matter: "对列入所依据的抽检结果有异议".to_owned(),
        objection: None,
        preview: false,
    }
}

fn answer(listing: &Place, upheld: bool) -> AnswerRequest {
    AnswerRequest {
        listing: listing.clone(),
        upheld,
        document: "嘉演示复〔2026〕2号".to_owned(),
        decided: None,
        reason: "经复核".to_owned(),
        preview: false,
    }
}

#[test]
fn an_objection_goes_up_from_the_county_and_its_answer_comes_back_the_same_way() {
    let delta = Delta::of(Cast {
        hubs: &["huzhou", "jiaxing", "hangzhou"],
        counties: &[("changxing", "huzhou")],
        agreement: Some(&agreement(&["huzhou", "jiaxing", "hangzhou"])),
        settings: "heartbeat_every = \"1s\"\n",
        ..Cast::default()
    });
    delta.acquainted();
    dismissed(&delta);
    upheld(&delta);
    at_home_and_elsewhere(&delta);
}

fn dismissed(delta: &Delta) {
    let place = delta.list("jiaxing", &listing(1, "eco-list", "listed"));
    for member in ["changxing", "hangzhou"] {
        delta.here(member, &place, "accepted");
    }
    let (changxing, jiaxing) = (delta.client("changxing"), delta.client("jiaxing"));
    let future = ObjectionRequest { received: Some(Date(Day(today().0 + 2))), ..objection(&place) };
    refused_as(changxing.object(&future, None), "DATES_OUT_OF_ORDER");
    refused_as(jiaxing.answer(&answer(&place, false), None), "OBJECTION_NOT_FOUND");
    let preview = ObjectionRequest { preview: true, ..objection(&place) };
    assert!(changxing.object(&preview, None).unwrap().words.contains("异议标注"));
    let said = changxing.object(&objection(&place), None).unwrap();
    assert_eq!(said.log, "huzhou/changxing/ends/delta/1");
    // Measures pause at the county by its own mark, then everywhere by the origin's.
    for member in ["changxing", "huzhou", "hangzhou"] {
        assert!(!delta.here(member, &place, "paused").follows);
    }
    let home = delta.at_origin("jiaxing", &place, "disputed");
    let number = home.objections[0].objection.clone();
    assert!(number.starts_with("changxing-"), "{number}");
    let shown = delta.at_origin("hangzhou", &place, "disputed");
    let members: Vec<_> = shown.objections.iter().map(|it| it.member.as_str()).collect();
    assert_eq!(members, ["huzhou", "jiaxing"], "no county of another city");
    assert!(shown.objections.iter().all(|it| it.objection == number && it.answered.is_none()));
    let clock = shown.handling.first().unwrap();
    assert_eq!((clock.what, clock.state), (ClockKind::Handling, ClockState::Running));

    let early = AnswerRequest { decided: Some(Date(Day(today().0 - 5))), ..answer(&place, false) };
    assert!(jiaxing.answer(&early, None).is_err(), "answered before it was received");
    refused_as(delta.client("huzhou").answer(&answer(&place, false), None), "NOT_THE_ORIGIN");
    jiaxing.answer(&answer(&place, false), None).unwrap();
    for member in ["changxing", "huzhou", "hangzhou"] {
        assert!(delta.here(member, &place, "accepted").follows);
    }
    let shown = delta.shown("changxing", &place, "its own mark is answered", |shown| {
        shown.objections.iter().all(|it| it.answered.is_some())
    });
    let ways: Vec<_> = shown.objections.iter().map(|it| it.member.as_str()).collect();
    assert_eq!(ways, ["changxing", "huzhou", "jiaxing"]);
    for objection in &shown.objections {
        let answered = objection.answered.as_ref().unwrap();
        assert_eq!(answered.cause_zh, "异议不成立");
        assert_eq!(answered.document, "嘉演示复〔2026〕2号");
    }
    assert!(shown.handling.iter().all(|clock| clock.state == ClockState::Done));
    refused_as(jiaxing.answer(&answer(&place, false), None), "OBJECTION_NOT_FOUND");
}

/// Where the map says so, measures go on meanwhile; an objection that is right ends the listing.
fn upheld(delta: &Delta) {
    let place = delta.list("jiaxing", &listing(2, "food-list", "listed"));
    delta.here("changxing", &place, "accepted");
    delta.client("huzhou").object(&objection(&place), None).unwrap();
    for member in ["changxing", "huzhou", "hangzhou"] {
        assert!(delta.here(member, &place, "disputed").follows);
    }
    delta.at_origin("jiaxing", &place, "disputed");
    delta.client("jiaxing").answer(&answer(&place, true), None).unwrap();
    let home = delta.confirmed("jiaxing", &place);
    assert_eq!(home.ended.unwrap().cause, "objection-upheld");
    assert_eq!((home.confirmed, home.expected), (3, 3));
    for member in ["changxing", "huzhou", "hangzhou"] {
        let here = delta.here(member, &place, "ended");
        assert!(!here.follows);
        let shown = delta.client(member).listing(&place).unwrap();
        assert!(shown.objections.iter().all(|it| it.answered.is_some()), "{shown:?}");
    }
}

/// Two companies at two members at once, and one at the origin itself; an end that comes first
/// settles all of them.
fn at_home_and_elsewhere(delta: &Delta) {
    let place = delta.list("jiaxing", &listing(3, "eco-list", "listed"));
    delta.here("changxing", &place, "accepted");
    delta.here("hangzhou", &place, "accepted");
    for member in ["changxing", "hangzhou", "jiaxing"] {
        delta.client(member).object(&objection(&place), None).unwrap();
    }
    // Its own mark, and those that pass on the others'.
    let home = delta.shown("jiaxing", &place, "three objections are marked", |shown| {
        shown.objections.iter().filter(|it| it.member == "jiaxing").count() == 3
    });
    assert_eq!(home.state, "disputed");
    delta.here("changxing", &place, "paused");
    delta.client("jiaxing").end(&end(&place, "revoked"), None).unwrap();
    let home = delta.confirmed("jiaxing", &place);
    assert_eq!(of(&home, "hangzhou").state, "ended");
    for member in ["changxing", "huzhou", "hangzhou", "jiaxing"] {
        let shown = delta.at_origin(member, &place, "ended");
        assert!(shown.objections.iter().all(|it| it.answered.is_some()), "{shown:?}");
        assert_eq!(delta.client(member).exchange().unwrap().late_total, 0);
    }
}

#[test]
fn an_objection_to_an_own_record_is_marked_and_answered_where_the_record_is() {
    let delta = Delta::of(Cast {
        hubs: &["huzhou"],
        counties: &[("changxing", "huzhou")],
        ..Cast::default()
    });
    let file = Invented::penalties(delta.root.path(), "changxing", 40, 5, 0);
    let code = file.records().iter().find_map(unified_code).unwrap();
    delta.node("changxing").take_in(&file.path);
    let (changxing, huzhou) = (delta.client("changxing"), delta.client("huzhou"));
    let record = until("the record is queryable at the hub", || {
        huzhou.subject(&code).ok()?.records.into_iter().next()
    });
    let place = record.place;
    refused_as(huzhou.object(&objection(&place), None), "NOT_OURS");
    let said = until("the record is signed", || changxing.object(&objection(&place), None).ok());
    assert_eq!(said.log, "huzhou/changxing/notices/1");
    until("the hub shows it as objected to", || {
        let records = huzhou.subject(&code).unwrap().records;
        let record = records.into_iter().find(|it| it.place == place).unwrap();
        record.because.iter().any(|it| it.kind == "objection-mark").then_some(())
    });
    until("it is answered", || changxing.answer(&answer(&place, false), None).ok());
    refused_as(changxing.answer(&answer(&place, false), None), "OBJECTION_NOT_FOUND");
    until("the hub shows it as answered", || {
        let records = huzhou.subject(&code).unwrap().records;
        let record = records.into_iter().find(|it| it.place == place).unwrap();
        (!record.because.iter().any(|it| it.kind == "objection-mark")).then_some(())
    });
}
