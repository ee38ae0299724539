//! Import → rejected rows as a file → mended → imported as it is: in the end every record of the
//! good file is at the hub, in each kind of file.

use std::{collections::BTreeSet, fs, io, path::PathBuf};

use tiaoxi_api::{
    client::{Client, ImportOptions, RejectedOptions},
    service::RejectedKind as Kind,
    types::ImportSummary,
};
use tiaoxi_catalog::natural_key;
use tiaoxi_credit::{Record, Statement};
use tiaoxi_sample::{Layout, Plan};
use tiaoxi_sheet::{Cell, Encoding, FileKind, Limits, SheetFile, Value};

use crate::{
    city::City,
    files::{self, Invented, plan},
    shapes::{OLD_WORKBOOK, check_sums},
    sheets::{Table, text},
    stored,
};

const ROWS: usize = 60;

/// Fetches the rejected rows of an import into a file.
fn fetch(client: &Client, summary: &ImportSummary, path: PathBuf) -> PathBuf {
    let digest = summary.import.0.as_slice().try_into().unwrap();
    let mut out = fs::File::create(&path).unwrap();
    client.rejected_rows(&digest, RejectedOptions::default(), &mut out).unwrap();
    path
}

/// Mistakes of a clerk, each in a row of its own; the rows below the header.
fn spoil(table: &mut Table, header: usize, kind: FileKind) -> Vec<usize> {
    let mistakes: [(usize, &str, Cell); 6] = [
        (2, "行政相对人名称", text("")),
        (3, "处罚决定日期", text("去年三月")),
        (7, "罚款金额（万元）", text("2000元")),
        (11, "处罚类别", text("=CMD|' /C calc'!A1")),
        (30, "处罚类别", text("罚金")),
        (59, "备注", text("已核实当事人血型")),
    ];
    let mut rows: Vec<_> = mistakes.iter().map(|(row, ..)| *row).collect();
    for (row, column, cell) in mistakes {
        // The name of the column is a prefix: brackets are written in several ways.
        let column = column_like(table, header, column);
        table.0[header + row][column] = cell;
    }
    if kind == FileKind::Xlsx {
        let column = table.column(header, "行政处罚决定书文号");
        table.0[header + 20][column] = Cell { text: "2025-05-01".into(), value: Value::Date };
        rows.push(20);
        // The first row with a code: Excel made a number of it.
        let column = table.column(header, "行政相对人代码_1(统一社会信用代码)");
        let row = (40..50).find(|row| !table.0[header + row][column].text.is_empty()).unwrap();
        let cell = Cell { text: "91330502201666000".into(), value: Value::Number };
        table.0[header + row][column] = cell;
        rows.push(row);
    }
    rows.sort_unstable();
    rows
}

fn column_like(table: &Table, header: usize, name: &str) -> usize {
    let name: String = name.chars().take_while(|it| !"（(".contains(*it)).collect();
    let found = table.0[header].iter().position(|cell| cell.text.starts_with(&name));
    found.unwrap_or_else(|| panic!("no column {name}: {:?}", table.0[header]))
}

/// Puts the good cells into the rejected rows, which come in the order of the file.
fn mend(rejected: &mut Table, header: usize, good: &Table, rows: &[usize]) {
    assert_eq!(rejected.0.len(), header + 1 + rows.len());
    for (place, row) in rows.iter().enumerate() {
        for (column, name) in good.0[header].iter().enumerate() {
            let to = rejected.column(header, &name.text);
            let line = &mut rejected.0[header + 1 + place];
            line.resize(line.len().max(to + 1), Cell::default());
            line[to] = text(&good.0[header + row][column].text);
        }
    }
}

/// Records without what the file and the row make of them.
fn keys(records: impl IntoIterator<Item = Record>) -> BTreeSet<Vec<u8>> {
    let content = |record: Record| {
        let Record { row: _, subject, authority, document, decided, fields } = &record;
        format!("{subject:?}{authority:?}{document:?}{decided:?}{fields:?}").into_bytes()
    };
    let records: Vec<_> = records.into_iter().collect();
    let distinct: BTreeSet<_> = records.iter().map(natural_key).collect();
    assert_eq!(distinct.len(), records.len(), "nothing is there twice");
    records.into_iter().map(content).collect()
}

