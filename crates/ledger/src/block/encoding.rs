//! The bytes of a block; `docs/protocol.md`, section Block, has the table.
//!
//! The encoding is never hashed and need not be canonical; leaves are recomputed from what it
//! holds. Sizes are checked before anything is allocated.

use super::{BODY_BYTES_MAX, Block, Body, Hole, fits_range, frame, is_present};
use crate::{
    Hash,
    header::{PREFIX_BYTES, PrefixBytes},
    salt::{Cover, CoverMismatch, SALTS, SaltKey, Seams},
};

/// The only block version so far.
const BLOCK_VERSION: u8 = 1;
/// The largest encoded block: 256 bodies of the largest size that do not compress, and its frame.
pub const BLOCK_BYTES_MAX: usize = 17 * 1024 * 1024;

/// Flag: some entries have no body.
const HOLES: u8 = 1;
/// Flag: the salts grow from several roots.
const SEAMS: u8 = 2;

/// Why bytes are no block.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// Written by a newer version of the format.
    #[error("block version {0} is not known here")]
    Version(u8),
    /// Larger than any block can be.
    #[error("a block of {0} bytes is over the limit of {BLOCK_BYTES_MAX}")]
    TooLarge(usize),
    /// Ends before it should.
    #[error("the block ends in the middle")]
    Truncated,
    /// Something stands behind its end.
    #[error("{0} bytes stand behind the end of the block")]
    TrailingBytes(usize),
    /// Its entries do not lie in one range.
    #[error("{count} entries from number {first} on do not fit one range of 256")]
    Range {
        /// Number of the first.
        first: u64,
        /// How many.
        count: usize,
    },
    /// An entry state that does not exist.
    #[error("an entry state or flag is not known here")]
    State,
    /// Seams that do not rise, or lie outside the entries.
    #[error("the seams do not rise within the entries")]
    Seams,
    /// A body length outside the limits.
    #[error("a body of {0} bytes is outside the limits")]
    BodySize(usize),
    /// A compressed frame is not one plain frame of the declared size.
    #[error("a compressed frame is damaged or of another size than declared")]
    Frame,
    /// The cover is not exactly that of the bodies.
    #[error(transparent)]
    Cover(#[from] CoverMismatch),
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], BlockError> {
        let (front, rest) = self.0.split_at_checked(len).ok_or(BlockError::Truncated)?;
        self.0 = rest;
        Ok(front)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], BlockError> {
        let (front, rest) = self.0.split_first_chunk().ok_or(BlockError::Truncated)?;
        self.0 = rest;
        Ok(*front)
    }
}

