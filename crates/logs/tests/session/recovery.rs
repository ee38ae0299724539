//! A node restored from a backup: its deciders hold more of its log than it does.

use std::{path::PathBuf, sync::Arc};

use tempfile::TempDir;
use tiaoxi_ledger::{checkpoint::Checkpoint, note::SigningKey};
use tiaoxi_logs::AppendError;
use tiaoxi_sync::{FollowError, RefusalCode, Subscribe};

use crate::{
    city::{City, id, log, seed},
    entitlement::refusal,
    node::{Node, Session, Way, copy, directory, texts},
    pipe::Valve,
    soon,
};

/// Asks a log for what a decider lacks, which has more of it instead; how it was refused.
pub(crate) async fn shows_more(owner: &Node, decider: &Node, log: &str) -> RefusalCode {
    match Session::of(log, owner, decider).ended().await {
        FollowError::Refused(refusal) => refusal.code,
        other => panic!("{} was not refused: {other:?}", decider.me),
    }
}

/// Follows an own log from the decider that leads until level.
pub(crate) async fn follow_leader(owner: &Node, leader: &Node, log: &str) {
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
    let leads = || deqing.logs.leader(records) == Some(id("huzhou"));
    deqing.until(records, "there is room for what the hub holds", |_| leads()).await;
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
    deqing.until(records, "signing goes on", |it| it.signing).await;
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
    /// Without its text, an entry lost at the hub would come back as a header only.
    fn city() -> Arc<City> {
        let counties = &["anji", "changxing", "deqing"];
        City::with_logs(counties, &[("huzhou/huzhou/records/1", counties, counties, 2)])
    }

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

    /// Sessions in which two counties show what they hold, and then get nothing.
    async fn idle(&self, hub: &Node) -> [Session; 2] {
        let idle = async |county: &Node| {
            let server = Valve::after(0);
            let way = Way { server: server.clone(), ..Way::default() };
            let session = Session::over(&self.records, hub, county, way);
            soon("the county is answered", server.holds_up()).await;
            session
        };
        [idle(&self.anji).await, idle(&self.changxing).await]
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
    let city = Quorum::city();
    let (quorum, hub) = Quorum::restored(&city, 10).await;
    let records = &quorum.records;
    shows_more(&hub, &quorum.deqing, records).await;
    // These two would be enough to sign, were it not known that there is more.
    let sessions = quorum.idle(&hub).await;
    follow_leader(&hub, &quorum.deqing, records).await;
    hub.until_size(records, 19).await;
    hub.until_signed(records, 19).await;
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
    let city = Quorum::city();
    let (quorum, hub) = Quorum::restored(&city, 12).await;
    let records = &quorum.records;
    for county in [&quorum.changxing, &quorum.deqing, &quorum.changxing] {
        shows_more(&hub, county, records).await;
    }
    let leads = || hub.logs.leader(records) == Some(id("deqing"));
    hub.until(records, "who holds most leads", |_| leads()).await;
    // The other one's entries are taken, and are not enough.
    let session = Session::of(records, &quorum.changxing, &hub);
    hub.until_signed(records, 12).await;
    assert!(leads());
    session.abort().await;
    let sessions = quorum.idle(&hub).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_decider_that_proves_nothing_changes_nothing() {
    let (city, records) = (City::of(&["deqing"]), log("deqing", "records"));
    let dirs = [directory(), directory(), directory()];
    let deqing = Node::open(&city, "deqing", dirs[0].path());
    let huzhou = Node::open(&city, "huzhou", dirs[1].path());
    deqing.append(&records, &texts("one", 1)).await.unwrap();
    let _session = Session::of(&records, &deqing, &huzhou);
    huzhou.until_size(&records, 1).await;
    let signed = |origin: &str, member: &str, size| {
        let key = SigningKey::new(origin, &seed(member, "log")).unwrap();
        let checkpoint = Checkpoint { origin: origin.to_owned(), size, root: [7; 32] };
        checkpoint.sign(&key).unwrap().into_note()
    };
    let good = huzhou.summary(&records).checkpoint.unwrap().note().to_vec();
    let (_, root) = huzhou.edge(&records);
    let check = async |size: u64, root: [u8; 32], newest: Vec<u8>, expected| {
        let words = Subscribe {
            charter: *city.charter.fingerprint().as_bytes(),
            origin: records.clone(),
            size,
            root,
            newest,
        };
        let refused = refusal(&deqing, "huzhou", &words).await;
        assert_eq!(refused, expected, "{words:?}");
        assert_eq!(deqing.summary(&records).behind, None);
        assert!(expected.is_none() || deqing.summary(&records).signing, "the other goes on");
    };
    check(9, root, Vec::new(), Some(RefusalCode::TooFarAhead)).await;
    check(9, root, good.clone(), Some(RefusalCode::TooFarAhead)).await;
    check(1, [7; 32], good.clone(), Some(RefusalCode::Diverged)).await;
    let others = signed(&records, "huzhou", 9);
    check(1, root, others, Some(RefusalCode::Diverged)).await;
    let of_another = signed(&log("deqing", "notices"), "deqing", 9);
    check(1, root, of_another, Some(RefusalCode::Diverged)).await;
    check(1, root, b"no note".to_vec(), Some(RefusalCode::Diverged)).await;
    check(1, root, good, None).await;
    check(1, root, Vec::new(), None).await;

    // What our own key has signed proves that something is missing here.
    let words = Subscribe {
        charter: *city.charter.fingerprint().as_bytes(),
        origin: records.clone(),
        size: 1,
        root,
        newest: signed(&records, "deqing", 9),
    };
    assert_eq!(refusal(&deqing, "huzhou", &words).await, Some(RefusalCode::TooFarAhead));
    assert_eq!(deqing.summary(&records).behind, Some(id("huzhou")));
    assert!(!deqing.summary(&records).signing);
}
