//! Runs many seeds of the simulation of sixteen members and reports; exit code 1 when an invariant
//! was violated. `cargo run --release -p tiaoxi-recognition --example simulation -- --seeds 1000`;
//! `--from N` begins elsewhere, `--seed N` runs one and tells the first violations of each
//! kind, `--small` takes runs of the size of the tests.
#![allow(
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a report for people; the model shares its code with the test"
)]

use std::{
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

#[path = "../tests/simulation/sim.rs"]
mod sim;

use sim::{Outcome, Size, report, run};

/// Larger than in the tests: more happens in one run, and more of it is looked at.
const LARGE: Size = Size { days: 14, listings: 24, verified_beats: 8, checked_looks: 16 };

struct Wanted {
    size: Size,
    from: u64,
    seeds: u64,
}

/// Reads the arguments; anything else than pairs of a name and a number is told.
fn wanted() -> Result<Wanted, String> {
    let mut wanted = Wanted { size: LARGE, from: 0, seeds: 1000 };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        if name == "--small" {
            wanted.size = Size::SMALL;
            continue;
        }
        let text = arguments.next().ok_or_else(|| format!("{name} needs a number"))?;
        let number = text.parse().map_err(|error| format!("{name} {text}: {error}"))?;
        match name.as_str() {
            "--seeds" => wanted.seeds = number,
            "--from" => wanted.from = number,
            "--seed" => (wanted.from, wanted.seeds) = (number, 1),
            _ => return Err(format!("{name} is not known: --seeds, --from, --seed, --small")),
        }
    }
    Ok(wanted)
}

/// Runs every seed, on as many threads as there are processors.
fn run_all(wanted: &Wanted) -> Vec<Outcome> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicU64::new(wanted.from);
    let outcomes = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= wanted.from + wanted.seeds {
                        break;
                    }
                    let outcome = run(seed, wanted.size);
                    outcomes.lock().expect("no thread fails while it holds it").push(outcome);
                }
            });
        }
    });
    let mut outcomes = outcomes.into_inner().expect("every thread has ended well");
    outcomes.sort_by_key(|outcome| outcome.seed);
    outcomes
}

fn main() -> ExitCode {
    let wanted = match wanted() {
        Ok(wanted) => wanted,
        Err(what) => {
            println!("{what}");
            return ExitCode::from(2);
        }
    };
    let started = Instant::now();
    let outcomes = run_all(&wanted);
    print!("{}", report(&outcomes));
    println!("{:<24}{:.1} s", "time", started.elapsed().as_secs_f64());
    if outcomes.len() == 1 {
        println!("{:<24}{}", "digest", outcomes[0].digest);
        for (invariant, what) in &outcomes[0].findings.first {
            println!("\n{invariant}: {what}");
        }
    }
    let failing: Vec<u64> = outcomes
        .iter()
        .filter(|outcome| !outcome.findings.counts.is_empty())
        .map(|outcome| outcome.seed)
        .collect();
    for seed in failing.iter().take(20) {
        let small = if wanted.size == Size::SMALL { "--small " } else { "" };
        println!("replay: scripts/simulation.sh {small}--seed {seed}");
    }
    if failing.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
