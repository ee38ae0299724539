//! A node restored from a backup: its deciders hold more of its log than it does.

use std::path::PathBuf;

use tempfile::TempDir;
use tiaoxi_logs::AppendError;
use tiaoxi_sync::{FollowError, RefusalCode};

use crate::{
    city::{City, id, log},
    node::{Node, Session, Way, copy, directory, texts},
    pipe::Valve,
};

/// Asks a log for what a decider lacks, which has more of it instead; how it was refused.
async fn shows_more(owner: &Node, decider: &Node, log: &str) -> RefusalCode {
    match Session::of(log, owner, decider).ended().await {
        FollowError::Refused(refusal) => refusal.code,
        other => panic!("{} was not refused: {other:?}", decider.me),
    }
}

/// Follows an own log from the decider that leads until level.
async fn follow_leader(owner: &Node, leader: &Node, log: &str) {
    let me = leader.me.clone();
    let leads = || owner.logs.leader(log) == Some(me.clone());
    owner.until(log, "there is room for what the decider holds", |_| leads()).await;
    let _session = Session::of(log, leader, owner);
    owner.until(log, "the log is level with the leader", |it| it.behind != Some(me.clone())).await;
}

/// A county and its hub, with 300 records at both and in a backup of the county.
struct Backup {
    root: TempDir,
    records: String,
}

