use std::error::Error as _;

use super::*;
use crate::{
    draft::tests::{city_document, delta_document},
    name::Slug,
    terms::{AgreementDocument, CHARTER_TITLE, CatalogItem, Closed},
};

fn id(text: &str) -> MemberId {
    MemberId::parse(text).unwrap()
}

/// What a change of a good charter (hub, anji, deqing, items 1 and 2) is refused for.
fn check(change: impl FnOnce(&mut CharterDocument), refused: Option<&str>) {
    let mut document = city_document(&["anji", "deqing"]);
    change(&mut document);
    let text = document.to_text();
    let found = Terms::parse(&text).err().map(|error| error.to_string());
    match (&found, refused) {
        (None, None) => {}
        (Some(found), Some(part)) if found.contains(part) => {}
        _ => panic!("{found:?}, expected {refused:?}"),
    }
}

#[test]
fn a_good_charter_reads_back() {
    check(|_| {}, None);
    let document = city_document(&["anji", "deqing"]);
    assert_eq!(CharterDocument::parse(&document.to_text()).unwrap(), document);
}

#[test]
fn the_example_is_the_city_of_the_plan_with_two_partners() {
    let text = include_str!("../../../../../configs/charter.example.toml");
    let terms = Terms::parse(text).unwrap();
    // Three logs of each member, two of each party of the agreement, one of each county of one.
    assert_eq!((terms.members().len(), terms.logs().len(), terms.threshold()), (9, 39, 5));
    assert_eq!(terms.followed_by(&id("huzhou")).len(), 22);
    assert_eq!(terms.followed_by(&id("deqing")).len(), 8);
    let delta = terms.agreements().next().unwrap();
    let map = |receiver: &str| {
        let map = delta.map(&id(receiver), "ecology", "eco-list", 2, "grave").unwrap();
        (map.here.as_str(), map.officers)
    };
    assert_eq!((map("huzhou"), map("suzhou")), (("listed", 1), ("grave", 2)));
    assert!(delta.may_list(&id("suzhou"), "food-drug"));
    assert!(!delta.may_list(&id("huzhou"), "food-drug"));
    assert_eq!(terms.counties_of(&id("huzhou")).count(), 6);
}

/// What a change of a good charter with the agreements `delta` and `ecology` is refused for.
fn check_delta(change: impl FnOnce(&mut CharterDocument), refused: Option<&str>) {
    let mut document = delta_document();
    change(&mut document);
    let found = Terms::parse(&document.to_text()).err().map(|error| match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    });
    match (&found, refused) {
        (None, None) => {}
        (Some(found), Some(part)) if found.contains(part) => {}
        _ => panic!("{found:?}, expected {refused:?}"),
    }
}

/// The log of a member whose channel is this.
fn log<'a>(d: &'a mut CharterDocument, member: &str, channel: &str) -> &'a mut LogDocument {
    let mut logs = d.logs.iter_mut();
    logs.find(|log| log.member == id(member) && log.channel.to_string() == channel).unwrap()
}

#[test]
fn parties_of_an_agreement_are_members_without_a_hub() {
    check_delta(|_| {}, None);
    let document = delta_document();
    assert_eq!(CharterDocument::parse(&document.to_text()).unwrap(), document);
    let party = |name: &str| {
        let party = id(name);
        move |d: &mut CharterDocument| d.agreements[0].parties.push(party)
    };
    check_delta(party("huangshan"), None);
    check_delta(party("stranger"), Some("agreement delta: party stranger is no member"));
    check_delta(party("deqing"), Some("agreement delta: party deqing has a hub"));
    check_delta(|d| d.agreements[0].handling_days = 0, Some("agreement delta: handling_days is 0"));
    check_delta(|d| d.agreements.push(d.agreements[0].clone()), Some("delta is listed twice"));
    let many = |count: usize| {
        move |d: &mut CharterDocument| {
            while d.agreements.len() < count {
                let next = crate::AgreementId::parse(&format!("a-{}", d.agreements.len())).unwrap();
                d.agreements.push(AgreementDocument { id: next, ..d.agreements[0].clone() });
            }
        }
    };
    check_delta(many(64), None);
    check_delta(many(65), Some("agreements: 65 given"));
}

