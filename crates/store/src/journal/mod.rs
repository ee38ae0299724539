//! The journal: segments of frames, each segment under a key of its own.
//!
//! Files `00000001.seg` and on, without a gap; `keys` is a key file with the segment's number as
//! slot. Every start opens a new segment; a segment that is full, and a clean stop, end it with an
//! end frame. Segments go oldest first: the key is overwritten, then the file removed. So whatever
//! is left is a suffix of what was written, and replay needs no numbers of its own.
//!
//! Does not know what operations mean, nor when a segment may go: `maintain` says so.

mod frame;
mod op;
mod recover;
mod segment;

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tiaoxi_vault::{Key, KeyFile, KeyFileError, durable};

pub(crate) use frame::block_aad;
#[cfg(fuzzing)]
pub(crate) use frame::{Content, decode_header, decode_ops, encode_ops};
use frame::{End, Place};
pub(crate) use op::{BlockOp, Op, is_range};
use recover::{close_last, list, replay_one, segment_keys};
use segment::SEGMENT_HEADER_BYTES;
pub(crate) use segment::SegmentFile;

use crate::file::{FileError, failed};

/// Where sealed bytes lie in the journal.
#[derive(Debug, Clone)]
pub(crate) struct Location {
    pub(crate) segment: Arc<SegmentFile>,
    pub(crate) offset: u64,
    pub(crate) bytes: u32,
}

impl Location {
    pub(crate) fn read(&self) -> Result<Vec<u8>, FileError> {
        self.segment.read(self.offset, self.bytes)
    }
}

/// A place in the journal that does not read as it was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("journal segment {segment} is damaged at byte {offset}: {what}")]
pub struct JournalDamage {
    /// The segment's number.
    pub segment: u32,
    /// The byte it begins at.
    pub offset: u64,
    /// What is wrong there.
    pub what: &'static str,
}

/// Why the journal could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// A segment could not be written, read or removed.
    #[error(transparent)]
    File(#[from] FileError),
    /// The key of a segment could not be written, read or destroyed.
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    /// Four thousand million segments were written.
    #[error("the journal has used up its segment numbers")]
    OutOfNumbers,
}

/// What a replay found.
#[derive(Debug, Default)]
pub(crate) struct Replayed {
    pub(crate) segments: u64,
    pub(crate) frames: u64,
    /// Whether the last start ended with a clean stop, or there was none.
    pub(crate) is_clean: bool,
    /// Whether the newest segment says that it ends.
    is_ended: bool,
    /// Segment, offset and length of what was cut off the end.
    pub(crate) torn: Option<(u32, u64, u64)>,
    pub(crate) damage: Vec<JournalDamage>,
}

/// The segments and the end where the next frame goes.
#[derive(Debug)]
pub(crate) struct Journal {
    dir: PathBuf,
    keys: KeyFile,
    closed: VecDeque<(Arc<SegmentFile>, u64)>,
    current: Arc<SegmentFile>,
    key: Key,
    bytes: u64,
}

impl Journal {
    /// Replays what is there into `apply` and opens a new segment. When there is damage and it is
    /// not accepted, no new segment is opened and the error is the list. A store that is not new
    /// has a journal.
    pub(crate) fn open(
        dir: &Path,
        wrapping: Key,
        is_new: bool,
        accept_damage: bool,
        apply: &mut dyn FnMut(Op, Option<Location>),
    ) -> Result<(Result<Self, Vec<JournalDamage>>, Replayed), JournalError> {
        let keys = KeyFile::open(&dir.join("keys"), wrapping, "journal")?;
        let mut found = list(dir)?;
        let mut replayed = Replayed { is_clean: true, ..Replayed::default() };
        let segment_keys = segment_keys(&keys, &mut found, &mut replayed)?;
        if !is_new && segment_keys.is_empty() && found.is_empty() {
            let what = "the journal is missing";
            replayed.damage.push(JournalDamage { segment: 1, offset: 0, what });
        }
        let last = found.last().map_or(0, |segment| segment.number);
        let mut closed = VecDeque::new();
        for segment in found {
            let key = segment_keys.get(&segment.number);
            let bytes = replay_one(&segment, key, segment.number == last, apply, &mut replayed)?;
            closed.push_back((segment, bytes));
        }
        replayed.segments = closed.len() as u64;
        if !replayed.damage.is_empty() && !accept_damage {
            return Ok((Err(replayed.damage.clone()), replayed));
        }
        let last_key = segment_keys.get(&last);
        if let (Some((segment, bytes)), Some(key)) = (closed.back_mut(), last_key) {
            close_last(segment, bytes, key, replayed.is_ended)?;
        }
        for missing in segment_keys.keys() {
            if closed.iter().all(|(segment, _)| segment.number != *missing) {
                keys.destroy(u64::from(*missing))?;
            }
        }
        let number = last.checked_add(1).ok_or(JournalError::OutOfNumbers)?;
        let (current, key) = start_segment(dir, &keys, number)?;
        let dir = dir.to_path_buf();
        let bytes = SEGMENT_HEADER_BYTES as u64;
        Ok((Ok(Self { dir, keys, closed, current, key, bytes }), replayed))
    }

