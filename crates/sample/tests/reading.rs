//! Files are read back as they were invented: the same cells, of the same kinds, on the same lines.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

mod support;

use std::io::Cursor;

use support::{collect, items, plans};
use tiaoxi_catalog::Item;
use tiaoxi_sample::{Plan, write_text, write_workbook};
use tiaoxi_sheet::{Cell, Encoding, FileKind, Limits, Value, read::SheetFile};

fn bytes(item: &Item, plan: &Plan, encoding: Encoding) -> Vec<u8> {
    let mut out = Vec::new();
    match plan.kind {
        FileKind::Xlsx => write_workbook(item, plan, &mut out).unwrap(),
        _ => write_text(item, plan, encoding, &mut out).unwrap(),
    };
    out
}

/// The cells of a row without the empty ones at its end.
fn filled(cells: &[Cell]) -> &[Cell] {
    let length = cells.iter().rposition(|cell| !cell.text.is_empty()).map_or(0, |last| last + 1);
    &cells[..length]
}

fn check(item: &Item, plan: &Plan, encoding: Encoding) {
    let (expected, _) = collect(item, plan);
    let file = Cursor::new(bytes(item, plan, encoding));
    let mut file = SheetFile::open(file, None, Limits::default()).unwrap();
    assert_eq!(file.form().kind, plan.kind);
    let is_text = plan.kind != FileKind::Xlsx;
    assert_eq!(file.form().encoding, is_text.then_some(encoding));
    let mut rows = file.rows().unwrap();
    let mut read = vec![Vec::new(); expected.len()];
    while rows.read().unwrap() {
        let row = rows.row();
        let cells: Vec<Cell> = (0..)
            .zip(row.texts().unwrap())
            .map(|(column, text)| Cell { text: text.to_owned(), value: row.value(column) })
            .collect();
        read[usize::try_from(row.line()).unwrap() - 1] = cells;
    }
    for (line, (read, expected)) in (1..).zip(read.iter().zip(&expected)) {
        assert_eq!(filled(read), filled(expected), "line {line} of {plan:?}");
        if is_text {
            assert_eq!(read.len(), expected.len(), "line {line} of {plan:?}");
            assert!(read.iter().all(|cell| cell.value == Value::Text));
        }
    }
}

#[test]
fn every_kind_of_file_is_read_back_in_every_encoding() {
    for item in items() {
        for plan in plans(60) {
            for encoding in [Encoding::Utf8, Encoding::Utf8Mark, Encoding::Gb18030] {
                check(&item, &plan, encoding);
            }
        }
    }
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    for item in items() {
        for plan in plans(60) {
            let first = bytes(&item, &plan, Encoding::Gb18030);
            assert_eq!(first, bytes(&item, &plan, Encoding::Gb18030), "{plan:?}");
        }
    }
}
