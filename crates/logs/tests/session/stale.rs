//! Members that go by different versions of the charter.

use tiaoxi_ledger::tree::empty_root;
use tiaoxi_sync::{RefusalCode, Subscribe};

use crate::{
    city::{City, log},
    entitlement::refusal,
    node::{Node, Session, directory, texts},
};

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_by_an_older_version_is_served_by_the_terms_of_the_newer() {
    let records = log("deqing", "records");
    let (older, newer) = (City::of(&["deqing"]), City::of(&["anji", "deqing"]));
    let unknown = City::changed(&["deqing"], |document| document.duties.clear());
    let dirs = [directory(), directory(), directory()];
    let deqing = Node::open_after(&[&older, &newer], &newer, "deqing", dirs[0].path());
    let huzhou = Node::open(&older, "huzhou", dirs[1].path());
    let _session = Session::of(&records, &deqing, &huzhou);
    deqing.append(&records, &texts("one", 1)).await.unwrap();
    huzhou.until_size(&records, 1).await;

    let check = async |member: &str, city: &City, expected: Option<RefusalCode>| {
        let words = Subscribe {
            charter: *city.charter.fingerprint().as_bytes(),
            origin: records.clone(),
            size: 0,
            root: empty_root(),
            newest: Vec::new(),
        };
        assert_eq!(refusal(&deqing, member, &words).await, expected, "{member}");
    };
    check("huzhou", &older, None).await;
    check("huzhou", &newer, None).await;
    check("huzhou", &unknown, Some(RefusalCode::OtherCharter)).await;
    check("anji", &older, Some(RefusalCode::NotEntitled)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn under_a_charter_that_is_not_known_only_ends_are_served_and_to_who_has_a_part_in_them() {
    let (city, dir) = (City::of_the_delta(), directory());
    let jiaxing = Node::open(&city, "jiaxing", dir.path());
    let check = async |member: &str, channel: &str, expected: Option<RefusalCode>| {
        let words = Subscribe {
            charter: [7; 32],
            origin: log("jiaxing", channel),
            size: 0,
            root: empty_root(),
            newest: Vec::new(),
        };
        assert_eq!(refusal(&jiaxing, member, &words).await, expected, "{member} {channel}");
    };
    check("huzhou", "ends/delta", None).await;
    check("changxing", "ends/delta", None).await;
    check("hangzhou", "ends/delta", Some(RefusalCode::NotEntitled)).await;
    for channel in ["exchange/delta", "notices", "records", "ends/other"] {
        check("huzhou", channel, Some(RefusalCode::OtherCharter)).await;
    }
}
