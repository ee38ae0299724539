//! Followed logs: verified runs and the checkpoints they are under.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

use tiaoxi_ledger::{
    checkpoint::SignedCheckpoint,
    tree,
    verify::{Verified, VerifiedRun},
};

use tracing::warn;

use super::{
    Batch, Writer,
    load::{returned, returned_key},
    own::stored_run,
};
use crate::edge::Edge;

/// Whether verified runs, put behind the edge, give the tree that they were proven in.
fn leads_to(edge: &Edge, verified: &Verified) -> bool {
    let mut next = edge.clone();
    for run in verified.runs() {
        if let Some(rest) = run.block.slice(next.size(), run.block.end()) {
            if rest.first() != next.size() {
                return false;
            }
            if rest.is_full() {
                next.push_full(tree::subtree_root(rest.leaves()));
            } else {
                next.push(Arc::new(rest));
            }
        }
    }
    // What is here already goes beyond these runs: nothing of them will be taken.
    next.size() > verified.size()
        || (next.size() == verified.size() && next.root() == verified.root())
}

impl Writer {
    pub(super) fn take(
        &mut self,
        log: usize,
        verified: Verified,
        checkpoint: &SignedCheckpoint,
        batch: &mut Batch,
    ) {
        let (Some(edge), Some(book)) = (self.edges.get(log), self.books.get(log)) else { return };
        let began = Instant::now();
        let entries = verified.runs().iter().map(|run| run.block.len() as u64).sum();
        if !leads_to(edge, &verified) {
            // Proven, but from another tree than ours: of a member that forks. Its session ends.
            warn!(log = %book.name, size = verified.size(), "entries do not continue what is held");
            book.takes.fetch_add(1, Ordering::SeqCst);
            return;
        }
        batch.remember(log, edge);
        // Entries of our own that come back are held elsewhere: no bound on what is not is touched.
        batch.commit.exceed_bound();
        for run in verified.into_runs() {
            self.take_run(log, run, batch);
        }
        self.take_checkpoint(log, checkpoint, batch);
        self.times.take.add(began, entries);
    }

    fn take_run(&mut self, log: usize, run: VerifiedRun, batch: &mut Batch) {
        let (Some(book), Some(edge)) = (self.books.get(log), self.edges.get_mut(log)) else {
            return;
        };
        let VerifiedRun { block, encoded } = run;
        let (block, encoded) = match block.slice(edge.size(), block.end()) {
            // Here already, from another session or from the journal.
            None => return,
            Some(_) if block.first() == edge.size() => (block, encoded),
            Some(rest) => {
                let encoded = rest.encode();
                (rest, encoded)
            }
        };
        if block.first() != edge.size() {
            return;
        }
        let block = Arc::new(block);
        batch.fresh.push((book.id, Arc::clone(&block)));
        if block.is_full() {
            let node = tree::subtree_root(block.leaves());
            batch.commit.run(book.id, stored_run(&block, encoded, Some(node)));
            batch.nodes.entry(log).or_default().push(node);
            edge.push_full(node);
            return;
        }
        batch.commit.run(book.id, stored_run(&block, encoded, None));
        if let Some(completed) = edge.push(block) {
            let (node, full) = (completed.node, completed.block);
            batch.commit.run(book.id, stored_run(&full, full.encode(), Some(node)));
            batch.nodes.entry(log).or_default().push(node);
        }
    }

    /// Keeps a checkpoint that is newer than the last one kept.
    fn take_checkpoint(&self, log: usize, checkpoint: &SignedCheckpoint, batch: &mut Batch) {
        let (Some(book), Some(edge)) = (self.books.get(log), self.edges.get(log)) else { return };
        // Of an own log being recovered, only a checkpoint whose entries are all here again.
        if book.signing_key.is_some() && edge.size() != checkpoint.size() {
            return;
        }
        let known = match batch.checkpoints.get(&log) {
            Some(pending) => Some(pending.size()),
            None => book.state.lock().newest_checkpoint().map(|newest| newest.size()),
        };
        if known.is_some_and(|known| known >= checkpoint.size()) {
            return;
        }
        if book.signing_key.is_some() {
            let signed = book.state.lock().newest_checkpoint().map_or(0, |newest| newest.size());
            let start = returned(&self.store, &book.name).map_or(signed, |range| range.start);
            let range = [start.to_be_bytes(), checkpoint.size().to_be_bytes()].concat();
            batch.commit.meta(returned_key(&book.name), Some(range));
        }
        let note = checkpoint.note().to_vec();
        batch.commit.checkpoint(book.id, note, checkpoint.size(), *checkpoint.root());
        batch.checkpoints.insert(log, Arc::new(checkpoint.clone()));
    }
}
