//! The one thread that changes logs: requests come in, go into one commit, and become visible
//! when it is durable.
//!
//! The writer works ahead on edges of its own. A commit that fails for want of room puts them back;
//! one that fails for any other reason stops the node: what is on disk is then unknown.

mod batch;
mod beating;
pub(crate) mod load;
mod own;
mod queue;
mod recovery;
mod taking;

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use tiaoxi_federation::MemberId;
use tiaoxi_ledger::{
    Hash,
    block::{Block, Draft, PackError},
    checkpoint::SignedCheckpoint,
    heartbeat::Heartbeat,
    verify::Verified,
};
use tiaoxi_store::{CommitError, LogId, Store};
use tiaoxi_sync::budget::Spent;
use tokio::sync::oneshot;
use tracing::error;

pub(crate) use load::load;
pub(crate) use queue::{Requests, Waiting, queue};
pub use recovery::RecoveryError;

use crate::{book::Book, edge::Edge, heartbeat::HeartbeatsUntil, times::Times};
use batch::{Batch, Words};
use queue::Next;

/// A group commit is closed at this size; a single request may exceed it.
const COMMIT_BYTES_MAX: usize = 1024 * 1024;

/// How long the word of others on what they hold may wait for a commit to go into. Until then it
/// counts in memory; lost with a crash, it is said again when they next subscribe.
const WORD_WAIT_MAX: Duration = Duration::from_millis(200);

/// Which entries an append became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Number of the first. Provisional until signed.
    pub first: u64,
    /// How many.
    pub count: u64,
}

/// Why rows were not appended. Nothing of the request is kept then.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The node is not the owner of this log.
    #[error("{0} is not a log of this node")]
    NotOurs(String),
    /// A draft can't be packed.
    #[error("an entry can't be packed")]
    Pack(#[from] PackError),
    /// The journal holds as much as it may that no decider has yet.
    #[error("the journal is full of entries that no other member holds yet")]
    JournalFull,
    /// The log is being brought level with what its deciders hold.
    #[error("the log is being recovered from a member that holds more of it")]
    Recovering,
    /// An earlier append of the same series was refused, or its log was rearranged since.
    #[error("an earlier part was refused; begin again behind what was acknowledged")]
    Outrun,
    /// The store did not take it; nothing was written.
    #[error("the store did not take it")]
    NotKept,
    /// The node is stopping.
    #[error("the node is stopping")]
    Stopping,
}

/// Small facts that become true with an append; `None` ends one.
pub type Facts = Vec<(Vec<u8>, Option<Vec<u8>>)>;

/// What the writer is asked to do.
pub(crate) enum Request {
    Append {
        log: usize,
        /// The series that it belongs to: see [`Book::appends`].
        series: u64,
        drafts: Vec<Draft>,
        facts: Facts,
        reply: oneshot::Sender<Result<Appended, AppendError>>,
    },
    Take {
        log: usize,
        /// The series that it belongs to: see [`Book::takes`].
        series: u64,
        verified: Verified,
        checkpoint: SignedCheckpoint,
        /// Memory set apart for it, given back when the request is done with.
        room: Spent,
    },
    Held {
        log: usize,
        member: MemberId,
        size: u64,
        root: Hash,
    },
    /// Heartbeats, by log; answered with how many are new, when these are durable.
    Beat {
        beats: Vec<(usize, Arc<Heartbeat>)>,
        reply: Option<oneshot::Sender<Result<usize, AppendError>>>,
    },
    /// The deciders are level: what was set aside is packed anew, what waits may be signed.
    Sign {
        log: usize,
    },
    /// A decider has shown more of our log than we have: unsigned entries make room for it.
    SetAside {
        log: usize,
    },
    /// Answered when everything asked before is done with.
    Pass {
        reply: oneshot::Sender<()>,
    },
    /// The node is stopping.
    Stop,
}

