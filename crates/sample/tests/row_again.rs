//! What the catalogue makes of an invented row can be written out as a row again: the way of a
//! correction, whose clerk changes a cell of what is recorded.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use tiaoxi_catalog::{Item, RowView};
use tiaoxi_credit::Day;
use tiaoxi_sample::{Office, write};

/// 2026-11-24.
const TODAY: Day = Day(20_781);

fn check(toml: &str) {
    let item = Item::parse(toml).unwrap();
    let mut file = Vec::new();
    write(&item, 2000, 5, 0, &Office::by_slug("deqing").unwrap(), &mut file).unwrap();
    let file = String::from_utf8(file).unwrap();
    let mut lines = file.lines();
    let columns: Vec<_> =
        lines.next().unwrap().split(',').map(|name| item.field_index(name).unwrap()).collect();
    for (number, line) in (1..).zip(lines) {
        let mut cells = vec![""; item.fields().len()];
        for (column, cell) in columns.iter().zip(line.split(',')) {
            *cells.get_mut(*column).unwrap() = cell;
        }
        let judge = |cells: &[&str]| {
            let row = RowView { number, cells, derives_class: false };
            item.check(row, TODAY)
        };
        let record = judge(&cells).record.unwrap();
        let row = item.row_of(&record);
        let again = judge(&row.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(again.cleaned, 0, "{line}");
        assert_eq!(again.record.as_ref(), Some(&record), "{line}");
        assert_eq!(item.differences(&record, &again.record.unwrap()), [0_u8; 0]);
    }
}

#[test]
fn a_penalty_becomes_its_row_and_the_row_the_penalty() {
    check(include_str!("../../../configs/catalog/xzcf.toml"));
}

#[test]
fn a_permit_becomes_its_row_and_the_row_the_permit() {
    check(include_str!("../../../configs/catalog/xzxk.toml"));
}
