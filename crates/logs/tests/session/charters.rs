//! Charters go from who has more of the chain to who has less.

use std::sync::{Arc, Mutex};

use tiaoxi_ledger::Hash;
use tiaoxi_sync::{
    Budget, CharterSink, Charters, FollowError, Message, Refusal, RefusalCode, ServeError,
    ask_charters,
    message::{CHARTER_BYTES_MAX, FOLLOWER_MESSAGE_BYTES_MAX},
    sink::SinkClosed,
    wire::{self, ReadError},
};
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    city::{City, id},
    node::{Node, directory},
    pipe::{End, Valve, pipe},
    soon,
};

/// Of nodes that are not asked for charters.
pub(crate) struct NoCharters;

impl Charters for NoCharters {
    fn after(&self, _version: u32, _fingerprint: &Hash) -> Result<Vec<Arc<[u8]>>, Refusal> {
        Ok(Vec::new())
    }

    fn changed(&self) -> watch::Receiver<u32> {
        watch::Sender::new(0).subscribe()
    }
}

/// Versions from 1 on, each told apart by its first byte.
#[derive(Clone)]
struct Shelf {
    notes: Arc<Mutex<Vec<Arc<[u8]>>>>,
    version: watch::Sender<u32>,
}

fn fingerprint(note: &[u8]) -> Hash {
    *blake3::hash(note).as_bytes()
}

impl Shelf {
    fn of(notes: &[&[u8]]) -> Self {
        let notes: Vec<Arc<[u8]>> = notes.iter().map(|note| Arc::from(*note)).collect();
        let version = watch::Sender::new(u32::try_from(notes.len()).unwrap());
        Self { notes: Arc::new(Mutex::new(notes)), version }
    }

    fn put(&self, note: &[u8]) {
        let mut notes = self.notes.lock().unwrap();
        if notes.iter().any(|known| **known == *note) {
            return;
        }
        notes.push(note.into());
        self.version.send_replace(u32::try_from(notes.len()).unwrap());
    }

    fn version(&self) -> u32 {
        *self.version.borrow()
    }

    fn newest(&self) -> (u32, Hash) {
        let notes = self.notes.lock().unwrap();
        (u32::try_from(notes.len()).unwrap(), fingerprint(notes.last().unwrap()))
    }

    async fn until(&self, version: u32) {
        let mut changes = self.changed();
        let arrives = async {
            while self.version() != version {
                changes.changed().await.unwrap();
            }
        };
        soon(&format!("version {version} arrives"), arrives).await;
    }
}

impl Charters for Shelf {
    fn after(&self, version: u32, asked: &Hash) -> Result<Vec<Arc<[u8]>>, Refusal> {
        let notes = self.notes.lock().unwrap();
        let version = usize::try_from(version).unwrap();
        if version
            .checked_sub(1)
            .and_then(|at| notes.get(at))
            .is_some_and(|it| fingerprint(it) != *asked)
        {
            return Err(Refusal::new(RefusalCode::Diverged, "another text"));
        }
        Ok(notes.iter().skip(version).cloned().collect())
    }

    fn changed(&self) -> watch::Receiver<u32> {
        self.version.subscribe()
    }
}

impl CharterSink for Shelf {
    async fn take(&self, note: &[u8]) -> Result<(), SinkClosed> {
        if note.starts_with(b"bad") {
            return Err(SinkClosed("this is no next version".into()));
        }
        self.put(note);
        Ok(())
    }
}

/// A stream that a node serves, which has these charters.
struct Served {
    there: End,
    serving: JoinHandle<Result<(), ServeError>>,
}

fn serve(charters: &Shelf) -> Served {
    let (here, there) = pipe(Valve::open(), Valve::open());
    let charters = charters.clone();
    let serving = tokio::spawn(async move {
        let (city, dir) = (City::of(&[]), directory());
        let node = Node::open_alone(&city, "huzhou", dir.path());
        let source = tiaoxi_logs::MemberSource::new(node.logs.clone(), id("huzhou"));
        tiaoxi_sync::serve(here, &source, &charters, &Budget::new(64)).await
    });
    Served { there, serving }
}

