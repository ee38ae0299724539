//! The operations in a frame's header.
//!
//! Each begins with its kind u8. 1 block: log u32, first u64, count u16, flags u8 (1 leaves root
//! follows, 2 new bytes of a block that is there), key 32, body bytes u32, leaves root 32.
//! 2 checkpoint: log u32, size u64, root 32, note. 3 held: log u32, size u64, root 32, member.
//! 4 fact set: key, value. 5 fact removed: key. 6 truncation: log u32, size u64. 7 reset: log u32.
//! Note, member, key and value are a length u32 and bytes.

use tiaoxi_ledger::block::BLOCK_ENTRIES;
use tiaoxi_vault::Key;

use crate::bytes::{Reader, put_bytes};
use crate::log::{Checkpoint, Held, LogId};
use crate::{Hash, MEMBER_BYTES_MAX, META_KEY_BYTES_MAX, META_VALUE_BYTES_MAX, NOTE_BYTES_MAX};

const KIND_BLOCK: u8 = 1;
const KIND_CHECKPOINT: u8 = 2;
const KIND_HELD: u8 = 3;
const KIND_META_SET: u8 = 4;
const KIND_META_REMOVE: u8 = 5;
const KIND_TRUNCATE: u8 = 6;
const KIND_RESET: u8 = 7;

const HAS_LEAVES_ROOT: u8 = 1;
const REPLACES: u8 = 2;

/// One change, as it is written and applied.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    Block(BlockOp),
    Checkpoint { log: LogId, checkpoint: Checkpoint },
    Held { log: LogId, member: String, held: Held },
    Meta { key: Vec<u8>, value: Option<Vec<u8>> },
    Truncate { log: LogId, size: u64 },
    Reset { log: LogId },
}

/// A run or a whole block; its bytes are the next body of the frame.
#[derive(Debug, Clone)]
pub(crate) struct BlockOp {
    pub(crate) log: LogId,
    pub(crate) first: u64,
    pub(crate) count: u16,
    pub(crate) leaves_root: Option<Hash>,
    pub(crate) key: Key,
    /// New bytes of a block that is there already.
    pub(crate) replaces: bool,
}

/// Appends an operation; `body_bytes` is the length of its body, 0 without one.
pub(super) fn encode_op(op: &Op, body_bytes: u32, out: &mut Vec<u8>) {
    match op {
        Op::Block(op) => {
            out.push(KIND_BLOCK);
            out.extend_from_slice(&op.log.0.to_le_bytes());
            out.extend_from_slice(&op.first.to_le_bytes());
            out.extend_from_slice(&op.count.to_le_bytes());
            let flags = u8::from(op.leaves_root.is_some()) * HAS_LEAVES_ROOT
                + u8::from(op.replaces) * REPLACES;
            out.push(flags);
            out.extend_from_slice(op.key.as_bytes());
            out.extend_from_slice(&body_bytes.to_le_bytes());
            out.extend_from_slice(op.leaves_root.as_ref().map_or(&[], |root| &root[..]));
        }
        Op::Checkpoint { log, checkpoint } => {
            out.push(KIND_CHECKPOINT);
            out.extend_from_slice(&log.0.to_le_bytes());
            out.extend_from_slice(&checkpoint.size.to_le_bytes());
            out.extend_from_slice(&checkpoint.root);
            put_bytes(out, &checkpoint.note);
        }
        Op::Held { log, member, held } => {
            out.push(KIND_HELD);
            out.extend_from_slice(&log.0.to_le_bytes());
            out.extend_from_slice(&held.size.to_le_bytes());
            out.extend_from_slice(&held.root);
            put_bytes(out, member.as_bytes());
        }
        Op::Meta { key, value } => {
            out.push(if value.is_some() { KIND_META_SET } else { KIND_META_REMOVE });
            put_bytes(out, key);
            if let Some(value) = value {
                put_bytes(out, value);
            }
        }
        Op::Truncate { log, size } => {
            out.push(KIND_TRUNCATE);
            out.extend_from_slice(&log.0.to_le_bytes());
            out.extend_from_slice(&size.to_le_bytes());
        }
        Op::Reset { log } => {
            out.push(KIND_RESET);
            out.extend_from_slice(&log.0.to_le_bytes());
        }
    }
}

/// The operation and the length of its body.
pub(super) fn decode_op(reader: &mut Reader<'_>) -> Option<(Op, u32)> {
    let op = match reader.u8()? {
        KIND_BLOCK => return decode_block_op(reader),
        KIND_CHECKPOINT => {
            let log = LogId(reader.u32()?);
            let (size, root) = (reader.u64()?, reader.array()?);
            let note = reader.bytes(NOTE_BYTES_MAX)?.to_vec();
            Op::Checkpoint { log, checkpoint: Checkpoint { size, root, note } }
        }
        KIND_HELD => {
            let log = LogId(reader.u32()?);
            let (size, root) = (reader.u64()?, reader.array()?);
            let member = reader.text(MEMBER_BYTES_MAX)?.to_owned();
            Op::Held { log, member, held: Held { size, root } }
        }
        KIND_META_SET => Op::Meta {
            key: reader.bytes(META_KEY_BYTES_MAX)?.to_vec(),
            value: Some(reader.bytes(META_VALUE_BYTES_MAX)?.to_vec()),
        },
        KIND_META_REMOVE => {
            Op::Meta { key: reader.bytes(META_KEY_BYTES_MAX)?.to_vec(), value: None }
        }
        KIND_TRUNCATE => Op::Truncate { log: LogId(reader.u32()?), size: reader.u64()? },
        KIND_RESET => Op::Reset { log: LogId(reader.u32()?) },
        _ => return None,
    };
    Some((op, 0))
}

fn decode_block_op(reader: &mut Reader<'_>) -> Option<(Op, u32)> {
    let log = LogId(reader.u32()?);
    let (first, count, flags) = (reader.u64()?, reader.u16()?, reader.u8()?);
    let key = Key::from_bytes(reader.array()?);
    let body_bytes = reader.u32()?;
    let leaves_root = match flags & HAS_LEAVES_ROOT {
        0 => None,
        _ => Some(reader.array()?),
    };
    let replaces = flags & REPLACES != 0;
    let is_full = is_range(first, count)?;
    if is_full != leaves_root.is_some() || flags > HAS_LEAVES_ROOT + REPLACES {
        return None;
    }
    Some((Op::Block(BlockOp { log, first, count, leaves_root, key, replaces }), body_bytes))
}

/// Whether entries from `first` on are a whole aligned range, or only a part of one. `None` when
/// they are neither.
pub(crate) fn is_range(first: u64, count: u16) -> Option<bool> {
    let end = (first % BLOCK_ENTRIES).checked_add(u64::from(count))?;
    let is_within = count > 0 && end <= BLOCK_ENTRIES && first.checked_add(BLOCK_ENTRIES).is_some();
    is_within.then_some(u64::from(count) == BLOCK_ENTRIES)
}
