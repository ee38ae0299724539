//! A member that a test plays itself, with nothing of the program but its libraries: it can be
//! sound, and it can say what no sound node says.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tiaoxi_federation::{
    Chain, Member, MemberId, Proposal,
    member::{KeyPurpose, MemberKeys},
    request::{KeySeeds, Request},
    terms::key_name,
};
use tiaoxi_ledger::{
    Hash,
    block::Draft,
    note::{PublicKey, SigningKey},
};
use tiaoxi_logs::{LogSink, Logs, MemberSource, Setup, WriterThread};
use tiaoxi_net::{ByteStream, Dialer, Event, Incoming, Limits, Peer, TransportKey, parse_address};
use tiaoxi_store::{Options, Store};
use tiaoxi_sync::{
    Budget, Charters, Message, Refusal, RefusalCode, Subscribe, message::MESSAGE_BYTES_MAX, wire,
};
use tiaoxi_vault::Key;
use tokio::{
    sync::{mpsc, watch},
    time::timeout,
};
use tokio_util::sync::{CancellationToken, DropGuard};
use zeroize::Zeroizing;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A member whose four secrets the test knows.
pub(crate) struct Puppet {
    id: MemberId,
    hub: Option<MemberId>,
}

/// What a puppet has to know of a federation.
pub(crate) struct Site {
    pub(crate) charter: Chain,
    /// The member that it dials, and where.
    pub(crate) peer: MemberId,
    pub(crate) address: String,
    /// Where its store lies.
    pub(crate) root: PathBuf,
}

/// The network of a puppet. Ends when it is dropped.
pub(crate) struct Line {
    peer: MemberId,
    pub(crate) hub: TransportKey,
    pub(crate) dialer: Dialer,
    pub(crate) incoming: Incoming,
    pub(crate) events: mpsc::Receiver<Event>,
    _running: DropGuard,
}

impl Puppet {
    /// A county of huzhou.
    pub(crate) fn new(id: &str) -> Self {
        let hub = Some(MemberId::parse("huzhou").unwrap());
        Self { id: MemberId::parse(id).unwrap(), hub }
    }

    /// A member of no hub.
    pub(crate) fn city(id: &str) -> Self {
        Self { hub: None, ..Self::new(id) }
    }

    pub(crate) fn id(&self) -> &MemberId {
        &self.id
    }

    /// The log that its records would go to.
    pub(crate) fn log(&self) -> String {
        format!("huzhou/{}/records/1", self.id)
    }

    pub(crate) fn seed(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
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
            hub: self.hub.clone(),
            addresses: Vec::new(),
            regions: Vec::new(),
            keys: MemberKeys { transport, log, witness, recovery },
        };
        let [transport, log, witness, recovery] = &seeds;
        Request::make(&member, &KeySeeds { transport, log, witness, recovery }).unwrap()
    }

    /// Adds its signature to a charter.
    pub(crate) fn sign(&self, note: &[u8]) -> Vec<u8> {
        let mut proposal = Proposal::parse(note).unwrap();
        let federation = proposal.terms().federation().clone();
        let name = key_name(&federation, &self.id, KeyPurpose::Recovery);
        proposal.sign(&SigningKey::new(name, &self.seed("recovery")).unwrap()).unwrap();
        proposal.to_bytes()
    }

    /// Dials a running node, in or out of its charter, until it is dropped.
    pub(crate) fn dial(&self, site: &Site) -> Line {
        let hub = site.charter.current().terms().member(&site.peer).unwrap();
        let hub = TransportKey(*hub.keys.transport.as_bytes());
        let address = parse_address(&site.address).unwrap();
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
        let peer = site.peer.clone();
        Line { peer, hub, dialer, incoming, events, _running: shutdown.drop_guard() }
    }

    /// The key of its heartbeats.
    pub(crate) fn witness(&self, site: &Site) -> SigningKey {
        let federation = site.charter.current().terms().federation();
        let name = key_name(federation, &self.id, KeyPurpose::Witness);
        SigningKey::new(name, &self.seed("witness")).unwrap()
    }

    /// Opens its logs in a store of its own below the federation's directory.
    pub(crate) fn open_logs(&self, site: &Site) -> (Logs, WriterThread) {
        let charter = &site.charter;
        let dir = site.root.join(format!("{}-store", self.id));
        let (store, _) = Store::open(&dir, &Key::random(), Options::default()).unwrap();
        Logs::open(Setup {
            terms: Arc::new(charter.current().terms().clone()),
            charter: *charter.current().fingerprint().as_bytes(),
            known_charters: Vec::new(),
            me: self.id.clone(),
            log_seed: self.seed("log"),
            stand_alone: false,
            heartbeats_until: Arc::new(|| u64::MAX),
            store: Arc::new(store),
            fresh: None,
        })
        .unwrap()
    }
}

