//! Own logs: packing and signing.

use std::sync::Arc;

use tiaoxi_ledger::{
    block::{BLOCK_ENTRIES, Block, Body, Draft, PackError},
    checkpoint::Checkpoint,
    salt::{Cover, SaltKey},
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
            && own.behind.is_some()
        {
            let _ = reply.send(Err(AppendError::Recovering));
            return;
        }
        // Packed beside the edge first: a draft that can't be packed leaves no trace.
        let mut next = edge.clone();
        let packed = match pack(&mut next, drafts) {
            Ok(packed) => packed,
            Err(error) => {
                let _ = reply.send(Err(error.into()));
                return;
            }
        };
        batch.remember(log, edge);
        let appended = Appended { first: edge.size(), count: drafts.len() as u64 };
        *edge = next;
        for run in packed {
            batch.fresh.push((book.id, Arc::clone(&run.block)));
            batch.nodes.entry(log).or_default().extend(run.node);
            for (stored, range_root) in run.stored {
                batch.commit.run(book.id, stored, range_root.map(|root| root.0));
            }
        }
        for (key, value) in facts {
            batch.commit.meta(key, Some(value));
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
            if !own.guard.may_sign() || own.behind.is_some() || edge.size() <= own.signed_size() {
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
struct Packed {
    block: Arc<Block>,
    node: Option<[u8; 32]>,
    stored: Vec<(Stored, Option<SaltKey>)>,
}

/// Packs drafts behind the edge: whole blocks where they fill a range, runs at both ends.
fn pack(edge: &mut Edge, drafts: &[Draft]) -> Result<Vec<Packed>, PackError> {
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
    let root = edge.range_root.clone().unwrap_or_else(new_range_root);
    let block = Arc::new(Block::pack(edge.size(), &root, drafts)?);
    let encoded = block.encode();
    check_encoding(&block, &encoded);
    let completed = edge.push(Arc::clone(&block));
    let node = completed.as_ref().map(|completed| completed.node);
    let mut stored = Vec::with_capacity(2);
    if block.is_full() {
        stored.push((stored_run(&block, encoded, node), None));
        return Ok(Packed { block, node, stored });
    }
    if completed.is_none() {
        edge.range_root = Some(root.clone());
    }
    let open_root = completed.is_none().then(|| root.clone());
    stored.push((stored_run(&block, encoded, None), open_root));
    if let Some(completed) = completed {
        let runs: Vec<Block> = completed.runs.iter().map(|run| Block::clone(run)).collect();
        let full = join(&runs, root);
        let encoded = full.encode();
        check_encoding(&full, &encoded);
        stored.push((stored_run(&full, encoded, node), None));
    }
    Ok(Packed { block, node, stored })
}

/// Joins own runs under the root that their salts come from.
fn join(runs: &[Block], root: SaltKey) -> Block {
    let present = |place: usize| {
        let entries = runs.iter().flat_map(Block::entries);
        entries.skip(place).map(|(_, _, body)| body).next()
    };
    let has_body = |place: usize| matches!(present(place), Some(Body::Present(_)));
    let cover = Cover::whole(root).narrowed(has_body).expect("a root covers everything");
    Block::join(runs, cover.nodes().cloned().collect())
        .expect("the runs of an own range follow each other under one root")
}

/// What is about to be signed is recomputed from the very bytes that are kept: a flipped bit in
/// memory must not reach a signature.
fn check_encoding(block: &Block, encoded: &[u8]) {
    let read = Block::decode(encoded).expect("a block just encoded can be read");
    assert!(read.leaves() == block.leaves(), "memory changed under a block while it was encoded");
}

pub(super) fn stored_run(block: &Block, encoded: Vec<u8>, node: Option<[u8; 32]>) -> Stored {
    let count = u16::try_from(block.len()).expect("at most 256 entries");
    Stored { first: block.first(), count, encoded, leaves_root: node.filter(|_| block.is_full()) }
}

fn new_range_root() -> SaltKey {
    let mut root = SaltKey([0; 32]);
    getrandom::fill(&mut root.0).expect("without randomness no body may be committed to");
    root
}
