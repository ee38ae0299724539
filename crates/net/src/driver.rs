//! The task that keeps connections to the members up.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use futures::StreamExt;
use libp2p::{
    Multiaddr, PeerId, StreamProtocol, Swarm, SwarmBuilder,
    multiaddr::Protocol,
    noise,
    swarm::{
        ConnectionId, SwarmEvent,
        dial_opts::{DialOpts, PeerCondition},
    },
    tcp, yamux,
};
use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info};

use crate::{
    Config, Dialer, Incoming, Peer, SYNC_PROTOCOL, TransportKey,
    backoff::Backoff,
    behaviour::{Behaviour, BehaviourEvent},
    identity::{self, KeyError},
    streams::Directory,
};

/// What happened on the network.
#[derive(Clone, Debug)]
pub enum Event {
    /// We listen here.
    Listening {
        /// The address, with the port really taken.
        address: Multiaddr,
    },
    /// A member is connected.
    Connected {
        /// Which one.
        peer: TransportKey,
        /// Where it is.
        address: Multiaddr,
    },
    /// The last connection to a member is gone.
    Disconnected {
        /// Which one.
        peer: TransportKey,
        /// Why, when that is known.
        reason: String,
    },
    /// A member could not be dialled.
    DialFailed {
        /// Which one.
        peer: TransportKey,
        /// Why.
        reason: String,
        /// How long until the next try.
        next_try: Duration,
    },
}

/// Why the network part can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A peer's key is none.
    #[error("a peer's key can't be used")]
    Key(#[from] KeyError),
    /// The transport could not be made.
    #[error("the transport could not be set up")]
    Transport(#[source] noise::Error),
    /// Nothing listens here.
    #[error("can't listen on {address}")]
    Listen {
        /// As configured.
        address: Multiaddr,
        /// Why.
        source: libp2p::TransportError<io::Error>,
    },
}

/// Keeps connections up while it runs.
pub struct Driver {
    swarm: Swarm<Behaviour>,
    directory: Arc<Directory>,
    dials: HashMap<PeerId, Dial>,
    connections: HashMap<PeerId, Vec<ConnectionId>>,
}

/// A peer that we dial.
struct Dial {
    addresses: Vec<Multiaddr>,
    backoff: Backoff,
    /// When to dial next; `None` while a dial or connection is up.
    due: Option<Instant>,
}

/// Sets everything up and begins to listen; nothing is dialled before the driver runs.
pub fn start(config: Config) -> Result<(Driver, Dialer, Incoming), StartError> {
    let mut ids = HashMap::new();
    for peer in &config.peers {
        ids.insert(peer.key, peer.key.peer_id()?);
    }
    let keys = ids.iter().map(|(key, id)| (*id, *key)).collect();
    let directory = Arc::new(Directory { ids, keys });
    let limits = config.limits;
    let muxer = move || {
        let mut muxer = yamux::Config::default();
        muxer.set_max_num_streams(limits.streams_max);
        muxer
    };
    let behaviour = Behaviour::new(limits, directory.keys.keys().copied());
    let mut swarm = SwarmBuilder::with_existing_identity(identity::keypair(&config.seed))
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, muxer)
        .map_err(StartError::Transport)?
        .with_behaviour(|_| behaviour)
        .unwrap_or_else(|never| match never {})
        .with_swarm_config(|swarm| swarm.with_idle_connection_timeout(limits.idle_timeout))
        .build();
    for address in config.listen {
        check_vacant(&address)?;
        swarm
            .listen_on(address.clone())
            .map_err(|source| StartError::Listen { address, source })?;
    }
    let mut control = swarm.behaviour().streams.new_control();
    let streams = control
        .accept(StreamProtocol::new(SYNC_PROTOCOL))
        .expect("the protocol is registered once, here");
    let dials = dials(config.peers, &directory, limits.retry_first);
    let dialer = Dialer { control, directory: Arc::clone(&directory) };
    let incoming = Incoming { streams, directory: Arc::clone(&directory) };
    Ok((Driver { swarm, directory, dials, connections: HashMap::new() }, dialer, incoming))
}

/// libp2p shares a port with whoever shares it too, a second node of ours for example; connections
/// would then go to either by chance. Whoever really owns the port refuses this.
fn check_vacant(address: &Multiaddr) -> Result<(), StartError> {
    let mut parts = address.iter();
    let ip: IpAddr = match parts.next() {
        Some(Protocol::Ip4(ip)) => ip.into(),
        Some(Protocol::Ip6(ip)) => ip.into(),
        _ => return Ok(()),
    };
    let Some(Protocol::Tcp(port)) = parts.next() else { return Ok(()) };
    TcpListener::bind((ip, port)).map(drop).map_err(|source| {
        let source = libp2p::TransportError::Other(source);
        StartError::Listen { address: address.clone(), source }
    })
}

