//! `.xlsx` files as nobody should write them: bounded memory, a clear answer.

use std::io::{Cursor, Write};

use tiaoxi_sheet::{Amount, Damage, Limits, OpenError, ReadError, SheetFile};
use zip::{ZipWriter, unstable::write::FileOptionsExt, write::SimpleFileOptions};

use crate::support::{Book, open, read, refusal, rows, zip};

const MEMORY_BYTES_MAX: usize = 4 << 20;

/// The first error of reading the whole file, and the most memory on the way.
fn failure(bytes: &[u8], limits: Limits) -> (String, usize) {
    let mut file = match SheetFile::open(Cursor::new(bytes), None, limits) {
        Ok(file) => file,
        Err(error) => return (format!("{error:?}"), 0),
    };
    let mut rows = match file.rows() {
        Ok(rows) => rows,
        Err(error) => return (format!("{error:?}"), 0),
    };
    let mut memory = 0;
    loop {
        let more = rows.read();
        memory = memory.max(rows.memory_bytes());
        match more {
            Ok(true) => {}
            Ok(false) => return (String::new(), memory),
            Err(error) => return (format!("{error:?}"), memory),
        }
    }
}

fn small() -> Limits {
    Limits {
        sheet_bytes_max: 2 << 20,
        texts_bytes_max: 1 << 20,
        texts_max: 10_000,
        part_bytes_max: 1 << 20,
        xml_run_bytes_max: 256 << 10,
        ..Limits::default()
    }
}

#[test]
fn bombs_go_off_at_their_limit() {
    let row = "<row><c><v>1</v></c></row>";
    for (book, what) in [
        (Book::of_rows(row.repeat(100_000)), Amount::SheetBytes),
        (Book::of_rows(format!("<row>{}</row>", " ".repeat(300 << 10))), Amount::RunBytes),
        (Book::of_rows(row).with_texts("<si/>".repeat(10_001)), Amount::Texts),
        (
            Book::of_rows(row)
                .with_texts(format!("<si><t>{}</t></si>", "x".repeat(60_000)).repeat(40)),
            Amount::TextsBytes,
        ),
        (Book { properties: " ".repeat(2 << 20), ..Book::default() }, Amount::RunBytes),
        (
            Book { properties: "/><!-- x --><x ".repeat(100_000), ..Book::default() },
            Amount::PartBytes,
        ),
    ] {
        let bytes = book.build();
        let (error, memory) = failure(&bytes, small());
        assert!(error.starts_with("TooLarge") && error.contains(&format!("{what:?}")), "{error}");
        assert!(memory <= MEMORY_BYTES_MAX, "{memory} bytes for {what:?}");
    }
}

