//! Invented files, and what intake must make of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use tiaoxi_catalog::Item;
use tiaoxi_credit::{CodeScheme, Day, Record};
use tiaoxi_intake::{Intake, Limits, Outcome};
use tiaoxi_sample::{Office, Truth};

/// An invented file of penalties.
pub(crate) struct Penalties {
    pub(crate) path: PathBuf,
    pub(crate) truth: Truth,
}

/// The catalogue item of penalties.
pub(crate) fn item() -> Item {
    Item::parse(include_str!("../../../configs/catalog/xzcf.toml")).unwrap()
}

impl Penalties {
    pub(crate) fn write(dir: &Path, office: &str, rows: u64, seed: u64, dirty: u8) -> Self {
        let path = dir.join(format!("{office}-{seed}.csv"));
        let office = Office::by_slug(office).unwrap();
        let mut out = BufWriter::new(File::create(&path).unwrap());
        let truth = tiaoxi_sample::write(&item(), rows, seed, dirty, &office, &mut out).unwrap();
        out.flush().unwrap();
        Self { path, truth }
    }

    /// BLAKE3 of the file: the name of its import.
    pub(crate) fn digest(&self) -> [u8; 32] {
        *blake3::hash(&std::fs::read(&self.path).unwrap()).as_bytes()
    }

    fn outcomes(&self, mut each: impl FnMut(Outcome)) {
        let item = item();
        let input = BufReader::new(File::open(&self.path).unwrap());
        // Any day behind the decisions of the sample, which lie in 2024 and 2025.
        let today = Day::from_date(2026, 6, 1).unwrap();
        let mut intake = Intake::new(input, &item, today, Limits::default()).unwrap();
        while let Some(outcome) = intake.next_row().unwrap() {
            each(outcome);
        }
    }

    /// Rows that must become records.
    pub(crate) fn accepted_rows(&self) -> BTreeSet<u32> {
        let mut rows = BTreeSet::new();
        self.outcomes(|outcome| {
            if let Outcome::Accepted { row, .. } = outcome {
                rows.insert(row);
            }
        });
        rows
    }

    /// Rows that must be rejected.
    pub(crate) fn rejected_rows(&self) -> Vec<(Vec<String>, String)> {
        let mut rows = Vec::new();
        self.outcomes(|outcome| {
            if let Outcome::Rejected { cells, findings, .. } = outcome {
                let first = findings
                    .iter()
                    .find(|finding| finding.severity == tiaoxi_catalog::Severity::Error);
                rows.push((cells, first.unwrap().code.to_owned()));
            }
        });
        rows
    }

    /// The records that must come of the file.
    pub(crate) fn records(&self) -> Vec<Record> {
        let mut records = Vec::new();
        self.outcomes(|outcome| {
            if let Outcome::Accepted { record, .. } = outcome {
                records.push(record);
            }
        });
        records
    }

    /// How many records each firm must have, by its unified code.
    pub(crate) fn records_by_code(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for code in self.records().iter().filter_map(unified_code) {
            *counts.entry(code).or_default() += 1;
        }
        counts
    }
}

/// The unified code of a record's subject, when that is a firm.
pub(crate) fn unified_code(record: &Record) -> Option<String> {
    let mut codes = record.subject.codes.iter();
    codes.find(|code| code.scheme == CodeScheme::USCC).map(|code| code.code.clone())
}
