//! What ends at home ends everywhere, for good, and everybody confirms it.

use tiaoxi_api::types::{ClockState, Date, ListingShown, Place, RecognitionChoice, RepairRequest};
use tiaoxi_credit::{
    Day, Inspection, Statement,
    statement::{Cause, End},
};

use crate::{
    delta::{Cast, Delta, of, refused_as, statements},
    listings::{agreement, code, decision, document, end, listing},
    node::status_of,
    program::{today, until},
};

const SETTINGS: &str = "heartbeat_every = \"1s\"\n";

fn repair(number: u32) -> RepairRequest {
    RepairRequest {
        subject: code(number),
        of_document: document(number),
        document: format!("信用中国演示修〔2026〕{number}号"),
        applied: Date(Day(today().0 - 1)),
        decided: Date(today()),
        reason: None,
        preview: false,
    }
}

/// Checks what the origin shows once everybody has confirmed an end.
fn check_confirmed(shown: &ListingShown, cause: &str) {
    let ended = shown.ended.as_ref().unwrap();
    assert_eq!((shown.state.as_str(), ended.cause.as_str()), ("ended", cause));
    // A repair stops three things and erases nothing.
    assert_eq!(ended.stops, ["publishing", "sharing", "using"]);
    let clock = shown.propagation.as_ref().unwrap();
    assert_eq!((clock.state, clock.late.len()), (ClockState::Done, 0), "{clock:?}");
    let receipts = shown.receipts.iter().map(|receipt| {
        assert!(receipt.place.is_some() && receipt.done.is_some(), "{receipt:?}");
        (receipt.member.as_str(), receipt.carried_by.as_deref())
    });
    // The origin's own county tells it alone; the other city carries its county's word.
    let expected = [("changxing", Some("huzhou")), ("haining", None), ("huzhou", None)];
    assert_eq!(receipts.collect::<Vec<_>>(), expected);
}

#[test]
fn every_end_reaches_everybody_and_nothing_revives_what_has_ended() {
    let mut delta = Delta::of(Cast {
        hubs: &["huzhou", "jiaxing"],
        counties: &[("changxing", "huzhou"), ("haining", "jiaxing")],
        agreement: Some(&agreement(&["huzhou", "jiaxing"])),
        settings: SETTINGS,
        ..Cast::default()
    });
    delta.acquainted();
    let officer = delta.officer("huzhou", "审核甲");
    let mut grave = listing(2, "eco-list", "grave");
    grave.measures.push("closer-review".to_owned());
    let requests = [
        listing(1, "eco-list", "listed"),
        grave,
        listing(3, "food-list", "listed"),
        listing(4, "eco-list", "listed"),
        listing(5, "tourism-list", "grave"),
    ];
    let places = requests.each_ref().map(|request| delta.list("jiaxing", request));
    let [delisted, revoked, repaired, terminated, advisory] = &places;
    let (huzhou, jiaxing) = (delta.client("huzhou"), delta.client("jiaxing"));
    delta.here("huzhou", revoked, "undecided");
    let accept = decision(revoked, RecognitionChoice::Accept);
    huzhou.recognise(&accept, &officer).unwrap();
    for place in [delisted, revoked, repaired, terminated] {
        delta.here("changxing", place, "accepted");
    }
    delta.here("changxing", advisory, "advisory");
    huzhou.end(&end(terminated, "terminated"), None).unwrap();
    delta.here("changxing", terminated, "terminated");

    for (place, cause) in [(delisted, "delisted"), (revoked, "revoked"), (terminated, "revoked")] {
        jiaxing.end(&end(place, cause), None).unwrap();
        check_confirmed(&delta.confirmed("jiaxing", place), cause);
    }
    let preview = RepairRequest { preview: true, ..repair(3) };
    assert_eq!(jiaxing.repair(&preview, None).unwrap().listings.len(), 1);
    assert_eq!(jiaxing.listing(repaired).unwrap().state, "listed", "only looked at");
    assert_eq!(jiaxing.repair(&repair(3), None).unwrap().listings.len(), 1);
    check_confirmed(&delta.confirmed("jiaxing", repaired), "repair");
    // What was for information only ends too, and everybody says so.
    jiaxing.end(&end(advisory, "delisted"), None).unwrap();
    check_confirmed(&delta.confirmed("jiaxing", advisory), "delisted");
    for place in &places {
        for member in ["huzhou", "changxing", "haining"] {
            delta.at_origin(member, place, "ended");
        }
        assert!(!delta.here("changxing", place, "ended").follows);
    }
    check_undone(&delta, &places);
    check_over(&delta, repaired);
    check_anew(&mut delta, delisted);
}

