//! Files that are no tables: each gets its name, and what to do.

use tiaoxi_sheet::{Looks, OpenError};

use crate::support::{Book, open, refusal, zip};

fn check(bytes: &[u8], expected: Looks) {
    let error = refusal(bytes);
    assert!(matches!(error, OpenError::NotATable { looks } if looks == expected), "{error}");
    assert_eq!(error.code(), "NOT_A_TABLE");
    assert_eq!((error.zh().as_str(), error.en().as_str()), (expected.zh(), expected.en()));
}

#[test]
fn other_files_are_called_by_their_name() {
    let mut noise = Vec::new();
    for number in 0..4096_u32 {
        noise.extend(number.wrapping_mul(2_654_435_761).to_le_bytes());
    }
    let utf16: Vec<u8> =
        "CF_WSH\tname\r\n".repeat(9).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let old_workbook: &[u8] = b"\x09\x04\x06\x00\x00\x04\x10\x00\x00\x00";
    let cases: [(&[u8], Looks); 15] = [
        (b"%PDF-1.7\n", Looks::Pdf),
        (b"\x89PNG\r\n\x1a\n\0\0\0", Looks::Image),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", Looks::Image),
        (b"Rar!\x1a\x07\x01\0", Looks::Archive),
        (b"7z\xbc\xaf\x27\x1c\0\x04", Looks::Archive),
        (b"\x1f\x8b\x08\0\0\0\0\0", Looks::Archive),
        (b"{\\rtf1\\ansi", Looks::Word),
        (b"\n <HTML><table><tr><td>1</td></tr></table>", Looks::Html),
        (b"\xef\xbb\xbf<table border=1>", Looks::Html),
        ("<html><head><title>示例</title>".as_bytes(), Looks::Html),
        (b"<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?>", Looks::Xml),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", Looks::Html),
        (&noise, Looks::Binary),
        (&utf16, Looks::Utf16),
        (old_workbook, Looks::OldWorkbook),
    ];
    for (bytes, expected) in cases {
        check(bytes, expected);
    }
}

#[test]
fn archives_are_told_apart_by_what_is_in_them() {
    for (name, expected) in [
        ("word/document.xml", Looks::Word),
        ("ppt/presentation.xml", Looks::Presentation),
        ("xl/workbook.bin", Looks::BinaryWorkbook),
        ("OFD.xml", Looks::Ofd),
        ("示例.csv", Looks::Archive),
    ] {
        check(&zip(&[(name, "x")]), expected);
    }
    check(&zip(&[("mimetype", "x"), ("content.xml", "x")]), Looks::OpenDocument);
    let relations = r#"<Relationships><Relationship Id="r" Type="http://x/officeDocument" Target="/word/document.xml"/></Relationships>"#;
    check(&zip(&[("_rels/.rels", relations), ("word/document.xml", "<x/>")]), Looks::Word);
}

#[test]
fn an_empty_file_is_empty_however_it_is_written() {
    for bytes in [b"".as_slice(), b"\r\n \r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xff\xfe\r\0\n\0"] {
        let error = refusal(bytes);
        assert!(matches!(error, OpenError::Empty), "{bytes:x?}: {error}");
    }
}

#[test]
fn text_with_a_stray_control_character_is_still_text() {
    open("名称,文书号\n示例\0商行,演示罚字〔2024〕1号\n".as_bytes()).unwrap();
}

#[test]
fn a_name_that_is_not_there_is_answered_with_those_that_are() {
    let book = Book::of_rows("").build();
    let open = |bytes: &[u8]| {
        let source = std::io::Cursor::new(bytes.to_vec());
        tiaoxi_sheet::SheetFile::open(source, Some("表2"), tiaoxi_sheet::Limits::default())
    };
    let error = open(&book).err().unwrap();
    assert!(
        matches!(&error, OpenError::UnknownSheet { name, known } if name == "表2" && *known == ["表1"])
    );
    assert_eq!(error.zh(), "没有名为“表2”的工作表；现有工作表：表1");
    assert!(matches!(open(b"a,b\n").err().unwrap(), OpenError::UnknownSheet { .. }));
}
