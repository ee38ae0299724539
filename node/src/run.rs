//! The running node: what is started in which order, and stopped in the opposite one.
//!
//! Threads: the log writer, the feeder of the views, the mover of the store. Tasks: the network
//! driver, the links with other members, the HTTP server, the sweeper of kept files. Whichever ends unexpectedly stops the
//! node, with its reason.

mod opening;
mod threads;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

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
    clock,
    commands::node_args::API_ADDRESS_FILE,
    config::Config,
    error_code::Failure,
    links::{LISTEN_ADDRESSES_FILE, Links},
    service::{Node, NodeParts},
};
use opening::Opened;

/// Network events that may wait for the links.
const EVENTS_MAX: usize = 256;

/// Between two looks at what has been kept long enough.
const SWEEP_INTERVAL: Duration = Duration::from_mins(1);

/// Runs the node of a directory until it is told to stop or something fails.
pub(crate) fn run(dir: PathBuf, config: Config, secret: &Secret) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the runtime")?;
    runtime.block_on(serve(dir, config, secret))
}

async fn serve(dir: PathBuf, config: Config, secret: &Secret) -> anyhow::Result<()> {
    // Before anybody can see that the node runs, and ask it to stop.
    let told_to_stop = StopSignals::listen()?;
    // Ports first: a second start of the same node fails here, before it touches anything.
    let listener = TcpListener::bind(config.http)
        .await
        .map_err(|error| port_in_use(format!("can't listen on http = {}: {error}", config.http)))?;
    let address = listener.local_addr().context("reading the address of the API")?;
    let opened = opening::open(&dir, &config, secret)?;
    // Said anew by this start, which now has the directory to itself.
    for stale in [LISTEN_ADDRESSES_FILE, API_ADDRESS_FILE] {
        let _ = std::fs::remove_file(dir.join(stale));
    }
    let Opened { keyring, chain, logs, writer, store, views, steps, .. } = opened;
    let Opened { board, net, fresh, catalog, calendar, .. } = opened;
    let terms = chain.current().terms();
    let (driver, dialer, incoming) = net;
    let shutdown = CancellationToken::new();
    let threads = threads::start(&logs, writer, &store, chain.current(), &views, &steps, fresh)?;
    let node = Arc::new(Node::new(NodeParts {
        me: keyring.member().clone(),
        terms: Arc::new(terms.clone()),
        logs: logs.clone(),
        store: Arc::clone(&store),
        catalog,
        calendar,
        views,
        steps,
        board: Arc::clone(&board),
        kept_for: config.imports_kept_for(),
        dir: &dir,
        master: keyring.master(),
    })?);
    note_api_address(&dir, address)?;
    let links = Links {
        dir: dir.clone(),
        logs: logs.clone(),
        terms: Arc::new(terms.clone()),
        me: keyring.member().clone(),
        dialer,
        board,
    };
    let router = tiaoxi_api::server::router(Arc::clone(&node), crate::keyring::token_hash(&dir)?);
    let (events, received) = mpsc::channel(EVENTS_MAX);
    let mut tasks = JoinSet::new();
    tasks.spawn(named("network", driver.run(events, shutdown.clone())));
    tasks.spawn(named("links", links.run(received, incoming, shutdown.clone())));
    let stop = shutdown.clone().cancelled_owned();
    tasks.spawn(named("api", tiaoxi_api::server::serve(listener, router, stop)));
    tasks.spawn(named("sweeper", sweep(Arc::clone(&node), shutdown.clone())));
    node.ready();
    info!(member = %keyring.member(), %address, "the node was started");
    let reason = tokio::select! {
        () = told_to_stop.wait() => Ok(()),
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
    reason.and(stopped.context("stopping")?)
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

    async fn wait(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