/// Which requests share a commit. Appends keep to themselves, so that want of room concerns no
/// other; so do heartbeats, that the entries they speak of are durable before; what rearranges a log
/// is done alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Appends,
    Beats,
    Others,
    Alone,
}

impl Turn {
    fn of(request: &Request) -> Self {
        match request {
            Request::Append { .. } => Self::Appends,
            Request::Beat { .. } => Self::Beats,
            Request::Take { .. } | Request::Held { .. } | Request::Stop => Self::Others,
            Request::Sign { .. } | Request::SetAside { .. } | Request::Pass { .. } => Self::Alone,
        }
    }
}

/// Entries that have just become durable, for whoever keeps views of them.
pub type Fresh = (LogId, Arc<Block>);

/// The writer's own state.
pub(crate) struct Writer {
    pub(crate) store: Arc<Store>,
    pub(crate) books: Vec<Arc<Book>>,
    pub(crate) edges: Vec<Edge>,
    requests: Waiting,
    pub(crate) fresh: Option<std::sync::mpsc::SyncSender<Fresh>>,
    times: Arc<Times>,
    heartbeats_until: HeartbeatsUntil,
    /// What others hold, by log and member, not yet durable; and since when the first waits.
    words: Words,
    words_since: Option<Instant>,
    stopping: bool,
}

/// Why the writer stopped.
#[derive(Debug, thiserror::Error)]
pub enum WriterError {
    /// A commit failed; what is on disk is unknown until the next start.
    #[error("a commit failed; the node must stop")]
    Commit(#[source] CommitError),
    /// A log could not be rearranged to follow a decider.
    #[error("{log} could not be recovered")]
    Recovery {
        /// The log.
        log: String,
        /// Why.
        source: Box<RecoveryError>,
    },
}

impl Writer {
    pub(crate) fn new(
        store: Arc<Store>,
        books: Vec<Arc<Book>>,
        requests: Waiting,
        fresh: Option<std::sync::mpsc::SyncSender<Fresh>>,
        times: Arc<Times>,
        heartbeats_until: HeartbeatsUntil,
    ) -> Self {
        let edges = books.iter().map(|book| book.state.lock().edge.clone()).collect();
        let words = Words::new();
        Self {
            store,
            books,
            edges,
            requests,
            fresh,
            times,
            heartbeats_until,
            words,
            words_since: None,
            stopping: false,
        }
    }

    /// Runs until it is told to stop.
    pub(crate) fn run(mut self) -> Result<(), WriterError> {
        loop {
            let mut batch = Batch::default();
            match self.requests.next(self.words_since.map(|since| since + WORD_WAIT_MAX)) {
                Next::Request(first) => self.gather(first, &mut batch)?,
                Next::Time => {}
                Next::Gone => return Ok(()),
            }
            self.sign_what_may_be(&mut batch);
            let is_late = self.words_since.is_some_and(|since| since.elapsed() >= WORD_WAIT_MAX);
            if !batch.commit.is_empty() || is_late || self.stopping {
                self.add_words(&mut batch);
            }
            self.commit(batch)?;
            if self.stopping {
                return Ok(());
            }
        }
    }

    /// Fills a batch with what waits and goes together.
    fn gather(&mut self, first: Request, batch: &mut Batch) -> Result<(), WriterError> {
        let turn = Turn::of(&first);
        match &first {
            Request::SetAside { log } => self.set_aside(*log)?,
            Request::Sign { log } => self.restore(*log)?,
            _ => {}
        }
        self.add(first, batch);
        while batch.commit.bytes() < COMMIT_BYTES_MAX {
            match self.requests.next_of(turn) {
                Some(request) => self.add(request, batch),
                None => break,
            }
        }
        Ok(())
    }

    /// Puts what others are known to hold into a commit that is made anyway, or late enough.
    fn add_words(&mut self, batch: &mut Batch) {
        self.words_since = None;
        batch.words = std::mem::take(&mut self.words);
        for ((log, member), (size, root)) in &batch.words {
            if let Some(book) = self.books.get(*log) {
                batch.commit.held(book.id, member.as_str(), *size, *root);
            }
        }
    }

