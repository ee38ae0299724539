//! The running node: what is started in which order, and stopped in the opposite one.
//!
//! Threads: the log writer, the feeder of the views, the mover of the store. Tasks: the network
//! driver, the links with other members, the HTTP server, the sweeper of kept files, the clerk of
//! mutual recognition, the heartbeats. Whichever ends unexpectedly stops the node, with its reason.
//! A new version of the charter ends all of them in good order, and the node begins anew with it.

mod opening;
mod threads;

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use tiaoxi_vault::{durable, lockbox::Secret};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use crate::{
    charters::Charters,
    clock,
    commands::node_args::API_ADDRESS_FILE,
    config::Config,
    error_code::Failure,
    exchange::{self, Exchange, ExchangeParts, beats::Beats},
    links::{LISTEN_ADDRESSES_FILE, Links},
    service::{Node, NodeParts},
};
use opening::Opened;

/// Network events that may wait for the links.
const EVENTS_MAX: usize = 256;

/// Between two looks at what has been kept long enough.
const SWEEP_INTERVAL: Duration = Duration::from_mins(1);

/// Runs the node of a directory until it is told to stop or something fails.
pub(crate) fn run(dir: &Path, mut config: Config, secret: &Secret) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the runtime")?;
    runtime.block_on(async {
        // Before anybody can see that the node runs, and ask it to stop.
        let mut told_to_stop = StopSignals::listen()?;
        // Ports first: a second start of the same node fails here, before it touches anything.
        let listener = std::net::TcpListener::bind(config.http)
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .map_err(|error| {
                port_in_use(format!("can't listen on http = {}: {error}", config.http))
            })?;
        while serve(dir, &config, secret, &listener, &mut told_to_stop).await? == After::CharterGrew
        {
            info!("the node begins anew with the new charter");
            config.listen = listened_on(dir, config.listen);
        }
        Ok(())
    })
}

/// Why a node that runs well stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    ToldToStop,
    CharterGrew,
}

async fn serve(
    dir: &Path,
    config: &Config,
    secret: &Secret,
    listener: &std::net::TcpListener,
    told_to_stop: &mut StopSignals,
) -> anyhow::Result<After> {
    let listening = "reading the address of the API";
    let listener = TcpListener::from_std(listener.try_clone().context(listening)?);
    let listener = listener.context(listening)?;
    let address = listener.local_addr().context(listening)?;
    let mut opened = opening::open(dir, config, secret)?;
    // Said anew by this start, which now has the directory to itself.
    for stale in [LISTEN_ADDRESSES_FILE, API_ADDRESS_FILE] {
        let _ = std::fs::remove_file(dir.join(stale));
    }
    let (logs, store) = (opened.logs.clone(), Arc::clone(&opened.store));
    let threads = threads::start(&mut opened)?;
    let (exchange, node) = make_node(&opened, config, dir)?;
    let charters = opened.charters(dir);
    note_api_address(dir, address)?;
    let shutdown = CancellationToken::new();
    let mut tasks = JoinSet::new();
    let beats = Beats::new(logs.clone(), &opened.keyring, Arc::clone(&exchange), config)?;
    tasks.spawn(named("heartbeats", beats.run(shutdown.clone())));
    tasks.spawn(named("clerk", exchange::clerk::run(exchange, shutdown.clone())));
    tasks.spawn(named("sweeper", sweep(Arc::clone(&node), shutdown.clone())));
    let router = tiaoxi_api::server::router(Arc::clone(&node), crate::keyring::token_hash(dir)?);
    let stop = shutdown.clone().cancelled_owned();
    tasks.spawn(named("api", tiaoxi_api::server::serve(listener, router, stop)));
    let member = opened.keyring.member().clone();
    link(opened, charters.clone(), dir, &shutdown, &mut tasks);
    node.ready();
    info!(%member, %address, "the node was started");
    let reason = tokio::select! {
        () = told_to_stop.wait() => Ok(After::ToldToStop),
        _ = charters.grown() => Ok(After::CharterGrew),
        Some(ended) = tasks.join_next() => Err(unexpected(ended)),
        failure = threads.failed() => Err(failure),
    };
    node.stopping();
    shutdown.cancel();
    while tasks.join_next().await.is_some() {}
    drop((node, logs));
    let stopped = tokio::task::spawn_blocking(move || threads.stop()).await;
    store.close().context("closing the store")?;
    info!("the node was stopped");
    stopped.context("stopping")??;
    reason
}

