//! What a spreadsheet program does to cells: numbers and dates in place of text, formulas, errors.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

mod support;

use std::io::{Cursor, Read, Write};

use rust_xlsxwriter::{Formula, Workbook};
use support::{Book, Sheet, Taken, penalty, take_in, verdicts};
use tiaoxi_sheet::Value;

/// One row with one cell changed, as a workbook.
fn with_cell(code: &str, text: &str, value: Value) -> Taken {
    let mut book = Book::of(&Sheet::of_penalties(1));
    book.set(1, code, text, value);
    take_in(&penalty(), &book.to_xlsx())
}

fn rejects(code: &str, text: &str, value: Value, expected: &str) {
    let taken = with_cell(code, text, value);
    assert_eq!(taken.codes(1), [expected], "{code} {text}");
    let finding = &taken.rejected(1)[0];
    let field = Sheet::column(code) + 1;
    assert_eq!(finding.field.map(usize::from), Some(field));
}

fn accepts(code: &str, text: &str, value: Value, expected: &str) {
    let taken = with_cell(code, text, value);
    assert_eq!(
        verdicts(&taken),
        [(1, "accepted".to_owned())],
        "{code} {text}: {:?}",
        taken.outcomes
    );
    let row = penalty().row_of(taken.record(1));
    assert_eq!(row[Sheet::column(code)], expected, "{code} {text}");
}

#[test]
fn a_code_that_became_a_number_is_an_error_that_says_how_to_mend_it() {
    rejects("CF_XDR_SHXYM", "913305229920666000", Value::Number, "NUMBER_NOT_TEXT");
    rejects("CF_XDR_GSZC", "330522000012345", Value::Number, "NUMBER_NOT_TEXT");
    rejects("CF_XDR_ZZJG", "123456789", Value::Number, "NUMBER_NOT_TEXT");
    rejects("CF_CFJGDM", "113305219920020150", Value::Number, "NUMBER_NOT_TEXT");
    let taken = with_cell("CF_XDR_SHXYM", "913305229920666000", Value::Number);
    assert!(taken.rejected(1)[0].zh.contains("设为“文本”"));
    // The same digits typed as text are taken as they are.
    accepts("CF_XDR_GSZC", "330522000012345", Value::Text, "330522000012345");
}

#[test]
fn a_code_in_scientific_notation_is_the_same_error_in_a_text_file() {
    let mut sheet = Sheet::of_penalties(2);
    sheet.0[1][Sheet::column("CF_XDR_SHXYM")] = "9.13305E+17".into();
    sheet.0[2][Sheet::column("CF_XDR_GSZC")] = "3.30522E+14".into();
    let taken = take_in(&penalty(), &sheet.to_csv("\n"));
    assert_eq!(taken.codes(1), ["NUMBER_NOT_TEXT"]);
    assert_eq!(taken.codes(2), ["NUMBER_NOT_TEXT"]);
}

#[test]
fn an_identity_number_with_the_zeros_of_a_number_says_so() {
    let mut sheet = Sheet::of_penalties(1);
    let line = &mut sheet.0[1];
    line[Sheet::column("CF_XDR_LB")] = "自然人".into();
    line[Sheet::column("CF_XDR_SHXYM")].clear();
    line[Sheet::column("CF_XDR_ZJLX")] = "身份证".into();
    line[Sheet::column("CF_XDR_ZJHM")] = "999999198001010000".into();
    let taken = take_in(&penalty(), &sheet.to_csv("\n"));
    let finding = taken.rejected(1).iter().find(|it| it.code == "CODE_CHECK_DIGIT").unwrap();
    assert!(finding.zh.contains("Excel") && finding.en.contains("Excel"), "{}", finding.zh);
}

#[test]
fn text_that_became_a_date_is_an_error() {
    rejects("CF_WSH", "2024-05-01", Value::Date, "DATE_NOT_TEXT");
    rejects("CF_XDR_GSZC", "2024-05-01", Value::Date, "DATE_NOT_TEXT");
}

