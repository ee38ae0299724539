//! Import → rejected rows as a file → mended → handed in again: every row goes in, in each kind of
//! file.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

mod support;

use std::collections::BTreeSet;

use support::{
    Book, STRAY, Sheet, Taken, penalty, planned, rejected_file, rows_of, take_in, take_in_filled,
    verdicts, with_stray_marks,
};
use tiaoxi_intake::{REASON_COLUMNS, Verdict};
use tiaoxi_sample::{Layout, Plan};
use tiaoxi_sheet::{Cell, Encoding, FileKind, Value};

const ROWS: usize = 12;

/// Mistakes that a clerk can make in any kind of file, each in a row of its own.
fn spoil(sheet: &mut Sheet) -> BTreeSet<u32> {
    let at = Sheet::column;
    sheet.0[2][at("CF_XDR_MC")].clear();
    sheet.0[3][at("CF_JDRQ")] = "去年三月".into();
    sheet.0[5][at("CF_NR_FK")] = "2000元".into();
    sheet.0[6][at("CF_XDR_SHXYM")].pop();
    sheet.0[8][at("CF_CFLB")] = "=罚金".into();
    sheet.0[9][at("BZ")] = "已核实当事人血型".into();
    BTreeSet::from([2, 3, 5, 6, 8, 9])
}

/// Puts what should have been there into the rejected rows, which come in the order of the file.
fn mend(rows: &mut [Vec<Cell>], header: usize, good: &Sheet, bad: &BTreeSet<u32>) {
    let columns: Vec<String> = rows[header].iter().map(|cell| cell.text.clone()).collect();
    assert_eq!(columns[columns.len() - 2..], REASON_COLUMNS);
    let item = penalty();
    let place = |name: &String| columns.iter().position(|column| column == name).unwrap();
    let places: Vec<_> = item.fields().iter().map(|field| place(&field.name_zh)).collect();
    for (row, number) in rows[header + 1..].iter_mut().zip(bad) {
        row.resize(columns.len(), Cell::default());
        let good = &good.0[*number as usize];
        for (column, cell) in places.iter().zip(good) {
            row[*column] = Cell { text: cell.clone(), value: Value::Text };
        }
    }
}

fn write(rows: &[Vec<Cell>], kind: FileKind, encoding: Encoding) -> Vec<u8> {
    if kind == FileKind::Xlsx {
        return Book(rows.to_vec()).to_xlsx();
    }
    let lines = rows.iter().map(|row| row.iter().map(|cell| cell.text.clone()).collect());
    Sheet(lines.collect()).to_file(kind, encoding)
}

fn rejected(taken: &Taken) -> BTreeSet<u32> {
    let outcomes = taken.outcomes.iter();
    let rejected = outcomes.filter(|it| matches!(it.verdict, Verdict::Rejected { .. }));
    rejected.map(|outcome| outcome.row).collect()
}

/// The whole way of a file: which rows are bad, and that they go in once they are mended.
fn check(kind: FileKind, encoding: Encoding) {
    let good = Sheet::of_penalties(ROWS);
    let mut sheet = good.clone();
    let bad = spoil(&mut sheet);
    let title = vec!["德清县行政处罚信息（示例）".to_owned()];
    sheet.0.insert(0, title.clone());
    let taken = take_in(&penalty(), &sheet.to_file(kind, encoding));
    assert_eq!(rejected(&taken), bad, "{kind:?} {encoding:?}");
    assert_eq!(taken.outcomes.len(), ROWS);

    let file = rejected_file(&penalty(), &taken).unwrap();
    let again = take_in(&penalty(), &file);
    assert_eq!(again.outcomes.len(), bad.len(), "the same rows");
    assert_eq!(rejected(&again).len(), bad.len(), "are rejected as they are");
    assert!(again.header.is_empty(), "the reason columns are known");
    let form = again.shape.as_ref().unwrap().form.clone();
    assert_eq!(form.kind, kind);
    if kind != FileKind::Xlsx && encoding == Encoding::Gb18030 {
        assert_eq!(form.encoding, Some(encoding));
    }

    let mut rows = rows_of(&file);
    assert_eq!(rows[0][0].text, title[0]);
    mend(&mut rows, 1, &good, &bad);
    let mended = take_in(&penalty(), &write(&rows, kind, encoding));
    assert!(
        verdicts(&mended).iter().all(|(_, word)| word == "accepted"),
        "{:?}",
        verdicts(&mended)
    );
    // What went in is what the good file says.
    let whole = take_in(&penalty(), &good.to_csv("\n"));
    for (row, number) in (1..).zip(&bad) {
        let (mended, whole) = (mended.record(row), whole.record(*number));
        assert_eq!((&mended.subject, &mended.fields), (&whole.subject, &whole.fields));
    }
}

#[test]
fn a_csv_file_in_utf8_is_mended_and_sent_again() {
    check(FileKind::Csv, Encoding::Utf8);
    check(FileKind::Csv, Encoding::Utf8Mark);
}

