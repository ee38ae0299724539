//! Quotation marks without a partner: they cost their own row, and no other.

use std::io::Cursor;

use proptest::{prelude::*, sample::Index};
use tiaoxi_sheet::{Encoding, Limits, ReadError, SheetFile, write::TextWriter};

use crate::support::Line;

const MEMORY_BYTES_MAX: usize = 8 << 20;

/// The rows of a file, those with a stray mark told from the others, and how reading ended.
struct Table {
    good: Vec<Line>,
    stray: Vec<Line>,
    end: Result<(), ReadError>,
}

fn read(bytes: &[u8], cells: Option<usize>) -> Table {
    let mut file = SheetFile::open(Cursor::new(bytes), None, Limits::default()).unwrap();
    let mut rows = file.rows().unwrap();
    if let Some(cells) = cells {
        rows.expect_cells(cells);
    }
    let (mut good, mut stray) = (Vec::new(), Vec::new());
    let (mut line, mut progress) = (0, 0);
    let end = loop {
        match rows.read() {
            Ok(true) => {}
            Ok(false) => break Ok(()),
            Err(error) => break Err(error),
        }
        let row = rows.row();
        let texts = row.cells(usize::MAX).map(String::from_utf8_lossy).map(Into::into);
        assert!(row.line() > line && rows.progress().0 >= progress);
        (line, progress) = (row.line(), rows.progress().0);
        if row.has_stray_quote() {
            assert_eq!(row.lines(), 1);
            stray.push((row.line(), texts.collect()));
        } else {
            good.push((row.line(), texts.collect()));
        }
        assert!(rows.memory_bytes() <= MEMORY_BYTES_MAX, "{}", rows.memory_bytes());
    };
    Table { good, stray, end }
}

/// A thousand rows, the hundredth of three lines, every third with a quoted cell.
fn thousand() -> Vec<String> {
    let row = |number| match number {
        100 => "100,\"三\n行,\n文字\",末\n".to_owned(),
        number if number % 3 == 1 => format!("{number},\"示例,{number}\",\"末\"\"尾\"\"\"\n"),
        number => format!("{number},示例,末\n"),
    };
    (1..=1000).map(row).collect()
}

