//! Rejected rows come back in the shape of the file that they came in.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what tests share fails as tests do"
)]

use std::{
    io::{Cursor, Read},
    sync::LazyLock,
};

use tiaoxi_catalog::{Item, Severity};
use tiaoxi_intake::{
    Shape,
    kept::{KeptFinding, KeptReader, KeptRow, KeptWriter},
    render::{self, RenderError, WORKBOOK_ROWS_MAX},
};
use tiaoxi_sheet::{Cell, Encoding, FileKind, Form, Limits, SheetFile, Value};

static ITEM: LazyLock<Item> =
    LazyLock::new(|| Item::parse(include_str!("../../../configs/catalog/xzcf.toml")).unwrap());

/// Number of the field with a code.
fn field(code: &str) -> u8 {
    ITEM.fields().iter().find(|field| field.code == code).unwrap().number
}

fn text_form(kind: FileKind, encoding: Encoding, delimiter: u8) -> Form {
    Form { kind, encoding: Some(encoding), delimiter: Some(delimiter), sheet: None, sheets: vec![] }
}

fn workbook_form(kind: FileKind) -> Form {
    let sheet = "五月".to_owned();
    Form { kind, encoding: None, delimiter: None, sheet: Some(sheet.clone()), sheets: vec![sheet] }
}

/// Name, code, reasons of an earlier round, day, amount, a column of the clerk's own.
fn shape(form: Form) -> Shape {
    let columns = ["行政相对人名称", "CF_XDR_SHXYM", "错误说明", "处罚决定日期", "罚款", "备注栏"];
    let codes = ["CF_XDR_MC", "CF_XDR_SHXYM", "", "CF_JDRQ", "CF_NR_FK", ""];
    Shape {
        form,
        header_line: 2,
        titles: vec![vec!["示例县行政处罚月报".to_owned(), String::new()]],
        columns: columns.map(str::to_owned).to_vec(),
        fields: codes.map(|code| (!code.is_empty()).then(|| field(code))).to_vec(),
        reasons: columns.map(|name| name == "错误说明").to_vec(),
        generation: None,
        filled: Vec::new(),
        added: vec![field("CF_XDR_LB")],
    }
}

fn cell(text: &str, value: Value) -> Cell {
    Cell { text: text.to_owned(), value }
}

fn texts(cells: &[&str]) -> Vec<Cell> {
    cells.iter().map(|text| cell(text, Value::Text)).collect()
}

fn finding(code: &str, severity: Severity, field: Option<u8>, zh: &str) -> KeptFinding {
    KeptFinding { code: code.to_owned(), severity, field, zh: zh.to_owned(), en: String::new() }
}

fn rejected(row: u32, cells: Vec<Cell>, findings: Vec<KeptFinding>) -> KeptRow {
    KeptRow { row, line: u64::from(row) + 2, cells: Some(cells), findings }
}

fn missing_class() -> KeptFinding {
    let field = Some(field("CF_XDR_LB"));
    finding("REQUIRED_MISSING", Severity::Error, field, "行政相对人类别：必填项为空")
}

fn kept(shape: &Shape, rows: &[KeptRow]) -> Vec<u8> {
    let mut writer = KeptWriter::new(Vec::new(), shape).unwrap();
    for row in rows {
        writer.write(row).unwrap();
    }
    writer.finish().unwrap()
}

fn rendered(kept: &[u8], kind: FileKind, part: u32) -> Result<Vec<u8>, RenderError> {
    let mut file = Vec::new();
    render::rejected(KeptReader::new(kept).unwrap(), &ITEM, kind, part, &mut file)?;
    Ok(file)
}

fn parts(kept: &[u8], kind: FileKind) -> u32 {
    render::parts(KeptReader::new(kept).unwrap(), kind).unwrap()
}

/// Form and rows of a file, each row without the empty cells at its end.
fn read(file: &[u8]) -> (Form, Vec<Vec<Cell>>) {
    let mut file = SheetFile::open(Cursor::new(file), None, Limits::default()).unwrap();
    let form = file.form().clone();
    let mut rows = file.rows().unwrap();
    let mut read = Vec::new();
    while rows.read().unwrap() {
        let row = rows.row();
        let texts = row.texts().unwrap();
        let mut cells: Vec<_> =
            (0..).zip(texts).map(|(column, text)| cell(text, row.value(column))).collect();
        while cells.last().is_some_and(|cell| cell.text.is_empty()) {
            cells.pop();
        }
        read.push(cells);
    }
    (form, read)
}

