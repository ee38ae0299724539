//! From received bytes to something that may be stored.
//!
//! A [`Follower`] knows the tree it holds of one log and the signed checkpoint it is on its way to.
//! A run becomes a [`VerifiedRun`] only when its leaves, recomputed from its bytes, lead to that
//! checkpoint's root. Who sent it does not matter.

use crate::{
    Hash,
    block::{BLOCK_ENTRIES, Block, BlockError},
    checkpoint::SignedCheckpoint,
    tree::{self, BLOCK_LEVEL, Frontier, PATH_NODES_MAX},
};

/// Runs whose entries are under a signed root, in order.
#[derive(Clone, Debug)]
pub struct Verified {
    runs: Vec<VerifiedRun>,
    block_node: Option<Hash>,
    size: u64,
    root: Hash,
}

/// One of them: the entries, and the bytes as received.
#[derive(Clone, Debug)]
pub struct VerifiedRun {
    /// The entries.
    pub block: Block,
    /// The bytes that they were decoded from.
    pub encoded: Vec<u8>,
}

impl Verified {
    /// The runs.
    pub fn runs(&self) -> &[VerifiedRun] {
        &self.runs
    }

    /// The runs, taken out.
    pub fn into_runs(self) -> Vec<VerifiedRun> {
        self.runs
    }

    /// The level-8 node of the range that the last run completes.
    pub fn block_node(&self) -> Option<Hash> {
        self.block_node
    }

    /// Entries held with these.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Root of the log up to that size.
    pub fn root(&self) -> Hash {
        self.root
    }
}

/// Why a checkpoint can't be followed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointRefusal {
    /// It is older than what is held.
    #[error("the checkpoint has size {offered}, {held} entries are held")]
    Shrinks {
        /// Size of the checkpoint.
        offered: u64,
        /// Entries held.
        held: u64,
    },
    /// Same size, other root: with the checkpoint held, this is evidence of a fork.
    #[error("the checkpoint of size {size} has another root than the entries held")]
    Diverges {
        /// The common size.
        size: u64,
    },
}

/// Why a run is not what the checkpoint promised.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// No checkpoint came before it.
    #[error("a run came before any checkpoint")]
    NoCheckpoint,
    /// It is no block.
    #[error("the run can't be read")]
    Block(#[from] BlockError),
    /// It does not continue what is held.
    #[error("the run begins with entry {found}, {expected} was expected")]
    Unexpected {
        /// The entry that is next.
        expected: u64,
        /// The first of the run.
        found: u64,
    },
    /// It goes beyond the checkpoint.
    #[error("the run ends before entry {end}, the checkpoint before {size}")]
    Beyond {
        /// Number behind its last entry.
        end: u64,
        /// Size of the checkpoint.
        size: u64,
    },
    /// A path came with a run that does not end its range.
    #[error("a path came with a run that ends neither its range nor at the checkpoint")]
    StrayPath,
    /// Its leaves do not lead to the signed root.
    #[error("the entries before {end} do not lead to the root of the checkpoint of size {size}")]
    Root {
        /// Number behind its last entry.
        end: u64,
        /// Size of the checkpoint.
        size: u64,
    },
}

/// The receiving end of one log.
#[derive(Clone, Debug)]
pub struct Follower {
    /// Over the full blocks.
    blocks: Frontier,
    /// Leaves of the range that is not full yet.
    tail: Vec<Hash>,
    /// Over both.
    whole: Frontier,
    target: Option<(u64, Hash)>,
    /// Read, of the range now coming in, but not yet under a root.
    waiting: Vec<VerifiedRun>,
}

impl Follower {
    /// Of a log held up to full blocks with these level-8 nodes and a started one with these leaves.
    pub fn new(blocks: &[Hash], tail: Vec<Hash>) -> Self {
        let blocks = Frontier::from_blocks(blocks, &[]);
        let whole = with_leaves(&blocks, &tail);
        Self { blocks, tail, whole, target: None, waiting: Vec::new() }
    }

    /// Of a log of which nothing is held.
    pub fn empty() -> Self {
        Self::new(&[], Vec::new())
    }

    /// Entries held.
    pub fn size(&self) -> u64 {
        self.whole.size()
    }

    /// Root of the entries held.
    pub fn root(&self) -> Hash {
        self.whole.root()
    }

    /// Root of the first `size` entries, where these reach into the range that is not full yet.
    pub fn root_at(&self, size: u64) -> Option<Hash> {
        let beyond = usize::try_from(size.checked_sub(self.blocks.size())?).ok()?;
        let leaves = self.tail.get(..beyond)?;
        Some(if leaves.len() == self.tail.len() {
            self.root()
        } else {
            with_leaves(&self.blocks, leaves).root()
        })
    }

