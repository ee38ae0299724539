//! The bytes of one frame: one group commit, whole or not at all.
//!
//! magic 4 `TxF1`, header bytes u32, bodies bytes u32, then the header: XChaCha20-Poly1305 under
//! the segment's key (nonce in front), with magic, both lengths, segment number u32 and offset u64
//! as associated bytes; then the bodies, each a block sealed under its own key, which the header
//! names. The header is the operations in order: a count u32, then each as `op` says; or a count
//! of 1, kind 8 and how the segment ends (1 stopped, 2 full, 3 closed at the next start). A frame
//! is valid when its header opens, parses to the last byte, and every body opens.

use std::ops::Range;

use tiaoxi_vault::{Key, sealing};
use zeroize::Zeroizing;

use super::op::{Op, decode_op, encode_op};
use crate::bytes::{Reader, length_u32};
use crate::log::LogId;
use crate::{BLOCK_BYTES_MAX, COMMIT_BYTES_MAX};

/// What every frame begins with.
pub(crate) const FRAME_MAGIC: [u8; 4] = *b"TxF1";
const PREFIX_BYTES: usize = 12;

/// The kind of operation that ends a segment; it stands alone.
const KIND_END: u8 = 8;

/// Why nothing follows in a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The node stopped in good order.
    Stopped = 1,
    /// The segment was full.
    Rolled = 2,
    /// Found without an end and closed at the next start.
    Recovered = 3,
}

/// What a frame says.
#[derive(Debug)]
pub(crate) enum Content {
    /// Operations, each with where its body lies, as offset in the segment and length.
    Commit(Vec<(Op, Option<(u64, u32)>)>),
    /// The segment ends here.
    End(End),
}

/// The associated bytes of a sealed block: it opens in its own place only.
pub(crate) fn block_aad(log: LogId, first: u64, count: u16) -> [u8; 14] {
    let mut aad = [0; 14];
    let (log_part, rest) = aad.split_at_mut(4);
    let (first_part, count_part) = rest.split_at_mut(8);
    log_part.copy_from_slice(&log.0.to_le_bytes());
    first_part.copy_from_slice(&first.to_le_bytes());
    count_part.copy_from_slice(&count.to_le_bytes());
    aad
}

/// Writes the frame of a commit to `out` for its place in the journal; `bodies` are the sealed
/// bytes of the block operations in order. Answers where each body lies in the segment.
pub(crate) fn encode_commit(
    place: Place<'_>,
    ops: &[Op],
    bodies: &[&[u8]],
    out: &mut Vec<u8>,
) -> Vec<(u64, u32)> {
    let mut next_body = bodies.iter();
    let header = encode_ops(ops.iter().map(|op| match op {
        Op::Block(_) => (op, length_u32(next_body.next().map_or(0, |body| body.len()))),
        _ => (op, 0),
    }));
    let start = out.len();
    let bodies_bytes: usize = bodies.iter().map(|body| body.len()).sum();
    encode_frame(place, &header, length_u32(bodies_bytes), out);
    let mut offset = place.offset + (out.len() - start) as u64;
    let mut places = Vec::with_capacity(bodies.len());
    for body in bodies {
        out.extend_from_slice(body);
        places.push((offset, length_u32(body.len())));
        offset += body.len() as u64;
    }
    places
}

/// A header in the clear: operations, each with the length of its body.
pub(crate) fn encode_ops<'a>(
    ops: impl ExactSizeIterator<Item = (&'a Op, u32)>,
) -> Zeroizing<Vec<u8>> {
    let mut header = Zeroizing::new(length_u32(ops.len()).to_le_bytes().to_vec());
    for (op, body_bytes) in ops {
        encode_op(op, body_bytes, &mut header);
    }
    header
}

/// Writes the frame that closes a segment.
pub(crate) fn encode_end(place: Place<'_>, end: End, out: &mut Vec<u8>) {
    encode_frame(place, &[1, 0, 0, 0, KIND_END, end as u8], 0, out);
}

/// Where a frame lies and which key opens its header.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) key: &'a Key,
    pub(crate) segment: u32,
    pub(crate) offset: u64,
}

