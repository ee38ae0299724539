//! Heartbeats: now and again this node says of its `ends` logs that nothing newer has ended.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use tiaoxi_federation::{Origin, member::KeyPurpose, terms::key_name};
use tiaoxi_ledger::note::SigningKey;
use tiaoxi_logs::Logs;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error};

use super::Exchange;
use crate::{clock, config::Config, keyring::Keyring};

/// Says so until it is told to stop.
pub(crate) struct Beats {
    logs: Logs,
    witness: SigningKey,
    every: Duration,
    /// Own logs that are to give heartbeats.
    expected: usize,
    exchange: Arc<Exchange>,
}

/// Until the next try, while readers are missing and so nothing may be signed.
const RETRY: Duration = Duration::from_millis(500);

impl Beats {
    pub(crate) fn new(
        logs: Logs,
        keyring: &Keyring,
        exchange: Arc<Exchange>,
        config: &Config,
    ) -> anyhow::Result<Self> {
        let terms = exchange.terms();
        let name = key_name(terms.federation(), keyring.member(), KeyPurpose::Witness);
        let witness = SigningKey::new(name, keyring.witness_seed()).context("the witness key")?;
        let beats = |origin: &Origin| {
            let is_open = terms.log(origin).is_some_and(|log| log.closed().is_none());
            origin.channel.kind().beats && is_open
        };
        let expected = terms.owned_by(keyring.member()).iter().filter(|it| beats(it)).count();
        let every = config.heartbeat_every();
        Ok(Self { logs, witness, every, expected, exchange })
    }

    pub(crate) async fn run(self, shutdown: CancellationToken) {
        let Self { logs, witness, every, expected, exchange } = self;
        let witness = Arc::new(witness);
        loop {
            let (logs, witness) = (logs.clone(), Arc::clone(&witness));
            let exchange = Arc::clone(&exchange);
            let beat = move || {
                let now = clock::unix_seconds();
                if exchange.runs_ahead(now) {
                    // A heartbeat from the far future would silence this member until then.
                    error!("this machine's clock is far ahead of the others'; no heartbeat given");
                    return Ok(expected);
                }
                logs.beat(&witness, now)
            };
            let wait = match tokio::task::spawn_blocking(beat).await {
                Ok(Ok(count)) => {
                    debug!(count, "gave heartbeats");
                    if count < expected { RETRY.min(every) } else { every }
                }
                Ok(Err(cause)) => {
                    debug!(error = &cause as &dyn std::error::Error, "no heartbeat was given");
                    RETRY.min(every)
                }
                Err(cause) => {
                    error!(%cause, "heartbeats failed");
                    every
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(wait) => {}
            }
        }
    }
}
