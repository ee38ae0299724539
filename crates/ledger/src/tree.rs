//! The Merkle tree of a log: RFC 6962 §2.1 over SHA-256, with proofs.
//!
//! Nodes are named by (level, index): level 0 holds the leaves, node (l, i) covers the leaves
//! i·2^l to (i+1)·2^l − 1. A node is *complete* when the tree has all of them; only complete nodes
//! are ever kept. Whoever makes a proof hands in a way to look complete nodes up.

use sha2::{Digest, Sha256};

use crate::{Hash, header::HeaderBytes};

/// Level of the node that covers one full block of 256 entries.
pub const BLOCK_LEVEL: u32 = 8;
/// Longest path in a tree of 2^48 entries.
pub const PATH_NODES_MAX: usize = 48;

/// Leaf hash of an entry: SHA-256(0x00 ‖ header).
pub fn leaf_hash(header: &HeaderBytes) -> Hash {
    Sha256::new().chain_update([0]).chain_update(header).finalize().into()
}

/// Hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// Root of the empty tree: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// Root of a tree with these leaves.
pub fn subtree_root(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::new();
    for leaf in leaves {
        frontier.push(*leaf);
    }
    frontier.root()
}

/// The complete nodes on the right edge of a tree: enough to append to it and know its root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// Largest first; one for every bit of `size`.
    peaks: Vec<Hash>,
}

impl Frontier {
    /// Of the empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Of a tree of full blocks, given their level-8 nodes, and the leaves of a started one.
    pub fn from_blocks(blocks: &[Hash], tail: &[Hash]) -> Self {
        let mut frontier = Self::new();
        for block in blocks {
            frontier.push_node(BLOCK_LEVEL, *block);
        }
        for leaf in tail {
            frontier.push(*leaf);
        }
        frontier
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf.
    pub fn push(&mut self, leaf: Hash) {
        self.push_node(0, leaf);
    }

    /// Appends a complete node; the size must be a multiple of its width.
    ///
    /// # Panics
    /// When it is not: a caller's mistake, never outside input.
    pub fn push_node(&mut self, level: u32, node: Hash) {
        assert!(
            self.size.trailing_zeros() >= level || self.size == 0,
            "nodes are appended aligned"
        );
        let mut carry = node;
        let mut occupied = self.size >> level;
        while occupied & 1 == 1 {
            let left = self.peaks.pop().expect("a peak for every bit of the size");
            carry = node_hash(&left, &carry);
            occupied >>= 1;
        }
        self.peaks.push(carry);
        self.size += 1 << level;
    }

    /// Root of the tree.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        match peaks.next() {
            None => empty_root(),
            Some(smallest) => peaks.fold(*smallest, |right, left| node_hash(left, &right)),
        }
    }
}

/// Look-up of complete nodes by (level, index).
pub trait Nodes {
    /// Why a node could not be had.
    type Error;
    /// The complete node at (level, index).
    fn node(&mut self, level: u32, index: u64) -> Result<Hash, Self::Error>;
}

/// The complete nodes of a log at level 8 and above, held in memory: 64 bytes a block.
#[derive(Clone, Debug, Default)]
pub struct Upper {
    levels: Vec<Vec<Hash>>,
}

impl Upper {
    /// From the level-8 nodes in order.
    pub fn new(blocks: &[Hash]) -> Self {
        let mut upper = Self::default();
        for block in blocks {
            upper.push(*block);
        }
        upper
    }

    /// Number of full blocks.
    pub fn blocks(&self) -> u64 {
        self.levels.first().map_or(0, |blocks| blocks.len() as u64)
    }

    /// The level-8 nodes in order.
    pub fn block_nodes(&self) -> &[Hash] {
        self.levels.first().map_or(&[], Vec::as_slice)
    }

    /// Appends the node of the next full block and every node that it completes.
    pub fn push(&mut self, block: Hash) {
        let mut node = block;
        for height in 0.. {
            if self.levels.len() == height {
                self.levels.push(Vec::new());
            }
            let Some(level) = self.levels.get_mut(height) else { return };
            level.push(node);
            match level.as_slice() {
                [.., left, right] if level.len().is_multiple_of(2) => node = node_hash(left, right),
                _ => return,
            }
        }
    }

