//! `.xlsx` workbooks as programs write them.

use tiaoxi_sheet::{FileKind, Formula, Value};

use crate::support::{Book, kinds, open, read, zip};

const OPENPYXL: &[u8] = include_bytes!("../files/openpyxl.xlsx");

/// The cells of the one row that `cells` are.
fn row(cells: &str) -> Vec<String> {
    let (_, mut lines) =
        read(&Book::of_rows(format!("<row r=\"1\">{cells}</row>")).build()).unwrap();
    lines.remove(0).1
}

#[test]
fn a_workbook_of_openpyxl_is_read() {
    let (form, lines) = read(OPENPYXL).unwrap();
    assert_eq!((form.kind, form.encoding, form.delimiter), (FileKind::Xlsx, None, None));
    // Neither the hidden sheet before it, nor the chart.
    assert_eq!(form.sheet.as_deref(), Some("行政许可"));
    assert_eq!(form.sheets, ["行政许可"]);
    assert_eq!(lines[0], (1, vec!["行政许可信息（示例）".to_owned()]));
    assert_eq!(lines[1], (2, vec!["填报单位：示例县演示局".to_owned()]));
    assert_eq!(lines[2].1, ["文书号", "名称", "决定日期", "数量", "公式"]);
    let first = ["演示许字〔2024〕1号", "示例1号商行 & <测试>", "2024-01-06", "0.1", ""];
    assert_eq!(lines[3], (4, first.map(str::to_owned).to_vec()));
    assert_eq!(lines[12].1[3], "1");
    let last = ["TRUE", " 前后有空格 ", "2024-01-05 08:30:00", "", "多行\n文本"];
    assert_eq!(lines[13], (15, last.map(str::to_owned).to_vec()));
    assert_eq!(lines.len(), 14);
    assert_eq!(
        kinds(OPENPYXL, 3),
        [
            (Value::Text, Formula::None),
            (Value::Text, Formula::None),
            (Value::Date, Formula::None),
            (Value::Number, Formula::None),
            (Value::Text, Formula::NotComputed),
        ]
    );
}

#[test]
fn a_hidden_sheet_is_read_when_it_is_named() {
    let source = std::io::Cursor::new(OPENPYXL);
    let limits = tiaoxi_sheet::Limits::default();
    let mut file = tiaoxi_sheet::SheetFile::open(source, Some("隐藏"), limits).unwrap();
    assert_eq!(file.form().sheet.as_deref(), Some("隐藏"));
    assert_eq!(crate::support::rows(&mut file).0, [(1, vec!["hidden".to_owned()])]);
}

#[test]
fn cells_of_every_type_are_text_with_their_kind() {
    let cells = r#"<c r="A1" t="s"><v>1</v></c><c r="B1"><v>0.20000000000000001</v></c>
        <c r="C1" s="1"><v>45296</v></c><c r="D1" s="2"><v>45296.5</v></c><c r="E1" t="b"><v>1</v></c>
        <c r="F1" t="e"><v>#N/A</v></c><c r="G1" t="str"><f>A1</f><v>示例</v></c>
        <c r="H1" t="inlineStr"><is><t>内联</t></is></c><c r="I1" t="d"><v>2024-01-05T00:00:00</v></c>
        <c r="J1" s="3"><v>1.5</v></c><c r="K1" s="1"><v>9999999</v></c><c r="L1" t="s"><v>7</v></c>
        <c r="M1"><v>3.3052119900101101E+17</v></c>"#;
    let book = Book::of_rows(format!("<row r=\"1\">{cells}</row>"))
        .with_texts("<si><t>x</t></si><si><t>示例一号商行</t></si>");
    let bytes = book.build();
    let expected = [
        ("示例一号商行", Value::Text),
        ("0.2", Value::Number),
        ("2024-01-05", Value::Date),
        ("2024-01-05 12:00:00", Value::Date),
        ("TRUE", Value::Boolean),
        ("#N/A", Value::Error),
        ("示例", Value::Text),
        ("内联", Value::Text),
        ("2024-01-05", Value::Date),
        // A duration.
        ("1.5", Value::Number),
        // After 9999.
        ("9999999", Value::Number),
        // A text that is not there.
        ("#REF!", Value::Error),
        ("330521199001011000", Value::Number),
    ];
    let (_, lines) = read(&bytes).unwrap();
    let values = kinds(&bytes, 0).into_iter().map(|kind| kind.0);
    let found: Vec<_> = lines[0].1.iter().map(String::as_str).zip(values).collect();
    assert_eq!(found, expected);
}

