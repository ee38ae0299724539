//! What time it is, and the two clocks: handling (application → decision) and propagation
//! (decision → last receipt).
//!
//! Days are days in Beijing. Which of them a clock counts, the supervision catalogue says; how
//! many, the agreement.

use tiaoxi_catalog::{
    Calendar,
    supervision::{Clocks, due},
};
use tiaoxi_credit::Day;
use tiaoxi_federation::{MemberId, terms::Agreement};

/// The later of the own clock and the lower median of what the clocks of all members said last, the
/// own one among them: a slow clock can't prolong a listing, and fewer than half of the members
/// can't shorten one.
pub fn now(own_clock: u64, heartbeats: impl IntoIterator<Item = u64>) -> u64 {
    let mut times: Vec<u64> = heartbeats.into_iter().collect();
    times.sort_unstable();
    let median = times.get(times.len().saturating_sub(1) / 2).copied().unwrap_or_default();
    own_clock.max(median)
}

/// Which clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClockKind {
    /// From application, or from the receipt of an objection, to the decision.
    Handling,
    /// From the decision that ends a listing to the last receipt.
    Propagation,
}

impl ClockKind {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Handling => "handling",
            Self::Propagation => "propagation",
        }
    }
}

/// How a clock stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClockState {
    /// It runs.
    Running,
    /// It runs, and two thirds of its days are over.
    Warning,
    /// It runs, and its last day is over.
    Late,
    /// It has stopped.
    Done,
}

impl ClockState {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Warning => "warning",
            Self::Late => "late",
            Self::Done => "done",
        }
    }
}

/// One clock of one listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Which.
    pub kind: ClockKind,
    /// The day from which it runs; not itself counted.
    pub from: Day,
    /// From this day on it warns.
    pub warns: Day,
    /// Its last day.
    pub due: Day,
    /// The day on which it stopped.
    pub done: Option<Day>,
    /// How it stands.
    pub state: ClockState,
    /// Whom it waits for, by rising id; nobody once it has stopped.
    pub waits_for: Vec<MemberId>,
    /// Its last day lies in a year whose working days are not known yet.
    pub provisional: bool,
}

impl Clock {
    /// Whether it stopped after its last day.
    pub fn was_late(&self) -> bool {
        self.done.is_some_and(|done| done > self.due)
    }
}

/// What the limits of the clocks of one agreement are made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits<'a> {
    pub(crate) agreement: &'a Agreement,
    pub(crate) clocks: &'a Clocks,
    pub(crate) calendar: &'a Calendar,
    pub(crate) today: Day,
}

impl Limits<'_> {
    /// The clock that began on `from`; `waits_for` is nobody when it has stopped.
    pub(crate) fn clock(
        &self,
        kind: ClockKind,
        from: Day,
        done: Option<Day>,
        waits_for: Vec<MemberId>,
    ) -> Clock {
        let (days, workdays) = match kind {
            ClockKind::Handling => (self.agreement.handling_days(), self.clocks.handling.workdays),
            ClockKind::Propagation => {
                (self.agreement.propagation_days(), self.clocks.propagation.workdays)
            }
        };
        let last = due(from, days, workdays, self.calendar);
        // Two thirds of three days are two; of four, three.
        let warns = due(from, (days * 2).div_ceil(3), workdays, self.calendar).day;
        let state = match done {
            Some(_) => ClockState::Done,
            None if self.today > last.day => ClockState::Late,
            None if self.today >= warns => ClockState::Warning,
            None => ClockState::Running,
        };
        Clock {
            kind,
            from,
            warns,
            due: last.day,
            done,
            state,
            waits_for,
            provisional: last.provisional,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_clock_is_overruled_by_half_and_a_fast_one_by_nobody() {
        assert_eq!(now(100, []), 100);
        assert_eq!(now(100, [100, 900]), 100, "one other member moves nothing");
        assert_eq!(now(100, [100, 900, 800]), 800);
        assert_eq!(now(100, [100, 200, 300, u64::MAX]), 200);
        assert_eq!(now(1_000, [1_000, 200, 300]), 1_000, "the own clock is never set back");
    }
}
