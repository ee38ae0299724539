//! What the serving end asks of the node.

use std::sync::Arc;

use tiaoxi_ledger::{Hash, heartbeat::Heartbeat};

use crate::{Offer, Refusal, Subscribe, budget::Urgency};

/// A checkpoint that may be shown to the peer, and the entries below it.
#[derive(Clone, Debug)]
pub struct View {
    /// Entries.
    pub size: u64,
    /// The signed note.
    pub note: Arc<[u8]>,
}

/// A run to be sent.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The encoded block, already cut to what the peer is entitled to.
    pub block: Vec<u8>,
    /// Number behind its last entry.
    pub end: u64,
    /// From the level-8 node of its range to the view's root; empty unless it ends its range before
    /// the view does.
    pub path: Vec<Hash>,
}

/// The logs that a node serves to one authenticated peer.
pub trait Source: Send + Sync {
    /// An open session. Dropped when it is over, however it ends.
    type Session: Send + Sync;

    /// Decides on a subscription, and takes note of what the peer shows to hold.
    fn open(
        &self,
        ask: &Subscribe,
    ) -> impl Future<Output = Result<(Offer, Self::Session), Refusal>> + Send;

    /// Which part of the budget the log draws on.
    fn urgency(&self, origin: &str) -> Urgency;

    /// Waits for a checkpoint beyond `size` that may be shown to the peer. May be given up and asked
    /// again at any time.
    fn view_beyond(
        &self,
        origin: &str,
        size: u64,
    ) -> impl Future<Output = Result<View, Refusal>> + Send;

    /// Waits for a heartbeat of at most `sent` entries that supersedes `last`. May be given up and
    /// asked again at any time.
    fn beat_beyond(
        &self,
        origin: &str,
        sent: u64,
        last: Option<&Heartbeat>,
    ) -> impl Future<Output = Result<Arc<Heartbeat>, Refusal>> + Send;

    /// The run that begins with entry `from`, within the view.
    fn read(
        &self,
        origin: &str,
        from: u64,
        view: &View,
    ) -> impl Future<Output = Result<Piece, Refusal>> + Send;

    /// The peer holds this durably. An error ends the session.
    fn held(
        &self,
        origin: &str,
        size: u64,
        root: Hash,
    ) -> impl Future<Output = Result<(), Refusal>> + Send;
}
