//! Builders shared by the tests of intake.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]
#![allow(dead_code, reason = "each test binary uses its part")]

use std::io::Read;

use tiaoxi_catalog::Item;
use tiaoxi_credit::Day;
use tiaoxi_intake::{Intake, IntakeError, Limits, Outcome};
use tiaoxi_sample::{Office, Truth};

pub(crate) fn penalty() -> Item {
    Item::parse(include_str!("../../../../configs/catalog/xzcf.toml")).unwrap()
}

pub(crate) fn permit() -> Item {
    Item::parse(include_str!("../../../../configs/catalog/xzxk.toml")).unwrap()
}

pub(crate) fn today() -> Day {
    Day::from_date(2026, 1, 5).unwrap()
}

/// An invented file and what must become of it.
pub(crate) fn sample(item: &Item, rows: u64, seed: u64, dirty_percent: u8) -> (Vec<u8>, Truth) {
    let office = Office::by_slug("deqing").unwrap();
    let mut file = Vec::new();
    let truth = tiaoxi_sample::write(item, rows, seed, dirty_percent, &office, &mut file).unwrap();
    (file, truth)
}

/// A file as lines of cells, the header first, to be changed and written.
pub(crate) struct Sheet(pub(crate) Vec<Vec<String>>);

impl Sheet {
    /// `rows` good penalties of firms.
    pub(crate) fn of_penalties(rows: usize) -> Self {
        let (file, _) = sample(&penalty(), 40 + 2 * rows as u64, 7, 0);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&file[..]);
        let lines = reader.records().map(|line| line.unwrap().iter().map(str::to_owned).collect());
        let mut lines: Vec<Vec<String>> = lines.collect();
        let header = lines.remove(0);
        lines.retain(|line| line[1] == "法人及非法人组织");
        lines.truncate(rows);
        assert_eq!(lines.len(), rows);
        lines.insert(0, header);
        Self(lines)
    }

    pub(crate) fn to_csv(&self, terminator: &str) -> Vec<u8> {
        let quoted = |cell: &String| {
            if cell.contains([',', '"', '\n', '\r']) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                cell.clone()
            }
        };
        let lines = self
            .0
            .iter()
            .map(|line| line.iter().map(quoted).collect::<Vec<_>>().join(",") + terminator);
        lines.collect::<String>().into_bytes()
    }
}

/// Everything that one file gives.
pub(crate) struct Taken {
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) error: Option<IntakeError>,
    pub(crate) memory_max: usize,
}

pub(crate) fn take_in(item: &Item, file: impl Read) -> Taken {
    take_in_within(item, file, Limits::default())
}

pub(crate) fn take_in_within(item: &Item, file: impl Read, limits: Limits) -> Taken {
    let mut taken = Taken { outcomes: Vec::new(), error: None, memory_max: 0 };
    let mut intake = match Intake::new(file, item, today(), limits) {
        Ok(intake) => intake,
        Err(error) => return Taken { error: Some(error), ..taken },
    };
    loop {
        let next = intake.next_row();
        taken.memory_max = taken.memory_max.max(intake.memory_bytes());
        match next {
            Ok(Some(outcome)) => taken.outcomes.push(outcome),
            Ok(None) => return taken,
            Err(error) => {
                assert!(matches!(intake.next_row(), Ok(None)), "an error ends the intake");
                return Taken { error: Some(error), ..taken };
            }
        }
    }
}

/// Row and what became of it, in one word: `accepted`, `duplicate of 3`, or the first code.
pub(crate) fn verdicts(taken: &Taken) -> Vec<(u32, String)> {
    taken
        .outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Accepted { row, .. } => (*row, "accepted".to_owned()),
            Outcome::Rejected { row, .. } => (*row, outcome.reason().unwrap().to_owned()),
            Outcome::Duplicate { row, first_row } => (*row, format!("duplicate of {first_row}")),
        })
        .collect()
}
