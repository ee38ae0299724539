//! Authenticated byte streams between members over libp2p: TCP, Noise, yamux.
//!
//! The only crate that names libp2p. Knows members by their transport keys and nothing of logs,
//! charters or disks. Strangers are closed after the handshake and get no application byte.
//! [`start`] gives a [`Driver`] to be run as a task, a [`Dialer`] that opens streams, and the
//! [`Incoming`] streams.

mod backoff;
mod behaviour;
mod driver;
mod identity;

pub use driver::{Driver, Event, StartError, start};
pub use identity::{KeyError, TransportKey, parse_address};
pub use streams::{Dialer, Incoming, OpenError};

mod streams;

use std::time::Duration;

use libp2p::Multiaddr;
use zeroize::Zeroizing;

/// A byte stream between two members.
pub type ByteStream = libp2p::Stream;

/// Protocol of the streams.
pub const SYNC_PROTOCOL: &str = "/tiaoxi/sync/1";

/// A member to talk to.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Its transport key.
    pub key: TransportKey,
    /// Where to dial it; empty when it dials us.
    pub addresses: Vec<Multiaddr>,
}

/// What the network part of a node needs to know.
pub struct Config {
    /// Secret seed of our transport key.
    pub seed: Zeroizing<[u8; 32]>,
    /// Where to listen; empty for a node that only dials.
    pub listen: Vec<Multiaddr>,
    /// Every member of the charter but ourselves.
    pub peers: Vec<Peer>,
    /// Bounds.
    pub limits: Limits,
}

/// Bounds on connections. libp2p's own defaults are none.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections that have not finished their handshake, in and out.
    pub pending_max: u32,
    /// Established connections.
    pub established_max: u32,
    /// Streams on one connection.
    pub streams_max: usize,
    /// How long a connection without streams is kept.
    pub idle_timeout: Duration,
    /// First wait after a failed dial; it doubles with each, up to a minute.
    pub retry_first: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pending_max: 32,
            established_max: 512,
            streams_max: 64,
            idle_timeout: Duration::from_mins(2),
            retry_first: Duration::from_millis(250),
        }
    }
}
