//! Where the writer's time goes, for the profile on the status page.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

/// One kind of work: nanoseconds and how much was done.
#[derive(Debug, Default)]
pub(crate) struct Timer(AtomicU64, AtomicU64);

impl Timer {
    /// Adds what work since `began` took.
    pub(crate) fn add(&self, began: Instant, count: u64) {
        let took = u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.0.fetch_add(took, Ordering::Relaxed);
        self.1.fetch_add(count, Ordering::Relaxed);
    }
}

/// The work of the writer since the start of the node.
#[derive(Debug, Default)]
pub(crate) struct Times {
    /// Own entries packed into blocks and recomputed from their bytes.
    pub(crate) pack: Timer,
    /// Verified entries of others put into a commit.
    pub(crate) take: Timer,
    /// Commits: sealed, written, synced.
    pub(crate) commit: Timer,
}

impl Times {
    /// Name, microseconds and count of every kind.
    pub(crate) fn sums(&self) -> Vec<(&'static str, u64, u64)> {
        let kinds = [("pack", &self.pack), ("take", &self.take), ("commit", &self.commit)];
        let sums = kinds.map(|(name, Timer(nanoseconds, count))| {
            (name, nanoseconds.load(Ordering::Relaxed) / 1000, count.load(Ordering::Relaxed))
        });
        sums.to_vec()
    }
}
