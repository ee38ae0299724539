//! Reading what earlier starts left: which segments there are and should be, their frames, and the
//! end of the newest.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use tiaoxi_vault::{Key, KeyFile, KeyFileError};

use super::frame::{self, End, Place};
use super::segment::{self, SEGMENT_HEADER_BYTES, Scan, SegmentFile, segment_number};
use super::{JournalDamage, JournalError, Location, Op, Replayed};
use crate::file::{FileError, failed, read_if_there};

/// The segments in the directory, oldest first.
pub(super) fn list(dir: &Path) -> Result<Vec<Arc<SegmentFile>>, FileError> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed("listing", dir))? {
        let entry = entry.map_err(failed("listing", dir))?;
        numbers.extend(entry.file_name().to_str().and_then(segment_number));
    }
    numbers.sort_unstable();
    numbers.into_iter().map(|number| SegmentFile::open(dir, number).map(Arc::new)).collect()
}

/// The keys of the segments found. Removes segments whose removal a crash interrupted (the oldest,
/// without a key), and names those that are missing between or after the ones that are there.
pub(super) fn segment_keys(
    keys: &KeyFile,
    found: &mut Vec<Arc<SegmentFile>>,
    replayed: &mut Replayed,
) -> Result<BTreeMap<u32, Key>, JournalError> {
    let mut damage = |segment, what| {
        replayed.damage.push(JournalDamage { segment, offset: 0, what });
    };
    let slots = u32::try_from(keys.slots()?).unwrap_or(u32::MAX);
    let mut opened = BTreeMap::new();
    for number in 1..slots {
        match keys.get(u64::from(number)) {
            Ok(Some(key)) => _ = opened.insert(number, key),
            Ok(None) => {}
            // The newest slot may be torn when no segment was made for it yet.
            Err(KeyFileError::Damaged { .. }) => {
                if found.iter().any(|segment| segment.number == number) {
                    damage(number, "its key is damaged");
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    let oldest = opened.keys().next().copied().unwrap_or(u32::MAX);
    let newest = found.last().map_or(0, |segment| segment.number);
    for number in opened.keys() {
        let was_just_started = *number == newest.saturating_add(1);
        let is_found = found.iter().any(|segment| segment.number == *number);
        if !is_found && !was_just_started {
            damage(*number, "the segment is missing");
        }
    }
    let mut kept = Vec::new();
    for segment in found.drain(..) {
        let has_key = opened.contains_key(&segment.number);
        if !has_key && segment.number < oldest && oldest <= newest {
            fs::remove_file(&segment.path).map_err(failed("removing", &segment.path))?;
        } else {
            if !has_key {
                damage(segment.number, "its key is missing");
            }
            kept.push(segment);
        }
    }
    *found = kept;
    Ok(opened)
}

/// Replays one segment and answers how many of its bytes count.
pub(super) fn replay_one(
    segment: &Arc<SegmentFile>,
    key: Option<&Key>,
    is_last: bool,
    apply: &mut dyn FnMut(Op, Option<Location>),
    replayed: &mut Replayed,
) -> Result<u64, JournalError> {
    let bytes = read_if_there(&segment.path)?.unwrap_or_default();
    let Some(key) = key else { return Ok(bytes.len() as u64) };
    let Scan { valid_bytes, damaged_at, frames, end } =
        segment::replay(segment, key, &bytes, apply);
    replayed.frames += frames;
    for offset in damaged_at {
        let what = "a frame is invalid and a valid one follows";
        replayed.damage.push(JournalDamage { segment: segment.number, offset, what });
    }
    let rest = (bytes.len() as u64).saturating_sub(valid_bytes);
    let number = segment.number;
    if is_last {
        replayed.is_clean = end == Some(End::Stopped) && rest == 0;
        replayed.is_ended = end.is_some();
        if end.is_some() && rest > 0 {
            let what = "something follows the end";
            replayed.damage.push(JournalDamage { segment: number, offset: valid_bytes, what });
        } else if rest > 0 {
            replayed.torn = Some((number, valid_bytes, rest));
        }
        return Ok(valid_bytes);
    }
    if end.is_none() || rest > 0 {
        let what = "a segment with a successor does not end with an end frame";
        replayed.damage.push(JournalDamage { segment: number, offset: valid_bytes, what });
    }
    Ok(bytes.len() as u64)
}

/// Cuts a torn commit off the newest segment and ends it, if the node could not do so itself.
pub(super) fn close_last(
    segment: &Arc<SegmentFile>,
    bytes: &mut u64,
    key: &Key,
    is_ended: bool,
) -> Result<(), JournalError> {
    if segment.bytes()? != *bytes {
        segment.cut(*bytes)?;
    }
    if is_ended {
        return Ok(());
    }
    if *bytes < SEGMENT_HEADER_BYTES as u64 {
        // The machine went down while the file was made.
        segment.write_header()?;
        *bytes = SEGMENT_HEADER_BYTES as u64;
    }
    let mut frame = Vec::new();
    let place = Place { key, segment: segment.number, offset: *bytes };
    frame::encode_end(place, End::Recovered, &mut frame);
    segment.write_at(&frame, *bytes)?;
    segment.sync()?;
    *bytes += frame.len() as u64;
    Ok(())
}
