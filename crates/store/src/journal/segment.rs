//! One segment file: its first 16 bytes, and reading it from its start to its end.
//!
//! Header: magic 8 `TiaoxiJ1`, segment number u32, zero u32. Frames follow without a gap.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use tiaoxi_vault::{Key, durable};

use super::frame::{self, Content, End, FRAME_MAGIC, Place};
use super::{Location, Op};
use crate::file::{FileError, failed};

/// Bytes before the first frame.
pub(crate) const SEGMENT_HEADER_BYTES: usize = 16;
const SEGMENT_MAGIC: [u8; 8] = *b"TiaoxiJ1";

/// An open segment; readers keep it alive after it was removed.
#[derive(Debug)]
pub(crate) struct SegmentFile {
    pub(crate) number: u32,
    pub(crate) path: PathBuf,
    file: File,
}

/// What was found in a segment.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// Where the last valid frame ends.
    pub(crate) valid_bytes: u64,
    /// Where invalid frames begin that a valid one follows.
    pub(crate) damaged_at: Vec<u64>,
    /// Frames read.
    pub(crate) frames: u64,
    /// How it ends, if it says so.
    pub(crate) end: Option<End>,
}

/// Name of a segment in the journal's directory.
pub(crate) fn segment_name(number: u32) -> String {
    format!("{number:08}.seg")
}

/// The number in a segment's name.
pub(crate) fn segment_number(name: &str) -> Option<u32> {
    let digits = name.strip_suffix(".seg")?;
    let number = digits.parse().ok()?;
    (number > 0 && segment_name(number) == name).then_some(number)
}

fn header(number: u32) -> [u8; SEGMENT_HEADER_BYTES] {
    let mut header = [0; SEGMENT_HEADER_BYTES];
    let (magic, rest) = header.split_at_mut(SEGMENT_MAGIC.len());
    magic.copy_from_slice(&SEGMENT_MAGIC);
    let (number_part, _) = rest.split_at_mut(4);
    number_part.copy_from_slice(&number.to_le_bytes());
    header
}

impl SegmentFile {
    /// Makes the file with its header, durably.
    pub(crate) fn create(dir: &Path, number: u32) -> Result<Self, FileError> {
        let path = dir.join(segment_name(number));
        OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .and_then(|file| {
                file.write_all_at(&header(number), 0)?;
                file.sync_all()?;
                durable::sync_dir(dir)?;
                Ok(file)
            })
            .map_err(failed("creating", &path))
            .map(|file| Self { number, path: path.clone(), file })
    }

    /// Opens a segment of an earlier start.
    pub(crate) fn open(dir: &Path, number: u32) -> Result<Self, FileError> {
        let path = dir.join(segment_name(number));
        OpenOptions::new()
            .read(true)
            .write(true)
            .open(&path)
            .map_err(failed("opening", &path))
            .map(|file| Self { number, path: path.clone(), file })
    }

    pub(crate) fn bytes(&self) -> Result<u64, FileError> {
        self.file.metadata().map(|metadata| metadata.len()).map_err(failed("measuring", &self.path))
    }

    pub(crate) fn write_at(&self, bytes: &[u8], offset: u64) -> Result<(), FileError> {
        self.file.write_all_at(bytes, offset).map_err(failed("writing", &self.path))
    }

    /// Writes the header of a segment that has none.
    pub(crate) fn write_header(&self) -> Result<(), FileError> {
        self.write_at(&header(self.number), 0)
    }

    pub(crate) fn sync(&self) -> Result<(), FileError> {
        self.file.sync_data().map_err(failed("syncing", &self.path))
    }

    /// Cuts off everything from `bytes` on, durably.
    pub(crate) fn cut(&self, bytes: u64) -> Result<(), FileError> {
        self.file
            .set_len(bytes)
            .and_then(|()| self.file.sync_all())
            .map_err(failed("cutting", &self.path))
    }

    /// The sealed bytes at `location`.
    pub(crate) fn read(&self, offset: u64, bytes: u32) -> Result<Vec<u8>, FileError> {
        // Lossless where it is built: addresses have at least 32 bits.
        let mut sealed = vec![0; usize::try_from(bytes).unwrap_or(usize::MAX)];
        self.file.read_exact_at(&mut sealed, offset).map_err(failed("reading", &self.path))?;
        Ok(sealed)
    }
}

/// Reads a whole segment and hands every operation of its valid frames to `apply`.
pub(crate) fn replay(
    segment: &std::sync::Arc<SegmentFile>,
    key: &Key,
    bytes: &[u8],
    apply: &mut dyn FnMut(Op, Option<Location>),
) -> Scan {
    let mut scan = Scan::default();
    let mut at = SEGMENT_HEADER_BYTES;
    if bytes.get(..at) != Some(&header(segment.number)[..]) {
        match next_frame(segment.number, key, bytes, at.min(bytes.len())) {
            Some(found) => {
                scan.damaged_at.push(0);
                at = found;
            }
            None => return scan,
        }
    }
    scan.valid_bytes = at as u64;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        let place = Place { key, segment: segment.number, offset: at as u64 };
        let Some((content, frame_bytes)) = frame::decode(place, rest) else {
            match next_frame(segment.number, key, bytes, at + 1) {
                Some(found) => {
                    scan.damaged_at.push(at as u64);
                    at = found;
                    continue;
                }
                None => break,
            }
        };
        at += frame_bytes;
        scan.valid_bytes = at as u64;
        scan.frames += 1;
        scan.end = None;
        match content {
            Content::End(end) => scan.end = Some(end),
            Content::Commit(ops) => {
                for (op, body) in ops {
                    let location = body.map(|(offset, bytes)| Location {
                        segment: std::sync::Arc::clone(segment),
                        offset,
                        bytes,
                    });
                    apply(op, location);
                }
            }
        }
    }
    scan
}

/// Where the next valid frame begins, from `from` on. A frame's place is part of what its header
/// authenticates, so bytes that only look like one are never taken for one.
fn next_frame(segment: u32, key: &Key, bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let rest = bytes.get(at..)?;
        at += rest.windows(FRAME_MAGIC.len()).position(|window| window == FRAME_MAGIC)?;
        let place = Place { key, segment, offset: at as u64 };
        if frame::decode(place, bytes.get(at..)?).is_some() {
            return Some(at);
        }
        at += 1;
    }
}
