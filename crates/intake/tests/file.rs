//! What a file as a whole must be, and how an intake stops where it is not.

mod support;

use std::io::{self, Read};

use support::{Sheet, penalty, sample, take_in, take_in_within, today, verdicts};
use tiaoxi_intake::{Intake, Limits};

fn code_of(file: &[u8]) -> &'static str {
    take_in(&penalty(), file).error.map_or("none", |error| error.code())
}

#[test]
fn reads_files_however_their_lines_end_and_with_or_without_a_mark() {
    let sheet = Sheet::of_penalties(3);
    for terminator in ["\r\n", "\n", "\r", "\n\n"] {
        for mark in ["", "\u{feff}"] {
            let mut file = mark.as_bytes().to_vec();
            file.extend(sheet.to_csv(terminator));
            let taken = take_in(&penalty(), &file[..]);
            let expected: Vec<_> = (1..=3).map(|row| (row, "accepted".to_owned())).collect();
            assert_eq!(verdicts(&taken), expected, "{terminator:?} {mark:?}");
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
fn columns_are_found_by_code_and_name_in_any_order() {
    let item = penalty();
    let mut sheet = Sheet::of_penalties(2);
    for (place, field) in item.fields().iter().enumerate().filter(|(place, _)| place % 2 == 0) {
        sheet.0[0][place] = format!(" {} ", field.code.to_lowercase());
    }
    let plain = take_in(&item, &sheet.to_csv("\n")[..]);
    for line in &mut sheet.0 {
        line.reverse();
    }
    let reversed = take_in(&item, &sheet.to_csv("\n")[..]);
    assert_eq!(verdicts(&plain).len(), 2);
    assert_eq!(plain.outcomes, reversed.outcomes);
}

#[test]
fn a_file_without_text_is_empty() {
    for file in ["", "\u{feff}", "\n\n\r\n", ",,,\n", "  \n"] {
        assert_eq!(code_of(file.as_bytes()), "EMPTY_FILE", "{file:?}");
    }
}

#[test]
fn a_header_without_rows_is_a_file_without_records() {
    let taken = take_in(&penalty(), &Sheet::of_penalties(0).to_csv("\n")[..]);
    assert!(taken.error.is_none() && taken.outcomes.is_empty());
}

#[test]
fn another_encoding_stops_and_says_what_to_do() {
    // 行政相对人名称,处罚决定日期 in GBK.
    let gbk: &[u8] = b"\xd0\xd0\xd5\xfe\xcf\xe0\xb6\xd4\xc8\xcb\xc3\xfb\xb3\xc6,\
        \xb4\xa6\xb7\xa3\xbe\xf6\xb6\xa8\xc8\xd5\xc6\xda\n";
    let codes: Vec<_> = penalty().fields().iter().map(|field| field.code.clone()).collect();
    let mut gbk_below = codes.join(",").into_bytes();
    gbk_below.push(b'\n');
    gbk_below.extend(gbk);
    for (file, hint) in [
        (gbk, "GBK"),
        (&gbk_below, "GBK"),
        (b"\xff\xfeC\0F\0", "UTF-16"),
        (b"PK\x03\x04", "workbook"),
        (b"\xff,a\n", "CSV UTF-8"),
    ] {
        let error = take_in(&penalty(), file).error.unwrap();
        assert_eq!(error.code(), "NOT_UTF8");
        assert!(error.en().contains(hint), "{error}");
        assert!(error.zh().contains("CSV UTF-8"), "{}", error.zh());
    }
}

#[test]
fn a_header_that_does_not_fit_the_item_is_named() {
    let change = |what: fn(&mut Vec<String>)| {
        let mut sheet = Sheet::of_penalties(1);
        what(&mut sheet.0[0]);
        let error = take_in(&penalty(), &sheet.to_csv("\n")[..]).error;
        error.map(|error| (error.code(), error.en()))
    };
    for (what, code, part) in [
        ((|_| {}) as fn(&mut Vec<String>), "none", ""),
        (|header| header[13] = "文号？".into(), "MISSING_COLUMN", "CF_WSH 行政处罚决定书文号"),
        (|header| header[3] = "CF_XDR_MC".into(), "DUPLICATE_COLUMN", "columns 1 and 4"),
        (|header| header[29] = "当事人血型".into(), "FORBIDDEN_COLUMN", "血型"),
        (|header| header.resize(513, "x".into()), "TOO_MANY_COLUMNS", "513"),
        (
            |header| *header = vec!["姓名".into(), "110105194912310021".into()],
            "UNKNOWN_HEADER",
            "姓名, 110105****",
        ),
    ] {
        let (found, message) = change(what).unwrap_or(("none", String::new()));
        assert_eq!(found, code);
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn unknown_columns_are_reported_and_passed_over() {
    let mut sheet = Sheet::of_penalties(1);
    for (line, cell) in sheet.0.iter_mut().zip(["经办科室", "示例科"]) {
        line.insert(2, cell.into());
        line.push(String::new());
    }
    let (item, file) = (penalty(), sheet.to_csv("\n"));
    let intake = Intake::new(&file[..], &item, today(), Limits::default()).unwrap();
    let [finding] = intake.header().findings() else { panic!("one column is unknown") };
    assert_eq!(finding.code, "UNKNOWN_COLUMN");
    assert!(finding.zh.contains("经办科室"));
    assert_eq!(verdicts(&take_in(&item, &file[..])), [(1, "accepted".to_owned())]);
}

#[test]
fn a_quotation_mark_that_is_never_closed_stops_the_intake_and_names_the_row() {
    let mut file = Sheet::of_penalties(4).to_csv("\n");
    file.extend(b"\"never closed,\nnext line\n");
    let taken = take_in(&penalty(), &file[..]);
    assert_eq!(taken.outcomes.len(), 4);
    let error = taken.error.unwrap();
    assert_eq!(error.code(), "UNCLOSED_QUOTE");
    assert!(error.en().contains("row 5, from line 6"), "{error}");

    let endless = file.chain(io::repeat(b'x'));
    let taken = take_in(&penalty(), endless);
    assert_eq!(taken.outcomes.len(), 4);
    assert_eq!(taken.error.unwrap().code(), "ROW_TOO_LARGE");
    assert!(taken.memory_max < 2_000_000, "{}", taken.memory_max);
}

#[test]
fn rows_beyond_the_limit_stop_the_intake() {
    let file = Sheet::of_penalties(3).to_csv("\n");
    let limits = |rows_max| Limits { rows_max, ..Limits::default() };
    assert!(take_in_within(&penalty(), &file[..], limits(3)).error.is_none());
    let taken = take_in_within(&penalty(), &file[..], limits(2));
    assert_eq!(taken.outcomes.len(), 2);
    assert_eq!(taken.error.unwrap().code(), "TOO_MANY_ROWS");
}

/// Fails once its bytes are used up.
struct Failing<'a>(&'a [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        match self.0.read(room)? {
            0 => Err(io::Error::other("the cable was pulled")),
            count => Ok(count),
        }
    }
}

#[test]
fn a_failing_read_keeps_its_cause() {
    let (file, _) = sample(&penalty(), 500, 1, 0);
    let taken = take_in(&penalty(), Failing(&file));
    assert!(taken.outcomes.len() > 300);
    let error = taken.error.unwrap();
    assert_eq!(error.code(), "READ");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the cable was pulled");
}

#[test]
fn the_digest_covers_every_byte_of_the_file() {
    let item = penalty();
    let mut file = Sheet::of_penalties(2).to_csv("\r\n");
    file.extend(b"\n\n   \n");
    let mut intake = Intake::new(&file[..], &item, today(), Limits::default()).unwrap();
    while intake.next_row().unwrap().is_some() {}
    assert_eq!(intake.digest(), *blake3::hash(&file).as_bytes());
    assert_eq!((intake.bytes_read(), intake.blank_rows()), (file.len() as u64, 1));
}
