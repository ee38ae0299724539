//! What a file as a whole must be, and how an intake stops where it is not.

mod support;

use std::{
    collections::BTreeMap,
    io::{self, Cursor, Read, Seek, SeekFrom},
};

use support::{
    STRAY, Sheet, penalty, sample, take_in, take_in_filled, take_in_with, take_in_within, today,
    verdicts, with_stray_marks,
};
use tiaoxi_catalog::Calendar;
use tiaoxi_intake::{Limits, Settings, recognise};
use tiaoxi_sheet::{Encoding, FileKind, SheetFile};

fn code_of(file: &[u8]) -> &'static str {
    take_in(&penalty(), file).error.map_or("none", |error| error.code())
}

fn all_accepted(rows: u32) -> Vec<(u32, String)> {
    (1..=rows).map(|row| (row, "accepted".to_owned())).collect()
}

#[test]
fn reads_files_however_their_lines_end_and_with_or_without_a_mark() {
    let sheet = Sheet::of_penalties(3);
    for terminator in ["\r\n", "\n", "\r", "\n\n"] {
        for mark in ["", "\u{feff}"] {
            let mut file = mark.as_bytes().to_vec();
            file.extend(sheet.to_csv(terminator));
            let taken = take_in(&penalty(), &file);
            assert_eq!(verdicts(&taken), all_accepted(3), "{terminator:?} {mark:?}");
        }
    }
}

#[test]
fn the_same_rows_give_the_same_records_in_every_kind_and_encoding() {
    let sheet = Sheet::of_penalties(5);
    let plain = take_in(&penalty(), &sheet.to_csv("\n"));
    assert_eq!(verdicts(&plain), all_accepted(5));
    for kind in [FileKind::Csv, FileKind::Tsv, FileKind::Xlsx] {
        for encoding in [Encoding::Utf8, Encoding::Utf8Mark, Encoding::Gb18030] {
            let taken = take_in(&penalty(), &sheet.to_file(kind, encoding));
            assert_eq!(taken.outcomes, plain.outcomes, "{kind:?} {encoding:?}");
            let form = taken.shape.unwrap().form;
            assert_eq!(form.kind, kind);
            if kind != FileKind::Xlsx {
                assert_eq!(form.encoding, Some(encoding));
            }
        }
    }
}

#[test]
fn the_last_row_needs_no_line_break() {
    let file = Sheet::of_penalties(2).to_csv("\n");
    let taken = take_in(&penalty(), file.strip_suffix(b"\n").unwrap());
    assert_eq!(taken.outcomes.len(), 2);
    assert!(taken.error.is_none());
}

#[test]
fn a_file_without_text_is_empty() {
    for file in ["", "\u{feff}", "\n\n\r\n", ",,,\n", "  \n"] {
        assert_eq!(code_of(file.as_bytes()), "EMPTY_FILE", "{file:?}");
    }
    let blank = Sheet(vec![vec![String::new(), " ".into()]]);
    assert_eq!(code_of(&blank.to_file(FileKind::Xlsx, Encoding::Utf8)), "EMPTY_FILE");
}

#[test]
fn a_header_without_rows_is_a_file_without_records() {
    let taken = take_in(&penalty(), &Sheet::of_penalties(0).to_csv("\n"));
    assert!(taken.error.is_none() && taken.outcomes.is_empty());
}

#[test]
fn a_file_that_is_no_table_says_what_it_is_and_what_to_do() {
    for (file, code) in [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj".as_slice(), "NOT_A_TABLE"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "NOT_A_TABLE"),
    ] {
        let error = take_in(&penalty(), file).error.unwrap();
        assert_eq!(error.code(), code);
        assert!(!error.zh().is_empty() && error.zh() != error.en());
    }
}

/// Memory that a row whose end is looked for takes.
const MEMORY_BYTES_MAX: usize = 8 << 20;

#[test]
fn a_quotation_mark_that_is_never_closed_costs_its_own_row() {
    let sheet = Sheet::of_penalties(5);
    for kind in [FileKind::Csv, FileKind::Tsv] {
        for encoding in [Encoding::Utf8, Encoding::Gb18030, Encoding::Utf16] {
            let mut sheet = sheet.clone();
            sheet.0[2][0].insert(0, STRAY);
            let taken = take_in(&penalty(), &with_stray_marks(&sheet, kind, encoding));
            let mut expected = all_accepted(5);
            expected[1].1 = "STRAY_QUOTE".to_owned();
            assert_eq!(verdicts(&taken), expected, "{kind:?} {encoding:?}");
            let finding = &taken.rejected(2)[0];
            assert!(
                finding.en.contains("line 3, column 1,") && finding.zh.contains("第 3 行第 1 列")
            );
            assert_eq!(finding.field, Some(penalty().fields()[0].number));
            assert!(taken.cells[1][0].text.starts_with('"'));
        }
    }
}

