//! The threads of a node: the log writer, the feeder of the views, the mover of the store.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use anyhow::Context;
use parking_lot::{Condvar, Mutex};
use tiaoxi_logs::{Logs, WriterError};
use tiaoxi_store::MaintainError;
use tokio::sync::{mpsc, oneshot};
use tracing::error;

use super::opening::Opened;
use crate::feed::{self, Feeder};

/// Between two looks at whether blocks are to be moved.
const MOVE_INTERVAL: Duration = Duration::from_millis(500);
/// After a failure that mends itself, a full disk for example.
const RETRY_INTERVAL: Duration = Duration::from_secs(10);

/// What tells threads to stop.
#[derive(Default)]
struct Stop {
    said: AtomicBool,
    lock: Mutex<()>,
    wake: Condvar,
}

impl Stop {
    fn is_said(&self) -> bool {
        self.said.load(Ordering::SeqCst)
    }

    fn say(&self) {
        self.said.store(true, Ordering::SeqCst);
        let _guard = self.lock.lock();
        self.wake.notify_all();
    }

    /// Waits; returns early when told to stop.
    fn wait(&self, most: Duration) {
        let mut guard = self.lock.lock();
        if !self.is_said() {
            self.wake.wait_for(&mut guard, most);
        }
    }
}

/// The running threads.
pub(super) struct Threads {
    logs: Logs,
    writer: JoinHandle<Result<(), WriterError>>,
    feeder: JoinHandle<()>,
    mover: JoinHandle<()>,
    stop: Arc<Stop>,
    failures: Mutex<mpsc::Receiver<anyhow::Error>>,
}

/// Starts the feeder and the mover; the writer runs already.
pub(super) fn start(opened: &mut Opened) -> anyhow::Result<Threads> {
    let writer = opened.writer.take().context("the writer is started once")?;
    let fresh = opened.fresh.take().context("the feeder is started once")?;
    let Opened { logs, store, chain, views, steps, .. } = opened;
    let charter = chain.current();
    let stop = Arc::new(Stop::default());
    let (failed, failures) = mpsc::channel(2);
    let feeder = Feeder {
        logs: logs.clone(),
        charter: Arc::new(charter.clone()),
        views: Arc::clone(views),
        steps: Arc::clone(steps),
        fresh,
    };
    let (stopping, failing) = (Arc::clone(&stop), failed.clone());
    let ending = Ending::new("the feeder of the views", &stop, &failed);
    let feed = move || {
        let _ending = ending;
        let outcome = feeder.run(&|| stopping.is_said());
        feed::report(&outcome);
        if let Err(error) = outcome {
            // The node hears of the first failure; a second changes nothing.
            let _ = failing.try_send(anyhow::Error::new(error).context("keeping the views"));
        }
    };
    watch_writer(writer.ended, Arc::clone(&stop), failed.clone());
    let (held, store, stopping) = (logs.clone(), Arc::clone(store), Arc::clone(&stop));
    let ending = Ending::new("the mover of blocks", &stop, &failed);
    let mover = move || {
        let _ending = ending;
        while !stopping.is_said() {
            let moved = store.maintain(&|log| held.held_elsewhere(log));
            if let Err(error @ (MaintainError::Damaged { .. } | MaintainError::NotWritten(_))) =
                moved
            {
                // Nothing is lost by waiting: the journal still has it, and says so in `status`.
                error!(error = &error as &dyn std::error::Error, "blocks could not be moved");
                stopping.wait(RETRY_INTERVAL);
                continue;
            }
            if let Err(error) = moved {
                let error = anyhow::Error::new(error).context("moving blocks into the database");
                let _ = failed.try_send(error);
                return;
            }
            stopping.wait(MOVE_INTERVAL);
        }
    };
    let spawn = |name: &str, run: Box<dyn FnOnce() + Send>| {
        thread::Builder::new().name(name.into()).spawn(run).context("starting a thread")
    };
    let feeder = spawn("view-feeder", Box::new(feed))?;
    let mover = spawn("block-mover", Box::new(mover))?;
    let (logs, writer, failures) = (logs.clone(), writer.thread, Mutex::new(failures));
    Ok(Threads { logs, writer, feeder, mover, stop, failures })
}

/// Tells of a thread that ends before it is told to, by panic for example.
struct Ending {
    name: &'static str,
    stop: Arc<Stop>,
    failed: mpsc::Sender<anyhow::Error>,
}

impl Ending {
    fn new(name: &'static str, stop: &Arc<Stop>, failed: &mpsc::Sender<anyhow::Error>) -> Self {
        Self { name, stop: Arc::clone(stop), failed: failed.clone() }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if !self.stop.is_said() {
            // Behind the reason, where the thread gave one.
            let _ = self.failed.try_send(anyhow::anyhow!("{} ended unexpectedly", self.name));
        }
    }
}

/// A writer that ends before it is told to is a failure of the node.
fn watch_writer(
    ended: oneshot::Receiver<()>,
    stop: Arc<Stop>,
    failed: mpsc::Sender<anyhow::Error>,
) {
    tokio::spawn(async move {
        // Only ever closed, never sent to.
        let _ = ended.await;
        if !stop.is_said() {
            let _ = failed.try_send(anyhow::anyhow!("the log writer ended; see the log above"));
        }
    });
}

impl Threads {
    /// Waits until one of them fails.
    pub(super) async fn failed(&self) -> anyhow::Error {
        let failure = std::future::poll_fn(|context| self.failures.lock().poll_recv(context));
        match failure.await {
            Some(error) => error,
            None => std::future::pending().await,
        }
    }

    /// Stops them.
    pub(super) fn stop(self) -> anyhow::Result<()> {
        self.stop.say();
        self.logs.stop();
        let joined = [self.mover.join(), self.feeder.join()];
        for ended in joined {
            ended.map_err(|_panic| anyhow::anyhow!("a thread of the node panicked"))?;
        }
        let written = self.writer.join();
        written.map_err(|_panic| anyhow::anyhow!("the log writer panicked"))??;
        Ok(())
    }
}
