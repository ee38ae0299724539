//! Builders shared by the tests of intake.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]
#![allow(dead_code, reason = "each test binary uses its part")]

use std::{
    collections::BTreeMap,
    io::{Cursor, Read, Seek},
    sync::LazyLock,
};

use tiaoxi_catalog::{Calendar, Catalog, Finding, Item};
use tiaoxi_credit::Day;
use tiaoxi_intake::{
    Intake, IntakeError, Limits, Outcome, Settings, Shape, Verdict,
    kept::{KeptFinding, KeptReader, KeptRow, KeptWriter},
    render,
};
use tiaoxi_sample::{Office, Plan, Truth};
use tiaoxi_sheet::{
    Cell, Encoding, FileKind, SheetFile, Value,
    write::{Style, TextWriter, workbook::WorkbookWriter},
};

static CALENDAR: LazyLock<Calendar> =
    LazyLock::new(|| Calendar::parse(include_str!("../../../../configs/calendar.tsv")).unwrap());

pub(crate) fn penalty() -> Item {
    Item::parse(include_str!("../../../../configs/catalog/xzcf.toml")).unwrap()
}

pub(crate) fn permit() -> Item {
    Item::parse(include_str!("../../../../configs/catalog/xzxk.toml")).unwrap()
}

/// Every item that is shipped.
pub(crate) fn catalog() -> Catalog {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../configs/catalog");
    let files = std::fs::read_dir(folder).unwrap();
    let items = files
        .map(|file| Item::parse(&std::fs::read_to_string(file.unwrap().path()).unwrap()).unwrap());
    Catalog::new(items.collect()).unwrap()
}

pub(crate) fn today() -> Day {
    Day::from_date(2026, 1, 5).unwrap()
}

pub(crate) fn office() -> Office {
    Office::by_slug("deqing").unwrap()
}

/// An invented file and what must become of it.
pub(crate) fn sample(item: &Item, rows: u64, seed: u64, dirty_percent: u8) -> (Vec<u8>, Truth) {
    let mut file = Vec::new();
    let truth =
        tiaoxi_sample::write(item, rows, seed, dirty_percent, &office(), &mut file).unwrap();
    (file, truth)
}

/// A file of a plan; text files in an encoding.
pub(crate) fn planned(item: &Item, plan: &Plan, encoding: Encoding) -> (Vec<u8>, Truth) {
    let mut file = Vec::new();
    let truth = match plan.kind {
        FileKind::Xlsx => tiaoxi_sample::write_workbook(item, plan, &mut file),
        _ => tiaoxi_sample::write_text(item, plan, encoding, &mut file),
    };
    (file, truth.unwrap())
}

/// A file as lines of cells, the header first, to be changed and written.
#[derive(Clone)]
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

    /// The place of a column of penalties, from 0.
    pub(crate) fn column(code: &str) -> usize {
        penalty().field_index(code).unwrap()
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

    /// As a file of a kind; text files in an encoding, workbooks with texts alone.
    pub(crate) fn to_file(&self, kind: FileKind, encoding: Encoding) -> Vec<u8> {
        if kind == FileKind::Xlsx {
            return Book::of(self).to_xlsx();
        }
        let delimiter = if kind == FileKind::Tsv { b'\t' } else { b',' };
        let mut writer = TextWriter::new(Vec::new(), encoding, delimiter);
        for line in &self.0 {
            writer.row(line.iter().map(String::as_str)).unwrap();
        }
        writer.finish().unwrap()
    }
}

/// In a cell of a [`Sheet`], what [`with_stray_marks`] makes a quotation mark of.
pub(crate) const STRAY: char = '\u{1}';

/// A text file with a bare quotation mark for every [`STRAY`] in its cells.
pub(crate) fn with_stray_marks(sheet: &Sheet, kind: FileKind, encoding: Encoding) -> Vec<u8> {
    let mut file = sheet.to_file(kind, encoding);
    for place in 0..file.len() {
        let is_character = match encoding {
            Encoding::Utf16 => place % 2 == 0 && file.get(place + 1) == Some(&0),
            _ => true,
        };
        if file[place] == 1 && is_character {
            file[place] = b'"';
        }
    }
    file
}

