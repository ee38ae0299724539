//! What is urgent does not wait behind what is much.

use futures::FutureExt;
use tiaoxi_sync::{Budget, budget::Urgency};

use crate::{
    city::{City, log},
    deciders::silence,
    heartbeats::TIME,
    node::{Node, Session, Way, directory, texts},
    soon,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_held_while_a_catch_up_of_records_fills_its_part_of_the_budget() {
    let city = City::of(&["deqing"]);
    let (records, notices) = (log("deqing", "records"), log("deqing", "notices"));
    let dirs = [directory(), directory()];
    let deqing = Node::open(&city, "deqing", dirs[0].path());
    let huzhou = Node::open(&city, "huzhou", dirs[1].path());
    deqing.append(&records, &texts("records", 4000)).await.unwrap();

    // The hub's word that it holds records is held up, so their part of the budget stays spent.
    let (budget, silence) = (Budget::new(128), silence(&records));
    let way = Way { follower: silence.clone(), budget: budget.clone(), ..Way::default() };
    let _much = Session::over(&records, &deqing, &huzhou, way);
    soon("records fill their part of the budget", async {
        while budget.spend(Urgency::Bulk, 0).now_or_never().is_some() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let way = Way { budget: budget.clone(), ..Way::default() };
    let _urgent = Session::over(&notices, &deqing, &huzhou, way);
    for number in 1..=3 {
        deqing.append(&notices, &texts("notice", 1)).await.unwrap();
        huzhou.until_size(&notices, number).await;
    }
    assert_eq!(huzhou.edge(&notices), deqing.edge(&notices));
    assert!(budget.spend(Urgency::Bulk, 0).now_or_never().is_none(), "still no room for records");
    let on_their_way = huzhou.summary(&records).size;
    assert!(on_their_way < 4000, "most records wait: {on_their_way}");

    silence.release();
    huzhou.until_size(&records, 4000).await;
    assert_eq!(huzhou.edge(&records), deqing.edge(&records));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heartbeat_needs_no_room_where_entries_wait_for_some() {
    let (city, ends) = (City::of_the_delta(), log("jiaxing", "ends/delta"));
    let dirs = [directory(), directory()];
    let jiaxing = Node::open(&city, "jiaxing", dirs[0].path());
    let huzhou = Node::open(&city, "huzhou", dirs[1].path());
    let (budget, silence) = (Budget::new(8), silence(&ends));
    let way = Way { follower: silence.clone(), budget: budget.clone(), ..Way::default() };
    let _session = Session::over(&ends, &jiaxing, &huzhou, way);
    jiaxing.append(&ends, &texts("end", 1)).await.unwrap();
    huzhou.until_size(&ends, 1).await;
    assert!(budget.spend(Urgency::Urgent, 0).now_or_never().is_none(), "all room is taken");
    for time in [TIME, TIME + 60] {
        jiaxing.beat(time).await.unwrap();
        huzhou.until_beat(&ends, (time, 1)).await;
    }
}
