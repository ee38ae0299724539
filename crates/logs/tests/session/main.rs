//! Sessions between whole logs without a socket: members with stores of their own, joined by pipes
//! in memory that can be held up and cut.
//!
//! `city` makes charters, `node` opens the logs of a member, `pipe` joins two of them; the other
//! modules are the tests.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can't go on should fail where it stands"
)]

mod charters;
mod city;
mod deciders;
mod ends;
mod entitlement;
mod far_ahead;
mod heartbeats;
mod node;
mod pipe;
mod priority;
mod recovery;
mod relay;
mod replication;
mod stale;

/// Nothing here takes longer; what does is stuck.
const DEADLINE: std::time::Duration = std::time::Duration::from_secs(20);

/// Waits for what must happen.
async fn soon<T>(what: &str, happens: impl Future<Output = T>) -> T {
    let result = tokio::time::timeout(DEADLINE, happens).await;
    result.unwrap_or_else(|_elapsed| panic!("this did not happen: {what}"))
}