fn ask(from: &Shelf, by: &Shelf) -> JoinHandle<FollowError> {
    let (there, by) = (serve(from).there, by.clone());
    tokio::spawn(async move {
        let (version, fingerprint) = by.newest();
        match ask_charters(there, version, fingerprint, &by).await {
            Ok(never) => match never {},
            Err(error) => error,
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_less_gets_every_later_version_in_order_and_those_to_come() {
    let more = Shelf::of(&[b"one", b"two", b"three"]);
    let less = Shelf::of(&[b"one"]);
    let asking = ask(&more, &less);
    // Who has more asks too, and is told what it has said itself.
    let _other_way = ask(&less, &more);
    less.until(3).await;
    more.put(b"four");
    less.until(4).await;
    let large = vec![b'x'; CHARTER_BYTES_MAX];
    more.put(&large);
    less.until(5).await;
    let expected: Vec<Arc<[u8]>> =
        [&b"one"[..], b"two", b"three", b"four", &large].map(Arc::from).to_vec();
    assert_eq!(*less.notes.lock().unwrap(), expected);
    assert_eq!(more.version(), 5);
    assert!(!asking.is_finished());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_another_text_is_refused() {
    let (here, there) = (Shelf::of(&[b"one", b"two"]), Shelf::of(&[b"one", b"another two"]));
    let ended = soon("the session ends", ask(&here, &there)).await.unwrap();
    assert!(matches!(&ended, FollowError::Refused(it) if it.code == RefusalCode::Diverged));
    assert!(!ended.discredits_the_server());
    assert_eq!(there.version(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_charter_that_is_not_taken_ends_the_session() {
    let (here, there) = (Shelf::of(&[b"one", b"two", b"bad three", b"four"]), Shelf::of(&[b"one"]));
    let ended = soon("the session ends", ask(&here, &there)).await.unwrap();
    assert!(matches!(ended, FollowError::Sink(_)));
    assert_eq!(there.version(), 2);
}

/// What a scripted node answers to who asks for charters.
async fn check_answer(answer: Message, expected: impl Fn(&FollowError) -> bool) {
    let (mut here, there) = pipe(Valve::open(), Valve::open());
    let asking = tokio::spawn(async move {
        ask_charters(there, 1, [0; 32], &Shelf::of(&[b"one"])).await.unwrap_err()
    });
    let asked = wire::read(&mut here, FOLLOWER_MESSAGE_BYTES_MAX).await.unwrap();
    assert_eq!(asked, Message::AskCharters { version: 1, fingerprint: [0; 32] });
    // It may have been cut off before the end.
    let _ = wire::write(&mut here, &answer).await;
    let error = soon("the session ends", asking).await.unwrap();
    assert!(expected(&error), "{error:?}");
    assert!(error.discredits_the_server());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_charters_within_their_limit_is_an_answer() {
    check_answer(Message::Held { size: 0, root: [0; 32] }, |error| {
        matches!(error, FollowError::OutOfTurn)
    })
    .await;
    let block = vec![0; CHARTER_BYTES_MAX + 1];
    check_answer(Message::Run { path: Vec::new(), block }, |error| {
        matches!(error, FollowError::Read(ReadError::TooLong { .. }))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asked_has_nothing_more_to_say() {
    let Served { mut there, serving } = serve(&Shelf::of(&[b"one"]));
    let asked = Message::AskCharters { version: 1, fingerprint: fingerprint(b"one") };
    wire::write(&mut there, &asked).await.unwrap();
    wire::write(&mut there, &asked).await.unwrap();
    let ended = soon("the session ends", serving).await.unwrap();
    assert!(matches!(ended, Err(ServeError::OutOfTurn)));

    let Served { mut there, serving } = serve(&Shelf::of(&[b"one"]));
    wire::write(&mut there, &asked).await.unwrap();
    drop(there);
    assert!(soon("the session ends", serving).await.unwrap().is_ok());
}