#[test]
fn a_quotation_mark_in_the_header_stops_the_intake_and_names_the_line() {
    let sheet = Sheet::of_penalties(3);
    let file = String::from_utf8(sheet.to_csv("\n")).unwrap();
    let titled = format!("标题\n\n\"{file}");
    let item_catalog = support::catalog();
    for (file, line) in [
        (format!("\"{file}"), 1),
        (file.replacen(',', ",\"", 1), 1),
        (titled.clone(), 3),
        // The only row of the table.
        (titled.lines().take(3).collect::<Vec<_>>().join("\n"), 3),
    ] {
        let error = take_in(&penalty(), file.as_bytes()).error.unwrap();
        assert_eq!(error.code(), "UNCLOSED_QUOTE");
        let (zh, en) = (format!("第 {line} 行"), format!("line {line} "));
        assert!(error.zh().contains(&zh) && error.en().contains(&en), "{error}");
        let limits = tiaoxi_sheet::Limits::default();
        let mut file = SheetFile::open(Cursor::new(file.as_bytes()), None, limits).unwrap();
        assert!(recognise(&mut file, &item_catalog).is_ok_and(|item| item.slug() == "xzcf"));
    }
    // Whose header it is cannot be told.
    let mut file = SheetFile::open(
        Cursor::new("\"CF_WSH,处罚结果\n1,2\n".as_bytes()),
        None,
        tiaoxi_sheet::Limits::default(),
    )
    .unwrap();
    assert_eq!(recognise(&mut file, &item_catalog).unwrap_err().code(), "UNCLOSED_QUOTE");
}

#[test]
fn a_header_with_cells_of_several_lines_is_read() {
    let mut sheet = Sheet::of_penalties(2);
    for name in &mut sheet.0[0] {
        name.insert(name.char_indices().nth(1).unwrap().0, '\n');
    }
    let taken = take_in(&penalty(), &sheet.to_csv("\n"));
    assert_eq!(verdicts(&taken), all_accepted(2));
}

#[test]
fn a_line_without_end_stops_the_intake_in_bounded_memory() {
    let mut file = Sheet::of_penalties(4).to_csv("\n");
    file.extend(b"\"never closed,\nnext line\n");
    file.resize(80 << 20, b'x');
    let taken = take_in(&penalty(), &file);
    let found = verdicts(&taken);
    assert_eq!(found[..4], all_accepted(4));
    assert_eq!((found[4].1.as_str(), found[5].1.as_str()), ("STRAY_QUOTE", "CELL_COUNT"));
    assert_eq!(taken.error.unwrap().code(), "ROW_TOO_LARGE");
    assert!(taken.memory_max < MEMORY_BYTES_MAX, "{}", taken.memory_max);
}

#[test]
fn rows_beyond_the_limit_stop_the_intake() {
    let sheet = Sheet::of_penalties(3);
    for kind in [FileKind::Csv, FileKind::Xlsx] {
        let file = sheet.to_file(kind, Encoding::Utf8);
        let within = |rows_max| {
            let limits = Limits { rows_max, ..Limits::default() };
            take_in_within(&penalty(), &file, tiaoxi_sheet::Limits::default(), limits)
        };
        assert!(within(3).error.is_none());
        let taken = within(2);
        assert_eq!(taken.outcomes.len(), 2);
        assert_eq!(taken.error.unwrap().code(), "TOO_MANY_ROWS");
    }
}

#[test]
fn a_constant_stands_for_a_column_that_the_file_lacks() {
    let mut sheet = Sheet::of_penalties(2);
    let column = Sheet::column("CF_SJLY");
    for line in &mut sheet.0 {
        line.remove(column);
    }
    let file = sheet.to_csv("\n");
    let constant = |code: &str| BTreeMap::from([(code.to_owned(), "德清县演示局".to_owned())]);
    let taken = take_in_filled(&penalty(), &file, &constant("CF_SJLY"));
    assert_eq!(verdicts(&taken), all_accepted(2));
    assert!(taken.header.is_empty() && taken.shape.as_ref().unwrap().added.is_empty());
    assert!(taken.record(1).fields.iter().any(|field| field.text == "德清县演示局"));

    for (code, part) in [("CF_XDR_MC", "已有该列"), ("CF_NEIN", "没有这一项")] {
        let error = take_in_filled(&penalty(), &file, &constant(code)).error.unwrap();
        assert_eq!(error.code(), "BAD_FILL");
        assert!(error.zh().contains(part) && error.en().contains(code), "{}", error.zh());
    }
}

/// Fails once its bytes are used up.
struct Failing<'a>(Cursor<&'a [u8]>);

impl Read for Failing<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        match self.0.read(room)? {
            0 => Err(io::Error::other("the cable was pulled")),
            count => Ok(count),
        }
    }
}

impl Seek for Failing<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match to {
            // It claims to be longer.
            SeekFrom::End(_) => Ok(self.0.get_ref().len() as u64 + 1),
            to => self.0.seek(to),
        }
    }
}

#[test]
fn a_failing_read_keeps_its_cause() {
    let (file, _) = sample(&penalty(), 3000, 1, 0);
    let calendar = Calendar::default();
    let none = BTreeMap::new();
    let settings =
        Settings { today: today(), calendar: &calendar, fill: &none, limits: Limits::default() };
    let failing = Failing(Cursor::new(&file));
    let taken = take_in_with(&penalty(), failing, tiaoxi_sheet::Limits::default(), settings);
    assert!(taken.outcomes.len() > 2000, "{}", taken.outcomes.len());
    let error = taken.error.unwrap();
    assert_eq!(error.code(), "READ");
    let mut cause: &dyn std::error::Error = &error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    assert_eq!(cause.to_string(), "the cable was pulled");
}
