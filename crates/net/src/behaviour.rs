//! What libp2p runs on every connection: who is allowed, how many, is it alive, our streams.

use std::convert::Infallible;

use libp2p::{
    PeerId,
    allow_block_list::{self, AllowedPeers},
    connection_limits::{self, ConnectionLimits},
    ping,
    swarm::{ConnectionId, NetworkBehaviour},
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

/// What the driver has to know of what behaviours say.
#[derive(Debug)]
pub(crate) enum BehaviourEvent {
    /// Nothing: connections tell all it needs.
    Nothing,
    /// The other side no longer answers on this connection.
    Dead(ConnectionId),
}

impl From<ping::Event> for BehaviourEvent {
    fn from(event: ping::Event) -> Self {
        match event.result {
            Err(ping::Failure::Timeout | ping::Failure::Other { .. }) => {
                Self::Dead(event.connection)
            }
            Ok(_) | Err(ping::Failure::Unsupported) => Self::Nothing,
        }
    }
}

impl From<()> for BehaviourEvent {
    fn from((): ()) -> Self {
        Self::Nothing
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