impl Backup {
    fn dir(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    async fn taken(city: &City) -> Self {
        let backup = Self { root: directory(), records: log("deqing", "records") };
        let deqing = Node::open(city, "deqing", &backup.dir("deqing"));
        let huzhou = Node::open(city, "huzhou", &backup.dir("huzhou"));
        backup.say(&deqing, &huzhou, &texts("kept", 300)).await;
        deqing.stop().await;
        huzhou.stop().await;
        copy(&backup.dir("deqing"), &backup.dir("copy"));
        backup
    }

    /// Records that the hub holds, too.
    async fn say(&self, deqing: &Node, huzhou: &Node, said: &[String]) {
        let session = Session::of(&self.records, deqing, huzhou);
        let appended = deqing.append(&self.records, said).await.unwrap();
        let all = appended.first + appended.count;
        let held = [(id("huzhou"), all)];
        deqing.until(&self.records, "the hub holds all", |it| it.held == held).await;
        session.abort().await;
    }
}

/// So many records are lost by going back to the backup, so many wait then, and of these so many
/// are lost ones that were said again.
async fn check_restored(lost: usize, waiting: usize, repeated: usize) {
    let city = City::of(&["deqing"]);
    let backup = Backup::taken(&city).await;
    let records = &backup.records;
    let huzhou = Node::open(&city, "huzhou", &backup.dir("huzhou"));
    let deqing = Node::open(&city, "deqing", &backup.dir("deqing"));
    let lost = texts("lost", lost);
    backup.say(&deqing, &huzhou, &lost).await;
    let shown = huzhou.edge(records);
    deqing.stop().await;
    copy(&backup.dir("copy"), &backup.dir("deqing"));

    let deqing = Node::open(&city, "deqing", &backup.dir("deqing"));
    let new = texts("waiting", waiting - repeated);
    let waiting = [&lost[..repeated], &new[..]].concat();
    for part in waiting.chunks(40) {
        deqing.append(records, part).await.unwrap();
    }
    shows_more(&deqing, &huzhou, records).await;
    deqing.until(records, "the decider leads", |it| it.behind == Some(id("huzhou"))).await;
    assert_eq!(deqing.signed(records), 300, "nothing was signed");
    let refused = deqing.append(records, &texts("too early", 1)).await;
    assert!(matches!(refused, Err(AppendError::Recovering)));

    follow_leader(&deqing, &huzhou, records).await;
    assert_eq!(deqing.edge(records), shown, "it is level with what the decider holds");
    let _session = Session::of(records, &deqing, &huzhou);
    let kept = texts("kept", 300);
    let expected: Vec<_> = [kept, lost, new].concat().into_iter().map(Some).collect();
    huzhou.until_size(records, expected.len() as u64).await;
    assert_eq!(huzhou.read(records), expected);
    assert_eq!(huzhou.edge(records), deqing.edge(records));
    deqing.append(records, &texts("later", 1)).await.unwrap();
    huzhou.until_size(records, expected.len() as u64 + 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_node_follows_its_own_log_and_packs_what_waits_behind_it_once() {
    check_restored(100, 50, 10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_node_is_found_out_at_whatever_size() {
    for (lost, waiting, repeated) in [(50, 50, 5), (20, 90, 0), (300, 1, 1), (1, 300, 0)] {
        check_restored(lost, waiting, repeated).await;
    }
}

/// The hub's own log, three counties that decide on it, two of them at a time.
struct Quorum {
    root: TempDir,
    records: String,
    anji: Node,
    changxing: Node,
    deqing: Node,
}

impl Quorum {
    /// The counties hold 10, `changxing` and 15 entries, and the hub is as it was with 10.
    async fn restored(city: &City, changxing: u64) -> (Self, Node) {
        let root = directory();
        let dir = |name: &str| root.path().join(name);
        let [anji, changxing_node, deqing] =
            ["anji", "changxing", "deqing"].map(|county| Node::open(city, county, &dir(county)));
        let records = log("huzhou", "records");
        let hub = Node::open(city, "huzhou", &dir("huzhou"));
        let sessions = [&anji, &changxing_node, &deqing].map(|it| Session::of(&records, &hub, it));
        hub.append(&records, &texts("kept", 10)).await.unwrap();
        for county in [&anji, &changxing_node, &deqing] {
            county.until_size(&records, 10).await;
        }
        for session in sessions {
            session.abort().await;
        }
        hub.stop().await;
        copy(&dir("huzhou"), &dir("copy"));

        let hub = Node::open(city, "huzhou", &dir("huzhou"));
        // Anji is here and decides, but nothing reaches it.
        let way = Way { server: Valve::after(0), ..Way::default() };
        let idle = Session::over(&records, &hub, &anji, way);
        let full = Session::of(&records, &hub, &deqing);
        let part = Session::of(&records, &hub, &changxing_node);
        let lost = texts("lost", 5);
        let early = usize::try_from(changxing - 10).unwrap();
        hub.append(&records, &lost[..early]).await.unwrap();
        changxing_node.until_size(&records, changxing).await;
        part.abort().await;
        hub.append(&records, &lost[early..]).await.unwrap();
        deqing.until_size(&records, 15).await;
        idle.abort().await;
        full.abort().await;
        hub.stop().await;
        copy(&dir("copy"), &dir("huzhou"));
        let hub = Node::open(city, "huzhou", &dir("huzhou"));
        hub.append(&records, &texts("waiting", 4)).await.unwrap();
        (Self { root, records, anji, changxing: changxing_node, deqing }, hub)
    }

    /// All that was said, each once.
    fn expected() -> Vec<String> {
        [texts("kept", 10), texts("lost", 5), texts("waiting", 4)].concat()
    }

    /// A session that shows what a county holds and then gets nothing.
    fn idle(&self, hub: &Node, county: &Node) -> Session {
        let way = Way { server: Valve::after(0), ..Way::default() };
        Session::over(&self.records, hub, county, way)
    }

    async fn stop(self, hub: Node) {
        for node in [hub, self.anji, self.changxing, self.deqing] {
            node.stop().await;
        }
        drop(self.root);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_signed_after_a_recovery_that_other_deciders_were_there_for() {
    let city = City::of(&["anji", "changxing", "deqing"]);
    let (quorum, hub) = Quorum::restored(&city, 10).await;
    let records = &quorum.records;
    shows_more(&hub, &quorum.deqing, records).await;
    // These two would be enough to sign, were it not known that there is more.
    let sessions = [&quorum.anji, &quorum.changxing].map(|it| quorum.idle(&hub, it));
    follow_leader(&hub, &quorum.deqing, records).await;
    hub.until_size(records, 19).await;
    hub.until(records, "what waited is signed", |it| it.signing).await;
    assert_eq!(hub.signed(records), 19);
    let session = Session::of(records, &hub, &quorum.deqing);
    quorum.deqing.until_size(records, 19).await;
    assert_eq!(quorum.deqing.edge(records), hub.edge(records));
    let said: Vec<_> = hub.read(records).into_iter().map(Option::unwrap).collect();
    assert_eq!(said, Quorum::expected());
    for session in sessions.into_iter().chain([session]) {
        session.abort().await;
    }
    quorum.stop(hub).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_is_level_only_with_the_decider_that_holds_most() {
    let city = City::of(&["anji", "changxing", "deqing"]);
    let (quorum, hub) = Quorum::restored(&city, 12).await;
    let records = &quorum.records;
    for county in [&quorum.changxing, &quorum.deqing, &quorum.changxing] {
        shows_more(&hub, county, records).await;
    }
    hub.until(records, "who holds most leads", |it| it.behind == Some(id("deqing"))).await;
    // The other one's entries are taken, and are not enough.
    let session = Session::of(records, &quorum.changxing, &hub);
    hub.until_size(records, 12).await;
    session.abort().await;
    let sessions = [&quorum.anji, &quorum.changxing].map(|it| quorum.idle(&hub, it));
    follow_leader(&hub, &quorum.deqing, records).await;
    hub.until_size(records, 19).await;
    let said: Vec<_> = hub.read(records).into_iter().map(Option::unwrap).collect();
    assert_eq!(said, Quorum::expected());
    let session = Session::of(records, &hub, &quorum.deqing);
    quorum.deqing.until_size(records, 19).await;
    assert_eq!(quorum.deqing.edge(records), hub.edge(records), "no fork was signed");
    for session in sessions.into_iter().chain([session]) {
        session.abort().await;
    }
    quorum.stop(hub).await;
}
