//! The compound file (MS-CFB) that an `.xls` file is: streams by name.
//!
//! Every chain is bounded by the file's own sectors, so that no number in it makes anything larger
//! than the file. Knows nothing of workbooks.

use std::io::{Read, Seek, SeekFrom};

use crate::read::{
    bytes::{u16_at, u32_at, u64_at},
    error::Fault,
    what::{Amount, Damage},
};

const HEADER_BYTES: u64 = 512;
/// Sectors of the table that the header lists itself.
const LISTED_IN_HEADER: usize = 109;
const ENTRY_BYTES: usize = 128;
/// Entries of the directory; a workbook has a dozen.
const ENTRIES_MAX: usize = 4_096;
/// Shorter streams are in the small sectors of the root's stream.
const SMALL_STREAM_BYTES: u64 = 4_096;
const SMALL_SECTOR_BYTES: usize = 64;
/// Bytes of all small streams together.
const SMALL_BYTES_MAX: u64 = 16 << 20;
/// Sector numbers from here on mean no sector.
const NO_SECTOR: u32 = 0xffff_fffa;

/// A compound file.
pub(super) struct Compound<S> {
    source: S,
    sector_bytes: usize,
    /// Whole and begun sectors behind the header.
    sectors: u32,
    /// For each sector, the one that follows it.
    next: Vec<u32>,
    small_table_start: u32,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    kind: u8,
    start: u32,
    bytes: u64,
}

impl<S: Read + Seek> Compound<S> {
    /// Reads the directory of a compound file of `size` bytes.
    pub(super) fn open(mut source: S, size: u64) -> Result<Self, Fault> {
        let mut header = Vec::new();
        source.rewind().map_err(Fault::Read)?;
        source.by_ref().take(HEADER_BYTES).read_to_end(&mut header).map_err(Fault::Read)?;
        let number = |at| u32_at(&header, at).ok_or(Fault::damaged(Damage::Incomplete));
        let sector_bytes: u32 = match u16_at(&header, 30) {
            Some(9) => 512,
            Some(12) => 4096,
            Some(_) => return Err(Fault::damaged(Damage::Packing)),
            None => return Err(Fault::damaged(Damage::Incomplete)),
        };
        // The header takes the place of one sector.
        let sectors = size.div_ceil(sector_bytes.into()).saturating_sub(1);
        let sectors =
            u32::try_from(sectors).map_err(|error| Fault::damaged_by(Damage::Packing, error))?;
        let mut compound = Self {
            source,
            sector_bytes: sector_bytes.try_into().expect("a sector fits"),
            sectors,
            next: Vec::new(),
            small_table_start: number(60)?,
            entries: Vec::new(),
        };
        let (table_start, directory_start) = (number(68)?, number(48)?);
        let listed = header.get(76..).unwrap_or_default().as_chunks().0.iter();
        let listed: Vec<u32> =
            listed.take(LISTED_IN_HEADER).map(|number| u32::from_le_bytes(*number)).collect();
        compound.read_table(&listed, table_start)?;
        let bytes = compound.chain(directory_start, ENTRIES_MAX as u64 * ENTRY_BYTES as u64)?;
        compound.entries = bytes.chunks_exact(ENTRY_BYTES).filter_map(entry).collect();
        Ok(compound)
    }

    /// Whether there is a stream or folder of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// The bytes of a stream in the root, at most `max`; `None` when there is no such stream.
    pub(super) fn stream(&mut self, name: &str, max: u64) -> Result<Option<Vec<u8>>, Fault> {
        let is_it = |entry: &&Entry| entry.kind == 2 && entry.name.eq_ignore_ascii_case(name);
        let Some(&Entry { start, bytes, .. }) = self.entries.iter().find(is_it) else {
            return Ok(None);
        };
        if bytes > max {
            return Err(Fault::TooLarge { what: Amount::XlsBytes, max });
        }
        let stream = if bytes < SMALL_STREAM_BYTES {
            self.small_chain(start, bytes)?
        } else {
            self.chain(start, bytes)?
        };
        if (stream.len() as u64) < bytes {
            return Err(Fault::damaged(Damage::Incomplete));
        }
        Ok(Some(stream))
    }

