use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};

use super::*;
use crate::Value;
use crate::write::{CellFormat, Look, Style};

fn made(fill: impl FnOnce(&mut WorkbookWriter)) -> Vec<u8> {
    let mut writer = WorkbookWriter::new("示例", "苕溪");
    fill(&mut writer);
    let mut bytes = Vec::new();
    writer.finish(&mut bytes).unwrap();
    bytes
}

fn part(workbook: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn cells(workbook: &[u8], sheet: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(workbook)).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

const STYLES: [Style; 3] = [
    Style { format: CellFormat::General, look: Look::Plain },
    Style { format: CellFormat::Text, look: Look::Wrong },
    Style { format: CellFormat::Date, look: Look::Odd },
];

#[test]
fn a_text_stays_a_text_whatever_it_looks_like() {
    let texts = [
        "=1+1",
        "@SUM(A1)",
        "913305000000000001",
        "2024-5",
        "<r><t>&</t></r>",
        "<r>]]></r>",
        "_x0041_",
        "两\n行",
        " 空格 ",
        "😀",
    ];
    let workbook = made(|writer| {
        let mut sheet = writer.sheet("一").unwrap();
        for (column, style) in (0..).zip(STYLES) {
            for (row, text) in (0..).zip(texts) {
                sheet.text((row, column), text, style).unwrap();
            }
        }
    });
    for (row, text) in cells(&workbook, "一").iter().zip(texts) {
        assert_eq!(row, &vec![Data::String(text.to_owned()); 3]);
    }
    assert!(!part(&workbook, "xl/worksheets/sheet1.xml").contains("<f>"));
}

#[test]
fn numbers_dates_and_truth_are_written_as_what_they_are() {
    let workbook = made(|writer| {
        let mut sheet = writer.sheet("一").unwrap();
        for (column, style) in (0..).zip(STYLES) {
            for (row, (text, value)) in (0..).zip([
                ("0.2", Value::Number),
                ("913305001234567000", Value::Number),
                ("2024-01-05", Value::Date),
                ("2024-01-05 13:30:00", Value::Date),
                ("TRUE", Value::Boolean),
                ("#N/A", Value::Error),
                ("#SPILL!", Value::Error),
                ("2024-13-05", Value::Date),
                ("1e999", Value::Number),
            ]) {
                sheet.cell((row, column), text, value, style).unwrap();
            }
        }
    });
    for column in 0..3 {
        let cells: Vec<_> =
            cells(&workbook, "一").into_iter().map(|row| row[column].clone()).collect();
        let number = |cell: &Data| match cell {
            Data::Float(number) => *number,
            Data::Int(number) => f64::from(i32::try_from(*number).unwrap()),
            other => panic!("{other:?}"),
        };
        assert!((number(&cells[0]) - 0.2).abs() < f64::EPSILON);
        assert_eq!(format!("{}", number(&cells[1])), "913305001234567000");
        let Data::DateTime(day) = &cells[2] else { panic!("{:?}", cells[2]) };
        assert_eq!(day.as_f64().to_string(), "45296");
        let Data::DateTime(moment) = &cells[3] else { panic!("{:?}", cells[3]) };
        assert_eq!(moment.as_f64().to_string(), "45296.5625");
        assert_eq!(cells[4], Data::Bool(true));
        assert_eq!(cells[5], Data::Error(calamine::CellErrorType::NA));
        for (cell, text) in cells[6..].iter().zip(["#SPILL!", "2024-13-05", "1e999"]) {
            assert_eq!(*cell, Data::String(text.to_owned()));
        }
    }
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    let make = || {
        made(|writer| {
            let mut sheet = writer.sheet("一").unwrap();
            for row in 0..50 {
                sheet.text((row, 1), &format!("示例{row}"), STYLES[1]).unwrap();
                sheet.note((row, 1), "注").unwrap();
            }
        })
    };
    assert_eq!(make(), make());
    assert!(part(&make(), "docProps/core.xml").contains("2000-01-01T00:00:00Z"));
}

#[test]
fn notes_columns_and_frozen_rows_are_in_the_file() {
    let workbook = made(|writer| {
        let mut sheet = writer.sheet("一").unwrap();
        sheet.column(0, 20.0, CellFormat::Text).unwrap();
        sheet.column(1, 12.0, CellFormat::Date).unwrap();
        sheet.text((0, 0), "代码", Style::of(Look::Required)).unwrap();
        assert!(
            sheet.note((0, 0), &format!("统一社会信用代码 <18> 位{}", "长".repeat(2000))).unwrap()
        );
        sheet.freeze(1).unwrap();
    });
    let comments = part(&workbook, "xl/comments1.xml");
    assert!(comments.contains("统一社会信用代码 &lt;18&gt; 位长"));
    assert!(comments.contains("长…</t>"));
    let sheet = part(&workbook, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<pane ySplit=\"1\" topLeftCell=\"A2\""), "{sheet}");
    assert!(
        part(&workbook, "xl/styles.xml").contains("formatCode=\"yyyy\\-mm\\-dd\"")
            || part(&workbook, "xl/styles.xml").contains("formatCode=\"yyyy-mm-dd\"")
    );
    // 49 is the format `@`.
    assert!(part(&workbook, "xl/styles.xml").contains("numFmtId=\"49\""));
}

