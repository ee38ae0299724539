//! Feeds the subject index with invented postings and says how fast, how large and how much memory:
//! `cargo run --release -p tiaoxi-views --example index_speed -- 10000000`.
#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement for people, in round figures"
)]

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tiaoxi_vault::Key;
use tiaoxi_views::index::{Index, IndexError, Limits, MergeStep};

mod invented;

use self::invented::{feed, memory, token};

fn merge_until(index: &Index, is_fed: &AtomicBool) -> Result<(), IndexError> {
    loop {
        let was_fed = is_fed.load(Ordering::SeqCst);
        match index.merge_step(&|| true)? {
            MergeStep::Merged => {}
            _ if was_fed => return Ok(()),
            _ => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let postings: u64 = std::env::args().nth(1).map_or(Ok(10_000_000), |text| text.parse())?;
    let dir = tempfile::tempdir()?;
    let index = Index::open(dir.path(), &Key::random(), Limits::default())?;
    let is_fed = AtomicBool::new(false);
    let started = Instant::now();
    let (inside, merged) = std::thread::scope(|scope| {
        let merging = scope.spawn(|| merge_until(&index, &is_fed));
        let inside = feed(&index, postings);
        is_fed.store(true, Ordering::SeqCst);
        (inside, merging.join().expect("the merging thread ends"))
    });
    merged?;
    let inside = inside?;
    let status = index.status();
    println!(
        "{postings} postings: {:.0}/s in add, {:.1} s with merging to the end",
        postings as f64 / inside.as_secs_f64(),
        started.elapsed().as_secs_f64()
    );
    println!(
        "{} runs, {:.1} bytes a posting; {}",
        status.runs,
        status.disk_bytes as f64 / postings as f64,
        memory()
    );
    let started = Instant::now();
    let mut found = 0;
    for subject in 0..10_000 {
        found += index.lookup(token(subject))?.entries.len();
    }
    println!(
        "{:.0} us a look-up of {:.1} entries",
        started.elapsed().as_micros() as f64 / 10_000.0,
        found as f64 / 10_000.0
    );
    Ok(())
}
