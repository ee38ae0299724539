//! What a single row can do wrong without stopping the file, and how rows meet each other.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

mod support;

use support::{Sheet, penalty, take_in, today, verdicts};
use tiaoxi_intake::{Intake, Limits, Outcome, RejectedWriter};

fn expect(sheet: &Sheet, expected: &[(u32, &str)]) {
    let taken = take_in(&penalty(), &sheet.to_csv("\r\n")[..]);
    let found = verdicts(&taken);
    let found: Vec<_> = found.iter().map(|(row, word)| (*row, word.as_str())).collect();
    assert_eq!(found, expected);
    assert!(taken.error.is_none());
}

#[test]
fn a_huge_cell_rejects_its_row_in_bounded_memory() {
    for place in [0, 15, 29] {
        let mut sheet = Sheet::of_penalties(3);
        sheet.0[2][place] = "大".repeat(10_000_000 / 3);
        let taken = take_in(&penalty(), &sheet.to_csv("\n")[..]);
        let Outcome::Rejected { row: 2, cells, findings } = &taken.outcomes[1] else {
            panic!("row 2 is too large")
        };
        assert_eq!(findings[0].code, "CELL_TOO_LARGE");
        assert_eq!(findings[0].field, Some(u8::try_from(place + 1).unwrap()));
        assert!(cells[place].starts_with("大大") && cells[place].len() < 300);
        for (cell, kept) in sheet.0[2].iter().zip(cells).filter(|(cell, _)| cell.len() < 300) {
            assert_eq!(cell, kept, "the other cells stay whole");
        }
        assert!(matches!(taken.outcomes[2], Outcome::Accepted { row: 3, .. }));
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
    let taken = take_in(&penalty(), &sheet.to_csv("\n")[..]);
    let Outcome::Rejected { row: 2, cells, findings } = &taken.outcomes[1] else {
        panic!("row 2 is too large")
    };
    assert_eq!(findings[0].code, "CELL_TOO_LARGE");
    assert_eq!(cells.len(), 400);
    assert_eq!(cells[30].chars().count(), 10_000);
    assert_eq!(cells[..30], sheet.0[2][..30]);
    assert_eq!(cells[399], "");
    assert!(matches!(taken.outcomes[2], Outcome::Accepted { row: 3, .. }));
    assert!(taken.memory_max < 2_000_000, "{}", taken.memory_max);
}

#[test]
fn a_row_with_too_few_or_too_many_cells_is_rejected() {
    let mut sheet = Sheet::of_penalties(4);
    sheet.0[1].pop();
    sheet.0[2].push("x".into());
    sheet.0[3].resize(1000, "x".into());
    expect(&sheet, &[(1, "CELL_COUNT"), (2, "CELL_COUNT"), (3, "CELL_COUNT"), (4, "accepted")]);
}

#[test]
fn bytes_that_are_not_text_reject_their_row_alone() {
    let mut sheet = Sheet::of_penalties(3);
    sheet.0[2][8] = "X示X".into();
    let mut file = sheet.to_csv("\n");
    let at = file.windows(5).position(|part| part == "X示X".as_bytes()).unwrap();
    file[at + 2] = b'?';
    let taken = take_in(&penalty(), &file[..]);
    assert_eq!(verdicts(&taken)[1], (2, "CELL_NOT_UTF8".to_owned()));
    let Outcome::Rejected { findings, .. } = &taken.outcomes[1] else { panic!("row 2") };
    assert_eq!(findings[0].field, Some(9));
    assert_eq!(verdicts(&taken)[2], (3, "accepted".to_owned()));
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
    assert_eq!(verdicts(&take_in(&penalty(), &file[..])), [(1, "CELL_NOT_UTF8".to_owned())]);
}

#[test]
fn blank_rows_are_numbered_and_passed_over() {
    let mut sheet = Sheet::of_penalties(3);
    sheet.0[2].fill(String::new());
    sheet.0.insert(3, vec!["\u{3000}".into()]);
    expect(&sheet, &[(1, "accepted"), (4, "accepted")]);
}

#[test]
fn cells_with_line_breaks_commas_and_quotes_are_read_whole() {
    let mut sheet = Sheet::of_penalties(1);
    sheet.0[1][29] = "第一行\n第二行，\"引\",完".into();
    let taken = take_in(&penalty(), &sheet.to_csv("\r\n")[..]);
    let Outcome::Accepted { record, .. } = &taken.outcomes[0] else { panic!("accepted") };
    let remark = record.fields.iter().find(|field| field.number == 30).unwrap();
    assert!(remark.text.contains("第二行，\"引\",完"), "{}", remark.text);
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
fn a_file_of_rejected_rows_can_be_corrected_and_handed_in() {
    let item = penalty();
    let mut sheet = Sheet::of_penalties(3);
    sheet.0[1][0].clear();
    sheet.0[2][29] = "=HYPERLINK(\"http://example.com\")".into();
    sheet.0[2][19] = "-1".into();
    sheet.0[3].push("多一格".into());

    let first = write_rejected(&sheet.to_csv("\n"));
    assert!(first.starts_with("\u{feff}".as_bytes()));
    let text = String::from_utf8(first.clone()).unwrap();
    assert!(text.contains(",错误代码,错误说明\r\n") && text.contains("REQUIRED_MISSING"));
    assert!(text.contains(",'-1,") && text.contains("'=HYPERLINK"));

    // Handed in as it is: the same rows are rejected for the same reasons, and nothing is added.
    let (again, corrected) = (parse(&write_rejected(&first)), parse(&first));
    for (line, line_again) in corrected.iter().zip(&again) {
        assert_eq!(line[..31], line_again[..31]);
        assert_eq!(line.len(), line_again.len());
    }

    let mut corrected = corrected;
    corrected[1][0] = "湖州示例有限公司".into();
    corrected[2][19] = "1".into();
    corrected[3].pop();
    let taken = take_in(&item, &Sheet(corrected).to_csv("\n")[..]);
    assert!(verdicts(&taken).iter().all(|(_, word)| word == "accepted"), "{:?}", verdicts(&taken));
    let Outcome::Accepted { record, .. } = &taken.outcomes[1] else { panic!("accepted") };
    let remark = record.fields.iter().find(|field| field.number == 30).unwrap();
    assert!(remark.text.starts_with("=HYPERLINK"));
}

fn parse(file: &[u8]) -> Vec<Vec<String>> {
    let file = file.strip_prefix("\u{feff}".as_bytes()).unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file);
    reader.records().map(|line| line.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn write_rejected(file: &[u8]) -> Vec<u8> {
    let item = penalty();
    let mut intake = Intake::new(file, &item, today(), Limits::default()).unwrap();
    let mut writer = RejectedWriter::new(Vec::new(), intake.header()).unwrap();
    while let Some(outcome) = intake.next_row().unwrap() {
        let Outcome::Rejected { row, cells, findings } = outcome else { panic!("{outcome:?}") };
        writer.write(row, &cells, &findings).unwrap();
    }
    assert_eq!(writer.rows(), 3);
    writer.finish().unwrap()
}
