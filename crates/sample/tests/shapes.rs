//! Files of every shape: the same plan gives the same file, and what the truth says of it is so.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use support::{collect, items, plans};
use tiaoxi_credit::Day;
use tiaoxi_sample::{
    Headers, Layout, Office, Plan, Verdict, constants, write, write_text, write_workbook,
};
use tiaoxi_sheet::{Encoding, FileKind, Value};

fn plan() -> Plan {
    Plan { rows: 400, seed: 3, ..Plan::new(Office::by_slug("deqing").unwrap()) }
}

#[test]
fn a_plain_plan_gives_the_plain_file() {
    for item in items() {
        let plan = plan();
        let (mut old, mut new) = (Vec::new(), Vec::new());
        let truth = write(&item, plan.rows, plan.seed, 0, &plan.office, &mut old).unwrap();
        assert_eq!(write_text(&item, &plan, Encoding::Utf8, &mut new).unwrap(), truth);
        assert_eq!(String::from_utf8(new).unwrap(), String::from_utf8(old).unwrap());
    }
}

#[test]
fn the_same_plan_gives_the_same_cells_and_another_seed_others() {
    for item in items() {
        for plan in plans(50) {
            let first = collect(&item, &plan);
            assert_eq!(first, collect(&item, &plan), "{plan:?}");
            let other = Plan { seed: plan.seed + 1, ..plan.clone() };
            assert_ne!(first.0, collect(&item, &other).0, "{plan:?}");
        }
    }
}

#[test]
fn the_truth_counts_every_row_and_a_third_of_the_dirty_ones_is_taken_in() {
    for item in items() {
        for plan in plans(2000) {
            let (rows, truth) = collect(&item, &plan);
            assert_eq!(rows.len() as u64, truth.header_line + truth.rows);
            assert_eq!(truth.rows, 2000);
            let spoilt = truth.duplicates + truth.rejected_total() + truth.blank;
            assert_eq!(truth.accepted + spoilt, truth.rows);
            assert!((600..1000).contains(&spoilt), "{spoilt} {plan:?}");
            assert!(truth.cleaned > 40 && truth.blank > 5, "{truth:?}");
            assert_eq!(truth.late > 5, plan.newest.is_some(), "{plan:?}");
            let blank: Vec<_> = truth
                .verdicts()
                .filter(|(_, verdict)| *verdict == Verdict::Blank)
                .map(|(row, _)| row)
                .collect();
            for (row, cells) in (1..).zip(&rows[usize::try_from(truth.header_line).unwrap()..]) {
                let is_blank = cells.iter().all(|cell| cell.text.is_empty());
                assert_eq!(is_blank, blank.contains(&row), "row {row}");
            }
        }
    }
}

#[test]
fn every_mistake_of_a_spreadsheet_is_made_where_it_can_be_made() {
    let codes = |plan: &Plan| -> BTreeSet<&str> {
        collect(&items()[0], plan).1.rejected.keys().copied().collect()
    };
    let dirty = |kind, layout| Plan { rows: 4000, dirty_percent: 80, kind, layout, ..plan() };
    let text = codes(&dirty(FileKind::Csv, Layout::Format2019));
    let book = codes(&dirty(FileKind::Xlsx, Layout::Format2019));
    let old = codes(&dirty(FileKind::Xlsx, Layout::Format2016));
    for (code, in_text, in_book, in_old) in [
        ("NUMBER_NOT_TEXT", true, true, true),
        ("DATE_NOT_TEXT", false, true, true),
        ("CELL_ERROR_VALUE", false, true, true),
        ("CELL_COUNT", true, false, false),
        ("OLD_STATUS", false, false, true),
        ("CODE_CLASS_MISMATCH", true, true, false),
        ("KEY_CONFLICT", true, true, true),
    ] {
        let found = (text.contains(code), book.contains(code), old.contains(code));
        assert_eq!(found, (in_text, in_book, in_old), "{code}");
    }
}