fn utf16(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn check(damaged: &[(usize, &str)], expected: &[(u64, &[&str])]) {
    let mut rows = thousand();
    for (number, row) in damaged {
        (*row).clone_into(&mut rows[number - 1]);
    }
    let text = rows.concat();
    let gbk = encoding_rs::GB18030.encode(&text).0.into_owned();
    let whole = read(thousand().concat().as_bytes(), Some(3));
    assert_eq!((whole.good.len(), whole.stray.len()), (1000, 0));
    let mut others = whole.good;
    others.retain(|row| damaged.iter().all(|(number, _)| row.1[0] != number.to_string()));
    for bytes in [text.as_bytes(), &gbk, &utf16(&text)] {
        for cells in [None, Some(3)] {
            let table = read(bytes, cells);
            assert!(table.end.is_ok(), "{:?}", table.end);
            let stray = table
                .stray
                .iter()
                .map(|(line, cells)| (*line, cells.iter().map(String::as_str).collect::<Vec<_>>()));
            let expected = expected.iter().map(|(line, cells)| (*line, cells.to_vec()));
            assert_eq!(stray.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
            assert!(table.good == others, "{damaged:?}");
        }
    }
}

#[test]
fn a_stray_mark_costs_its_own_row() {
    check(&[(3, "3,\"示例,末\n")], &[(3, &["3", "\"示例", "末"])]);
    check(&[(3, "\"3,示例,末\n")], &[(3, &["\"3", "示例", "末"])]);
    check(&[(3, "3,示例,\"末\n")], &[(3, &["3", "示例", "\"末"])]);
    // Closed on its own line, in another cell.
    check(&[(4, "4,\"示\"例,4\",末\n")], &[(4, &["4", "\"示\"例", "4\"", "末"])]);
}

#[test]
fn a_closing_mark_that_is_missing_or_doubled_costs_its_own_row() {
    check(&[(4, "4,\"示例,4,末\n")], &[(4, &["4", "\"示例", "4", "末"])]);
    check(&[(4, "4,\"示例,4\"\",末\n")], &[(4, &["4", "\"示例", "4\"\"", "末"])]);
}

#[test]
fn a_stray_mark_before_marks_that_are_doubled_costs_its_own_row() {
    check(&[(5, "5,\"示\"\"例\"\"甲,末\n")], &[(5, &["5", "\"示\"\"例\"\"甲", "末"])]);
    check(&[(5, "\"5,\"\"\"示,例\"\"\",末\n")], &[(5, &["\"5", "\"示,例\"", "末"])]);
}

#[test]
fn a_stray_mark_in_the_last_row_costs_that_row() {
    for row in ["1000,示例,\"末\n", "1000,示例,\"末", "1000,示例,\""] {
        let last = row.trim_end().rsplit(',').next().unwrap();
        check(&[(1000, row)], &[(1002, &["1000", "示例", last])]);
    }
}

#[test]
fn each_of_two_stray_marks_costs_its_own_row() {
    check(
        &[(3, "3,\"示例,末\n"), (700, "\"700,示例,末\n")],
        &[(3, &["3", "\"示例", "末"]), (702, &["\"700", "示例", "末"])],
    );
    check(
        &[(3, "3,\"示例,末\n"), (4, "4,\"示例,末\n"), (5, "5,\"示例,末\n")],
        &[(3, &["3", "\"示例", "末"]), (4, &["4", "\"示例", "末"]), (5, &["5", "\"示例", "末"])],
    );
}

#[test]
fn two_stray_marks_that_look_like_a_pair_hold_no_rows_together() {
    // They would make a row of two cells, or of six.
    let rows: [&[&str]; 2] = [
        &["1,2,3\n", "4,\"5,6\n", "7,8,9\n", "10,11,12\"\n", "13,14,15\n"],
        &["1,2,3,4,5,6\n", "1,\"2,3,4,5,6\n", "1,2,3,4,5,6\n", "1,2\",3,4,5,6\n", "1,2,3,4,5,6\n"],
    ];
    for rows in rows {
        let cells = rows[0].matches(',').count() + 1;
        let table = read(rows.concat().as_bytes(), Some(cells));
        let lines = |rows: &[Line]| rows.iter().map(|row| row.0).collect::<Vec<_>>();
        // The mark behind a cell is one of its characters.
        assert_eq!((lines(&table.stray), lines(&table.good)), (vec![2], vec![1, 3, 4, 5]));
        assert_eq!(table.good[1].1.len(), cells);
    }
}

#[test]
fn cells_of_several_lines_stay_whole() {
    let text =
        "名称,\"备\n注\",\"c\"\n\"a\r\nb,\r\nc\", d ,\"e\" \n5\" x,\"\n\n\",\"\"\nx,\"y\nz\"\n";
    for cells in [None, Some(3)] {
        let table = read(text.as_bytes(), cells);
        assert!(table.stray.is_empty() && table.end.is_ok());
        let counts: Vec<_> = table.good.iter().map(|(line, cells)| (*line, cells.len())).collect();
        // In the last row a cell is missing, and no line of it is a row.
        assert_eq!(counts, [(1, 3), (3, 3), (6, 3), (9, 2)]);
    }
}

#[test]
fn lines_that_end_in_any_way_are_counted_behind_a_stray_mark() {
    for end in ["\n", "\r\n", "\r", "\n\n"] {
        let text = ["a,b", "1,\"2", "3,4", "5,\"6\"", ""].join(end);
        let table = read(text.as_bytes(), Some(2));
        let step = if end == "\n\n" { 2 } else { 1 };
        let lines: Vec<_> = table.good.iter().map(|row| row.0).collect();
        assert_eq!(lines, [1, 1 + 2 * step, 1 + 3 * step], "{end:?}");
        assert_eq!(table.stray, [(1 + step, vec!["1".to_owned(), "\"2".to_owned()])]);
    }
}

#[test]
fn a_stray_mark_far_from_the_next_one_costs_its_own_row() {
    let row = format!("{},b\n", "x".repeat(998));
    let rows = row.repeat(9_000);
    let text = format!("a,b\n\"1,2\n{rows}\"3,4\n{rows}5,\"6\"\n");
    for bytes in [text.as_bytes(), &utf16(&text)] {
        let table = read(bytes, Some(2));
        assert!(table.end.is_ok(), "{:?}", table.end);
        let lines: Vec<_> = table.stray.iter().map(|row| row.0).collect();
        assert_eq!(lines, [2, 9_003]);
        assert_eq!(table.good.len(), 18_002);
    }
}

#[test]
fn a_line_that_is_too_long_to_be_kept_ends_the_reading_with_its_number() {
    let text = format!("a,b\n1,\"{}\n3,4\n", "x".repeat(5 << 20));
    let table = read(text.as_bytes(), Some(2));
    assert_eq!(table.good.len(), 1);
    assert!(matches!(table.end, Err(ReadError::UnclosedQuote { line: 2 })), "{:?}", table.end);
    let text = format!("a,b\n1,\"{}\"\n3,4\n", "x".repeat(5 << 20));
    let table = read(text.as_bytes(), Some(2));
    assert!(table.end.is_ok());
    assert_eq!((table.good.len(), table.stray.len()), (3, 0));
}

#[test]
fn files_of_nothing_but_quotation_marks_are_read_to_the_end() {
    for line in ["\"\n", "\"a\n", "\"", "\",", "a,\"\n", "\",\"\n", "\"\"a,\"\n", "\"\"\"\n"] {
        let text = line.repeat((64 << 10) / line.len());
        for cells in [None, Some(2), Some(9)] {
            let table = read(text.as_bytes(), cells);
            assert!(table.end.is_ok(), "{line:?}: {:?}", table.end);
        }
    }
}

#[test]
fn a_file_in_which_every_line_opens_a_row_without_end_is_given_up() {
    let table = read("x\",\"\n".repeat(1 << 20).as_bytes(), Some(2));
    assert!(matches!(table.end, Err(ReadError::UnclosedQuote { .. })), "{:?}", table.end);
    // Each of them took 4 MiB to read.
    assert!(table.stray.len() <= 20, "{}", table.stray.len());
}

/// A cell whose text is not, by chance, the end of a cell that began before: that is all that a
/// reader can go by.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![2 => "[a-c示例]{0,3}", 1 => "\"{0,3}[a示][a,;\"\n\r示 ]{0,6}"]
}

fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    (2..5_usize).prop_flat_map(|cells| {
        let row = proptest::collection::vec(cell(), cells);
        proptest::collection::vec(row.prop_filter("a row", |row| !row.concat().is_empty()), 1..12)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn a_mark_put_anywhere_into_a_row_leaves_the_others_as_they_were(
        table in table(),
        at: Index,
        place: Index,
        encoding in prop_oneof![Just(Encoding::Utf8Mark), Just(Encoding::Utf16)],
    ) {
        let cells = table[0].len();
        let at = at.index(table.len());
        let mut writer = TextWriter::new(Vec::new(), Encoding::Utf8, b',');
        let mut ends = vec![0];
        let mut text = Vec::new();
        for row in &table {
            writer.row(row.iter().map(String::as_str)).unwrap();
            text = writer.finish().unwrap();
            ends.push(text.len());
            writer = TextWriter::new(text.clone(), Encoding::Utf8, b',');
        }
        let mut text = String::from_utf8(text).unwrap();
        let row = &text[ends[at]..ends[at + 1] - 1];
        let places: Vec<_> = row.char_indices().map(|(place, _)| ends[at] + place).collect();
        text.insert(places[place.index(places.len())], '"');
        let bytes = match encoding {
            Encoding::Utf16 => utf16(&text),
            _ => format!("\u{feff}{text}").into_bytes(),
        };
        let mut file = SheetFile::open(Cursor::new(&bytes), None, Limits::default()).unwrap();
        prop_assume!(file.form().delimiter == Some(b','));
        let mut rows = file.rows().unwrap();
        rows.expect_cells(cells);
        let mut read: Vec<Vec<String>> = Vec::new();
        while rows.read().unwrap() {
            read.push(rows.row().texts().unwrap().iter().map(|cell| (*cell).to_owned()).collect());
        }
        let behind = table.len() - at - 1;
        prop_assert!(read.len() > at + behind, "{read:?}");
        prop_assert_eq!(&read[..at], &table[..at]);
        prop_assert_eq!(&read[read.len() - behind..], &table[at + 1..]);
    }
}
