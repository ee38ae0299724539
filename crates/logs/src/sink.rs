//! Following: where a session of one log starts, and where its entries go.

use std::sync::{Arc, atomic::Ordering};

use tiaoxi_ledger::{
    checkpoint::SignedCheckpoint,
    verify::{Follower, Verified},
};
use tiaoxi_sync::{
    Sink, Subscribe,
    sink::{SinkClosed, Start},
};

use crate::{Logs, book::Book, writer::Request};

/// One session of a followed log. While it lives and is served, the log counts as followed.
pub struct LogSink {
    logs: Logs,
    book: Arc<Book>,
    index: usize,
}

impl LogSink {
    /// For a log by its name; `None` when we have no part in it.
    pub fn new(logs: Logs, name: &str) -> Option<Self> {
        let index = logs.index(name)?;
        let book = Arc::clone(logs.inner.books.get(index)?);
        Some(Self { logs, book, index })
    }
}

impl Drop for LogSink {
    fn drop(&mut self) {
        self.book.followed_now.store(false, Ordering::Relaxed);
    }
}

impl Sink for LogSink {
    async fn start(&self) -> Result<Start, SinkClosed> {
        let durable = self.book.durable.subscribe();
        let (follower, newest) = {
            let state = self.book.state.lock();
            let follower = Follower::new(state.upper.block_nodes(), state.edge.open_leaves());
            (follower, state.newest_checkpoint())
        };
        let beyond = newest.filter(|newest| newest.size() > follower.size());
        let subscribe = Subscribe {
            charter: self.logs.inner.charter,
            origin: self.book.name.clone(),
            size: follower.size(),
            root: follower.root(),
            seen: beyond.map_or((follower.size(), follower.root()), |it| (it.size(), *it.root())),
        };
        Ok(Start { subscribe, follower, log_key: self.book.log_key.clone(), durable })
    }

    fn offered(&self) {
        self.book.followed_now.store(true, Ordering::Relaxed);
    }

    async fn take(
        &self,
        verified: Verified,
        checkpoint: &SignedCheckpoint,
    ) -> Result<(), SinkClosed> {
        let checkpoint = checkpoint.clone();
        let request = Request::Take { log: self.index, verified, checkpoint };
        let sent = self.logs.inner.requests.send_waiting(self.book.urgency, request).await;
        sent.map_err(|_gone| SinkClosed("the node is stopping".into()))
    }
}
