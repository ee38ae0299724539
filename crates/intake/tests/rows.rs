//! What a single row can do wrong without stopping the file, and how rows meet each other.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

mod support;

use support::{Book, Sheet, penalty, take_in, take_in_as_of, verdicts};
use tiaoxi_credit::Day;
use tiaoxi_intake::Verdict;
use tiaoxi_sheet::{Encoding, FileKind};

fn expect(sheet: &Sheet, expected: &[(u32, &str)]) {
    for kind in [FileKind::Csv, FileKind::Xlsx] {
        expect_in(sheet, kind, expected);
    }
}

fn expect_in(sheet: &Sheet, kind: FileKind, expected: &[(u32, &str)]) {
    let taken = take_in(&penalty(), &sheet.to_file(kind, Encoding::Utf8));
    let found = verdicts(&taken);
    let found: Vec<_> = found.iter().map(|(row, word)| (*row, word.as_str())).collect();
    assert_eq!(found, expected, "{kind:?}");
    assert!(taken.error.is_none());
}

#[test]
fn a_huge_cell_rejects_its_row_in_bounded_memory() {
    for place in [0, 15, 29] {
        let mut sheet = Sheet::of_penalties(3);
        sheet.0[2][place] = "大".repeat(10_000_000 / 3);
        let taken = take_in(&penalty(), &sheet.to_csv("\n"));
        let findings = taken.rejected(2);
        assert_eq!(findings[0].code, "CELL_TOO_LARGE");
        assert_eq!(findings[0].field, Some(u8::try_from(place + 1).unwrap()));
        let cells = &taken.cells[1];
        assert!(cells[place].text.starts_with("大大") && cells[place].text.len() < 300);
        for (cell, kept) in sheet.0[2].iter().zip(cells).filter(|(cell, _)| cell.len() < 300) {
            assert_eq!(*cell, kept.text, "the other cells stay whole");
        }
        assert_eq!(verdicts(&taken)[2], (3, "accepted".to_owned()));
        assert!(taken.memory_max < 2_000_000, "{}", taken.memory_max);
    }
}

#[test]
fn many_long_cells_are_dropped_beyond_the_limit_of_a_row() {
    let mut sheet = Sheet::of_penalties(3);
    sheet.0[0].resize(400, String::new());
    for line in &mut sheet.0[1..] {
        line.resize(400, String::new());
    }
    sheet.0[2][30..].fill("长".repeat(10_000));
    let taken = take_in(&penalty(), &sheet.to_csv("\n"));
    assert_eq!(taken.rejected(2)[0].code, "CELL_TOO_LARGE");
    let cells = &taken.cells[1];
    assert_eq!(cells.len(), 400);
    assert_eq!(cells[30].text.chars().count(), 10_000);
    assert!(cells[..30].iter().zip(&sheet.0[2]).all(|(kept, cell)| kept.text == *cell));
    assert_eq!(cells[399].text, "");
    assert_eq!(verdicts(&taken)[2], (3, "accepted".to_owned()));
    assert!(taken.memory_max < 2_000_000, "{}", taken.memory_max);
}

#[test]
fn a_row_of_text_with_too_few_or_too_many_cells_is_rejected() {
    let mut sheet = Sheet::of_penalties(4);
    sheet.0[1].pop();
    sheet.0[2].push("x".into());
    sheet.0[3].resize(1000, "x".into());
    let count = "CELL_COUNT";
    expect_in(&sheet, FileKind::Csv, &[(1, count), (2, count), (3, count), (4, "accepted")]);
    let taken = take_in(&penalty(), &sheet.to_csv("\n"));
    assert!(taken.rejected(1)[0].zh.contains("可直接再报送"));
    assert!(taken.rejected(2)[0].zh.contains("引号"));
}