#[test]
fn a_csv_file_in_gbk_is_mended_and_sent_again() {
    check(FileKind::Csv, Encoding::Gb18030);
}

#[test]
fn a_tsv_file_is_mended_and_sent_again() {
    check(FileKind::Tsv, Encoding::Utf8);
    check(FileKind::Tsv, Encoding::Gb18030);
}

#[test]
fn rows_with_a_stray_quotation_mark_are_mended_and_sent_again() {
    let good = Sheet::of_penalties(ROWS);
    let whole = take_in(&penalty(), &good.to_csv("\n"));
    for (kind, encoding) in [
        (FileKind::Csv, Encoding::Utf8),
        (FileKind::Csv, Encoding::Gb18030),
        (FileKind::Tsv, Encoding::Utf16),
    ] {
        let mut sheet = good.clone();
        // Each is closed by the next, and the last by nothing.
        for row in [3, 6, 8, ROWS] {
            sheet.0[row][Sheet::column("CF_XDR_MC")].insert(0, STRAY);
        }
        let taken = take_in(&penalty(), &with_stray_marks(&sheet, kind, encoding));
        let bad = BTreeSet::from([3, 6, 8, u32::try_from(ROWS).unwrap()]);
        assert_eq!(rejected(&taken), bad, "{kind:?} {encoding:?}");
        assert!(bad.iter().all(|row| taken.codes(*row) == ["STRAY_QUOTE"]));

        let file = rejected_file(&penalty(), &taken).unwrap();
        let again = take_in(&penalty(), &file);
        assert_eq!(again.outcomes.len(), bad.len());
        for row in 1..=4 {
            assert_eq!(again.codes(row), ["STRAY_QUOTE"], "never repaired silently");
        }
        let mut rows = rows_of(&file);
        for row in &mut rows[1..] {
            let name = &mut row[Sheet::column("CF_XDR_MC")].text;
            *name = name.strip_prefix('"').unwrap().to_owned();
        }
        let mended = take_in(&penalty(), &write(&rows, kind, encoding));
        assert_eq!(mended.outcomes.len(), bad.len());
        for (row, number) in (1..).zip(&bad) {
            let (mended, whole) = (mended.record(row), whole.record(*number));
            assert_eq!((&mended.subject, &mended.fields), (&whole.subject, &whole.fields));
        }
    }
}

#[test]
fn a_workbook_is_mended_and_sent_again() {
    check(FileKind::Xlsx, Encoding::Utf8);
}

/// Written by another program (python-xlwt): a title, the header, five penalties with date cells;
/// in the second row the code is a number, in the third the document number is a date, and the
/// fourth has no name.
const XLS: &[u8] = include_bytes!("files/penalties.xls");

#[test]
fn an_old_workbook_is_mended_as_a_new_one_and_sent_again() {
    let taken = take_in(&penalty(), XLS);
    let words: Vec<_> = verdicts(&taken).into_iter().map(|(_, word)| word).collect();
    let wrong = ["NUMBER_NOT_TEXT", "DATE_NOT_TEXT", "REQUIRED_MISSING"];
    assert_eq!(words, ["accepted", wrong[0], wrong[1], wrong[2], "accepted"]);
    assert_eq!(taken.shape.as_ref().unwrap().form.kind, FileKind::Xls);
    let good = penalty().row_of(taken.record(1));

    let mut rows = rows_of(&rejected_file(&penalty(), &taken).unwrap());
    let at = Sheet::column;
    for (line, code) in [(2, "CF_XDR_SHXYM"), (4, "CF_XDR_MC")] {
        rows[line][at(code)] = Cell { text: good[at(code)].clone(), value: Value::Text };
    }
    rows[3][at("CF_WSH")] =
        Cell { text: "演示罚〔2025〕5-1号".to_owned(), value: Value::Text };
    let mended = take_in(&penalty(), &Book(rows).to_xlsx());
    assert!(verdicts(&mended).iter().all(|(_, word)| word == "accepted"), "{:?}", mended.outcomes);
    assert_eq!(mended.shape.unwrap().form.kind, FileKind::Xlsx);
    assert_eq!(mended.outcomes.len(), 3);
}

