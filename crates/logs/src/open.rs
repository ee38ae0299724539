//! Opening the logs of a node, and what can be asked of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::{Arc, atomic::Ordering, mpsc::SyncSender},
    thread::JoinHandle,
};

use tiaoxi_federation::{MemberId, Origin, terms::Terms};
use tiaoxi_ledger::{
    Hash,
    block::{Block, Draft},
    checkpoint::{CheckpointError, SignedCheckpoint},
    note::KeyNameError,
};
use tiaoxi_store::{LogId, Store};
use tiaoxi_sync::Budget;
use tokio::sync::{oneshot, watch};
use zeroize::Zeroizing;

use crate::{
    book::{Book, SideState},
    heartbeat::HeartbeatsUntil,
    plan::plans,
    proof::{self, Proof, ProofError},
    reader::{self, ReadError},
    times::Times,
    writer::{
        self, AppendError, Appended, Facts, Fresh, Request, Requests, Writer, WriterError, load,
    },
};

/// Memory that entries on their way to the writer may take decoded, in KiB: more than three of the
/// largest blocks, beside the eighth of it that is kept for urgent logs.
const ROOM_KIB: u32 = 64 * 1024;

/// Why the logs can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store does not take the log.
    #[error("the log {log} can't be opened in the store")]
    Log {
        /// The log.
        log: String,
        /// Why.
        source: tiaoxi_store::EnsureLogError,
    },
    /// The store lost track of the log.
    #[error("the store does not hold what it says to hold of {log}")]
    Unknown {
        /// The log.
        log: String,
    },
    /// A kept run can't be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The kept checkpoint is not signed by the log.
    #[error("the kept checkpoint of {log} is not its own")]
    Checkpoint {
        /// The log.
        log: String,
        /// Why.
        source: CheckpointError,
    },
    /// Entries and checkpoint contradict each other.
    #[error("the {size} entries of {log} have another root than its checkpoint")]
    Root {
        /// The log.
        log: String,
        /// Entries.
        size: u64,
    },
    /// A key can't go by the log's name.
    #[error("the log {log} can't name a key")]
    KeyName {
        /// The log.
        log: String,
        /// Why.
        source: KeyNameError,
    },
    /// The writer's thread can't be started.
    #[error("the writer can't be started")]
    Thread(#[source] std::io::Error),
}

/// Who we are and by which charter we go.
pub struct Setup {
    /// The charter's terms.
    pub terms: Arc<Terms>,
    /// Its fingerprint.
    pub charter: Hash,
    /// Fingerprints of every version that we have accepted, this one among them: who goes by an
    /// older one is served, by these terms.
    pub known_charters: Vec<Hash>,
    /// Our member id.
    pub me: MemberId,
    /// Secret seed of our log key.
    pub log_seed: Zeroizing<[u8; 32]>,
    /// Sign and show without waiting for deciders.
    pub stand_alone: bool,
    /// The latest time that a heartbeat may have now. Of a followed log, a later one is not kept, and
    /// what is kept gives way; own heartbeats go by the time that they are given at.
    pub heartbeats_until: HeartbeatsUntil,
    /// Where entries are kept.
    pub store: Arc<Store>,
    /// Where decoded entries go when they are durable; what does not fit is dropped.
    pub fresh: Option<SyncSender<Fresh>>,
}

/// The logs of a node: its own and those it follows.
#[derive(Clone)]
pub struct Logs {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Arc<Store>,
    pub(crate) terms: Arc<Terms>,
    pub(crate) charter: Hash,
    pub(crate) known_charters: BTreeSet<Hash>,
    pub(crate) books: Vec<Arc<Book>>,
    by_name: BTreeMap<String, usize>,
    pub(crate) requests: Requests,
    pub(crate) heartbeats_until: HeartbeatsUntil,
    times: Arc<Times>,
    /// Rises with every urgent log.
    pub(crate) urgent: Arc<watch::Sender<u64>>,
    /// Memory for entries on their way to the writer, in KiB of what they take decoded.
    pub(crate) room: Budget,
}

/// The writer's thread: ends when the last [`Logs`] is dropped, or with the reason why it can't go on.
pub struct WriterThread {
    /// Joined by the node when it stops.
    pub thread: JoinHandle<Result<(), WriterError>>,
    /// Closed when the thread has ended.
    pub ended: oneshot::Receiver<()>,
}

