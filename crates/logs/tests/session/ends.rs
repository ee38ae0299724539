//! What helps a subject waits for nobody but its signature.

use crate::{
    city::{City, log},
    deciders::silence,
    node::{Node, Session, Way, copy, directory, texts},
    recovery::{follow_leader, shows_more},
};

#[tokio::test(flavor = "multi_thread")]
async fn an_end_is_shown_to_every_reader_at_once_whatever_they_say_they_hold() {
    let (city, ends) = (City::of_the_delta(), log("jiaxing", "ends/delta"));
    let dirs = [directory(), directory(), directory()];
    let jiaxing = Node::open(&city, "jiaxing", dirs[0].path());
    let huzhou = Node::open(&city, "huzhou", dirs[1].path());
    let nanhu = Node::open(&city, "nanhu", dirs[2].path());
    let silent = || Way { follower: silence(&ends), ..Way::default() };
    let _first = Session::over(&ends, &jiaxing, &huzhou, silent());
    jiaxing.until(&ends, "one reader is level", |it| it.signing).await;
    let _second = Session::over(&ends, &jiaxing, &nanhu, silent());
    for size in 1..=3 {
        jiaxing.append(&ends, &texts("end", 1)).await.unwrap();
        huzhou.until_size(&ends, size).await;
        nanhu.until_size(&ends, size).await;
    }
    assert_eq!(jiaxing.public(&ends), 0, "nobody has said that it holds them");

    // The listings of the same member wait for its county.
    let exchange = log("jiaxing", "exchange/delta");
    let way = Way { follower: silence(&exchange), ..Way::default() };
    let _deciding = Session::over(&exchange, &jiaxing, &nanhu, way);
    let _reading = Session::of(&exchange, &jiaxing, &huzhou);
    jiaxing.append(&exchange, &texts("listing", 1)).await.unwrap();
    nanhu.until_size(&exchange, 1).await;
    assert_eq!((jiaxing.public(&exchange), huzhou.edge(&exchange).0), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_start_an_end_waits_for_one_reader_to_be_level() {
    let (city, ends) = (City::of_the_delta(), log("jiaxing", "ends/delta"));
    let dirs = [directory(), directory(), directory()];
    let jiaxing = Node::open(&city, "jiaxing", dirs[0].path());
    let huzhou = Node::open(&city, "huzhou", dirs[1].path());
    let nanhu = Node::open(&city, "nanhu", dirs[2].path());
    let session = Session::of(&ends, &jiaxing, &huzhou);
    jiaxing.append(&ends, &texts("before", 2)).await.unwrap();
    huzhou.until_size(&ends, 2).await;
    session.abort().await;
    jiaxing.stop().await;

    let jiaxing = Node::open(&city, "jiaxing", dirs[0].path());
    jiaxing.append(&ends, &texts("after", 1)).await.unwrap();
    assert_eq!(jiaxing.signed(&ends), 2, "nobody has shown what it holds");
    let way = Way { follower: silence(&ends), ..Way::default() };
    let _session = Session::over(&ends, &jiaxing, &nanhu, way);
    nanhu.until_size(&ends, 3).await;
    let _other = Session::of(&ends, &jiaxing, &huzhou);
    huzhou.until_size(&ends, 3).await;
    assert_eq!(huzhou.edge(&ends), jiaxing.edge(&ends));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_member_takes_its_ends_back_from_a_reader_that_holds_them() {
    let (city, ends) = (City::of_the_delta(), log("jiaxing", "ends/delta"));
    let dirs = [directory(), directory(), directory()];
    let backup = dirs[2].path().join("copy");
    let jiaxing = Node::open(&city, "jiaxing", dirs[0].path());
    let huzhou = Node::open(&city, "huzhou", dirs[1].path());
    let session = Session::of(&ends, &jiaxing, &huzhou);
    jiaxing.append(&ends, &texts("kept", 2)).await.unwrap();
    huzhou.until_size(&ends, 2).await;
    session.abort().await;
    jiaxing.stop().await;
    copy(dirs[0].path(), &backup);

    let jiaxing = Node::open(&city, "jiaxing", dirs[0].path());
    let session = Session::of(&ends, &jiaxing, &huzhou);
    jiaxing.append(&ends, &texts("lost", 3)).await.unwrap();
    huzhou.until_size(&ends, 5).await;
    jiaxing.beat(crate::heartbeats::TIME).await.unwrap();
    huzhou.until_beat(&ends, (crate::heartbeats::TIME, 5)).await;
    let held = huzhou.edge(&ends);
    session.abort().await;
    jiaxing.stop().await;
    copy(&backup, dirs[0].path());

    let jiaxing = Node::open(&city, "jiaxing", dirs[0].path());
    jiaxing.append(&ends, &texts("waiting", 1)).await.unwrap();
    shows_more(&jiaxing, &huzhou, &ends).await;
    assert_eq!(jiaxing.beat(crate::heartbeats::TIME + 60).await.unwrap(), 0, "it is behind");
    follow_leader(&jiaxing, &huzhou, &ends).await;
    assert_eq!(jiaxing.edge(&ends), held);
    let _session = Session::of(&ends, &jiaxing, &huzhou);
    huzhou.until_size(&ends, 6).await;
    let said = [texts("kept", 2), texts("lost", 3), texts("waiting", 1)].concat();
    assert_eq!(huzhou.read(&ends), said.into_iter().map(Some).collect::<Vec<_>>());
    assert_eq!(jiaxing.beat(crate::heartbeats::TIME + 60).await.unwrap(), 1);
    huzhou.until_beat(&ends, (crate::heartbeats::TIME + 60, 6)).await;
}
