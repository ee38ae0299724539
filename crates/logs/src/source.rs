//! Serving: what one authenticated member gets of our logs.

use std::sync::{Arc, atomic::Ordering};

use tiaoxi_federation::{Entitlement, MemberId};
use tiaoxi_ledger::{
    Hash,
    block::{BLOCK_ENTRIES, Block, Hole},
    checkpoint::SignedCheckpoint,
    heartbeat::Heartbeat,
    tree::{self, BLOCK_LEVEL},
};
use tiaoxi_sync::{
    Offer, Piece, Refusal, RefusalCode, Share, Source, Subscribe, View, budget::Urgency,
};
use tracing::{error, info, warn};

use crate::{
    Logs,
    book::Book,
    guard::Word,
    heartbeat::is_far_ahead,
    reader::{self, LogNodes, ReadError},
    writer::Request,
};

/// The logs of a node as one member may see them.
#[derive(Clone)]
pub struct MemberSource {
    logs: Logs,
    member: MemberId,
}

impl MemberSource {
    /// For a member that the transport has authenticated.
    pub fn new(logs: Logs, member: MemberId) -> Self {
        Self { logs, member }
    }

    fn book(&self, origin: &str) -> Result<Arc<Book>, Refusal> {
        let unknown =
            || Refusal::new(RefusalCode::UnknownLog, format!("{origin} is not held here"));
        self.logs.book(origin).cloned().ok_or_else(unknown)
    }

    /// Any version that we know will do: this node's own terms decide what the member gets. What
    /// ends goes out to who is ahead of us, too.
    fn check_charter(&self, ask: &Subscribe, book: Option<&Arc<Book>>) -> Result<(), Refusal> {
        let goes = |book: &Arc<Book>| book.origin.channel.kind().goes_with_stale_charter;
        if self.logs.inner.known_charters.contains(&ask.charter) || book.is_some_and(goes) {
            return Ok(());
        }
        let reason = "the member goes by a charter that is not known here";
        Err(Refusal::new(RefusalCode::OtherCharter, reason))
    }

    /// Asked anew for every block: entitlement may end while a session runs.
    fn share(&self, book: &Book) -> Result<Share, Refusal> {
        // A member gets its own log back from whoever holds it.
        match self.logs.inner.terms.entitlement(&self.member, &book.origin) {
            Entitlement::Bodies => Ok(Share::Bodies),
            Entitlement::Headers => Ok(Share::Headers),
            Entitlement::None => Err(Refusal::new(
                RefusalCode::NotEntitled,
                format!("the charter gives {} no part in {}", self.member, book.name),
            )),
        }
    }

    /// Takes note of what the member shows to hold of a log.
    fn shown(
        &self,
        index: usize,
        book: &Arc<Book>,
        ask: &Subscribe,
    ) -> Result<ServedSession, Refusal> {
        let size = book.state.lock().edge.size();
        if let Some(beyond) = self.signed_beyond(book, ask)? {
            self.fell_behind(index, book, &beyond)?;
            let reason = format!("{} entries are signed, {size} are held here", beyond.size());
            return Err(Refusal::new(RefusalCode::TooFarAhead, reason));
        }
        if ask.size > size {
            let reason = format!("{} entries are shown, {size} are held here", ask.size);
            return Err(Refusal::new(RefusalCode::TooFarAhead, reason));
        }
        if self.root_at(book, ask.size)? != ask.root {
            warn!(log = %book.name, member = %self.member, size = ask.size, "entries diverge");
            let reason = format!("the first {} entries have another root here", ask.size);
            return Err(Refusal::new(RefusalCode::Diverged, reason));
        }
        let session = ServedSession::new(Arc::clone(book), self.member.clone());
        let (may_sign, moved) = {
            let mut state = book.state.lock();
            state.own().map_or((false, false), |own| {
                own.is_level_with(&self.member);
                let opened = own.guard.shows(&self.member, session.number, ask.size);
                // Or what was set aside can go back now.
                (opened || (own.has_aside && own.behind.is_none()), own.confirm())
            })
        };
        if moved {
            book.went_on();
        } else {
            book.changed();
        }
        if may_sign {
            self.go_on_signing(index, book)?;
        }
        Ok(session)
    }

