//! What is appended at one member is held by another.

use crate::{
    city::{City, id, log},
    node::{Node, Session, Way, directory, texts},
    pipe::Valve,
};

#[tokio::test(flavor = "multi_thread")]
async fn bodies_arrive_at_equal_roots_and_so_does_what_is_appended_later() {
    let (city, records) = (City::of(&["deqing"]), log("deqing", "records"));
    let dirs = [directory(), directory()];
    let deqing = Node::open(&city, "deqing", dirs[0].path());
    let huzhou = Node::open(&city, "huzhou", dirs[1].path());
    let mut said = texts("before", 600);
    deqing.append(&records, &said).await.unwrap();

    let _session = Session::of(&records, &deqing, &huzhou);
    huzhou.until_size(&records, 600).await;
    for (about, count) in [("one", 1), ("to the end of a block", 167), ("blocks", 700)] {
        let more = texts(about, count);
        let appended = deqing.append(&records, &more).await.unwrap();
        assert_eq!((appended.first, appended.count), (said.len() as u64, count as u64));
        said.extend(more);
        huzhou.until_size(&records, said.len() as u64).await;
    }

    let all = said.len() as u64;
    assert_eq!(huzhou.edge(&records), deqing.edge(&records));
    assert_eq!(huzhou.read(&records), said.into_iter().map(Some).collect::<Vec<_>>());
    deqing
        .until(&records, "the hub says that it holds all", |it| it.held == [(id("huzhou"), all)])
        .await;
    assert_eq!((deqing.public(&records), huzhou.public(&records)), (all, all));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catch_up_that_was_cut_goes_on_where_it_was() {
    let (city, records) = (City::of(&["deqing"]), log("deqing", "records"));
    let dirs = [directory(), directory()];
    let deqing = Node::open(&city, "deqing", dirs[0].path());
    let huzhou = Node::open(&city, "huzhou", dirs[1].path());
    let said = texts("all", 2000);
    deqing.append(&records, &said).await.unwrap();

    let first = Valve::after(120_000);
    let way = Way { server: first.clone(), ..Way::default() };
    let session = Session::over(&records, &deqing, &huzhou, way);
    huzhou.until_size(&records, 256).await;
    first.cut();
    assert!(!session.ended().await.discredits_the_server());
    let held = huzhou.summary(&records).size;
    assert!((256..2000).contains(&held), "it was cut in the middle: {held}");

    // The rest goes to the node that the hub is after a restart.
    huzhou.stop().await;
    let huzhou = Node::open(&city, "huzhou", dirs[1].path());
    assert!(huzhou.summary(&records).size >= held);
    let second = Valve::open();
    let way = Way { server: second.clone(), ..Way::default() };
    let _session = Session::over(&records, &deqing, &huzhou, way);
    huzhou.until_size(&records, 2000).await;
    assert_eq!(huzhou.edge(&records), deqing.edge(&records));
    assert_eq!(huzhou.read(&records), said.into_iter().map(Some).collect::<Vec<_>>());
    let whole = Valve::open();
    let elsewhere = directory();
    let fresh = Node::open(&city, "huzhou", elsewhere.path());
    let way = Way { server: whole.clone(), ..Way::default() };
    let _other = Session::over(&records, &deqing, &fresh, way);
    fresh.until_size(&records, 2000).await;
    assert!(second.written() < whole.written() - 20_000, "what was held did not come again");
}