/// A workbook of one sheet, to be changed and written.
pub(crate) struct Book(pub(crate) Vec<Vec<Cell>>);

impl Book {
    pub(crate) fn of(sheet: &Sheet) -> Self {
        let cell = |text: &String| Cell { text: text.clone(), value: Value::Text };
        Self(sheet.0.iter().map(|line| line.iter().map(cell).collect()).collect())
    }

    pub(crate) fn set(&mut self, line: usize, code: &str, text: &str, value: Value) {
        self.0[line][Sheet::column(code)] = Cell { text: text.to_owned(), value };
    }

    pub(crate) fn to_xlsx(&self) -> Vec<u8> {
        let mut book = WorkbookWriter::new("示例", "示例");
        let mut sheet = book.sheet("Sheet1").unwrap();
        for (row, cells) in (0..).zip(&self.0) {
            for (column, cell) in (0..).zip(cells) {
                sheet.cell((row, column), &cell.text, cell.value, Style::default()).unwrap();
            }
        }
        let mut file = Vec::new();
        book.finish(&mut file).unwrap();
        file
    }
}

/// Everything that one file gives.
pub(crate) struct Taken {
    pub(crate) outcomes: Vec<Outcome>,
    /// The cells of each outcome.
    pub(crate) cells: Vec<Vec<Cell>>,
    pub(crate) header: Vec<Finding>,
    pub(crate) shape: Option<Shape>,
    pub(crate) blank_rows: u32,
    pub(crate) error: Option<IntakeError>,
    pub(crate) memory_max: usize,
}

impl Taken {
    /// The findings of a rejected row.
    pub(crate) fn rejected(&self, row: u32) -> &[Finding] {
        let outcome = self.outcomes.iter().find(|outcome| outcome.row == row);
        match &outcome.unwrap().verdict {
            Verdict::Rejected { findings } => findings,
            other => panic!("row {row} is {other:?}"),
        }
    }

    /// The codes of the findings of a rejected row, as a set.
    pub(crate) fn codes(&self, row: u32) -> Vec<&str> {
        let mut codes: Vec<_> = self.rejected(row).iter().map(|finding| finding.code).collect();
        codes.sort_unstable();
        codes
    }

    /// The codes of the warnings of an accepted row but for that of the deadline.
    pub(crate) fn warnings(&self, row: u32) -> Vec<&str> {
        let outcome = self.outcomes.iter().find(|outcome| outcome.row == row);
        match &outcome.unwrap().verdict {
            Verdict::Accepted(accepted) => accepted
                .warnings
                .iter()
                .map(|warning| warning.code)
                .filter(|code| *code != "REPORTED_LATE")
                .collect(),
            other => panic!("row {row} is {other:?}"),
        }
    }

    pub(crate) fn record(&self, row: u32) -> &tiaoxi_credit::Record {
        let outcome = self.outcomes.iter().find(|outcome| outcome.row == row);
        match &outcome.unwrap().verdict {
            Verdict::Accepted(accepted) => &accepted.record,
            other => panic!("row {row} is {other:?}"),
        }
    }
}

pub(crate) fn take_in(item: &Item, bytes: &[u8]) -> Taken {
    take_in_filled(item, bytes, &BTreeMap::new())
}

pub(crate) fn take_in_filled(item: &Item, bytes: &[u8], fill: &BTreeMap<String, String>) -> Taken {
    let settings =
        Settings { today: today(), calendar: &CALENDAR, fill, limits: Limits::default() };
    take_in_with(item, Cursor::new(bytes), tiaoxi_sheet::Limits::default(), settings)
}

pub(crate) fn take_in_within(
    item: &Item,
    bytes: &[u8],
    sheet: tiaoxi_sheet::Limits,
    limits: Limits,
) -> Taken {
    let settings = Settings { today: today(), calendar: &CALENDAR, fill: &BTreeMap::new(), limits };
    take_in_with(item, Cursor::new(bytes), sheet, settings)
}