#[test]
fn a_cell_beside_the_table_of_a_workbook_is_said_and_not_read() {
    let mut sheet = Sheet::of_penalties(3);
    sheet.0[0].push(String::new());
    sheet.0[1].push("经办人记".into());
    sheet.0[2].push("  ".into());
    sheet.0[3].resize(40, String::new());
    sheet.0[3][39] = "x".into();
    let taken = take_in(&penalty(), &Book::of(&sheet).to_xlsx());
    assert_eq!(taken.warnings(1), ["CELL_OUTSIDE_TABLE"]);
    assert!(taken.warnings(2).is_empty());
    assert_eq!(taken.warnings(3), ["CELL_OUTSIDE_TABLE"]);
}

#[test]
fn bytes_that_are_not_text_reject_their_row_alone() {
    for (encoding, code, bad) in [
        (Encoding::Utf8, "CELL_NOT_UTF8", b"\xff".as_slice()),
        (Encoding::Gb18030, "CELL_GARBLED", b"\xff\xff"),
    ] {
        let mut sheet = Sheet::of_penalties(3);
        sheet.0[2][8] = "XYX".into();
        let mut file = sheet.to_file(FileKind::Csv, encoding);
        let at = file.windows(3).position(|part| part == b"XYX").unwrap();
        file.splice(at + 1..at + 2, bad.iter().copied());
        let taken = take_in(&penalty(), &file);
        assert_eq!(verdicts(&taken)[1], (2, code.to_owned()));
        assert_eq!(taken.rejected(2)[0].field, Some(9));
        assert_eq!(verdicts(&taken)[2], (3, "accepted".to_owned()));
    }
}

#[test]
fn a_character_torn_apart_by_a_comma_is_no_text() {
    let mut sheet = Sheet::of_penalties(1);
    sheet.0[1][28] = "QQ".into();
    sheet.0[1][29] = "QQ".into();
    let mut file = sheet.to_csv("\n");
    let at = file.windows(5).position(|part| part == b"QQ,QQ").unwrap();
    // 示 is e7 a4 ba: together with what follows the comma the bytes would be valid.
    file.splice(at..at + 5, *b"\xe7\xa4,\xba");
    assert_eq!(verdicts(&take_in(&penalty(), &file)), [(1, "CELL_NOT_UTF8".to_owned())]);
}

#[test]
fn blank_rows_are_numbered_and_passed_over() {
    let mut sheet = Sheet::of_penalties(3);
    sheet.0[2].fill(String::new());
    sheet.0.insert(3, vec!["\u{3000}".into()]);
    expect(&sheet, &[(1, "accepted"), (4, "accepted")]);
    for kind in [FileKind::Csv, FileKind::Xlsx] {
        let taken = take_in(&penalty(), &sheet.to_file(kind, Encoding::Utf8));
        assert_eq!(taken.blank_rows, 2, "{kind:?}");
        let lines: Vec<_> = taken.outcomes.iter().map(|outcome| outcome.line).collect();
        assert_eq!(lines, [2, 5], "{kind:?}");
    }
}

#[test]
fn a_row_is_found_by_the_line_that_the_clerk_sees() {
    let mut sheet = Sheet::of_penalties(3);
    sheet.0[1][29] = "第一行\n第二行".into();
    sheet.0.insert(0, vec!["德清县行政处罚信息（示例）".into()]);
    for (kind, lines) in [(FileKind::Csv, [3, 5, 6]), (FileKind::Xlsx, [3, 4, 5])] {
        let taken = take_in(&penalty(), &sheet.to_file(kind, Encoding::Utf8));
        let found: Vec<_> = taken.outcomes.iter().map(|outcome| outcome.line).collect();
        assert_eq!(found, lines, "{kind:?}");
    }
}

#[test]
fn cells_with_line_breaks_commas_and_quotes_are_read_whole() {
    let mut sheet = Sheet::of_penalties(1);
    sheet.0[1][29] = "第一行\n第二行，\"引\",完".into();
    let taken = take_in(&penalty(), &sheet.to_csv("\r\n"));
    let remark = taken.record(1).fields.iter().find(|field| field.number == 30).unwrap();
    assert!(remark.text.contains("第二行，\"引\",完"), "{}", remark.text);
}

