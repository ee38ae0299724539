//! From a directory to the parts of a node.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        mpsc::{self, Receiver},
    },
};

use anyhow::Context;
use tiaoxi_catalog::{Calendar, Catalog, supervision::Supervision};
use tiaoxi_federation::{Chain, Member, Terms};
use tiaoxi_logs::{Fresh, Logs, Setup, WriterThread};
use tiaoxi_net::{Dialer, Driver, Incoming, Limits, Peer, TransportKey};
use tiaoxi_store::{OpenReport, Options, Store};
use tiaoxi_vault::lockbox::Secret;
use tiaoxi_views::{
    index::{Index, IndexError},
    token::Tokenizer,
};
use tracing::{info, warn};
use zeroize::Zeroizing;

use crate::{
    catalog_files,
    charters::{self, Charters},
    config::Config,
    feed::Views,
    keyring::Keyring,
    peers::PeerBoard,
    pinned_charter,
    steps::Steps,
};

/// Decoded blocks that may wait for the views before they have to read for themselves.
const FRESH_MAX: usize = 128;
/// How far ahead of the clock here a heartbeat may be, in seconds: two days.
const HEARTBEAT_AHEAD_MAX: u64 = 48 * 60 * 60;

/// The parts, not yet running but for the writer.
pub(super) struct Opened {
    pub(super) keyring: Arc<Keyring>,
    pub(super) chain: Chain,
    pub(super) logs: Logs,
    /// Until the threads are started.
    pub(super) writer: Option<WriterThread>,
    pub(super) store: Arc<Store>,
    pub(super) views: Arc<Views>,
    pub(super) steps: Arc<Steps>,
    pub(super) board: Arc<PeerBoard>,
    pub(super) net: (Driver, Dialer, Incoming),
    /// Until the threads are started.
    pub(super) fresh: Option<Receiver<Fresh>>,
    pub(super) catalog: Arc<Catalog>,
    pub(super) calendar: Arc<Calendar>,
    pub(super) supervision: Arc<Supervision>,
}

impl Opened {
    /// The chain of charters, grown by those that this node can live with: its catalogue files are
    /// the ones listed, and it is a member. Others wait on the shelf of whoever has them.
    pub(super) fn charters(&self, dir: &Path) -> Charters {
        let (catalog, supervision) = (Arc::clone(&self.catalog), Arc::clone(&self.supervision));
        let keyring = Arc::clone(&self.keyring);
        let fits = move |terms: &Terms| {
            catalog_files::check_against(&catalog, terms)?;
            catalog_files::check_supervision(&supervision, terms)?;
            Ok(keyring.check_listed(terms)?)
        };
        Charters::new(dir, self.chain.clone(), Box::new(fits))
    }
}

/// Opens everything that a node works with.
pub(super) fn open(dir: &Path, config: &Config, secret: &Secret) -> anyhow::Result<Opened> {
    let keyring = Keyring::open(dir, secret)?;
    let chain = pinned_charter::load(dir)?;
    let terms = chain.current().terms();
    keyring.check_listed(terms)?;
    let catalog = catalog_files::load(config.catalog.as_deref())?;
    catalog_files::check_against(&catalog, terms)?;
    let calendar = catalog_files::calendar(config.calendar.as_deref())?;
    let supervision = catalog_files::supervision(config.supervision.as_deref())?;
    catalog_files::check_supervision(&supervision, terms)?;
    catalog_files::check_sources(&supervision, &catalog)?;
    let options = Options { journal_bytes_max: config.journal_bytes_max(), ..Options::default() };
    let (store, report) =
        Store::open(&dir.join("store"), keyring.master(), options).context("opening the store")?;
    tell(&report);
    let store = Arc::new(store);
    let (sender, fresh) = mpsc::sync_channel(FRESH_MAX);
    let setup = Setup {
        terms: Arc::new(terms.clone()),
        charter: *chain.current().fingerprint().as_bytes(),
        known_charters: charters::fingerprints(&chain),
        me: keyring.member().clone(),
        log_seed: Zeroizing::new(*keyring.log_seed()),
        stand_alone: config.stand_alone,
        heartbeats_until: Arc::new(|| {
            crate::clock::unix_seconds().saturating_add(HEARTBEAT_AHEAD_MAX)
        }),
        store: Arc::clone(&store),
        fresh: Some(sender),
    };
    let (logs, writer) = Logs::open(setup).context("opening the logs")?;
    let views = Arc::new(open_views(dir, &keyring)?);
    let net = start_net(config, &keyring, terms)?;
    Ok(Opened {
        keyring: Arc::new(keyring),
        logs,
        writer: Some(writer),
        store,
        views,
        steps: Arc::default(),
        board: Arc::default(),
        net,
        fresh: Some(fresh),
        catalog: Arc::new(catalog),
        calendar: Arc::new(calendar),
        supervision: Arc::new(supervision),
        chain,
    })
}