#[test]
fn dates_are_read_however_the_clerk_writes_them() {
    for (text, value) in [
        ("2025/1/6", Value::Text),
        ("2025-01-06", Value::Text),
        ("20250106", Value::Text),
        ("2025年1月6日", Value::Text),
        ("2025-01-06", Value::Date),
        ("45663", Value::Number),
    ] {
        let mut book = Book::of(&Sheet::of_penalties(1));
        book.set(1, "CF_JDRQ", text, value);
        book.set(1, "CF_YXQ", "2099/12/31", Value::Text);
        book.set(1, "CF_GSJZQ", "2026/1/6", Value::Text);
        let taken = take_in(&penalty(), &book.to_xlsx());
        assert_eq!(taken.record(1).decided.to_string(), "2025-01-06", "{text} {value:?}");
    }
}

#[test]
fn short_whole_numbers_are_text_and_others_are_not() {
    accepts("CF_WSH", "20250017", Value::Number, "20250017");
    rejects("CF_WSH", "2025.5", Value::Number, "NUMBER_NOT_TEXT");
    rejects("CF_WSH", "1234567890123456", Value::Number, "NUMBER_NOT_TEXT");
}

#[test]
fn error_values_and_booleans() {
    rejects("CF_XDR_MC", "#N/A", Value::Error, "CELL_ERROR_VALUE");
    rejects("CF_JDRQ", "#VALUE!", Value::Error, "CELL_ERROR_VALUE");
    rejects("BZ", "#REF!", Value::Error, "CELL_ERROR_VALUE");
}

/// One row with a formula or a boolean in one cell, as the bytes of a workbook.
fn written(code: &str, write: impl Fn(&mut rust_xlsxwriter::Worksheet, u16)) -> Vec<u8> {
    let sheet = Sheet::of_penalties(1);
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    for (row, cells) in (0..).zip(&sheet.0) {
        for (column, cell) in (0..).zip(cells) {
            page.write_string(row, column, cell).unwrap();
        }
    }
    write(page, u16::try_from(Sheet::column(code)).unwrap());
    book.save_to_buffer().unwrap()
}

fn with_written(code: &str, write: impl Fn(&mut rust_xlsxwriter::Worksheet, u16)) -> Taken {
    take_in(&penalty(), &written(code, write))
}

/// The workbook without the values that its formulas gave.
fn never_computed(book: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        let name = part.name().unwrap().into_owned();
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(text.replace("</f><v>0</v>", "</f>").as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn a_formula_gives_its_last_value_with_a_warning() {
    let taken = with_written("CF_XDR_MC", |page, column| {
        let formula = Formula::new("=A9&\"有限公司\"").set_result("示例有限公司");
        page.write_formula(1, column, formula).unwrap();
    });
    assert_eq!(taken.warnings(1), ["FORMULA_VALUE"]);
    assert_eq!(taken.record(1).subject.name, "示例有限公司");
}

#[test]
fn a_formula_that_names_another_file_is_an_error() {
    let taken = with_written("CF_XDR_MC", |page, column| {
        let formula = Formula::new("=[1]Sheet1!A1").set_result("示例有限公司");
        page.write_formula(1, column, formula).unwrap();
    });
    assert_eq!(taken.codes(1), ["EXTERNAL_LINK"]);
}

#[test]
fn a_formula_that_was_never_computed_is_an_error() {
    let book = written("CF_XDR_MC", |page, column| {
        page.write_formula(1, column, Formula::new("=A9")).unwrap();
    });
    assert_eq!(take_in(&penalty(), &book).warnings(1), ["FORMULA_VALUE"]);
    assert_eq!(take_in(&penalty(), &never_computed(&book)).codes(1), ["FORMULA_NOT_COMPUTED"]);
}

#[test]
fn a_boolean_is_its_text() {
    let taken = with_written("BZ", |page, column| {
        page.write_boolean(1, column, true).unwrap();
    });
    assert_eq!(penalty().row_of(taken.record(1))[29], "TRUE");
}
