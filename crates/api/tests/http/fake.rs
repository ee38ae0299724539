//! A service with a few fixed answers, which remembers what it was asked.

mod answers;
mod listings;

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, mpsc};

use tiaoxi_api::types::{
    AgreementShown, AnswerRequest, Base64Bytes, BodyState, CorrectionRequest, Decided, Decisions,
    DecisionsRequest, EndRequest, ExchangeStatus, FindingsPage, FromRecords, FromRecordsRequest,
    Health, HexBytes, ImportFinding, ImportProgress, ImportState, ImportSummary, IndexStatus,
    ItemListed, ItemShown, JournalStatus, ListingRequest, ListingShown, ListingsPage, LogStatus,
    NodeState, Notice, ObjectionRequest, Place, Proof, RecognitionRequest, RefusedStatus,
    RepairRequest, Said, Severity, Status, StoreStatus, Subject, SubjectSupervision,
    SupervisionShown, Timeline, WithdrawalRequest,
};
use tiaoxi_api::{
    Caller, Code, Decision, Download, FindingsRequest, ImportRequest, ListingsQuery, Paper,
    PaperFormat, RejectedKind, RejectedRequest, Service, ServiceError,
};
use tiaoxi_views::query::SubjectQuery;

use self::answers::{item, log_status};
pub(crate) use self::answers::{notice, progress, summary};
pub(crate) use self::listings::{LISTED, place, said};

pub(crate) const TOKEN: &str = "token-of-the-test";
pub(crate) const ORIGIN: &str = "huzhou/deqing/records/1";
/// The digest that the service does not know.
pub(crate) const UNKNOWN: [u8; 32] = [0; 32];

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
    pub stopping: AtomicBool,
    /// What the service was asked for, in words.
    pub heard: Mutex<Vec<String>>,
    /// What it says of every import, one after the other; the last for ever.
    pub progress: Mutex<VecDeque<ImportProgress>>,
}

impl Fake {
    fn hear(&self, what: String) {
        self.heard.lock().expect("a lock").push(what);
    }

    /// What was asked last.
    pub(crate) fn last_heard(&self) -> String {
        self.heard.lock().expect("a lock").last().cloned().unwrap_or_default()
    }
}

