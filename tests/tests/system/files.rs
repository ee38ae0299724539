//! Invented files, and what intake must make of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use tiaoxi_catalog::{Calendar, Item};
use tiaoxi_credit::{CodeScheme, Day, Record};
use tiaoxi_intake::{Intake, Limits, Outcome, Settings, Verdict};
use tiaoxi_sample::{Office, Plan, Truth};
use tiaoxi_sheet::{Encoding, FileKind, SheetFile};

/// An invented file.
pub(crate) struct Invented {
    pub(crate) path: PathBuf,
    pub(crate) truth: Truth,
    /// What is to be stated for every row of it.
    pub(crate) fill: BTreeMap<String, String>,
    item: Item,
}

/// The catalogue item of penalties.
pub(crate) fn item() -> Item {
    Item::parse(include_str!("../../../configs/catalog/xzcf.toml")).unwrap()
}

/// The catalogue item of permits.
pub(crate) fn permits() -> Item {
    Item::parse(include_str!("../../../configs/catalog/xzxk.toml")).unwrap()
}

/// The plan of a file of an office.
pub(crate) fn plan(office: &str, rows: u64, seed: u64) -> Plan {
    Plan { rows, seed, ..Plan::new(Office::by_slug(office).unwrap()) }
}

/// BLAKE3 of bytes: the name of the import of a file that has them.
pub(crate) fn digest_of(bytes: &[u8]) -> [u8; 32] {
    *blake3::hash(bytes).as_bytes()
}

impl Invented {
    /// A plain csv of penalties.
    pub(crate) fn penalties(dir: &Path, office: &str, rows: u64, seed: u64, dirty: u8) -> Self {
        let path = dir.join(format!("{office}-{seed}.csv"));
        let office = Office::by_slug(office).unwrap();
        let mut out = BufWriter::new(File::create(&path).unwrap());
        let truth = tiaoxi_sample::write(&item(), rows, seed, dirty, &office, &mut out).unwrap();
        out.flush().unwrap();
        Self { path, truth, fill: BTreeMap::new(), item: item() }
    }

    /// A file of any shape.
    pub(crate) fn planned(dir: &Path, item: Item, plan: &Plan, encoding: Encoding) -> Self {
        let (name, seed) = (item.slug(), plan.seed);
        let path = dir.join(format!("{name}-{seed}.{}", plan.kind.as_str()));
        let mut out = BufWriter::new(File::create(&path).unwrap());
        let truth = match plan.kind {
            FileKind::Xlsx => tiaoxi_sample::write_workbook(&item, plan, &mut out).unwrap(),
            _ => tiaoxi_sample::write_text(&item, plan, encoding, &mut out).unwrap(),
        };
        out.flush().unwrap();
        Self { path, truth, fill: tiaoxi_sample::constants(&item, plan), item }
    }

    pub(crate) fn digest(&self) -> [u8; 32] {
        digest_of(&fs::read(&self.path).unwrap())
    }

    fn outcomes(&self, mut each: impl FnMut(Outcome, &Intake<'_, File>)) {
        let mut file =
            SheetFile::open(File::open(&self.path).unwrap(), None, tiaoxi_sheet::Limits::default())
                .unwrap();
        let calendar = Calendar::parse(include_str!("../../../configs/calendar.tsv")).unwrap();
        let settings = Settings {
            // Any day behind the decisions of the sample, which lie in 2024 and 2025.
            today: Day::from_date(2026, 6, 1).unwrap(),
            calendar: &calendar,
            fill: &self.fill,
            limits: Limits::default(),
        };
        let mut intake = Intake::new(&mut file, &self.item, settings).unwrap();
        while let Some(outcome) = intake.next_row().unwrap() {
            each(outcome, &intake);
        }
    }

    /// Rows that must become records.
    pub(crate) fn accepted_rows(&self) -> BTreeSet<u32> {
        let accepted = self.truth.verdicts().filter_map(|(row, verdict)| {
            let is_record = matches!(verdict, tiaoxi_sample::Verdict::Accepted { .. });
            is_record.then(|| u32::try_from(row).unwrap())
        });
        accepted.collect()
    }

    /// Rows that must be rejected, with the code of their first error.
    pub(crate) fn rejected_rows(&self) -> Vec<(Vec<String>, String)> {
        let mut rows = Vec::new();
        self.outcomes(|outcome, intake| {
            if let Verdict::Rejected { .. } = outcome.verdict {
                let cells = intake.cells().into_iter().map(|cell| cell.text);
                rows.push((cells.collect(), outcome.verdict.reason().unwrap().to_owned()));
            }
        });
        rows
    }

    /// The records that must come of the file.
    pub(crate) fn records(&self) -> Vec<Record> {
        let mut records = Vec::new();
        self.outcomes(|outcome, _| {
            if let Verdict::Accepted(accepted) = outcome.verdict {
                records.push(accepted.record);
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