impl Block {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256 + self.bodies.len() / 4);
        out.push(BLOCK_VERSION);
        out.extend_from_slice(&self.first.to_be_bytes());
        out.push(u8::try_from(self.len() - 1).expect("at most 256 entries"));
        let seams = self.cover.seams().positions();
        let holes = self.slots.iter().any(Result::is_err);
        out.push((u8::from(holes) * HOLES) | (u8::from(!seams.is_empty()) * SEAMS));
        self.encode_holes(&mut out);
        if !seams.is_empty() {
            out.push(u8::try_from(seams.len()).expect("at most 255 positions behind the first"));
            out.extend_from_slice(seams);
        }
        for node in self.cover.nodes() {
            out.extend_from_slice(&node.0);
        }
        let index = frame::compress(&self.raw_index());
        let index_len = u16::try_from(index.len()).expect("5 KB compress to less than 64 KiB");
        out.extend_from_slice(&index_len.to_be_bytes());
        out.extend_from_slice(&index);
        for (start, end) in frame_bounds(self.body_ends()) {
            let raw = self.bodies.get(start..end).expect("bounds are ends of bodies");
            let packed = frame::compress(raw);
            let packed_len =
                u32::try_from(packed.len()).expect("64 KiB compress to less than 4 GiB");
            out.extend_from_slice(&packed_len.to_be_bytes());
            out.extend_from_slice(&packed);
        }
        out
    }

    fn body_ends(&self) -> impl Iterator<Item = usize> {
        self.slots.iter().filter_map(|slot| slot.ok())
    }

    /// States, two bits an entry, then the commitments of the entries without body.
    fn encode_holes(&self, out: &mut Vec<u8>) {
        if self.slots.iter().all(Result::is_ok) {
            return;
        }
        for four in self.slots.chunks(4) {
            let state = |slot: &Result<usize, Hole>| match slot {
                Ok(_) => 0,
                Err(Hole::Erased) => 1,
                Err(Hole::Withheld) => 2,
            };
            out.push(four.iter().rev().fold(0, |byte, slot| byte << 2 | state(slot)));
        }
        for (header, slot) in self.headers.iter().zip(&self.slots) {
            if slot.is_err() {
                out.extend(header.iter().skip(PREFIX_BYTES));
            }
        }
    }

    /// Header prefixes column by column, then body lengths: high bytes, low bytes.
    fn raw_index(&self) -> Vec<u8> {
        let mut raw = Vec::with_capacity(self.len() * (PREFIX_BYTES + 2));
        for column in 0..PREFIX_BYTES {
            raw.extend(self.headers.iter().filter_map(|header| header.get(column)));
        }
        let lengths: Vec<[u8; 2]> = self
            .entries()
            .filter_map(|(_, _, body)| match body {
                Body::Present(bytes) => Some(bytes.len()),
                Body::Missing(_) => None,
            })
            .map(|len| u16::try_from(len).expect("bodies are below 64 KiB").to_be_bytes())
            .collect();
        raw.extend(lengths.iter().map(|[high, _]| high));
        raw.extend(lengths.iter().map(|[_, low]| low));
        raw
    }

    /// Whether bytes claim to be a full block, without reading further.
    pub fn is_full_encoding(bytes: &[u8]) -> bool {
        matches!(bytes, [BLOCK_VERSION, _, _, _, _, _, _, _, 0, u8::MAX, ..])
    }

    /// Reads a block and recomputes commitments, headers and leaves.
    pub fn decode(bytes: &[u8]) -> Result<Self, BlockError> {
        if bytes.len() > BLOCK_BYTES_MAX {
            return Err(BlockError::TooLarge(bytes.len()));
        }
        let mut reader = Reader(bytes);
        let [version] = reader.array()?;
        if version != BLOCK_VERSION {
            return Err(BlockError::Version(version));
        }
        let first = u64::from_be_bytes(reader.array()?);
        let [count] = reader.array()?;
        let count = usize::from(count) + 1;
        if !fits_range(first, count) {
            return Err(BlockError::Range { first, count });
        }
        let [flags] = reader.array()?;
        if flags & !(HOLES | SEAMS) != 0 {
            return Err(BlockError::State);
        }
        let states =
            if flags & HOLES == 0 { vec![None; count] } else { decode_states(&mut reader, count)? };
        let present = states.iter().filter(|state| state.is_none()).count();
        let missing: Vec<Hash> =
            (present..count).map(|_| reader.array()).collect::<Result<_, _>>()?;
        let holes: Vec<_> = states.iter().map(|state| state.map_or(Ok(0), Err)).collect();
        let seams = if flags & SEAMS == 0 {
            Seams::none()
        } else {
            decode_seams(&mut reader, first, count)?
        };
        let cover = decode_cover(&mut reader, seams, |place| is_present(first, &holes, place))?;
        let (prefixes, lengths) = decode_index(&mut reader, count, present)?;
        let slots = slots_of(&states, &lengths);
        let bodies = decode_bodies(&mut reader, slots.iter().filter_map(|slot| slot.ok()))?;
        if !reader.0.is_empty() {
            return Err(BlockError::TrailingBytes(reader.0.len()));
        }
        let salts = cover.salts();
        Ok(Self::computed(first, &prefixes, &missing, slots, bodies, cover, &salts)
            .expect("salts, commitments and bodies were counted above"))
    }
}

/// `None` where the body is present.
fn decode_states(reader: &mut Reader<'_>, count: usize) -> Result<Vec<Option<Hole>>, BlockError> {
    let packed = reader.take(count.div_ceil(4))?;
    let all = packed.iter().flat_map(|byte| [byte & 3, byte >> 2 & 3, byte >> 4 & 3, byte >> 6]);
    let states = all
        .map(|bits| match bits {
            0 => Ok(None),
            1 => Ok(Some(Hole::Erased)),
            2 => Ok(Some(Hole::Withheld)),
            _ => Err(BlockError::State),
        })
        .collect::<Result<Vec<_>, _>>()?;
    let (states, unused) = states.split_at(count);
    if unused.iter().any(Option::is_some) {
        return Err(BlockError::State);
    }
    Ok(states.to_vec())
}

