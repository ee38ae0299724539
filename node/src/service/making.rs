//! Putting a node together from its parts.

use std::{
    path::Path,
    sync::{Arc, atomic::AtomicU8},
    time::Instant,
};

use tiaoxi_catalog::{Calendar, Catalog};
use tiaoxi_federation::{Channel, MemberId, Terms};
use tiaoxi_logs::Logs;
use tiaoxi_store::Store;

use super::{Desk, Node, STARTING};
use crate::{
    config::Config,
    exchange::{
        Exchange,
        desk::{DeskParts, ExchangeDesk},
        papers::Papers,
    },
    feed::Views,
    imports::{ImportParts, Imports},
    keyring::Keyring,
    notices::Notices,
    own::Own,
    peers::PeerBoard,
    steps::Steps,
};

/// What a node is made of, as far as it answers questions.
pub(crate) struct NodeParts<'a> {
    pub(crate) me: MemberId,
    pub(crate) terms: Arc<Terms>,
    pub(crate) logs: Logs,
    pub(crate) store: Arc<Store>,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) calendar: Arc<Calendar>,
    pub(crate) views: Arc<Views>,
    pub(crate) steps: Arc<Steps>,
    pub(crate) board: Arc<PeerBoard>,
    pub(crate) exchange: Arc<Exchange>,
    pub(crate) config: &'a Config,
    pub(crate) dir: &'a Path,
    pub(crate) keyring: &'a Keyring,
}

impl Node {
    pub(crate) fn new(parts: NodeParts<'_>) -> anyhow::Result<Self> {
        let desk = Desk::new(&parts)?;
        let papers = Papers::new(Arc::clone(&parts.exchange), parts.keyring, parts.config)?;
        let exchange = ExchangeDesk::new(DeskParts {
            exchange: Arc::clone(&parts.exchange),
            own: desk.as_ref().map(|desk| Arc::clone(&desk.own)),
            notices: desk.as_ref().map(|desk| Arc::clone(&desk.notices)),
            catalog: Arc::clone(&parts.catalog),
            store: Arc::clone(&parts.store),
            dir: parts.dir,
        });
        let NodeParts { me, terms, logs, store, catalog, calendar, views, steps, board, .. } =
            parts;
        let (state, started) = (AtomicU8::new(STARTING), Instant::now());
        Ok(Self {
            me,
            terms,
            logs,
            store,
            catalog,
            calendar,
            views,
            steps,
            board,
            desk,
            exchange,
            papers,
            state,
            started,
        })
    }
}

impl Desk {
    fn new(parts: &NodeParts<'_>) -> anyhow::Result<Option<Self>> {
        let owned = parts.terms.owned_by(&parts.me);
        let of = |channel| owned.iter().find(|origin| origin.channel == channel).cloned();
        let Some(records) = of(Channel::records()) else { return Ok(None) };
        let notices = of(Channel::notices());
        let (logs, views) = (parts.logs.clone(), Arc::clone(&parts.views));
        let own = Arc::new(Own::new(logs, views, records, notices));
        let notices = Notices::new(Arc::clone(&own), Arc::clone(&parts.catalog), parts.dir);
        let notices = Arc::new(notices);
        let imports = Imports::new(ImportParts {
            own: Arc::clone(&own),
            store: Arc::clone(&parts.store),
            catalog: Arc::clone(&parts.catalog),
            calendar: Arc::clone(&parts.calendar),
            steps: Arc::clone(&parts.steps),
            dir: parts.dir,
            master: parts.keyring.master(),
            kept_for: parts.config.imports_kept_for(),
        })?;
        Ok(Some(Self { own, imports, notices }))
    }
}
