//! A service with a few fixed answers, and a node that serves it on a port of its own.

use std::io::{self, Read};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};

use tiaoxi_api::server;
use tiaoxi_api::types::{
    Base64Bytes, BodyState, Health, HexBytes, ImportProgress, ImportState, ImportSummary,
    IndexStatus, JournalStatus, LogStatus, NodeState, Proof, RefusedStatus, Side, Status,
    StoreStatus, Subject,
};
use tiaoxi_api::{Code, ImportRequest, Service, ServiceError};
use tiaoxi_views::query::SubjectQuery;
use tokio::sync::oneshot;

pub(crate) const TOKEN: &str = "token-of-the-test";
pub(crate) const ORIGIN: &str = "huzhou/deqing/records/1";

/// How an import behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Importing {
    /// Reads everything.
    Whole,
    /// Refuses after the first read.
    RefusesEarly,
    /// Knows the file already and reads nothing.
    Complete,
    /// Reads everything, after it was told to go on.
    Waits,
}

pub(crate) struct Fake {
    pub importing: Importing,
    /// What each import read, or why it ended.
    pub read: Mutex<mpsc::Sender<Result<Vec<u8>, io::ErrorKind>>>,
    /// Imports that wait, wait for this to be dropped or sent to.
    pub go_on: Mutex<mpsc::Receiver<()>>,
    pub asked: AtomicBool,
}

pub(crate) fn summary(
    digest: [u8; 32],
    item: &str,
    rows: u64,
    already_complete: bool,
) -> ImportSummary {
    ImportSummary {
        import: HexBytes(digest.to_vec()),
        item: item.into(),
        rows,
        accepted: rows,
        duplicates: 0,
        rejected: 0,
        rejected_by: [("REQUIRED_MISSING".to_owned(), 0)].into(),
        warnings: 0,
        resumed_from_row: 0,
        already_complete,
        rejected_file: None,
        findings: Vec::new(),
        log: ORIGIN.into(),
        entries: None,
    }
}

fn log_status() -> LogStatus {
    LogStatus {
        origin: ORIGIN.into(),
        side: Side::Own,
        size_appended: 9,
        size_signed: 8,
        root: HexBytes(vec![0xAB; 32]),
        held: Vec::new(),
        verified_up_to: 8,
        queryable_up_to: 8,
        lag: Some(0),
        last_error: None,
        next_try_seconds: None,
    }
}

impl Service for Fake {
    fn health(&self) -> Health {
        Health { state: NodeState::Ready, member: "deqing".into(), version: "0.1.0".into() }
    }

    fn status(&self) -> Result<Status, ServiceError> {
        Ok(Status {
            node: self.health(),
            federation: "huzhou".into(),
            charter_version: 1,
            uptime_seconds: 5,
            journal: JournalStatus::default(),
            store: StoreStatus::default(),
            index: IndexStatus::default(),
            logs: vec![log_status()],
            peers: Vec::new(),
            imports: Vec::new(),
            import_steps: Vec::new(),
            refused: RefusedStatus::default(),
            faults: Vec::new(),
        })
    }

    fn logs(&self) -> Result<Vec<LogStatus>, ServiceError> {
        Ok(vec![log_status()])
    }

    fn checkpoint(&self, origin: &str) -> Result<Vec<u8>, ServiceError> {
        if origin == ORIGIN { Ok(b"a note\n".to_vec()) } else { Err(Code::LogNotFound.into()) }
    }

    fn subject(&self, query: &SubjectQuery) -> Result<Subject, ServiceError> {
        self.asked.store(true, Ordering::SeqCst);
        Ok(Subject {
            code: query.code().into(),
            name: Some("湖州示例建材有限公司".into()),
            other_names: Vec::new(),
            class: None,
            records: Vec::new(),
            more: false,
        })
    }

