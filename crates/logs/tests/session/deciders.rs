//! Signing waits for the deciders, and what is signed is shown to them first.

use futures::FutureExt;
use tiaoxi_logs::MemberSource;
use tiaoxi_sync::{Message, Source, Subscribe};

use crate::{
    city::{City, id, log},
    node::{Node, Session, Way, directory, texts},
    pipe::Valve,
    soon,
};

/// Lets through what a follower that holds nothing asks for, and nothing that it says later.
pub(crate) fn silence(log: &str) -> Valve {
    let ask = Subscribe {
        charter: [0; 32],
        origin: log.to_owned(),
        size: 0,
        root: [0; 32],
        newest: Vec::new(),
    };
    Valve::after(4 + Message::Subscribe(ask).encode().len())
}

/// The size that a node shows to a member now.
fn shown(server: &Node, member: &str, log: &str) -> Option<u64> {
    let source = MemberSource::new(server.logs.clone(), id(member));
    let view = source.view_beyond(log, 0).now_or_never();
    view.map(|view| view.unwrap().size)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_checkpoint_is_shown_to_deciders_first_and_to_others_once_a_quorum_holds_it() {
    let records = log("deqing", "records");
    let readers = &["huzhou", "anji"][..];
    let logs = [("huzhou/deqing/records/1", readers, &["huzhou", "changxing"][..], 2)];
    let city = City::with_logs(&["anji", "changxing", "deqing"], &logs);
    let dirs = [directory(), directory(), directory(), directory()];
    let deqing = Node::open(&city, "deqing", dirs[0].path());
    let huzhou = Node::open(&city, "huzhou", dirs[1].path());
    let changxing = Node::open(&city, "changxing", dirs[2].path());
    let anji = Node::open(&city, "anji", dirs[3].path());

    let _reading = Session::of(&records, &deqing, &anji);
    let _deciding = Session::of(&records, &deqing, &changxing);
    deqing.append(&records, &texts("all", 3)).await.unwrap();
    assert_eq!(deqing.signed(&records), 0, "one decider of two is here");

    let silence = silence(&records);
    let way = Way { follower: silence.clone(), ..Way::default() };
    let _silent = Session::over(&records, &deqing, &huzhou, way);
    huzhou.until_size(&records, 3).await;
    let other = vec![(id("changxing"), 3), (id("huzhou"), 0)];
    deqing.until(&records, "the other decider holds it", |it| it.held == other).await;
    assert_eq!(deqing.signed(&records), 3);
    assert_eq!(shown(&deqing, "huzhou", &records), Some(3));
    assert_eq!(shown(&deqing, "changxing", &records), Some(3));
    assert_eq!(shown(&deqing, "anji", &records), None, "one decider of two holds it");
    assert_eq!((deqing.public(&records), anji.summary(&records).size), (0, 0));
    assert!(deqing.logs.proof(&records, 0).is_err(), "nobody else is shown anything");

    silence.release();
    anji.until_size(&records, 3).await;
    assert_eq!(deqing.public(&records), 3);
    assert_eq!(deqing.logs.proof(&records, 0).unwrap().checkpoint.size(), 3);
    assert_eq!(anji.edge(&records), deqing.edge(&records));
}

/// Ways in which a decider's session ends.
#[derive(Clone, Copy, Debug)]
enum End {
    FollowerGone,
    ServingAborted,
    ConnectionCut,
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_stops_when_the_decider_goes_and_goes_on_when_it_comes_back() {
    let (city, records) = (City::of(&["deqing"]), log("deqing", "records"));
    let dirs = [directory(), directory()];
    let deqing = Node::open(&city, "deqing", dirs[0].path());
    let huzhou = Node::open(&city, "huzhou", dirs[1].path());
    let mut size = 0;
    for end in [End::FollowerGone, End::ServingAborted, End::ConnectionCut] {
        deqing.append(&records, &texts(&format!("{end:?}"), 2)).await.unwrap();
        assert_eq!(deqing.signed(&records), size, "nobody decides before {end:?}");
        assert!(!deqing.summary(&records).signing);
        size += 2;

        let cut = Valve::open();
        let way = Way { server: cut.clone(), ..Way::default() };
        let session = Session::over(&records, &deqing, &huzhou, way);
        let held = vec![(id("huzhou"), size)];
        deqing.until(&records, "the decider holds it", |it| it.held == held).await;
        assert_eq!((deqing.signed(&records), deqing.public(&records)), (size, size));
        assert!(deqing.summary(&records).signing);
        match end {
            End::FollowerGone => session.following.abort(),
            End::ServingAborted => session.serving.abort(),
            End::ConnectionCut => {
                cut.cut();
                // Seen when there is something to send.
                deqing.append(&records, &texts("unseen", 1)).await.unwrap();
                size += 1;
            }
        }
        deqing.until(&records, &format!("signing stops after {end:?}"), |it| !it.signing).await;
    }
    assert_eq!(deqing.public(&records), size - 1, "what was held stays shown");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_an_older_session_of_a_decider_stops_nothing() {
    let (city, records) = (City::of(&["deqing"]), log("deqing", "records"));
    let dirs = [directory(), directory()];
    let deqing = Node::open(&city, "deqing", dirs[0].path());
    let huzhou = Node::open(&city, "huzhou", dirs[1].path());
    deqing.append(&records, &texts("one", 1)).await.unwrap();
    let older = Session::of(&records, &deqing, &huzhou);
    huzhou.until_size(&records, 1).await;
    let _newer = Session::of(&records, &deqing, &huzhou);
    deqing.append(&records, &texts("two", 1)).await.unwrap();
    huzhou.until_size(&records, 2).await;
    older.abort().await;
    deqing.append(&records, &texts("three", 1)).await.unwrap();
    huzhou.until_size(&records, 3).await;
    assert_eq!(huzhou.edge(&records), deqing.edge(&records));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_decider_holds_becomes_durable_without_any_other_commit_to_go_into() {
    let (city, records) = (City::of(&["deqing"]), log("deqing", "records"));
    let dirs = [directory(), directory()];
    let deqing = Node::open(&city, "deqing", dirs[0].path());
    let huzhou = Node::open(&city, "huzhou", dirs[1].path());
    deqing.append(&records, &texts("one", 2)).await.unwrap();
    let session = Session::of(&records, &deqing, &huzhou);
    soon("the word is in the store", async {
        while deqing.stored_word(&records, "huzhou") != Some(2) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    session.abort().await;
    deqing.stop().await;
    let deqing = Node::open(&city, "deqing", dirs[0].path());
    assert_eq!(deqing.summary(&records).held, [(id("huzhou"), 2)]);
    assert_eq!(deqing.public(&records), 2, "it was shown before the restart");
}
