//! A template is made from the catalogue file alone, and what is filled in can be handed in.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what tests share fails as tests do"
)]

use std::io::{Cursor, Read};

use tiaoxi_catalog::{FieldKind, Item};
use tiaoxi_intake::template::template;
use tiaoxi_sheet::{Limits, SheetFile};

/// Every item that this repository comes with.
fn items() -> Vec<Item> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../configs/catalog");
    let mut items: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| Item::parse(&std::fs::read_to_string(entry.unwrap().path()).unwrap()).unwrap())
        .collect();
    items.sort_by_key(Item::number);
    items
}

fn part_of(workbook: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn rows(workbook: &[u8], sheet: Option<&str>) -> Vec<Vec<String>> {
    let mut file = SheetFile::open(Cursor::new(workbook), sheet, Limits::default()).unwrap();
    let mut rows = file.rows().unwrap();
    let mut read = Vec::new();
    while rows.read().unwrap() {
        let texts = rows.row().texts().unwrap();
        read.push(texts.into_iter().map(str::to_owned).collect());
    }
    read
}

#[test]
fn the_first_sheet_holds_header_and_example_and_is_the_one_that_is_read() {
    for item in items() {
        let file = template(&item).unwrap();
        let opened = SheetFile::open(Cursor::new(&file), None, Limits::default()).unwrap();
        assert_eq!(opened.form().sheet.as_deref(), Some(item.name_zh()));
        assert_eq!(opened.form().sheets, [item.name_zh(), "填写说明"]);
        let rows = rows(&file, None);
        let names: Vec<_> = item.fields().iter().map(|field| field.name_zh.as_str()).collect();
        assert_eq!(rows[0], names);
        let mut example = item.example();
        while example.last().is_some_and(|cell| cell.is_empty()) {
            example.pop();
        }
        assert_eq!(rows.get(1).map_or(&[][..], Vec::as_slice), example);
        assert_eq!(rows.len(), if example.is_empty() { 1 } else { 2 });
    }
}

#[test]
fn every_field_has_a_note_and_what_can_be_chosen_a_drop_down() {
    for item in items() {
        let file = template(&item).unwrap();
        let comments = part_of(&file, "xl/comments1.xml");
        let sheet = part_of(&file, "xl/worksheets/sheet1.xml");
        for field in item.fields() {
            assert!(comments.contains(&format!("代码：{}", field.code)), "{}", field.code);
        }
        let count = |kind: fn(&FieldKind) -> bool| {
            item.fields().iter().filter(|field| kind(&field.kind)).count()
        };
        let choices = count(|kind| matches!(kind, FieldKind::Choice(it) if !it.several));
        assert_eq!(sheet.matches("type=\"list\"").count(), choices, "{}", item.slug());
        let dates = count(|kind| matches!(kind, FieldKind::Date { .. }));
        assert_eq!(sheet.matches("type=\"date\"").count(), dates, "{}", item.slug());
        let amounts = count(|kind| matches!(kind, FieldKind::Decimal { .. }));
        assert_eq!(sheet.matches("type=\"decimal\"").count(), amounts, "{}", item.slug());
        assert!(sheet.contains("ySplit=\"1\""));
    }
}

#[test]
fn the_second_sheet_explains_every_field_and_every_rule() {
    for item in items() {
        let file = template(&item).unwrap();
        let cells: Vec<_> = rows(&file, Some("填写说明")).concat();
        for field in item.fields() {
            for text in [&field.name_zh, &field.code, &field.source] {
                assert!(cells.contains(text), "{text}");
            }
            if let FieldKind::Choice(choice) = &field.kind {
                assert!(cells.contains(&choice.values.join("；")), "{}", field.code);
            }
        }
        for rule in item.rules().iter().filter(|rule| rule.severity.is_some()) {
            assert!(cells.iter().any(|cell| cell.starts_with(&rule.source)), "{}", rule.source);
        }
        let deadline = cells.iter().any(|cell| cell.contains("工作日内报送"));
        assert_eq!(deadline, item.deadline().is_some());
        // No rule of the catalogue is shown under its name in the file.
        assert!(!cells.iter().any(|cell| cell.contains("_when") || cell.contains("_needs")));
    }
}

#[test]
fn the_same_item_gives_the_same_bytes() {
    for item in items() {
        let file = template(&item).unwrap();
        assert_eq!(file, template(&item).unwrap());
        assert!(file.len() < 200_000, "{} bytes", file.len());
    }
}
