//! The clerk: says what follows by itself from what others have said and from time.
//!
//! Woken by urgent logs and by a slow tick. What is to be said is worked out anew each time from
//! what has been said, so nothing has to be remembered over a restart.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tiaoxi_federation::{Channel, Origin};
use tiaoxi_logs::AppendError;
use tiaoxi_recognition::Duty;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info};

use super::Exchange;
use crate::own;

/// Between two turns when nothing happens: days end, heartbeats grow old.
const TICK: Duration = Duration::from_secs(5);
/// Statements in one commit.
const BATCH_MAX: usize = 512;

/// Runs until `shutdown`.
pub(crate) async fn run(exchange: Arc<Exchange>, shutdown: CancellationToken) {
    let mut news = exchange.logs.urgent_changes();
    loop {
        news.borrow_and_update();
        let working = Arc::clone(&exchange);
        let ended = tokio::task::spawn_blocking(move || working.take_a_turn()).await;
        if let Err(cause) = ended {
            error!(%cause, "the clerk of mutual recognition failed at a turn");
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            changed = news.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(TICK) => {}
        }
    }
}

impl Exchange {
    /// Brings the register level with the logs and says what follows.
    pub(crate) fn take_a_turn(&self) {
        let _saying = self.saying.lock();
        self.refresh();
        let mut by_channel: BTreeMap<Channel, Vec<Duty>> = BTreeMap::new();
        for duty in self.read().view().duties() {
            by_channel.entry(duty.channel.clone()).or_default().push(duty);
        }
        for (channel, duties) in by_channel {
            // What stands unsigned may be what is to be said; the signature wakes us again.
            if let Some(log) = self.settled_log(&channel) {
                self.say(&log.origin, &duties);
            }
        }
    }

    fn say(&self, log: &Origin, duties: &[Duty]) {
        for some in duties.chunks(BATCH_MAX) {
            let draft = |duty: &Duty| own::draft(duty.item, &duty.statement, duty.concerned);
            // What can't be said must not keep the rest from being said.
            let drafts = some.iter().filter_map(|duty| match draft(duty) {
                Ok(draft) => Some(draft),
                Err(error) => {
                    error!(%log, %error, "a statement does not fit its body");
                    None
                }
            });
            let drafts: Vec<_> = drafts.collect();
            if drafts.is_empty() {
                continue;
            }
            match self.logs.append(log, drafts, Vec::new()) {
                Ok(appended) => {
                    let (first, count) = (appended.first, appended.count);
                    info!(%log, first, count, "said what follows");
                }
                // Said at a later turn.
                Err(AppendError::Stopping | AppendError::Recovering) => return,
                Err(error) => {
                    debug!(%log, %error, "what follows could not be said yet");
                    return;
                }
            }
        }
    }
}