#[test]
fn rejected_rows_that_were_mended_go_in_as_they_come_back_in_each_kind_of_file() {
    let city = City::of(&["wuxing"]);
    let mut records = Vec::new();
    for (seed, kind, encoding) in [
        (1, FileKind::Csv, Encoding::Utf8),
        (2, FileKind::Csv, Encoding::Gb18030),
        (3, FileKind::Tsv, Encoding::Utf8Mark),
        (4, FileKind::Xlsx, Encoding::Utf8),
    ] {
        records.extend(round(&city, seed, kind, encoding));
    }
    let old = round_of_an_old_workbook(&city);

    city.level(0);
    let City { mut hub, counties, root, .. } = city;
    hub.stop();
    let mut found = Vec::new();
    for entry in stored::entries(&hub, &counties[0].log()) {
        let kind = entry.header.kind;
        let said = Statement::from_body(kind.kind(), kind.version(), &entry.body).unwrap();
        found.extend(if let Statement::Record(record) = said { Some(record) } else { None });
    }
    assert_eq!(found.len(), records.len() + old);
    let (found, expected) = (keys(found), keys(records));
    assert!(found.is_superset(&expected), "every record of the good files is at the hub");
    drop(root);
}

/// The whole way of one file; the records that must be at the hub after it.
fn round(city: &City, seed: u64, kind: FileKind, encoding: Encoding) -> Vec<Record> {
    let plan = Plan { kind, titles: true, ..plan("wuxing", ROWS as u64, seed) };
    let whole = Invented::planned(city.root.path(), files::item(), &plan, encoding);
    let (good, header) = Table::invented(&files::item(), &plan);
    let mut spoilt = good.clone();
    let rows = spoil(&mut spoilt, header, kind);
    let path = city.path(&format!("spoilt-{seed}.{}", kind.as_str()));
    spoilt.write(&path, kind, encoding);

    let county = &city.counties[0];
    let summary = county.send(&path, &ImportOptions::default()).unwrap();
    let told = format!("{kind:?} {encoding:?}: {:?}", summary.findings);
    assert_eq!((summary.rows, summary.rejected), (ROWS as u64, rows.len() as u64), "{told}");
    let named: BTreeSet<_> =
        summary.findings.iter().map(|it| it.row).filter(|row| *row > 0).collect();
    assert!(rows.iter().all(|row| named.contains(&(*row as u64))), "{rows:?} {told}");
    check_sums(&summary);

    // Handed in as they are, they are the same rows and rejected again.
    let path =
        fetch(&county.client(), &summary, city.path(&format!("back-{seed}.{}", kind.as_str())));
    let again = county.send(&path, &ImportOptions::default()).unwrap();
    assert_eq!((again.rows, again.rejected), (rows.len() as u64, rows.len() as u64));
    assert_eq!(again.rejected_by, summary.rejected_by);
    assert_eq!(again.file.kind, summary.file.kind);
    if encoding == Encoding::Gb18030 {
        assert_eq!(again.file.encoding.as_deref(), Some("GB18030"));
    }
    // Those of this file again: the columns of reasons do not pile up.
    let path =
        fetch(&county.client(), &again, city.path(&format!("again-{seed}.{}", kind.as_str())));

    let mut rejected = Table::read(&path);
    assert_eq!(rejected.0[header].len(), good.0[header].len() + 2, "and two columns of reasons");
    mend(&mut rejected, header, &good, &rows);
    let path = city.path(&format!("mended-{seed}.{}", kind.as_str()));
    rejected.write(&path, kind, encoding);
    let mended = county.send(&path, &ImportOptions::default()).unwrap();
    assert_eq!(
        (mended.rows, mended.accepted),
        (rows.len() as u64, rows.len() as u64),
        "{:?}",
        mended.findings
    );
    assert_eq!(mended.rejected_file, None);
    whole.records()
}

/// An `.xls` comes back as `.xlsx`; how many records it brought.
fn round_of_an_old_workbook(city: &City) -> usize {
    let county = &city.counties[0];
    let path = city.path("old.xls");
    fs::write(&path, OLD_WORKBOOK).unwrap();
    let summary = county.send(&path, &ImportOptions::default()).unwrap();
    assert_eq!((summary.accepted, summary.rejected), (2, 3));
    let path = fetch(&county.client(), &summary, city.path("old-back.xlsx"));
    let (good, mut rejected) = (Table::read(&city.path("old.xls")), Table::read(&path));
    for (row, column) in [(2, "行政相对人代码_1"), (4, "行政相对人名称")] {
        let column = column_like(&rejected, 1, column);
        rejected.0[row][column] = text(&good.0[2][column].text);
    }
    let column = column_like(&rejected, 1, "行政处罚决定书文号");
    rejected.0[3][column] = text("演示罚〔2025〕5-1号");
    let path = city.path("old-mended.xlsx");
    rejected.write(&path, FileKind::Xlsx, Encoding::Utf8);
    let mended = county.send(&path, &ImportOptions::default()).unwrap();
    assert_eq!((mended.rows, mended.accepted), (3, 3), "{:?}", mended.findings);
    5
}

