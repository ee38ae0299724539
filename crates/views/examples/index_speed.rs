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
use tiaoxi_views::index::{Index, IndexError, Limits, Mention, MergeStep};
use tiaoxi_views::token::Token;

/// Subjects with five records each on average.
const RECORDS_PER_SUBJECT: u64 = 5;
const BATCH: u64 = 4096;

/// `SplitMix64`, so that every run feeds the same.
fn spread(seed: u64) -> u64 {
    let mixed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

fn token(subject: u64) -> Token {
    let half = u128::from(spread(subject));
    Token::from_bytes((half << 64 | u128::from(spread(!subject))).to_be_bytes())
}

fn mention(number: u64, postings: u64) -> Mention {
    let subject = spread(number) % (postings / RECORDS_PER_SUBJECT).max(1);
    Mention { token: token(subject), number, tag: (spread(number) >> 32) as u32 }
}

fn feed(index: &Index, postings: u64) -> Result<Duration, IndexError> {
    let mut inside = Duration::ZERO;
    let mut from = 0;
    while from < postings {
        let through = (from + BATCH).min(postings);
        let mentions: Vec<_> = (from..through).map(|number| mention(number, postings)).collect();
        let started = Instant::now();
        index.add(1, through, &mentions)?;
        inside += started.elapsed();
        from = through;
    }
    index.flush()?;
    Ok(inside)
}

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

/// Resident memory of this process now and at its peak, in lines of the kernel.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let lines =
        status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS"));
    lines
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join(", ")
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