    /// Writes a commit and syncs it. Answers where the bodies lie. On an error before the sync the
    /// file is as long as before.
    pub(crate) fn append(
        &mut self,
        ops: &[Op],
        bodies: &[&[u8]],
    ) -> Result<Vec<Location>, AppendError> {
        let mut frame = Vec::new();
        let places = frame::encode_commit(self.place(), ops, bodies, &mut frame);
        self.write(&frame)?;
        let at = |(offset, bytes)| Location { segment: Arc::clone(&self.current), offset, bytes };
        Ok(places.into_iter().map(at).collect())
    }

    /// Ends the segment because the node stops.
    pub(crate) fn stop(&mut self) -> Result<(), AppendError> {
        self.end(End::Stopped)
    }

    /// Ends the segment and opens the next.
    pub(crate) fn roll(&mut self) -> Result<(), AppendError> {
        self.end(End::Rolled)?;
        let open_next = || {
            let number = self.current.number.checked_add(1).ok_or(JournalError::OutOfNumbers)?;
            start_segment(&self.dir, &self.keys, number)
        };
        let (next, key) = open_next().map_err(AppendError::Unknown)?;
        let before = std::mem::replace(&mut self.current, next);
        self.closed.push_back((before, self.bytes));
        self.key = key;
        self.bytes = SEGMENT_HEADER_BYTES as u64;
        Ok(())
    }

    /// Destroys the keys of closed segments up to number `last`, oldest first, and removes them.
    pub(crate) fn drop_through(&mut self, last: u32) -> Result<u64, JournalError> {
        let mut dropped = 0;
        while let Some((segment, _)) = self.closed.front()
            && segment.number <= last
        {
            self.keys.destroy(u64::from(segment.number))?;
            self.keys.sync()?;
            fs::remove_file(&segment.path).map_err(failed("removing", &segment.path))?;
            self.closed.pop_front();
            dropped += 1;
        }
        if dropped > 0 {
            durable::sync_dir(&self.dir).map_err(failed("syncing", &self.dir))?;
        }
        Ok(dropped)
    }

    /// Number and bytes of the closed segments, oldest first.
    pub(crate) fn closed(&self) -> impl Iterator<Item = (u32, u64)> {
        self.closed.iter().map(|(segment, bytes)| (segment.number, *bytes))
    }

    /// Number and bytes of the segment that is written.
    pub(crate) fn current(&self) -> (u32, u64) {
        (self.current.number, self.bytes)
    }

    /// Bytes of all segments.
    pub(crate) fn total_bytes(&self) -> u64 {
        self.bytes + self.closed.iter().map(|(_, bytes)| bytes).sum::<u64>()
    }

    fn place(&self) -> Place<'_> {
        Place { key: &self.key, segment: self.current.number, offset: self.bytes }
    }

    fn end(&mut self, end: End) -> Result<(), AppendError> {
        let mut frame = Vec::new();
        frame::encode_end(self.place(), end, &mut frame);
        self.write(&frame)
    }

    fn write(&mut self, frame: &[u8]) -> Result<(), AppendError> {
        if let Err(error) = self.current.write_at(frame, self.bytes) {
            // A full disk: take back what was written, so that the next attempt finds a clean end.
            return Err(match self.current.cut(self.bytes) {
                Ok(()) => AppendError::NotWritten(error),
                Err(_worse) => AppendError::Unknown(error.into()),
            });
        }
        self.current.sync().map_err(|error| AppendError::Unknown(error.into()))?;
        self.bytes += frame.len() as u64;
        Ok(())
    }
}

/// Why a frame is not in the journal, or nobody knows.
#[derive(Debug)]
pub(crate) enum AppendError {
    /// It is not there; another attempt may succeed.
    NotWritten(FileError),
    /// What is on the disk is unknown: the store must stop.
    Unknown(JournalError),
}

fn start_segment(
    dir: &Path,
    keys: &KeyFile,
    number: u32,
) -> Result<(Arc<SegmentFile>, Key), JournalError> {
    // The key goes first: a segment file without a key is one that is being removed.
    let key = Key::random();
    keys.put(u64::from(number), &key)?;
    keys.sync()?;
    Ok((Arc::new(SegmentFile::create(dir, number)?), key))
}
