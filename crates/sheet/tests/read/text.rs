//! CSV and TSV: encodings, delimiters, lines.

use std::io::Cursor;

use tiaoxi_sheet::{Encoding, FileKind, Limits, ReadError, SheetFile};

use crate::support::{open, read, rows};

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

fn utf16(text: &str, is_little: bool) -> Vec<u8> {
    let units = std::iter::once('\u{feff}').chain(text.chars()).collect::<String>();
    let bytes = |unit: u16| if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() };
    units.encode_utf16().flat_map(bytes).collect()
}

const TABLE: &str = "名称,文书号\r\n示例一号商行,演示罚字〔2024〕1号\r\n";
const GBK: Encoding = Encoding::Gb18030;

#[test]
fn a_table_reads_the_same_in_every_encoding_and_with_every_delimiter() {
    let mark = "\u{feff}".to_owned() + TABLE;
    let tabs = TABLE.replace(',', "\t");
    let semicolons = TABLE.replace(',', ";");
    for (bytes, encoding, delimiter, kind) in [
        (TABLE.as_bytes().to_vec(), Encoding::Utf8, b',', FileKind::Csv),
        (mark.into_bytes(), Encoding::Utf8Mark, b',', FileKind::Csv),
        (gbk(TABLE), GBK, b',', FileKind::Csv),
        (gbk(&tabs), GBK, b'\t', FileKind::Tsv),
        (semicolons.clone().into_bytes(), Encoding::Utf8, b';', FileKind::Csv),
        (utf16(&tabs, true), Encoding::Utf16, b'\t', FileKind::Tsv),
        (utf16(&semicolons, false), Encoding::Utf16, b';', FileKind::Csv),
    ] {
        let (form, lines) = read(&bytes).unwrap();
        assert_eq!(form.encoding, Some(encoding));
        assert_eq!((form.delimiter, form.kind), (Some(delimiter), kind));
        assert_eq!(lines[0], (1, vec!["名称".into(), "文书号".into()]));
        assert_eq!(lines[1].1, ["示例一号商行", "演示罚字〔2024〕1号"]);
        assert_eq!(lines.len(), 2);
    }
}

#[test]
fn characters_that_only_gb18030_has_are_read() {
    let text = "名称\n示例㐂𠮷商行\n";
    assert_eq!(read(&gbk(text)).unwrap().1[1].1, ["示例㐂𠮷商行"]);
}

#[test]
fn chinese_that_is_utf8_by_chance_is_chinese() {
    let (form, lines) = read(b"CF_WSH,CF_XDR_MC\n1,\xd2\xbb\n").unwrap();
    assert_eq!((form.encoding, lines[1].1[1].as_str()), (Some(GBK), "一"));
    // Characters of GB 18030 all through, although most of them would do as UTF-8.
    let (form, lines) = read(b"a,b\n\xd2\xbb\xd2\xbb\xd2\xbb,\xca\xbe\xc0\xfd\n").unwrap();
    assert_eq!((form.encoding, lines[1].1[0].as_str()), (Some(GBK), "一一一"));
    for text in ["CF_WSH,CF_XDR_MC\n1,A·B\n", "名称\nλ一\n", "名称\n示例\n"] {
        assert_eq!(read(text.as_bytes()).unwrap().0.encoding, Some(Encoding::Utf8), "{text}");
    }
}

#[test]
fn damaged_bytes_make_one_cell_bad_and_leave_the_encoding() {
    let table = TABLE.repeat(20);
    for (mut bytes, expected) in [(table.clone().into_bytes(), Encoding::Utf8), (gbk(&table), GBK)]
    {
        let place = bytes.len() - 6;
        bytes[place] = 0xff;
        let mut file = open(&bytes).unwrap();
        assert_eq!(file.form().encoding, Some(expected));
        let mut rows = file.rows().unwrap();
        let mut texts = Vec::new();
        while rows.read().unwrap() {
            texts.push(rows.row().texts().map(|cells| cells.len()));
        }
        assert_eq!(texts.pop(), Some(Err(1)));
        assert!(texts.iter().all(|row| *row == Ok(2)), "{texts:?}");
    }
}

#[test]
fn a_character_across_the_end_of_the_head_is_no_damage() {
    for shift in 0..3 {
        let text = format!("{}{TABLE}", "a".repeat((1 << 20) - 1 - shift));
        let (form, lines) = read(text.as_bytes()).unwrap();
        assert_eq!(form.encoding, Some(Encoding::Utf8));
        assert_eq!(lines.len(), 2);
    }
}