/// What the other city says that it undid, in its own ends.
fn check_undone(delta: &Delta, [delisted, revoked, repaired, terminated, advisory]: &[Place; 5]) {
    let jiaxing = delta.client("jiaxing");
    let said = statements(&jiaxing, "huzhou/huzhou/ends/delta/1");
    let ends: Vec<End> = said
        .into_iter()
        .filter_map(|it| if let Statement::End(end) = it { Some(end) } else { None })
        .collect();
    let because = |place: &Place| {
        let by = jiaxing.listing(place).unwrap().ended.unwrap().place;
        let mut ends = ends.iter().filter(|end| {
            let named = end.because.as_ref();
            named.is_some_and(|it| (&it.log, it.number) == (&by.origin, by.number))
        });
        let end = ends.next().cloned();
        assert!(ends.next().is_none(), "ended once");
        end
    };
    let undone = |place: &Place| {
        let end = because(place).unwrap();
        assert_eq!(end.cause, Cause::ORIGIN_ENDED);
        (end.undone_inspection, end.undone_measures)
    };
    assert_eq!(undone(delisted), (Inspection::MORE, vec![]));
    let measures = vec!["closer-review".to_owned()];
    assert_eq!(undone(revoked), (Inspection::SHARPLY_MORE, measures));
    assert_eq!(undone(repaired), (Inspection::MORE, vec![]));
    // What was ended before, or never recognised, is not ended again.
    assert_eq!((because(terminated), because(advisory)), (None, None));
    let own = ends.iter().find(|end| end.cause == Cause::TERMINATED).unwrap();
    assert_eq!((own.undone_inspection, &own.because), (Inspection::MORE, &None));
    assert_eq!(ends.len(), 4);
}

fn check_over(delta: &Delta, ended: &Place) {
    let (huzhou, jiaxing) = (delta.client("huzhou"), delta.client("jiaxing"));
    let officer = delta.officer("huzhou", "审核乙");
    let accept = decision(ended, RecognitionChoice::Accept);
    refused_as(huzhou.recognise(&accept, &officer), "LISTING_ENDED");
    refused_as(jiaxing.end(&end(ended, "revoked"), None), "LISTING_ENDED");
    refused_as(jiaxing.repair(&repair(3), None), "NOTHING_TO_REPAIR");
    refused_as(huzhou.end(&end(ended, "terminated"), None), "LISTING_ENDED");
    let objection = tiaoxi_api::types::ObjectionRequest {
        about: ended.clone(),
        received: None,
        matter: "异议".to_owned(),
        objection: None,
        preview: false,
    };
    refused_as(huzhou.object(&objection, None), "LISTING_ENDED");
}