#[test]
fn formulas_and_stray_cells_come_back_as_they_were() {
    let mut sheet = Sheet::of_penalties(3);
    sheet.0[1][0].clear();
    sheet.0[2][29] = "=HYPERLINK(\"http://example.com\")".into();
    sheet.0[2][19] = "-1".into();
    sheet.0[3].push("多一格".into());
    let taken = take_in(&penalty(), &sheet.to_csv("\n"));
    assert_eq!(rejected(&taken), BTreeSet::from([1, 2, 3]));
    let file = rejected_file(&penalty(), &taken).unwrap();
    let text = String::from_utf8(file.clone()).unwrap();
    assert!(text.contains(",错误代码,错误说明\r\n") && text.contains("REQUIRED_MISSING"));
    assert!(text.contains(",'-1,") && text.contains("'=HYPERLINK"));

    // Handed in as it is: the same rows are rejected for the same reasons, and nothing is added.
    let again = rejected_file(&penalty(), &take_in(&penalty(), &file)).unwrap();
    let (mut rows, rows_again) = (rows_of(&file), rows_of(&again));
    for (row, row_again) in rows.iter().zip(&rows_again) {
        assert_eq!(row[..31], row_again[..31]);
        assert_eq!(row.len(), row_again.len());
    }
    rows[1][0].text = "湖州示例有限公司".into();
    rows[2][19].text = "1".into();
    rows[3].pop();
    let mended = take_in(&penalty(), &write(&rows, FileKind::Csv, Encoding::Utf8));
    assert!(
        verdicts(&mended).iter().all(|(_, word)| word == "accepted"),
        "{:?}",
        verdicts(&mended)
    );
    let remark = mended.record(2).fields.iter().find(|field| field.number == 30).unwrap();
    assert!(remark.text.starts_with("=HYPERLINK"));
}

#[test]
fn a_number_in_place_of_a_code_is_mended_in_the_workbook_that_comes_back() {
    let good = Sheet::of_penalties(2);
    let mut book = Book::of(&good);
    book.set(1, "CF_XDR_SHXYM", "913305229920666000", Value::Number);
    book.set(2, "CF_WSH", "2025-05-01", Value::Date);
    let taken = take_in(&penalty(), &book.to_xlsx());
    assert_eq!(taken.codes(1), ["NUMBER_NOT_TEXT"]);
    assert_eq!(taken.codes(2), ["DATE_NOT_TEXT"]);
    let file = rejected_file(&penalty(), &taken).unwrap();
    let again = take_in(&penalty(), &file);
    assert_eq!(again.codes(1), ["NUMBER_NOT_TEXT"], "never repaired silently");
    assert_eq!(again.codes(2), ["DATE_NOT_TEXT"]);
    let mut rows = rows_of(&file);
    mend(&mut rows, 0, &good, &BTreeSet::from([1, 2]));
    let mended = take_in(&penalty(), &Book(rows).to_xlsx());
    assert!(
        verdicts(&mended).iter().all(|(_, word)| word == "accepted"),
        "{:?}",
        verdicts(&mended)
    );
}

#[test]
fn required_columns_that_a_header_of_2016_lacks_are_filled_in_the_file_that_comes_back() {
    let item = penalty();
    let plan = Plan { rows: 6, layout: Layout::Format2016, ..Plan::new(support::office()) };
    let constants = tiaoxi_sample::constants(&item, &plan);
    for (kind, encoding) in [
        (FileKind::Csv, Encoding::Gb18030),
        (FileKind::Tsv, Encoding::Utf8),
        (FileKind::Xlsx, Encoding::Utf8),
    ] {
        let (file, _) = planned(&item, &Plan { kind, ..plan.clone() }, encoding);
        let taken = take_in(&item, &file);
        assert_eq!(rejected(&taken).len(), 6, "{kind:?}");
        let mut rows = rows_of(&rejected_file(&item, &taken).unwrap());
        let header: Vec<_> = rows[0].iter().map(|cell| cell.text.clone()).collect();
        for row in &mut rows[1..] {
            row.resize(header.len(), Cell::default());
            for (code, text) in &constants {
                let name = &item.fields()[item.field_index(code).unwrap()].name_zh;
                if let Some(column) = header.iter().position(|it| it == name) {
                    row[column] = Cell { text: text.clone(), value: Value::Text };
                }
            }
        }
        let mended = take_in(&item, &write(&rows, kind, encoding));
        assert!(
            verdicts(&mended).iter().all(|(_, word)| word == "accepted"),
            "{kind:?} {:?}",
            mended.outcomes
        );
        assert_eq!(mended.shape.unwrap().generation, Some(2016));
    }
}

#[test]
fn with_the_constants_only_bad_rows_of_2016_come_back() {
    let item = penalty();
    let plan = Plan {
        rows: 60,
        seed: 5,
        dirty_percent: 50,
        layout: Layout::Format2016,
        ..Plan::new(support::office())
    };
    let (file, truth) = planned(&item, &plan, Encoding::Utf8);
    let constants = tiaoxi_sample::constants(&item, &plan);
    let taken = take_in_filled(&item, &file, &constants);
    let back = rejected_file(&item, &taken).unwrap();
    assert_eq!(rows_of(&back).len() as u64, 1 + truth.rejected_total());

    // What was filled comes back as columns, so the file is handed in as it is, without filling.
    let again = take_in(&item, &back);
    let codes = |taken: &Taken| -> Vec<_> {
        // Without the rows that went in, and with every cell in its place, these are mended.
        let mended = ["CELL_COUNT", "KEY_CONFLICT", "DUPLICATE_IN_FILE"];
        let all = taken.outcomes.iter().filter_map(|outcome| outcome.verdict.reason());
        all.filter(|code| !mended.contains(code)).collect()
    };
    assert_eq!(codes(&again), codes(&taken), "the same mistakes, and no other");
}