/// A seam lies behind the first entry and before the end.
fn decode_seams(reader: &mut Reader<'_>, first: u64, count: usize) -> Result<Seams, BlockError> {
    let [seams] = reader.array()?;
    let positions = reader.take(usize::from(seams))?.to_vec();
    let start = super::position(first);
    let inside = |seam: &u8| usize::from(*seam) > start && usize::from(*seam) < start + count;
    if seams == 0 || !positions.iter().all(inside) {
        return Err(BlockError::Seams);
    }
    Seams::new(positions).ok_or(BlockError::Seams)
}

fn decode_cover(
    reader: &mut Reader<'_>,
    seams: Seams,
    present: impl Fn(usize) -> bool,
) -> Result<Cover, BlockError> {
    let needed = Cover::node_count(&present, &seams);
    let nodes = (0..needed).map(|_| reader.array().map(SaltKey)).collect::<Result<Vec<_>, _>>()?;
    Ok(Cover::received(nodes, seams, present)?)
}

fn decode_index(
    reader: &mut Reader<'_>,
    count: usize,
    present: usize,
) -> Result<(Vec<PrefixBytes>, Vec<usize>), BlockError> {
    let packed_len = usize::from(u16::from_be_bytes(reader.array()?));
    let packed = reader.take(packed_len)?;
    let mut raw = Vec::new();
    if !frame::decompress(packed, count * PREFIX_BYTES + present * 2, &mut raw) {
        return Err(BlockError::Frame);
    }
    let (columns, lengths) = raw.split_at(count * PREFIX_BYTES);
    let mut prefixes = vec![[0; PREFIX_BYTES]; count];
    for (column, bytes) in columns.chunks(count).enumerate() {
        for (prefix, byte) in prefixes.iter_mut().zip(bytes) {
            if let Some(cell) = prefix.get_mut(column) {
                *cell = *byte;
            }
        }
    }
    let (high, low) = lengths.split_at(present);
    let lengths = high
        .iter()
        .zip(low)
        .map(|(high, low)| match usize::from(u16::from_be_bytes([*high, *low])) {
            len @ 1..=BODY_BYTES_MAX => Ok(len),
            len => Err(BlockError::BodySize(len)),
        })
        .collect::<Result<_, _>>()?;
    Ok((prefixes, lengths))
}

fn slots_of(states: &[Option<Hole>], lengths: &[usize]) -> Vec<Result<usize, Hole>> {
    let mut lengths = lengths.iter();
    let mut end = 0;
    states
        .iter()
        .map(|state| {
            state.map_or(Ok(()), Err).map(|()| {
                end += lengths.next().copied().unwrap_or(0);
                end
            })
        })
        .collect()
}

fn decode_bodies(
    reader: &mut Reader<'_>,
    ends: impl Iterator<Item = usize> + Clone,
) -> Result<Vec<u8>, BlockError> {
    let mut bodies = Vec::with_capacity(ends.clone().last().unwrap_or(0).min(reader.0.len() * 16));
    for (start, end) in frame_bounds(ends) {
        let packed_len = usize::try_from(u32::from_be_bytes(reader.array()?))
            .map_err(|_wider_than_memory| BlockError::Truncated)?;
        if !frame::decompress(reader.take(packed_len)?, end - start, &mut bodies) {
            return Err(BlockError::Frame);
        }
    }
    Ok(bodies)
}

/// Where frames begin and end: each takes as many whole bodies as fit 64 KiB.
fn frame_bounds(ends: impl Iterator<Item = usize>) -> Vec<(usize, usize)> {
    let mut bounds: Vec<(usize, usize)> = Vec::with_capacity(SALTS / 64);
    for end in ends {
        if let Some((start, last_end)) = bounds.last_mut()
            && end - *start <= frame::RAW_BYTES_MAX
        {
            *last_end = end;
        } else {
            let start = bounds.last().map_or(0, |(_, previous_end)| *previous_end);
            bounds.push((start, end));
        }
    }
    bounds
}

#[cfg(test)]
#[path = "encoding_tests.rs"]
mod tests;
