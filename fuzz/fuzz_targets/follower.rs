//! The receiving end of a log under a peer that may send anything: what is taken in has the leaves
//! that were signed, and nothing is taken in otherwise. Input: messages, each behind a length of two
//! bytes.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tiaoxi_fuzz::{block, plant};
use tiaoxi_ledger::{
    Hash,
    block::Block,
    checkpoint::{Checkpoint, SignedCheckpoint},
    note::SigningKey,
    tree::{Frontier, node_hash, subtree_root},
    verify::Follower,
};
use tiaoxi_sync::Message;

const ORIGIN: &str = "huzhou/deqing/records/1";

struct Log {
    blocks: [Block; 2],
    leaves: Vec<Hash>,
    signed: SignedCheckpoint,
}

/// 300 entries: a full block of two runs, and 44 more.
static LOG: LazyLock<Log> = LazyLock::new(|| {
    let runs = [block(0, &[9; 90]), block(90, &[9; 166])];
    let full = Block::join(&runs).expect("the runs follow each other");
    let blocks = [full, block(256, &[60; 44])];
    let leaves: Vec<Hash> = blocks.iter().flat_map(Block::leaves).copied().collect();
    let mut frontier = Frontier::new();
    for leaf in &leaves {
        frontier.push(*leaf);
    }
    let key = SigningKey::new(ORIGIN, &[3; 32]).expect("an origin is a key name");
    let checkpoint = Checkpoint { origin: ORIGIN.into(), size: 300, root: frontier.root() };
    Log { blocks, leaves, signed: checkpoint.sign(&key).expect("the key is the log's") }
});

fn seeds() -> [Vec<u8>; 3] {
    let tail = subtree_root(LOG.blocks[1].leaves());
    let node = subtree_root(LOG.blocks[0].leaves());
    assert_eq!(node_hash(&node, &tail), *LOG.signed.root());
    let run = |block: &Block, path| {
        let bytes = Message::Run { path, block: block.encode() }.encode();
        let length = u16::try_from(bytes.len()).expect("the blocks are small");
        [&length.to_be_bytes(), bytes.as_slice()].concat()
    };
    let [full, rest] = &LOG.blocks;
    // Cut where the runs met, and elsewhere.
    let [apart, across] = [90, 100]
        .map(|at| [full.slice(0, at), full.slice(at, 256)].map(|piece| piece.expect("a piece")));
    [
        [run(full, vec![tail]), run(rest, vec![])].concat(),
        [run(&apart[0], vec![]), run(&apart[1], vec![tail]), run(rest, vec![])].concat(),
        [run(&across[0], vec![]), run(&across[1], vec![tail]), run(rest, vec![])].concat(),
    ]
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    let mut follower = Follower::empty();
    follower.aim(&LOG.signed).expect("an empty log may reach any checkpoint");
    let mut rest = bytes;
    for _ in 0..8 {
        let Some((length, behind)) = rest.split_first_chunk() else { break };
        let length = usize::from(u16::from_be_bytes(*length)).min(behind.len());
        let (message, behind) = behind.split_at(length);
        rest = behind;
        let Ok(Message::Run { path, block }) = Message::decode(message) else { continue };
        let before = follower.size();
        match follower.accept(block, &path) {
            Ok(Some(verified)) => {
                assert_eq!(follower.size(), verified.size());
                let first = usize::try_from(before).expect("the log is small");
                let taken = verified.into_runs();
                // Runs that complete a range join into its block.
                let blocks: Vec<&Block> = taken.iter().map(|run| &run.block).collect();
                let joined = Block::join(&blocks).expect("what is taken lies in one range");
                let leaves = joined.leaves().iter();
                let signed = &LOG.leaves[first..usize::try_from(follower.size()).expect("small")];
                assert!(leaves.eq(signed), "entries that were never signed");
            }
            Ok(None) | Err(_) => assert_eq!(follower.size(), before),
        }
    }
});
