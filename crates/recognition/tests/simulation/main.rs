//! Fifty seeds of the simulation of sixteen members: no violated invariant. A thousand:
//! `scripts/simulation.sh`; one, with what happened: `cargo run --release -p tiaoxi-recognition
//! --example simulation -- --seed N`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can't go on should fail where it stands"
)]

use std::collections::BTreeSet;

#[path = "sim.rs"]
mod sim;

use sim::{Outcome, Size, report, run};

/// What must come about in any number of seeds worth running, or nothing was tested.
const STATES: [&str; 15] = [
    "accepted",
    "advisory",
    "declined",
    "disputed",
    "ended",
    "expired",
    "lapsed",
    "listed",
    "narrowed",
    "paused",
    "refused",
    "standard-withdrawn",
    "terminated",
    "unconfirmed",
    "undecided",
];

/// Seeds of each of the tests that share the work.
const SEEDS: u64 = 25;

fn run_without_violation(seeds: std::ops::Range<u64>) {
    let outcomes: Vec<Outcome> = seeds.map(|seed| run(seed, Size::SMALL)).collect();
    for outcome in &outcomes {
        let Outcome { seed, findings, .. } = outcome;
        assert!(
            findings.counts.is_empty(),
            "replay: scripts/simulation.sh --small --seed {seed}\n{:#?}",
            findings.first
        );
    }
    // A run in which nothing happens would violate nothing either.
    let sum = |of: fn(&Outcome) -> u64| outcomes.iter().map(of).sum::<u64>();
    let seen: BTreeSet<&str> = outcomes.iter().flat_map(|it| &it.findings.seen).copied().collect();
    for state in STATES {
        assert!(seen.contains(state), "{state} was never seen");
    }
    assert!(sum(|it| it.listings) > 100 && sum(|it| it.ended) > 50, "{}", report(&outcomes));
    assert!(
        sum(|it| it.receipts) > 500 && sum(|it| it.findings.in_force) > 1000,
        "{}",
        report(&outcomes)
    );
}

#[test]
fn no_invariant_is_violated_in_the_first_half_of_fifty_seeds() {
    run_without_violation(0..SEEDS);
}

#[test]
fn no_invariant_is_violated_in_the_second_half_of_fifty_seeds() {
    run_without_violation(SEEDS..2 * SEEDS);
}

#[test]
fn a_seed_replays_exactly_and_another_does_not() {
    let size = Size { days: 3, listings: 6, ..Size::SMALL };
    let digest = |seed| run(seed, size).digest;
    assert_eq!(digest(7), digest(7));
    assert_ne!(digest(7), digest(8));
}
