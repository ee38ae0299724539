//! Heartbeats of a log: when its owner said which size it had.

use std::collections::BTreeSet;

/// Heartbeats kept for a log: the newest ones, so that those from a clock far ahead, or of a size
/// not here yet, don't hide the last good one at once.
const BEATS_MAX: usize = 16;

/// The newest heartbeats; the same whatever the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Beats(BTreeSet<(u64, u64)>);

impl Beats {
    pub(super) fn add(&mut self, unix_seconds: u64, size: u64) {
        self.0.insert((unix_seconds, size));
        if self.0.len() > BEATS_MAX {
            self.0.pop_first();
        }
    }

    /// When the owner spoke last.
    pub(crate) fn newest(&self) -> Option<u64> {
        self.0.last().map(|beat| beat.0)
    }

    /// When the owner spoke last of a log of which everything is here, a clock being ahead by at
    /// most `ahead_max`.
    pub(crate) fn newest_known(&self, now: u64, ahead_max: u64, held: u64) -> Option<u64> {
        let latest = now.saturating_add(ahead_max);
        self.0.iter().rev().find(|beat| beat.0 <= latest && beat.1 <= held).map(|beat| beat.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beats_of_what_is_not_here_or_from_far_ahead_do_not_count() {
        let mut beats = Beats::default();
        for (seconds, size) in [(300, 3), (100, 1), (200, 2), (100, 1), (9_000, 3)] {
            beats.add(seconds, size);
        }
        assert_eq!(beats.newest(), Some(9_000));
        assert_eq!(beats.newest_known(310, 10, 3), Some(300));
        assert_eq!(beats.newest_known(310, 10, 2), Some(200));
        assert_eq!(beats.newest_known(290, 10, 9), Some(300), "a little ahead is no fault");
        assert_eq!(beats.newest_known(289, 10, 9), Some(200));
        assert_eq!(beats.newest_known(310, 10, 0), None);
    }

    #[test]
    fn the_newest_are_kept_whatever_the_order() {
        let (mut rising, mut falling) = (Beats::default(), Beats::default());
        for seconds in 0..100 {
            rising.add(seconds, seconds);
            falling.add(99 - seconds, 99 - seconds);
        }
        assert_eq!(rising.0, falling.0);
        assert_eq!(rising.0.len(), BEATS_MAX);
    }
}
