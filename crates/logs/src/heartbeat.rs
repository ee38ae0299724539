//! Heartbeats of the logs: given for our own, taken for those we follow, kept beside their entries.
//!
//! The newest of each log is a small fact in the store, `heartbeat/<origin>`, written by the writer
//! in a commit; it is shown once that is durable. The time is an argument: nothing here has a clock.
//! One from further ahead than the node allows is not kept, and hides none that comes later.

use std::sync::Arc;

use tiaoxi_federation::Origin;
use tiaoxi_ledger::{
    checkpoint::Checkpoint,
    cosignature::WitnessKey,
    heartbeat::{Heartbeat, HeartbeatError},
    note::{SigningKey, VerifierKey},
    tree::empty_root,
};
use tiaoxi_store::Store;
use tokio::sync::{oneshot, watch};
use tracing::{debug, warn};

use crate::{
    AppendError, Logs,
    book::{Book, Own},
    writer::Request,
};

/// The latest time that a heartbeat may have now, in POSIX seconds; asked each time.
pub type HeartbeatsUntil = Arc<dyn Fn() -> u64 + Send + Sync>;

/// The store's fact of the newest heartbeat of a log: its note.
pub(crate) fn heartbeat_key(log: &str) -> Vec<u8> {
    [b"heartbeat/", log.as_bytes()].concat()
}

/// Why no heartbeats were given.
#[derive(Debug, thiserror::Error)]
pub enum BeatError {
    /// The key is not the one that the charter gives us.
    #[error("the key {key} can't cosign for {log}")]
    OtherKey {
        /// Name of the key.
        key: String,
        /// The log.
        log: String,
        /// What others would say of it.
        source: HeartbeatError,
    },
    /// They could not be kept, so nobody is shown them.
    #[error("the heartbeats were not kept")]
    NotKept(#[source] AppendError),
}

impl Logs {
    /// Cosigns the newest signed checkpoint of every own log that beats, as of `now` (POSIX
    /// seconds); returns how many when they are durable. Blocks.
    ///
    /// A log of no entries beats too: that it says nothing is worth knowing. Passed over are logs
    /// that may not be signed now, and those whose last heartbeat is not older than `now`; unless it
    /// is from further ahead than a heartbeat may be, when this machine's clock was set back by far.
    pub fn beat(&self, witness: &SigningKey, now: u64) -> Result<usize, BeatError> {
        let until = self.heartbeats_until();
        let mut beats = Vec::new();
        for (index, book) in self.inner.books.iter().enumerate() {
            beats.extend(beat_of(book, witness, now, until)?.map(|beat| (index, Arc::new(beat))));
        }
        let Some(urgency) =
            beats.first().and_then(|(index, _)| self.inner.books.get(*index)).map(|it| it.urgency)
        else {
            return Ok(0);
        };
        let (reply, answer) = oneshot::channel();
        let stopping = || BeatError::NotKept(AppendError::Stopping);
        self.inner
            .requests
            .send(urgency, Request::Beat { beats, reply: Some(reply) })
            .map_err(|_gone| stopping())?;
        answer.blocking_recv().map_err(|_gone| stopping())?.map_err(BeatError::NotKept)
    }

    pub(crate) fn heartbeats_until(&self) -> u64 {
        (self.inner.heartbeats_until)()
    }

    /// The newest heartbeat of every log that has one, own and followed, all durable.
    pub fn heartbeats(&self) -> Vec<(Origin, Arc<Heartbeat>)> {
        let newest = |book: &Arc<Book>| {
            let heartbeat = book.state.lock().heartbeat.clone()?;
            Some((book.origin.clone(), heartbeat))
        };
        self.inner.books.iter().filter_map(newest).collect()
    }

    /// Rises when an urgent log grew durably, when a checkpoint of one was signed or confirmed, and
    /// when a heartbeat came.
    pub fn urgent_changes(&self) -> watch::Receiver<u64> {
        self.inner.urgent.subscribe()
    }
}

/// What a log of our own says of itself now.
fn beat_of(
    book: &Book,
    witness: &SigningKey,
    now: u64,
    until: u64,
) -> Result<Option<Heartbeat>, BeatError> {
    let Some(key) = book.signing_key.as_ref().filter(|_| book.beats()) else { return Ok(None) };
    let checkpoint = {
        let mut state = book.state.lock();
        let last = state.heartbeat.clone().filter(|last| !is_far_ahead(last, until));
        let size = state.edge.size();
        let checkpoint = state.own().and_then(|own| newest(own, &book.name, size));
        checkpoint.filter(|it| last.is_none_or(|last| beats_later(it, now, &last)))
    };
    let Some(checkpoint) = checkpoint else { return Ok(None) };
    // Signed once more: as it is kept it may bear what others have written on it.
    let signed = checkpoint.sign(key).expect("the key of a book is named by its origin");
    let heartbeat = Heartbeat::sign(&signed, witness, now);
    match Heartbeat::verify(heartbeat.note(), &book.log_key, &book.witness) {
        Ok(heartbeat) => Ok(Some(heartbeat)),
        Err(source) => {
            let (key, log) = (witness.name().to_owned(), book.name.clone());
            Err(BeatError::OtherKey { key, log, source })
        }
    }
}

/// A clock that was set back a little is waited for: no heartbeat is older than the one before it.
fn beats_later(checkpoint: &Checkpoint, now: u64, last: &Heartbeat) -> bool {
    (now, checkpoint.size) > (last.unix_seconds(), last.size())
}

/// The newest checkpoint of a log that may be signed, also of one that holds nothing.
fn newest(own: &Own, log: &str, size: u64) -> Option<Checkpoint> {
    if !own.guard.may_sign() || own.is_recovering() {
        return None;
    }
    match &own.signed {
        Some(signed) => Some(signed.checkpoint().clone()),
        None if size == 0 => Some(Checkpoint { origin: log.to_owned(), size, root: empty_root() }),
        None => None,
    }
}

/// The heartbeat that the store kept of a log. Passed over are one that its keys no longer vouch for
/// and one from after `until`: the clock here was set back since, or was wrong.
pub(crate) fn load(
    store: &Store,
    log: &str,
    log_key: &VerifierKey,
    witness: &WitnessKey,
    until: u64,
) -> Option<Arc<Heartbeat>> {
    let note = store.meta(&heartbeat_key(log))?;
    match Heartbeat::verify(&note, log_key, witness) {
        Ok(heartbeat) if is_far_ahead(&heartbeat, until) => {
            debug!(%log, time = heartbeat.unix_seconds(), "passed over a kept heartbeat of later");
            None
        }
        Ok(heartbeat) => Some(Arc::new(heartbeat)),
        Err(error) => {
            warn!(%log, error = &error as &dyn std::error::Error, "passed over a kept heartbeat");
            None
        }
    }
}

/// Whether a heartbeat is from later than one may be now.
pub(crate) fn is_far_ahead(heartbeat: &Heartbeat, until: u64) -> bool {
    heartbeat.unix_seconds() > until
}

/// Whether a heartbeat is newer than what is known of its log. What is known from after `until`
/// gives way: it would hide every other until then.
pub(crate) fn is_news(heartbeat: &Heartbeat, known: Option<&Arc<Heartbeat>>, until: u64) -> bool {
    let known = known.filter(|known| !is_far_ahead(known, until));
    known.is_none_or(|known| heartbeat.supersedes(known))
}
