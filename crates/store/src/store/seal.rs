//! Turning a commit into what the journal takes.

use tiaoxi_ledger::block::BLOCK_ENTRIES;
use tiaoxi_vault::{Key, sealing};

use crate::commit::{Change, Commit, Stored};
use crate::journal::{BlockOp, Op, block_aad};

/// A commit with its blocks sealed: what the journal takes.
pub(crate) struct SealedCommit {
    pub(crate) ops: Vec<Op>,
    pub(crate) bodies: Vec<Vec<u8>>,
}

/// Seals every block of a commit under a fresh key. This is where a block's bytes on disk are made,
/// once: the journal and sled keep the same.
pub(crate) fn seal(commit: &Commit) -> SealedCommit {
    let mut ops = Vec::with_capacity(commit.changes.len());
    let mut bodies = Vec::new();
    for change in &commit.changes {
        let op = match change {
            Change::Run { log, stored } => Op::Block(BlockOp {
                log: *log,
                first: stored.first,
                count: stored.count,
                leaves_root: stored.leaves_root,
                key: Key::random(),
                replaces: false,
            }),
            Change::Reseal { log, block, leaves_root, .. } => Op::Block(BlockOp {
                log: *log,
                first: block.saturating_mul(BLOCK_ENTRIES),
                count: BLOCK_COUNT,
                leaves_root: Some(*leaves_root),
                key: Key::random(),
                replaces: true,
            }),
            Change::Checkpoint { log, checkpoint } => {
                Op::Checkpoint { log: *log, checkpoint: checkpoint.clone() }
            }
            Change::Held { log, member, held } => {
                Op::Held { log: *log, member: member.clone(), held: *held }
            }
            Change::Meta { key, value } => Op::Meta { key: key.clone(), value: value.clone() },
            Change::Truncate { log, size } => Op::Truncate { log: *log, size: *size },
            Change::Reset { log } => Op::Reset { log: *log },
        };
        if let (
            Op::Block(op),
            Change::Run { stored: Stored { encoded, .. }, .. } | Change::Reseal { encoded, .. },
        ) = (&op, change)
        {
            let aad = block_aad(op.log, op.first, op.count);
            bodies.push(sealing::seal_once(&op.key, &aad, encoded));
        }
        ops.push(op);
    }
    SealedCommit { ops, bodies }
}

/// Entries of a whole range, as a count.
pub(crate) const BLOCK_COUNT: u16 = 256;
const _: () = assert!(BLOCK_COUNT as u64 == BLOCK_ENTRIES);
