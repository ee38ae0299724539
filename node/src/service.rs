//! What the node answers over HTTP.

mod shown;
mod status;

use std::{
    io::Read,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Instant,
};

use tiaoxi_api::{
    code::Code,
    service::{ImportRequest, Service, ServiceError},
    types::{Health, ImportProgress, ImportSummary, LogStatus, NodeState, Proof, Status, Subject},
};
use tiaoxi_catalog::Catalog;
use tiaoxi_federation::{Channel, MemberId, Terms};
use tiaoxi_logs::Logs;
use tiaoxi_store::Store;
use tiaoxi_vault::Key;
use tiaoxi_views::query::SubjectQuery;
use tracing::error;

use crate::{feed::Views, imports::Imports, peers::PeerBoard, steps::Steps};

/// What a node is made of, as far as it answers questions.
pub(crate) struct NodeParts<'a> {
    pub(crate) me: MemberId,
    pub(crate) terms: Arc<Terms>,
    pub(crate) logs: Logs,
    pub(crate) store: Arc<Store>,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) views: Arc<Views>,
    pub(crate) steps: Arc<Steps>,
    pub(crate) board: Arc<PeerBoard>,
    pub(crate) dir: &'a Path,
    pub(crate) master: &'a Key,
}

/// A node that answers.
pub(crate) struct Node {
    me: MemberId,
    terms: Arc<Terms>,
    logs: Logs,
    store: Arc<Store>,
    catalog: Arc<Catalog>,
    views: Arc<Views>,
    steps: Arc<Steps>,
    board: Arc<PeerBoard>,
    imports: Option<Imports>,
    state: AtomicU8,
    started: Instant,
}

const STARTING: u8 = 0;
const READY: u8 = 1;
const STOPPING: u8 = 2;

impl Node {
    pub(crate) fn new(parts: NodeParts<'_>) -> anyhow::Result<Self> {
        let NodeParts { me, terms, logs, store, catalog, views, steps, board, dir, master } = parts;
        let owned = terms.owned_by(&me);
        let records = owned.into_iter().find(|origin| origin.channel == Channel::records());
        let imports = records
            .map(|records| {
                let (logs, store, catalog) =
                    (logs.clone(), Arc::clone(&store), Arc::clone(&catalog));
                Imports::new(logs, store, catalog, records, Arc::clone(&steps), (dir, master))
            })
            .transpose()?;
        let (state, started) = (AtomicU8::new(STARTING), Instant::now());
        Ok(Self { me, terms, logs, store, catalog, views, steps, board, imports, state, started })
    }

    pub(crate) fn ready(&self) {
        self.state.store(READY, Ordering::SeqCst);
    }

    pub(crate) fn stopping(&self) {
        self.state.store(STOPPING, Ordering::SeqCst);
    }

    fn imports(&self) -> Result<&Imports, ServiceError> {
        self.imports.as_ref().ok_or_else(|| {
            ServiceError::from(Code::LogNotFound).detailed(
                "组网章程没有给本节点信用记录日志",
                "the charter gives this node no log for records",
            )
        })
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
        if self.state.load(Ordering::SeqCst) != READY {
            return Err(Code::NotReady.into());
        }
        self.imports()?.import(request, body)
    }

    fn import_progress(&self, digest: &[u8; 32]) -> Result<ImportProgress, ServiceError> {
        self.imports()?.progress(digest)
    }

    fn rejected_rows(&self, digest: &[u8; 32]) -> Result<Box<dyn Read + Send>, ServiceError> {
        self.imports()?.rejected(digest)
    }
}