#[test]
fn dates_of_the_1904_system_are_the_same_days() {
    for value in ["1", "true"] {
        let mut book = Book::of_rows(r#"<row r="1"><c r="A1" s="1"><v>43834</v></c></row>"#);
        book.properties = format!("date1904=\"{value}\"");
        assert_eq!(read(&book.build()).unwrap().1[0].1, ["2024-01-05"]);
    }
}

#[test]
fn gaps_are_empty_cells_and_empty_ends_are_none() {
    let texts = "<si><t></t></si>";
    for (cells, expected) in [
        (r#"<c r="C1"><v>3</v></c>"#, vec!["", "", "3"]),
        ("<c><v>1</v></c><c/><c><v>3</v></c>", vec!["1", "", "3"]),
        (r#"<c r="A1"><v>1</v></c><c r="B1" s="1"/><c r="C1" t="s"><v>0</v></c>"#, vec!["1"]),
        (r#"<c r="b1"><v>2</v></c><c><v>3</v></c>"#, vec!["", "2", "3"]),
    ] {
        let book = Book::of_rows(format!("<row r=\"1\">{cells}</row>")).with_texts(texts);
        assert_eq!(read(&book.build()).unwrap().1[0].1, expected, "{cells}");
    }
}

#[test]
fn rows_have_the_numbers_of_the_sheet() {
    let rows = r#"<row r="3"><c><v>3</v></c></row><row/><row><c><v>5</v></c></row>
        <row r="9"><c r="A9" s="1"/></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>"#;
    let (_, lines) = read(&Book::of_rows(rows).build()).unwrap();
    let found: Vec<_> = lines.iter().map(|line| line.0).collect();
    assert_eq!(found, [3, 5, 1_048_576]);
}

#[test]
fn texts_are_whole_with_runs_escapes_and_entities() {
    for (item, expected) in [
        ("<si><r><t>示例</t></r><r><rPr><b/></rPr><t>商行</t></r></si>", "示例商行"),
        ("<si><t>示例</t><rPh sb=\"0\" eb=\"1\"><t>shili</t></rPh><phoneticPr/></si>", "示例"),
        ("<si><t xml:space=\"preserve\"> a &amp; b&#10;c </t></si>", " a & b\nc "),
        ("<si><t>a_x000D_\nb</t></si>", "a\r\nb"),
        ("<si><t><![CDATA[<b>]]></t></si>", "<b>"),
        ("<si><t>a<!-- x -->b&unknown;</t></si>", "ab"),
        ("<x:si xmlns:x=\"x\"><x:t>示例</x:t></x:si>", "示例"),
    ] {
        let book = Book::of_rows(r#"<row><c t="s"><v>0</v></c></row>"#).with_texts(item);
        assert_eq!(read(&book.build()).unwrap().1[0].1, [expected], "{item}");
    }
    assert_eq!(row(r#"<c t="inlineStr"><is><r><t>示</t></r><r><t>例</t></r></is></c>"#), ["示例"]);
    assert_eq!(row(r#"<c t="inlineStr"><v>示例</v></c>"#), ["示例"]);
}

#[test]
fn formulas_are_computed_not_computed_or_external() {
    let cells = r#"<c r="A1"><f>B1*2</f><v>4</v></c><c r="B1"><f>C1</f></c>
        <c r="C1"><f>C1</f><v></v></c><c r="D1" t="str"><f>""</f><v></v></c>
        <c r="E1"><f>[1]表1!A1</f><v>1</v></c><c r="F1"><f t="shared" ref="F1:G1" si="0">'[2]x'!A1</f><v>1</v></c>
        <c r="G1"><f t="shared" si="0"/><v>2</v></c><c r="H1"><f t="shared" ref="H1:I1" si="1">A1</f><v>1</v></c>
        <c r="I1"><f t="shared" si="1"/><v>2</v></c><c r="J1"><f t="array" ref="J1:K1">A1:B1</f><v>1</v></c>
        <c r="K1"><v>2</v></c><c r="L1"><v>2</v></c>"#;
    let bytes = Book::of_rows(format!("<row r=\"1\">{cells}</row>")).build();
    let found: Vec<_> = kinds(&bytes, 0).into_iter().map(|kind| kind.1).collect();
    assert_eq!(
        found,
        [
            Formula::Computed,
            Formula::NotComputed,
            Formula::NotComputed,
            Formula::Computed,
            Formula::External,
            Formula::External,
            Formula::External,
            Formula::Computed,
            Formula::Computed,
            Formula::Computed,
            Formula::Computed,
            Formula::None,
        ]
    );
    let mut file = open(&bytes).unwrap();
    let mut rows = file.rows().unwrap();
    assert!(rows.read().unwrap());
    assert!(!rows.row().is_all_text());
}

#[test]
fn merged_cells_have_their_text_in_the_first() {
    let mut parts = Book::of_rows(
        r#"<row r="1"><c r="A1" t="inlineStr"><is><t>标题</t></is></c><c r="B1" s="1"/></row>"#,
    )
    .parts();
    parts[5].1 = parts[5].1.replace(
        "</sheetData>",
        "</sheetData><mergeCells count=\"1\"><mergeCell ref=\"A1:B1\"/></mergeCells>",
    );
    let parts: Vec<_> = parts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert_eq!(read(&zip(&parts)).unwrap().1, [(1, vec!["标题".to_owned()])]);
}

#[test]
fn parts_are_found_however_their_names_are_written() {
    let parts = Book::of_rows("<row><c><v>1</v></c></row>").parts();
    let renamed: Vec<(String, &str)> = parts
        .iter()
        .map(|(name, text)| (name.replace('/', "\\").to_uppercase(), text.as_str()))
        .collect();
    let renamed: Vec<_> = renamed.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    assert_eq!(read(&zip(&renamed)).unwrap().1, [(1, vec!["1".to_owned()])]);
}

#[test]
fn a_workbook_without_texts_and_styles_is_read() {
    let parts = Book::of_rows("<row><c s=\"1\"><v>45296</v></c></row>").parts();
    let parts: Vec<_> = parts
        .iter()
        .filter(|(name, _)| !name.contains("styles") && !name.contains("sharedStrings"))
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    assert_eq!(read(&zip(&parts)).unwrap().1, [(1, vec!["45296".to_owned()])]);
}

#[test]
fn progress_of_a_sheet_moves_and_reaches_its_end() {
    let row = "<row><c t=\"inlineStr\"><is><t>示例一号商行</t></is></c></row>";
    let bytes = Book::of_rows(row.repeat(20_000)).build();
    let mut file = open(&bytes).unwrap();
    let mut rows = file.rows().unwrap();
    let mut seen = vec![rows.progress()];
    while rows.read().unwrap() {
        let progress = rows.progress();
        if seen.last() != Some(&progress) {
            seen.push(progress);
        }
    }
    let (done, all) = rows.progress();
    assert_eq!(done, all);
    assert!(seen.len() > 10 && seen.is_sorted(), "{seen:?}");
}
