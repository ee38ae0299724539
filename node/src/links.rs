//! Sessions with the other members: who is connected, which logs are followed from whom, who is
//! served. One connection per member; a newer one ends the older one's sessions.
//!
//! Knows the network and the logs; neither HTTP nor what entries say.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use tiaoxi_federation::{MemberId, Origin, terms::Terms};
use tiaoxi_logs::{LogSink, Logs, MemberSource};
use tiaoxi_net::{ByteStream, Dialer, Event, Incoming, TransportKey};
use tiaoxi_sync::{Budget, FollowError, ServeError};
use tiaoxi_vault::durable;
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, debug, info, info_span, warn};

use crate::{charters::Charters, clock, peers::PeerBoard};

/// Bytes under way to one member before it has said `held`, in KiB. More than two of the largest
/// blocks in its bulk part.
const BUDGET_KIB: u32 = 40 * 1024;
/// Streams that one member may have open to us at once.
const SESSIONS_MAX: usize = 64;
/// Waits between two tries of following a log.
const RETRY_FIRST: Duration = Duration::from_millis(200);
const RETRY_MAX: Duration = Duration::from_secs(15);

/// File in a node's directory with the addresses that it really listens on, one a line.
pub(crate) const LISTEN_ADDRESSES_FILE: &str = "listen-addresses";

/// What the links work with.
pub(crate) struct Links {
    pub(crate) dir: PathBuf,
    pub(crate) logs: Logs,
    pub(crate) terms: Arc<Terms>,
    pub(crate) me: MemberId,
    pub(crate) dialer: Dialer,
    pub(crate) board: Arc<PeerBoard>,
    pub(crate) charters: Charters,
}

/// A member that is connected now.
struct Peer {
    budget: Budget,
    sessions: JoinSet<()>,
    serving: usize,
}

impl Links {
    /// Runs until `shutdown`.
    pub(crate) async fn run(
        self,
        mut events: mpsc::Receiver<Event>,
        mut incoming: Incoming,
        shutdown: CancellationToken,
    ) {
        let mut peers: BTreeMap<MemberId, Peer> = BTreeMap::new();
        loop {
            tokio::select! {
                // What has happened to connections before the streams on them.
                biased;
                () = shutdown.cancelled() => break,
                event = events.recv() => match event {
                    Some(event) => self.digest(event, &mut peers),
                    None => break,
                },
                stream = incoming.next() => match stream {
                    Some((key, stream)) => self.accept(key, stream, &mut peers),
                    None => break,
                },
            }
        }
    }

    fn member(&self, key: TransportKey) -> Option<MemberId> {
        self.terms.member_by_transport_key(&key.0).map(|member| member.id.clone())
    }

    fn digest(&self, event: Event, peers: &mut BTreeMap<MemberId, Peer>) {
        match event {
            Event::Listening { address } => {
                info!(%address, "listened for members");
                self.note_address(&address.to_string());
            }
            Event::Connected { peer, address } => {
                let Some(member) = self.member(peer) else { return };
                info!(%member, %address, "connected");
                self.board.change(&member, |state| {
                    state.connected = true;
                    state.address = Some(address.to_string());
                    state.last_error = None;
                    state.next_try = None;
                });
                let connected = self.connect(peer, &member);
                // Replacing the older one ends its sessions.
                peers.insert(member, connected);
            }
            Event::Disconnected { peer, reason } => {
                let Some(member) = self.member(peer) else { return };
                info!(%member, %reason, "disconnected");
                peers.remove(&member);
                self.board.change(&member, |state| {
                    state.connected = false;
                    state.last_error = Some(reason);
                });
            }
            Event::DialFailed { peer, reason, next_try } => {
                let Some(member) = self.member(peer) else { return };
                debug!(%member, %reason, ?next_try, "could not dial");
                self.board.change(&member, |state| {
                    state.connected = false;
                    state.last_error = Some(reason);
                    state.next_try = Some(clock::unix_seconds() + next_try.as_secs());
                });
            }
        }
    }

    /// Where we really listen, for whoever configured port 0.
    fn note_address(&self, address: &str) {
        let path = self.dir.join(LISTEN_ADDRESSES_FILE);
        let mut text = std::fs::read_to_string(&path).unwrap_or_default();
        text.push_str(address);
        text.push('\n');
        if let Err(error) = durable::write_file(&path, text.as_bytes()) {
            warn!(%error, "the file of listening addresses could not be written");
        }
    }

    /// Asks the member for newer charters, and starts to follow every log that is asked of it: its
    /// own, and, where it is our hub, those that come through it.
    fn connect(&self, key: TransportKey, member: &MemberId) -> Peer {
        let mut sessions = JoinSet::new();
        let asking =
            AskingForCharters { charters: self.charters.clone(), dialer: self.dialer.clone(), key };
        let span = info_span!("charters", %member);
        sessions.spawn(asking.run().instrument(span));
        let followed = self.terms.followed_by(&self.me);
        let asked = |origin: &Origin| self.terms.asks(&self.me, origin) == Some(member);
        for origin in followed.into_iter().filter(asked) {
            let span = info_span!("follow", log = %origin);
            sessions.spawn(self.following(key, &origin).follow().instrument(span));
        }
        for origin in self.terms.owned_by(&self.me) {
            if self.terms.deciders(&origin).0.contains(member) {
                let span = info_span!("recover", log = %origin);
                let following = self.following(key, &origin);
                sessions.spawn(following.recover(member.clone()).instrument(span));
            }
        }
        Peer { budget: Budget::new(BUDGET_KIB), sessions, serving: 0 }
    }