    fn go_on_signing(&self, index: usize, book: &Book) -> Result<(), Refusal> {
        info!(log = %book.name, "the deciders are level; signing goes on");
        self.request(book, Request::Sign { log: index })
    }

    /// A checkpoint of our own log, signed by us, whose entries are not the ones we have. What is
    /// not proved by our own signature changes nothing.
    fn signed_beyond(
        &self,
        book: &Book,
        ask: &Subscribe,
    ) -> Result<Option<SignedCheckpoint>, Refusal> {
        let is_decider =
            book.state.lock().own().is_some_and(|own| own.guard.is_decider(&self.member));
        if !is_decider || ask.newest.is_empty() {
            return Ok(None);
        }
        let Ok(signed) = SignedCheckpoint::verify(&ask.newest, &book.log_key) else {
            let reason = "the checkpoint shown is not signed by its log";
            return Err(Refusal::new(RefusalCode::Diverged, reason));
        };
        let held = book.state.lock().edge.size();
        let ours = signed.size() <= held && self.root_at(book, signed.size())? == *signed.root();
        Ok((!ours).then_some(signed))
    }

    fn root_at(&self, book: &Book, size: u64) -> Result<Hash, Refusal> {
        reader::root_at(&self.logs.inner.store, book, size).map_err(|error| unreadable(&error))
    }

    /// A decider holds what we have signed and no longer have.
    fn fell_behind(
        &self,
        index: usize,
        book: &Book,
        beyond: &SignedCheckpoint,
    ) -> Result<(), Refusal> {
        let size = beyond.size();
        if let Some(own) = book.state.lock().own() {
            own.guard.loses(&self.member);
            if size <= own.signed_size() {
                // Two checkpoints of one log that contradict each other: nothing mends that here.
                error!(log = %book.name, member = %self.member, size,
                    "a decider holds a checkpoint of ours that contradicts our log: a fork");
                return Ok(());
            }
            own.falls_behind(&self.member, size);
        }
        warn!(log = %book.name, member = %self.member, size,
            "a decider holds more of our log than we do; it will be followed until level");
        self.request(book, Request::SetAside { log: index })
    }

    fn request(&self, book: &Book, request: Request) -> Result<(), Refusal> {
        let stopping = |_gone| Refusal::new(RefusalCode::Busy, "the node is stopping");
        self.logs.inner.requests.send(book.urgency, request).map_err(stopping)
    }
}

fn unreadable(error: &ReadError) -> Refusal {
    warn!(%error, "an entry could not be served");
    Refusal::new(RefusalCode::Unreadable, error.to_string())
}

/// Runs what may wait for the disk away from the network's threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_ended| Err(Refusal::new(RefusalCode::Unreadable, "reading failed")))
}

/// A session that a member is served in. While it lasts a decider counts as level, once it holds enough.
pub struct ServedSession {
    book: Arc<Book>,
    member: MemberId,
    number: u64,
}

impl ServedSession {
    fn new(book: Arc<Book>, member: MemberId) -> Self {
        let number = book.sessions.fetch_add(1, Ordering::Relaxed);
        Self { book, member, number }
    }
}

impl Drop for ServedSession {
    fn drop(&mut self) {
        if let Some(own) = self.book.state.lock().own() {
            own.guard.ends(&self.member, self.number);
        }
        self.book.changed();
    }
}

impl Source for MemberSource {
    type Session = ServedSession;

    async fn open(&self, ask: &Subscribe) -> Result<(Offer, ServedSession), Refusal> {
        let book = self.book(&ask.origin);
        self.check_charter(ask, book.as_ref().ok())?;
        let book = book?;
        let share = self.share(&book)?;
        let index = self.logs.index(&ask.origin).unwrap_or(usize::MAX);
        let (source, ask) = (self.clone(), ask.clone());
        let session = blocking(move || source.shown(index, &book, &ask)).await?;
        Ok((Offer { share }, session))
    }

    fn urgency(&self, origin: &str) -> Urgency {
        self.logs.book(origin).map_or(Urgency::Bulk, |book| book.urgency)
    }