    fn proof(&self, origin: &str, number: u64) -> Result<Proof, ServiceError> {
        match number {
            7 => Err(Code::NotYetSigned.into()),
            8.. => Err(Code::EntryNotFound.into()),
            _ => Ok(Proof {
                log: origin.into(),
                number,
                size: 7,
                tlog_proof: "c2sp.org/tlog-proof@v1\n".into(),
                header: HexBytes(vec![1; 48]),
                kind: "record".into(),
                item: 2,
                day: "2026-11-24".into(),
                concerns: None,
                body_state: BodyState::Given,
                body: Some(Base64Bytes(vec![1, 2, 3])),
                salt: Some(HexBytes(vec![9; 32])),
            }),
        }
    }

    fn import(
        &self,
        request: &ImportRequest,
        body: &mut dyn Read,
    ) -> Result<ImportSummary, ServiceError> {
        let mut bytes = Vec::new();
        let read = match self.importing {
            Importing::Complete => return Ok(summary(request.digest, &request.item, 0, true)),
            Importing::RefusesEarly => {
                let mut few = [0; 100];
                body.read_exact(&mut few).expect("something arrives");
                return Err(Code::UnknownItem.into());
            }
            Importing::Waits => {
                let _told = self.go_on.lock().expect("a lock").recv();
                body.read_to_end(&mut bytes)
            }
            Importing::Whole => body.read_to_end(&mut bytes),
        };
        let rows = bytes.split(|byte| *byte == b'\n').count() as u64 - 1;
        let told = read.as_ref().map(|_| bytes).map_err(io::Error::kind);
        self.read.lock().expect("a lock").send(told).expect("the test listens");
        match read {
            Ok(_) => Ok(summary(request.digest, &request.item, rows, false)),
            Err(_) => Err(Code::UploadCutOff.into()),
        }
    }

    fn rejected_rows(&self, digest: &[u8; 32]) -> Result<Box<dyn Read + Send>, ServiceError> {
        if *digest == [0; 32] {
            return Err(Code::ImportNotFound.into());
        }
        Ok(Box::new(io::Cursor::new("行,原因\r\n".repeat(50_000))))
    }

    fn import_progress(&self, digest: &[u8; 32]) -> Result<ImportProgress, ServiceError> {
        if *digest == [0; 32] {
            return Err(Code::ImportNotFound.into());
        }
        Ok(ImportProgress {
            import: HexBytes(digest.to_vec()),
            state: ImportState::Running,
            rows_read: 20,
            rows_acknowledged: 10,
        })
    }
}

/// A served fake; ends when dropped.
pub(crate) struct Node {
    pub address: SocketAddr,
    pub fake: Arc<Fake>,
    pub read: mpsc::Receiver<Result<Vec<u8>, io::ErrorKind>>,
    pub go_on: Option<mpsc::Sender<()>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Node {
    pub(crate) fn start(importing: Importing) -> Self {
        let (sender, read) = mpsc::channel();
        let (go_on, waiting) = mpsc::channel();
        let fake = Arc::new(Fake {
            importing,
            read: Mutex::new(sender),
            go_on: Mutex::new(waiting),
            asked: AtomicBool::new(false),
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let (ready, address) = mpsc::channel();
        let router = server::router(fake.clone(), server::token_hash(TOKEN));
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            runtime.block_on(async {
                let bound = tokio::net::TcpListener::bind("127.0.0.1:0").await;
                let listener = bound.expect("a free port");
                ready.send(listener.local_addr().expect("an address")).expect("awaited");
                server::serve(listener, router, async {
                    let _ended = stopped.await;
                })
                .await;
            });
        });
        let address = address.recv().expect("the server starts");
        let (stop, thread, go_on) = (Some(stop), Some(thread), Some(go_on));
        Self { address, fake, read, go_on, stop, thread }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn client(&self) -> tiaoxi_api::Client {
        tiaoxi_api::Client::new(&self.url(), TOKEN)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.go_on = None;
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the server ends cleanly");
        }
    }
}
