//! `.xls` workbooks as programs write them, and as they break.

use std::io::{Cursor, Write};

use tiaoxi_sheet::{Damage, FileKind, Formula, Limits, Looks, OpenError, SheetFile, Value};

use crate::support::{kinds, read, refusal, rows};

const XLWT: &[u8] = include_bytes!("../files/xlwt.xls");
const XLWT_1904: &[u8] = include_bytes!("../files/xlwt_1904.xls");

/// A compound file with one stream.
fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream(name).unwrap().write_all(stream).unwrap();
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    [&kind.to_le_bytes(), &length.to_le_bytes(), data].concat()
}

/// A workbook of one sheet with these records, behind these globals.
fn workbook(globals: &[u8], cells: &[u8]) -> Vec<u8> {
    let bof = |kind: u8| record(0x0809, &[0, 6, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let mut stream = bof(5);
    stream.extend(globals);
    let start = u32::try_from(stream.len() + 4 + 9 + 4).unwrap();
    stream.extend(record(0x0085, &[&start.to_le_bytes()[..], &[0, 0, 1, 0, b'S']].concat()));
    stream.extend(record(0x000a, &[]));
    stream.extend(bof(0x10));
    stream.extend(cells);
    stream.extend(record(0x000a, &[]));
    compound("Workbook", &stream)
}

/// A record of a cell in row 1 and a column.
fn cell(kind: u16, column: u8, data: &[u8]) -> Vec<u8> {
    record(kind, &[&[0, 0, column, 0, 0, 0], data].concat())
}

#[test]
fn a_workbook_of_xlwt_is_read() {
    let (form, lines) = read(XLWT).unwrap();
    assert_eq!((form.kind, form.encoding, form.delimiter), (FileKind::Xls, None, None));
    assert_eq!(form.sheet.as_deref(), Some("行政处罚"));
    assert_eq!(form.sheets, ["行政处罚"]);
    assert_eq!(lines[0], (1, vec!["行政处罚信息（示例）".to_owned()]));
    assert_eq!(lines[1].0, 3);
    assert_eq!(lines[1].1, ["文书号", "名称", "决定日期", "罚款（万元）", "备注", "合计"]);
    for number in 1..=300_u32 {
        let (line, cells) = &lines[number as usize + 1];
        assert_eq!(*line, u64::from(number) + 3);
        assert_eq!(cells[0], format!("演示罚字〔2024〕{number}号"));
        let name = match number % 2 {
            1 => format!("示例{number}号商行"),
            _ => format!("plain text {number} {}", "x".repeat(60)),
        };
        assert_eq!(cells[1], name);
        let note = if number % 5 == 0 {
            format!("备注：{}", "示例文字".repeat(20))
        } else {
            String::new()
        };
        assert_eq!(cells[4], note);
    }
    assert_eq!(lines[2].1[2..4], ["2024-01-06", "0.2"]);
    assert_eq!(lines[4].1[3], "3");
    assert_eq!(lines[302].1, ["", "示例富文本"]);
    let last = ["TRUE", "2024-01-05 12:30:00", "1000000000000000", "-0.5"];
    assert_eq!(lines[303], (306, last.map(str::to_owned).to_vec()));
    assert_eq!(
        kinds(XLWT, 2)[1..4],
        [
            (Value::Text, Formula::None),
            (Value::Date, Formula::None),
            (Value::Number, Formula::None)
        ]
    );
    assert_ne!(kinds(XLWT, 2)[5].1, Formula::None);
}

#[test]
fn dates_of_the_1904_system_are_the_same_days() {
    let (_, lines) = read(XLWT_1904).unwrap();
    assert_eq!(lines[1].1, ["2024-01-05", "5"]);
}

#[test]
fn cells_of_every_record_are_read() {
    let rk = |number: i32| (number << 2 | 2).to_le_bytes();
    let formula = |value: [u8; 8], flags: u8| [&value[..], &[flags, 0, 0, 0, 0, 0, 0, 0]].concat();
    let cells = [
        cell(0x0203, 0, &0.2_f64.to_le_bytes()),
        cell(0x027e, 1, &rk(7)),
        cell(0x027e, 2, &(1234 << 2 | 3_i32).to_le_bytes()),
        cell(0x027e, 3, &0x3ff0_0000_u32.to_le_bytes()),
        record(0x00bd, &[&[0, 0, 4, 0, 0, 0][..], &rk(8), &[0, 0], &rk(9), &[5, 0]].concat()),
        cell(0x00fd, 6, &1_u32.to_le_bytes()),
        cell(0x0204, 7, &[2, 0, 0, b'a', 0xe9]),
        cell(0x0205, 8, &[1, 0]),
        cell(0x0205, 9, &[0x2a, 1]),
        cell(0x0006, 10, &formula([0, 0, 0, 0, 0, 0, 0xff, 0xff], 0)),
        record(0x0207, &[1, 0, 1, 0x3a, 0x79]),
        cell(0x0006, 11, &formula([3, 0, 0, 0, 0, 0, 0xff, 0xff], 0)),
        cell(0x0006, 12, &formula([3, 0, 0, 0, 0, 0, 0xff, 0xff], 1)),
        cell(0x0006, 13, &formula(2.5_f64.to_le_bytes(), 0)),
        cell(0x00fd, 14, &9_u32.to_le_bytes()),
    ];
    let texts =
        record(0x00fc, &[2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, b'x', 2, 0, 1, 0x3a, 0x79, 0x8b, 0x4f]);
    let bytes = workbook(&texts, &cells.concat());
    let expected = [
        ("0.2", Value::Number, Formula::None),
        ("7", Value::Number, Formula::None),
        ("12.34", Value::Number, Formula::None),
        ("1", Value::Number, Formula::None),
        ("8", Value::Number, Formula::None),
        ("9", Value::Number, Formula::None),
        ("示例", Value::Text, Formula::None),
        ("aé", Value::Text, Formula::None),
        ("TRUE", Value::Boolean, Formula::None),
        ("#N/A", Value::Error, Formula::None),
        ("示", Value::Text, Formula::Computed),
        ("", Value::Text, Formula::Computed),
        ("", Value::Text, Formula::NotComputed),
        ("2.5", Value::Number, Formula::Computed),
        ("#REF!", Value::Error, Formula::None),
    ];
    let (_, lines) = read(&bytes).unwrap();
    let kinds = kinds(&bytes, 0).into_iter();
    let found: Vec<_> =
        lines[0].1.iter().zip(kinds).map(|(text, kind)| (text.as_str(), kind.0, kind.1)).collect();
    assert_eq!(found, expected);
}

#[test]
fn texts_go_on_in_the_next_record_in_another_width() {
    // 示例ab, the second half behind a new record that says: one byte a character.
    let texts = [
        record(0x00fc, &[1, 0, 0, 0, 1, 0, 0, 0, 4, 0, 1, 0x3a, 0x79, 0x8b, 0x4f]),
        record(0x003c, &[0, b'a', b'b']),
    ];
    let bytes = workbook(&texts.concat(), &cell(0x00fd, 0, &0_u32.to_le_bytes()));
    assert_eq!(read(&bytes).unwrap().1[0].1, ["示例ab"]);
}

#[test]
fn records_out_of_order_are_put_in_order() {
    let rk = 6_u32.to_le_bytes();
    let at = |row: u8, column: u8| record(0x027e, &[&[row, 0, column, 0, 0, 0], &rk[..]].concat());
    let bytes = workbook(&[], &[at(4, 1), at(1, 0), at(4, 0)].concat());
    let lines = read(&bytes).unwrap().1;
    assert_eq!(lines, [(2, vec!["1".to_owned()]), (5, vec!["1".into(), "1".into()])]);
}

#[test]
fn formulas_that_name_another_workbook_are_external() {
    let books = [
        record(0x01ae, &[1, 0, 4, 0, 0, b'b', b'o', b'o', b'k']),
        record(0x0017, &[1, 0, 0, 0, 0, 0, 0, 0]),
    ];
    let formula = [&1.0_f64.to_le_bytes()[..], &[0; 6], &[7, 0, 0x3a, 0, 0, 0, 0, 0, 0]].concat();
    let bytes = workbook(&books.concat(), &cell(0x0006, 0, &formula));
    assert_eq!(kinds(&bytes, 0), [(Value::Number, Formula::External)]);
}

#[test]
fn protected_and_foreign_files_are_refused() {
    let protected = workbook(&record(0x002f, &[0; 6]), &[]);
    assert!(matches!(refusal(&protected), OpenError::Encrypted));
    assert!(matches!(refusal(&compound("EncryptedPackage", &[0; 9])), OpenError::Encrypted));
    for (name, looks) in [
        ("WordDocument", Looks::Word),
        ("Book", Looks::OldWorkbook),
        ("PowerPoint Document", Looks::Presentation),
        ("Other", Looks::OtherOffice),
    ] {
        let error = refusal(&compound(name, &[0; 9]));
        assert!(matches!(error, OpenError::NotATable { looks: found } if found == looks));
    }
    let old = compound("Workbook", &record(0x0809, &[0, 5, 5, 0]));
    let error = refusal(&old);
    assert!(matches!(error, OpenError::NotATable { looks: Looks::OldWorkbook }), "{error}");
}

#[test]
fn a_file_cut_anywhere_is_refused_or_gives_its_first_rows() {
    let whole = read(XLWT).unwrap().1;
    for length in (8..XLWT.len()).step_by(997) {
        let bytes = &XLWT[..length];
        let Ok(mut file) = crate::support::open(bytes) else { continue };
        let Ok(_) = file.rows() else { continue };
        let (lines, end) = rows(&mut file);
        assert!(whole.starts_with(&lines), "cut to {length}");
        assert!(end.is_err() || lines.len() == whole.len(), "cut to {length}");
    }
    let error = refusal(&XLWT[..XLWT.len() / 2]);
    assert!(matches!(error, OpenError::Damaged { what: Damage::Incomplete, .. }), "{error}");
}

#[test]
fn a_file_over_the_limit_is_refused() {
    let limits = Limits { xls_bytes_max: 1000, ..Limits::default() };
    let error = SheetFile::open(Cursor::new(XLWT), None, limits).err().unwrap();
    assert!(matches!(error, OpenError::TooLarge { max: 1000, .. }), "{error}");
    let limits = Limits { texts_max: 10, ..Limits::default() };
    let error = SheetFile::open(Cursor::new(XLWT), None, limits).err().unwrap();
    assert!(matches!(error, OpenError::TooLarge { max: 10, .. }), "{error}");
}
