//! The zip archive that an `.xlsx` file is: its parts by name, unpacked as streams.
//!
//! No number of the file is believed before it is bounded: counts and sizes in a zip's directory
//! are its author's claims, and libraries reserve memory by them. Knows nothing of workbooks.

use std::{
    collections::HashMap,
    io::{self, BufReader, Read, Seek, SeekFrom, Take},
};

use flate2::{Crc, bufread::DeflateDecoder};

use crate::read::{
    bytes::{u16_at, u32_at, u64_at},
    error::Fault,
    what::{Amount, Damage},
};

/// Parts of an archive.
const PARTS_MAX: u64 = 10_000;
/// Bytes of the directory: enough for so many parts with long names.
const DIRECTORY_BYTES_MAX: u64 = 4 << 20;
/// Bytes of packed data read at once.
const PACKED_BYTES: usize = 32 * 1024;

const END_BYTES: usize = 22;
const COMMENT_BYTES_MAX: usize = 0xffff;
const LOCATOR_BYTES: usize = 20;
const END64_BYTES: usize = 56;
const ENTRY_BYTES: usize = 46;
const LOCAL_BYTES: usize = 30;
const ZIP64_FIELD: u16 = 1;

/// A zip archive and where its parts are.
pub(super) struct Archive<S> {
    source: S,
    /// By name as [`normalised`] makes it.
    parts: HashMap<String, Place>,
}

/// Where a part is.
#[derive(Clone, Copy, Debug)]
struct Place {
    header_start: u64,
    packed_bytes: u64,
    /// As the directory claims.
    bytes: u64,
    crc: u32,
    method: u16,
    is_encrypted: bool,
}

/// One part as a stream of its bytes, with a limit on how many may come.
pub(super) struct Part<'a, S> {
    unpacking: Unpacking<'a, S>,
    read_bytes: u64,
    max: u64,
    what: Amount,
    /// As the directory claims.
    bytes: u64,
    crc: Crc,
    expected_crc: u32,
}

enum Unpacking<'a, S> {
    Stored(Packed<'a, S>),
    Deflated(DeflateDecoder<BufReader<Packed<'a, S>>>),
}

/// The packed bytes. Errors of the source are told apart from those of the packing.
struct Packed<'a, S>(Take<&'a mut S>);

impl<S: Read + Seek> Archive<S> {
    /// Reads the directory of an archive of `size` bytes.
    pub(super) fn open(mut source: S, size: u64) -> Result<Self, Fault> {
        let (entries, start, bytes) = find_directory(&mut source, size)?;
        if entries > PARTS_MAX {
            return Err(Fault::TooLarge { what: Amount::Parts, max: PARTS_MAX });
        }
        if bytes > DIRECTORY_BYTES_MAX {
            return Err(Fault::TooLarge { what: Amount::PartBytes, max: DIRECTORY_BYTES_MAX });
        }
        let directory = read_at(&mut source, start, bytes)?;
        let mut parts = HashMap::new();
        let mut rest = directory.as_slice();
        for _ in 0..entries {
            let (name, place, after) = entry(rest).ok_or(Fault::damaged(Damage::Packing))?;
            // Which of two parts of one name is meant, programs do not agree on.
            if parts.insert(name, place).is_some() {
                return Err(Fault::damaged(Damage::Packing));
            }
            rest = after;
        }
        Ok(Self { source, parts })
    }

    /// Whether there is a part of this name, or any in this folder when it ends in `/`.
    pub(super) fn has(&self, name: &str) -> bool {
        match name.strip_suffix('/') {
            Some(_) => self.parts.keys().any(|part| part.starts_with(name)),
            None => self.parts.contains_key(name),
        }
    }

    /// The part of a name, of at most `max` bytes; `None` when there is none.
    pub(super) fn part(
        &mut self,
        name: &str,
        what: Amount,
        max: u64,
    ) -> Result<Option<Part<'_, S>>, Fault> {
        let Some(place) = self.parts.get(&normalised(name)).copied() else { return Ok(None) };
        if place.is_encrypted {
            return Err(Fault::Encrypted);
        }
        let header = read_at(&mut self.source, place.header_start, LOCAL_BYTES as u64)?;
        let variable = header
            .starts_with(b"PK\x03\x04")
            .then(|| Some(u64::from(u16_at(&header, 26)?) + u64::from(u16_at(&header, 28)?)))
            .flatten()
            .ok_or(Fault::damaged(Damage::Packing))?;
        let start = place.header_start + LOCAL_BYTES as u64 + variable;
        self.source.seek(SeekFrom::Start(start)).map_err(Fault::Read)?;
        let packed = Packed((&mut self.source).take(place.packed_bytes));
        let unpacking = match place.method {
            0 => Unpacking::Stored(packed),
            8 => Unpacking::Deflated(DeflateDecoder::new(BufReader::with_capacity(
                PACKED_BYTES,
                packed,
            ))),
            _ => return Err(Fault::damaged(Damage::Packing)),
        };
        Ok(Some(Part {
            unpacking,
            read_bytes: 0,
            max,
            what,
            bytes: place.bytes,
            crc: Crc::new(),
            expected_crc: place.crc,
        }))
    }
}

impl<S> Part<'_, S> {
    /// Bytes that were read, of those there are as far as one knows.
    pub(super) fn progress(&self) -> (u64, u64) {
        (self.read_bytes, self.read_bytes.max(self.bytes))
    }
}

