//! The charter grows while everybody runs: signed by enough members and all parties, accepted at
//! one, it goes to the others over the net, who begin anew by themselves.

use std::{fs, path::PathBuf};

use tiaoxi_api::types::NodeState;
use tiaoxi_federation::Proposal;

use crate::{
    delta::{Cast, Delta},
    founding::{Draft, words},
    listings::{agreement, all, listing},
    node::Node,
    program::{check_failure, until},
    puppet::Puppet,
};

const SETTINGS: &str = "heartbeat_every = \"1s\"\n";

fn second_version(agreement: &str) -> String {
    agreement.replacen("\nversion = 1\n", "\nversion = 2\n", 1)
}

/// Drafts the next version at a member.
fn amend(delta: &Delta, member: &str, name: &str, agreement: &str, requests: &[PathBuf]) -> Draft {
    let mut amend = words(["amend", "--dir"]);
    amend.push(delta.node(member).dir.clone());
    let agreement = delta.write(&format!("{name}.toml"), agreement);
    amend.extend([PathBuf::from("--agreement"), agreement]);
    amend.extend(requests.iter().flat_map(|it| [PathBuf::from("--request"), it.clone()]));
    Draft::make(amend, delta.path(&format!("{name}.note")))
}

/// Waits until a member goes by a version of the agreement.
fn goes_by(node: &Node, version: u32) {
    until(&format!("{} goes by version {version} of the agreement", node.id), || {
        // While a node begins anew it answers nowhere.
        let client = node.try_client()?;
        let agreements = client.agreements().ok()?;
        let here = agreements.first().map_or(0, |agreement| agreement.version);
        (here == version && client.health().ok()?.state == NodeState::Ready).then_some(())
    });
}

#[test]
fn an_amendment_goes_from_one_member_to_all_and_a_second_of_the_same_version_to_nobody() {
    let mut delta = Delta::founded(Cast {
        hubs: &["huzhou", "jiaxing", "hangzhou"],
        counties: &[("changxing", "huzhou")],
        settings: SETTINGS,
        ..Cast::default()
    });
    delta.start();
    delta.node_mut("changxing").stop();
    let text = agreement(&["huzhou", "jiaxing"]);
    let next = amend(&delta, "huzhou", "next", &text, &[]);
    // Three of four would do, but a party is missing.
    let unsigned = Draft { file: delta.path("unsigned.note"), ..Draft::of(&next) };
    fs::copy(&next.file, &unsigned.file).unwrap();
    unsigned.sign(["huzhou", "hangzhou", "changxing"].map(|id| delta.node(id)));
    check_failure(&unsigned.accept(delta.node("huzhou")), 1, "AGREEMENT_NOT_SIGNED");
    // Both parties alone are not enough members.
    let few = Draft { file: delta.path("few.note"), ..Draft::of(&next) };
    fs::copy(&next.file, &few.file).unwrap();
    few.sign(["huzhou", "jiaxing"].map(|id| delta.node(id)));
    check_failure(&few.accept(delta.node("huzhou")), 1, "CHARTER_NOT_SIGNED_BY_ENOUGH");

    // No member signs two successors of one version.
    let other_text = text.replace("notice_days = 30", "notice_days = 31");
    let other = amend(&delta, "huzhou", "other", &other_text, &[]);
    let (refused, _) = other.try_sign(delta.node("huzhou"));
    check_failure(&refused, 1, "SECOND_SUCCESSOR");

    next.sign(["huzhou", "jiaxing", "hangzhou"].map(|id| delta.node(id)));
    assert!(next.accept(delta.node("hangzhou")).status.success());
    for member in ["hangzhou", "jiaxing", "huzhou"] {
        goes_by(delta.node(member), 1);
    }
    delta.node_mut("changxing").start();
    goes_by(delta.node("changxing"), 1);
    let owned = |delta: &Delta, member: &str| {
        let logs = delta.client(member).logs().unwrap();
        let logs = logs.iter().filter(|log| log.origin.contains("/delta/"));
        logs.map(|log| log.origin.clone()).collect::<Vec<_>>()
    };
    assert_eq!(owned(&delta, "hangzhou"), Vec::<String>::new(), "no party");
    assert_eq!(owned(&delta, "changxing").len(), 5, "{:?}", owned(&delta, "changxing"));
    let place = delta.list("jiaxing", &listing(1, "eco-list", "listed"));
    delta.here("changxing", &place, "accepted");

    // Somebody made all of them sign another one after all: it is refused for ever.
    for member in ["huzhou", "jiaxing", "hangzhou"] {
        fs::remove_file(delta.node(member).dir.join("charter/signed-2")).unwrap();
    }
    other.sign(["huzhou", "jiaxing", "hangzhou"].map(|id| delta.node(id)));
    for member in ["huzhou", "changxing"] {
        check_failure(&other.accept(delta.node(member)), 1, "SECOND_SUCCESSOR");
    }
    a_partner_joins(&mut delta);
}