    fn following(&self, key: TransportKey, origin: &Origin) -> Following {
        Following {
            logs: self.logs.clone(),
            dialer: self.dialer.clone(),
            board: Arc::clone(&self.board),
            key,
            log: origin.to_string(),
        }
    }

    /// Serves a stream that a member has opened.
    fn accept(&self, key: TransportKey, stream: ByteStream, peers: &mut BTreeMap<MemberId, Peer>) {
        let Some(member) = self.member(key) else { return };
        let Some(peer) = peers.get_mut(&member) else {
            debug!(%member, "dropped a stream of a connection that is gone");
            return;
        };
        while peer.sessions.try_join_next().is_some() {
            peer.serving = peer.serving.saturating_sub(1);
        }
        if peer.serving >= SESSIONS_MAX {
            warn!(%member, limit = SESSIONS_MAX, "dropped a stream over the limit");
            return;
        }
        peer.serving += 1;
        let source = MemberSource::new(self.logs.clone(), member.clone());
        let budget = peer.budget.clone();
        let charters = self.charters.clone();
        let span = info_span!("serve", %member);
        let serving = async move {
            match tiaoxi_sync::serve(stream, &source, &charters, &budget).await {
                Ok(()) => debug!("the session ended"),
                Err(ServeError::Refused(refusal)) => info!(%refusal, "refused a session"),
                Err(error) => debug!(error = &error as &dyn std::error::Error, "a session failed"),
            }
        };
        peer.sessions.spawn(serving.instrument(span));
    }
}

/// Asking one member for charters that we do not have.
struct AskingForCharters {
    charters: Charters,
    dialer: Dialer,
    key: TransportKey,
}

impl AskingForCharters {
    /// Asks for as long as the member is connected.
    async fn run(mut self) {
        let mut wait = RETRY_FIRST;
        loop {
            let error = self.session().await;
            warn_of(&error);
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(RETRY_MAX);
        }
    }

    async fn session(&mut self) -> FollowError {
        let stream = match self.dialer.open(self.key).await {
            Ok(stream) => stream,
            Err(error) => return FollowError::Write(std::io::Error::other(error)),
        };
        let (version, fingerprint) = self.charters.newest();
        match tiaoxi_sync::ask_charters(stream, version, fingerprint, &self.charters).await {
            Ok(never) => match never {},
            Err(error) => error,
        }
    }
}

/// Following one log from one member.
struct Following {
    logs: Logs,
    dialer: Dialer,
    board: Arc<PeerBoard>,
    key: TransportKey,
    log: String,
}

impl Following {
    /// Follows for as long as the member is connected.
    async fn follow(mut self) {
        let mut wait = RETRY_FIRST;
        loop {
            let started = tokio::time::Instant::now();
            let error = self.session().await;
            warn_of(&error);
            self.board.trouble(&self.log, describe(&error));
            if started.elapsed() > RETRY_MAX {
                wait = RETRY_FIRST;
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(RETRY_MAX);
        }
    }

    /// Follows our own log from a decider, whenever that one holds more of it than we do.
    async fn recover(mut self, decider: MemberId) {
        let Some(mut changes) = self.logs.changes(&self.log) else { return };
        loop {
            if self.logs.leader(&self.log).as_ref() == Some(&decider) {
                info!(%decider, "began to follow our own log from a decider that holds more of it");
                let (logs, log) = (self.logs.clone(), self.log.clone());
                let ended = tokio::select! {
                    error = self.session() => Some(error),
                    () = logs.recovered(&log) => None,
                };
                if let Some(error) = ended {
                    self.board.trouble(&self.log, describe(&error));
                }
                tokio::time::sleep(RETRY_FIRST).await;
            } else if changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// One session; it ends only with an error, if that of a closed stream.
    async fn session(&mut self) -> FollowError {
        let Some(sink) = LogSink::new(self.logs.clone(), &self.log) else {
            return tiaoxi_sync::sink::SinkClosed(format!("{} is not held here", self.log)).into();
        };
        let stream = match self.dialer.open(self.key).await {
            Ok(stream) => stream,
            Err(error) => return FollowError::Write(std::io::Error::other(error)),
        };
        match tiaoxi_sync::follow(stream, &sink).await {
            Ok(never) => match never {},
            Err(error) => error,
        }
    }
}

fn warn_of(error: &FollowError) {
    if error.discredits_the_server() {
        warn!(
            error = error as &dyn std::error::Error,
            "the member sent what a sound node never sends"
        );
    } else {
        debug!(error = error as &dyn std::error::Error, "a session ended");
    }
}

/// The error with its causes, for an operator.
fn describe(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
