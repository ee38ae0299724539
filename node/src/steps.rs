//! How much time each step of the main job has taken: the profile on the status page.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

/// A step of the way from a row to a query's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Reading rows and checking them.
    Check,
    /// Making bodies.
    Encode,
    /// Waiting for the journal.
    Acknowledge,
    /// Admitting entries and reading what the views need.
    Admit,
    /// Adding to the subject index.
    Index,
}

const STEPS: [(Step, &str); 5] = [
    (Step::Check, "check"),
    (Step::Encode, "encode"),
    (Step::Acknowledge, "acknowledge"),
    (Step::Admit, "admit"),
    (Step::Index, "index"),
];

/// Sums since the start of the node.
#[derive(Debug, Default)]
pub(crate) struct Steps([(AtomicU64, AtomicU64); STEPS.len()]);

impl Steps {
    /// Adds what a step took for `count` rows or entries.
    pub(crate) fn add(&self, step: Step, since: Instant, count: u64) {
        if let Some((nanoseconds, counted)) = self.0.get(step as usize) {
            let took = u64::try_from(since.elapsed().as_nanos()).unwrap_or(u64::MAX);
            nanoseconds.fetch_add(took, Ordering::Relaxed);
            counted.fetch_add(count, Ordering::Relaxed);
        }
    }

    /// Name, microseconds and count of every step.
    pub(crate) fn sums(&self) -> Vec<(&'static str, u64, u64)> {
        let sums = STEPS.iter().zip(&self.0).map(|((_, name), (nanoseconds, count))| {
            (*name, nanoseconds.load(Ordering::Relaxed) / 1000, count.load(Ordering::Relaxed))
        });
        sums.collect()
    }
}