/// What was ended by a slip is listed again with a second person's word, as another listing;
/// everybody begins anew and says nothing twice.
fn check_anew(delta: &mut Delta, ended: &Place) {
    let (jiaxing, request) = (delta.client("jiaxing"), listing(1, "eco-list", "listed"));
    refused_as(jiaxing.list(&request, None), "ALREADY_LISTED");
    let second = delta.officer("jiaxing", "审核丙");
    let said = jiaxing.list(&request, Some(&second)).unwrap();
    let anew = Place { origin: said.log, number: said.number };
    assert_ne!(&anew, ended);
    delta.here("changxing", &anew, "accepted");
    delta.shown("jiaxing", &anew, "huzhou recognises it", |shown| {
        of(shown, "huzhou").state == "accepted"
    });
    let sizes = |delta: &Delta| {
        let logs = delta.client("jiaxing").logs().unwrap().into_iter();
        let logs = logs.filter(|log| log.origin.contains("/delta/"));
        logs.map(|log| (log.origin, log.verified_up_to)).collect::<Vec<_>>()
    };
    let before = sizes(delta);
    for node in &mut delta.nodes {
        node.stop();
    }
    delta.start();
    delta.acquainted();
    for member in ["huzhou", "changxing"] {
        assert_eq!(delta.here(member, &anew, "accepted").member, "huzhou");
        delta.here(member, ended, "ended");
    }
    let home = delta.confirmed("jiaxing", ended);
    assert_eq!((home.confirmed, of(&home, "huzhou").state.as_str()), (3, "ended"));
    assert_eq!(sizes(delta), before);
}

#[test]
fn an_end_survives_that_origin_and_recogniser_die_in_the_middle_of_it() {
    let mut delta = Delta::of(Cast {
        hubs: &["huzhou", "jiaxing"],
        counties: &[("changxing", "huzhou"), ("haining", "jiaxing")],
        agreement: Some(&agreement(&["huzhou", "jiaxing"])),
        settings: SETTINGS,
        ..Cast::default()
    });
    delta.acquainted();
    let places = [1, 2, 3].map(|number| listing(number, "eco-list", "listed"));
    let places = places.map(|request| delta.list("jiaxing", &request));
    for place in &places {
        delta.here("changxing", place, "accepted");
        delta.shown("jiaxing", place, "huzhou recognises it", |shown| {
            of(shown, "huzhou").state == "accepted"
        });
    }
    // The partner is away: the end stands at home at once, and names whom it waits for.
    delta.node_mut("huzhou").kill();
    delta.client("jiaxing").end(&end(&places[0], "delisted"), None).unwrap();
    let home = delta
        .shown("jiaxing", &places[0], "its own county has confirmed", |shown| shown.confirmed == 1);
    assert_eq!((home.state.as_str(), home.expected), ("ended", 3));
    assert_eq!(home.propagation.unwrap().late, ["changxing", "huzhou"]);
    assert_eq!(delta.client("changxing").listing(&places[0]).unwrap().state, "listed");
    delta.node_mut("huzhou").start();
    delta.confirmed("jiaxing", &places[0]);

    // Both die right behind the word of the end.
    delta.client("jiaxing").end(&end(&places[1], "revoked"), None).unwrap();
    delta.node_mut("jiaxing").kill();
    delta.node_mut("huzhou").kill();
    delta.node_mut("jiaxing").start();
    delta.node_mut("huzhou").start();
    delta.confirmed("jiaxing", &places[1]);

    // The recogniser dies when it has ended its recognition, its county as soon as it sees that.
    delta.node_mut("changxing").kill();
    delta.client("jiaxing").end(&end(&places[2], "revoked"), None).unwrap();
    delta.at_origin("huzhou", &places[2], "ended");
    delta.node_mut("huzhou").kill();
    delta.node_mut("jiaxing").kill();
    delta.start();
    delta.confirmed("jiaxing", &places[2]);

    let (huzhou, jiaxing) = (delta.client("huzhou"), delta.client("jiaxing"));
    for place in &places {
        delta.here("changxing", place, "ended");
        assert_eq!(jiaxing.listing(place).unwrap().confirmed, 3);
    }
    // Whatever died when, each recognition is ended once.
    let log = "huzhou/huzhou/ends/delta/1";
    until("jiaxing has all that huzhou said", || {
        let sizes = [&huzhou, &jiaxing].map(|it| status_of(it, log).verified_up_to);
        (sizes[0] == sizes[1]).then_some(())
    });
    let said = statements(&jiaxing, log);
    let ends = said.iter().filter(|it| matches!(it, Statement::End(_))).count();
    assert_eq!(ends, 3, "{said:#?}");
}
