//! Tables in memory, as a clerk has them on the screen: invented, spoilt, mended, written as files.

use std::{fs, io, path::Path};

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use tiaoxi_catalog::Item;
use tiaoxi_sample::{Plan, RowSink};
use tiaoxi_sheet::{Cell, Encoding, FileKind, Limits, SheetFile, Value, write::TextWriter};

/// Rows of cells from the top of a file, titles and header included.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table(pub(crate) Vec<Vec<Cell>>);

impl RowSink for Table {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        self.0.push(cells.to_vec());
        Ok(())
    }
}

/// A cell of text.
pub(crate) fn text(text: &str) -> Cell {
    Cell { text: text.to_owned(), value: Value::Text }
}

impl Table {
    /// An invented table; its header is the row at `header`.
    pub(crate) fn invented(item: &Item, plan: &Plan) -> (Self, usize) {
        let mut table = Self::default();
        let truth = tiaoxi_sample::invent(item, plan, &mut table).unwrap();
        (table, usize::try_from(truth.header_line).unwrap() - 1)
    }

    /// The rows of a file of any kind.
    pub(crate) fn read(path: &Path) -> Self {
        let file = fs::File::open(path).unwrap();
        let mut file = SheetFile::open(file, None, Limits::default()).unwrap();
        let mut rows = file.rows().unwrap();
        let mut table = Self::default();
        while rows.read().unwrap() {
            let row = rows.row();
            let cells = row.cells(usize::MAX).enumerate();
            let cells = cells.map(|(column, cell)| Cell {
                text: String::from_utf8(cell.to_vec()).unwrap(),
                value: row.value(column),
            });
            table.0.push(cells.collect());
        }
        table
    }

    /// Writes a file, not with the writer that the node has.
    pub(crate) fn write(&self, path: &Path, kind: FileKind, encoding: Encoding) {
        let bytes = match kind {
            FileKind::Xlsx => self.to_workbook(),
            _ => self.to_text(encoding, if kind == FileKind::Tsv { b'\t' } else { b',' }),
        };
        fs::write(path, bytes).unwrap();
    }

    fn to_text(&self, encoding: Encoding, delimiter: u8) -> Vec<u8> {
        let mut writer = TextWriter::new(Vec::new(), encoding, delimiter);
        for row in &self.0 {
            writer.row(row.iter().map(|cell| cell.text.as_str())).unwrap();
        }
        writer.finish().unwrap()
    }

    pub(crate) fn to_workbook(&self) -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let day = Format::new().set_num_format("yyyy/m/d");
        for (row, cells) in (0..).zip(&self.0) {
            for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.text.is_empty()) {
                let text = cell.text.as_str();
                match cell.value {
                    Value::Number => {
                        sheet.write_number(row, column, text.parse::<f64>().unwrap()).unwrap()
                    }
                    Value::Date => {
                        let date = ExcelDateTime::parse_from_str(text).unwrap();
                        sheet.write_datetime_with_format(row, column, &date, &day).unwrap()
                    }
                    _ => sheet.write_string(row, column, text).unwrap(),
                };
            }
        }
        book.save_to_buffer().unwrap()
    }

    /// The row in which a column of this name stands, and the column.
    pub(crate) fn column(&self, header: usize, name: &str) -> usize {
        let found = self.0[header].iter().position(|cell| cell.text == name);
        found.unwrap_or_else(|| panic!("no column {name}: {:?}", self.0[header]))
    }

    /// The same header and rows of these places below it.
    pub(crate) fn only(&self, header: usize, rows: impl IntoIterator<Item = usize>) -> Self {
        let head = self.0[..=header].iter();
        let rows = rows.into_iter().map(|row| &self.0[header + row]);
        Self(head.chain(rows).cloned().collect())
    }
}
