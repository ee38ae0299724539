//! A file of rows → checked records, one row at a time.
//!
//! Joins what the other modules know: the header, the judgement of a row, which records the file
//! already held, the deadline. Knows nothing of logs or storage, nor of kinds of files.

use std::{
    collections::BTreeMap,
    io::{Read, Seek},
};

use tiaoxi_catalog::{Calendar, Finding, Item, RowView};
use tiaoxi_credit::{Day, Record};
use tiaoxi_sheet::{Cell, Rows, SheetFile};

use crate::{
    Accepted, Header, IntakeError, Limits, Outcome, Shape, Verdict, finding,
    header::{search, top::Top},
    judge::{Judge, Judgement},
    lateness::Clock,
    seen::{Earlier, Seen},
    trace::Trace,
};

/// What a file is checked against, beside its catalogue item.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// Day of reporting, in Beijing.
    pub today: Day,
    /// By which deadlines are counted.
    pub calendar: &'a Calendar,
    /// For a field (by code) without a column, the text that it has in every row.
    pub fill: &'a BTreeMap<String, String>,
    /// What the file may ask of us.
    pub limits: Limits,
}

/// Reads one file. Memory is bounded by [`Limits`] and those of the sheet, whatever the file.
pub struct Intake<'a, S: Read + Seek> {
    rows: Rows<'a, S>,
    item: &'a Item,
    today: Day,
    limits: Limits,
    header: Header,
    shape: Shape,
    clock: Clock<'a>,
    /// The record of the item's example row.
    example: Option<Record>,
    seen: Seen,
    /// Reused for hashing.
    scratch: Vec<u8>,
    /// Last row that was read.
    row: u32,
    blank_rows: u32,
    ended: bool,
}

impl<'a, S: Read + Seek> Intake<'a, S> {
    /// Finds the header of a file for `item`, and stands before the first row below it.
    pub fn new(
        file: &'a mut SheetFile<S>,
        item: &'a Item,
        settings: Settings<'a>,
    ) -> Result<Self, IntakeError> {
        let Settings { today, calendar, fill, limits } = settings;
        let limits = limits.bounded();
        let top = Top::read(file)?;
        let found = match search::find(&top, item, limits.columns_max) {
            Ok(found) => found,
            Err(error) => return Err(top.without_header(error)),
        };
        let header = Header::read(&top, &found, fill)?;
        let shape = header.shape(file.form().clone(), &top, &found);
        let mut rows = file.rows()?;
        for _ in 0..=found.row(&top).before {
            rows.read()?;
        }
        rows.expect_cells(header.columns().len());
        Ok(Self {
            rows,
            item,
            today,
            limits,
            header,
            shape,
            clock: Clock::new(item, calendar, today),
            example: example_record(item, today),
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
            let verdict = self.read_row().inspect_err(|_| self.ended = true)?;
            if let Some(verdict) = verdict {
                let line = self.rows.row().line();
                return Ok(Some(Outcome { row: self.row, line, verdict }));
            }
        }
        Ok(None)
    }

    /// What the file looks like, for its rejected rows.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The columns of the file, and what was odd about them.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The cells of the row handed out last as they stand in the file, in the order of its
    /// columns; cells beyond the limits are cut, bytes that are no text replaced.
    pub fn cells(&self) -> Vec<Cell> {
        let row = self.rows.row();
        let cells = row.cells(self.limits.cell_bytes_max).enumerate();
        let cells = cells.map(|(column, cell)| Cell {
            text: String::from_utf8_lossy(cell).into_owned(),
            value: row.value(column),
        });
        cells.collect()
    }

    /// Bytes of the file done, and of all.
    pub fn progress(&self) -> (u64, u64) {
        self.rows.progress()
    }

    /// Rows that were passed over because all their cells were empty.
    pub fn blank_rows(&self) -> u32 {
        self.blank_rows
    }

    /// Bytes of memory that buffers, the list of earlier rows and the days seen hold.
    pub fn memory_bytes(&self) -> usize {
        self.rows.memory_bytes()
            + self.seen.memory_bytes()
            + self.scratch.capacity()
            + self.clock.memory_bytes()
    }

    /// `None` for a blank row and for the end of the file.
    fn read_row(&mut self) -> Result<Option<Verdict>, IntakeError> {
        if !self.rows.read()? {
            self.ended = true;
            return Ok(None);
        }
        let number = self.number()?;
        self.blank_rows += number - self.row - 1;
        self.row = number;
        let judge = Judge {
            item: self.item,
            header: &self.header,
            form: &self.shape.form,
            limits: &self.limits,
            today: self.today,
        };
        Ok(match judge.row(self.rows.row(), number) {
            Judgement::Blank => {
                self.blank_rows += 1;
                None
            }
            Judgement::Wrong(findings) => Some(Verdict::Rejected { findings }),
            Judgement::Right(record, warnings, cleaned) => {
                Some(self.entered(record, warnings, cleaned))
            }
        })
    }

    /// The number of the row that was read. In a sheet it is the distance from the header, blank
    /// rows that were never written included.
    fn number(&self) -> Result<u32, IntakeError> {
        let next = u64::from(self.row) + 1;
        let number = match self.shape.form.sheet {
            Some(_) => self.rows.row().line().saturating_sub(self.shape.header_line).max(next),
            None => next,
        };
        let max = self.limits.rows_max;
        let number = u32::try_from(number).ok().filter(|number| *number <= max);
        number.ok_or(IntakeError::TooManyRows { max })
    }

    /// A record that is right by itself: accepted, unless it is the example or an earlier row has
    /// its key.
    fn entered(&mut self, record: Record, mut warnings: Vec<Finding>, cleaned: u16) -> Verdict {
        if self.is_example(&record) {
            return Verdict::Example;
        }
        let trace = Trace::of(&record, &mut self.scratch);
        match self.seen.enter(self.row, trace) {
            Earlier::Nothing => {
                let (lateness, late) = self.clock.judge(record.decided);
                warnings.reserve_exact(usize::from(late.is_some()));
                warnings.extend(late);
                Verdict::Accepted(Accepted { record, warnings, cleaned, lateness })
            }
            Earlier::Same { first_row } => Verdict::Duplicate { first_row },
            Earlier::Other { first_row } => {
                warnings.insert(0, finding::key_conflict(first_row));
                Verdict::Rejected { findings: warnings }
            }
        }
    }

    fn is_example(&self, record: &Record) -> bool {
        self.example.as_ref().is_some_and(|example| {
            let (Record { row: _, subject, authority, document, decided, fields }, other) =
                (record, example);
            *document == other.document
                && *subject == other.subject
                && *authority == other.authority
                && *decided == other.decided
                && *fields == other.fields
        })
    }
}

/// What the item's example row would be as a record; `None` where the item has none.
fn example_record(item: &Item, today: Day) -> Option<Record> {
    let cells = item.example();
    if cells.iter().all(|cell| cell.is_empty()) {
        return None;
    }
    let view = RowView { number: 1, cells: &cells, derives_class: false };
    item.check(view, today).record
}
