//! Catalogue files, and rows checked against whatever they say, as rows of today's format and of
//! every earlier one: the file, then a zero byte, then cells, each ended by a zero byte. A record
//! exists exactly when no finding is an error, and can be written out as a row again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_catalog::{Checked, Item, RowView, Severity, item::FIELDS_MAX};
use tiaoxi_credit::{Day, Statement};
use tiaoxi_fuzz::plant;

const SMALL: &str = include_str!("../seeds/catalog_item.toml");
const ROW: [&str; 6] = [
    "湖州示例有限公司",
    "91110000600037341L",
    "法人及非法人组织",
    "11330500TX",
    "示例1号",
    "2026/1/5",
];

fn seeds() -> Vec<String> {
    Item::parse(SMALL).expect("the small seed is a catalogue file");
    vec![
        include_str!("../../configs/catalog/xzcf.toml").to_owned(),
        include_str!("../../configs/catalog/xzxk.toml").to_owned(),
        include_str!("../../configs/catalog/yzsx.toml").to_owned(),
        format!("{SMALL}\0{}", ROW.join("\0")),
    ]
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (file, cells) = text.split_once('\0').unwrap_or((text, ""));
    let Ok(item) = Item::parse(file) else { return };
    assert!(!item.slug().is_empty() && (1..=FIELDS_MAX).contains(&item.fields().len()));
    assert_eq!(item.hash(), *blake3::hash(file.as_bytes()).as_bytes());

    let mut cells: Vec<&str> = cells.split('\0').collect();
    cells.resize(item.fields().len(), "");
    let row = RowView { number: 1, cells: &cells, derives_class: false };
    hold(&item, item.check(row, TODAY));
    hold(&item, item.check(RowView { derives_class: true, ..row }, TODAY));
    for old in item.generations() {
        hold(&item, item.check_old(old, row, TODAY));
        for (cell, field) in cells.iter().zip(item.fields()) {
            let _passed_over = old.column(&field.name_zh).is_some_and(|column| column.accepts(cell));
            let _known = old.column(cell);
        }
    }
    let _example = item.example();
});

/// 2026-11-24.
const TODAY: Day = Day(20_781);

fn hold(item: &Item, checked: Checked) {
    let refused = checked.findings.iter().any(|finding| finding.severity == Severity::Error);
    assert_eq!(checked.record.is_none(), refused, "{:?}", checked.findings);
    assert!(usize::from(checked.cleaned) <= item.fields().len());
    if let Some(record) = checked.record {
        let _shown = item.texts(&record);
        assert_eq!(item.row_of(&record).len(), item.fields().len());
        assert!(item.differences(&record, &record).is_empty());
        Statement::Record(record).to_body().expect("a row that passed fits a body");
    }
}
