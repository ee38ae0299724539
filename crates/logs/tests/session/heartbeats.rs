//! Heartbeats: how fresh what is held is.

use tiaoxi_ledger::{
    Hash,
    checkpoint::{Checkpoint, SignedCheckpoint},
    heartbeat::Heartbeat,
    note::SigningKey,
    tree::empty_root,
};
use tiaoxi_logs::LogSink;
use tiaoxi_sync::{FollowError, Message, Offer, Share, message::FOLLOWER_MESSAGE_BYTES_MAX, wire};
use tokio::task::JoinHandle;

use crate::{
    city::{City, id, log, seed},
    node::{Node, Session, directory, texts, witness},
    pipe::{End, Valve, pipe},
    soon,
};

/// The first second of 2027.
pub(crate) const TIME: u64 = 1_798_761_600;

#[tokio::test(flavor = "multi_thread")]
async fn a_heartbeat_comes_behind_its_entries_and_survives_restarts() {
    let (city, ends) = (City::of_the_delta(), log("jiaxing", "ends/delta"));
    let dirs = [directory(), directory()];
    let jiaxing = Node::open(&city, "jiaxing", dirs[0].path());
    let huzhou = Node::open(&city, "huzhou", dirs[1].path());
    let mut changes = huzhou.logs.urgent_changes();
    let session = Session::of(&ends, &jiaxing, &huzhou);
    jiaxing.until(&ends, "a reader is level", |it| it.signing).await;
    assert_eq!(jiaxing.beat(TIME).await.unwrap(), 1, "of five logs, one beats");
    huzhou.until_beat(&ends, (TIME, 0)).await;
    soon("a heartbeat is a change", changes.changed()).await.unwrap();
    assert_eq!(huzhou.signed(&ends), 0, "no checkpoint was made for it");

    jiaxing.append(&ends, &texts("end", 3)).await.unwrap();
    jiaxing.beat(TIME + 60).await.unwrap();
    huzhou.until_beat(&ends, (TIME + 60, 3)).await;
    assert_eq!(huzhou.edge(&ends), jiaxing.edge(&ends));
    jiaxing.append(&ends, &texts("another", 300)).await.unwrap();
    huzhou.until_size(&ends, 303).await;
    assert_eq!(huzhou.heartbeat(&ends), Some((TIME + 60, 3)));

    session.abort().await;
    for node in [jiaxing, huzhou] {
        node.stop().await;
    }
    let jiaxing = Node::open(&city, "jiaxing", dirs[0].path());
    let huzhou = Node::open(&city, "huzhou", dirs[1].path());
    for node in [&jiaxing, &huzhou] {
        assert_eq!(node.heartbeat(&ends), Some((TIME + 60, 3)), "{}", node.me);
    }
    assert_eq!(jiaxing.beat(TIME + 120).await.unwrap(), 0, "nobody was seen to be level");
    let _session = Session::of(&ends, &jiaxing, &huzhou);
    jiaxing.until(&ends, "a reader is level", |it| it.signing).await;
    assert_eq!(jiaxing.beat(TIME + 120).await.unwrap(), 1);
    huzhou.until_beat(&ends, (TIME + 120, 303)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_set_back_is_waited_for() {
    let (city, ends, dir) = (City::of_the_delta(), log("jiaxing", "ends/delta"), directory());
    let jiaxing = Node::open_alone(&city, "jiaxing", dir.path());
    let check = async |time: u64, beats: usize, newest: (u64, u64)| {
        assert_eq!(jiaxing.beat(time).await.unwrap(), beats, "{time}");
        assert_eq!(jiaxing.heartbeat(&ends), Some(newest));
    };
    check(TIME, 1, (TIME, 0)).await;
    check(TIME, 0, (TIME, 0)).await;
    check(TIME - 1, 0, (TIME, 0)).await;
    jiaxing.append(&ends, &texts("end", 1)).await.unwrap();
    check(TIME - 1, 0, (TIME, 0)).await;
    check(TIME, 1, (TIME, 1)).await;
    check(TIME + 1, 1, (TIME + 1, 1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_key_of_the_charter_beats() {
    let (city, ends, dir) = (City::of_the_delta(), log("jiaxing", "ends/delta"), directory());
    let jiaxing = Node::open_alone(&city, "jiaxing", dir.path());
    assert!(jiaxing.logs.beat(&witness(&id("huzhou")), TIME).is_err());
    assert_eq!(jiaxing.heartbeat(&ends), None);
}

/// A member that says what it likes to a follower.
pub(crate) struct Script {
    here: End,
    pub(crate) following: JoinHandle<FollowError>,
}

impl Script {
    /// The follower has asked and is answered.
    pub(crate) async fn to(follower: &Node, log: &str) -> Self {
        let (mut here, there) = pipe(Valve::open(), Valve::open());
        let sink = LogSink::new(follower.logs.clone(), log).unwrap();
        let following = tokio::spawn(async move {
            match tiaoxi_sync::follow(there, &sink).await {
                Ok(never) => match never {},
                Err(error) => error,
            }
        });
        wire::read(&mut here, FOLLOWER_MESSAGE_BYTES_MAX).await.unwrap();
        wire::write(&mut here, &Message::Offered(Offer { share: Share::Bodies })).await.unwrap();
        Self { here, following }
    }

    pub(crate) async fn say(&mut self, heartbeat: &[u8]) {
        wire::write(&mut self.here, &Message::Heartbeat(heartbeat.to_vec())).await.unwrap();
    }

    /// Ends the session from outside.
    pub(crate) async fn abort(self) {
        self.following.abort();
        // However it ended.
        let _ = self.following.await;
    }

    async fn ended(self) -> FollowError {
        soon("the session ends", self.following).await.unwrap()
    }
}

fn signed(log: &str, size: u64, root: Hash) -> SignedCheckpoint {
    let key = SigningKey::new(log, &seed("jiaxing", "log")).unwrap();
    Checkpoint { origin: log.to_owned(), size, root }.sign(&key).unwrap()
}

/// The heartbeat that Jiaxing would sign if it had such a log.
pub(crate) fn beat(log: &str, (time, size): (u64, u64), root: Hash) -> Vec<u8> {
    Heartbeat::sign(&signed(log, size, root), &witness(&id("jiaxing")), time).note().to_vec()
}

/// A follower with 300 entries of Jiaxing's ends; their roots at 0, 299 and 300.
async fn follower_of_300(dir: &std::path::Path, log: &str) -> (Node, [Hash; 3]) {
    let (city, other) = (City::of_the_delta(), directory());
    let jiaxing = Node::open(&city, "jiaxing", other.path());
    let huzhou = Node::open(&city, "huzhou", dir);
    let session = Session::of(log, &jiaxing, &huzhou);
    jiaxing.append(log, &texts("early", 299)).await.unwrap();
    huzhou.until_size(log, 299).await;
    let (_, early) = huzhou.edge(log);
    jiaxing.append(log, &texts("late", 1)).await.unwrap();
    huzhou.until_size(log, 300).await;
    session.abort().await;
    let (_, late) = huzhou.edge(log);
    (huzhou, [empty_root(), early, late])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heartbeat_of_what_was_not_sent_or_of_other_entries_ends_the_session() {
    let (ends, dir) = (log("jiaxing", "ends/delta"), directory());
    let (huzhou, [empty, early, late]) = follower_of_300(dir.path(), &ends).await;
    let check = async |heartbeat: Vec<u8>, expected: fn(&FollowError) -> bool| {
        let mut script = Script::to(&huzhou, &ends).await;
        script.say(&heartbeat).await;
        let error = script.ended().await;
        assert!(expected(&error) && error.discredits_the_server(), "{error:?}");
        assert_eq!(huzhou.heartbeat(&ends), None);
    };
    let early_beat = |error: &FollowError| matches!(error, FollowError::EarlyHeartbeat { .. });
    check(beat(&ends, (TIME, 301), late), early_beat).await;
    let stray = |error: &FollowError| matches!(error, FollowError::StrayHeartbeat(_));
    check(beat(&ends, (TIME, 300), early), stray).await;
    check(beat(&ends, (TIME, 299), late), stray).await;
    let not_one = |error: &FollowError| matches!(error, FollowError::Heartbeat(_));
    check(signed(&ends, 300, late).into_note(), not_one).await;
    let other = Heartbeat::sign(&signed(&ends, 300, late), &witness(&id("huzhou")), TIME);
    check(other.note().to_vec(), not_one).await;
    check(beat(&log("jiaxing", "exchange/delta"), (TIME, 0), empty), not_one).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_that_fits_what_is_held_counts_and_others_are_passed_over() {
    let (ends, dir) = (log("jiaxing", "ends/delta"), directory());
    let (huzhou, [empty, early, late]) = follower_of_300(dir.path(), &ends).await;
    let mut script = Script::to(&huzhou, &ends).await;
    // Of a size whose root has to be looked up.
    script.say(&beat(&ends, (TIME + 9, 3), early)).await;
    script.say(&beat(&ends, (TIME + 1, 299), early)).await;
    huzhou.until_beat(&ends, (TIME + 1, 299)).await;
    script.say(&beat(&ends, (TIME, 300), late)).await;
    script.say(&beat(&ends, (TIME + 1, 0), empty)).await;
    script.say(&beat(&ends, (TIME + 1, 299), early)).await;
    script.say(&beat(&ends, (TIME + 1, 300), late)).await;
    huzhou.until_beat(&ends, (TIME + 1, 300)).await;
    script.say(&beat(&ends, (TIME + 2, 0), empty)).await;
    huzhou.until_beat(&ends, (TIME + 2, 0)).await;
    assert!(!script.following.is_finished());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_does_not_beat_takes_no_heartbeat() {
    let (city, exchange) = (City::of_the_delta(), log("jiaxing", "exchange/delta"));
    let dir = directory();
    let huzhou = Node::open(&city, "huzhou", dir.path());
    let mut script = Script::to(&huzhou, &exchange).await;
    script.say(&beat(&exchange, (TIME, 0), empty_root())).await;
    wire::write(&mut script.here, &Message::Held { size: 0, root: [0; 32] }).await.unwrap();
    assert!(matches!(script.ended().await, FollowError::OutOfTurn), "it was read to the end");
    assert!(huzhou.logs.heartbeats().is_empty());
}
