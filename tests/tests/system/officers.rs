//! Where an agreement asks for two persons: two who decide the same, neither one person twice, nor
//! two of two minds; and nobody else learns who they were.

use tiaoxi_api::types::{DecidedState, Place, RecognitionChoice, RecognitionRequest};
use tiaoxi_credit::{Kind, Statement, statement::Recognition};

use crate::{
    delta::{Cast, Delta, of, refused_as},
    listings::{agreement, decision, listing},
    program::until,
};

const NAMES: [&str; 3] = ["审核丙", "审核乙", "审核甲"];

fn two_cities() -> Delta {
    let delta = Delta::of(Cast {
        hubs: &["huzhou", "jiaxing"],
        agreement: Some(&agreement(&["huzhou", "jiaxing"])),
        settings: "heartbeat_every = \"1s\"\n",
        ..Cast::default()
    });
    delta.acquainted();
    delta
}

#[test]
fn two_officers_decide_the_same_or_nothing_is_decided() {
    let mut delta = two_cities();
    let [first, second, third] = NAMES.map(|name| delta.officer("huzhou", name));
    let place = delta.list("jiaxing", &listing(1, "food-list", "grave"));
    delta.here("huzhou", &place, "undecided");
    let accept = decision(&place, RecognitionChoice::Accept);
    let decline = decision(&place, RecognitionChoice::Decline);

    let huzhou = delta.client("huzhou");
    let decided = huzhou.recognise(&accept, &first).unwrap();
    assert_eq!((decided.state, decided.needed), (DecidedState::AwaitsSecond, 2));
    assert_eq!((decided.officers, decided.said), (vec![NAMES[0].to_owned()], None));
    // The same person twice is not two.
    let again = huzhou.recognise(&accept, &first).unwrap();
    assert_eq!((again.state, again.officers.len()), (DecidedState::AwaitsSecond, 1));
    // What would come of it is told and not kept.
    let preview = RecognitionRequest { preview: true, ..decline.clone() };
    let would = huzhou.recognise(&preview, &second).unwrap();
    assert_eq!(would.state, DecidedState::Contradictory);
    assert_eq!(huzhou.exchange().unwrap().contradictory, 0);

    delta.node_mut("huzhou").kill();
    delta.node_mut("huzhou").start();
    let huzhou = delta.client("huzhou");
    let contradicts = huzhou.recognise(&decline, &second).unwrap();
    assert_eq!(contradicts.state, DecidedState::Contradictory);
    assert_eq!(contradicts.officers, NAMES[..2]);
    let status = huzhou.exchange().unwrap();
    assert_eq!((status.contradictory, status.undecided), (1, 1));
    // A third does not outvote anybody.
    let outvoted = huzhou.recognise(&accept, &third).unwrap();
    assert_eq!(outvoted.state, DecidedState::Contradictory);
    assert!(delta.client("jiaxing").listing(&place).unwrap().recognitions[0].decision.is_none());

    delta.node_mut("huzhou").stop();
    delta.node_mut("huzhou").start();
    let huzhou = delta.client("huzhou");
    assert_eq!(huzhou.exchange().unwrap().contradictory, 1);
    // Whoever thinks again replaces their own word.
    let agreed = huzhou.recognise(&accept, &second).unwrap();
    assert_eq!((agreed.state, agreed.officers.len()), (DecidedState::Recorded, 3));
    assert_eq!(huzhou.exchange().unwrap().contradictory, 0);
    let here = delta.here("huzhou", &place, "accepted");
    assert_eq!(here.officers, 3);
    let home = delta.shown("jiaxing", &place, "huzhou recognises it", |shown| {
        of(shown, "huzhou").state == "accepted"
    });
    check_no_names(&delta, of(&home, "huzhou").place.as_ref().unwrap(), 3);
}

/// The entry as the origin got it says how many decided, and nothing of who.
fn check_no_names(delta: &Delta, recognition: &Place, officers: u8) {
    for member in ["huzhou", "jiaxing"] {
        let client = delta.client(member);
        let Place { origin, number } = recognition;
        let proof = until("the recognition is signed", || client.proof(origin, *number).ok());
        let body = proof.body.unwrap().0;
        for name in NAMES {
            assert!(!body.windows(name.len()).any(|window| window == name.as_bytes()));
        }
        let statement = Statement::from_body(Kind::Recognition as u8, 1, &body).unwrap();
        let Statement::Recognition(Recognition { officers: said, .. }) = statement else {
            panic!("{statement:?}")
        };
        assert_eq!(said, officers);
    }
}

#[test]
fn a_decision_waits_for_its_signature_and_is_not_taken_twice_meanwhile() {
    let mut delta = two_cities();
    let officers = NAMES.map(|name| delta.officer("huzhou", name));
    let place = delta.list("jiaxing", &listing(1, "food-list", "grave"));
    delta.here("huzhou", &place, "undecided");
    // Alone after a start, a node signs nothing: what it says may have been said before.
    delta.node_mut("huzhou").stop();
    delta.node_mut("jiaxing").stop();
    delta.node_mut("huzhou").start();
    let huzhou = delta.client("huzhou");
    let accept = decision(&place, RecognitionChoice::Accept);
    assert_eq!(huzhou.recognise(&accept, &officers[0]).unwrap().state, DecidedState::AwaitsSecond);
    let decided = huzhou.recognise(&accept, &officers[1]).unwrap();
    assert_eq!((decided.state, decided.officers.len()), (DecidedState::Recorded, 2));
    let said = decided.said.unwrap();
    for officer in &officers {
        refused_as(huzhou.recognise(&accept, officer), "NOTICE_PENDING");
    }
    let log = delta.node("huzhou").log_status(&said.log);
    assert_eq!((log.size_appended, log.size_signed), (said.number + 1, said.number));
    delta.node_mut("jiaxing").start();
    let home = delta.shown("jiaxing", &place, "huzhou recognises it", |shown| {
        of(shown, "huzhou").state == "accepted"
    });
    check_no_names(&delta, of(&home, "huzhou").place.as_ref().unwrap(), 2);
    refused_as(huzhou.recognise(&accept, &officers[2]), "DECIDED_ALREADY");
}
