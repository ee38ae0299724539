//! What the following end asks of the node.

use tiaoxi_ledger::{
    checkpoint::SignedCheckpoint,
    cosignature::WitnessKey,
    heartbeat::Heartbeat,
    note::VerifierKey,
    verify::{Follower, Verified},
};
use tokio::sync::watch;

use crate::Subscribe;

/// Where a session starts.
pub struct Start {
    /// What is said to the server.
    pub subscribe: Subscribe,
    /// The tree of the entries held.
    pub follower: Follower,
    /// The log's key.
    pub log_key: VerifierKey,
    /// The witness key of the log's owner.
    pub witness: WitnessKey,
    /// Entries held durably and their root; every rise is told to the server.
    pub durable: watch::Receiver<(u64, tiaoxi_ledger::Hash)>,
}

/// Why the node no longer takes entries of a log.
#[derive(Debug, thiserror::Error)]
#[error("the node no longer follows this log: {0}")]
pub struct SinkClosed(pub String);

/// The log that a node follows in this session.
pub trait Sink: Send + Sync {
    /// Where to start from.
    fn start(&self) -> impl Future<Output = Result<Start, SinkClosed>> + Send;

    /// The server has agreed to serve.
    fn offered(&self);

    /// Takes verified entries and the checkpoint that they are under. Returns when there is room
    /// for more, not when they are durable.
    fn take(
        &self,
        verified: Verified,
        checkpoint: &SignedCheckpoint,
    ) -> impl Future<Output = Result<(), SinkClosed>> + Send;

    /// Takes a heartbeat of the log: of entries that went through [`take`](Self::take) or were here
    /// when the session began, under the root they have if they reach into the range that is not
    /// full yet. What is older than a heartbeat known already is passed over.
    fn beat(&self, heartbeat: Heartbeat) -> impl Future<Output = Result<(), SinkClosed>> + Send;
}
