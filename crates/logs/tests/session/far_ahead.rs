//! Heartbeats from the far future: of an owner whose clock is wrong, or here, after a clock was.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tiaoxi_ledger::tree::empty_root;

use crate::{
    city::{City, log},
    heartbeats::{Script, TIME, beat},
    node::{Node, Session, directory},
};

/// A year.
const FAR: u64 = 365 * 24 * 60 * 60;

fn until(time: u64) -> Arc<AtomicU64> {
    Arc::new(AtomicU64::new(time))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heartbeat_from_far_ahead_is_passed_over_and_silences_nobody() {
    let (city, ends, dir) = (City::of_the_delta(), log("jiaxing", "ends/delta"), directory());
    let limit = until(TIME);
    let huzhou = Node::open_until(&city, "huzhou", dir.path(), &limit);
    let mut script = Script::to(&huzhou, &ends).await;
    let mut check = async |time: u64, newest: u64| {
        script.say(&beat(&ends, (time, 0), empty_root())).await;
        // What is passed over leaves no trace: this one comes behind it.
        script.say(&beat(&ends, (newest, 0), empty_root())).await;
        huzhou.until_beat(&ends, (newest, 0)).await;
    };
    check(TIME + FAR, TIME - 9).await;
    check(u64::MAX, TIME - 8).await;
    check(TIME + 1, TIME - 7).await;
    check(TIME, TIME).await;
    limit.store(TIME + 1, Ordering::SeqCst);
    check(TIME + 2, TIME + 1).await;
    assert!(!script.following.is_finished(), "nor is it a fault");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_kept_while_the_clock_was_wrong_gives_way_and_is_not_loaded_again() {
    let (city, ends, dir) = (City::of_the_delta(), log("jiaxing", "ends/delta"), directory());
    let limit = until(TIME + FAR);
    let huzhou = Node::open_until(&city, "huzhou", dir.path(), &limit);
    let mut script = Script::to(&huzhou, &ends).await;
    script.say(&beat(&ends, (TIME + FAR, 0), empty_root())).await;
    huzhou.until_beat(&ends, (TIME + FAR, 0)).await;
    script.abort().await;
    huzhou.stop().await;

    limit.store(TIME, Ordering::SeqCst);
    let huzhou = Node::open_until(&city, "huzhou", dir.path(), &limit);
    assert_eq!(huzhou.heartbeat(&ends), None);
    huzhou.stop().await;
    limit.store(TIME + FAR, Ordering::SeqCst);
    let huzhou = Node::open_until(&city, "huzhou", dir.path(), &limit);
    assert_eq!(huzhou.heartbeat(&ends), Some((TIME + FAR, 0)), "it is good again when it is time");

    limit.store(TIME, Ordering::SeqCst);
    let mut script = Script::to(&huzhou, &ends).await;
    script.say(&beat(&ends, (TIME - 5, 0), empty_root())).await;
    huzhou.until_beat(&ends, (TIME - 5, 0)).await;
    script.abort().await;
    huzhou.stop().await;
    let huzhou = Node::open_until(&city, "huzhou", dir.path(), &until(u64::MAX));
    assert_eq!(huzhou.heartbeat(&ends), Some((TIME - 5, 0)), "what gave way is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_whose_clock_was_set_back_by_far_is_heard_again_in_the_same_session() {
    let (city, ends) = (City::of_the_delta(), log("jiaxing", "ends/delta"));
    let dirs = [directory(), directory()];
    let (ours, theirs) = (until(TIME + FAR), until(TIME));
    let jiaxing = Node::open_until(&city, "jiaxing", dirs[0].path(), &ours);
    let huzhou = Node::open_until(&city, "huzhou", dirs[1].path(), &theirs);
    let _session = Session::of(&ends, &jiaxing, &huzhou);
    jiaxing.until(&ends, "a reader is level", |it| it.signing).await;
    assert_eq!(jiaxing.beat(TIME - 60).await.unwrap(), 1);
    huzhou.until_beat(&ends, (TIME - 60, 0)).await;
    assert_eq!(jiaxing.beat(TIME + FAR).await.unwrap(), 1, "by its own clock it is that late");
    assert_eq!(jiaxing.beat(TIME - 50).await.unwrap(), 0, "it was set back, and waits");

    ours.store(TIME, Ordering::SeqCst);
    assert_eq!(jiaxing.beat(TIME - 40).await.unwrap(), 1, "so far that it does not wait");
    huzhou.until_beat(&ends, (TIME - 40, 0)).await;
    assert_eq!(jiaxing.heartbeat(&ends), Some((TIME - 40, 0)));
    assert_eq!(jiaxing.beat(TIME - 40).await.unwrap(), 0);
    assert_eq!(jiaxing.beat(TIME - 39).await.unwrap(), 1);
    huzhou.until_beat(&ends, (TIME - 39, 0)).await;
}
