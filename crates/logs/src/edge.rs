//! The growing end of a log: the tree over its full blocks, and the runs of the range not yet full.
//!
//! A value that the writer copies: it works on its own edge while a commit is being made, and
//! publishes it once the commit is durable.

use std::sync::Arc;

use tiaoxi_ledger::{
    Hash,
    block::{BLOCK_ENTRIES, Block},
    tree::{self, BLOCK_LEVEL, Frontier},
};

/// The growing end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edge {
    /// Over the full blocks.
    blocks: Frontier,
    /// Over these and the open range: the root is asked for far more often than entries come.
    whole: Frontier,
    /// Runs of the open range, in order.
    open: Vec<Arc<Block>>,
}

/// A range that has just become full.
pub(crate) struct Completed {
    /// Its level-8 node.
    pub(crate) node: Hash,
    /// Its block, joined from the runs that it came in.
    pub(crate) block: Arc<Block>,
}

impl Edge {
    /// Of full blocks alone.
    pub(crate) fn new(nodes: &[Hash]) -> Self {
        let blocks = Frontier::from_blocks(nodes, &[]);
        Self { whole: blocks.clone(), blocks, open: Vec::new() }
    }

    pub(crate) fn size(&self) -> u64 {
        self.whole.size()
    }

    /// First entry of the open range.
    pub(crate) fn open_start(&self) -> u64 {
        self.blocks.size()
    }

    pub(crate) fn open_leaves(&self) -> Vec<Hash> {
        self.open.iter().flat_map(|run| run.leaves().iter().copied()).collect()
    }

    pub(crate) fn open_runs(&self) -> &[Arc<Block>] {
        &self.open
    }

    pub(crate) fn root(&self) -> Hash {
        self.whole.root()
    }

    /// Appends the next run.
    pub(crate) fn push(&mut self, run: Arc<Block>) -> Option<Completed> {
        debug_assert_eq!(run.first(), self.size(), "runs follow each other");
        if run.end() - self.open_start() < BLOCK_ENTRIES {
            for leaf in run.leaves() {
                self.whole.push(*leaf);
            }
            self.open.push(run);
            return None;
        }
        self.open.push(run);
        let runs = std::mem::take(&mut self.open);
        let block = match runs.as_slice() {
            [only] => Arc::clone(only),
            _ => Arc::new(Block::join(&runs).expect("the runs of a range follow each other")),
        };
        let node = tree::subtree_root(block.leaves());
        self.blocks.push_node(BLOCK_LEVEL, node);
        self.whole.clone_from(&self.blocks);
        Some(Completed { node, block })
    }
}

impl Edge {
    /// Appends a full block in place of whatever is held of its range.
    pub(crate) fn push_full(&mut self, node: Hash) {
        self.open.clear();
        self.blocks.push_node(BLOCK_LEVEL, node);
        self.whole.clone_from(&self.blocks);
    }
}

#[cfg(test)]
mod tests {
    use tiaoxi_ledger::{block::Draft, salt::SaltKey};

    use super::*;

    fn run(first: u64, count: usize) -> Arc<Block> {
        let draft =
            |number| Draft { prefix: [1; 16], body: vec![u8::try_from(number).unwrap(); 9] };
        let drafts: Vec<_> = (0..count).map(draft).collect();
        Arc::new(Block::pack(first, &SaltKey([7; 32]), &drafts).unwrap())
    }

    #[test]
    fn the_root_is_that_of_all_leaves_however_they_came() {
        let (mut edge, mut leaves) = (Edge::default(), Vec::new());
        for (count, completes) in [
            (1, false),
            (254, false),
            (1, true),
            (256, true),
            (3, false),
            (100, false),
            (153, true),
        ] {
            let run = run(edge.size(), count);
            leaves.extend_from_slice(run.leaves());
            assert_eq!(edge.push(run).is_some(), completes);
            assert_eq!(edge.size(), leaves.len() as u64);
            assert_eq!(edge.root(), tree::subtree_root(&leaves));
            assert_eq!(edge.open_start() + edge.open_leaves().len() as u64, edge.size());
        }
        edge.push(run(edge.size(), 7));
        let full = run(edge.open_start(), 256);
        leaves.extend_from_slice(full.leaves());
        edge.push_full(tree::subtree_root(full.leaves()));
        assert_eq!((edge.size(), edge.root()), (leaves.len() as u64, tree::subtree_root(&leaves)));
    }
}
