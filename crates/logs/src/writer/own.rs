//! Own logs: packing and signing.

use std::{sync::Arc, time::Instant};

use tiaoxi_ledger::{
    Hash,
    block::{BLOCK_ENTRIES, Block, Draft, PackError},
    checkpoint::Checkpoint,
    salt::SaltKey,
};
use tiaoxi_store::Stored;
use tokio::sync::oneshot;
use tracing::debug;

use super::{AppendError, Appended, Batch, Facts, Writer};
use crate::edge::Edge;

impl Writer {
    pub(super) fn append(
        &mut self,
        log: usize,
        drafts: &[Draft],
        facts: Facts,
        reply: oneshot::Sender<Result<Appended, AppendError>>,
        batch: &mut Batch,
    ) {
        let (Some(book), Some(edge)) = (self.books.get(log), self.edges.get_mut(log)) else {
            return;
        };
        if let Some(own) = book.state.lock().own()
            && own.is_recovering()
        {
            let _ = reply.send(Err(AppendError::Recovering));
            return;
        }
        // Packed beside the edge first: a draft that can't be packed leaves no trace.
        let mut next = edge.clone();
        let began = Instant::now();
        let packed = pack(&mut next, drafts);
        self.times.pack.add(began, drafts.len() as u64);
        let packed = match packed {
            Ok(packed) => packed,
            Err(error) => {
                let _ = reply.send(Err(error.into()));
                return;
            }
        };
        batch.remember(log, edge);
        let appended = Appended { first: edge.size(), count: drafts.len() as u64 };
        *edge = next;
        batch.add_packed(log, book.id, packed);
        for (key, value) in facts {
            batch.commit.meta(key, value);
        }
        batch.to_sign.insert(log);
        batch.answers.push((reply, appended));
    }

    /// Signs every log of the batch whose deciders are level.
    pub(super) fn sign_what_may_be(&mut self, batch: &mut Batch) {
        for log in std::mem::take(&mut batch.to_sign) {
            let (Some(book), Some(edge)) = (self.books.get(log), self.edges.get(log)) else {
                continue;
            };
            let Some(key) = &book.signing_key else { continue };
            let mut state = book.state.lock();
            let Some(own) = state.own() else { continue };
            if !own.guard.may_sign() || own.is_recovering() || edge.size() <= own.signed_size() {
                continue;
            }
            drop(state);
            let checkpoint =
                Checkpoint { origin: book.name.clone(), size: edge.size(), root: edge.root() };
            let signed = checkpoint.sign(key).expect("the key of a book is named by its origin");
            debug!(log = %book.name, size = signed.size(), "signed a checkpoint");
            let (size, root) = (signed.size(), *signed.root());
            batch.commit.checkpoint(book.id, signed.note().to_vec(), size, root);
            batch.checkpoints.insert(log, Arc::new(signed));
        }
    }
}

/// A run, and what is stored for it.
pub(super) struct Packed {
    pub(super) block: Arc<Block>,
    pub(super) node: Option<Hash>,
    pub(super) stored: Vec<Stored>,
}

/// Packs drafts behind the edge: whole blocks where they fill a range, runs at both ends.
pub(super) fn pack(edge: &mut Edge, drafts: &[Draft]) -> Result<Vec<Packed>, PackError> {
    let mut packed = Vec::with_capacity(drafts.len() / 256 + 2);
    let mut rest = drafts;
    while !rest.is_empty() {
        let room = usize::try_from(BLOCK_ENTRIES - edge.size() % BLOCK_ENTRIES).unwrap_or(1);
        let (now, later) = rest.split_at(room.min(rest.len()));
        packed.push(pack_run(edge, now)?);
        rest = later;
    }
    Ok(packed)
}

fn pack_run(edge: &mut Edge, drafts: &[Draft]) -> Result<Packed, PackError> {
    let block = Arc::new(Block::pack(edge.size(), &new_salt_root(), drafts)?);
    let completed = edge.push(Arc::clone(&block));
    let node = completed.as_ref().map(|completed| completed.node);
    let mut stored = vec![checked_run(&block, node)];
    if let Some(completed) = completed.filter(|_| !block.is_full()) {
        stored.push(checked_run(&completed.block, node));
    }
    Ok(Packed { block, node, stored })
}

/// Encodes what is about to be signed, and recomputes its leaves from the very bytes that are kept:
/// a flipped bit in memory must not reach a signature.
fn checked_run(block: &Block, node: Option<Hash>) -> Stored {
    let encoded = block.encode();
    let read = Block::decode(&encoded).expect("a block just encoded can be read");
    assert!(read.leaves() == block.leaves(), "memory changed under a block while it was encoded");
    stored_run(block, encoded, node)
}

/// What the store keeps of a run; `node` is that of its range, of use when the run fills it.
pub(super) fn stored_run(block: &Block, encoded: Vec<u8>, node: Option<Hash>) -> Stored {
    let count = u16::try_from(block.len()).expect("at most 256 entries");
    Stored { first: block.first(), count, encoded, leaves_root: node.filter(|_| block.is_full()) }
}

fn new_salt_root() -> SaltKey {
    let mut root = SaltKey([0; 32]);
    getrandom::fill(&mut root.0).expect("without randomness no body may be committed to");
    root
}