    /// Sets out for a checkpoint of this log.
    pub fn aim(&mut self, signed: &SignedCheckpoint) -> Result<(), CheckpointRefusal> {
        let (size, root) = (signed.checkpoint().size, signed.checkpoint().root);
        if size < self.size() {
            return Err(CheckpointRefusal::Shrinks { offered: size, held: self.size() });
        }
        if size == self.size() && root != self.root() {
            return Err(CheckpointRefusal::Diverges { size });
        }
        self.target = Some((size, root));
        self.waiting.clear();
        Ok(())
    }

    /// Checks a run. Nothing is believed before its range or the checkpoint is reached: until then
    /// runs wait here, at most a range of them, and the answer is `None`.
    ///
    /// `path` leads from the level-8 node of the range to the checkpoint's root; it is empty when
    /// the run ends where the checkpoint does, or before its range does.
    pub fn accept(
        &mut self,
        encoded: Vec<u8>,
        path: &[Hash],
    ) -> Result<Option<Verified>, RunError> {
        let checked = self.check(encoded, path);
        if checked.is_err() {
            self.waiting.clear();
        }
        checked
    }

    fn check(&mut self, encoded: Vec<u8>, path: &[Hash]) -> Result<Option<Verified>, RunError> {
        let (size, root) = self.target.ok_or(RunError::NoCheckpoint)?;
        let block = Block::decode(&encoded)?;
        let expected = self.waiting.last().map_or(self.size(), |run| run.block.end());
        if block.first() != expected {
            return Err(RunError::Unexpected { expected, found: block.first() });
        }
        let end = block.end();
        if end > size {
            return Err(RunError::Beyond { end, size });
        }
        self.waiting.push(VerifiedRun { block, encoded });
        if end < size && !end.is_multiple_of(BLOCK_ENTRIES) {
            return if path.is_empty() { Ok(None) } else { Err(RunError::StrayPath) };
        }
        let (mut blocks, mut tail) = (self.blocks.clone(), self.tail.clone());
        let started = tail.len();
        tail.extend(self.waiting.iter().flat_map(|run| run.block.leaves()));
        let block_node = complete(&mut blocks, &mut tail);
        let whole = match block_node {
            Some(_) => blocks.clone(),
            None => with_leaves(&self.whole, tail.get(started..).unwrap_or_default()),
        };
        let held = whole.root();
        let proven = match block_node {
            _ if end == size => path.is_empty() && held == root,
            Some(node) => {
                let index = (end - 1) / BLOCK_ENTRIES;
                path.len() <= PATH_NODES_MAX
                    && tree::verify_inclusion(&node, BLOCK_LEVEL, index, size, path, &root)
            }
            None => false,
        };
        if !proven {
            return Err(RunError::Root { end, size });
        }
        (self.blocks, self.tail, self.whole) = (blocks, tail, whole);
        let runs = std::mem::take(&mut self.waiting);
        Ok(Some(Verified { runs, block_node, size: end, root: held }))
    }
}

/// Moves a full range of leaves into the blocks; its level-8 node.
fn complete(blocks: &mut Frontier, tail: &mut Vec<Hash>) -> Option<Hash> {
    if (tail.len() as u64) < BLOCK_ENTRIES {
        return None;
    }
    let node = tree::subtree_root(tail);
    tail.clear();
    blocks.push_node(BLOCK_LEVEL, node);
    Some(node)
}