#[test]
fn drop_downs_stand_in_the_rule_or_on_a_hidden_sheet() {
    let owned = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect::<Vec<_>>();
    let (short, comma) = (owned(&["警告", "罚款"]), owned(&["甲,乙", "丙"]));
    let long: Vec<_> = (0..60).map(|number| format!("第{number}种很长的值")).collect();
    let hint = Hint { title: "类别", text: "从列表中选择", refusal: "请选择" };
    let workbook = made(|writer| {
        let mut sheet = writer.sheet("一").unwrap();
        for (column, values) in [(0, &short), (1, &comma), (2, &long), (3, &comma)] {
            sheet.entry(column, (1, 5000), &Entry::OneOf(values), hint).unwrap();
        }
        sheet.entry(4, (1, 5000), &Entry::Preferably(&short), hint).unwrap();
        sheet.entry(5, (1, 5000), &Entry::Day, hint).unwrap();
        sheet.entry(6, (1, 5000), &Entry::Amount, hint).unwrap();
        sheet.entry(7, (1, 5000), &Entry::TextUpTo(200), hint).unwrap();
        sheet.entry(8, (1, 5000), &Entry::Anything, hint).unwrap();
        writer.sheet("二").unwrap();
    });
    let rules = part(&workbook, "xl/worksheets/sheet1.xml");
    for expected in [
        "sqref=\"A2:A5001\"",
        "<formula1>\"警告,罚款\"</formula1>",
        "<formula1>'选项'!$A$1:$A$2</formula1>",
        "<formula1>'选项'!$B$1:$B$60</formula1>",
        "errorStyle=\"warning\"",
        "type=\"date\"",
        "type=\"decimal\"",
        "type=\"textLength\"",
        "prompt=\"从列表中选择\"",
        "error=\"请选择\"",
        "dataValidations count=\"9\"",
    ] {
        assert!(rules.contains(expected), "{expected}\n{rules}");
    }
    assert!(part(&workbook, "xl/workbook.xml").contains("state=\"veryHidden\""));
    let lists = cells(&workbook, "选项");
    assert_eq!(lists[0][0], Data::String("甲,乙".into()));
    assert_eq!(lists[59][1], Data::String("第59种很长的值".into()));
}

#[test]
fn more_than_the_limits_is_refused() {
    let mut writer = WorkbookWriter::new("", "");
    let mut sheet = writer.sheet("一").unwrap();
    let text = "示".repeat(32_767);
    let rows = u32::try_from(TEXT_BYTES_MAX / text.len() as u64).unwrap();
    for row in 0..rows {
        sheet.text((row, 0), &text, Style::default()).unwrap();
    }
    let error = sheet.text((rows, 0), &text, Style::default()).unwrap_err();
    assert!(matches!(error, WorkbookError::TooMuchText));

    let mut writer = WorkbookWriter::new("", "");
    let mut sheet = writer.sheet("一").unwrap();
    let beyond = (ROWS_MAX, 0);
    assert!(matches!(sheet.text(beyond, "x", Style::default()), Err(WorkbookError::Format(_))));
    let mut writer = WorkbookWriter::new("", "");
    writer.sheet("一").unwrap();
    writer.sheet("一").unwrap();
    assert!(matches!(writer.finish(&mut Vec::new()), Err(WorkbookError::Format(_))));
}

#[test]
fn notes_beyond_the_limit_are_left_out() {
    let mut writer = WorkbookWriter::new("", "");
    let mut sheet = writer.sheet("一").unwrap();
    let written = (0..NOTES_MAX + 5).filter(|row| sheet.note((*row, 0), "注").unwrap()).count();
    assert_eq!(written, NOTES_MAX as usize);
}
