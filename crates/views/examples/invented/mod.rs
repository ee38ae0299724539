//! Invented postings for measurements: the same every time.

use std::time::{Duration, Instant};

use tiaoxi_views::index::{Index, IndexError, Mention};
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

/// The token of a subject.
pub(crate) fn token(subject: u64) -> Token {
    let half = u128::from(spread(subject));
    Token::from_bytes((half << 64 | u128::from(spread(!subject))).to_be_bytes())
}

/// The mention in entry `number` of `postings` in all.
pub(crate) fn mention(number: u64, postings: u64) -> Mention {
    let subject = spread(number) % (postings / RECORDS_PER_SUBJECT).max(1);
    Mention { token: token(subject), number, tag: (spread(number) >> 32) as u32 }
}

/// Adds all of them as log 1, and says how long that took inside the index.
pub(crate) fn feed(index: &Index, postings: u64) -> Result<Duration, IndexError> {
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

/// Resident memory of this process now and at its peak, in lines of the kernel.
pub(crate) fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let lines =
        status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS"));
    lines
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join(", ")
}