/// The views hold nothing that the logs do not: a damaged index is made anew.
fn open_views(dir: &Path, keyring: &Keyring) -> anyhow::Result<Views> {
    let (path, master) = (dir.join("index"), keyring.master());
    let limits = tiaoxi_views::index::Limits::default();
    let index = match Index::open(&path, master, limits) {
        Err(IndexError::Damaged { .. }) => {
            warn!("the subject index was damaged; it is rebuilt from the logs");
            Index::rebuild(&path, master, limits)
        }
        opened => opened,
    };
    let index = index.context("opening the subject index")?;
    Ok(Views::new(index, Tokenizer::new(master)))
}

fn start_net(
    config: &Config,
    keyring: &Keyring,
    terms: &Terms,
) -> anyhow::Result<(Driver, Dialer, Incoming)> {
    let peer = |member: &Member| {
        let key = TransportKey(*member.keys.transport.as_bytes());
        if let Some(configured) = config.peers.get(&member.id) {
            let addresses = configured.iter().map(|address| tiaoxi_net::parse_address(address));
            return Ok(Peer { key, addresses: addresses.collect::<Result<_, _>>()? });
        }
        // Hints of the charter: one that is none must not keep this node from starting.
        let mut addresses = Vec::with_capacity(member.addresses.len());
        for address in &member.addresses {
            match tiaoxi_net::parse_address(address) {
                Ok(address) => addresses.push(address),
                Err(error) => {
                    warn!(member = %member.id, address, %error, "an address of the charter is none");
                }
            }
        }
        Ok(Peer { key, addresses })
    };
    let others = terms.members().filter(|member| member.id != *keyring.member());
    let listen = config.listen.iter().map(|address| tiaoxi_net::parse_address(address));
    let net = tiaoxi_net::Config {
        seed: Zeroizing::new(*keyring.transport_seed()),
        listen: listen.collect::<Result<_, _>>()?,
        peers: others.map(peer).collect::<anyhow::Result<_>>()?,
        limits: Limits::default(),
    };
    check_overrides(config, terms);
    tiaoxi_net::start(net).map_err(|error| match error {
        tiaoxi_net::StartError::Listen { address, source } => {
            super::port_in_use(format!("can't listen on {address}: {source}")).into()
        }
        other => anyhow::Error::new(other).context("starting the network"),
    })
}

/// Addresses of a member that does not exist are most likely a slip.
fn check_overrides(config: &Config, terms: &Terms) {
    let unknown: BTreeMap<_, _> =
        config.peers.iter().filter(|(id, _)| terms.member(id).is_none()).collect();
    for id in unknown.keys() {
        warn!(member = %id, "node.toml names a peer that is no member of the charter");
    }
}

/// What an operator should know about how the store was found.
fn tell(report: &OpenReport) {
    info!(
        segments = report.segments,
        frames = report.frames,
        clean = report.is_clean,
        "replayed the journal"
    );
    if let Some(torn) = &report.torn {
        warn!(
            segment = torn.segment,
            offset = torn.offset,
            bytes = torn.bytes,
            "cut off a commit that had never been acknowledged"
        );
    }
    for loss in &report.databases_lost {
        warn!(side = ?loss.side, set_aside = %loss.set_aside.display(),
            reason = &loss.reason as &dyn std::error::Error,
            "a database was damaged and set aside; its blocks are fetched again");
    }
    for loss in &report.logs_lost {
        warn!(log = %loss.log.origin, had = loss.blocks_before, has = loss.blocks_left,
            "a log lost blocks; they are fetched again");
    }
}