fn with_leaves(before: &Frontier, leaves: &[Hash]) -> Frontier {
    let mut whole = before.clone();
    for leaf in leaves {
        whole.push(*leaf);
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        block::{Draft, Hole},
        checkpoint::Checkpoint,
        note::SigningKey,
        salt::SaltKey,
    };

    /// A log of runs with the given lengths, as its owner would make it.
    struct Log {
        runs: Vec<Block>,
        leaves: Vec<Hash>,
    }

    impl Log {
        fn of(lengths: &[usize]) -> Self {
            let (mut runs, mut leaves) = (Vec::new(), Vec::new());
            for length in lengths {
                let first = leaves.len() as u64;
                let root = SaltKey([u8::try_from(first / 256).unwrap(); 32]);
                let drafts: Vec<_> = (0..*length)
                    .map(|i| Draft {
                        prefix: [1; 16],
                        body: vec![u8::try_from(i % 256).unwrap(); 40],
                    })
                    .collect();
                let run = Block::pack(first, &root, &drafts).unwrap();
                leaves.extend_from_slice(run.leaves());
                runs.push(run);
            }
            Self { runs, leaves }
        }

        fn checkpoint(&self, size: usize) -> SignedCheckpoint {
            let root = tree::subtree_root(&self.leaves[..size]);
            signed(size as u64, root)
        }

        fn path(&self, block: u64, size: usize) -> Vec<Hash> {
            let mut nodes = LeafNodes(&self.leaves);
            tree::inclusion_path(&mut nodes, BLOCK_LEVEL, block, size as u64).unwrap()
        }
    }

    struct LeafNodes<'a>(&'a [Hash]);

    impl tree::Nodes for LeafNodes<'_> {
        type Error = std::convert::Infallible;
        fn node(&mut self, level: u32, index: u64) -> Result<Hash, Self::Error> {
            let width = 1 << level;
            let start = usize::try_from(index).unwrap() * width;
            Ok(tree::subtree_root(&self.0[start..start + width]))
        }
    }

    fn signed(size: u64, root: Hash) -> SignedCheckpoint {
        let origin = "huzhou/wuxing/records/1";
        let key = SigningKey::new(origin, &[5; 32]).unwrap();
        Checkpoint { origin: origin.to_owned(), size, root }.sign(&key).unwrap()
    }

    #[test]
    fn whole_blocks_and_runs_lead_to_the_signed_root() {
        let log = Log::of(&[256, 256, 100]);
        let mut follower = Follower::empty();
        follower.aim(&log.checkpoint(612)).unwrap();
        for (run, path) in log.runs.iter().zip([log.path(0, 612), log.path(1, 612), Vec::new()]) {
            let verified = follower.accept(run.encode(), &path).unwrap().unwrap();
            assert_eq!(verified.block_node().is_some(), run.is_full());
        }
        assert_eq!((follower.size(), follower.root()), (612, tree::subtree_root(&log.leaves)));
    }

    #[test]
    fn a_started_range_goes_on_under_a_later_checkpoint() {
        let log = Log::of(&[10, 200, 46, 3]);
        let mut follower = Follower::empty();
        for (run, (size, path)) in log.runs.iter().zip([
            (10, vec![]),
            (210, vec![]),
            (259, log.path(0, 259)),
            (259, vec![]),
        ]) {
            follower.aim(&log.checkpoint(size)).unwrap();
            follower.accept(run.encode(), &path).unwrap();
        }
        assert_eq!(follower.size(), 259);
    }

    #[test]
    fn pieces_of_a_range_wait_until_a_root_covers_them() {
        let log = Log::of(&[10, 200, 46, 3]);
        let mut follower = Follower::empty();
        follower.aim(&log.checkpoint(259)).unwrap();
        let mut accept = |run: usize, path: &[Hash]| {
            follower
                .accept(log.runs[run].encode(), path)
                .unwrap()
                .map(|it| (it.size(), it.runs.len()))
        };
        assert_eq!(accept(0, &[]), None);
        assert_eq!(accept(1, &[]), None);
        assert_eq!(accept(2, &log.path(0, 259)), Some((256, 3)));
        assert_eq!(accept(3, &[]), Some((259, 1)));
    }

    #[test]
    fn withheld_bodies_change_no_root() {
        let log = Log::of(&[30]);
        let mut follower = Follower::empty();
        follower.aim(&log.checkpoint(30)).unwrap();
        let bare = log.runs[0].without(|_| true, Hole::Withheld);
        assert!(follower.accept(bare.encode(), &[]).is_ok());
    }

    #[test]
    fn what_does_not_lead_to_the_root_is_refused_and_changes_nothing() {
        let (log, other) = (Log::of(&[256, 20]), Log::of(&[255, 1, 20]));
        let mut follower = Follower::empty();
        let run = log.runs[0].encode();
        assert_eq!(follower.accept(run.clone(), &[]).unwrap_err(), RunError::NoCheckpoint);
        follower.aim(&log.checkpoint(276)).unwrap();
        let path = log.path(0, 276);
        let refused = RunError::Root { end: 256, size: 276 };
        assert_eq!(follower.accept(run.clone(), &[]).unwrap_err(), refused);
        assert_eq!(follower.accept(run.clone(), &[[1; 32]]).unwrap_err(), refused);
        let stray = follower.accept(other.runs[0].encode(), &path).unwrap_err();
        assert_eq!(stray, RunError::StrayPath);
        let late = follower.accept(log.runs[1].encode(), &[]).unwrap_err();
        assert_eq!(late, RunError::Unexpected { expected: 0, found: 256 });
        assert_eq!(follower.size(), 0);
        follower.accept(run, &path).unwrap();
    }

    #[test]
    fn a_checkpoint_that_shrinks_or_diverges_is_refused() {
        let log = Log::of(&[30]);
        let mut follower = Follower::empty();
        follower.aim(&log.checkpoint(30)).unwrap();
        follower.accept(log.runs[0].encode(), &[]).unwrap();
        let shrinks = CheckpointRefusal::Shrinks { offered: 29, held: 30 };
        assert_eq!(follower.aim(&log.checkpoint(29)), Err(shrinks));
        let diverges = CheckpointRefusal::Diverges { size: 30 };
        assert_eq!(follower.aim(&signed(30, [9; 32])), Err(diverges));
    }
}