#[test]
fn gbk_is_decoded_across_chunks() {
    let row = "示例一号商行，演示\n".repeat(8_000);
    for shift in ["", "a"] {
        let text = format!("{shift}{row}");
        let (_, lines) = read(&gbk(&text)).unwrap();
        assert_eq!(lines.len(), 8_000);
        assert!(lines.iter().skip(1).all(|line| line.1 == ["示例一号商行，演示"]));
    }
}

#[test]
fn the_delimiter_is_the_one_that_rows_agree_on() {
    for (text, delimiter) in [
        ("a,b,c\n1,2,3\n", b','),
        ("a\tb\tc\n1,5\t2\t3\n1,5\t2\t3\n", b'\t'),
        ("a;b;c\n\"1;2\";2;3\n", b';'),
        ("名称,种类\n示例,警告;罚款\n示例,警告;罚款\n", b','),
        ("一列\n示例\n", b','),
        ("示例县演示局\n\n行政处罚\na\tb\tc\n1\t2\t3\n", b'\t'),
        // As often as one another.
        ("a,b;c\n1,2;3\n", b','),
        ("\"a,b,c,d\"\tb\n\"1,2,3,4\"\t2\n", b'\t'),
        ("a;b", b';'),
    ] {
        let file = open(text.as_bytes()).unwrap();
        assert_eq!(file.form().delimiter, Some(delimiter), "{text}");
    }
}

#[test]
fn lines_are_those_that_an_editor_shows() {
    for (text, expected) in [
        ("a\nb\n\n\nc\n", vec![1, 2, 5]),
        ("\n\na\n", vec![3]),
        ("a\r\nb\r\n\r\nc\r\n", vec![1, 2, 4]),
        ("a\rb\r\rc\r", vec![1, 2, 4]),
        ("\"a\n1\"\nb\n\nc", vec![1, 3, 5]),
        ("\"a\r\n1\"\r\nb\r\n", vec![1, 3]),
        (" \nb", vec![1, 2]),
    ] {
        let (_, lines) = read(text.as_bytes()).unwrap();
        let found: Vec<_> = lines.iter().map(|line| line.0).collect();
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn a_row_says_how_many_lines_it_spans() {
    let mut file = open(b"\"a\n1\n2\",b\nc,d\n").unwrap();
    let mut rows = file.rows().unwrap();
    let mut spans = Vec::new();
    while rows.read().unwrap() {
        spans.push(rows.row().lines());
    }
    assert_eq!(spans, [3, 1]);
}

#[test]
fn rows_come_again_from_the_top_and_progress_reaches_the_end() {
    for bytes in [TABLE.as_bytes().to_vec(), gbk(TABLE)] {
        let mut file = open(&bytes).unwrap();
        let first = rows(&mut file).0;
        assert_eq!(rows(&mut file).0, first);
        let mut again = file.rows().unwrap();
        while again.read().unwrap() {}
        let size = bytes.len() as u64;
        assert_eq!(again.progress(), (size, size));
        assert!(again.row().is_all_text());
    }
}

#[test]
fn long_rows_and_cells_keep_their_bounds() {
    let limits = Limits {
        columns_max: 3,
        cell_bytes_max: 300,
        row_kept_bytes_max: 1000,
        row_bytes_max: 100_000,
        ..Limits::default()
    };
    let long = "x".repeat(301);
    for (text, cut, len) in [
        (format!("a,{long}\n"), Some(1), 2),
        (format!("a,{}\n", "x".repeat(300)), None, 2),
        ("a,b,c,d,e\n".to_owned(), None, 5),
        (format!("{0},{0},{0},{0}\n", "x".repeat(290)), None, 4),
    ] {
        let mut file = SheetFile::open(Cursor::new(text.as_bytes()), None, limits).unwrap();
        let mut rows = file.rows().unwrap();
        assert!(rows.read().unwrap());
        assert_eq!((rows.row().cut(), rows.row().len()), (cut, len), "{text}");
    }
    let text = "x".repeat(100_001);
    let mut file = SheetFile::open(Cursor::new(text.as_bytes()), None, limits).unwrap();
    let error = file.rows().unwrap().read().unwrap_err();
    assert!(matches!(error, ReadError::RowTooLarge { line: 1, max: 100_000 }), "{error}");
}

#[test]
fn a_file_can_be_read_on_another_thread() {
    fn check<T: Send>() {}
    check::<SheetFile<Cursor<Vec<u8>>>>();
    check::<tiaoxi_sheet::Rows<'static, Cursor<Vec<u8>>>>();
}
