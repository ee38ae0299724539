//! A log through a member that is not its owner: what it passes on proves itself.

use futures::{AsyncReadExt, AsyncWriteExt};
use tiaoxi_ledger::tree::empty_root;
use tiaoxi_logs::{LogSink, MemberSource};
use tiaoxi_sync::{
    Budget, FollowError, Message, RefusalCode, Subscribe,
    message::{FOLLOWER_MESSAGE_BYTES_MAX, MESSAGE_BYTES_MAX},
    wire,
};

use crate::{
    charters::NoCharters,
    city::{City, id, log},
    entitlement::refusal,
    heartbeats::TIME,
    node::{Node, Session, directory, texts},
    pipe::{Valve, pipe},
    soon,
};

#[tokio::test(flavor = "multi_thread")]
async fn what_jiaxing_says_reaches_changxing_through_huzhou_and_nobody_outside() {
    let city = City::of_the_delta();
    let (ends, exchange) = (log("jiaxing", "ends/delta"), log("jiaxing", "exchange/delta"));
    let dirs = [directory(), directory(), directory(), directory()];
    let jiaxing = Node::open(&city, "jiaxing", dirs[0].path());
    let huzhou = Node::open(&city, "huzhou", dirs[1].path());
    let changxing = Node::open(&city, "changxing", dirs[2].path());
    let nanhu = Node::open(&city, "nanhu", dirs[3].path());
    let _deciding = Session::of(&exchange, &jiaxing, &nanhu);
    let _sessions: Vec<_> = [&ends, &exchange]
        .iter()
        .flat_map(|log| {
            [Session::of(log, &jiaxing, &huzhou), Session::of(log, &huzhou, &changxing)]
        })
        .collect();
    jiaxing.append(&exchange, &texts("listing", 300)).await.unwrap();
    jiaxing.append(&ends, &texts("end", 2)).await.unwrap();
    changxing.until_size(&exchange, 300).await;
    changxing.until_size(&ends, 2).await;
    jiaxing.beat(TIME).await.unwrap();
    changxing.until_beat(&ends, (TIME, 2)).await;
    for log in [&ends, &exchange] {
        assert_eq!(changxing.edge(log), jiaxing.edge(log));
        assert_eq!(changxing.read(log), jiaxing.read(log));
        assert!(jiaxing.summary(log).held.iter().all(|(member, _)| *member != id("changxing")));
    }

    for server in [&jiaxing, &huzhou, &changxing] {
        for log in [&ends, &exchange] {
            let words = Subscribe {
                charter: *city.charter.fingerprint().as_bytes(),
                origin: log.clone(),
                size: 0,
                root: empty_root(),
                newest: Vec::new(),
            };
            let refused = refusal(server, "hangzhou", &words).await;
            assert_eq!(refused, Some(RefusalCode::NotEntitled), "{log} at {}", server.me);
        }
    }
    let hangzhou = directory();
    let hangzhou = Node::open(&city, "hangzhou", hangzhou.path());
    assert!(LogSink::new(hangzhou.logs.clone(), &ends).is_none(), "it would not even ask");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_passes_on_what_it_held_before_it_was_asked_also_after_a_restart() {
    let (city, ends) = (City::of_the_delta(), log("jiaxing", "ends/delta"));
    let dirs = [directory(), directory(), directory()];
    let jiaxing = Node::open(&city, "jiaxing", dirs[0].path());
    let huzhou = Node::open(&city, "huzhou", dirs[1].path());
    let session = Session::of(&ends, &jiaxing, &huzhou);
    jiaxing.append(&ends, &texts("end", 300)).await.unwrap();
    huzhou.until_size(&ends, 300).await;
    jiaxing.beat(TIME).await.unwrap();
    huzhou.until_beat(&ends, (TIME, 300)).await;
    session.abort().await;
    let sound = jiaxing.edge(&ends);
    jiaxing.stop().await;
    huzhou.stop().await;

    let huzhou = Node::open(&city, "huzhou", dirs[1].path());
    let changxing = Node::open(&city, "changxing", dirs[2].path());
    let _session = Session::of(&ends, &huzhou, &changxing);
    changxing.until_beat(&ends, (TIME, 300)).await;
    assert_eq!(changxing.edge(&ends), sound);
}

/// What a sound server says to a member that holds nothing, until it has said so many messages.
async fn heard(server: &Node, city: &City, log: &str, count: usize) -> Vec<Message> {
    let (here, mut there) = pipe(Valve::open(), Valve::open());
    let source = MemberSource::new(server.logs.clone(), id("huzhou"));
    let serving = tokio::spawn(async move {
        tiaoxi_sync::serve(here, &source, &NoCharters, &Budget::new(64)).await
    });
    let words = Subscribe {
        charter: *city.charter.fingerprint().as_bytes(),
        origin: log.to_owned(),
        size: 0,
        root: empty_root(),
        newest: Vec::new(),
    };
    let mut heard = Vec::new();
    soon("all is said", async {
        wire::write(&mut there, &Message::Subscribe(words)).await.unwrap();
        while heard.len() < count {
            heard.push(wire::read(&mut there, MESSAGE_BYTES_MAX).await.unwrap());
        }
    })
    .await;
    serving.abort();
    heard
}

/// A relay that says these messages to a follower and then closes; how that ended for the follower.
async fn relayed(follower: &Node, log: &str, said: Vec<Vec<u8>>) -> FollowError {
    let (here, there) = pipe(Valve::open(), Valve::open());
    let sink = LogSink::new(follower.logs.clone(), log).unwrap();
    let (mut input, mut output) = here.split();
    // What the follower says that it holds means nothing to this one.
    let listening = tokio::spawn(async move {
        while wire::read(&mut input, FOLLOWER_MESSAGE_BYTES_MAX).await.is_ok() {}
    });
    tokio::spawn(async move {
        for message in said {
            let length = u32::try_from(message.len()).unwrap().to_be_bytes();
            // The follower may have gone already.
            if output.write_all(&[&length[..], &message].concat()).await.is_err() {
                return;
            }
        }
        let _ = output.close().await;
    });
    let error = soon("the session ends", tiaoxi_sync::follow(there, &sink)).await.unwrap_err();
    listening.abort();
    error
}

/// What Jiaxing says of two ends and a heartbeat: an offer, a checkpoint, a run, a heartbeat.
async fn two_ends(city: &City) -> Vec<Message> {
    let (ends, dir) = (log("jiaxing", "ends/delta"), directory());
    let jiaxing = Node::open_alone(city, "jiaxing", dir.path());
    jiaxing.append(&ends, &texts("end", 2)).await.unwrap();
    jiaxing.beat(TIME).await.unwrap();
    heard(&jiaxing, city, &ends, 4).await
}

#[tokio::test(flavor = "multi_thread")]
async fn whichever_byte_a_relay_changes_nothing_else_is_believed() {
    let (city, ends, dir) = (City::of_the_delta(), log("jiaxing", "ends/delta"), directory());
    let said: Vec<_> = two_ends(&city).await.iter().map(Message::encode).collect();
    let changxing = Node::open(&city, "changxing", dir.path());
    let check = async |said: &[Vec<u8>], message: usize, size: u64| {
        for byte in 0..said[message].len() {
            let mut changed = said.to_vec();
            changed[message][byte] ^= 1;
            let error = relayed(&changxing, &ends, changed).await;
            assert!(error.discredits_the_server(), "byte {byte} of {message}: {error:?}");
            assert_eq!((changxing.edge(&ends).0, changxing.heartbeat(&ends)), (size, None));
        }
    };
    check(&said, 1, 0).await;
    check(&said, 2, 0).await;
    // A run is not sent twice.
    relayed(&changxing, &ends, said[..3].to_vec()).await;
    changxing.until_size(&ends, 2).await;
    let said = [said[0].clone(), said[3].clone()];
    check(&said, 1, 2).await;
    assert!(!relayed(&changxing, &ends, said.to_vec()).await.discredits_the_server());
    changxing.until_beat(&ends, (TIME, 2)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_withholds_can_only_leave_a_member_behind_and_unsure() {
    let (city, ends, dir) = (City::of_the_delta(), log("jiaxing", "ends/delta"), directory());
    let jiaxing_dir = directory();
    let jiaxing = Node::open_alone(&city, "jiaxing", jiaxing_dir.path());
    let changxing = Node::open(&city, "changxing", dir.path());
    jiaxing.append(&ends, &texts("early", 2)).await.unwrap();
    jiaxing.beat(TIME).await.unwrap();
    let early = heard(&jiaxing, &city, &ends, 4).await;
    jiaxing.append(&ends, &texts("late", 1)).await.unwrap();
    jiaxing.beat(TIME + 60).await.unwrap();
    let late = heard(&jiaxing, &city, &ends, 5).await;
    let [offer, early_checkpoint, early_run, early_beat] = &early[..] else { panic!("{early:?}") };
    let (late_checkpoint, late_beat) = (&late[1], &late[4]);
    let encoded = |messages: &[&Message]| -> Vec<Vec<u8>> {
        messages.iter().map(|message| message.encode()).collect()
    };

    // A newer heartbeat does not go with older entries.
    let said = encoded(&[offer, early_checkpoint, early_run, late_beat]);
    let error = relayed(&changxing, &ends, said).await;
    assert!(matches!(error, FollowError::EarlyHeartbeat { beaten: 3, held: 2 }), "{error:?}");
    changxing.until_size(&ends, 2).await;
    assert_eq!(changxing.heartbeat(&ends), None);
    // Without the entries a newer checkpoint is worth nothing.
    let said = encoded(&[offer, late_checkpoint, late_beat]);
    let error = relayed(&changxing, &ends, said).await;
    assert!(matches!(error, FollowError::EarlyHeartbeat { .. }), "{error:?}");
    // Old news stays old.
    let said = encoded(&[offer, early_beat]);
    assert!(!relayed(&changxing, &ends, said).await.discredits_the_server());
    changxing.until_beat(&ends, (TIME, 2)).await;

    let _session = Session::of(&ends, &jiaxing, &changxing);
    changxing.until_beat(&ends, (TIME + 60, 3)).await;
    let said = encoded(&[offer, early_beat]);
    assert!(!relayed(&changxing, &ends, said).await.discredits_the_server());
    assert_eq!(changxing.heartbeat(&ends), Some((TIME + 60, 3)), "an older one changes nothing");
    let said = encoded(&[offer, early_checkpoint, early_run]);
    let error = relayed(&changxing, &ends, said).await;
    assert!(matches!(error, FollowError::Contradiction(_)), "an older checkpoint: {error:?}");
    assert_eq!(changxing.edge(&ends), jiaxing.edge(&ends));
}
