//! A member's logs in a store on disk, and sessions between two of them.

use std::{
    fmt::Write as _,
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tempfile::TempDir;
use tiaoxi_federation::{MemberId, Origin};
use tiaoxi_ledger::{
    Hash,
    block::{Body, Draft},
    header::{Concerned, Header, KindField, split},
    note::SigningKey,
};
use tiaoxi_logs::{
    AppendError, Appended, BeatError, HeartbeatsUntil, LogSink, Logs, MemberSource, Setup, Summary,
    WriterThread,
};
use tiaoxi_store::{Options, Store};
use tiaoxi_sync::{Budget, FollowError, ServeError};
use tiaoxi_vault::Key;
use tokio::task::JoinHandle;

use crate::{
    charters::NoCharters,
    city::{City, id, seed},
    pipe::{Valve, pipe},
    soon,
};

/// Logs of one member while it runs.
pub(crate) struct Node {
    pub(crate) me: MemberId,
    pub(crate) logs: Logs,
    store: Arc<Store>,
    writer: WriterThread,
}

/// How logs are opened.
struct Opening {
    stand_alone: bool,
    known_charters: Vec<Hash>,
    heartbeats_until: HeartbeatsUntil,
}

impl Default for Opening {
    fn default() -> Self {
        let (stand_alone, known_charters) = (false, Vec::new());
        Self { stand_alone, known_charters, heartbeats_until: Arc::new(|| u64::MAX) }
    }
}

/// The key by which a member cosigns.
pub(crate) fn witness(member: &MemberId) -> SigningKey {
    let name = format!("huzhou/{member}/witness");
    SigningKey::new(name, &seed(member.as_str(), "witness")).unwrap()
}

/// A directory for a member's store.
pub(crate) fn directory() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Takes a backup, or puts it back.
pub(crate) fn copy(from: &Path, to: &Path) {
    if to.exists() {
        fs::remove_dir_all(to).unwrap();
    }
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// An entry that says `text`; no more of it matters to logs.
pub(crate) fn draft(text: &str) -> Draft {
    let kind = KindField::new(1, 2, 1);
    let header =
        Header { kind, item: 1, day: 20_500, concerned: Concerned::NONE, commitment: [0; 32] };
    Draft { prefix: header.prefix(), body: text.as_bytes().to_vec() }
}

/// So many texts of 200 characters that hardly shrink when packed.
pub(crate) fn texts(about: &str, count: usize) -> Vec<String> {
    let text = |number| {
        let mut bytes = [0; 100];
        let mut digest = blake3::Hasher::new();
        digest.update(format!("{about} {number}").as_bytes()).finalize_xof().fill(&mut bytes);
        bytes.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
    };
    (0..count).map(text).collect()
}

impl Node {
    pub(crate) fn open(city: &City, member: &str, dir: &Path) -> Self {
        Self::open_as(city, member, dir, Opening::default())
    }

    /// A node that waits for nobody.
    pub(crate) fn open_alone(city: &City, member: &str, dir: &Path) -> Self {
        Self::open_as(city, member, dir, Opening { stand_alone: true, ..Opening::default() })
    }

    /// A node that has gone by other charters before.
    pub(crate) fn open_after(before: &[&City], city: &City, member: &str, dir: &Path) -> Self {
        let before = before.iter().map(|it| *it.charter.fingerprint().as_bytes()).collect();
        Self::open_as(city, member, dir, Opening { known_charters: before, ..Opening::default() })
    }

    /// A node that takes heartbeats up to this time.
    pub(crate) fn open_until(
        city: &City,
        member: &str,
        dir: &Path,
        until: &Arc<AtomicU64>,
    ) -> Self {
        let until = Arc::clone(until);
        let heartbeats_until: HeartbeatsUntil = Arc::new(move || until.load(Ordering::SeqCst));
        Self::open_as(city, member, dir, Opening { heartbeats_until, ..Opening::default() })
    }

    fn open_as(city: &City, member: &str, dir: &Path, opening: Opening) -> Self {
        let Opening { stand_alone, known_charters, heartbeats_until } = opening;
        let (store, _) = Store::open(dir, &Key::from_bytes([9; 32]), Options::default()).unwrap();
        let store = Arc::new(store);
        let setup = Setup {
            terms: Arc::new(city.charter.terms().clone()),
            charter: *city.charter.fingerprint().as_bytes(),
            known_charters,
            me: id(member),
            log_seed: seed(member, "log"),
            stand_alone,
            heartbeats_until,
            store: Arc::clone(&store),
            fresh: None,
        };
        let (logs, writer) = Logs::open(setup).unwrap();
        Self { me: id(member), logs, store, writer }
    }

    /// Stops in good order; the directory may be used again behind it. Sessions must be over.
    pub(crate) async fn stop(self) {
        let Self { logs, mut store, writer, .. } = self;
        logs.stop();
        writer.ended.await.unwrap_err();
        writer.thread.join().unwrap().unwrap();
        drop(logs);
        // A session's last read may still be on its way.
        soon("the store is let go of", async {
            while Arc::get_mut(&mut store).is_none() {
                tokio::task::yield_now().await;
            }
        })
        .await;
        store.close().unwrap();
    }

    /// Appends entries; answers when they are durable.
    pub(crate) async fn append(
        &self,
        log: &str,
        texts: &[String],
    ) -> Result<Appended, AppendError> {
        let (logs, log) = (self.logs.clone(), Origin::parse(log).unwrap());
        let drafts = texts.iter().map(|text| draft(text)).collect();
        tokio::task::spawn_blocking(move || logs.append(&log, drafts, Vec::new())).await.unwrap()
    }

    /// Beats at a time; how many logs.
    pub(crate) async fn beat(&self, unix_seconds: u64) -> Result<usize, BeatError> {
        let (logs, witness) = (self.logs.clone(), witness(&self.me));
        tokio::task::spawn_blocking(move || logs.beat(&witness, unix_seconds)).await.unwrap()
    }

    /// Time and size of the newest heartbeat of a log.
    pub(crate) fn heartbeat(&self, log: &str) -> Option<(u64, u64)> {
        let mut beats = self.logs.heartbeats().into_iter();
        let (_, beat) = beats.find(|(origin, _)| origin.to_string() == log)?;
        Some((beat.unix_seconds(), beat.size()))
    }

    /// Waits until the newest heartbeat of a log is of that time and size.
    pub(crate) async fn until_beat(&self, log: &str, beat: (u64, u64)) {
        let what = format!("{} has the heartbeat {beat:?} of {log}", self.me);
        self.until(log, &what, |_| self.heartbeat(log) == Some(beat)).await;
    }

    pub(crate) fn summary(&self, log: &str) -> Summary {
        self.logs.summary(log).unwrap()
    }

    /// How much of a log a member holds, as the store keeps it.
    pub(crate) fn stored_word(&self, log: &str, member: &str) -> Option<u64> {
        let head = self.store.head(self.summary(log).id).unwrap();
        head.held.get(member).map(|held| held.size)
    }

    /// Entries and root.
    pub(crate) fn edge(&self, log: &str) -> (u64, Hash) {
        let summary = self.summary(log);
        (summary.size, summary.root)
    }

    /// Size of the newest checkpoint signed or seen.
    pub(crate) fn signed(&self, log: &str) -> u64 {
        self.summary(log).checkpoint.map_or(0, |checkpoint| checkpoint.size())
    }

    /// Size of the newest checkpoint that everybody may see.
    pub(crate) fn public(&self, log: &str) -> u64 {
        self.summary(log).public.map_or(0, |checkpoint| checkpoint.size())
    }

    /// Waits until a log stands as it should.
    pub(crate) async fn until(&self, log: &str, what: &str, stands: impl Fn(&Summary) -> bool) {
        let mut changes = self.logs.changes(log).unwrap();
        let standing = async {
            while !stands(&self.summary(log)) {
                changes.changed().await.unwrap();
            }
        };
        soon(what, standing).await;
    }

    /// Waits until so many entries are held durably.
    pub(crate) async fn until_size(&self, log: &str, size: u64) {
        self.until(log, &format!("{} holds {size} of {log}", self.me), |it| it.size >= size).await;
    }

    /// Waits until a checkpoint of so many entries is signed or seen.
    pub(crate) async fn until_signed(&self, log: &str, size: u64) {
        let signed = |it: &Summary| it.checkpoint.as_ref().is_some_and(|it| it.size() == size);
        self.until(log, &format!("{size} entries of {log} are signed"), signed).await;
    }

    /// Texts of all entries; `None` where there is no body.
    pub(crate) fn read(&self, log: &str) -> Vec<Option<String>> {
        let mut texts = Vec::new();
        while (texts.len() as u64) < self.summary(log).size {
            let next = texts.len() as u64;
            let block = self.logs.block(log, next).unwrap();
            texts.extend(block.entries().filter(|(number, ..)| *number >= next).map(
                |(_, header, body)| match body {
                    Body::Present(body) => {
                        assert_eq!(split(header).0, draft("").prefix);
                        Some(String::from_utf8(body.to_vec()).unwrap())
                    }
                    Body::Missing(_) => None,
                },
            ));
        }
        texts
    }
}

/// One log being followed from one member by another. Over when it is dropped.
pub(crate) struct Session {
    pub(crate) serving: JoinHandle<Result<(), ServeError>>,
    pub(crate) following: JoinHandle<FollowError>,
}

/// How a session goes.
pub(crate) struct Way {
    /// What the server sends goes through this.
    pub(crate) server: Valve,
    /// What the follower sends goes through this.
    pub(crate) follower: Valve,
    pub(crate) budget: Budget,
}

impl Default for Way {
    fn default() -> Self {
        Self { server: Valve::open(), follower: Valve::open(), budget: Budget::new(4096) }
    }
}

impl Session {
    /// Begins.
    pub(crate) fn of(log: &str, server: &Node, follower: &Node) -> Self {
        Self::over(log, server, follower, Way::default())
    }

    /// Begins, on a way of its own.
    pub(crate) fn over(log: &str, server: &Node, follower: &Node, way: Way) -> Self {
        let Way { server: from_server, follower: from_follower, budget } = way;
        let (here, there) = pipe(from_server, from_follower);
        let source = MemberSource::new(server.logs.clone(), follower.me.clone());
        let sink = LogSink::new(follower.logs.clone(), log).unwrap();
        let serving =
            tokio::spawn(
                async move { tiaoxi_sync::serve(here, &source, &NoCharters, &budget).await },
            );
        let following = tokio::spawn(async move {
            match tiaoxi_sync::follow(there, &sink).await {
                Ok(never) => match never {},
                Err(error) => error,
            }
        });
        Self { serving, following }
    }

    /// Waits until it has ended by itself; how, for the follower.
    pub(crate) async fn ended(mut self) -> FollowError {
        soon("the session ends", &mut self.following).await.unwrap()
    }

    /// Ends it from outside, as a connection that is gone does.
    pub(crate) async fn abort(mut self) {
        self.serving.abort();
        self.following.abort();
        // However they ended.
        let _ = (&mut self.serving).await;
        let _ = (&mut self.following).await;
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.serving.abort();
        self.following.abort();
    }
}