#[test]
fn full_width_and_stray_spaces_are_cleaned_and_counted() {
    let mut sheet = Sheet::of_penalties(3);
    let (name, code) = (Sheet::column("CF_XDR_MC"), Sheet::column("CF_XDR_SHXYM"));
    let wide = |text: &str| -> String {
        let wide = |letter: char| char::from_u32(u32::from(letter) + 0xfee0).unwrap();
        text.chars().map(wide).collect()
    };
    sheet.0[2][name] = format!("\u{3000}{}\u{a0}", sheet.0[2][name]);
    sheet.0[2][code] = wide(&sheet.0[2][code]);
    let taken = take_in(&penalty(), &sheet.to_csv("\n"));
    let cleaned: Vec<_> = taken
        .outcomes
        .iter()
        .map(|outcome| match &outcome.verdict {
            Verdict::Accepted(accepted) => accepted.cleaned,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(cleaned, [0, 2, 0]);
}

#[test]
fn the_same_record_again_is_a_duplicate_and_another_under_its_key_a_conflict() {
    let mut sheet = Sheet::of_penalties(3);
    sheet.0.push(sheet.0[1].clone());
    let mut other = sheet.0[2].clone();
    other[18].push_str("（更正）");
    sheet.0.push(other);
    let mut another_subject = sheet.0[1].clone();
    another_subject[2].clone_from(&sheet.0[3][2]);
    sheet.0.push(another_subject);
    let mut rejected_before = sheet.0[3].clone();
    rejected_before[13] = "示例〔2025〕1号".into();
    rejected_before[0].clear();
    sheet.0.push(rejected_before.clone());
    rejected_before[0] = "示例有限公司".into();
    sheet.0.push(rejected_before);
    let accepted = "accepted";
    expect(
        &sheet,
        &[
            (1, accepted),
            (2, accepted),
            (3, accepted),
            (4, "duplicate of 1"),
            (5, "KEY_CONFLICT"),
            (6, accepted),
            (7, "REQUIRED_MISSING"),
            (8, accepted),
        ],
    );
}

#[test]
fn late_rows_go_in_and_say_by_how_many_working_days() {
    let mut sheet = Sheet::of_penalties(3);
    let day = |month, day| Day::from_date(2026, month, day).unwrap();
    for (line, decided) in sheet.0[1..].iter_mut().zip(["2026-11-24", "2026-11-20", "2026-11-03"]) {
        line[Sheet::column("CF_JDRQ")] = decided.into();
        line[Sheet::column("CF_YXQ")] = "2099-12-31".into();
        line[Sheet::column("CF_GSJZQ")] = "2027-11-20".into();
    }
    let taken = take_in_as_of(&penalty(), &sheet.to_csv("\n"), day(12, 3));
    let found: Vec<_> = taken
        .outcomes
        .iter()
        .map(|outcome| match &outcome.verdict {
            Verdict::Accepted(accepted) => {
                let lateness = accepted.lateness.unwrap();
                let warned = accepted.warnings.iter().any(|it| it.code == "REPORTED_LATE");
                (lateness.due, lateness.workdays, warned)
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(found, [(day(12, 3), 0, false), (day(12, 1), 2, true), (day(11, 12), 15, true)]);
}

#[test]
fn the_example_row_of_the_template_is_passed_over_and_said() {
    let item = penalty();
    let mut sheet = Sheet::of_penalties(1);
    let example: Vec<String> = item.example().iter().map(|cell| (*cell).to_owned()).collect();
    let mut changed = example.clone();
    changed[Sheet::column("CF_WSH")] = "演示罚〔2025〕7号".into();
    sheet.0.insert(1, example);
    sheet.0.push(changed);
    expect(&sheet, &[(1, "example"), (2, "accepted"), (3, "accepted")]);
}
