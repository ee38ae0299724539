//! Peers that speak nonsense: the hub ends their sessions, stays well, and serves the others.

use std::time::Duration;

use futures::{AsyncReadExt, AsyncWriteExt};
use tiaoxi_api::types::NodeState;
use tiaoxi_ledger::checkpoint::Checkpoint;
use tiaoxi_net::{ByteStream, Event};
use tiaoxi_sync::{
    Message, Offer, RefusalCode, Share, Subscribe,
    message::{FOLLOWER_MESSAGE_BYTES_MAX, MESSAGE_BYTES_MAX},
    wire,
};
use tokio::time::timeout;

use crate::{city::City, files::Invented, puppet::Puppet};

/// How long the hub may take to end a session.
const PATIENCE: Duration = Duration::from_secs(20);

/// Says something and reads until the hub ends the session; what it said before that.
async fn ended_after(mut stream: ByteStream, said: &[u8]) -> Vec<u8> {
    // The hub may hang up before everything is said.
    let _ = stream.write_all(said).await;
    let _ = stream.flush().await;
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    // Closed or reset, but not left open.
    let _ = read.expect("the hub ends the session");
    answer
}

fn framed(message: &Message) -> Vec<u8> {
    let bytes = message.encode();
    let length = u32::try_from(bytes.len()).unwrap();
    [&length.to_be_bytes(), bytes.as_slice()].concat()
}