#[test]
fn logs_of_an_agreement_stay_among_its_parties_and_their_counties() {
    let ended = |d: &mut CharterDocument| drop(d.agreements.remove(1));
    check_delta(ended, Some("the charter has no agreement ecology"));
    let owner = |channel: &'static str, from: &'static str, owner: &'static str| {
        move |d: &mut CharterDocument| {
            let stray = LogDocument { member: id(owner), ..log(d, from, channel).clone() };
            let others = |member: &MemberId| *member != id(owner);
            let audience = stray.audience.into_iter().filter(others).collect();
            d.logs.push(LogDocument { audience, deciders: Vec::new(), quorum: 0, ..stray });
        }
    };
    let no_owner = Some("its owner has no such log in the agreement");
    check_delta(owner("exchange/delta", "jiaxing", "huangshan"), no_owner);
    check_delta(owner("ends/delta", "jiaxing", "huangshan"), no_owner);
    check_delta(owner("exchange/delta", "jiaxing", "deqing"), no_owner);
    let without_log = |d: &mut CharterDocument| {
        let ends = log(d, "deqing", "ends/delta").clone();
        d.logs.retain(|log| *log != ends);
    };
    check_delta(without_log, None);

    let outsider = Some("is neither a party of the agreement nor a county of one");
    for channel in ["exchange/ecology", "ends/ecology"] {
        let reader = |member: &'static str| {
            move |d: &mut CharterDocument| log(d, "jiaxing", channel).audience.push(id(member))
        };
        check_delta(reader("suzhou"), outsider);
        let decider = |member: &'static str| {
            move |d: &mut CharterDocument| log(d, "jiaxing", channel).deciders = vec![id(member)]
        };
        check_delta(decider("suzhou"), outsider);
        check_delta(decider("deqing"), None);
    }
}

#[test]
fn ends_wait_for_one_decider_at_most() {
    check_delta(|d| log(d, "huzhou", "ends/delta").quorum = 2, Some("a quorum of 2"));
    check_delta(|d| log(d, "jiaxing", "exchange/delta").quorum = 1, None);
    let alone = |d: &mut CharterDocument| {
        let ends = log(d, "jiaxing", "ends/delta");
        (ends.deciders, ends.quorum) = (Vec::new(), 0);
    };
    check_delta(alone, None);
}

#[test]
fn the_supervision_catalogue_is_named_by_its_hash() {
    check_delta(|d| d.supervision = None, Some("this one names none"));
    check(|d| d.supervision = Some(crate::digest::HexHash([9; 32])), None);
    let document = delta_document();
    let terms = Terms::parse(&document.to_text()).unwrap();
    assert_eq!(terms.supervision(), Some(&crate::digest::HexHash([9; 32])));
    let counties: Vec<_> = terms.counties_of(&id("huzhou")).map(MemberId::as_str).collect();
    assert_eq!(counties, ["anji", "deqing"]);
    assert_eq!(terms.counties_of(&id("jiaxing")).count(), 0);
    // A charter without agreements reads as ever.
    let text = city_document(&["anji"]).to_text();
    assert!(!text.contains("agreements") && !text.contains("supervision"));
}

#[test]
fn title_and_unknown_keys_are_refused() {
    let good = city_document(&["anji"]).to_text();
    let accepted = |text: &str| Terms::parse(text).is_ok();
    assert!(accepted(&good));
    assert!(!accepted(&good.replace(CHARTER_TITLE, "# tiaoxi-charter/2")));
    assert!(!accepted(&good.replace(CHARTER_TITLE, "")));
    assert!(!accepted(&format!("\n{good}")));
    assert!(!accepted(&good.replace("threshold", "treshold")));
    assert!(!accepted(&good.replace("[[members]]", "[[members]]\nextra = 1")));
    assert!(!accepted(&good.replace("channel = \"audit\"", "channel = \"gossip\"")));
    assert!(accepted(&good.replacen("\"audit-event\"", "\"newer-event\"", 1)));
    assert!(!accepted(&"x".repeat(TEXT_BYTES_MAX + 1)));
}

#[test]
fn versions_and_thresholds() {
    check(|d| d.version = 0, Some("version 0"));
    check(|d| d.version = 2, Some("version 2"));
    check(|d| d.previous = Some(crate::Fingerprint::of_text("x\n")), Some("version 1"));
    check(|d| d.threshold = 1, Some("threshold"));
    check(|d| d.threshold = 3, None);
    check(|d| d.threshold = 4, Some("threshold"));
}