    /// The complete node at (level, index), for levels of 8 and more.
    pub fn node(&self, level: u32, index: u64) -> Option<Hash> {
        let level = self.levels.get(level.checked_sub(BLOCK_LEVEL)? as usize)?;
        level.get(usize::try_from(index).ok()?).copied()
    }
}

/// The largest power of two below `n`, for n ≥ 2.
fn split_point(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}

/// Hash over the leaves `start..end`, a range that occurs in the tree's recursion.
fn range_hash<N: Nodes>(nodes: &mut N, start: u64, end: u64) -> Result<Hash, N::Error> {
    let len = end - start;
    if len.is_power_of_two() && start.is_multiple_of(len) {
        return nodes.node(len.trailing_zeros(), start / len);
    }
    let middle = start + split_point(len);
    let left = range_hash(nodes, start, middle)?;
    Ok(node_hash(&left, &range_hash(nodes, middle, end)?))
}

/// Root of the tree of the first `size` leaves.
pub fn root<N: Nodes>(nodes: &mut N, size: u64) -> Result<Hash, N::Error> {
    if size == 0 { Ok(empty_root()) } else { range_hash(nodes, 0, size) }
}

/// Path from the complete node (level, index) to the root of the tree of `size` leaves, sibling by
/// sibling from below; the node must lie within the tree.
pub fn inclusion_path<N: Nodes>(
    nodes: &mut N,
    level: u32,
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, N::Error> {
    let (target_start, target_end) = (index << level, (index + 1) << level);
    let (mut start, mut end) = (0, size);
    let mut path = Vec::new();
    while end - start > target_end - target_start {
        let middle = start + split_point(end - start);
        if target_start < middle {
            path.push(range_hash(nodes, middle, end)?);
            end = middle;
        } else {
            path.push(range_hash(nodes, start, middle)?);
            start = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// Checks such a path. False when it is too short, too long, or leads to another root.
pub fn verify_inclusion(
    node: &Hash,
    level: u32,
    index: u64,
    size: u64,
    path: &[Hash],
    root: &Hash,
) -> bool {
    let width = 1_u64 << level;
    let Some(end) = index.checked_add(1).and_then(|next| next.checked_mul(width)) else {
        return false;
    };
    if end > size {
        return false;
    }
    // At this level the tree is one over ceil(size / width) nodes, the last perhaps incomplete.
    let (mut position, mut last) = (index, (size - 1) >> level);
    let mut hash = *node;
    for sibling in path {
        if last == 0 {
            return false;
        }
        if position & 1 == 1 || position == last {
            hash = node_hash(sibling, &hash);
            while position & 1 == 0 && position != 0 {
                position >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        position >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Proof that the tree of `new` leaves begins with the tree of `old` leaves (RFC 6962 §2.1.2).
/// Empty when the sizes are equal or `old` is 0.
pub fn consistency_proof<N: Nodes>(
    nodes: &mut N,
    old: u64,
    new: u64,
) -> Result<Vec<Hash>, N::Error> {
    let mut proof = Vec::new();
    if old == 0 || old >= new {
        return Ok(proof);
    }
    let (mut start, mut end) = (0, new);
    // `whole`: the old tree ends inside the left edge, so its root needs no node of its own.
    let mut whole = true;
    while old != end {
        let middle = start + split_point(end - start);
        if old <= middle {
            proof.push(range_hash(nodes, middle, end)?);
            end = middle;
        } else {
            proof.push(range_hash(nodes, start, middle)?);
            start = middle;
            whole = false;
        }
    }
    if !whole {
        proof.push(range_hash(nodes, start, end)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Checks a consistency proof between two roots.
pub fn verify_consistency(
    old: u64,
    old_root: &Hash,
    new: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> bool {
    if old == 0 || old == new {
        return proof.is_empty()
            && if old == new { old_root == new_root } else { *old_root == empty_root() };
    }
    if old > new {
        return false;
    }
    let shift = old.trailing_zeros();
    let (mut position, mut last) = ((old - 1) >> shift, (new - 1) >> shift);
    let mut steps = proof.iter();
    let first = if position == 0 { Some(old_root) } else { steps.next() };
    let Some(first) = first else { return false };
    let (mut from_old, mut from_new) = (*first, *first);
    for step in steps {
        if last == 0 {
            return false;
        }
        if position & 1 == 1 || position == last {
            from_old = node_hash(step, &from_old);
            from_new = node_hash(step, &from_new);
            while position & 1 == 0 && position != 0 {
                position >>= 1;
                last >>= 1;
            }
        } else {
            from_new = node_hash(&from_new, step);
        }
        position >>= 1;
        last >>= 1;
    }
    last == 0 && from_old == *old_root && from_new == *new_root
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    struct Leaves(Vec<Hash>);

    impl Nodes for Leaves {
        type Error = Infallible;
        fn node(&mut self, level: u32, index: u64) -> Result<Hash, Infallible> {
            let width = 1 << level;
            let start = usize::try_from(index).unwrap() * width;
            Ok(reference_root(&self.0[start..start + width]))
        }
    }

    /// The recursion of RFC 6962, word by word.
    fn reference_root(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                node_hash(&reference_root(left), &reference_root(right))
            }
        }
    }

    fn leaves(count: usize) -> Vec<Hash> {
        (0..count).map(|i| leaf_hash(&[u8::try_from(i % 251).unwrap(); 48])).collect()
    }

    #[test]
    fn frontier_and_reference_agree_on_every_root() {
        let all = leaves(70);
        for count in 0..=70 {
            assert_eq!(subtree_root(&all[..count]), reference_root(&all[..count]), "{count}");
        }
    }

    #[test]
    fn inclusion_holds_for_every_node_and_for_no_other() {
        let all = leaves(40);
        for size in 1..=40_u64 {
            let mut nodes = Leaves(all.clone());
            let root = root(&mut nodes, size).unwrap();
            for level in 0..4 {
                for index in 0..size >> level {
                    let node = nodes.node(level, index).unwrap();
                    let path = inclusion_path(&mut nodes, level, index, size).unwrap();
                    assert!(verify_inclusion(&node, level, index, size, &path, &root));
                    assert!(!verify_inclusion(&[0; 32], level, index, size, &path, &root));
                    assert!(!verify_inclusion(&node, level, index + 1, size, &path, &root));
                    let longer = [path.clone(), vec![[0; 32]]].concat();
                    assert!(!verify_inclusion(&node, level, index, size, &longer, &root));
                    if let Some((_, shorter)) = path.split_last() {
                        assert!(!verify_inclusion(&node, level, index, size, shorter, &root));
                    }
                }
            }
        }
    }

    #[test]
    fn consistency_holds_between_all_sizes_and_fails_when_bent() {
        let all = leaves(40);
        for new in 0..=40_u64 {
            for old in 0..=new {
                let mut nodes = Leaves(all.clone());
                let (old_root, new_root) =
                    (root(&mut nodes, old).unwrap(), root(&mut nodes, new).unwrap());
                let proof = consistency_proof(&mut nodes, old, new).unwrap();
                assert!(verify_consistency(old, &old_root, new, &new_root, &proof), "{old} {new}");
                assert!(!verify_consistency(old, &[1; 32], new, &new_root, &proof));
                assert!(!verify_consistency(old, &old_root, new, &[1; 32], &proof) || old == 0);
                let longer = [proof.clone(), vec![[0; 32]]].concat();
                assert!(!verify_consistency(old, &old_root, new, &new_root, &longer));
            }
        }
    }

    #[test]
    fn the_upper_tree_has_every_complete_node_and_no_other() {
        let all = leaves(256 * 5);
        let blocks: Vec<_> = all.chunks(256).map(subtree_root).collect();
        let upper = Upper::new(&blocks);
        let mut nodes = Leaves(all);
        for (level, count) in [(8, 5), (9, 2), (10, 1)] {
            for index in 0..count {
                assert_eq!(upper.node(level, index), nodes.node(level, index).ok());
            }
            assert_eq!(upper.node(level, count), None);
        }
        assert_eq!(upper.node(7, 0), None);
    }

    #[test]
    fn a_frontier_of_blocks_equals_one_of_leaves() {
        let all = leaves(600);
        let blocks: Vec<_> = all[..512].chunks(256).map(subtree_root).collect();
        let frontier = Frontier::from_blocks(&blocks, &all[512..]);
        assert_eq!((frontier.size(), frontier.root()), (600, reference_root(&all)));
    }
}