/// A log as operators see it.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Name of the log.
    pub origin: Origin,
    /// Its number in the store.
    pub id: LogId,
    /// Whether we sign it.
    pub own: bool,
    /// Entries held durably.
    pub size: u64,
    /// Their root.
    pub root: Hash,
    /// The newest checkpoint signed or seen.
    pub checkpoint: Option<Arc<SignedCheckpoint>>,
    /// The newest checkpoint that anybody entitled may see.
    pub public: Option<Arc<SignedCheckpoint>>,
    /// Own logs: deciders that must hold an entry before it is shown.
    pub quorum: usize,
    /// Own logs: whether new entries are being signed now.
    pub signing: bool,
    /// Own logs: a decider that has shown more than we hold.
    pub behind: Option<MemberId>,
    /// Own logs: who is known to hold how much.
    pub held: Vec<(MemberId, u64)>,
    /// Whether a session follows it now.
    pub followed_now: bool,
}

impl Logs {
    /// Opens every log that the charter gives us a part in, and starts the writer.
    pub fn open(setup: Setup) -> Result<(Self, WriterThread), OpenError> {
        let Setup {
            terms,
            charter,
            known_charters,
            me,
            log_seed,
            stand_alone,
            heartbeats_until,
            store,
            fresh,
        } = setup;
        let known_charters = known_charters.into_iter().chain([charter]).collect();
        let urgent = Arc::new(watch::Sender::new(0));
        let mut books = Vec::new();
        for mut plan in plans(&terms, &me, &log_seed)? {
            if stand_alone {
                plan.role.stand_alone();
            }
            books.push(Arc::new(writer::load(&store, plan, &urgent, heartbeats_until())?));
        }
        let by_name =
            books.iter().enumerate().map(|(index, book)| (book.name.clone(), index)).collect();
        let (requests, waiting) = writer::queue();
        let times = Arc::new(Times::default());
        let writer = Writer::new(
            Arc::clone(&store),
            books.clone(),
            waiting,
            fresh,
            Arc::clone(&times),
            Arc::clone(&heartbeats_until),
        );
        let (ending, ended) = oneshot::channel::<()>();
        let run = move || {
            // Dropped when the thread ends, by panic too.
            let _ending = ending;
            writer.run()
        };
        let thread = std::thread::Builder::new()
            .name("log-writer".into())
            .spawn(run)
            .map_err(OpenError::Thread)?;
        let room = Budget::new(ROOM_KIB);
        let inner = Inner {
            store,
            terms,
            charter,
            known_charters,
            books,
            by_name,
            requests,
            heartbeats_until,
            times,
            urgent,
            room,
        };
        Ok((Self { inner: Arc::new(inner) }, WriterThread { thread, ended }))
    }

    pub(crate) fn index(&self, name: &str) -> Option<usize> {
        self.inner.by_name.get(name).copied()
    }

    pub(crate) fn book(&self, name: &str) -> Option<&Arc<Book>> {
        self.inner.books.get(self.index(name)?)
    }

    /// Appends entries to an own log; returns when they are durable. Blocks.
    pub fn append(
        &self,
        log: &Origin,
        drafts: Vec<Draft>,
        facts: Facts,
    ) -> Result<Appended, AppendError> {
        self.begin_append(log, self.series(log), drafts, facts)?
            .blocking_recv()
            .unwrap_or(Err(AppendError::Stopping))
    }

    /// The series of appends that begins now. Appends of one series become entries in order or not
    /// at all: once one is refused, or the log was rearranged, so are those behind it.
    pub fn series(&self, log: &Origin) -> u64 {
        self.book(&log.to_string()).map_or(0, |book| book.appends.load(Ordering::SeqCst))
    }

    /// Hands entries to the writer and returns at once, or when there is room in its queue; the
    /// answer comes when they are durable. Blocks.
    pub fn begin_append(
        &self,
        log: &Origin,
        series: u64,
        drafts: Vec<Draft>,
        facts: Facts,
    ) -> Result<oneshot::Receiver<Result<Appended, AppendError>>, AppendError> {
        let name = log.to_string();
        let book = |index: usize| Some((index, self.inner.books.get(index)?));
        let owned = self.index(&name).and_then(book).filter(|(_, it)| it.signing_key.is_some());
        let (log, book) = owned.ok_or(AppendError::NotOurs(name))?;
        let (reply, answer) = oneshot::channel();
        self.inner
            .requests
            .send(book.urgency, Request::Append { log, series, drafts, facts, reply })
            .map_err(|_gone| AppendError::Stopping)?;
        Ok(answer)
    }

    /// Entries of an own log that came back from a decider and were not yet accepted.
    pub fn returned(&self, log: &Origin) -> Option<Range<u64>> {
        load::returned(&self.inner.store, &log.to_string()).filter(|range| !range.is_empty())
    }