impl Service for Fake {
    fn health(&self) -> Health {
        let is_stopping = self.stopping.load(Ordering::SeqCst);
        let state = if is_stopping { NodeState::Stopping } else { NodeState::Ready };
        Health { state, member: "deqing".into(), version: "0.1.0".into() }
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
        self.hear(format!("{request:?}"));
        let digest = request.digest.unwrap_or([5; 32]);
        let item = request.item.as_deref().unwrap_or("recognised");
        let mut bytes = Vec::new();
        let read = match self.importing {
            Importing::Complete => {
                let known = summary(digest, item, 0);
                return Ok(ImportSummary { already_complete: true, ..known });
            }
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
        let rows = (bytes.split(|byte| *byte == b'\n').count() as u64).saturating_sub(1);
        let told = read.as_ref().map(|_| bytes).map_err(io::Error::kind);
        self.read.lock().expect("a lock").send(told).expect("the test listens");
        match read {
            Ok(_) => Ok(ImportSummary { preview: request.preview, ..summary(digest, item, rows) }),
            Err(_) => Err(Code::UploadCutOff.into()),
        }
    }

    fn confirm(
        &self,
        digest: &[u8; 32],
        decision: &Decision,
    ) -> Result<ImportSummary, ServiceError> {
        self.hear(format!("{decision:?}"));
        if *digest == UNKNOWN {
            return Err(Code::NothingToConfirm.into());
        }
        Ok(summary(*digest, "xzcf", 3))
    }

    fn imports(&self) -> Result<Vec<ImportProgress>, ServiceError> {
        Ok(vec![progress(ImportState::Running, 20), progress(ImportState::Complete, 30)])
    }

    fn import_progress(&self, digest: &[u8; 32]) -> Result<ImportProgress, ServiceError> {
        if *digest == UNKNOWN {
            return Err(Code::ImportNotFound.into());
        }
        let mut script = self.progress.lock().expect("a lock");
        let next = if script.len() > 1 { script.pop_front() } else { script.front().cloned() };
        next.ok_or_else(|| Code::ImportNotFound.into())
    }

    fn import_findings(
        &self,
        digest: &[u8; 32],
        request: FindingsRequest,
    ) -> Result<FindingsPage, ServiceError> {
        let first = request.after.map_or(1, |row| row + 1);
        let finding = |row: u32| ImportFinding {
            row: row.into(),
            line: u64::from(row) + 1,
            code: "REQUIRED_MISSING".into(),
            severity: Severity::Error,
            field: None,
            message_zh: "必填项为空".into(),
            message_en: "a required field is empty".into(),
        };
        let rows = first..(first + u32::from(request.limit)).min(251);
        let next = (rows.end < 251).then(|| rows.end - 1);
        let findings = rows.map(finding).collect();
        Ok(FindingsPage { import: HexBytes(digest.to_vec()), findings, next })
    }

    fn rejected_rows(
        &self,
        digest: &[u8; 32],
        request: RejectedRequest,
    ) -> Result<Download, ServiceError> {
        if *digest == UNKNOWN {
            return Err(Code::ImportNotFound.into());
        }
        let kind = request.kind.unwrap_or(RejectedKind::Csv);
        let rows = io::Cursor::new("行,原因\r\n".repeat(50_000));
        let body: Box<dyn Read + Send> = match request.part {
            1 => Box::new(rows),
            // A file that breaks off.
            2 => Box::new(rows.chain(Broken)),
            _ => return Err(Code::PartNotFound.into()),
        };
        let file_name = format!("退回 {}.{}", request.part, kind.as_str());
        Ok(Download { media_type: "text/csv", file_name, body })
    }

    fn discard_import(&self, digest: &[u8; 32]) -> Result<(), ServiceError> {
        if *digest == UNKNOWN { Err(Code::ImportNotFound.into()) } else { Ok(()) }
    }

    fn withdraw(
        &self,
        request: &WithdrawalRequest,
        caller: &Caller,
    ) -> Result<Notice, ServiceError> {
        self.hear(format!("{request:?} {caller:?}"));
        Ok(notice("withdrawal"))
    }

    fn correct(
        &self,
        request: &CorrectionRequest,
        caller: &Caller,
    ) -> Result<Notice, ServiceError> {
        self.hear(format!("{request:?} {caller:?}"));
        if request.reason == "相同" {
            return Err(Code::NoChange.into());
        }
        Ok(notice("correction"))
    }

    fn items(&self) -> Result<Vec<ItemListed>, ServiceError> {
        Ok(vec![ItemListed::from(&item())])
    }

    fn item(&self, slug: &str) -> Result<ItemShown, ServiceError> {
        if slug == "xzcf" { Ok(ItemShown::from(&item())) } else { Err(Code::UnknownItem.into()) }
    }

    fn template(&self, slug: &str) -> Result<Download, ServiceError> {
        if slug != "xzcf" {
            return Err(Code::UnknownItem.into());
        }
        let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        let file_name = "行政处罚.xlsx".to_owned();
        Ok(Download { media_type, file_name, body: Box::new(&b"PK"[..]) })
    }

    fn agreements(&self) -> Result<Vec<AgreementShown>, ServiceError> {
        Ok(vec![listings::agreement()])
    }

    fn supervision(&self) -> Result<SupervisionShown, ServiceError> {
        Ok(listings::supervision())
    }

    fn exchange(&self) -> Result<ExchangeStatus, ServiceError> {
        Ok(ExchangeStatus { now: 7, agreements: vec!["delta".into()], ..Default::default() })
    }

    fn listings(&self, query: &ListingsQuery) -> Result<ListingsPage, ServiceError> {
        self.hear(format!("{query:?}"));
        Ok(ListingsPage { listings: vec![listings::listing(&place())], more: true })
    }

    fn listing(&self, place: &Place) -> Result<ListingShown, ServiceError> {
        listings::known(place).map(|()| listings::listing(place))
    }

    fn notice(&self, place: &Place, format: PaperFormat) -> Result<Paper, ServiceError> {
        listings::known(place).map(|()| Paper::new(format, format!("告知书 {format:?}")))
    }

    fn subject_supervision(
        &self,
        query: &SubjectQuery,
    ) -> Result<SubjectSupervision, ServiceError> {
        Ok(listings::subject(query.code()))
    }

    fn timeline(&self, query: &SubjectQuery) -> Result<Timeline, ServiceError> {
        Ok(Timeline { code: query.code().into(), name: None, rows: Vec::new() })
    }

    fn timeline_paper(
        &self,
        query: &SubjectQuery,
        format: PaperFormat,
    ) -> Result<Paper, ServiceError> {
        Ok(Paper::new(format, format!("{} {format:?}", query.code())))
    }

    fn absence(&self, query: &SubjectQuery, format: PaperFormat) -> Result<Paper, ServiceError> {
        if query.code() == LISTED {
            return Err(Code::OnTheList.into());
        }
        Ok(Paper::new(format, format!("absence {format:?}")))
    }

    fn list(&self, request: &ListingRequest, caller: &Caller) -> Result<Said, ServiceError> {
        self.hear(format!("{request:?} {caller:?}"));
        listings::judge(request).map(|()| said("listing", request.preview))
    }

    fn list_from_records(
        &self,
        request: &FromRecordsRequest,
        caller: &Caller,
    ) -> Result<FromRecords, ServiceError> {
        self.hear(format!("{request:?} {caller:?}"));
        Ok(listings::from_records(request.preview))
    }

    fn recognise(
        &self,
        request: &RecognitionRequest,
        caller: &Caller,
    ) -> Result<Decided, ServiceError> {
        self.hear(format!("{request:?} {caller:?}"));
        Ok(listings::decided())
    }

    fn end(&self, request: &EndRequest, caller: &Caller) -> Result<Said, ServiceError> {
        self.hear(format!("{request:?} {caller:?}"));
        Ok(said("end", request.preview))
    }

    fn repair(&self, request: &RepairRequest, caller: &Caller) -> Result<Decisions, ServiceError> {
        self.hear(format!("{request:?} {caller:?}"));
        Ok(listings::decisions(request.preview))
    }

    fn decisions(
        &self,
        request: &DecisionsRequest,
        caller: &Caller,
    ) -> Result<Decisions, ServiceError> {
        self.hear(format!("{request:?} {caller:?}"));
        Ok(listings::decisions(request.preview))
    }

    fn object(&self, request: &ObjectionRequest, caller: &Caller) -> Result<Said, ServiceError> {
        self.hear(format!("{request:?} {caller:?}"));
        Ok(said("objection-mark", request.preview))
    }

    fn answer(&self, request: &AnswerRequest, caller: &Caller) -> Result<Said, ServiceError> {
        self.hear(format!("{request:?} {caller:?}"));
        Ok(said("end", request.preview))
    }
}

/// A file that can't be read to its end.
struct Broken;

impl Read for Broken {
    fn read(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("broken"))
    }
}
