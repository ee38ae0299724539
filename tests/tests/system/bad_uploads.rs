//! What nobody should send over HTTP: each gets a clear answer, in bounded memory, and nothing that
//! was there is lost.

use std::{
    fs,
    io::{Cursor, Read, Write},
    net::TcpStream,
    path::Path,
};

use rust_xlsxwriter::{Formula, Workbook};
use tiaoxi_api::{client::ImportOptions, types::NodeState};
use tiaoxi_sample::Plan;
use tiaoxi_sheet::{Cell, Encoding, FileKind};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{
    city::City,
    files::{self, Invented, plan},
    sheets::{Table, text},
};

/// What the node may take above what it had when it was idle: with room for a debug build.
const MEMORY_BYTES_MAX: u64 = 400 << 20;

fn good_workbook(seed: u64) -> (Table, usize) {
    let plan = Plan { kind: FileKind::Xlsx, titles: true, ..plan("wuxing", 20, seed) };
    Table::invented(&files::item(), &plan)
}

fn workbook(table: &Table) -> Vec<u8> {
    table.to_workbook()
}

/// A workbook in which one part is followed by so many MiB of blanks.
pub(crate) fn bomb(part: &str, mib: usize, good: &[u8]) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(good)).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for place in 0..from.len() {
        let mut content = from.by_index(place).unwrap();
        let name = content.name().unwrap().into_owned();
        to.start_file(&*name, SimpleFileOptions::default()).unwrap();
        std::io::copy(&mut content, &mut to).unwrap();
        for _ in 0..if name == part { mib } else { 0 } {
            to.write_all(&vec![b' '; 1 << 20]).unwrap();
        }
    }
    to.finish().unwrap().into_inner()
}

/// A workbook with columns behind those that it should have.
fn wide(columns: usize) -> Vec<u8> {
    let (mut table, header) = good_workbook(4);
    let names = (1..=columns).map(|column| text(&format!("列{column}")));
    table.0[header].extend(names);
    table.to_workbook()
}

/// A workbook with a table of something else.
fn foreign() -> Vec<u8> {
    let row = ["序号", "货号", "单价", "数量"].map(text).to_vec();
    Table(vec![row; 3]).to_workbook()
}

/// What Excel writes when a workbook has a password: no archive, but a compound file.
fn encrypted() -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (name, bytes) in [("/EncryptionInfo", 1024), ("/EncryptedPackage", 8192)] {
        file.create_stream(name).unwrap().write_all(&vec![7; bytes]).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn archive_of(name: &str) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file(name, SimpleFileOptions::default()).unwrap();
    archive.write_all(b"<x/>").unwrap();
    archive.finish().unwrap().into_inner()
}

/// The header over two rows, as merged cells leave it.
fn header_in_two_rows() -> Vec<u8> {
    let (mut table, header) = good_workbook(3);
    let mut lower = table.0[header].clone();
    for (column, cell) in lower.iter_mut().enumerate() {
        let upper = &mut table.0[header][column];
        if column % 2 == 0 { *cell = Cell::default() } else { *upper = Cell::default() }
    }
    table.0.insert(header + 1, lower);
    table.to_workbook()
}

fn bad_files() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let (table, _) = good_workbook(5);
    let good = workbook(&table);
    let pdf = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n".to_vec();
    let html = "<html><head><meta charset=gbk></head><table><tr><td>a</td></tr></table></html>";
    vec![
        ("a zip bomb: texts", bomb("xl/sharedStrings.xml", 200, &good), "FILE_TOO_LARGE"),
        ("a zip bomb: styles", bomb("xl/styles.xml", 64, &good), "FILE_TOO_LARGE"),
        ("a zip bomb: sheet", bomb("xl/worksheets/sheet1.xml", 64, &good), "FILE_TOO_LARGE"),
        ("cut off", good[..good.len() / 2].to_vec(), "DAMAGED_FILE"),
        ("cut off by a byte", good[..good.len() - 1].to_vec(), "DAMAGED_FILE"),
        ("with a password", encrypted(), "ENCRYPTED_FILE"),
        ("a pdf as .xlsx", pdf, "NOT_A_TABLE"),
        ("a web page as .xls", html.into(), "NOT_A_TABLE"),
        ("a document as .xlsx", archive_of("word/document.xml"), "NOT_A_TABLE"),
        ("an archive", archive_of("README"), "NOT_A_TABLE"),
        ("16,000 columns", wide(16_000), "TOO_MANY_COLUMNS"),
        ("a header in merged cells", header_in_two_rows(), "MERGED_HEADER"),
        ("no workbook of ours", foreign(), "UNKNOWN_HEADER"),
    ]
}

