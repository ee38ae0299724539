//! The chain of charters of a running node: given to members that have less of it, taken from those
//! that have more.
//!
//! Everything a node is made of follows from its charter, so a new version is put on disk and the
//! node begins anew with it ([`Charters::grown`]). Knows nothing of what a charter says.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use parking_lot::Mutex;
use tiaoxi_federation::{Chain, Fingerprint, Terms};
use tiaoxi_ledger::Hash;
use tiaoxi_sync::{CharterSink, Charters as Served, Refusal, RefusalCode, sink::SinkClosed};
use tokio::sync::watch;
use tracing::{error, info, warn};

use crate::pinned_charter::{self, PinnedCharterError};

/// Between two looks for a charter that `charter accept` has put on disk.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// The charters of a node.
#[derive(Clone)]
pub(crate) struct Charters {
    shared: Arc<Shared>,
}

struct Shared {
    dir: PathBuf,
    chain: Mutex<Chain>,
    /// The newest version on disk.
    version: watch::Sender<u32>,
    fits: Fits,
    /// BLAKE3 of the note on disk that could not be taken up, so that it is told once.
    unfit: Mutex<Option<[u8; 32]>>,
}

/// Whether this node can work under a charter; why not.
pub(crate) type Fits = Box<dyn Fn(&Terms) -> anyhow::Result<()> + Send + Sync>;

impl Charters {
    pub(crate) fn new(dir: &Path, chain: Chain, fits: Fits) -> Self {
        let (version, _) = watch::channel(chain.current().version());
        let (dir, chain) = (dir.to_owned(), Mutex::new(chain));
        let unfit = Mutex::default();
        Self { shared: Arc::new(Shared { dir, chain, version, fits, unfit }) }
    }

    /// Version and fingerprint of the newest.
    pub(crate) fn newest(&self) -> (u32, Hash) {
        let chain = self.shared.chain.lock();
        (chain.current().version(), *chain.current().fingerprint().as_bytes())
    }

    /// Waits until there is a newer version than the node began with.
    pub(crate) async fn grown(&self) -> u32 {
        let mut version = self.shared.version.subscribe();
        let began = *version.borrow_and_update();
        loop {
            tokio::select! {
                changed = version.changed() => if changed.is_err() {
                    return std::future::pending().await;
                },
                () = tokio::time::sleep(LOOK_INTERVAL) => self.look_on_disk(),
            }
            let newest = *version.borrow_and_update();
            if newest > began {
                return newest;
            }
        }
    }

    fn look_on_disk(&self) {
        let next = self.newest().0 + 1;
        match pinned_charter::note_on_disk(&self.shared.dir, next) {
            Ok(None) => {}
            Ok(Some(note)) => {
                let digest = *blake3::hash(&note).as_bytes();
                if *self.shared.unfit.lock() == Some(digest) {
                    return;
                }
                if let Err(cause) = self.take_up(&note) {
                    *self.shared.unfit.lock() = Some(digest);
                    error!(
                        error = &cause as &dyn std::error::Error,
                        code = cause.code(),
                        "the charter on disk can't be taken up; the old one stays in force here"
                    );
                }
            }
            Err(cause) => {
                error!(error = &cause as &dyn std::error::Error, "a charter can't be read");
            }
        }
    }

    fn take_up(&self, note: &[u8]) -> Result<(), PinnedCharterError> {
        let mut chain = self.shared.chain.lock();
        let fits = |terms: &Terms| (self.shared.fits)(terms);
        if pinned_charter::take_up(&self.shared.dir, &mut chain, note, &fits)? {
            let version = chain.current().version();
            info!(version, "took up the next version of the charter");
            self.shared.version.send_replace(version);
        }
        Ok(())
    }
}

impl Served for Charters {
    fn after(&self, version: u32, fingerprint: &Hash) -> Result<Vec<Arc<[u8]>>, Refusal> {
        let chain = self.shared.chain.lock();
        let known = chain.charters().find(|charter| charter.version() == version);
        // A version that is not known here is newer: there is nothing to give.
        if known.is_some_and(|known| known.fingerprint().as_bytes() != fingerprint) {
            let reason = format!("version {version} of the charter has another text here");
            return Err(Refusal::new(RefusalCode::Diverged, reason));
        }
        let later = chain.charters().filter(|charter| charter.version() > version);
        Ok(later.map(|charter| Arc::from(charter.note())).collect())
    }

    fn changed(&self) -> watch::Receiver<u32> {
        self.shared.version.subscribe()
    }
}

impl CharterSink for Charters {
    async fn take(&self, note: &[u8]) -> Result<(), SinkClosed> {
        let (charters, note) = (self.clone(), note.to_vec());
        let taken = tokio::task::spawn_blocking(move || charters.take_up(&note)).await;
        match taken {
            Ok(Ok(())) => Ok(()),
            Ok(Err(cause)) => {
                warn!(
                    error = &cause as &dyn std::error::Error,
                    code = cause.code(),
                    "refused a charter that a member gave"
                );
                Err(SinkClosed(format!("{}: {cause}", cause.code())))
            }
            Err(ended) => Err(SinkClosed(ended.to_string())),
        }
    }
}

/// Fingerprints of every version.
pub(crate) fn fingerprints(chain: &Chain) -> Vec<Hash> {
    let of = |fingerprint: &Fingerprint| *fingerprint.as_bytes();
    chain.charters().map(|charter| of(charter.fingerprint())).collect()
}
