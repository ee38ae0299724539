//! How fast one thread reads rows, and how much memory that takes.
//!
//! `cargo run --release -p tiaoxi-sheet --example sheet_speed [rows] [file.xlsx]`
//!
//! Without a file, a workbook of so many rows and 30 columns is written to the temporary folder.

#![allow(clippy::print_stdout, reason = "an example prints its figures")]
#![allow(clippy::unwrap_used, reason = "an example may stop")]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

use std::{
    fmt::Write,
    fs::File,
    io::{BufReader, Cursor, Read, Seek},
    path::{Path, PathBuf},
    time::Instant,
};

use tiaoxi_sheet::{Limits, SheetFile};

const COLUMNS: usize = 30;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let rows = arguments.next().map_or(200_000, |rows| rows.parse().unwrap());
    let file = arguments.next().map_or_else(|| workbook(rows), PathBuf::from);
    let start = Instant::now();
    let before = memory("VmRSS");
    let (read, held) = read(BufReader::new(File::open(&file).unwrap()));
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "xlsx: {read} rows, {:.0} rows/s, {} MB held, {} MB at the most, {before} MB before",
        read as f64 / seconds,
        held >> 20,
        memory("VmHWM")
    );
    let text = csv(rows.min(100_000));
    let gbk = encoding_rs::GB18030.encode(&text).0.into_owned();
    for (name, bytes) in [("csv, UTF-8", text.as_bytes()), ("csv, GBK", &gbk)] {
        let start = Instant::now();
        let (read, held) = self::read(Cursor::new(bytes));
        let seconds = start.elapsed().as_secs_f64();
        let megabytes = bytes.len() as f64 / 1e6;
        println!(
            "{name}: {:.0} MB/s, {:.0} rows/s, {} kB held",
            megabytes / seconds,
            read as f64 / seconds,
            held >> 10
        );
    }
}

/// Rows of the file, and the most memory that reading held.
fn read<S: Read + Seek>(source: S) -> (u64, usize) {
    let mut file = SheetFile::open(source, None, Limits::default()).unwrap();
    let mut rows = file.rows().unwrap();
    let (mut count, mut cells) = (0, 0);
    while rows.read().unwrap() {
        count += 1;
        cells += rows.row().texts().unwrap().len();
    }
    assert!(cells >= COLUMNS || count == 0);
    (count, rows.memory_bytes())
}

fn workbook(rows: u32) -> PathBuf {
    let path = std::env::temp_dir().join(format!("sheet_speed_{rows}.xlsx"));
    if !path.exists() {
        write(rows, &path);
    }
    println!("{}: {} MB", path.display(), path.metadata().unwrap().len() / 1_000_000);
    path
}

/// Most cells are texts of their own, as names and numbers of documents are.
fn write(rows: u32, path: &Path) {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for row in 0..rows {
        for column in 0..COLUMNS {
            let text = cell(row, column);
            sheet.write_string(row, u16::try_from(column).unwrap(), text).unwrap();
        }
    }
    workbook.save(path).unwrap();
}

fn csv(rows: u32) -> String {
    let mut text = String::new();
    for row in 0..rows {
        for column in 0..COLUMNS {
            write!(text, "{}{}", if column == 0 { "" } else { "," }, cell(row, column)).unwrap();
        }
        text.push('\n');
    }
    text
}

fn cell(row: u32, column: usize) -> String {
    if column.is_multiple_of(2) {
        format!("示例{row}号商行第{column}项")
    } else {
        format!("演示{}类", (row as usize + column) % 500)
    }
}

/// Megabytes of memory of this process, as Linux tells them.
fn memory(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap_or_default();
    let number = line.split_ascii_whitespace().nth(1).and_then(|number| number.parse::<u64>().ok());
    number.unwrap_or_default() >> 10
}
