use super::*;
use crate::{
    draft::tests::city_document,
    name::Slug,
    terms::{CHARTER_TITLE, CatalogItem, Closed},
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
fn the_example_is_the_city_of_the_plan() {
    let text = include_str!("../../../../../configs/charter.example.toml");
    let terms = Terms::parse(text).unwrap();
    assert_eq!((terms.members().len(), terms.logs().len(), terms.threshold()), (7, 21, 4));
    assert_eq!(terms.followed_by(&id("huzhou")).len(), 12);
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