fn dials(peers: Vec<Peer>, directory: &Directory, first: Duration) -> HashMap<PeerId, Dial> {
    let dialled = peers.into_iter().filter(|peer| !peer.addresses.is_empty());
    dialled
        .filter_map(|peer| {
            let id = *directory.ids.get(&peer.key)?;
            let spread = peer.key.0.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
            let backoff = Backoff::new(first, spread);
            let due = Some(Instant::now());
            Some((id, Dial { addresses: peer.addresses, backoff, due }))
        })
        .collect()
}

impl Driver {
    /// Runs until `shutdown`.
    pub async fn run(mut self, events: mpsc::Sender<Event>, shutdown: CancellationToken) {
        loop {
            let due = self.dials.values().filter_map(|dial| dial.due).min();
            let wait = async {
                match due {
                    Some(due) => tokio::time::sleep_until(due).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = wait => self.dial_those_due(),
                event = self.swarm.select_next_some() => {
                    if let Some(event) = self.digest(event)
                        && events.send(event).await.is_err()
                    {
                        return;
                    }
                }
            }
        }
    }

    fn dial_those_due(&mut self) {
        let now = Instant::now();
        let due: Vec<PeerId> = self
            .dials
            .iter()
            .filter(|(_, dial)| dial.due.is_some_and(|due| due <= now))
            .map(|(id, _)| *id)
            .collect();
        for id in due {
            let Some(dial) = self.dials.get_mut(&id) else { continue };
            dial.due = None;
            let options = DialOpts::peer_id(id)
                .condition(PeerCondition::DisconnectedAndNotDialing)
                .addresses(dial.addresses.clone())
                .build();
            if let Err(error) = self.swarm.dial(options)
                && !self.connections.contains_key(&id)
            {
                debug!(%id, %error, "did not dial");
                self.schedule(id);
            }
        }
    }

    fn digest(&mut self, event: SwarmEvent<BehaviourEvent>) -> Option<Event> {
        match event {
            SwarmEvent::NewListenAddr { address, .. } => Some(Event::Listening { address }),
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, endpoint, .. } => {
                let address = endpoint.get_remote_address().clone();
                self.connected(peer_id, connection_id, address)
            }
            SwarmEvent::ConnectionClosed { peer_id, connection_id, cause, .. } => {
                let reason = cause.map_or_else(|| "closed".to_owned(), |cause| cause.to_string());
                self.disconnected(peer_id, connection_id, reason)
            }
            SwarmEvent::Behaviour(BehaviourEvent::Dead(connection)) => {
                // TCP alone would keep a silent connection for many minutes.
                self.swarm.close_connection(connection);
                None
            }
            SwarmEvent::OutgoingConnectionError { peer_id: Some(peer_id), error, .. } => {
                self.dial_failed(peer_id, error.to_string())
            }
            SwarmEvent::IncomingConnectionError { send_back_addr, error, .. } => {
                info!(address = %send_back_addr, %error, "refused a connection");
                None
            }
            _ => None,
        }
    }

    fn connected(&mut self, id: PeerId, new: ConnectionId, address: Multiaddr) -> Option<Event> {
        let peer = *self.directory.keys.get(&id)?;
        let connections = self.connections.entry(id).or_default();
        for older in connections.iter() {
            self.swarm.close_connection(*older);
        }
        connections.push(new);
        if let Some(dial) = self.dials.get_mut(&id) {
            dial.backoff.reset();
            dial.due = None;
        }
        Some(Event::Connected { peer, address })
    }

    fn disconnected(&mut self, id: PeerId, gone: ConnectionId, reason: String) -> Option<Event> {
        let peer = *self.directory.keys.get(&id)?;
        let connections = self.connections.get_mut(&id)?;
        connections.retain(|connection| *connection != gone);
        if !connections.is_empty() {
            return None;
        }
        self.connections.remove(&id);
        self.schedule(id);
        Some(Event::Disconnected { peer, reason })
    }

    fn dial_failed(&mut self, id: PeerId, reason: String) -> Option<Event> {
        let peer = *self.directory.keys.get(&id)?;
        if self.connections.contains_key(&id) {
            return None;
        }
        let next_try = self.schedule(id)?;
        Some(Event::DialFailed { peer, reason, next_try })
    }

    fn schedule(&mut self, id: PeerId) -> Option<Duration> {
        let dial = self.dials.get_mut(&id)?;
        let wait = dial.backoff.next();
        dial.due = Some(Instant::now() + wait);
        Some(wait)
    }
}
