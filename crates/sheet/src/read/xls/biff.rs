//! Records of a BIFF8 stream (MS-XLS), and the texts in them.

use crate::read::bytes::{u16_at, u32_at};

pub(super) const FORMULA: u16 = 0x0006;
pub(super) const EOF: u16 = 0x000a;
pub(super) const EXTERN_SHEET: u16 = 0x0017;
pub(super) const DATE_MODE: u16 = 0x0022;
pub(super) const FILE_PASS: u16 = 0x002f;
pub(super) const CONTINUE: u16 = 0x003c;
pub(super) const BOUND_SHEET: u16 = 0x0085;
pub(super) const MUL_RK: u16 = 0x00bd;
pub(super) const RICH_LABEL: u16 = 0x00d6;
pub(super) const XF: u16 = 0x00e0;
pub(super) const SST: u16 = 0x00fc;
pub(super) const LABEL_SST: u16 = 0x00fd;
pub(super) const SUP_BOOK: u16 = 0x01ae;
pub(super) const NUMBER: u16 = 0x0203;
pub(super) const LABEL: u16 = 0x0204;
pub(super) const BOOL_ERR: u16 = 0x0205;
pub(super) const STRING: u16 = 0x0207;
pub(super) const ARRAY: u16 = 0x0221;
pub(super) const TABLE: u16 = 0x0236;
pub(super) const RK: u16 = 0x027e;
pub(super) const FORMAT: u16 = 0x041e;
pub(super) const SHARED_FORMULA: u16 = 0x04bc;
pub(super) const BOF: u16 = 0x0809;

/// One record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a> {
    pub(super) kind: u16,
    pub(super) data: &'a [u8],
    /// Where it begins in the stream, and where the next one does.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The record at a place of the stream; `None` at its end, also where it is cut.
pub(super) fn record(stream: &[u8], start: usize) -> Option<Record<'_>> {
    let kind = u16_at(stream, start)?;
    let end = start + 4 + usize::from(u16_at(stream, start + 2)?);
    let data = stream.get(start + 4..end)?;
    Some(Record { kind, data, start, end })
}

/// The records from a place on.
pub(super) fn records(stream: &[u8], start: usize) -> impl Iterator<Item = Record<'_>> {
    let first = record(stream, start);
    std::iter::successors(first, |before| record(stream, before.end))
}

/// Bytes of a record and of those that continue it.
#[derive(Debug)]
pub(super) struct Pieces<'a> {
    records: Vec<&'a [u8]>,
    /// The next byte is `records[number][at]`.
    number: usize,
    at: usize,
}

impl<'a> Pieces<'a> {
    /// The record at the start of `stream[start..]` and those that continue it.
    pub(super) fn of(stream: &'a [u8], record: &Record<'a>) -> Self {
        let continued = records(stream, record.end).take_while(|it| it.kind == CONTINUE);
        let records = std::iter::once(record.data).chain(continued.map(|it| it.data)).collect();
        Self { records, number: 0, at: 0 }
    }

    /// One record alone, from a byte on.
    pub(super) fn alone(record: &Record<'a>, at: usize) -> Self {
        Self { records: vec![record.data.get(at..).unwrap_or_default()], number: 0, at: 0 }
    }

    fn current(&self) -> &'a [u8] {
        self.records.get(self.number).and_then(|data| data.get(self.at..)).unwrap_or_default()
    }

    /// Goes on with the next record; `false` when there is none.
    fn next_record(&mut self) -> bool {
        if self.number + 1 >= self.records.len() {
            return false;
        }
        self.number += 1;
        self.at = 0;
        true
    }

    fn byte(&mut self) -> Option<u8> {
        while self.current().is_empty() {
            if !self.next_record() {
                return None;
            }
        }
        let byte = self.current().first().copied();
        self.at += 1;
        byte
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        Some(u32::from(self.u16()?) | u32::from(self.u16()?) << 16)
    }

    fn skip(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > 0 {
            let now = self.current().len().min(bytes);
            self.at += now;
            bytes -= now;
            if bytes > 0 && !self.next_record() {
                return None;
            }
        }
        Some(())
    }

    /// A text behind its length in two bytes (`XLUnicodeRichExtendedString`, MS-XLS 2.5.293, of
    /// which the plain one is a part). `units` is overwritten with its UTF-16; `None` when it is
    /// cut.
    pub(super) fn text(&mut self, units: &mut Vec<u16>) -> Option<()> {
        let count = usize::from(self.u16()?);
        self.text_of(count, units)
    }

    /// A text whose length, in one byte, comes first.
    pub(super) fn short_text(&mut self, units: &mut Vec<u16>) -> Option<()> {
        let count = usize::from(self.byte()?);
        self.text_of(count, units)
    }

    fn text_of(&mut self, count: usize, units: &mut Vec<u16>) -> Option<()> {
        units.clear();
        let flags = self.byte()?;
        let mut is_wide = flags & 1 != 0;
        let runs = if flags & 8 != 0 { usize::from(self.u16()?) } else { 0 };
        let reading = if flags & 4 != 0 { self.u32()? } else { 0 };
        while units.len() < count {
            let (rest, left) = (self.current(), count - units.len());
            let taken = if is_wide {
                let wide = rest.as_chunks().0.iter().take(left);
                units.extend(wide.map(|unit| u16::from_le_bytes(*unit)));
                2 * (left - (count - units.len()))
            } else {
                units.extend(rest.iter().take(left).map(|byte| u16::from(*byte)));
                rest.len().min(left)
            };
            self.at += taken;
            if units.len() < count {
                // The characters go on in the next record, which says anew how wide they are.
                if !self.next_record() {
                    return None;
                }
                is_wide = self.byte()? & 1 != 0;
            }
        }
        self.skip(4 * runs)?;
        self.skip(usize::try_from(reading).ok()?)
    }
}

/// The number in the four bytes of an `RkNumber` (MS-XLS 2.5.217).
pub(super) fn rk(bits: u32) -> f64 {
    let number = if bits & 2 != 0 {
        f64::from(bits.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(bits & 0xffff_fffc) << 32)
    };
    if bits & 1 != 0 { number / 100.0 } else { number }
}

/// What a cell shows for an error code (MS-XLS 2.5.10).
pub(super) fn error_text(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    }
}

/// Row, column and style of a cell's record.
pub(super) fn place(record: &Record<'_>) -> Option<(u16, u16, u16)> {
    Some((u16_at(record.data, 0)?, u16_at(record.data, 2)?, u16_at(record.data, 4)?))
}

/// The number at a place of a record's data, as eight bytes of floating point.
pub(super) fn f64_at(data: &[u8], at: usize) -> Option<f64> {
    let (low, high) = (u32_at(data, at)?, u32_at(data, at + 4)?);
    Some(f64::from_bits(u64::from(low) | u64::from(high) << 32))
}