#[test]
fn rejected_rows_of_an_old_format_carry_what_was_filled_for_all_of_them() {
    let city = City::of(&["wuxing"]);
    let county = &city.counties[0];
    for (seed, kind, encoding) in
        [(1, FileKind::Csv, Encoding::Gb18030), (2, FileKind::Xlsx, Encoding::Utf8)]
    {
        let layout = Layout::Format2016;
        let plan = Plan { kind, layout, dirty_percent: 25, ..plan("wuxing", 300, seed) };
        let file = Invented::planned(city.root.path(), files::item(), &plan, encoding);
        let options = ImportOptions { fill: file.fill.clone(), ..ImportOptions::default() };
        let summary = county.send(&file.path, &options).unwrap();
        assert_eq!(summary.rejected, file.truth.rejected_total());
        city.level(0);
        let name = format!("filled-{seed}.{}", kind.as_str());
        let path = fetch(&county.client(), &summary, city.path(&name));
        let again = county.send(&path, &ImportOptions::default()).unwrap();
        // What contradicted an earlier row of the file now contradicts the log.
        let mut expected = summary.rejected_by.clone();
        let conflicts = expected.remove("KEY_CONFLICT").unwrap_or_default();
        assert_eq!((again.rows, again.corrections), (summary.rejected, conflicts));
        assert_eq!(again.rejected_by, expected, "{:?}", again.findings);
        assert_eq!(again.file.generation, Some(2016));
    }
}

#[test]
fn rejected_rows_come_in_the_kinds_that_can_show_them_and_in_no_other() {
    let city = City::of(&["wuxing"]);
    let county = &city.counties[0];
    let client = county.client();
    let file = Invented::penalties(city.root.path(), "wuxing", 300, 3, 20);
    let text = county.send(&file.path, &ImportOptions::default()).unwrap();
    let plan = Plan { kind: FileKind::Xlsx, dirty_percent: 20, ..plan("wuxing", 300, 4) };
    let book = Invented::planned(city.root.path(), files::item(), &plan, Encoding::Utf8);
    let book = county.send(&book.path, &ImportOptions::default()).unwrap();
    let clean = Invented::penalties(city.root.path(), "wuxing", 30, 5, 0);
    let clean = county.send(&clean.path, &ImportOptions::default()).unwrap();

    for (summary, kind, part, expected) in [
        (&text, None, None, Ok("csv")),
        (&text, Some(Kind::Csv), Some(1), Ok("csv")),
        (&text, Some(Kind::Tsv), None, Ok("tsv")),
        (&text, Some(Kind::Xlsx), None, Ok("xlsx")),
        (&text, None, Some(2), Err("PART_NOT_FOUND")),
        (&book, None, None, Ok("xlsx")),
        (&book, Some(Kind::Xlsx), None, Ok("xlsx")),
        (&book, None, Some(2), Err("PART_NOT_FOUND")),
        // A text file can't show that Excel had made a number of a code.
        (&book, Some(Kind::Csv), None, Err("UNKNOWN_KIND")),
        (&clean, None, None, Err("NOTHING_REJECTED")),
    ] {
        let digest = summary.import.0.as_slice().try_into().unwrap();
        let mut bytes = Vec::new();
        let fetched = client.rejected_rows(&digest, RejectedOptions { kind, part }, &mut bytes);
        let told = format!("{} {kind:?} {part:?}", summary.file.kind);
        match expected {
            Err(code) => assert_eq!(fetched.unwrap_err().code(), Some(code), "{told}"),
            Ok(expected) => {
                fetched.unwrap();
                let file = SheetFile::open(io::Cursor::new(bytes), None, Limits::default());
                assert_eq!(file.unwrap().form().kind.as_str(), expected, "{told}");
            }
        }
    }
    city.level(0);
}