#[test]
fn files_that_are_none_get_a_clear_answer_in_bounded_memory() {
    let city = City::of(&["wuxing"]);
    let county = &city.counties[0];
    let good = Invented::penalties(city.root.path(), "wuxing", 100, 1, 0);
    county.send(&good.path, &ImportOptions::default()).unwrap();
    let before = city.level(0).0;
    let idle = county.memory_peak_bytes();
    for (what, bytes, code) in bad_files() {
        let path = city.path("bad.xlsx");
        fs::write(&path, &bytes).unwrap();
        for preview in [true, false] {
            let options = ImportOptions { preview, ..ImportOptions::default() };
            let error = county.send(&path, &options).expect_err(what);
            assert_eq!(error.code(), Some(code), "{what}: {error}");
        }
    }
    let taken = county.memory_peak_bytes() - idle;
    assert!(taken < MEMORY_BYTES_MAX, "{} MiB", taken >> 20);
    // One bomb stands behind twenty good rows: they and the import's entry are all that went in.
    let after = county.log_status(&before.origin).size_appended;
    assert_eq!(after, before.size_appended + 21);
    check_rows_with_formulas(&city);
    assert_eq!(county.client().health().unwrap().state, NodeState::Ready);
}

/// Formulas: a value that was computed is taken in, one of another file or of none is not.
fn check_rows_with_formulas(city: &City) {
    let (table, header) = good_workbook(2);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let name = table.column(header, "行政相对人名称");
    for (row, cells) in (0_u32..).zip(&table.0) {
        for (column, cell) in (0_u16..).zip(cells).filter(|(_, cell)| !cell.text.is_empty()) {
            let formula = match usize::try_from(row).unwrap().checked_sub(header) {
                Some(1) if usize::from(column) == name => Some("=\"演示\"&\"公司\""),
                Some(2) if usize::from(column) == name => Some("='[其他.xlsx]名单'!A1"),
                _ => None,
            };
            match formula {
                Some(formula) => {
                    let formula = Formula::new(formula).set_result(&cell.text);
                    sheet.write_formula(row, column, formula).unwrap();
                }
                None => drop(sheet.write_string(row, column, &cell.text).unwrap()),
            }
        }
    }
    let path = city.path("formulas.xlsx");
    fs::write(&path, book.save_to_buffer().unwrap()).unwrap();
    let summary = city.counties[0].send(&path, &ImportOptions::default()).unwrap();
    assert_eq!((summary.rows, summary.accepted), (20, 19), "{:?}", summary.findings);
    assert_eq!(summary.rejected_by.keys().collect::<Vec<_>>(), ["EXTERNAL_LINK"]);
    assert_eq!(summary.warned_by.get("FORMULA_VALUE"), Some(&1));
}

#[test]
fn a_refusal_reaches_a_sender_in_the_middle_of_a_large_file() {
    let city = City::of(&["wuxing"]);
    let node = &city.counties[0];
    let token = fs::read_to_string(node.dir.join("api-token")).unwrap();
    let address = fs::read_to_string(node.dir.join("api-address")).unwrap();
    let mut stream = TcpStream::connect(address.trim()).unwrap();
    let (mib, token) = (32, token.trim());
    let head = format!(
        "POST /v1/imports?item=nonsense HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\
         Authorization: Bearer {token}\r\nContent-Length: {}\r\n\r\n",
        mib << 20
    );
    stream.write_all(head.as_bytes()).unwrap();
    // Nobody looks for an answer before all is sent.
    for _ in 0..mib {
        stream.write_all(&vec![b'a'; 1 << 20]).unwrap();
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 404") && answer.contains("UNKNOWN_ITEM"), "{answer}");
}

#[test]
fn twenty_uploads_at_once_are_all_answered_and_none_is_lost() {
    let city = City::of(&["wuxing"]);
    let county = &city.counties[0];
    let kinds = [
        (FileKind::Csv, Encoding::Utf8),
        (FileKind::Csv, Encoding::Gb18030),
        (FileKind::Tsv, Encoding::Utf16),
        (FileKind::Xlsx, Encoding::Utf8),
    ];
    let files: Vec<_> = (0..20_usize)
        .map(|place| {
            let (kind, encoding) = kinds[place % kinds.len()];
            let plan = Plan { kind, dirty_percent: 10, ..plan("wuxing", 300, place as u64 + 1) };
            Invented::planned(city.root.path(), files::item(), &plan, encoding)
        })
        .collect();
    let idle = county.memory_peak_bytes();
    let send = |path: &Path| county.send(path, &ImportOptions::default()).unwrap();
    std::thread::scope(|scope| {
        let uploads: Vec<_> = files.iter().map(|file| scope.spawn(|| send(&file.path))).collect();
        for (upload, file) in uploads.into_iter().zip(&files) {
            let summary = upload.join().unwrap();
            let truth = &file.truth;
            assert_eq!(summary.accepted, truth.accepted, "{}", file.path.display());
            assert_eq!(summary.rejected, truth.rejected_total(), "{}", file.path.display());
        }
    });
    let taken = county.memory_peak_bytes() - idle;
    assert!(taken < MEMORY_BYTES_MAX, "{} MiB", taken >> 20);
    assert_eq!(county.client().imports().unwrap().len(), 20);

    city.level(0);
    let City { mut hub, counties, root, .. } = city;
    let log = counties[0].log();
    hub.stop();
    crate::stored::check_rows(&hub, &log, &files.iter().collect::<Vec<_>>());
    drop(root);
}
