use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};

use super::*;
use crate::write::style::{LOOKS, SHOWN, Shown};

const COLUMNS: [Column; 3] = [
    Column { width: 20.0, format: CellFormat::General },
    Column { width: 30.0, format: CellFormat::Text },
    Column { width: 12.0, format: CellFormat::Date },
];

fn made(fill: impl FnOnce(&mut TableWriter<Vec<u8>>)) -> Vec<u8> {
    let mut table = TableWriter::new(Vec::new(), "一/二", COLUMNS.to_vec(), 1).unwrap();
    fill(&mut table);
    table.finish().unwrap()
}

fn part(workbook: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn cells(workbook: &[u8]) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(workbook)).unwrap();
    assert_eq!(book.sheet_names(), ["一_二"]);
    let range = book.worksheet_range("一_二").unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

#[test]
fn a_text_stays_a_text_whatever_it_looks_like() {
    let texts = [
        "=1+1",
        "913305000000000001",
        "2024-5",
        "<r><t>&</t></r>",
        "]]>",
        "_x0041_",
        "两\n行\u{b}",
        " 空格 ",
        "😀",
    ];
    let workbook = made(|table| {
        for text in texts {
            table.row().unwrap();
            for look in [Look::Plain, Look::Wrong, Look::Header] {
                table.cell(text, Value::Text, look).unwrap();
            }
        }
    });
    for (row, text) in cells(&workbook).iter().zip(texts) {
        assert_eq!(row, &vec![Data::String(text.to_owned()); 3]);
    }
}

#[test]
fn numbers_dates_errors_and_truth_are_written_as_what_they_are() {
    let workbook = made(|table| {
        for (text, value) in [
            ("0.2", Value::Number),
            ("913305001234567000", Value::Number),
            ("2024-01-05", Value::Date),
            ("2024-01-05 13:30:00", Value::Date),
            ("TRUE", Value::Boolean),
            ("#N/A", Value::Error),
            ("#SPILL!", Value::Error),
            ("1e999", Value::Number),
        ] {
            table.row().unwrap();
            for _ in 0..3 {
                table.cell(text, value, Look::Plain).unwrap();
            }
        }
    });
    let rows = cells(&workbook);
    for column in 0..3 {
        let shown: Vec<_> = rows.iter().map(|row| format!("{}", row[column])).collect();
        assert_eq!(shown[..2], ["0.2", "913305001234567000"]);
        assert!(
            matches!(&rows[2][column], Data::DateTime(day) if day.as_f64().to_string() == "45296")
        );
        assert!(
            matches!(&rows[3][column], Data::DateTime(time) if time.as_f64().to_string() == "45296.5625")
        );
        assert_eq!(rows[4][column], Data::Bool(true));
        assert_eq!(rows[5][column], Data::Error(calamine::CellErrorType::NA));
        assert_eq!(rows[6][column], Data::String("#SPILL!".into()));
        assert_eq!(rows[7][column], Data::String("1e999".into()));
    }
}

#[test]
fn empty_rows_and_cells_keep_their_places() {
    let workbook = made(|table| {
        table.row().unwrap();
        table.cell("头", Value::Text, Look::Header).unwrap();
        table.row().unwrap();
        table.row().unwrap();
        for text in ["", "", "尾"] {
            table.cell(text, Value::Text, Look::Plain).unwrap();
        }
        table.row().unwrap();
        table.cell("", Value::Text, Look::Wrong).unwrap();
    });
    let rows = cells(&workbook);
    assert_eq!(rows[0][0], Data::String("头".into()));
    assert_eq!(rows[2], [Data::Empty, Data::Empty, Data::String("尾".into())]);
    // Red, though empty.
    let style = parts::style_index(Shown::General, Look::Wrong);
    let sheet = part(&workbook, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains(&format!("<c r=\"A4\" s=\"{style}\"/>")), "{sheet}");
}

#[test]
fn notes_have_their_texts_and_their_boxes() {
    let workbook = made(|table| {
        assert!(!table.note("在第一格之前没有单元格"));
        for row in 0..1500 {
            table.row().unwrap();
            assert!(!table.note("这一行还没有单元格"));
            table.cell("x", Value::Text, Look::Wrong).unwrap();
            assert!(table.note(&format!("第 {row} 个 <注>\n第二行")));
            assert!(!table.note("一格只有一个"));
        }
    });
    let comments = part(&workbook, "xl/comments1.xml");
    assert_eq!(comments.matches("<comment ").count(), 1500);
    assert!(comments.contains("<comment ref=\"A3\"") && comments.contains("第 2 个 &lt;注&gt;\n"));
    let drawing = part(&workbook, "xl/drawings/vmlDrawing1.vml");
    assert_eq!(drawing.matches("<v:shape ").count(), 1500);
    assert!(drawing.contains("data=\"1,2\""));
    assert!(drawing.contains("<x:Anchor>1, 15, 1, 10, 2, 88, 4, 1</x:Anchor>"), "{drawing:.3000}");
    assert!(drawing.contains("_x0000_s1025\"") && drawing.contains("_x0000_s2524\""));
}

#[test]
fn the_same_rows_give_the_same_bytes_and_each_style_stands_in_the_list() {
    let make = || {
        made(|table| {
            table.row().unwrap();
            table.cell("x", Value::Text, Look::Odd).unwrap();
            table.note("注");
        })
    };
    assert_eq!(make(), make());
    let styles = part(&make(), "xl/styles.xml");
    let (_, list) = styles.split_once("<cellXfs").unwrap();
    let (list, _) = list.split_once("</cellXfs>").unwrap();
    let count = SHOWN.len() * LOOKS.len();
    assert_eq!(list.matches("<xf ").count(), count);
    let text = parts::style_index(Shown::Text, Look::Plain);
    assert!(list.split("<xf ").nth(text + 1).unwrap().starts_with("numFmtId=\"49\""));
    let sheet = part(&make(), "xl/worksheets/sheet1.xml");
    let column = format!("<col min=\"2\" max=\"2\" width=\"30\" style=\"{text}\"");
    assert!(sheet.contains(&column) && sheet.contains("<pane ySplit=\"1\""), "{sheet}");
}

#[test]
fn what_a_sheet_cannot_hold_is_refused() {
    let columns = vec![COLUMNS[0]; usize::from(COLUMNS_MAX) + 1];
    let answer = TableWriter::new(Vec::new(), "", columns, 0);
    assert!(matches!(answer, Err(TableError::TooManyColumns)));
    let mut table = TableWriter::new(Vec::new(), "", Vec::new(), 0).unwrap();
    let before_a_row = table.cell("x", Value::Text, Look::Plain);
    assert!(matches!(before_a_row, Err(TableError::TooManyColumns)));
    for _ in 0..ROWS_MAX {
        table.row().unwrap();
    }
    assert!(matches!(table.row(), Err(TableError::TooManyRows)));
}