    /// Accepts what came back, together with what it says. Blocks.
    pub fn accept_returned(&self, log: &Origin, mut facts: Facts) -> Result<(), AppendError> {
        facts.push((load::returned_key(&log.to_string()), Some(Vec::new())));
        self.append(log, Vec::new(), facts).map(drop)
    }

    /// Where the writer's time went: kind of work, microseconds, how much was done.
    pub fn times(&self) -> Vec<(&'static str, u64, u64)> {
        self.inner.times.sums()
    }

    /// Tells the writer to finish what waits and to end.
    pub fn stop(&self) {
        self.inner.requests.stop();
    }

    /// Every log, in the order of the charter: own first.
    pub fn summaries(&self) -> Vec<Summary> {
        self.inner.books.iter().map(|book| summary(book)).collect()
    }

    /// One log.
    pub fn summary(&self, name: &str) -> Option<Summary> {
        self.book(name).map(|book| summary(book))
    }

    /// One log, by its number in the store.
    pub fn summary_of(&self, id: LogId) -> Option<Summary> {
        self.inner.books.iter().find(|book| book.id == id).map(|book| summary(book))
    }

    /// Which log a number in the store stands for.
    pub fn origin(&self, id: LogId) -> Option<&Origin> {
        self.inner.books.iter().find(|book| book.id == id).map(|book| &book.origin)
    }

    /// Size and root of what is durable, as they rise.
    pub fn durable(&self, name: &str) -> Option<watch::Receiver<(u64, Hash)>> {
        self.book(name).map(|book| book.durable.subscribe())
    }

    /// Rises whenever the standing of a log may have changed.
    pub fn changes(&self, name: &str) -> Option<watch::Receiver<u64>> {
        self.book(name).map(|book| book.shown.subscribe())
    }

    /// The decider that an own log is to be followed from now, when one holds more of it than we do.
    pub fn leader(&self, name: &str) -> Option<MemberId> {
        let mut state = self.book(name)?.state.lock();
        let own = state.own().filter(|own| own.makes_room)?;
        own.behind.as_ref().map(|ahead| ahead.member.clone())
    }

    /// Waits until an own log is level with what its deciders hold.
    pub async fn recovered(&self, name: &str) {
        let Some(book) = self.book(name) else { return };
        let mut changes = book.shown.subscribe();
        while book.state.lock().own().is_some_and(|own| own.behind.is_some()) {
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// The block or run that holds an entry, with recomputed leaves. Blocks.
    pub fn block(&self, name: &str, number: u64) -> Result<Arc<Block>, ReadError> {
        let missing = || ReadError::Missing { log: name.to_owned(), number };
        let book = self.book(name).ok_or_else(missing)?;
        if number >= book.state.lock().edge.size() {
            return Err(missing());
        }
        reader::block(&self.inner.store, book, number)
    }

    /// The proof that an entry is in a log, under the newest checkpoint that may be shown. Blocks.
    pub fn proof(&self, name: &str, number: u64) -> Result<Proof, ProofError> {
        let book = self.book(name).ok_or_else(|| ProofError::UnknownLog(name.to_owned()))?;
        proof::prove(&self.inner.store, book, number)
    }

    /// Size that so many deciders hold of an own log that its journal entries may go; of a followed
    /// log, everything.
    pub fn held_elsewhere(&self, id: LogId) -> u64 {
        let book = self.inner.books.iter().find(|book| book.id == id);
        book.map_or(0, |book| match &book.state.lock().side {
            SideState::Own(own) => own.guard.confirmed(),
            SideState::Followed(_) => u64::MAX,
        })
    }
}

fn summary(book: &Book) -> Summary {
    let state = book.state.lock();
    let own = match &state.side {
        SideState::Own(own) => Some(own),
        SideState::Followed(_) => None,
    };
    let checkpoint = state.newest_checkpoint();
    Summary {
        origin: book.origin.clone(),
        id: book.id,
        own: book.signing_key.is_some(),
        size: state.edge.size(),
        root: state.edge.root(),
        checkpoint,
        public: state.public(),
        quorum: own.map_or(0, |own| own.guard.quorum()),
        signing: own.is_some_and(|own| own.guard.may_sign() && !own.is_recovering()),
        behind: own.and_then(|own| own.behind.as_ref()).map(|ahead| ahead.member.clone()),
        held: own.map_or_else(Vec::new, |own| own.guard.held().collect()),
        followed_now: book.followed_now.load(Ordering::Relaxed),
    }
}
