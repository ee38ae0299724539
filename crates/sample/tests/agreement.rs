//! The truth agrees with the catalogue: columns are mapped here as intake maps them, and every row
//! is checked. What intake alone finds is shown to be there to be found.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

mod support;

use std::collections::{BTreeMap, HashMap, HashSet};

use support::{NEWEST, collect, items, plans};
use tiaoxi_catalog::{
    Calendar, Checked, Finding, Generation, Item, OldColumn, RowView, Severity, natural_key,
};
use tiaoxi_credit::{Day, Record};
use tiaoxi_sample::{Layout, Office, Plan, Truth, Verdict, constants};
use tiaoxi_sheet::{Cell, FileKind, Value};

/// Codes of what intake finds before the catalogue sees the row, or between rows.
const FOUND_BY_INTAKE: [&str; 6] = [
    "NUMBER_NOT_TEXT",
    "DATE_NOT_TEXT",
    "CELL_ERROR_VALUE",
    "CELL_COUNT",
    "OLD_STATUS",
    "KEY_CONFLICT",
];

/// What a column is for a file of some generation.
enum Meaning {
    Field(usize),
    PassedOver(OldColumn),
    Unknown,
}

/// A file as intake reads it.
struct Reading<'a> {
    item: &'a Item,
    plan: &'a Plan,
    generation: Option<&'a Generation>,
    columns: Vec<Meaning>,
    constants: BTreeMap<usize, String>,
}

impl<'a> Reading<'a> {
    fn new(item: &'a Item, plan: &'a Plan, header: &[Cell]) -> Self {
        let year = match plan.layout {
            Layout::Format2019 => 2019,
            Layout::Format2018 => 2018,
            Layout::Format2016 => 2016,
        };
        let generation = item.generations().iter().find(|generation| generation.year == year);
        assert_eq!(generation.is_some(), plan.layout != Layout::Format2019, "{plan:?}");
        let meaning =
            |cell: &Cell| match generation.and_then(|generation| generation.column(&cell.text)) {
                Some(OldColumn::Field(index)) => Meaning::Field(*index),
                Some(passed) => Meaning::PassedOver(passed.clone()),
                None => item.field_index(&cell.text).map_or(Meaning::Unknown, Meaning::Field),
            };
        let columns: Vec<_> = header.iter().map(meaning).collect();
        let constants = constants(item, plan).into_iter().map(|(code, text)| {
            let index = item.fields().iter().position(|field| field.code == code).unwrap();
            (index, text)
        });
        let reading = Self { item, plan, generation, columns, constants: constants.collect() };
        reading.check_columns(header);
        reading
    }

    /// Each column is known but the one that must not be, and holds a field of its own.
    fn check_columns(&self, header: &[Cell]) {
        let mut columns = vec![0; self.item.fields().len()];
        let mut unknown = Vec::new();
        for (cell, meaning) in header.iter().zip(&self.columns) {
            match meaning {
                Meaning::Field(index) => columns[*index] += 1,
                Meaning::Unknown => unknown.push(cell.text.as_str()),
                Meaning::PassedOver(_) => {}
            }
        }
        let expected: &[&str] = if self.plan.extra_column { &["序号"] } else { &[] };
        assert_eq!(unknown, expected);
        for (index, field) in self.item.fields().iter().enumerate() {
            let several = if field.code == "CF_CFLB" { 2 } else { 1 };
            assert!(columns[index] <= several, "{} has {} columns", field.code, columns[index]);
            let filled = columns[index] > 0
                || self.constants.contains_key(&index)
                || self.generation.is_some_and(|it| it.derives_class || it.supplies(index));
            assert!(filled || !field.required, "nothing gives {}", field.code);
            assert!(columns[index] == 0 || !self.constants.contains_key(&index));
        }
    }

    fn check(&self, number: u64, cells: &[Cell], today: Day) -> Checked {
        let mut texts = vec![String::new(); self.item.fields().len()];
        for (meaning, cell) in self.columns.iter().zip(cells) {
            let Meaning::Field(index) = meaning else { continue };
            if !texts[*index].is_empty() && !cell.text.is_empty() {
                texts[*index].push('；');
            }
            texts[*index].push_str(&cell.text);
        }
        for (index, text) in &self.constants {
            texts[*index].clone_from(text);
        }
        let cells: Vec<&str> = texts.iter().map(String::as_str).collect();
        let row =
            RowView { number: u32::try_from(number).unwrap(), cells: &cells, derives_class: false };
        match self.generation {
            Some(generation) => self.item.check_old(generation, row, today),
            None => self.item.check(row, today),
        }
    }