#[test]
fn text_that_comes_in_endless_pieces_is_cut() {
    let texts = format!("<si><t>{}</t></si>", "a&amp;".repeat(300_000));
    let book =
        Book::of_rows(r#"<row><c t="s"><v>0</v></c><c><v>1</v></c></row>"#).with_texts(texts);
    let bytes = book.build();
    let mut file = SheetFile::open(Cursor::new(&bytes), None, small()).unwrap();
    let mut rows = file.rows().unwrap();
    assert!(rows.read().unwrap());
    assert_eq!((rows.row().cut(), rows.row().len()), (Some(0), 2));
    assert!(rows.memory_bytes() <= MEMORY_BYTES_MAX);
}

#[test]
fn elements_inside_one_another_without_end_are_damage() {
    let bytes = Book::of_rows("<row>".repeat(1_000_000)).build();
    let (error, memory) = failure(&bytes, small());
    assert!(error.contains("Content"), "{error}");
    assert!(memory <= MEMORY_BYTES_MAX);
    let mut parts = Book::of_rows("").parts();
    parts[5].1.insert_str(0, "<!DOCTYPE x [<!ENTITY a \"aaaa\">]>");
    let parts: Vec<_> = parts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert!(failure(&zip(&parts), small()).0.contains("Content"));
}

#[test]
fn numbers_that_the_file_claims_cost_nothing() {
    let texts = Book::of_rows("").with_texts("").parts();
    let texts: Vec<_> = texts
        .iter()
        .map(|(name, text)| (*name, text.replace("<sst", "<sst uniqueCount=\"999999999999\"")))
        .collect();
    let texts: Vec<_> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert_eq!(read(&zip(&texts)).unwrap().1, []);
    // Four billion parts in a directory of four gigabytes.
    let mut bytes = Book::of_rows("").build();
    let end = bytes.len() - 22;
    bytes[end + 8..end + 12].fill(0xfe);
    bytes[end + 12..end + 16].copy_from_slice(&[0xff, 0xff, 0xff, 0x7f]);
    assert!(matches!(refusal(&bytes), OpenError::Damaged { .. }));
}

#[test]
fn archives_with_wide_numbers_are_read() {
    let mut bytes = Book::of_rows("<row><c><v>1</v></c></row>").build();
    let end = bytes.split_off(bytes.len() - 22);
    let number = |at: usize| u64::from(u32::from_le_bytes(end[at..at + 4].try_into().unwrap()));
    let (directory_bytes, directory_start) = (number(12), number(16));
    let entries = u64::from(u16::from_le_bytes([end[10], end[11]]));
    let end64_start = bytes.len() as u64;
    bytes.extend([b"PK\x06\x06\x2c".as_slice(), &[0; 19]].concat());
    for number in [entries, entries, directory_bytes, directory_start] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(
        [b"PK\x06\x07\0\0\0\0".as_slice(), &end64_start.to_le_bytes(), &[1, 0, 0, 0]].concat(),
    );
    bytes.extend([b"PK\x05\x06\0\0\0\0".as_slice(), &[0xff; 12], &[0, 0]].concat());
    assert_eq!(read(&bytes).unwrap().1, [(1, vec!["1".to_owned()])]);
    bytes[usize::try_from(end64_start).unwrap() + 32] = 0xff;
    bytes[usize::try_from(end64_start).unwrap() + 33] = 0xff;
    assert!(matches!(refusal(&bytes), OpenError::TooLarge { what: Amount::Parts, .. }));
}

#[test]
fn too_many_parts_are_refused() {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..10_001 {
        archive.start_file(number.to_string(), SimpleFileOptions::default()).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    let error = refusal(&bytes);
    assert!(matches!(error, OpenError::TooLarge { what: Amount::Parts, max: 10_000 }), "{error}");
}

#[test]
fn two_parts_of_one_name_are_damage() {
    let mut parts = Book::of_rows("").parts();
    parts.push(("XL/workbook.xml", "<x/>".to_owned()));
    let parts: Vec<_> = parts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let error = refusal(&zip(&parts));
    assert!(matches!(error, OpenError::Damaged { what: Damage::Packing, .. }), "{error}");
}

#[test]
fn an_encrypted_part_is_called_so() {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().with_deprecated_encryption(b"x").unwrap();
    for (name, text) in Book::of_rows("").parts() {
        archive.start_file(name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    assert!(matches!(refusal(&bytes), OpenError::Encrypted));
}

#[test]
fn rows_and_cells_that_are_out_of_place_are_damage_after_the_good_ones() {
    let good = r#"<row r="1"><c r="A1"><v>1</v></c></row>"#;
    for (rest, expected) in [
        (r#"<row r="1"><c r="A1"><v>1</v></c></row>"#, Damage::Order),
        (r#"<row r="3"><c r="A4"><v>1</v></c></row>"#, Damage::Order),
        (r#"<row r="3"><c r="B3"><v>1</v></c><c r="A3"><v>1</v></c></row>"#, Damage::Order),
        (r#"<row r="3"><c r="A3"><v>1</v></c><c r="A3"><v>1</v></c></row>"#, Damage::Order),
        (r#"<row r="1048577"><c><v>1</v></c></row>"#, Damage::OutOfSheet),
        (r#"<row r="4294967295"><c><v>1</v></c></row>"#, Damage::OutOfSheet),
        (r#"<row r="2"><c r="XFE2"><v>1</v></c></row>"#, Damage::OutOfSheet),
        (r#"<row r="0"><c><v>1</v></c></row>"#, Damage::Content),
        (r#"<row r="x"><c><v>1</v></c></row>"#, Damage::Content),
        (r#"<row r="2"><c r="2A"><v>1</v></c></row>"#, Damage::Content),
        (r#"<row r="2"><c r="A2"><v>1</row></c>"#, Damage::Content),
    ] {
        let bytes = Book::of_rows(format!("{good}{rest}")).build();
        let mut file = open(&bytes).unwrap();
        let (lines, end) = rows(&mut file);
        assert_eq!(lines, [(1, vec!["1".to_owned()])], "{rest}");
        let what = match end {
            Err(ReadError::Damaged { what, .. }) => what,
            other => panic!("{rest}: {other:?}"),
        };
        assert_eq!(what, expected, "{rest}");
    }
}

#[test]
fn sixteen_thousand_columns_are_counted_and_not_kept() {
    let cells = "<c><v>1</v></c>".repeat(16_384);
    let bytes = Book::of_rows(format!("<row>{cells}</row>")).build();
    let mut file = open(&bytes).unwrap();
    let mut rows = file.rows().unwrap();
    assert!(rows.read().unwrap());
    assert_eq!(rows.row().len(), 16_384);
    assert_eq!(rows.row().spans().count(), Limits::default().columns_max);
    assert!(rows.memory_bytes() <= MEMORY_BYTES_MAX);
}

#[test]
fn a_file_cut_anywhere_is_incomplete() {
    let row = r#"<row><c t="inlineStr"><is><t>示例</t></is></c></row>"#;
    let bytes = Book::of_rows(row.repeat(50)).build();
    for length in (4..bytes.len()).step_by(7) {
        let error = refusal(&bytes[..length]);
        let expected = matches!(error, OpenError::Damaged { what: Damage::Incomplete, .. });
        assert!(expected, "cut to {length}: {error:?}");
    }
    assert_eq!(refusal(&bytes[..900]).zh(), Damage::Incomplete.zh());
}

#[test]
fn a_flipped_bit_is_noticed_at_the_latest_at_the_end() {
    let row = r#"<row><c t="inlineStr"><is><t>示例一号商行</t></is></c></row>"#;
    let bytes = Book::of_rows(row.repeat(20)).build();
    let whole = read(&bytes).unwrap();
    let directory = bytes.len() - 22 - 500;
    let mut noticed = 0;
    for place in (0..directory).step_by(11) {
        let mut damaged = bytes.clone();
        damaged[place] ^= 0x10;
        match open(&damaged).and_then(|mut file| {
            let form = file.form().clone();
            file.rows()?;
            Ok((form, rows(&mut file)))
        }) {
            Ok((form, (lines, Ok(())))) => assert_eq!((form, lines), whole, "bit at {place}"),
            _ => noticed += 1,
        }
    }
    assert!(noticed > 30, "{noticed}");
}

#[test]
fn a_workbook_that_lacks_a_part_says_so() {
    for (missing, expected) in [
        ("xl/workbook.xml", Damage::PartMissing),
        ("xl/worksheets/sheet1.xml", Damage::PartMissing),
    ] {
        let parts = Book::of_rows("").parts();
        let parts: Vec<_> = parts
            .iter()
            .filter(|(name, _)| *name != missing)
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        let error = refusal(&zip(&parts));
        assert!(matches!(error, OpenError::Damaged { what, .. } if what == expected), "{error}");
    }
    let mut parts = Book::of_rows("").parts();
    parts[2].1 = parts[2].1.replace("<sheet ", "<sheet state=\"veryHidden\" ");
    let parts: Vec<_> = parts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert!(matches!(refusal(&zip(&parts)), OpenError::NoSheet));
}
