//! A listing travels to other cities and their counties, which make of it what agreement and
//! officers say.

use std::fs;

use tiaoxi_api::{
    service::{ListingsQuery, ReviewerToken},
    types::{Date, DecidedState, ListingRequest, Place, RecognitionChoice, RecognitionRequest},
};
use tiaoxi_credit::Day;

use crate::{
    delta::{Cast, Delta, of, refused_as},
    listings::{agreement, all, code, decision, end, listing},
    program::{run, succeed, today},
};

fn two_cities() -> Delta {
    Delta::of(Cast {
        hubs: &["huzhou", "jiaxing"],
        counties: &[("changxing", "huzhou")],
        agreement: Some(&agreement(&["huzhou", "jiaxing"])),
        settings: "heartbeat_every = \"1s\"\n",
        ..Cast::default()
    })
}

#[test]
fn what_a_city_lists_is_recognised_elsewhere_as_agreement_and_officers_say() {
    let delta = two_cities();
    delta.acquainted();
    let officer = delta.officer("huzhou", "审核甲");
    narrow_it(&delta, &officer);
    decline_it(&delta);
    follow_the_map(&delta);
    leave_it_as_information(&delta, &officer);
}

fn narrow_it(delta: &Delta, officer: &ReviewerToken) {
    let place = delta.list("jiaxing", &listing(1, "eco-list", "grave"));
    delta.here("huzhou", &place, "undecided");
    let undecided = delta.here("changxing", &place, "undecided");
    assert!(!undecided.follows);
    let huzhou = delta.client("huzhou");
    let waiting = ListingsQuery { undecided: true, ..all() };
    let waiting = huzhou.listings(&waiting).unwrap().listings;
    assert_eq!(waiting.iter().map(|it| &it.place).collect::<Vec<_>>(), [&place]);
    assert_eq!(huzhou.exchange().unwrap().undecided, 1);

    let until = Date(Day(today().0 + 100));
    let inspection = Some("more".to_owned());
    let narrow = decision(&place, RecognitionChoice::Narrow);
    let narrow = RecognitionRequest { inspection, until: Some(until), ..narrow };
    let at_home = delta.officer("jiaxing", "审核乙");
    refused_as(huzhou.recognise(&narrow, &at_home), "REVIEWER_UNKNOWN");
    let longer = Date(Day(today().0 + 351));
    let longer = RecognitionRequest { until: Some(longer), ..narrow.clone() };
    refused_as(huzhou.recognise(&longer, officer), "TERM_BEYOND_ORIGIN");
    let harsher = vec!["closer-review".to_owned()];
    let harsher = RecognitionRequest { measures: Some(harsher), ..narrow.clone() };
    refused_as(huzhou.recognise(&harsher, officer), "HARSHER_THAN_MAP");
    let elsewhere = Place { number: 99, ..place.clone() };
    let elsewhere = decision(&elsewhere, RecognitionChoice::Accept);
    refused_as(huzhou.recognise(&elsewhere, officer), "LISTING_NOT_FOUND");
    refused_as(delta.client("jiaxing").recognise(&narrow, &at_home), "OWN_LISTING");
    let at_county = delta.officer("changxing", "审核丙");
    refused_as(delta.client("changxing").recognise(&narrow, &at_county), "NOT_A_PARTY");

    let preview = RecognitionRequest { preview: true, ..narrow.clone() };
    let said = huzhou.recognise(&preview, officer).unwrap().said.unwrap();
    assert!(said.preview && said.words.contains("限缩认可"), "{said:?}");
    let decided = huzhou.recognise(&narrow, officer).unwrap();
    assert_eq!((decided.state, decided.needed), (DecidedState::Recorded, 1));
    assert_eq!(decided.officers, ["审核甲"]);
    // Before it is signed, too, nothing is said twice.
    let again = huzhou.recognise(&narrow, officer).unwrap_err();
    assert!(matches!(again.code(), Some("NOTICE_PENDING" | "DECIDED_ALREADY")), "{again:?}");
    for member in ["huzhou", "changxing"] {
        let here = delta.here(member, &place, "narrowed");
        assert!(here.follows && here.measures.is_empty(), "{here:?}");
        assert_eq!((here.inspection.as_deref(), here.until), (Some("more"), Some(until)));
        assert_eq!((here.member.as_str(), here.officers), ("huzhou", 1));
    }
    let home = delta.shown("jiaxing", &place, "huzhou has narrowed it", |shown| {
        of(shown, "huzhou").state == "narrowed"
    });
    assert_eq!((of(&home, "huzhou").until, &home.here), (Some(until), &None));
    refused_as(huzhou.recognise(&narrow, officer), "DECIDED_ALREADY");
    amend_and_terminate(delta, officer, &place);
}