fn part_of(workbook: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_text_file_comes_back_with_its_delimiter_and_encoding() {
    for (kind, encoding, delimiter, returned) in [
        (FileKind::Csv, Encoding::Utf8Mark, b',', Encoding::Utf8Mark),
        (FileKind::Csv, Encoding::Utf8, b',', Encoding::Utf8Mark),
        (FileKind::Csv, Encoding::Gb18030, b';', Encoding::Gb18030),
        (FileKind::Tsv, Encoding::Gb18030, b'\t', Encoding::Gb18030),
        (FileKind::Tsv, Encoding::Utf16, b'\t', Encoding::Utf16),
    ] {
        let shape = shape(text_form(kind, encoding, delimiter));
        assert_eq!(render::rejected_kind(&shape.form), kind);
        let cells = ["湖州示例，食品;有限\t公司", "-1", "旧原因", "2024/1/5", "0.2", "=A1"];
        let rows = [rejected(3, texts(&cells), vec![missing_class()])];
        let file = rendered(&kept(&shape, &rows), kind, 1).unwrap();
        let (form, read) = read(&file);
        assert_eq!((form.kind, form.delimiter), (kind, Some(delimiter)));
        assert_eq!(form.encoding, Some(returned));
        assert_eq!(
            read,
            [
                texts(&["示例县行政处罚月报"]),
                texts(&[
                    "行政相对人名称",
                    "CF_XDR_SHXYM",
                    "处罚决定日期",
                    "罚款",
                    "备注栏",
                    "行政相对人类别",
                    "错误代码",
                    "错误说明",
                ]),
                texts(&[
                    "湖州示例，食品;有限\t公司",
                    "'-1",
                    "2024/1/5",
                    "0.2",
                    "'=A1",
                    "",
                    "REQUIRED_MISSING",
                    "行政相对人类别：必填项为空",
                ]),
            ]
        );
    }
}

#[test]
fn only_rejected_rows_come_back_with_their_errors_alone() {
    let shape = shape(text_form(FileKind::Csv, Encoding::Utf8, b','));
    let warning = finding("CODE_CLASS_MISMATCH", Severity::Warning, None, "代码与类别不符");
    let other = finding("KEY_CONFLICT", Severity::Error, None, "与第 1 行内容不同");
    let went_in = KeptRow { row: 1, line: 3, cells: None, findings: vec![warning.clone()] };
    let rows = [
        went_in,
        rejected(2, texts(&["甲"]), vec![warning, missing_class(), other]),
        // More cells than columns: those beyond stand behind the reasons.
        rejected(9, texts(&["乙", "", "", "", "", "", "多", "余"]), vec![missing_class()]),
    ];
    let kept = kept(&shape, &rows);
    let (_, read) = read(&rendered(&kept, FileKind::Csv, 1).unwrap());
    assert_eq!(read.len(), 4);
    assert_eq!(read[2][0].text, "甲");
    assert_eq!(read[2][6].text, "REQUIRED_MISSING;KEY_CONFLICT");
    assert_eq!(read[2][7].text, "行政相对人类别：必填项为空；与第 1 行内容不同");
    assert_eq!(read[3][8..], texts(&["多", "余"]));
    assert_eq!(parts(&kept, FileKind::Csv), 1);
    assert!(matches!(rendered(&kept, FileKind::Csv, 2), Err(RenderError::NoSuchPart { part: 2 })));
}

#[test]
fn a_workbook_comes_back_as_one_with_every_cell_as_it_was() {
    let cells = vec![
        cell("=HYPERLINK(\"http://x\")", Value::Text),
        cell("913305001234567000", Value::Number),
        cell("旧原因", Value::Text),
        cell("2024-01-05", Value::Date),
        cell("0.2", Value::Number),
        cell("TRUE", Value::Boolean),
        cell("2024-05-01 13:30:00", Value::Date),
        cell("#N/A", Value::Error),
    ];
    let number = finding(
        "NUMBER_NOT_TEXT",
        Severity::Error,
        Some(field("CF_XDR_SHXYM")),
        "统一社会信用代码：单元格是数字而不是文本",
    );
    for kind in [FileKind::Xlsx, FileKind::Xls] {
        let shape = shape(workbook_form(kind));
        assert_eq!(render::rejected_kind(&shape.form), FileKind::Xlsx);
        let row = rejected(1, cells.clone(), vec![number.clone(), missing_class()]);
        let file = rendered(&kept(&shape, &[row]), FileKind::Xlsx, 1).unwrap();
        let (form, read) = read(&file);
        assert_eq!((form.kind, form.sheet.as_deref()), (FileKind::Xlsx, Some("五月")));
        assert_eq!(read[0], texts(&["示例县行政处罚月报"]));
        assert_eq!(read[1][5..], texts(&["行政相对人类别", "错误代码", "错误说明"]));
        let came = [&cells[..2], &cells[3..6]].concat();
        assert_eq!(read[2][..5], came);
        assert_eq!(read[2][5], cell("", Value::Text));
        assert_eq!(read[2][6].text, "NUMBER_NOT_TEXT;REQUIRED_MISSING");
        assert_eq!(read[2][8..], cells[6..]);
    }
}

#[test]
fn wrong_cells_are_coloured_and_say_why() {
    let shape = shape(workbook_form(FileKind::Xlsx));
    let code = Some(field("CF_XDR_SHXYM"));
    let findings = vec![
        finding("CODE_CLASS_MISMATCH", Severity::Warning, code, "代码与类别不符"),
        finding("CODE_CHECK_DIGIT", Severity::Error, code, "校验码不符"),
        missing_class(),
        finding("SOMETHING_ODD", Severity::Warning, None, "整行有些奇怪"),
    ];
    let cells = texts(&["甲", "91330500TX00000012"]);
    let file = rendered(&kept(&shape, &[rejected(1, cells, findings)]), FileKind::Xlsx, 1).unwrap();
    let comments = part_of(&file, "xl/comments1.xml");
    for (reference, text) in [
        ("B3", "校验码不符\n提示：代码与类别不符"),
        ("F3", "行政相对人类别：必填项为空"),
        ("H3", "提示：整行有些奇怪"),
        ("H2", "直接导入本文件"),
    ] {
        assert!(comments.contains(&format!("ref=\"{reference}\"")), "{reference}: {comments}");
        assert!(comments.contains(text), "{text}: {comments}");
    }
    assert_eq!(comments.matches("<comment ").count(), 4);
    let styles = part_of(&file, "xl/styles.xml");
    assert!(styles.contains("FFFFC7CE") && styles.contains("FFFFEB9C"));
    let sheet = part_of(&file, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("ySplit=\"2\""), "the header stays in view");
    assert!(!sheet.contains("<f>"));
}

#[test]
fn many_rows_come_in_parts() {
    let shape = shape(workbook_form(FileKind::Xlsx));
    let rows: Vec<_> = (1..=WORKBOOK_ROWS_MAX + 1)
        .map(|row| rejected(row, texts(&[&format!("示例{row}")]), vec![missing_class()]))
        .collect();
    let kept = kept(&shape, &rows);
    assert_eq!(parts(&kept, FileKind::Xlsx), 2);
    let (_, second) = read(&rendered(&kept, FileKind::Xlsx, 2).unwrap());
    assert_eq!(second.len(), 3);
    assert_eq!(second[2][0].text, format!("示例{}", WORKBOOK_ROWS_MAX + 1));
    for part in [0, 3] {
        let answer = rendered(&kept, FileKind::Xlsx, part);
        assert!(matches!(answer, Err(RenderError::NoSuchPart { part: it }) if it == part));
    }
}

#[test]
fn long_rows_fill_a_part_sooner() {
    let shape = shape(workbook_form(FileKind::Xlsx));
    let long = "示".repeat(20_000);
    let cells = texts(&[long.as_str(); 6]);
    let rows: Vec<_> =
        (1..=100).map(|row| rejected(row, cells.clone(), vec![missing_class()])).collect();
    let kept = kept(&shape, &rows);
    assert_eq!(parts(&kept, FileKind::Xlsx), 2);
    let (_, second) = read(&rendered(&kept, FileKind::Xlsx, 2).unwrap());
    assert_eq!(second.last().unwrap()[0].text, long);
    assert!((20..50).contains(&second.len()), "{} rows", second.len());
}

#[test]
fn without_rejected_rows_there_is_a_header_and_no_part_to_fetch() {
    for kind in [FileKind::Csv, FileKind::Xlsx] {
        let shape = shape(text_form(FileKind::Csv, Encoding::Utf8, b','));
        let kept = kept(&shape, &[]);
        assert_eq!(parts(&kept, kind), 0);
        assert_eq!(read(&rendered(&kept, kind, 1).unwrap()).1.len(), 2);
    }
}

#[test]
fn a_kind_that_loses_what_excel_did_is_refused() {
    for (of, kind, is_written) in [
        (FileKind::Csv, FileKind::Tsv, true),
        (FileKind::Tsv, FileKind::Csv, true),
        (FileKind::Csv, FileKind::Xlsx, true),
        (FileKind::Csv, FileKind::Xls, false),
        (FileKind::Xlsx, FileKind::Csv, false),
        (FileKind::Xls, FileKind::Tsv, false),
        (FileKind::Xls, FileKind::Xls, false),
    ] {
        let form = match of {
            FileKind::Csv | FileKind::Tsv => text_form(of, Encoding::Utf8, b'|'),
            FileKind::Xlsx | FileKind::Xls => workbook_form(of),
        };
        match rendered(&kept(&shape(form), &[]), kind, 1) {
            Ok(_) => assert!(is_written, "{of:?} as {kind:?}"),
            Err(error) => {
                assert!(!is_written && matches!(error, RenderError::Kind { .. }), "{error}");
            }
        }
    }
}

#[test]
fn the_same_rows_give_the_same_workbook() {
    let shape = shape(workbook_form(FileKind::Xlsx));
    let kept = kept(&shape, &[rejected(1, texts(&["甲", "乙"]), vec![missing_class()])]);
    assert_eq!(
        rendered(&kept, FileKind::Xlsx, 1).unwrap(),
        rendered(&kept, FileKind::Xlsx, 1).unwrap()
    );
}

#[test]
fn damaged_rows_are_an_error_and_no_shorter_file() {
    let shape = shape(text_form(FileKind::Csv, Encoding::Utf8, b','));
    let kept = kept(&shape, &[rejected(1, texts(&["甲"]), vec![missing_class()])]);
    let cut = &kept[..kept.len() - 9];
    let mut file = Vec::new();
    let reader = KeptReader::new(cut).unwrap();
    let error = render::rejected(reader, &ITEM, FileKind::Csv, 1, &mut file).unwrap_err();
    assert!(matches!(error, RenderError::Kept(_)));
}
