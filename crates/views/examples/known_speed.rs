//! Feeds an index on disk, builds the filter of known keys from it, and says how long that takes,
//! how large it is, and what a look-up of a new and of a known row costs:
//! `cargo run --release -p tiaoxi-views --example known_speed -- 10000000`.
#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement for people, in round figures"
)]

use std::time::{Duration, Instant};

use tiaoxi_vault::Key;
use tiaoxi_views::index::{Index, IndexError, Limits, Mention, MergeStep};
use tiaoxi_views::known::KnownKeys;

mod invented;

use self::invented::{feed, memory, mention};

/// Rows asked for that are not there; known ones are a tenth of it, since each reads pages.
const ROWS: u64 = 1_000_000;

/// Mentions that were never fed: those of entries far behind the last.
fn new_row(number: u64, postings: u64) -> Mention {
    mention(number + (1 << 40), postings)
}

/// A known row, spread over the whole log.
fn known_row(number: u64, postings: u64) -> Mention {
    mention(number.wrapping_mul(7_919) % postings, postings)
}

/// Time by the clock, and the time of it that this thread had a processor: on a busy machine only
/// the latter says anything.
struct Watch {
    clock: Instant,
    processor: Duration,
}

impl Watch {
    fn start() -> Self {
        Self { clock: Instant::now(), processor: processor_time() }
    }

    fn read(&self) -> String {
        let processor = processor_time().saturating_sub(self.processor);
        format!("{:.2?} ({processor:.2?} of processor)", self.clock.elapsed())
    }

    /// Processor time for each of `count`.
    fn each(&self, count: u64) -> f64 {
        processor_time().saturating_sub(self.processor).as_nanos() as f64 / count as f64
    }
}

fn processor_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split_whitespace().next().and_then(|word| word.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

fn ask(known: &KnownKeys, rows: impl Iterator<Item = Mention>) -> (u64, f64) {
    let rows: Vec<_> = rows.collect();
    let watch = Watch::start();
    let found = rows.iter().filter(|row| known.may_hold(row.token, row.tag)).count();
    (found as u64, watch.each(rows.len() as u64))
}

/// Candidates of known rows, as an import of rows that all are in the log asks for them.
fn ask_index(index: &Index, rows: impl Iterator<Item = Mention>) -> Result<(u64, f64), IndexError> {
    let rows: Vec<_> = rows.collect();
    let watch = Watch::start();
    let mut found = 0;
    for row in &rows {
        let candidates = index.candidates(row.token, row.tag)?.entries;
        found += u64::from(candidates.iter().any(|entry| entry.number == row.number));
    }
    Ok((found, watch.each(rows.len() as u64)))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let postings: u64 = std::env::args().nth(1).map_or(Ok(10_000_000), |text| text.parse())?;
    let dir = tempfile::tempdir()?;
    let key = Key::random();
    let index = Index::open(dir.path(), &key, Limits::default())?;
    feed(&index, postings)?;
    while index.merge_step(&|| true)? == MergeStep::Merged {}
    drop(index);

    let watch = Watch::start();
    let index = Index::open(dir.path(), &key, Limits::default())?;
    println!("{postings} postings in {} runs; opened in {}", index.status().runs, watch.read());
    let watch = Watch::start();
    let mut entries = 0_u64;
    index.scan(&|_| true, &mut |_, _, _| entries += 1)?;
    println!("{entries} scanned in {}; {}", watch.read(), memory());
    let watch = Watch::start();
    let known = KnownKeys::build(&index, &|log| log == 1, postings)?;
    println!(
        "filter of {} keys built in {}, {:.2} bytes a key; {}",
        known.keys(),
        watch.read(),
        known.memory_bytes() as f64 / postings as f64,
        memory()
    );
    let (found, each) = ask(&known, (0..ROWS).map(|number| new_row(number, postings)));
    println!("{ROWS} new rows: {found} perhaps known, {each:.0} ns each");
    let (found, each) = ask(&known, (0..ROWS).map(|number| known_row(number, postings)));
    println!("{ROWS} known rows: {found} perhaps known, {each:.0} ns each");
    let rows = ROWS / 10;
    let (found, each) = ask_index(&index, (0..rows).map(|number| known_row(number, postings)))?;
    println!("{rows} known rows in the index: {found} found, {:.0} us each", each / 1e3);
    println!("{}", memory());
    Ok(())
}
