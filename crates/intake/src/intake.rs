//! A CSV file → checked records, one row at a time.
//!
//! Joins what the other modules know: rows in bounded memory, the header, the catalogue's checks,
//! and which records the file already held. Knows nothing of logs or storage.

use std::io::Read;

use tiaoxi_catalog::{Finding, Item, RowView};
use tiaoxi_credit::{Day, Record};

use crate::{
    Header, IntakeError, Limits, Outcome, encoding,
    encoding::Looks,
    finding,
    rejected::unguarded,
    row::Row,
    rows::RowReader,
    seen::{self, Earlier, Seen},
    trace::Trace,
};

/// The byte order mark of UTF-8.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// Reads one file. Memory is bounded by [`Limits`], whatever the file.
pub struct Intake<'a, R> {
    rows: RowReader<R>,
    item: &'a Item,
    today: Day,
    limits: Limits,
    header: Header,
    seen: Seen,
    /// Reused for hashing.
    scratch: Vec<u8>,
    /// Last row that was read.
    row: u32,
    blank_rows: u32,
    ended: bool,
}

impl<'a, R: Read> Intake<'a, R> {
    /// Reads byte order mark and header of a file for `item`, to be checked as of `today`.
    pub fn new(reader: R, item: &'a Item, today: Day, limits: Limits) -> Result<Self, IntakeError> {
        let limits = Limits { rows_max: limits.rows_max.min(seen::ROW_MAX), ..limits };
        let mut rows = RowReader::new(reader, limits);
        skip_mark(&mut rows)?;
        let header = read_header(&mut rows, item, &limits)?;
        Ok(Self {
            rows,
            item,
            today,
            limits,
            header,
            seen: Seen::default(),
            scratch: Vec::new(),
            row: 0,
            blank_rows: 0,
            ended: false,
        })
    }

    /// The next row, or `None` at the end of the file and after an error. A row whose cells are
    /// all empty is passed over; it has a number, but no outcome.
    pub fn next_row(&mut self) -> Result<Option<Outcome>, IntakeError> {
        while !self.ended {
            let outcome = self.read_row().inspect_err(|_| self.ended = true)?;
            if outcome.is_some() {
                return Ok(outcome);
            }
        }
        Ok(None)
    }

    /// The columns of the file, and what was odd about them.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// BLAKE3 of the bytes read so far; of the whole file once [`Intake::next_row`] gave `None`.
    pub fn digest(&self) -> [u8; 32] {
        self.rows.digest()
    }

    /// Bytes of the file read so far.
    pub fn bytes_read(&self) -> u64 {
        self.rows.bytes_read()
    }

    /// Rows that were passed over because all their cells were empty.
    pub fn blank_rows(&self) -> u32 {
        self.blank_rows
    }

    /// Bytes of memory that buffers and the list of earlier rows hold.
    pub fn memory_bytes(&self) -> usize {
        self.rows.memory_bytes() + self.seen.memory_bytes() + self.scratch.capacity()
    }

    /// `None` for a blank row and for the end of the file.
    fn read_row(&mut self) -> Result<Option<Outcome>, IntakeError> {
        let number = self.row + 1;
        let more = match self.rows.read() {
            Ok(more) => more,
            Err(error) => {
                let line = self.rows.row().line;
                return Err(IntakeError::from_row(error, number, line, &self.limits));
            }
        };
        if !more {
            self.ended = true;
            return Ok(None);
        }
        if number > self.limits.rows_max {
            return Err(IntakeError::TooManyRows { max: self.limits.rows_max });
        }
        self.row = number;
        self.judge()
    }