impl<S: Read> Read for Part<'_, S> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.unpacking {
            Unpacking::Stored(packed) => packed.read(room)?,
            Unpacking::Deflated(packed) => packed.read(room)?,
        };
        if count == 0 && !room.is_empty() {
            // A fuzzer never guesses a checksum.
            let is_whole = cfg!(fuzzing) || self.crc.sum() == self.expected_crc;
            let fault = || Fault::damaged(Damage::Packing).into_reader();
            return if is_whole { Ok(0) } else { Err(fault()) };
        }
        self.crc.update(room.get(..count).unwrap_or_default());
        self.read_bytes += count as u64;
        if self.read_bytes > self.max {
            return Err(Fault::TooLarge { what: self.what, max: self.max }.into_reader());
        }
        Ok(count)
    }
}

impl<S: Read> Read for Packed<'_, S> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.0.read(room).map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => error,
            _ => Fault::Read(error).into_reader(),
        })
    }
}

/// A part's name as it is looked up: programs write `/xl/…`, `xl\…` and `Xl/…`.
pub(super) fn normalised(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_ascii_lowercase()
}

/// Entries, start and bytes of the directory.
fn find_directory<S: Read + Seek>(source: &mut S, size: u64) -> Result<(u64, u64, u64), Fault> {
    let tail_bytes = size.min((END_BYTES + COMMENT_BYTES_MAX + LOCATOR_BYTES) as u64);
    let tail_start = size - tail_bytes;
    let tail = read_at(source, tail_start, tail_bytes)?;
    let mut ends = memchr::memmem::rfind_iter(&tail, b"PK\x05\x06");
    let end = ends.find(|end| {
        let comment = u16_at(&tail, end + 20).map(usize::from);
        comment.is_some_and(|comment| end + END_BYTES + comment <= tail.len())
    });
    let at = end.ok_or(Fault::damaged(Damage::Incomplete))?;
    let numbers = || {
        let entries = u64::from(u16_at(&tail, at + 10)?);
        Some((entries, u64::from(u32_at(&tail, at + 16)?), u64::from(u32_at(&tail, at + 12)?)))
    };
    let (mut entries, mut start, mut bytes) =
        numbers().ok_or(Fault::damaged(Damage::Incomplete))?;
    let locator = at.checked_sub(LOCATOR_BYTES).and_then(|locator| tail.get(locator..at));
    if let Some(locator) = locator
        && locator.starts_with(b"PK\x06\x07")
        && let Some(end64_start) = u64_at(locator, 8)
    {
        let end64 = read_at(source, end64_start, END64_BYTES as u64)?;
        let numbers = || {
            let is_end = end64.starts_with(b"PK\x06\x06");
            is_end.then_some((u64_at(&end64, 32)?, u64_at(&end64, 48)?, u64_at(&end64, 40)?))
        };
        (entries, start, bytes) = numbers().ok_or(Fault::damaged(Damage::Packing))?;
    }
    match start.checked_add(bytes) {
        Some(end) if end <= tail_start + at as u64 => Ok((entries, start, bytes)),
        // The directory would reach beyond its own end: bytes before it are missing.
        _ => Err(Fault::damaged(Damage::Incomplete)),
    }
}

/// The first entry of a directory, and what follows it.
fn entry(directory: &[u8]) -> Option<(String, Place, &[u8])> {
    let (fixed, rest) = directory.split_at_checked(ENTRY_BYTES)?;
    if !fixed.starts_with(b"PK\x01\x02") {
        return None;
    }
    let (name, rest) = rest.split_at_checked(u16_at(fixed, 28)?.into())?;
    let (extra, rest) = rest.split_at_checked(u16_at(fixed, 30)?.into())?;
    let (_, rest) = rest.split_at_checked(u16_at(fixed, 32)?.into())?;
    let mut place = Place {
        header_start: u32_at(fixed, 42)?.into(),
        packed_bytes: u32_at(fixed, 20)?.into(),
        bytes: u32_at(fixed, 24)?.into(),
        crc: u32_at(fixed, 16)?,
        method: u16_at(fixed, 10)?,
        is_encrypted: u16_at(fixed, 8)? & 1 != 0,
    };
    // Numbers that do not fit stand in a field of their own, in this order.
    let mut wide = zip64_field(extra);
    for number in [&mut place.bytes, &mut place.packed_bytes, &mut place.header_start] {
        if *number == u64::from(u32::MAX) {
            *number = u64_at(wide, 0)?;
            wide = wide.get(8..)?;
        }
    }
    Some((normalised(&String::from_utf8_lossy(name)), place, rest))
}

fn zip64_field(mut extra: &[u8]) -> &[u8] {
    while let (Some(kind), Some(bytes)) = (u16_at(extra, 0), u16_at(extra, 2)) {
        let end = 4 + usize::from(bytes);
        if kind == ZIP64_FIELD {
            return extra.get(4..end).unwrap_or_default();
        }
        extra = extra.get(end..).unwrap_or_default();
    }
    &[]
}

/// `bytes` bytes from `start` on; the caller has bounded them.
fn read_at<S: Read + Seek>(source: &mut S, start: u64, bytes: u64) -> Result<Vec<u8>, Fault> {
    source.seek(SeekFrom::Start(start)).map_err(Fault::Read)?;
    let mut read = Vec::new();
    source.take(bytes).read_to_end(&mut read).map_err(Fault::Read)?;
    if read.len() as u64 == bytes { Ok(read) } else { Err(Fault::damaged(Damage::Incomplete)) }
}
