//! Sixteen members in one process: virtual time, real logs, real signatures, a network that loses,
//! doubles, delays and is cut in two, clocks that are a day off. One generator: a seed replays.
//!
//! `members`, `rules`, `statements`, `acts`, `officers` say who takes part and what happens; `time`,
//! `network`, `ledger`, `member` are the parts; `world`, `traffic` and `said` run them; `checks`,
//! `settled` and `record` hold what must hold.

mod acts;
mod checks;
mod findings;
mod ledger;
mod member;
mod members;
mod network;
mod officers;
mod random;
mod record;
mod rules;
mod said;
mod settled;
mod statements;
mod time;
mod traffic;
mod world;

use std::{collections::BTreeSet, fmt::Write};

use findings::{Findings, Invariant};
pub(crate) use world::Size;

/// What came of a run.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) seed: u64,
    pub(crate) events: u64,
    pub(crate) listings: u64,
    pub(crate) ended: u64,
    /// Entries of all logs.
    pub(crate) entries: u64,
    pub(crate) receipts: u64,
    pub(crate) findings: Findings,
    /// BLAKE3 of the newest checkpoint of every log: two runs that agree in it said the same.
    pub(crate) digest: String,
}

/// What came of some runs, in words and figures.
pub(crate) fn report(outcomes: &[Outcome]) -> String {
    let sum = |of: fn(&Outcome) -> u64| outcomes.iter().map(of).sum::<u64>();
    let mut text = String::new();
    for (what, count) in [
        ("seeds", outcomes.len() as u64),
        ("events", sum(|it| it.events)),
        ("entries", sum(|it| it.entries)),
        ("listings", sum(|it| it.listings)),
        ("ends", sum(|it| it.ended)),
        ("receipts", sum(|it| it.receipts)),
        ("views checked", sum(|it| it.findings.checked)),
        ("measures seen in force", sum(|it| it.findings.in_force)),
        ("violations", sum(|it| it.findings.counts.values().sum())),
    ] {
        writeln!(text, "{what:<24}{count}").expect("writing into memory succeeds");
    }
    for invariant in Invariant::ALL {
        let of = |outcome: &Outcome| *outcome.findings.counts.get(&invariant).unwrap_or(&0);
        let count: u64 = outcomes.iter().map(of).sum();
        writeln!(text, "  {:<22}{count}", invariant.to_string()).expect("as above");
    }
    let seen: BTreeSet<&str> = outcomes.iter().flat_map(|it| &it.findings.seen).copied().collect();
    let seen: Vec<&str> = seen.into_iter().collect();
    writeln!(text, "{:<24}{}", "seen", seen.join(" ")).expect("as above");
    text
}

/// Runs a seed to its end.
pub(crate) fn run(seed: u64, size: Size) -> Outcome {
    let mut world = world::World::new(seed, size);
    world.run();
    world.outcome(seed)
}
