//! Connections between real swarms on loopback: who gets a stream, how many, and for how long.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that can't go on should fail where it stands"
)]

use std::time::Duration;

use futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::{Multiaddr, identity::Keypair};
use tiaoxi_net::{
    ByteStream, Config, Dialer, Event, Incoming, Limits, Peer, TransportKey, parse_address,
};
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};
use zeroize::Zeroizing;

/// Nothing here takes longer; what does is stuck.
const DEADLINE: Duration = Duration::from_secs(10);

const HUB: u8 = 1;
const DEQING: u8 = 2;
const ANJI: u8 = 3;
const STRANGER: u8 = 9;

async fn soon<T>(what: &str, happens: impl Future<Output = T>) -> T {
    let result = tokio::time::timeout(DEADLINE, happens).await;
    result.unwrap_or_else(|_elapsed| panic!("this did not happen: {what}"))
}

fn key(seed: u8) -> TransportKey {
    let pair = Keypair::ed25519_from_bytes([seed; 32]).unwrap();
    TransportKey(pair.public().try_into_ed25519().unwrap().to_bytes())
}

/// A member's network; ends when it is dropped.
struct Member {
    dialer: Dialer,
    incoming: Incoming,
    events: mpsc::Receiver<Event>,
    _running: DropGuard,
}

/// Nobody dials twice, so that what ends stays ended.
fn limits() -> Limits {
    Limits { retry_first: Duration::from_hours(1), ..Limits::default() }
}

impl Member {
    fn start(seed: u8, listen: Option<Multiaddr>, peers: Vec<Peer>, limits: Limits) -> Self {
        let seed = Zeroizing::new([seed; 32]);
        let listen = Vec::from_iter(listen);
        let config = Config { seed, listen, peers, limits };
        let (driver, dialer, incoming) = tiaoxi_net::start(config).unwrap();
        let shutdown = CancellationToken::new();
        let (sender, events) = mpsc::channel(64);
        tokio::spawn(driver.run(sender, shutdown.clone()));
        Self { dialer, incoming, events, _running: shutdown.drop_guard() }
    }

    /// A hub that two counties may dial, and where.
    async fn hub(limits: Limits) -> (Self, Multiaddr) {
        let counties = [DEQING, ANJI].map(|seed| Peer { key: key(seed), addresses: Vec::new() });
        let any_port = parse_address("/ip4/127.0.0.1/tcp/0").unwrap();
        let mut hub = Self::start(HUB, Some(any_port), counties.into(), limits);
        let Event::Listening { address } = hub.event().await else { panic!("it does not listen") };
        (hub, address)
    }

    /// Dials the hub.
    fn county(seed: u8, hub: &Multiaddr) -> Self {
        let peers = vec![Peer { key: key(HUB), addresses: vec![hub.clone()] }];
        Self::start(seed, None, peers, limits())
    }

    async fn event(&mut self) -> Event {
        soon("something happens", self.events.recv()).await.unwrap()
    }

    /// Waits for the next thing to happen, which is that this member is connected.
    async fn connected(&mut self, seed: u8) {
        match self.event().await {
            Event::Connected { peer, .. } => assert_eq!(peer, key(seed)),
            other => panic!("not connected: {other:?}"),
        }
    }

    async fn open(&mut self, seed: u8) -> Option<ByteStream> {
        soon("a stream is open or not", self.dialer.open(key(seed))).await.ok()
    }

    /// The next stream that the member has opened, and says so.
    async fn accept(&mut self, seed: u8) -> ByteStream {
        let (member, mut stream) = soon("a stream comes", self.incoming.next()).await.unwrap();
        assert_eq!(member, key(seed));
        assert_eq!(read(&mut stream).await, Some(seed));
        stream
    }
}

/// Sends one byte.
async fn say(stream: &mut ByteStream, byte: u8) {
    stream.write_all(&[byte]).await.unwrap();
    stream.flush().await.unwrap();
}

/// The next byte; `None` when the stream has ended in whatever way.
async fn read(stream: &mut ByteStream) -> Option<u8> {
    let mut byte = [0];
    let read = soon("a byte comes or the stream ends", stream.read(&mut byte)).await;
    (read.ok()? == 1).then_some(byte[0])
}

