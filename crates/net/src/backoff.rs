//! When to dial a peer again: waits that double up to a ceiling, with jitter.

use std::time::Duration;

/// Longest wait between two dials.
const WAIT_MAX: Duration = Duration::from_mins(1);

/// The waits of one peer.
#[derive(Clone, Debug)]
pub(crate) struct Backoff {
    first: Duration,
    failures: u32,
    /// State of the generator that spreads the dials of many nodes; no secret.
    spread: u64,
}

impl Backoff {
    pub(crate) fn new(first: Duration, spread: u64) -> Self {
        Self { first, failures: 0, spread }
    }

    /// After a connection that worked.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }

    /// The wait before the next dial: between half and all of the doubled first wait.
    pub(crate) fn next(&mut self) -> Duration {
        let doubled = self.first.saturating_mul(1 << self.failures.min(16)).min(WAIT_MAX);
        self.failures = self.failures.saturating_add(1);
        self.spread = self.spread.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let share = u32::try_from(self.spread >> 48).unwrap_or(0);
        doubled / 2 + (doubled / 2).mul_f64(f64::from(share) / 65_536.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_ceiling_and_start_over() {
        let first = Duration::from_millis(100);
        let mut backoff = Backoff::new(first, 1);
        let waits: Vec<_> = (0..12).map(|_| backoff.next()).collect();
        for (failures, wait) in waits.iter().enumerate() {
            let most = (first * (1 << failures)).min(WAIT_MAX);
            assert!(*wait >= most / 2 && *wait <= most, "{failures}: {wait:?}");
        }
        backoff.reset();
        assert!(backoff.next() <= first);
    }
}