    fn add(&mut self, request: Request, batch: &mut Batch) {
        match request {
            Request::Append { log, series, drafts, facts, reply } => {
                let current = self.books.get(log).map(|book| book.appends.load(Ordering::SeqCst));
                if current == Some(series) {
                    self.append(log, &drafts, facts, reply, batch);
                } else {
                    let _ = reply.send(Err(AppendError::Outrun));
                }
            }
            Request::Take { log, series, verified, checkpoint, room } => {
                let current = self.books.get(log).map(|book| book.takes.load(Ordering::SeqCst));
                if current == Some(series) {
                    self.take(log, verified, &checkpoint, batch);
                    batch.rooms.push(room);
                }
            }
            Request::Held { log, member, size, root } => {
                self.words.insert((log, member), (size, root));
                self.words_since.get_or_insert_with(Instant::now);
                batch.to_sign.insert(log);
            }
            Request::Beat { beats, reply } => self.beat(beats, reply, batch),
            Request::Sign { log } => {
                batch.to_sign.insert(log);
            }
            Request::SetAside { .. } => {}
            Request::Pass { reply } => {
                // Who asked may be gone.
                let _ = reply.send(());
            }
            Request::Stop => self.stopping = true,
        }
    }

    fn commit(&mut self, mut batch: Batch) -> Result<(), WriterError> {
        let commit = std::mem::take(&mut batch.commit);
        if commit.is_empty() {
            batch.answer();
            return Ok(());
        }
        let began = Instant::now();
        let committed = self.store.commit(commit);
        self.times.commit.add(began, 1);
        match committed {
            Ok(()) => {
                self.publish(batch);
                Ok(())
            }
            Err(CommitError::JournalFull { .. }) => {
                self.put_back(&mut batch);
                batch.fail(|| AppendError::JournalFull);
                Ok(())
            }
            Err(error @ (CommitError::Refused(_) | CommitError::NotWritten(_))) => {
                error!(error = &error as &dyn std::error::Error, "a commit was not taken");
                self.put_back(&mut batch);
                batch.fail(|| AppendError::NotKept);
                Ok(())
            }
            Err(source) => {
                error!(error = %source, "a commit failed");
                batch.fail(|| AppendError::Stopping);
                Err(WriterError::Commit(source))
            }
        }
    }

    /// Takes the edges back to before a batch that was not committed, and begins new series: what
    /// stands behind it in the queue must not become true without it.
    fn put_back(&mut self, batch: &mut Batch) {
        self.words = std::mem::take(&mut batch.words);
        self.words_since = (!self.words.is_empty()).then(Instant::now);
        for (log, before) in std::mem::take(&mut batch.before) {
            if let (Some(edge), Some(book)) = (self.edges.get_mut(log), self.books.get(log)) {
                *edge = before;
                book.begin_series();
            }
        }
    }

    /// Makes visible what a commit has made durable.
    fn publish(&mut self, mut batch: Batch) {
        for log in batch.touched() {
            let (Some(book), Some(edge)) = (self.books.get(log), self.edges.get(log)) else {
                continue;
            };
            let mut state = book.state.lock();
            for node in batch.nodes.remove(&log).unwrap_or_default() {
                state.upper.push(node);
            }
            state.edge = edge.clone();
            if batch.publish_checkpoints(log, &mut state) {
                // The deciders are level already: none of them will ask for it.
                self.requests.go_on_with(Request::Sign { log });
            }
            drop(state);
            book.durable.send_replace((edge.size(), edge.root()));
            book.went_on();
            self.take_stranded(log);
        }
        self.publish_beats(&mut batch);
        if let Some(fresh) = &self.fresh {
            for block in std::mem::take(&mut batch.fresh) {
                // Full or gone: the views then read from the store at their own pace.
                let _ = fresh.try_send(block);
            }
        }
        batch.answer();
    }
}