/// What answers questions and takes part in recognition.
fn make_node(
    opened: &Opened,
    config: &Config,
    dir: &Path,
) -> anyhow::Result<(Arc<Exchange>, Arc<Node>)> {
    let charter = Arc::new(opened.chain.current().clone());
    let terms = Arc::new(charter.terms().clone());
    let exchange = Arc::new(Exchange::new(ExchangeParts {
        me: opened.keyring.member().clone(),
        charter,
        logs: opened.logs.clone(),
        supervision: Arc::clone(&opened.supervision),
        calendar: Arc::clone(&opened.calendar),
    }));
    let node = Node::new(NodeParts {
        me: opened.keyring.member().clone(),
        terms,
        logs: opened.logs.clone(),
        store: Arc::clone(&opened.store),
        catalog: Arc::clone(&opened.catalog),
        calendar: Arc::clone(&opened.calendar),
        views: Arc::clone(&opened.views),
        steps: Arc::clone(&opened.steps),
        board: Arc::clone(&opened.board),
        exchange: Arc::clone(&exchange),
        config,
        dir,
        keyring: &opened.keyring,
    })?;
    Ok((exchange, Arc::new(node)))
}

/// Starts the network and the links with other members.
fn link(
    opened: Opened,
    charters: Charters,
    dir: &Path,
    shutdown: &CancellationToken,
    tasks: &mut JoinSet<&'static str>,
) {
    let Opened { keyring, chain, logs, board, net: (driver, dialer, incoming), .. } = opened;
    let links = Links {
        dir: dir.to_owned(),
        logs,
        terms: Arc::new(chain.current().terms().clone()),
        me: keyring.member().clone(),
        dialer,
        board,
        charters,
    };
    let (events, received) = mpsc::channel(EVENTS_MAX);
    tasks.spawn(named("network", driver.run(events, shutdown.clone())));
    tasks.spawn(named("links", links.run(received, incoming, shutdown.clone())));
}

/// The addresses on which members have found us, where any port was good enough at first.
fn listened_on(dir: &Path, configured: Vec<String>) -> Vec<String> {
    if configured.iter().all(|address| !address.ends_with("/tcp/0")) {
        return configured;
    }
    let known = std::fs::read_to_string(dir.join(LISTEN_ADDRESSES_FILE)).unwrap_or_default();
    let known: Vec<String> = known.lines().map(str::to_owned).collect();
    if known.is_empty() { configured } else { known }
}

/// Where the API really listens, for the commands of this directory.
fn note_api_address(dir: &Path, address: SocketAddr) -> anyhow::Result<()> {
    durable::write_file(&dir.join(API_ADDRESS_FILE), address.to_string().as_bytes())
        .context("writing the API's address")
}

fn port_in_use(what: String) -> Failure {
    Failure::new("PORT_IN_USE", what)
}

/// Destroys what has been kept for its time, now and again.
async fn sweep(node: Arc<Node>, shutdown: CancellationToken) {
    loop {
        let sweeping = Arc::clone(&node);
        let swept = tokio::task::spawn_blocking(move || sweeping.sweep(clock::unix_seconds()));
        let due = swept.await.unwrap_or_else(|cause| {
            error!(%cause, "kept files could not be looked through");
            None
        });
        let wait = due.map(|due| Duration::from_secs(due.saturating_sub(clock::unix_seconds())));
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(wait.map_or(SWEEP_INTERVAL, |it| it.min(SWEEP_INTERVAL))) => {}
        }
    }
}

async fn named<F: Future<Output = ()>>(name: &'static str, task: F) -> &'static str {
    task.await;
    name
}

fn unexpected(ended: Result<&'static str, tokio::task::JoinError>) -> anyhow::Error {
    match ended {
        Ok(name) => anyhow::anyhow!("the task {name} ended unexpectedly"),
        Err(error) => anyhow::Error::new(error).context("a task failed"),
    }
}

/// An interrupt from the keyboard, or a request to terminate.
struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    /// From now on these signals no longer end the process by themselves.
    fn listen() -> anyhow::Result<Self> {
        let listening = "listening for signals";
        Ok(Self {
            terminate: signal(SignalKind::terminate()).context(listening)?,
            interrupt: signal(SignalKind::interrupt()).context(listening)?,
        })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