impl Place<'_> {
    fn aad(&self, prefix: [u8; PREFIX_BYTES]) -> Vec<u8> {
        [&prefix[..], &self.segment.to_le_bytes(), &self.offset.to_le_bytes()].concat()
    }
}

fn encode_frame(place: Place<'_>, header: &[u8], bodies_bytes: u32, out: &mut Vec<u8>) {
    let header_bytes = length_u32(header.len() + sealing::SEAL_OVERHEAD_BYTES);
    let mut prefix = [0; PREFIX_BYTES];
    let (magic, lengths) = prefix.split_at_mut(4);
    magic.copy_from_slice(&FRAME_MAGIC);
    let (header_part, bodies_part) = lengths.split_at_mut(4);
    header_part.copy_from_slice(&header_bytes.to_le_bytes());
    bodies_part.copy_from_slice(&bodies_bytes.to_le_bytes());
    out.extend_from_slice(&prefix);
    sealing::seal_into(place.key, &place.aad(prefix), &[header], out);
}

/// Reads the frame that begins at `bytes`, which run to the end of the segment: its content and
/// its length. `None` when there is no valid frame here.
pub(crate) fn decode(place: Place<'_>, bytes: &[u8]) -> Option<(Content, usize)> {
    let (prefix, rest) = bytes.split_first_chunk::<PREFIX_BYTES>()?;
    let mut reader = Reader::new(prefix);
    if reader.array()? != FRAME_MAGIC {
        return None;
    }
    let header_bytes = usize::try_from(reader.u32()?).ok()?;
    let bodies_bytes = usize::try_from(reader.u32()?).ok()?;
    if header_bytes > 2 * COMMIT_BYTES_MAX || bodies_bytes > 2 * COMMIT_BYTES_MAX {
        return None;
    }
    let (header, rest) = rest.split_at_checked(header_bytes)?;
    let bodies = rest.get(..bodies_bytes)?;
    let header = match sealing::open(place.key, &place.aad(*prefix), header) {
        Ok(header) => Zeroizing::new(header),
        Err(sealing::Damaged) => return None,
    };
    let bodies_offset = place.offset + (PREFIX_BYTES + header_bytes) as u64;
    let content = decode_header(&header, bodies, bodies_offset)?;
    Some((content, PREFIX_BYTES + header_bytes + bodies_bytes))
}

/// What a header in the clear says, when it parses to the last byte and every body opens.
pub(crate) fn decode_header(header: &[u8], bodies: &[u8], bodies_offset: u64) -> Option<Content> {
    if let &[1, 0, 0, 0, KIND_END, end] = header {
        let end = [End::Stopped, End::Rolled, End::Recovered]
            .into_iter()
            .find(|known| *known as u8 == end)?;
        return bodies.is_empty().then_some(Content::End(end));
    }
    let mut ops = Vec::new();
    let mut taken = 0;
    for (op, body_bytes) in decode_ops(header)? {
        let body = match &op {
            Op::Block(op) => {
                let range = body_range(taken, body_bytes)?;
                let aad = block_aad(op.log, op.first, op.count);
                sealing::open_once(&op.key, &aad, bodies.get(range.clone())?).ok()?;
                taken = range.end;
                Some((bodies_offset + range.start as u64, body_bytes))
            }
            _ => None,
        };
        ops.push((op, body));
    }
    (taken == bodies.len()).then_some(Content::Commit(ops))
}

/// Reads what [`encode_ops`] wrote.
pub(crate) fn decode_ops(header: &[u8]) -> Option<Vec<(Op, u32)>> {
    let mut reader = Reader::new(header);
    let count = reader.u32()?;
    let mut ops = Vec::new();
    for _ in 0..count {
        ops.push(decode_op(&mut reader)?);
    }
    reader.end()?;
    Some(ops)
}

fn body_range(start: usize, body_bytes: u32) -> Option<Range<usize>> {
    let bytes = usize::try_from(body_bytes).ok()?;
    let is_possible = bytes <= BLOCK_BYTES_MAX + sealing::SEAL_ONCE_OVERHEAD_BYTES;
    is_possible.then_some(start..start.checked_add(bytes)?)
}
