//! What helps a subject waits for nobody but its signature.

use tempfile::TempDir;
use tiaoxi_logs::Summary;

use crate::{
    city::{City, id, log},
    deciders::silence,
    heartbeats::TIME,
    node::{Node, Session, Way, copy, directory, texts},
    pipe::Valve,
    recovery::{follow_leader, shows_more},
    soon,
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
    let silence = silence(&ends);
    let way = Way { follower: silence.clone(), ..Way::default() };
    let _session = Session::over(&ends, &jiaxing, &nanhu, way);
    nanhu.until_size(&ends, 2).await;
    soon("it has more to say", silence.holds_up()).await;
    assert!(!jiaxing.summary(&ends).signing, "it was shown what was signed, and has shown nothing");
    silence.release();
    nanhu.until_size(&ends, 3).await;
    let _other = Session::of(&ends, &jiaxing, &huzhou);
    huzhou.until_size(&ends, 3).await;
    assert_eq!(huzhou.edge(&ends), jiaxing.edge(&ends));
}

/// Jiaxing as it was with 2 ends, of which Huzhou holds 5; one end waits. Nanhu has just joined.
struct Restored {
    ends: String,
    jiaxing: Node,
    huzhou: Node,
    nanhu: Node,
    /// Outlives them.
    _root: TempDir,
}

impl Restored {
    async fn new() -> Self {
        let (city, ends, root) = (City::of_the_delta(), log("jiaxing", "ends/delta"), directory());
        let dir = |name: &str| root.path().join(name);
        let jiaxing = Node::open(&city, "jiaxing", &dir("jiaxing"));
        let huzhou = Node::open(&city, "huzhou", &dir("huzhou"));
        let nanhu = Node::open(&city, "nanhu", &dir("nanhu"));
        let session = Session::of(&ends, &jiaxing, &huzhou);
        jiaxing.append(&ends, &texts("kept", 2)).await.unwrap();
        huzhou.until_size(&ends, 2).await;
        session.abort().await;
        jiaxing.stop().await;
        copy(&dir("jiaxing"), &dir("copy"));

        let jiaxing = Node::open(&city, "jiaxing", &dir("jiaxing"));
        let session = Session::of(&ends, &jiaxing, &huzhou);
        jiaxing.append(&ends, &texts("lost", 3)).await.unwrap();
        huzhou.until_size(&ends, 5).await;
        jiaxing.beat(TIME).await.unwrap();
        huzhou.until_beat(&ends, (TIME, 5)).await;
        session.abort().await;
        jiaxing.stop().await;
        copy(&dir("copy"), &dir("jiaxing"));

        let jiaxing = Node::open(&city, "jiaxing", &dir("jiaxing"));
        jiaxing.append(&ends, &texts("waiting", 1)).await.unwrap();
        Self { ends, jiaxing, huzhou, nanhu, _root: root }
    }

    /// A session in which the reader that holds nothing gets nothing, until the valve is released.
    async fn idle(&self) -> (Session, Valve) {
        let server = Valve::after(0);
        let way = Way { server: server.clone(), ..Way::default() };
        let session = Session::over(&self.ends, &self.jiaxing, &self.nanhu, way);
        soon("the reader is answered", server.holds_up()).await;
        (session, server)
    }

    fn assert_unsigned(&self) {
        assert!(!self.jiaxing.summary(&self.ends).signing);
        assert_eq!(self.jiaxing.signed(&self.ends), 2);
    }

    /// Waits until a reader holds all that was said, each once.
    async fn until_all(&self, reader: &Node) {
        reader.until_size(&self.ends, 6).await;
        let said = [texts("kept", 2), texts("lost", 3), texts("waiting", 1)].concat();
        assert_eq!(reader.read(&self.ends), said.into_iter().map(Some).collect::<Vec<_>>());
        assert_eq!(reader.edge(&self.ends), self.jiaxing.edge(&self.ends), "no fork was signed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_member_takes_its_ends_back_from_a_reader_that_holds_them() {
    let restored = Restored::new().await;
    let Restored { ends, jiaxing, huzhou, .. } = &restored;
    let held = huzhou.edge(ends);
    shows_more(jiaxing, huzhou, ends).await;
    assert_eq!(jiaxing.beat(TIME + 60).await.unwrap(), 0, "it is behind");
    follow_leader(jiaxing, huzhou, ends).await;
    assert_eq!(jiaxing.edge(ends), held);
    let _session = Session::of(ends, jiaxing, huzhou);
    restored.until_all(huzhou).await;
    assert_eq!(jiaxing.beat(TIME + 60).await.unwrap(), 1);
    huzhou.until_beat(ends, (TIME + 60, 6)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_has_just_joined_does_not_open_a_restored_log_before_a_fuller_one_comes() {
    let restored = Restored::new().await;
    let Restored { ends, jiaxing, huzhou, nanhu, .. } = &restored;
    let (_session, valve) = restored.idle().await;
    restored.assert_unsigned();
    assert_eq!(jiaxing.beat(TIME + 60).await.unwrap(), 0, "what it holds proves nothing");

    shows_more(jiaxing, huzhou, ends).await;
    jiaxing.until(ends, "it is known to be behind", |it| it.behind == Some(id("huzhou"))).await;
    valve.release();
    let caught_up = |it: &Summary| it.held.contains(&(id("nanhu"), 2));
    jiaxing.until(ends, "the new reader has caught up", caught_up).await;
    restored.assert_unsigned();
    follow_leader(jiaxing, huzhou, ends).await;
    let _other = Session::of(ends, jiaxing, huzhou);
    restored.until_all(huzhou).await;
    restored.until_all(nanhu).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_has_just_joined_counts_once_it_holds_what_was_signed() {
    let restored = Restored::new().await;
    let Restored { ends, jiaxing, nanhu, .. } = &restored;
    let (session, _held_up) = restored.idle().await;
    restored.assert_unsigned();
    session.abort().await;
    let _session = Session::of(ends, jiaxing, nanhu);
    nanhu.until_size(ends, 3).await;
    assert_eq!(jiaxing.signed(ends), 3, "nobody is here who has shown more");
    assert_eq!(jiaxing.beat(TIME + 60).await.unwrap(), 1);
}
