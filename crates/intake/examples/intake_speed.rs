//! How fast one thread takes in good rows, the catalogue's checks included.
//!
//! `cargo run --release -p tiaoxi-intake --example intake_speed [rows]`

#![allow(clippy::print_stdout, reason = "an example prints its figures")]
#![allow(clippy::unwrap_used, reason = "an example may stop")]

use std::{collections::BTreeMap, io::Cursor, time::Instant};

use tiaoxi_catalog::{Calendar, Item};
use tiaoxi_credit::Day;
use tiaoxi_intake::{Intake, Limits, Settings, Verdict};
use tiaoxi_sample::Office;
use tiaoxi_sheet::SheetFile;

fn main() {
    let rows = std::env::args().nth(1).map_or(1_000_000, |rows| rows.parse().unwrap());
    for toml in [
        include_str!("../../../configs/catalog/xzcf.toml"),
        include_str!("../../../configs/catalog/xzxk.toml"),
    ] {
        let item = Item::parse(toml).unwrap();
        let office = Office::by_slug("deqing").unwrap();
        let mut file = Vec::new();
        let start = Instant::now();
        tiaoxi_sample::write(&item, rows, 1, 0, &office, &mut file).unwrap();
        report(&format!("{}: sample", item.slug()), rows, file.len(), start);
        let start = Instant::now();
        take_in(&item, &file, rows);
        report(&format!("{}: intake", item.slug()), rows, file.len(), start);
    }
}

fn take_in(item: &Item, file: &[u8], rows: u64) {
    let calendar = Calendar::parse(include_str!("../../../configs/calendar.tsv")).unwrap();
    let mut file =
        SheetFile::open(Cursor::new(file), None, tiaoxi_sheet::Limits::default()).unwrap();
    let settings = Settings {
        today: Day::from_date(2026, 1, 5).unwrap(),
        calendar: &calendar,
        fill: &BTreeMap::new(),
        limits: Limits::default(),
    };
    let mut intake = Intake::new(&mut file, item, settings).unwrap();
    let (mut accepted, mut late) = (0, 0);
    while let Some(outcome) = intake.next_row().unwrap() {
        let Verdict::Accepted(taken) = outcome.verdict else { continue };
        accepted += 1;
        late += u64::from(taken.lateness.is_some_and(|lateness| lateness.workdays > 0));
    }
    assert_eq!(accepted, rows);
    println!("memory held: {} bytes; {late} rows late", intake.memory_bytes());
}

#[allow(clippy::cast_precision_loss, reason = "figures for people")]
fn report(what: &str, rows: u64, bytes: usize, start: Instant) {
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{what}: {:.0} rows/s, {:.0} MB/s, {} bytes a row",
        rows as f64 / seconds,
        bytes as f64 / 1e6 / seconds,
        bytes as u64 / rows.max(1),
    );
}