    fn judge(&mut self) -> Result<Option<Outcome>, IntakeError> {
        let row = self.rows.row();
        let cells = texts(row);
        if cells.is_none() {
            self.refuse_other_encoding(row)?;
        }
        if let Some(finding) = self.form_finding(row) {
            if is_blank(row) {
                self.blank_rows += 1;
                return Ok(None);
            }
            return Ok(Some(self.rejected(vec![finding])));
        }
        let Some(cells) = cells else {
            let finding = self.encoding_finding(row);
            return Ok(Some(self.rejected(vec![finding])));
        };
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            self.blank_rows += 1;
            return Ok(None);
        }
        let in_order: Vec<&str> = self
            .header
            .column_of_field()
            .iter()
            .map(|column| {
                column.and_then(|column| cells.get(column)).map_or("", |cell| unguarded(cell))
            })
            .collect();
        let checked = self.item.check(RowView { number: self.row, cells: &in_order }, self.today);
        Ok(Some(match checked.record {
            Some(record) => self.entered(record, checked.findings),
            None => self.rejected(checked.findings),
        }))
    }

    /// A record that is right by itself: accepted, unless an earlier row has its key.
    fn entered(&mut self, record: Record, warnings: Vec<Finding>) -> Outcome {
        let trace = Trace::of(&record, &mut self.scratch);
        let row = self.row;
        match self.seen.enter(row, trace) {
            Earlier::Nothing => Outcome::Accepted { row, record, warnings },
            Earlier::Same { first_row } => Outcome::Duplicate { row, first_row },
            Earlier::Other { first_row } => {
                let mut findings = vec![finding::key_conflict(first_row)];
                findings.extend(warnings);
                self.rejected(findings)
            }
        }
    }

    fn rejected(&self, findings: Vec<Finding>) -> Outcome {
        let cells = self.rows.row().cells(self.limits.cell_bytes_max);
        let cells = cells.map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
        Outcome::Rejected { row: self.row, cells, findings }
    }

    /// What is wrong with the row before its cells are looked at.
    fn form_finding(&self, row: &Row) -> Option<Finding> {
        if let Some(column) = row.cut {
            let max = self.limits.cell_bytes_max;
            return Some(finding::cell_too_large(
                column + 1,
                self.field_at(column),
                max,
                row.lines,
            ));
        }
        let expected = self.header.columns().len();
        (row.len() != expected).then(|| finding::cell_count(row.len(), expected, row.lines))
    }

    fn encoding_finding(&self, row: &Row) -> Finding {
        let cell = row
            .cells(usize::MAX)
            .enumerate()
            .find(|(_, cell)| encoding::first_invalid(cell).is_some());
        let (column, cell) = cell.unwrap_or_default();
        finding::cell_not_utf8(column + 1, self.field_at(column), encoding::guess(cell))
    }

    /// Stops at the first row of a file that is GBK throughout below a header in ASCII.
    fn refuse_other_encoding(&self, row: &Row) -> Result<(), IntakeError> {
        let header_is_ascii = self.header.columns().iter().all(|name| name.is_ascii());
        if self.row == 1 && header_is_ascii && encoding::guess(row.bytes()) == Looks::Gbk {
            let byte = first_invalid_in_file(row);
            return Err(IntakeError::NotUtf8 { row: self.row, byte, looks: Looks::Gbk });
        }
        Ok(())
    }

    /// Number of the field that a column (from 0) holds.
    fn field_at(&self, column: usize) -> Option<u8> {
        let mut places = self.header.column_of_field().iter();
        let place = places.position(|place| *place == Some(column))?;
        self.item.fields().get(place).map(|field| field.number)
    }
}

fn skip_mark<R: Read>(rows: &mut RowReader<R>) -> Result<(), IntakeError> {
    let start = rows.peek().map_err(|source| IntakeError::Read { row: 0, source })?;
    if let Some(looks) = encoding::signature(start) {
        return Err(IntakeError::NotUtf8 { row: 0, byte: 0, looks });
    }
    if start.starts_with(BOM) {
        rows.skip(BOM.len());
    }
    Ok(())
}

fn read_header<R: Read>(
    rows: &mut RowReader<R>,
    item: &Item,
    limits: &Limits,
) -> Result<Header, IntakeError> {
    let more = rows.read();
    let row = rows.row();
    match more {
        Ok(true) if is_blank(row) => return Err(IntakeError::EmptyFile),
        Ok(true) => {}
        Ok(false) => return Err(IntakeError::EmptyFile),
        Err(error) => return Err(IntakeError::from_row(error, 0, row.line, limits)),
    }
    if row.len() > limits.columns_max {
        return Err(IntakeError::TooManyColumns { found: row.len(), max: limits.columns_max });
    }
    let Some(cells) = texts(row) else {
        let (byte, looks) = (first_invalid_in_file(row), encoding::guess(row.bytes()));
        return Err(IntakeError::NotUtf8 { row: 0, byte, looks });
    };
    Header::parse(cells.into_iter().map(str::to_owned).collect(), item)
}

/// The cells as text, or `None` when one of them is not UTF-8. The row is validated at once;
/// a boundary inside a character means that neither cell is text by itself.
fn texts(row: &Row) -> Option<Vec<&str>> {
    let text = simdutf8::basic::from_utf8(row.bytes()).ok()?;
    row.spans().map(|(start, end)| text.get(start..end)).collect()
}

/// Byte of the file where UTF-8 ends; a little early where the row has quotation marks.
fn first_invalid_in_file(row: &Row) -> u64 {
    let at = encoding::first_invalid(row.bytes()).unwrap_or_default();
    let separators = row.spans().filter(|(_, end)| *end <= at).count();
    row.offset + (at + separators) as u64
}

/// Whether the row holds nothing but spaces.
fn is_blank(row: &Row) -> bool {
    row.cut.is_none() && std::str::from_utf8(row.bytes()).is_ok_and(|text| text.trim().is_empty())
}