#[test]
fn titles_and_a_row_of_groups_stand_above_the_header() {
    for item in items() {
        let plain = collect(&item, &plan()).0;
        let (titled, truth) = collect(&item, &Plan { titles: true, ..plan() });
        assert_eq!(truth.header_line, 4);
        assert_eq!(titled[3..], plain);
        let title = format!("湖州市德清县{}信息公示表（示例）", item.name_zh());
        assert_eq!(titled[0][0].text, title);
        assert!(titled[1][0].text.contains("填报单位：德清县演示综合行政执法局"));
        let known = |row: usize| {
            titled[row].iter().filter(|cell| item.field_index(&cell.text).is_some()).count()
        };
        assert_eq!((known(0), known(1), known(2)), (0, 0, 0));
        let (shuffled, truth) = collect(&item, &Plan { titles: true, shuffled: true, ..plan() });
        assert_eq!(truth.header_line, 3);
        assert_ne!(shuffled[2], plain[0]);
    }
}

#[test]
fn another_order_of_columns_changes_nothing_else() {
    for item in items() {
        let by_header = |plan: &Plan| {
            let (rows, truth) = collect(&item, plan);
            let columns: BTreeMap<_, Vec<_>> = (0..rows[0].len())
                .map(|column| {
                    let cells = rows.iter().skip(1).map(|row| row.get(column).cloned()).collect();
                    (rows[0][column].text.clone(), cells)
                })
                .collect();
            (columns, truth)
        };
        // A shifted or cut row is another one in another order.
        let plan = Plan { kind: FileKind::Xlsx, dirty_percent: 20, extra_column: true, ..plan() };
        let ordered = by_header(&plan);
        assert_eq!(ordered, by_header(&Plan { shuffled: true, ..plan }));
        assert!(ordered.0.contains_key("序号"));
    }
}

#[test]
fn text_files_hold_text_alone_and_workbooks_dates_and_numbers() {
    for item in items() {
        for plan in plans(300) {
            let values: BTreeSet<_> = collect(&item, &plan)
                .0
                .iter()
                .flatten()
                .map(|cell| format!("{:?}", cell.value))
                .collect();
            let expected: &[&str] = match plan.kind {
                FileKind::Xlsx => &["Date", "Error", "Number", "Text"],
                _ => &["Text"],
            };
            assert!(values.iter().eq(expected), "{values:?}");
        }
    }
}

#[test]
fn the_first_generation_leaves_to_the_clerk_what_is_the_same_in_all_rows() {
    for item in items() {
        let plan = Plan { layout: Layout::Format2016, ..plan() };
        let constants = constants(&item, &plan);
        assert!(constants.values().any(|text| *text == plan.office.uscc));
        for headers in [Headers::Names, Headers::Codes] {
            let (rows, _) = collect(&item, &Plan { headers, ..plan.clone() });
            for code in constants.keys() {
                let field = item.fields().iter().find(|field| field.code == *code).unwrap();
                assert!(rows[0].iter().all(|cell| cell.text != *code));
                assert!(rows[0].iter().all(|cell| cell.text != field.name_zh));
            }
        }
        let newer = Plan { layout: Layout::Format2018, ..plan };
        assert!(tiaoxi_sample::constants(&item, &newer).is_empty());
    }
}

#[test]
fn what_cannot_be_written_is_said() {
    let [item, _] = items();
    let far = Day::from_date(2099, 1, 1).unwrap();
    let rows = tiaoxi_sample::WORKBOOK_ROWS_MAX + 1;
    let book = Plan { kind: FileKind::Xlsx, ..plan() };
    let mut out = Vec::new();
    for result in [
        write_text(&item, &Plan { kind: FileKind::Xls, ..plan() }, Encoding::Utf8, &mut out),
        write_text(&item, &book, Encoding::Utf8, &mut out),
        write_text(&item, &Plan { newest: Some(far), ..plan() }, Encoding::Utf8, &mut out),
        write_workbook(&item, &plan(), &mut out),
        write_workbook(&item, &Plan { rows, ..book }, &mut out),
    ] {
        assert_eq!(result.unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
    }
    assert!(out.is_empty());
}

#[test]
fn an_empty_cell_has_no_kind() {
    for item in items() {
        for plan in plans(200) {
            for cell in collect(&item, &plan).0.iter().flatten() {
                assert!(!cell.text.is_empty() || cell.value == Value::Text);
            }
        }
    }
}
