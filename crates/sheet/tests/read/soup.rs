//! Any bytes at all, and good files with bytes changed: never a panic, always within bounds.

use std::io::Cursor;

use proptest::{prelude::*, sample::Index};
use tiaoxi_sheet::{Limits, SheetFile};

use crate::support::Book;

const OPENPYXL: &[u8] = include_bytes!("../files/openpyxl.xlsx");
const XLWT: &[u8] = include_bytes!("../files/xlwt.xls");
const MEMORY_BYTES_MAX: usize = 8 << 20;

fn limits() -> Limits {
    Limits {
        columns_max: 64,
        cell_bytes_max: 4096,
        row_kept_bytes_max: 16 * 1024,
        row_bytes_max: 64 * 1024,
        xls_bytes_max: 1 << 20,
        sheet_bytes_max: 1 << 20,
        texts_bytes_max: 1 << 20,
        texts_max: 10_000,
        part_bytes_max: 1 << 20,
        xml_run_bytes_max: 64 * 1024,
    }
}

/// Reads to the end, whatever it is.
fn drain(bytes: &[u8]) {
    let Ok(mut file) = SheetFile::open(Cursor::new(bytes), None, limits()) else { return };
    let Ok(mut rows) = file.rows() else { return };
    let mut line = 0;
    while let Ok(true) = rows.read() {
        let row = rows.row();
        assert!(row.line() > line);
        line = row.line();
        assert!(row.spans().count() <= limits().columns_max.min(row.len()));
        assert!(row.bytes().len() <= limits().row_kept_bytes_max);
        let _ = row.texts();
        assert!(rows.memory_bytes() <= MEMORY_BYTES_MAX);
        let (done, all) = rows.progress();
        assert!(done <= all);
    }
}

fn changed(bytes: &[u8], changes: &[(Index, u8)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (place, byte) in changes {
        let place = place.index(bytes.len());
        bytes[place] = *byte;
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..4096)) {
        drain(&bytes);
        for start in [b"PK\x03\x04".as_slice(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"] {
            drain(&[start, &bytes].concat());
        }
    }

    #[test]
    fn changed_workbooks_end(
        changes in proptest::collection::vec(any::<(Index, u8)>(), 0..6),
        length: Index,
    ) {
        for file in [OPENPYXL, XLWT] {
            let bytes = changed(file, &changes);
            drain(&bytes);
            drain(&bytes[..length.index(bytes.len())]);
        }
    }

    #[test]
    fn changed_parts_end(changes: Vec<(Index, u8)>, texts in "[<>/sirtPh&;_x0-9示\" =]{0,200}") {
        let rows = r#"<row r="1"><c r="A1" t="s" s="1"><f t="shared" si="0" ref="A1:B2">[1]x</f><v>0</v></c></row>"#;
        let rows = String::from_utf8_lossy(&changed(rows.as_bytes(), &changes)).into_owned();
        drain(&Book::of_rows(rows.clone()).build());
        drain(&Book::of_rows(rows).with_texts(texts).build());
    }

    #[test]
    fn changed_text_ends(text in "[a,;\t\"\r\n示例]{0,300}", changes: Vec<(Index, u8)>) {
        if !text.is_empty() {
            drain(&changed(text.as_bytes(), &changes));
            drain(&changed(&encoding_rs::GB18030.encode(&text).0, &changes));
        }
    }
}