impl Site {
    /// Asks for a log from its beginning.
    pub(crate) fn subscribe(&self, origin: &str) -> Subscribe {
        let (size, root) = (0, tiaoxi_ledger::tree::empty_root());
        let charter = *self.charter.current().fingerprint().as_bytes();
        Subscribe { charter, origin: origin.to_owned(), size, root, newest: Vec::new() }
    }
}

impl Line {
    /// Waits until the hub has let us in.
    pub(crate) async fn connected(&mut self) {
        while !matches!(self.events.recv().await, Some(Event::Connected { .. })) {}
    }

    /// Asks the peer on the same connection.
    pub(crate) fn asker(&self) -> Asker {
        Asker { peer: self.hub, dialer: self.dialer.clone() }
    }

    /// Follows a log from the peer as a sound node does.
    pub(crate) fn follow(&self, logs: &Logs, log: &str) {
        let (logs, log, peer) = (logs.clone(), log.to_owned(), self.hub);
        let mut dialer = self.dialer.clone();
        tokio::spawn(async move {
            while let Some(sink) = LogSink::new(logs.clone(), &log) {
                if let Ok(stream) = dialer.open(peer).await {
                    // Why it ended is of no interest: it is begun anew.
                    let _ = tiaoxi_sync::follow(stream, &sink).await;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
    }

    /// Serves the peer as a sound node does, for as long as the line lives.
    pub(crate) async fn serve(mut self, logs: Logs) {
        let budget = Budget::new(4096);
        loop {
            let served = tokio::select! {
                _ = self.events.recv() => continue,
                served = self.incoming.next() => served,
            };
            let Some((_, stream)) = served else { return };
            let peer = self.peer.clone();
            let (source, budget) = (MemberSource::new(logs.clone(), peer), budget.clone());
            tokio::spawn(async move {
                // How it ended is seen by what the hub has.
                let _ = tiaoxi_sync::serve(stream, &source, &FirstCharter, &budget).await;
            });
        }
    }
}

/// Opens streams to the peer of a line, for as long as that lives.
pub(crate) struct Asker {
    peer: TransportKey,
    dialer: Dialer,
}

impl Asker {
    /// A stream; `None` when the peer takes none.
    pub(crate) async fn open(&mut self) -> Option<ByteStream> {
        self.dialer.open(self.peer).await.ok()
    }

    /// A stream, once the peer takes any.
    pub(crate) async fn stream(&mut self) -> ByteStream {
        loop {
            if let Some(stream) = self.open().await {
                return stream;
            }
        }
    }

    /// Why a subscription is refused; `None` when it is not.
    pub(crate) async fn refusal(&mut self, ask: Subscribe) -> Option<RefusalCode> {
        let mut stream = self.stream().await;
        wire::write(&mut stream, &Message::Subscribe(ask)).await.unwrap();
        let answer = timeout(PATIENCE, wire::read(&mut stream, MESSAGE_BYTES_MAX)).await;
        match answer.unwrap().unwrap() {
            Message::Refused(refusal) => Some(refusal.code),
            _ => None,
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
