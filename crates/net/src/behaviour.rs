//! What libp2p runs on every connection: who is allowed, how many, is it alive, our streams.

use std::convert::Infallible;

use libp2p::{
    PeerId,
    allow_block_list::{self, AllowedPeers},
    connection_limits::{self, ConnectionLimits},
    ping,
    swarm::NetworkBehaviour,
};

use crate::Limits;

#[derive(NetworkBehaviour)]
#[behaviour(to_swarm = "BehaviourEvent")]
pub(crate) struct Behaviour {
    limits: connection_limits::Behaviour,
    allowed: allow_block_list::Behaviour<AllowedPeers>,
    ping: ping::Behaviour,
    pub(crate) streams: libp2p_stream::Behaviour,
}

/// Nothing that a behaviour says concerns the driver; connections tell all it needs.
#[derive(Debug)]
pub(crate) enum BehaviourEvent {
    Ping,
}

impl From<ping::Event> for BehaviourEvent {
    fn from(_: ping::Event) -> Self {
        Self::Ping
    }
}

impl From<()> for BehaviourEvent {
    fn from((): ()) -> Self {
        Self::Ping
    }
}

impl From<Infallible> for BehaviourEvent {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl Behaviour {
    pub(crate) fn new(bounds: Limits, peers: impl Iterator<Item = PeerId>) -> Self {
        let limits = ConnectionLimits::default()
            .with_max_pending_incoming(Some(bounds.pending_max))
            .with_max_pending_outgoing(Some(bounds.pending_max))
            .with_max_established(Some(bounds.established_max))
            // Two for a moment: a newer connection ends the older one.
            .with_max_established_per_peer(Some(2));
        let mut allowed = allow_block_list::Behaviour::default();
        for peer in peers {
            allowed.allow_peer(peer);
        }
        Self {
            limits: connection_limits::Behaviour::new(limits),
            allowed,
            ping: ping::Behaviour::default(),
            streams: libp2p_stream::Behaviour::new(),
        }
    }
}