    async fn view_beyond(&self, origin: &str, size: u64) -> Result<View, Refusal> {
        let book = self.book(origin)?;
        let mut changes = book.shown.subscribe();
        loop {
            changes.borrow_and_update();
            let showable = book.state.lock().showable(&self.member);
            if let Some(checkpoint) = showable.filter(|checkpoint| checkpoint.size() > size) {
                return Ok(View { size: checkpoint.size(), note: checkpoint.note().into() });
            }
            if changes.changed().await.is_err() {
                return Err(Refusal::new(RefusalCode::Busy, "the node is stopping"));
            }
        }
    }

    async fn beat_beyond(
        &self,
        origin: &str,
        sent: u64,
        last: Option<&Heartbeat>,
    ) -> Result<Arc<Heartbeat>, Refusal> {
        let book = self.book(origin)?;
        let mut changes = book.shown.subscribe();
        loop {
            changes.borrow_and_update();
            let until = self.logs.heartbeats_until();
            let newest = book.state.lock().heartbeat.clone();
            let is_far = |it: &Heartbeat| is_far_ahead(it, until);
            // What was sent from far ahead hides nothing, here as at the follower.
            let last = last.filter(|last| !is_far(last));
            let is_next = |it: &Arc<Heartbeat>| {
                it.size() <= sent && !is_far(it) && last.is_none_or(|last| it.supersedes(last))
            };
            if let Some(heartbeat) = newest.filter(is_next) {
                self.share(&book)?;
                return Ok(heartbeat);
            }
            if changes.changed().await.is_err() {
                return Err(Refusal::new(RefusalCode::Busy, "the node is stopping"));
            }
        }
    }

    async fn read(&self, origin: &str, from: u64, view: &View) -> Result<Piece, Refusal> {
        let book = self.book(origin)?;
        let share = self.share(&book)?;
        let store = Arc::clone(&self.logs.inner.store);
        let size = view.size;
        blocking(move || {
            piece(&store, &book, share, from, size).map_err(|error| unreadable(&error))
        })
        .await
    }

    async fn held(&self, origin: &str, size: u64, root: Hash) -> Result<(), Refusal> {
        let book = self.book(origin)?;
        let index = self.logs.index(origin).unwrap_or(usize::MAX);
        let source = self.clone();
        blocking(move || {
            let held = book.state.lock().edge.size();
            let same = size <= held && source.root_at(&book, size)? == root;
            if !same {
                let reason = format!("{size} entries with another root are said to be held");
                return Err(Refusal::new(RefusalCode::Diverged, reason));
            }
            let (word, moved) = {
                let mut state = book.state.lock();
                let Some(own) = state.own() else { return Ok(()) };
                let word = own.guard.holds(&source.member, size);
                if word == Word::default() {
                    return Ok(());
                }
                (word, own.confirm())
            };
            if moved {
                book.went_on();
            } else {
                book.changed();
            }
            if word.is_news {
                let member = source.member.clone();
                source.request(&book, Request::Held { log: index, member, size, root })?;
            }
            if word.opens {
                source.go_on_signing(index, &book)?;
            }
            Ok(())
        })
        .await
    }
}

/// The run that begins with entry `from`, cut to what the receiver is entitled to.
fn piece(
    store: &tiaoxi_store::Store,
    book: &Book,
    share: Share,
    from: u64,
    size: u64,
) -> Result<Piece, ReadError> {
    let bytes = reader::encoded(store, book, from)?;
    let range_end = (from / BLOCK_ENTRIES + 1) * BLOCK_ENTRIES;
    let whole = from.is_multiple_of(BLOCK_ENTRIES)
        && range_end <= size
        && Block::is_full_encoding(&bytes)
        && share == Share::Bodies;
    let (block, end) = if whole {
        (bytes.to_vec(), range_end)
    } else {
        let block = Block::decode(&bytes).map_err(|source| ReadError::Block {
            log: book.name.clone(),
            number: from,
            source,
        })?;
        let cut = block
            .slice(from, size)
            .ok_or_else(|| ReadError::Missing { log: book.name.clone(), number: from })?;
        let end = cut.end();
        let cut = match share {
            Share::Bodies => cut,
            Share::Headers => cut.without(|_| true, Hole::Withheld),
        };
        (cut.encode(), end)
    };
    let path = if end < size && end == range_end {
        let mut nodes = LogNodes::new(store, book);
        tree::inclusion_path(&mut nodes, BLOCK_LEVEL, from / BLOCK_ENTRIES, size)?
    } else {
        Vec::new()
    };
    Ok(Piece { block, end, path })
}