#[tokio::test]
async fn a_newer_connection_of_a_member_ends_the_streams_of_the_older() {
    let (mut hub, address) = Member::hub(limits()).await;
    let mut older = Member::county(DEQING, &address);
    older.connected(HUB).await;
    hub.connected(DEQING).await;
    let mut stream = older.open(HUB).await.unwrap();
    say(&mut stream, DEQING).await;
    let mut accepted = hub.accept(DEQING).await;

    let mut newer = Member::county(DEQING, &address);
    newer.connected(HUB).await;
    hub.connected(DEQING).await;
    assert_eq!(read(&mut accepted).await, None);
    assert_eq!(read(&mut stream).await, None);
    assert!(matches!(older.event().await, Event::Disconnected { .. }));

    let mut stream = newer.open(HUB).await.unwrap();
    say(&mut stream, DEQING).await;
    say(&mut hub.accept(DEQING).await, 77).await;
    assert_eq!(read(&mut stream).await, Some(77));
    drop(newer);
    let gone = hub.event().await;
    assert!(matches!(gone, Event::Disconnected { peer, .. } if peer == key(DEQING)), "{gone:?}");
}

#[tokio::test]
async fn a_stranger_gets_no_stream_and_is_not_heard_of() {
    let (mut hub, address) = Member::hub(limits()).await;
    let mut stranger = Member::county(STRANGER, &address);
    while let Some(mut stream) = stranger.open(HUB).await {
        // Whoever is refused is told by the end of the connection, a moment later.
        assert_eq!(read(&mut stream).await, None);
    }
    let mut deqing = Member::county(DEQING, &address);
    deqing.connected(HUB).await;
    hub.connected(DEQING).await;
    let mut stream = deqing.open(HUB).await.unwrap();
    say(&mut stream, DEQING).await;
    hub.accept(DEQING).await;
    assert!(hub.open(STRANGER).await.is_none());
}

#[tokio::test]
async fn somebody_else_at_a_members_address_is_not_that_member() {
    let (mut hub, address) = Member::hub(limits()).await;
    let peers = vec![Peer { key: key(ANJI), addresses: vec![address] }];
    let mut deqing = Member::start(DEQING, None, peers, limits());
    let failed = deqing.event().await;
    assert!(matches!(failed, Event::DialFailed { peer, .. } if peer == key(ANJI)), "{failed:?}");
    assert!(deqing.open(ANJI).await.is_none());
    assert!(hub.open(DEQING).await.is_none());
}

#[tokio::test]
async fn a_member_that_opens_too_many_streams_is_cut_off_and_others_go_on() {
    const STREAMS_MAX: usize = 16;
    let (mut hub, address) = Member::hub(Limits { streams_max: STREAMS_MAX, ..limits() }).await;
    let mut anji = Member::county(ANJI, &address);
    anji.connected(HUB).await;
    hub.connected(ANJI).await;
    let mut quiet = anji.open(HUB).await.unwrap();
    say(&mut quiet, ANJI).await;
    let mut accepted = hub.accept(ANJI).await;

    let mut deqing = Member::county(DEQING, &address);
    deqing.connected(HUB).await;
    hub.connected(DEQING).await;
    let (mut opened, mut served) = (Vec::new(), Vec::new());
    while let Some(mut stream) = deqing.open(HUB).await {
        if stream.write_all(&[DEQING]).await.is_err() || stream.flush().await.is_err() {
            break;
        }
        opened.push(stream);
        assert!(opened.len() <= STREAMS_MAX, "no more streams than allowed");
        served.push(hub.accept(DEQING).await);
    }
    assert!(opened.len() > STREAMS_MAX / 2, "so many streams were open: {}", opened.len());
    let gone = hub.event().await;
    assert!(matches!(gone, Event::Disconnected { peer, .. } if peer == key(DEQING)), "{gone:?}");
    for stream in &mut served {
        assert_eq!(read(stream).await, None);
    }
    say(&mut accepted, 77).await;
    assert_eq!(read(&mut quiet).await, Some(77));
}
