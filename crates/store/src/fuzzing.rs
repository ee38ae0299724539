//! Decoders behind encryption, open to the fuzzer and to nobody else (`cfg(fuzzing)`).
//!
//! Where bytes open only under a key, a fuzzer that bends files never reaches what reads the plain
//! text. Here it does. Knows nothing of files and keys; see `journal::frame` and `small`.

use std::collections::BTreeMap;

use crate::bytes::length_u32;
use crate::commit::Commit;
use crate::journal::{Content, Op, decode_header, decode_ops, encode_ops};
use crate::log::{Checkpoint, Held, LogId, LogInfo, Side};
use crate::small::{HeadFile, decode_facts, decode_index, encode_facts, encode_index};
use crate::store::seal;

/// The frame of a commit: its header in the clear, and its sealed bodies end to end.
pub fn frame(commit: &Commit) -> (Vec<u8>, Vec<u8>) {
    let sealed = seal(commit);
    let mut lengths = sealed.bodies.iter().map(|body| length_u32(body.len()));
    let header = encode_ops(sealed.ops.iter().map(|op| match op {
        Op::Block(_) => (op, lengths.next().unwrap_or(0)),
        _ => (op, 0),
    }));
    (header.to_vec(), sealed.bodies.concat())
}

/// Reads the operations of a frame's header in the clear and writes them anew; `None` when the
/// bytes are none.
pub fn rewrite_frame_header(header: &[u8]) -> Option<Vec<u8>> {
    let ops = decode_ops(header)?;
    Some(encode_ops(ops.iter().map(|(op, body_bytes)| (op, *body_bytes))).to_vec())
}

/// Reads a frame whose header is given in the clear: how many bytes of bodies its operations name,
/// 0 for the end of a segment. `None` when it is no valid frame.
pub fn open_frame(header: &[u8], bodies: &[u8]) -> Option<u64> {
    match decode_header(header, bodies, 0)? {
        Content::End(_) => Some(0),
        Content::Commit(ops) => {
            Some(ops.iter().filter_map(|(_, body)| *body).map(|(_, bytes)| u64::from(bytes)).sum())
        }
    }
}

/// A small file that is sealed whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmallFile {
    /// The head of a log.
    Head,
    /// Number, side and origin of every log.
    Index,
    /// All small facts.
    Facts,
}

impl SmallFile {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Head, Self::Index, Self::Facts];

    /// Its plain text, with something in every field.
    pub fn example(self) -> Vec<u8> {
        match self {
            Self::Head => HeadFile {
                moved: 3,
                nodes_hash: [1; 32],
                checkpoint: Some(Checkpoint { size: 800, root: [2; 32], note: b"note".to_vec() }),
                held: ["deqing", "wuxing"]
                    .map(|member| (member.to_owned(), Held { size: 768, root: [3; 32] }))
                    .into(),
            }
            .encode(),
            Self::Index => encode_index(&[
                LogInfo { id: LogId(0), origin: "a/records/1".into(), side: Side::Own },
                LogInfo { id: LogId(7), origin: "b/records/1".into(), side: Side::Followed },
            ]),
            Self::Facts => {
                encode_facts(9, &BTreeMap::from([b"a", b"b"].map(|key| (key.to_vec(), vec![1, 2]))))
            }
        }
    }

    /// Reads its plain text and writes it anew; `None` when the bytes are none.
    pub fn rewrite(self, plain: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Head => HeadFile::decode(plain).map(|head| head.encode()),
            Self::Index => decode_index(plain).map(|logs| encode_index(&logs)),
            Self::Facts => decode_facts(plain).map(|(turn, facts)| encode_facts(turn, &facts)),
        }
    }
}