    /// Reads which sector follows which: the sectors of that table are `listed`, and in a chain of
    /// sectors from `more` on.
    fn read_table(&mut self, listed: &[u32], mut more: u32) -> Result<(), Fault> {
        let mut listed = listed.to_vec();
        // More lists than the table could need would be a circle.
        for _ in 0..self.sectors / 127 + 2 {
            for number in listed.iter().filter(|number| **number < NO_SECTOR) {
                if self.next.len() >= self.sectors as usize {
                    return Ok(());
                }
                let sector = self.sector(*number)?;
                let numbers = sector.as_chunks().0.iter();
                self.next.extend(numbers.map(|number| u32::from_le_bytes(*number)));
            }
            if more >= NO_SECTOR {
                return Ok(());
            }
            let sector = self.sector(more)?;
            listed = sector.as_chunks().0.iter().map(|it| u32::from_le_bytes(*it)).collect();
            more = listed.pop().unwrap_or(NO_SECTOR);
        }
        Ok(())
    }

    /// The bytes of a chain of sectors, up to `max`.
    fn chain(&mut self, start: u32, max: u64) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        let mut number = start;
        for _ in 0..self.sectors {
            if number >= NO_SECTOR || bytes.len() as u64 >= max {
                break;
            }
            bytes.extend(self.sector(number)?);
            let next = usize::try_from(number).ok().and_then(|at| self.next.get(at));
            number = *next.ok_or(Fault::damaged(Damage::Incomplete))?;
        }
        bytes.truncate(usize::try_from(max).unwrap_or(usize::MAX));
        Ok(bytes)
    }

    /// The bytes of a chain of small sectors, up to `max`, which is small too.
    fn small_chain(&mut self, start: u32, max: u64) -> Result<Vec<u8>, Fault> {
        let Some(root) = self.entries.iter().find(|entry| entry.kind == 5) else {
            return Err(Fault::damaged(Damage::Packing));
        };
        let (root_start, root_bytes) = (root.start, root.bytes.min(SMALL_BYTES_MAX));
        let small = self.chain(root_start, root_bytes)?;
        let table = self.chain(self.small_table_start, SMALL_BYTES_MAX / 16)?;
        let (sectors, table) = (small.as_chunks::<SMALL_SECTOR_BYTES>().0, table.as_chunks().0);
        let mut bytes = Vec::new();
        let mut number = start;
        while number < NO_SECTOR && (bytes.len() as u64) < max {
            let at = usize::try_from(number).unwrap_or(usize::MAX);
            let (sector, next) =
                sectors.get(at).zip(table.get(at)).ok_or(Fault::damaged(Damage::Incomplete))?;
            bytes.extend(sector);
            number = u32::from_le_bytes(*next);
        }
        bytes.truncate(usize::try_from(max).unwrap_or(usize::MAX));
        Ok(bytes)
    }

    /// The bytes of a sector; the last one of a file may be short, and is filled up with zeros.
    fn sector(&mut self, number: u32) -> Result<Vec<u8>, Fault> {
        if number >= self.sectors {
            return Err(Fault::damaged(Damage::Incomplete));
        }
        let start = (u64::from(number) + 1) * self.sector_bytes as u64;
        self.source.seek(SeekFrom::Start(start)).map_err(Fault::Read)?;
        let mut sector = Vec::with_capacity(self.sector_bytes);
        let mut some = self.source.by_ref().take(self.sector_bytes as u64);
        some.read_to_end(&mut sector).map_err(Fault::Read)?;
        sector.resize(self.sector_bytes, 0);
        Ok(sector)
    }
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let kind = *bytes.get(66)?;
    let name_bytes = usize::from(u16_at(bytes, 64)?).clamp(2, 64) - 2;
    let units = bytes.get(..name_bytes)?.as_chunks().0.iter();
    let units: Vec<u16> = units.map(|unit| u16::from_le_bytes(*unit)).collect();
    // The upper half of the length is undefined in files with small sectors; none is so large.
    let bytes_of_stream = u64_at(bytes, 120)? & u64::from(u32::MAX);
    (kind != 0).then_some(Entry {
        name: String::from_utf16_lossy(&units),
        kind,
        start: u32_at(bytes, 116)?,
        bytes: bytes_of_stream,
    })
}
