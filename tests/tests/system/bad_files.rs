//! Files that are no good as a whole: a clear refusal with a stable code, and nothing is lost.

use std::path::PathBuf;

use crate::{
    bad_uploads,
    city::City,
    files::{self, Invented, plan},
    program::{check_failure, errors, run},
    sheets::Table,
};

/// 行政相对人名称 in GBK.
const NAME_IN_GBK: &[u8] = b"\xD0\xD0\xD5\xFE\xCF\xE0\xB6\xD4\xC8\xCB\xC3\xFB\xB3\xC6";

#[test]
fn files_that_are_no_good_are_refused_with_a_code_and_nothing_is_lost() {
    let mut city = City::of(&["wuxing"]);
    let good = Invented::penalties(city.root.path(), "wuxing", 500, 31, 0);
    city.county().take_in(&good.path);
    let before = city.level(0).0;
    let text = std::fs::read(&good.path).unwrap();
    let header_bytes = text.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let header = &text[..header_bytes];

    let files: [(&str, Vec<u8>, &str); 6] = [
        ("empty.csv", Vec::new(), "EMPTY_FILE"),
        ("mark.csv", "\u{feff}".into(), "EMPTY_FILE"),
        ("header.csv", "甲,乙,丙\r\n1,2,3\r\n".into(), "UNKNOWN_HEADER"),
        ("names.csv", [NAME_IN_GBK, b"\r\n"].concat(), "UNKNOWN_HEADER"),
        ("twice.csv", [b"CF_WSH,".as_slice(), text.as_slice()].concat(), "DUPLICATE_COLUMN"),
        ("zip.csv", [b"PK\x03\x04".as_slice(), &[0; 100]].concat(), "DAMAGED_FILE"),
    ];
    for (name, bytes, code) in files {
        let path = city.path(name);
        std::fs::write(&path, bytes).unwrap();
        check_failure(&city.county().import(&path), 1, code);
    }
    let missing: PathBuf = city.path("missing.csv");
    let output = city.county().import(&missing);
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    assert!(errors(&output).contains("missing.csv"), "{}", errors(&output));
    let [dir, file] = [&city.county().dir, &good.path].map(|path| path.display().to_string());
    let unknown = run(["import", "--dir", &dir, "--item", "nonsense", &file]);
    check_failure(&unknown, 3, "UNKNOWN_ITEM");
    assert_eq!(city.county().log_status(&before.origin).root, before.root, "nothing was taken in");

    let half = middle(&text);
    let more = Invented::penalties(city.root.path(), "wuxing", 500, 32, 0);
    let more = std::fs::read(&more.path).unwrap();
    check_a_stray_quotation_mark(&city, more.split_at(middle(&more)));
    check_a_fault_in_the_middle(&city);
    check_a_huge_cell(&city, header, text.split_at(half));
    check_a_missing_column(&city, &text);
}

/// Where the row in the middle of a text begins.
fn middle(text: &[u8]) -> usize {
    let half = text.len() / 2;
    half + text[half..].iter().position(|byte| *byte == b'\n').unwrap() + 1
}

/// Good rows before a fault are taken in, and are there once however often the file comes again.
fn check_a_fault_in_the_middle(city: &City) {
    let before = city.level(0).0.size_signed;
    let (table, _) = Table::invented(&files::item(), &plan("wuxing", 300, 33));
    let path = city.path("fault.xlsx");
    let bytes = bad_uploads::bomb("xl/worksheets/sheet1.xml", 20, &table.to_workbook());
    std::fs::write(&path, bytes).unwrap();
    for _ in 0..2 {
        check_failure(&city.counties[0].import(&path), 1, "FILE_TOO_LARGE");
        assert_eq!(city.level(0).0.size_signed, before + 301, "the import's entry and its rows");
    }
}

/// A quotation mark that is never closed spoils its row and no other.
fn check_a_stray_quotation_mark(city: &City, (front, back): (&[u8], &[u8])) {
    let path = city.path("quote.csv");
    std::fs::write(&path, [front, b"\"", back].concat()).unwrap();
    let summary = city.counties[0].take_in(&path);
    assert_eq!((summary.rows, summary.accepted, summary.rejected), (500, 499, 1));
    assert!(summary.findings[0].row > 200, "{:?}", summary.findings[0]);
    city.level(0);
}

/// A cell of 10 MB spoils its row and no other.
fn check_a_huge_cell(city: &City, header: &[u8], (front, back): (&[u8], &[u8])) {
    let columns = header.split(|byte| *byte == b',').count();
    let cell = "示".repeat(10 << 20);
    let row = [cell.as_bytes(), ",".repeat(columns - 1).as_bytes(), b"\r\n"].concat();
    let path = city.path("huge-cell.csv");
    std::fs::write(&path, [front, &row, back].concat()).unwrap();
    let summary = city.counties[0].take_in(&path);
    // The other rows are in the log already.
    assert_eq!((summary.rows, summary.rejected, summary.known), (501, 1, 500));
    assert_eq!(summary.rejected_by.keys().collect::<Vec<_>>(), ["CELL_TOO_LARGE"]);
    city.level(0);
}

/// A required column that is not there is no fault of the file: its rows come back with an empty
/// column to be filled.
fn check_a_missing_column(city: &City, text: &[u8]) {
    let mut reader = csv::Reader::from_reader(text);
    let header = reader.headers().unwrap().clone();
    let missing = header.iter().position(|name| name == "数据来源单位").unwrap();
    let mut writer = csv::Writer::from_path(city.path("column.csv")).unwrap();
    let without = |row: &csv::StringRecord| {
        let cells = row.iter().enumerate().filter(|(column, _)| *column != missing);
        cells.map(|(_, cell)| cell.to_owned()).collect::<Vec<_>>()
    };
    writer.write_record(without(&header)).unwrap();
    for row in reader.records().take(20) {
        writer.write_record(without(&row.unwrap())).unwrap();
    }
    writer.flush().unwrap();
    let summary = city.counties[0].take_in(&city.path("column.csv"));
    assert_eq!((summary.rows, summary.rejected, summary.accepted), (20, 20, 0));
    assert_eq!(summary.rejected_by.keys().collect::<Vec<_>>(), ["REQUIRED_MISSING"]);
    let about_header = summary.findings.first().unwrap();
    assert_eq!((about_header.row, about_header.code.as_str()), (0, "MISSING_COLUMN"));
    let rejected = std::fs::read_to_string(summary.rejected_file.unwrap()).unwrap();
    assert!(rejected.lines().next().unwrap().contains("数据来源单位"), "a column to be filled");
}
