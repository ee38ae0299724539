//! What the node answers over HTTP.

mod making;
mod shown;
mod status;
mod template;

use std::{
    io::Read,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Instant,
};

use tiaoxi_api::{
    code::Code,
    service::{
        Caller, Decision, Download, FindingsRequest, ImportRequest, ListingsQuery, Paper,
        PaperFormat, RejectedRequest, Service, ServiceError,
    },
    types::{
        AgreementShown, AnswerRequest, CorrectionRequest, Decided, Decisions, DecisionsRequest,
        EndRequest, ExchangeStatus, FindingsPage, FromRecords, FromRecordsRequest, Health,
        ImportProgress, ImportSummary, ItemListed, ItemShown, ListingRequest, ListingShown,
        ListingsPage, LogStatus, NodeState, Notice, ObjectionRequest, Place, Proof,
        RecognitionRequest, RepairRequest, Said, Status, Subject, SubjectSupervision,
        SupervisionShown, Timeline, WithdrawalRequest,
    },
};
use tiaoxi_catalog::{Calendar, Catalog};
use tiaoxi_federation::{MemberId, Terms};
use tiaoxi_logs::Logs;
use tiaoxi_store::Store;
use tiaoxi_views::query::SubjectQuery;
use tracing::error;

use crate::{
    exchange::{desk::ExchangeDesk, papers::Papers},
    feed::Views,
    imports::Imports,
    notices::Notices,
    own::Own,
    peers::PeerBoard,
    steps::Steps,
};
pub(crate) use making::NodeParts;

/// A node that answers.
pub(crate) struct Node {
    me: MemberId,
    terms: Arc<Terms>,
    logs: Logs,
    store: Arc<Store>,
    catalog: Arc<Catalog>,
    calendar: Arc<Calendar>,
    views: Arc<Views>,
    steps: Arc<Steps>,
    board: Arc<PeerBoard>,
    desk: Option<Desk>,
    exchange: ExchangeDesk,
    papers: Papers,
    state: AtomicU8,
    started: Instant,
}

/// Where records come in and are put right; a member without a log of records has none.
struct Desk {
    own: Arc<Own>,
    imports: Imports,
    notices: Arc<Notices>,
}

const STARTING: u8 = 0;
const READY: u8 = 1;
const STOPPING: u8 = 2;

impl Node {
    pub(crate) fn ready(&self) {
        self.state.store(READY, Ordering::SeqCst);
    }

    pub(crate) fn stopping(&self) {
        self.state.store(STOPPING, Ordering::SeqCst);
    }

    /// Destroys uploads, and rows that did not go in, that have been kept long enough.
    /// Tells when more is due.
    pub(crate) fn sweep(&self, now: u64) -> Option<u64> {
        self.desk.as_ref()?.imports.sweep(now)
    }

    fn desk(&self) -> Result<&Desk, ServiceError> {
        if self.state.load(Ordering::SeqCst) == STOPPING {
            return Err(Code::NotReady.into());
        }
        self.desk.as_ref().ok_or_else(|| {
            ServiceError::from(Code::LogNotFound).detailed(
                "组网章程没有给本节点信用记录日志",
                "the charter gives this node no log for records",
            )
        })
    }

    /// The desk of mutual recognition, while the node is up.
    fn open_exchange(&self) -> Result<&ExchangeDesk, ServiceError> {
        if self.state.load(Ordering::SeqCst) != READY {
            return Err(Code::NotReady.into());
        }
        Ok(&self.exchange)
    }

    /// The desk, once rows may be taken in.
    fn open_desk(&self) -> Result<&Desk, ServiceError> {
        if self.state.load(Ordering::SeqCst) != READY {
            return Err(Code::NotReady.into());
        }
        self.desk()
    }
}

