//! Followed logs: verified runs and covers.

use std::sync::Arc;

use tiaoxi_ledger::{
    block::{BLOCK_ENTRIES, Block},
    checkpoint::SignedCheckpoint,
    salt::SaltKey,
    verify::{Verified, VerifiedRun},
};
use tracing::warn;

use super::{Batch, Writer, own::stored_run};

/// Ranges of a followed log that are complete but held in runs, by rising number.
#[derive(Default)]
pub(crate) struct Unsealed(Vec<(u64, Vec<Arc<Block>>)>);

impl Unsealed {
    pub(crate) fn new(ranges: Vec<(u64, Vec<Arc<Block>>)>) -> Self {
        Self(ranges)
    }

    /// First entry of the first such range.
    pub(crate) fn first(&self) -> Option<u64> {
        self.0.first().map(|(block, _)| block * BLOCK_ENTRIES)
    }

    fn remove(&mut self, block: u64) -> Option<Vec<Arc<Block>>> {
        let at = self.0.iter().position(|(number, _)| *number == block)?;
        Some(self.0.remove(at).1)
    }
}

impl Writer {
    pub(super) fn take(
        &mut self,
        log: usize,
        verified: Verified,
        checkpoint: &SignedCheckpoint,
        batch: &mut Batch,
    ) {
        let Some(edge) = self.edges.get(log) else { return };
        batch.remember(log, edge);
        for run in verified.into_runs() {
            self.take_run(log, run, batch);
        }
        self.take_checkpoint(log, checkpoint, batch);
    }

    fn take_run(&mut self, log: usize, run: VerifiedRun, batch: &mut Batch) {
        let (Some(book), Some(edge), Some(unsealed)) =
            (self.books.get(log), self.edges.get_mut(log), self.unsealed.get_mut(log))
        else {
            return;
        };
        let VerifiedRun { block, encoded } = run;
        if block.is_full() {
            let node = tiaoxi_ledger::tree::subtree_root(block.leaves());
            unsealed.remove(block.first() / BLOCK_ENTRIES);
            batch.commit.run(book.id, stored_run(&block, encoded, Some(node)), None);
            if block.first() == edge.sealed() {
                edge.push_full(node);
                batch.nodes.entry(log).or_default().push(node);
                batch.fresh.push((book.id, Arc::new(block)));
            }
            return;
        }
        let (block, encoded) = match block.slice(edge.size(), block.end()) {
            None => return,
            Some(_) if block.first() == edge.size() => (block, encoded),
            Some(rest) => {
                let encoded = rest.encode();
                (rest, encoded)
            }
        };
        let block = Arc::new(block);
        batch.commit.run(book.id, stored_run(&block, encoded, None), None);
        batch.fresh.push((book.id, Arc::clone(&block)));
        if let Some(completed) = edge.push(block) {
            batch.nodes.entry(log).or_default().push(completed.node);
            unsealed.0.push((edge.sealed() / BLOCK_ENTRIES - 1, completed.runs));
        }
    }

    /// Keeps a checkpoint that is newer than the last one kept.
    fn take_checkpoint(&self, log: usize, checkpoint: &SignedCheckpoint, batch: &mut Batch) {
        let Some(book) = self.books.get(log) else { return };
        let known = match batch.checkpoints.get(&log) {
            Some(pending) => Some(pending.size()),
            None => match &book.state.lock().side {
                crate::book::SideState::Own(own) => own.signed.as_ref().map(|it| it.size()),
                crate::book::SideState::Followed(it) => it.target.as_ref().map(|it| it.size()),
            },
        };
        if known.is_some_and(|known| known >= checkpoint.size()) {
            return;
        }
        let note = checkpoint.note().to_vec();
        batch.commit.checkpoint(book.id, note, checkpoint.size(), *checkpoint.root());
        batch.checkpoints.insert(log, Arc::new(checkpoint.clone()));
    }

    pub(super) fn seal(
        &mut self,
        log: usize,
        block: u64,
        nodes: Vec<SaltKey>,
        batch: &mut Batch,
    ) {
        let (Some(book), Some(edge), Some(unsealed)) =
            (self.books.get(log), self.edges.get(log), self.unsealed.get_mut(log))
        else {
            return;
        };
        let Some(runs) = unsealed.remove(block) else { return };
        let owned: Vec<Block> = runs.iter().map(|run| Block::clone(run)).collect();
        match Block::join(&owned, nodes) {
            Ok(full) => {
                let node = tiaoxi_ledger::tree::subtree_root(full.leaves());
                batch.remember(log, edge);
                batch.commit.run(book.id, stored_run(&full, full.encode(), Some(node)), None);
            }
            Err(error) => {
                // It stays in runs, and the next session fetches the block whole.
                warn!(log = %book.name, block, %error, "a cover was not accepted");
                unsealed.0.push((block, runs));
                unsealed.0.sort_unstable_by_key(|(number, _)| *number);
            }
        }
    }
}