#[test]
fn items_are_numbered_from_one_and_listed_once() {
    check(|d| d.items[0].number = 0, Some("numbered from 1"));
    check(|d| d.items[0].number = 2, Some("listed twice"));
    check(|d| d.items[0].slug = Slug::parse("xzcf").unwrap(), Some("listed twice"));
    check(|d| d.items.remove(0).number = 0, Some("which is not listed"));
    let many = |count: u16| {
        move |d: &mut CharterDocument| {
            d.items = (1..=count)
                .map(|number| CatalogItem {
                    number,
                    slug: Slug::parse(&format!("item-{number}")).unwrap(),
                    ..d.items[0].clone()
                })
                .collect();
        }
    };
    check(many(1024), None);
    check(many(1025), Some("1025 given"));
}

#[test]
fn members_have_their_own_ids_keys_and_hubs() {
    check(|d| d.members.clear(), Some("members: 0 given"));
    check(
        |d| {
            d.members.push(d.members[0].clone());
            d.threshold = 3;
        },
        Some("used twice"),
    );
    check(|d| d.members[1].id = d.members[2].id.clone(), Some("listed twice"));
    check(|d| d.members[1].keys.log = d.members[2].keys.log, Some("log key of deqing"));
    check(|d| d.members[1].keys.log = d.members[2].keys.witness, Some("witness key of deqing"));
    check(|d| d.members[1].keys.log = d.members[1].keys.witness, Some("member anji"));
    check(|d| d.members[2].hub = None, None);
    check(|d| d.members[2].hub = Some(id("anji")), Some("no member that may be a hub"));
    check(|d| d.members[2].hub = Some(id("stranger")), Some("no member that may be a hub"));
    check(|d| d.members[2].name = String::new(), Some("member deqing"));
}

#[test]
fn logs_have_known_owners_readers_and_reachable_quorums() {
    check(|d| d.logs.clear(), Some("logs: 0 given"));
    check(|d| d.logs[0].member = id("stranger"), Some("who is no member"));
    check(|d| d.logs[0].audience = vec![id("stranger")], Some("who is no member"));
    check(|d| d.logs[0].audience = vec![id("anji")], None);
    check(|d| d.logs[0].audience = vec![id("anji"), id("anji")], Some("listed twice"));
    check(|d| d.logs[0].audience = vec![id("huzhou")], Some("lists its owner"));
    check(|d| d.logs[0].deciders = vec![id("huzhou")], Some("lists its owner"));
    check(|d| d.logs[0].quorum = 2, None);
    check(|d| d.logs[0].quorum = 3, Some("a quorum of 3 of 2"));
    check(|d| d.logs[0].quorum = 0, Some("a quorum of 0 of 2"));
    check(|d| d.logs[0].suite = 2, Some("suite 2"));
    check(|d| d.logs[0].epoch = 0, Some("epochs begin with 1"));
    check(|d| d.logs.push(d.logs[0].clone()), Some("listed twice"));
}

#[test]
fn all_epochs_but_the_last_are_closed() {
    let second = |closed: Option<Closed>| {
        move |d: &mut CharterDocument| {
            let mut next = d.logs[0].clone();
            next.epoch = 2;
            d.logs[0].closed = closed;
            d.logs.push(next);
        }
    };
    check(second(None), Some("all but the last are closed"));
    check(second(Some(Closed { size: 9, root: [1; 32] })), None);
    check(|d| d.logs[0].closed = Some(Closed { size: 9, root: [1; 32] }), None);
}

#[test]
fn duties_name_members_items_and_channels() {
    check(|d| d.duties.clear(), None);
    check(|d| d.duties[0].members = vec![id("stranger")], Some("who is no member"));
    check(|d| d.duties[0].members = Vec::new(), Some("members of a duty: 0"));
    check(|d| d.duties[0].statements = Vec::new(), Some("statements of a duty: 0"));
    check(|d| d.duties[0].channels = Vec::new(), Some("channels of a duty: 0"));
    check(|d| d.duties[0].items = vec![3], Some("item 3"));
    let many =
        |count: usize| move |d: &mut CharterDocument| d.duties = vec![d.duties[1].clone(); count];
    check(many(1024), None);
    check(many(1025), Some("1025 given"));
}
