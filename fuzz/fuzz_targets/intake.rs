//! CSV files as they come: every row has one outcome, memory keeps its bounds, the digest is that of
//! the bytes, and what was rejected can be written for the clerk and read again.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tiaoxi_catalog::{Item, Severity};
use tiaoxi_credit::Day;
use tiaoxi_fuzz::plant;
use tiaoxi_intake::{Intake, Limits, Outcome, RejectedWriter};
use tiaoxi_sample::Office;

const TODAY: Day = Day(20_781);
const LIMITS: Limits = Limits {
    rows_max: 2_000,
    columns_max: 64,
    cell_bytes_max: 4096,
    row_kept_bytes_max: 16 * 1024,
    row_bytes_max: 64 * 1024,
};
/// Rows kept, their cells, and what tells duplicates: far below what a hostile file would like.
const MEMORY_BYTES_MAX: usize = 4 << 20;

static ITEM: LazyLock<Item> = LazyLock::new(|| {
    Item::parse(include_str!("../../configs/catalog/xzcf.toml")).expect("the catalogue is sound")
});

fn seeds() -> Vec<Vec<u8>> {
    let office = &Office::all()[0];
    [(3, 0), (12, 60)]
        .into_iter()
        .map(|(rows, dirty_percent)| {
            let mut file = Vec::new();
            tiaoxi_sample::write(&ITEM, rows, 1, dirty_percent, office, &mut file)
                .expect("memory takes it");
            file
        })
        .collect()
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    let Ok(mut intake) = Intake::new(bytes, &ITEM, TODAY, LIMITS) else { return };
    let mut rejected = RejectedWriter::new(Vec::new(), intake.header()).expect("memory takes it");
    let mut last = 0;
    let end = loop {
        let outcome = match intake.next_row() {
            Ok(Some(outcome)) => outcome,
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        };
        let (Outcome::Accepted { row, .. }
        | Outcome::Rejected { row, .. }
        | Outcome::Duplicate { row, .. }) = outcome;
        assert!(row > last && row <= LIMITS.rows_max, "row {row} after {last}");
        last = row;
        if let Outcome::Rejected { row, cells, findings } = outcome {
            assert!(findings.iter().any(|finding| finding.severity == Severity::Error));
            rejected.write(row, &cells, &findings).expect("memory takes it");
        }
        assert!(intake.memory_bytes() <= MEMORY_BYTES_MAX, "{} bytes", intake.memory_bytes());
    };
    if end.is_ok() {
        assert_eq!(intake.bytes_read(), bytes.len() as u64);
        assert_eq!(intake.digest(), *blake3::hash(bytes).as_bytes());
    }
    let file = rejected.finish().expect("memory takes it");
    // A row that grows by its reasons may pass the limits of this target; the header never does.
    Intake::new(file.as_slice(), &ITEM, TODAY, Limits::default()).expect("its header is read again");
});