/// A new member, a party of the changed agreement at once.
fn a_partner_joins(delta: &mut Delta) {
    let request = delta.newcomer("suzhou", None, SETTINGS);
    let text = agreement(&["huzhou", "jiaxing", "suzhou"]);
    let text = second_version(&text);
    let next = amend(delta, "jiaxing", "third", &text, &[request]);
    next.sign(["huzhou", "jiaxing", "hangzhou"].map(|id| delta.node(id)));
    check_failure(&next.accept(delta.node("jiaxing")), 1, "AGREEMENT_NOT_SIGNED");
    next.sign(["huzhou", "jiaxing", "hangzhou", "suzhou"].map(|id| delta.node(id)));
    assert!(next.accept(delta.node("jiaxing")).status.success());
    for member in ["huzhou", "changxing", "hangzhou"] {
        goes_by(delta.node(member), 2);
    }
    // The newcomer is in none of the versions before: it takes up the chain by its last.
    let [first, second] = ["charter.note", "next.note"].map(|name| delta.path(name));
    check_failure(&Draft::read(first.clone()).accept(delta.node("suzhou")), 1, "NOT_A_MEMBER");
    let gap = next.accept_after(std::slice::from_ref(&first), delta.node("suzhou"));
    check_failure(&gap, 1, "FINGERPRINT_DIFFERS");
    let accepted = next.accept_after(&[second, first], delta.node("suzhou"));
    assert!(accepted.status.success(), "{}", crate::program::errors(&accepted));
    delta.node_mut("suzhou").start();
    let place = delta.list("suzhou", &listing(2, "food-list", "listed"));
    delta.here("changxing", &place, "accepted");
    let earlier = delta.client("suzhou").listings(&all()).unwrap();
    assert!(earlier.listings.iter().any(|it| it.origin == "jiaxing"), "what was said before");
}

/// A member that has not heard of the newest charter yet.
#[tokio::test(flavor = "multi_thread")]
async fn a_member_with_the_charter_before_goes_on_getting_what_it_got() {
    let anji = Puppet::new("anji");
    let mut delta = tokio::task::block_in_place(|| {
        Delta::of(Cast {
            hubs: &["huzhou", "jiaxing"],
            puppets: &[&anji],
            agreement: Some(&agreement(&["huzhou", "jiaxing"])),
            settings: SETTINGS,
            ..Cast::default()
        })
    });
    let site = delta.site("huzhou");
    tokio::task::block_in_place(|| {
        let text = second_version(&agreement(&["huzhou", "jiaxing"]));
        let text = text.replace("notice_days = 30", "notice_days = 60");
        let next = amend(&delta, "jiaxing", "next", &text, &[]);
        next.sign(["huzhou", "jiaxing"].map(|id| delta.node(id)));
        assert!(next.accept(delta.node("jiaxing")).status.success());
        for member in ["huzhou", "jiaxing"] {
            goes_by(delta.node(member), 2);
        }
    });
    let mut line = anji.dial(&site);
    line.connected().await;
    for log in ["exchange", "ends"].map(|it| format!("huzhou/jiaxing/{it}/delta/1")) {
        assert_eq!(line.asker().refusal(site.subscribe(&log)).await, None, "{log}");
    }
    tokio::task::block_in_place(|| delta.node_mut("huzhou").stop());
}

impl Draft {
    /// The same text under its fingerprint.
    fn of(other: &Self) -> Self {
        Self { file: other.file.clone(), fingerprint: other.fingerprint.clone() }
    }

    /// A charter file as it lies there.
    fn read(file: PathBuf) -> Self {
        let note = fs::read(&file).unwrap();
        let fingerprint = Proposal::parse(&note).unwrap().fingerprint().to_string();
        Self { file, fingerprint }
    }
}
