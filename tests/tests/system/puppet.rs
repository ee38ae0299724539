//! A member that a test plays itself, with nothing of the program but its libraries: it can be
//! sound, and it can say what no sound node says.

use std::sync::Arc;

use tiaoxi_federation::{
    Member, MemberId,
    member::MemberKeys,
    request::{KeySeeds, Request},
};
use tiaoxi_ledger::{Hash, block::Draft, note::PublicKey};
use tiaoxi_logs::{Logs, MemberSource, Setup, WriterThread};
use tiaoxi_net::{ByteStream, Dialer, Event, Incoming, Limits, Peer, TransportKey, parse_address};
use tiaoxi_store::{Options, Store};
use tiaoxi_sync::{Budget, Charters, Refusal};
use tiaoxi_vault::Key;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::{CancellationToken, DropGuard};
use zeroize::Zeroizing;

use crate::city::City;

/// A member whose four secrets the test knows.
pub(crate) struct Puppet {
    id: MemberId,
}

/// The network of a puppet. Ends when it is dropped.
pub(crate) struct Line {
    pub(crate) hub: TransportKey,
    pub(crate) dialer: Dialer,
    pub(crate) incoming: Incoming,
    pub(crate) events: mpsc::Receiver<Event>,
    _running: DropGuard,
}

impl Puppet {
    pub(crate) fn new(id: &str) -> Self {
        Self { id: MemberId::parse(id).unwrap() }
    }

    pub(crate) fn id(&self) -> &MemberId {
        &self.id
    }

    /// The log that its records would go to.
    pub(crate) fn log(&self) -> String {
        format!("huzhou/{}/records/1", self.id)
    }

    fn seed(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let text = format!("the {purpose} key of {}", self.id);
        Zeroizing::new(*blake3::hash(text.as_bytes()).as_bytes())
    }

    /// Its membership request.
    pub(crate) fn request(&self) -> Vec<u8> {
        let seeds = ["transport", "log", "witness", "recovery"].map(|purpose| self.seed(purpose));
        let [transport, log, witness, recovery] =
            seeds.each_ref().map(|seed| PublicKey::of_seed(seed));
        let member = Member {
            id: self.id.clone(),
            name: format!("{}(演示)", self.id),
            hub: Some(MemberId::parse("huzhou").unwrap()),
            addresses: Vec::new(),
            regions: Vec::new(),
            keys: MemberKeys { transport, log, witness, recovery },
        };
        let [transport, log, witness, recovery] = &seeds;
        Request::make(&member, &KeySeeds { transport, log, witness, recovery }).unwrap()
    }

    /// Dials the hub of a running city, in or out of its charter, until it is dropped.
    pub(crate) fn dial(&self, city: &City) -> Line {
        let charter = city.charter();
        let hub = charter.current().terms().member(&MemberId::parse("huzhou").unwrap()).unwrap();
        let hub = TransportKey(*hub.keys.transport.as_bytes());
        let address = parse_address(&city.hub_address).unwrap();
        let (driver, dialer, incoming) = tiaoxi_net::start(tiaoxi_net::Config {
            seed: self.seed("transport"),
            listen: Vec::new(),
            peers: vec![Peer { key: hub, addresses: vec![address] }],
            limits: Limits::default(),
        })
        .unwrap();
        let shutdown = CancellationToken::new();
        let (sender, events) = mpsc::channel(64);
        tokio::spawn(driver.run(sender, shutdown.clone()));
        Line { hub, dialer, incoming, events, _running: shutdown.drop_guard() }
    }

    /// Opens its logs in a store of its own below the city's directory.
    pub(crate) fn open_logs(&self, city: &City) -> (Logs, WriterThread) {
        let charter = city.charter();
        let dir = city.path(&format!("{}-store", self.id));
        let (store, _) = Store::open(&dir, &Key::random(), Options::default()).unwrap();
        Logs::open(Setup {
            terms: Arc::new(charter.current().terms().clone()),
            charter: *charter.current().fingerprint().as_bytes(),
            known_charters: Vec::new(),
            me: self.id.clone(),
            log_seed: self.seed("log"),
            stand_alone: false,
            store: Arc::new(store),
            fresh: None,
        })
        .unwrap()
    }
}

impl Line {
    /// Waits until the hub has let us in.
    pub(crate) async fn connected(&mut self) {
        while !matches!(self.events.recv().await, Some(Event::Connected { .. })) {}
    }

    /// Opens a stream to the hub.
    pub(crate) async fn open(&mut self) -> Option<ByteStream> {
        self.dialer.open(self.hub).await.ok()
    }

    /// Serves the hub as a sound node does, for as long as the line lives.
    pub(crate) async fn serve(mut self, logs: Logs) {
        let budget = Budget::new(4096);
        loop {
            let served = tokio::select! {
                _ = self.events.recv() => continue,
                served = self.incoming.next() => served,
            };
            let Some((_, stream)) = served else { return };
            let hub = MemberId::parse("huzhou").unwrap();
            let (source, budget) = (MemberSource::new(logs.clone(), hub), budget.clone());
            tokio::spawn(async move {
                // How it ended is seen by what the hub has.
                let _ = tiaoxi_sync::serve(stream, &source, &FirstCharter, &budget).await;
            });
        }
    }
}

/// A member that knows no charter behind the first.
struct FirstCharter;

impl Charters for FirstCharter {
    fn after(&self, _version: u32, _fingerprint: &Hash) -> Result<Vec<Arc<[u8]>>, Refusal> {
        Ok(Vec::new())
    }

    fn changed(&self) -> watch::Receiver<u32> {
        watch::channel(1).1
    }
}

/// A draft whose header is as it is given.
pub(crate) fn draft(header: tiaoxi_ledger::header::Header, body: Vec<u8>) -> Draft {
    Draft { prefix: header.prefix(), body }
}