pub(crate) fn take_in_as_of(item: &Item, bytes: &[u8], today: Day) -> Taken {
    let fill = BTreeMap::new();
    let settings = Settings { today, calendar: &CALENDAR, fill: &fill, limits: Limits::default() };
    take_in_with(item, Cursor::new(bytes), tiaoxi_sheet::Limits::default(), settings)
}

pub(crate) fn take_in_with<'a, S: Read + Seek>(
    item: &'a Item,
    file: S,
    limits: tiaoxi_sheet::Limits,
    settings: Settings<'a>,
) -> Taken {
    let mut taken = Taken {
        outcomes: Vec::new(),
        cells: Vec::new(),
        header: Vec::new(),
        shape: None,
        blank_rows: 0,
        error: None,
        memory_max: 0,
    };
    let mut file = match SheetFile::open(file, None, limits) {
        Ok(file) => file,
        Err(error) => return Taken { error: Some(error.into()), ..taken },
    };
    let mut intake = match Intake::new(&mut file, item, settings) {
        Ok(intake) => intake,
        Err(error) => return Taken { error: Some(error), ..taken },
    };
    taken.header = intake.header().findings().to_vec();
    taken.shape = Some(intake.shape().clone());
    loop {
        let next = intake.next_row();
        taken.memory_max = taken.memory_max.max(intake.memory_bytes());
        taken.blank_rows = intake.blank_rows();
        match next {
            Ok(Some(outcome)) => {
                taken.outcomes.push(outcome);
                taken.cells.push(intake.cells());
            }
            Ok(None) => return taken,
            Err(error) => {
                assert!(matches!(intake.next_row(), Ok(None)), "an error ends the intake");
                return Taken { error: Some(error), ..taken };
            }
        }
    }
}

/// Row and what became of it, in one word: `accepted`, `duplicate of 3`, `example`, or the first
/// code.
pub(crate) fn verdicts(taken: &Taken) -> Vec<(u32, String)> {
    taken.outcomes.iter().map(|outcome| (outcome.row, word(&outcome.verdict))).collect()
}

fn word(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Accepted(_) => "accepted".to_owned(),
        Verdict::Rejected { .. } => verdict.reason().unwrap().to_owned(),
        Verdict::Duplicate { first_row } => format!("duplicate of {first_row}"),
        Verdict::Example => "example".to_owned(),
    }
}

/// The file of rejected rows, as the clerk gets it; nothing where no row was rejected.
pub(crate) fn rejected_file(item: &Item, taken: &Taken) -> Option<Vec<u8>> {
    let shape = taken.shape.as_ref().unwrap();
    let mut writer = KeptWriter::new(Vec::new(), shape).unwrap();
    let mut rows = 0;
    for (outcome, cells) in taken.outcomes.iter().zip(&taken.cells) {
        let Verdict::Rejected { findings } = &outcome.verdict else { continue };
        let findings = findings.iter().map(|finding| KeptFinding {
            code: finding.code.to_owned(),
            severity: finding.severity,
            field: finding.field,
            zh: finding.zh.clone(),
            en: finding.en.clone(),
        });
        let row = KeptRow {
            row: outcome.row,
            line: outcome.line,
            cells: Some(cells.clone()),
            findings: findings.collect(),
        };
        writer.write(&row).unwrap();
        rows += 1;
    }
    let kept = writer.finish().unwrap();
    let reader = KeptReader::new(&kept[..]).unwrap();
    let mut file = Vec::new();
    render::rejected(reader, item, render::rejected_kind(&shape.form), 1, &mut file).unwrap();
    (rows > 0).then_some(file)
}

/// The rows of any file, cell by cell.
pub(crate) fn rows_of(file: &[u8]) -> Vec<Vec<Cell>> {
    let limits = tiaoxi_sheet::Limits::default();
    let mut file = SheetFile::open(Cursor::new(file), None, limits).unwrap();
    let mut rows = file.rows().unwrap();
    let mut all = Vec::new();
    while rows.read().unwrap() {
        let row = rows.row();
        let cells = row.texts().unwrap();
        let cells = cells.iter().enumerate();
        let cells =
            cells.map(|(column, text)| Cell { text: (*text).to_owned(), value: row.value(column) });
        all.push(cells.collect());
    }
    all
}
