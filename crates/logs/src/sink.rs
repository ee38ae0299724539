//! Following: where a session of one log starts, and where its entries go.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tiaoxi_ledger::{
    checkpoint::SignedCheckpoint,
    heartbeat::Heartbeat,
    verify::{Follower, Verified},
};
use tiaoxi_sync::{
    Sink, Subscribe,
    sink::{SinkClosed, Start},
};

use tokio::sync::oneshot;
use tracing::debug;

use crate::{Logs, book::Book, heartbeat, writer::Request};

/// One session of a followed log. While it lives and is served, the log counts as followed.
pub struct LogSink {
    logs: Logs,
    book: Arc<Book>,
    index: usize,
    /// The series of takes that this session belongs to.
    series: AtomicU64,
}

impl LogSink {
    /// For a log by its name; `None` when we have no part in it.
    pub fn new(logs: Logs, name: &str) -> Option<Self> {
        let index = logs.index(name)?;
        let book = Arc::clone(logs.inner.books.get(index)?);
        Some(Self { logs, book, index, series: AtomicU64::new(0) })
    }
}

impl LogSink {
    async fn request(&self, request: Request) -> Result<(), SinkClosed> {
        let sent = self.logs.inner.requests.send_waiting(self.book.urgency, request).await;
        sent.map_err(|_gone| SinkClosed("the node is stopping".into()))
    }

    /// Waits until the writer has passed everything that was asked of it before.
    async fn settled(&self) -> Result<(), SinkClosed> {
        let (reply, passed) = oneshot::channel();
        self.request(Request::Pass { reply }).await?;
        passed.await.map_err(|_gone| SinkClosed("the node is stopping".into()))
    }
}

impl Drop for LogSink {
    fn drop(&mut self) {
        self.book.followed_now.store(false, Ordering::Relaxed);
    }
}

impl Sink for LogSink {
    async fn start(&self) -> Result<Start, SinkClosed> {
        // A new session ends what an older one still has in the queue.
        let series = self.book.takes.fetch_add(1, Ordering::SeqCst) + 1;
        self.series.store(series, Ordering::SeqCst);
        self.settled().await?;
        let durable = self.book.durable.subscribe();
        let (follower, newest) = {
            let state = self.book.state.lock();
            let follower = Follower::new(state.upper.block_nodes(), state.edge.open_leaves());
            (follower, state.newest_checkpoint())
        };
        let subscribe = Subscribe {
            charter: self.logs.inner.charter,
            origin: self.book.name.clone(),
            size: follower.size(),
            root: follower.root(),
            newest: newest.map_or_else(Vec::new, |newest| newest.note().to_vec()),
        };
        let (log_key, witness) = (self.book.log_key.clone(), self.book.witness.clone());
        Ok(Start { subscribe, follower, log_key, witness, durable })
    }

    fn offered(&self) {
        self.book.followed_now.store(true, Ordering::Relaxed);
    }

    async fn take(
        &self,
        verified: Verified,
        checkpoint: &SignedCheckpoint,
    ) -> Result<(), SinkClosed> {
        let series = self.series.load(Ordering::SeqCst);
        if series != self.book.takes.load(Ordering::SeqCst) {
            return Err(SinkClosed(
                "an earlier part was not taken, or another session began".into(),
            ));
        }
        let bytes: usize = verified.runs().iter().map(|run| run.block.body_bytes()).sum();
        let room = self.logs.inner.room.spend(self.book.urgency, bytes).await;
        let (log, checkpoint) = (self.index, checkpoint.clone());
        self.request(Request::Take { log, series, verified, checkpoint, room }).await
    }

    async fn beat(&self, heartbeat: Heartbeat) -> Result<(), SinkClosed> {
        let until = self.logs.heartbeats_until();
        if heartbeat::is_far_ahead(&heartbeat, until) {
            // Kept, it would hide every later one for as long. Its owner's clock is wrong, or ours.
            debug!(log = %self.book.name, time = heartbeat.unix_seconds(), until,
                "dropped a heartbeat from far ahead");
            return Ok(());
        }
        let known = self.book.state.lock().heartbeat.clone();
        if !heartbeat::is_news(&heartbeat, known.as_ref(), until) || !self.book.beats() {
            return Ok(());
        }
        // Behind the entries that it speaks of, in the same queue.
        let beats = vec![(self.index, Arc::new(heartbeat))];
        self.request(Request::Beat { beats, reply: None }).await
    }
}