/// Logs the cause of a fault of ours; the caller is told the code.
fn fault(error: &(dyn std::error::Error + 'static), code: Code) -> ServiceError {
    error!(error, "a request could not be answered");
    code.into()
}

impl Service for Node {
    fn health(&self) -> Health {
        let state = match self.state.load(Ordering::SeqCst) {
            STARTING => NodeState::Starting,
            STOPPING => NodeState::Stopping,
            _ => NodeState::Ready,
        };
        let (member, version) = (self.me.to_string(), env!("CARGO_PKG_VERSION").to_owned());
        Health { state, member, version }
    }

    fn status(&self) -> Result<Status, ServiceError> {
        self.status_page()
    }

    fn logs(&self) -> Result<Vec<LogStatus>, ServiceError> {
        Ok(self.log_statuses())
    }

    fn checkpoint(&self, origin: &str) -> Result<Vec<u8>, ServiceError> {
        let summary =
            self.logs.summary(origin).ok_or_else(|| ServiceError::from(Code::LogNotFound))?;
        let public = summary.public.ok_or_else(|| ServiceError::from(Code::NoCheckpoint))?;
        Ok(public.note().to_vec())
    }

    fn subject(&self, query: &SubjectQuery) -> Result<Subject, ServiceError> {
        self.subject_archive(query)
    }

    fn proof(&self, origin: &str, number: u64) -> Result<Proof, ServiceError> {
        self.entry_proof(origin, number)
    }

    fn import(
        &self,
        request: &ImportRequest,
        body: &mut dyn Read,
    ) -> Result<ImportSummary, ServiceError> {
        self.open_desk()?.imports.import(request, body)
    }

    fn confirm(
        &self,
        digest: &[u8; 32],
        decision: &Decision,
    ) -> Result<ImportSummary, ServiceError> {
        self.open_desk()?.imports.confirm(digest, decision)
    }

    fn imports(&self) -> Result<Vec<ImportProgress>, ServiceError> {
        Ok(self.desk()?.imports.list())
    }

    fn import_progress(&self, digest: &[u8; 32]) -> Result<ImportProgress, ServiceError> {
        self.desk()?.imports.progress(digest)
    }

    fn import_findings(
        &self,
        digest: &[u8; 32],
        request: FindingsRequest,
    ) -> Result<FindingsPage, ServiceError> {
        self.desk()?.imports.findings(digest, request)
    }

    fn rejected_rows(
        &self,
        digest: &[u8; 32],
        request: RejectedRequest,
    ) -> Result<Download, ServiceError> {
        self.desk()?.imports.rejected(digest, request)
    }

    fn discard_import(&self, digest: &[u8; 32]) -> Result<(), ServiceError> {
        self.desk()?.imports.discard(digest)
    }

    fn withdraw(
        &self,
        request: &WithdrawalRequest,
        _caller: &Caller,
    ) -> Result<Notice, ServiceError> {
        let desk = self.open_desk()?;
        desk.notices.withdraw(request, &desk.imports)
    }

    fn correct(
        &self,
        request: &CorrectionRequest,
        caller: &Caller,
    ) -> Result<Notice, ServiceError> {
        let desk = self.open_desk()?;
        desk.notices.correct(request, caller, &desk.imports)
    }

    fn items(&self) -> Result<Vec<ItemListed>, ServiceError> {
        Ok(self.catalog.iter().map(ItemListed::from).collect())
    }

    fn item(&self, slug: &str) -> Result<ItemShown, ServiceError> {
        self.catalog.by_slug(slug).map(ItemShown::from).ok_or_else(|| Code::UnknownItem.into())
    }

    fn template(&self, slug: &str) -> Result<Download, ServiceError> {
        let item = self.catalog.by_slug(slug);
        template::template(item.ok_or_else(|| ServiceError::from(Code::UnknownItem))?)
    }

    fn agreements(&self) -> Result<Vec<AgreementShown>, ServiceError> {
        Ok(self.exchange.exchange.agreements_shown())
    }

    fn supervision(&self) -> Result<SupervisionShown, ServiceError> {
        Ok(self.exchange.exchange.supervision_shown())
    }

    fn exchange(&self) -> Result<ExchangeStatus, ServiceError> {
        self.exchange.status()
    }

    fn listings(&self, query: &ListingsQuery) -> Result<ListingsPage, ServiceError> {
        Ok(self.exchange.exchange.listings_page(query))
    }

    fn listing(&self, place: &Place) -> Result<ListingShown, ServiceError> {
        self.exchange.exchange.listing_shown(place)
    }

    fn notice(&self, place: &Place, format: PaperFormat) -> Result<Paper, ServiceError> {
        self.papers.notice(place, format)
    }

    fn subject_supervision(
        &self,
        query: &SubjectQuery,
    ) -> Result<SubjectSupervision, ServiceError> {
        Ok(self.exchange.exchange.subject_supervision(query))
    }

    fn timeline(&self, query: &SubjectQuery) -> Result<Timeline, ServiceError> {
        Ok(self.papers.timeline(query))
    }

    fn timeline_paper(
        &self,
        query: &SubjectQuery,
        format: PaperFormat,
    ) -> Result<Paper, ServiceError> {
        Ok(self.papers.timeline_paper(query, format))
    }

    fn absence(&self, query: &SubjectQuery, format: PaperFormat) -> Result<Paper, ServiceError> {
        self.papers.absence(query, format)
    }

    fn list(&self, request: &ListingRequest, caller: &Caller) -> Result<Said, ServiceError> {
        self.open_exchange()?.list(request, caller)
    }

    fn list_from_records(
        &self,
        request: &FromRecordsRequest,
        _caller: &Caller,
    ) -> Result<FromRecords, ServiceError> {
        self.open_exchange()?.list_from_records(request, &self.open_desk()?.imports)
    }

    fn recognise(
        &self,
        request: &RecognitionRequest,
        caller: &Caller,
    ) -> Result<Decided, ServiceError> {
        self.open_exchange()?.recognise(request, caller)
    }

    fn end(&self, request: &EndRequest, _caller: &Caller) -> Result<Said, ServiceError> {
        self.open_exchange()?.end(request)
    }

    fn repair(&self, request: &RepairRequest, _caller: &Caller) -> Result<Decisions, ServiceError> {
        self.open_exchange()?.repair(request)
    }

    fn decisions(
        &self,
        request: &DecisionsRequest,
        _caller: &Caller,
    ) -> Result<Decisions, ServiceError> {
        self.open_exchange()?.decisions(request, &self.open_desk()?.imports)
    }

    fn object(&self, request: &ObjectionRequest, _caller: &Caller) -> Result<Said, ServiceError> {
        self.open_exchange()?.object(request)
    }

    fn answer(&self, request: &AnswerRequest, _caller: &Caller) -> Result<Said, ServiceError> {
        self.open_exchange()?.answer(request)
    }
}