/// The hub is well, and an import at a county still arrives there.
fn check_unharmed(city: &City, seed: u64) {
    tokio::task::block_in_place(|| {
        assert_eq!(city.hub.client().health().unwrap().state, NodeState::Ready);
        let file = Invented::penalties(city.root.path(), "wuxing", 300, seed, 0);
        city.counties[0].take_in(&file.path);
        city.level(0);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_gets_no_byte_of_the_application() {
    let stranger = Puppet::new("stranger");
    let city = City::of(&["wuxing"]);
    let mut line = stranger.dial(&city.site());
    let mut refused = 0;
    while refused < 3 {
        tokio::select! {
            event = line.events.recv() => match event.unwrap() {
                Event::Disconnected { .. } | Event::DialFailed { .. } => refused += 1,
                Event::Connected { .. } | Event::Listening { .. } => {}
            },
            Ok(stream) = line.dialer.open(line.hub) => {
                let ask = city.site().subscribe("huzhou/huzhou/records/1");
                let answer = ended_after(stream, &framed(&Message::Subscribe(ask))).await;
                assert_eq!(answer, b"", "the hub said something to a stranger");
            }
        }
    }
    check_unharmed(&city, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_asks_nonsense_is_cut_off_and_others_go_on() {
    let anji = Puppet::new("anji");
    let mut city = City::founded(&["wuxing"], &[&anji]);
    tokio::task::block_in_place(|| city.start());
    let mut line = anji.dial(&city.site());
    line.connected().await;

    let held = framed(&Message::Held { size: 5, root: [1; 32] });
    let own = city.site().subscribe(&anji.log());
    let mut endless = framed(&Message::Subscribe(own.clone()));
    for _ in 0..200_000 {
        endless.extend_from_slice(&held);
    }
    let length = FOLLOWER_MESSAGE_BYTES_MAX + 1;
    let mut over_limit = u32::try_from(length).unwrap().to_be_bytes().to_vec();
    over_limit.resize(4 + length, 1);
    let nonsense: [(&str, Vec<u8>); 7] = [
        ("not a message", b"\0\0\0\x05hello".to_vec()),
        ("an empty message", vec![0; 4]),
        ("a length without end", vec![0xff; 4096]),
        ("a message over a follower's limit", over_limit),
        ("out of turn", held.clone()),
        ("a server's message", framed(&Message::Offered(Offer { share: Share::Bodies }))),
        ("more of the same for ever", endless),
    ];
    for (what, said) in nonsense {
        let answer = ended_after(line.asker().stream().await, &said).await;
        assert!(answer.len() < 4096, "{what}: {} bytes of answer", answer.len());
    }

    let other_charter = Subscribe { charter: [0; 32], ..own.clone() };
    let asks = [
        (other_charter, RefusalCode::OtherCharter),
        (city.site().subscribe("huzhou/nowhere/records/1"), RefusalCode::UnknownLog),
        (city.site().subscribe("huzhou/wuxing/records/1"), RefusalCode::NotEntitled),
        (Subscribe { size: 77, ..own.clone() }, RefusalCode::TooFarAhead),
        (Subscribe { root: [9; 32], ..own.clone() }, RefusalCode::Diverged),
    ];
    for (ask, expected) in asks {
        assert_eq!(line.asker().refusal(ask.clone()).await, Some(expected), "{ask:?}");
    }

    // One that says the same true thing for ever, as fast as it can.
    let flooding = tokio::spawn(flood(line.asker().stream().await, own));
    check_unharmed(&city, 2);
    assert!(!flooding.is_finished(), "a member may say what is true");
    flooding.abort();

    // Sessions that are begun and never said anything in, as many as there may be, and more.
    let mut silent = Vec::new();
    for _ in 0..100 {
        let Ok(Some(mut stream)) = timeout(Duration::from_millis(200), line.asker().open()).await
        else {
            break;
        };
        let _ = stream.write_all(&[0, 0, 0, 100, 1]).await;
        silent.push(stream);
    }
    check_unharmed(&city, 3);
    drop(silent);
}

async fn flood(mut stream: ByteStream, ask: Subscribe) {
    let held = framed(&Message::Held { size: ask.size, root: ask.root }).repeat(1000);
    let mut said = stream.write_all(&framed(&Message::Subscribe(ask))).await;
    while said.is_ok() {
        said = stream.write_all(&held).await;
    }
}

/// What a member serves in place of its log.
async fn serve_nonsense(mut stream: ByteStream, turn: usize) {
    let ask = timeout(PATIENCE, wire::read(&mut stream, MESSAGE_BYTES_MAX)).await;
    let Ok(Ok(Message::Subscribe(ask))) = ask else { return };
    let offered = framed(&Message::Offered(Offer { share: Share::Bodies }));
    let forged = |seed: [u8; 32]| {
        let key = tiaoxi_ledger::note::SigningKey::new(ask.origin.clone(), &seed).unwrap();
        let checkpoint = Checkpoint { origin: ask.origin.clone(), size: 3, root: [3; 32] };
        framed(&Message::Checkpoint(checkpoint.sign(&key).unwrap().note().to_vec()))
    };
    let run = framed(&Message::Run { path: vec![[1; 32]; 3], block: vec![7; 100_000] });
    let said = match turn % 6 {
        0 => vec![0xff; 1024],
        1 => [offered, vec![0x7f; 1 << 20]].concat(),
        2 => [offered, forged([1; 32])].concat(),
        3 => [offered, run].concat(),
        4 => [offered, framed(&Message::Checkpoint(b"no note".to_vec()))].concat(),
        _ => [offered.clone(), offered].concat(),
    };
    let answer = ended_after(stream, &said).await;
    assert!(answer.len() < 4096, "{} bytes of answer", answer.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_serves_nonsense_is_dropped_and_others_go_on() {
    let anji = Puppet::new("anji");
    let mut city = City::founded(&["wuxing"], &[&anji]);
    tokio::task::block_in_place(|| city.start());
    let mut line = anji.dial(&city.site());
    // The hub follows two logs of a county, and tries again ever more slowly.
    for turn in 0..8 {
        let (_, stream) = timeout(PATIENCE, line.incoming.next()).await.unwrap().unwrap();
        serve_nonsense(stream, turn).await;
    }
    check_unharmed(&city, 4);
    let log = city.hub.log_status(&anji.log());
    assert_eq!((log.size_appended, log.size_signed), (0, 0));
    let error = log.last_error.expect("the status says what is wrong with the member's log");
    assert_eq!(error.code, "FOLLOWING_FAILED");
}