    /// Whether the row holds what intake reports under a code.
    fn shows(&self, code: &str, cells: &[Cell]) -> bool {
        let any = |found: &dyn Fn(&Meaning, &Cell) -> bool| {
            self.columns.iter().zip(cells).any(|(meaning, cell)| found(meaning, cell))
        };
        let is_code = |meaning: &Meaning| {
            let Meaning::Field(index) = meaning else { return false };
            ["CF_XDR", "XK_XDR"].iter().any(|it| self.item.fields()[*index].code.starts_with(it))
        };
        match code {
            "NUMBER_NOT_TEXT" => any(&|meaning, cell| {
                let is_number = match self.plan.kind {
                    FileKind::Xlsx => cell.value == Value::Number,
                    _ => cell.text.contains("E+"),
                };
                is_code(meaning) && is_number
            }),
            "DATE_NOT_TEXT" => cells.iter().filter(|cell| cell.value == Value::Date).count() == 2,
            "CELL_ERROR_VALUE" => cells.iter().any(|cell| cell.value == Value::Error),
            "CELL_COUNT" => cells.len() != self.columns.len(),
            _ => any(
                &|meaning, cell| matches!(meaning, Meaning::PassedOver(column) if !column.accepts(&cell.text)),
            ),
        }
    }
}

fn errors(checked: &Checked) -> impl Iterator<Item = &Finding> {
    checked.findings.iter().filter(|it| it.severity == Severity::Error)
}

fn first_error(checked: &Checked) -> Option<&'static str> {
    errors(checked).next().map(|finding| finding.code)
}

fn check_file(item: &Item, plan: &Plan) {
    let (rows, truth) = collect(item, plan);
    let (header, rows) =
        rows[usize::try_from(truth.header_line).unwrap() - 1..].split_first().unwrap();
    let reading = Reading::new(item, plan, header);
    let today = plan.newest.unwrap_or(Day(20_781));
    let mut earlier: HashMap<Vec<u8>, (u64, Record)> = HashMap::new();
    for ((row, verdict), cells) in truth.verdicts().zip(rows) {
        let checked = reading.check(row, cells, today);
        let told = format!("row {row} {verdict:?} {:?}\n{cells:?}\n{plan:?}", checked.findings);
        match verdict {
            Verdict::Blank => continue,
            Verdict::Rejected(code) if FOUND_BY_INTAKE[..5].contains(&code) => {
                assert!(reading.shows(code, cells), "{told}");
                if !matches!(code, "CELL_COUNT" | "OLD_STATUS") {
                    // One mistake: beside its field, nothing is wrong.
                    let fields = errors(&checked).map(|it| it.field).collect::<HashSet<_>>();
                    assert!(fields.len() < 2, "{told}");
                }
                continue;
            }
            Verdict::Rejected(code) if code != "KEY_CONFLICT" => {
                assert_eq!(first_error(&checked), Some(code), "{told}");
                continue;
            }
            _ => assert_eq!(first_error(&checked), None, "{told}"),
        }
        for code in FOUND_BY_INTAKE {
            assert!(!reading.shows(code, cells) || code == "KEY_CONFLICT", "{code} in {told}");
        }
        let record = checked.record.unwrap();
        let known = earlier.get(&natural_key(&record));
        match verdict {
            Verdict::Duplicate { first_row } => {
                let (known_row, known) = known.expect(&told);
                assert_eq!(*known_row, first_row, "{told}");
                assert!(item.differences(known, &record).is_empty(), "{told}");
            }
            Verdict::Rejected(_) => {
                assert!(!item.differences(&known.expect(&told).1, &record).is_empty(), "{told}");
            }
            _ => {
                let cleaned = matches!(verdict, Verdict::Accepted { cleaned: true, .. });
                // An old format may imply a second field from a cleaned cell.
                assert_eq!(checked.cleaned > 0, cleaned, "{told}");
                assert!(known.is_none(), "{told}");
                earlier.insert(natural_key(&record), (row, record));
            }
        }
    }
    check_deadlines(plan, &truth, earlier.into_values());
}

/// Where the newest day is set, late rows are late on it and the others in time three days later.
fn check_deadlines(plan: &Plan, truth: &Truth, records: impl Iterator<Item = (u64, Record)>) {
    let calendar = Calendar::parse(include_str!("../../../configs/calendar.tsv")).unwrap();
    let Some(newest) = plan.newest else { return };
    for (row, record) in records {
        let late = matches!(truth.verdict(row), Verdict::Accepted { late: true, .. });
        let today = if late { newest } else { Day(newest.0 + 3) };
        let workdays = calendar.workdays_after(record.decided, today);
        assert_eq!(workdays > 7, late, "row {row}: {workdays} working days");
    }
}

#[test]
fn the_catalogue_says_of_every_row_what_the_truth_says() {
    for item in items() {
        for plan in plans(1500) {
            check_file(&item, &plan);
        }
    }
}

#[test]
fn rows_are_in_time_or_late_at_any_time_of_the_year() {
    let [item, _] = items();
    // From before the spring festival to after National Day.
    for days in [0, 7, 200, 220] {
        check_file(
            &item,
            &Plan {
                rows: 600,
                dirty_percent: 40,
                newest: Some(Day(NEWEST.0 - 30 + days)),
                ..Plan::new(Office::by_slug("anji").unwrap())
            },
        );
    }
}
