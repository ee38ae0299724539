//! True time of a run, and the clocks of its members, which are wrong.
//!
//! True time is in milliseconds since 1970; nobody in the run knows it but the checks.

use tiaoxi_credit::Day;

use crate::sim::random::Random;

pub(crate) const SECOND: u64 = 1000;
pub(crate) const MINUTE: u64 = 60 * SECOND;
pub(crate) const HOUR: u64 = 60 * MINUTE;
pub(crate) const DAY: u64 = 24 * HOUR;

/// When every run begins: 2026-03-02, 08:00 in Beijing.
pub(crate) const START: u64 = 1_772_409_600 * SECOND;

/// The day in Beijing at a true time.
pub(crate) fn day_at(true_ms: u64) -> Day {
    Day::in_beijing(true_ms / SECOND)
}

/// A member's clock: so far off, and drifting since it was last set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    offset_ms: i64,
    /// Milliseconds gained in 1,000 s.
    drift_ppm: i64,
    set_at: u64,
}

impl Clock {
    /// Off by up to a day and half a second a day: as bad as the issue asks for.
    pub(crate) fn wild(random: &mut Random) -> Self {
        let offset_ms = signed(random, DAY - 10 * MINUTE);
        let drift_ppm = signed(random, 200);
        Self { offset_ms, drift_ppm, set_at: START }
    }

    /// Right within a minute.
    pub(crate) fn tame(random: &mut Random, set_at: u64) -> Self {
        Self { offset_ms: signed(random, MINUTE), drift_ppm: 0, set_at }
    }

    /// What it shows, in POSIX seconds.
    pub(crate) fn reads(&self, true_ms: u64) -> u64 {
        let elapsed = i64::try_from(true_ms.saturating_sub(self.set_at)).unwrap_or(i64::MAX);
        let drifted = elapsed.saturating_mul(self.drift_ppm) / 1_000_000;
        true_ms.saturating_add_signed(self.offset_ms + drifted) / SECOND
    }
}

/// From −`most` to `most`.
fn signed(random: &mut Random, most: u64) -> i64 {
    let most = i64::try_from(most).expect("a day in milliseconds fits");
    let width = u64::try_from(2 * most).expect("it is positive");
    i64::try_from(random.between(0, width)).expect("it fits") - most
}