/// A second decision amends the first; after one's own end nothing revives it.
fn amend_and_terminate(delta: &Delta, officer: &ReviewerToken, place: &Place) {
    let huzhou = delta.client("huzhou");
    huzhou.recognise(&decision(place, RecognitionChoice::Accept), officer).unwrap();
    for member in ["huzhou", "changxing"] {
        let here = delta.here(member, place, "accepted");
        let whole_term = Some(Date(Day(today().0 + 350)));
        assert_eq!((here.inspection.as_deref(), here.until), (Some("sharply-more"), whole_term));
    }
    let declined = decision(place, RecognitionChoice::Decline);
    refused_as(huzhou.recognise(&declined, officer), "DECIDED_ALREADY");
    refused_as(huzhou.end(&end(place, "delisted"), None), "NOT_THE_ORIGIN");
    huzhou.end(&end(place, "terminated"), None).unwrap();
    for member in ["huzhou", "changxing"] {
        assert!(!delta.here(member, place, "terminated").follows);
    }
    delta.shown("jiaxing", place, "huzhou has ended its recognition", |shown| {
        of(shown, "huzhou").state == "terminated" && shown.state == "listed"
    });
    refused_as(huzhou.end(&end(place, "terminated"), None), "LISTING_ENDED");
    let accept = decision(place, RecognitionChoice::Accept);
    refused_as(huzhou.recognise(&accept, officer), "ALREADY_ENDED");
}

/// At the command line, as officers do.
fn decline_it(delta: &Delta) {
    let place = delta.list("jiaxing", &listing(2, "tourism-list", "listed"));
    delta.here("huzhou", &place, "undecided");
    let dir = delta.node("huzhou").dir.display().to_string();
    let token = succeed(["reviewer", "--dir", &dir, "add", "审核丁"]);
    let token_file = delta.path("token");
    fs::write(&token_file, token).unwrap();
    let place_text = format!("{}#{}", place.origin, place.number);
    let reason = "该企业在本市已通过同类核查";
    let decline = ["recognise", "--dir", &dir, &place_text, "decline", "--reason", reason];
    let token_file = token_file.display().to_string();
    let by = ["--basis", "互认协议(演示)第六条", "--reviewer-token", &token_file];
    let said = succeed([&decline[..], &by[..]].concat());
    assert!(String::from_utf8(said).unwrap().contains("不予认可"));
    let home = delta.shown("jiaxing", &place, "huzhou has declined", |shown| {
        of(shown, "huzhou").state == "declined"
    });
    let declined = of(&home, "huzhou");
    assert_eq!((declined.reason.as_str(), declined.follows), (reason, false));
    assert_eq!(declined.basis, "互认协议(演示)第六条");
    assert!(!delta.here("changxing", &place, "declined").follows);
    let without = run([&decline[..], &["--basis", "第六条"]].concat());
    assert_eq!(without.status.code(), Some(2), "an officer's token is asked for");
}

/// Where the map asks for no officer.
fn follow_the_map(delta: &Delta) {
    let place = delta.list("jiaxing", &listing(3, "eco-list", "listed"));
    for member in ["huzhou", "changxing"] {
        let here = delta.here(member, &place, "accepted");
        assert!(here.follows);
        assert_eq!((here.inspection.as_deref(), here.officers), (Some("more"), 0));
    }
    // The map's term is shorter than the listing's, so what follows is narrower.
    let long = Date(Day(today().0 - 10 + 700));
    let request = ListingRequest { until: long, ..listing(4, "eco-list", "grave") };
    let place = delta.list("huzhou", &request);
    let here = delta.here("jiaxing", &place, "accepted");
    assert_eq!(here.until, Some(long));
    let supervision = delta.client("changxing").subject_supervision(&code(4)).unwrap();
    assert!(supervision.is_key_object && supervision.words.contains("重点监管对象"));
}

/// Where the agreement maps the level to nothing.
fn leave_it_as_information(delta: &Delta, officer: &ReviewerToken) {
    let place = delta.list("jiaxing", &listing(5, "tourism-list", "grave"));
    for member in ["huzhou", "changxing"] {
        assert!(!delta.here(member, &place, "advisory").follows);
    }
    let accept = decision(&place, RecognitionChoice::Accept);
    refused_as(delta.client("huzhou").recognise(&accept, officer), "UNMAPPED");
    let shown = delta.client("changxing").subject_supervision(&code(5)).unwrap();
    assert!(shown.is_key_object && shown.words.contains("不采取措施"), "{}", shown.words);
}
