//! From the store to books: what a node knows of a log when it starts.

use std::sync::{Arc, atomic::AtomicBool};

use tiaoxi_federation::{MemberId, Origin};
use tiaoxi_ledger::{
    block::{BLOCK_ENTRIES, Block},
    checkpoint::SignedCheckpoint,
    note::{SigningKey, VerifierKey},
    salt::SaltKey,
    tree::{self, Upper},
};
use tiaoxi_store::{Head, LogId, Side, Store};
use tiaoxi_sync::budget::Urgency;
use tokio::sync::watch;

use super::taking::Unsealed;
use crate::{
    book::{Book, Followed, Own, SideState, State},
    edge::Edge,
    guard::Guard,
    open::OpenError,
};

/// What the charter and the configuration say about a log.
pub(crate) struct Plan {
    pub(crate) origin: Origin,
    pub(crate) log_key: VerifierKey,
    pub(crate) urgency: Urgency,
    pub(crate) role: Role,
}

/// Our part in it.
pub(crate) enum Role {
    Own { key: SigningKey, deciders: Vec<MemberId>, quorum: usize },
    Followed,
}

impl Role {
    /// Waits for nobody.
    pub(crate) fn stand_alone(&mut self) {
        if let Self::Own { deciders, quorum, .. } = self {
            deciders.clear();
            *quorum = 0;
        }
    }
}

/// Makes the book of a log from what the store holds.
pub(crate) fn load(store: &Store, plan: Plan) -> Result<(Book, Unsealed), OpenError> {
    let name = plan.origin.to_string();
    let side = match plan.role {
        Role::Own { .. } => Side::Own,
        Role::Followed => Side::Followed,
    };
    let id = store
        .ensure_log(&name, side)
        .map_err(|source| OpenError::Log { log: name.clone(), source })?;
    let head = store.head(id).ok_or_else(|| OpenError::Unknown { log: name.clone() })?;
    let (edge, nodes, unsealed) = load_edge(store, id, &name, &head)?;
    let checkpoint = head.checkpoint.as_ref().map(|kept| kept.note.as_slice());
    let checkpoint = checkpoint
        .map(|note| SignedCheckpoint::verify(note, &plan.log_key).map(Arc::new))
        .transpose()
        .map_err(|source| OpenError::Checkpoint { log: name.clone(), source })?;
    check_root(&name, &edge, checkpoint.as_deref())?;
    let (signing_key, side) = match plan.role {
        Role::Own { key, deciders, quorum } => {
            let held = head.held.iter().filter_map(|(member, held)| {
                MemberId::parse(member).ok().map(|member| (member, held.size))
            });
            let guard = Guard::new(deciders, quorum, held);
            (Some(key), SideState::Own(Own::new(guard, checkpoint)))
        }
        Role::Followed => {
            let reached = checkpoint.clone().filter(|target| target.size() <= edge.size());
            let unsealed = unsealed.first();
            (None, SideState::Followed(Followed { target: checkpoint, reached, unsealed }))
        }
    };
    let durable = watch::Sender::new((edge.size(), edge.root()));
    let state = State { edge, upper: Upper::new(&nodes), side };
    let book = Book {
        origin: plan.origin,
        name,
        id,
        urgency: plan.urgency,
        log_key: plan.log_key,
        signing_key,
        state: parking_lot::Mutex::new(state),
        durable,
        shown: watch::Sender::new(0),
        followed_now: AtomicBool::new(false),
    };
    Ok((book, unsealed))
}

/// Entries and checkpoint of one size must have one root.
fn check_root(
    name: &str,
    edge: &Edge,
    checkpoint: Option<&SignedCheckpoint>,
) -> Result<(), OpenError> {
    match checkpoint {
        Some(signed) if signed.size() == edge.size() && *signed.root() != edge.root() => {
            Err(OpenError::Root { log: name.to_owned(), size: edge.size() })
        }
        _ => Ok(()),
    }
}

type Loaded = (Edge, Vec<tiaoxi_ledger::Hash>, Unsealed);

fn load_edge(store: &Store, id: LogId, name: &str, head: &Head) -> Result<Loaded, OpenError> {
    let mut nodes = store.upper(id);
    nodes.truncate(usize::try_from(head.blocks).unwrap_or(usize::MAX));
    let (mut next, mut open, mut unsealed) = (nodes.len() as u64 * BLOCK_ENTRIES, Vec::new(), vec![]);
    while next < head.size {
        let read = |source| OpenError::Read { log: name.to_owned(), number: next, source };
        let bytes = store
            .read(id, next)
            .map_err(read)?
            .ok_or_else(|| OpenError::Unknown { log: name.to_owned() })?;
        let run = Block::decode(&bytes)
            .map_err(|source| OpenError::Block { log: name.to_owned(), number: next, source })?;
        next = run.end();
        open.push(Arc::new(run));
        if next.is_multiple_of(BLOCK_ENTRIES) {
            let runs: Vec<Arc<Block>> = std::mem::take(&mut open);
            let leaves: Vec<_> =
                runs.iter().flat_map(|run| run.leaves().iter().copied()).collect();
            if runs.len() > 1 {
                unsealed.push((nodes.len() as u64, runs));
            }
            nodes.push(tree::subtree_root(&leaves));
        }
    }
    let range_root = store.range_root(id, next / BLOCK_ENTRIES);
    let range_root = range_root.map(|root| SaltKey(*root.as_bytes()));
    let edge = Edge::new(&nodes, open, range_root);
    Ok((edge, nodes, Unsealed::new(unsealed)))
}
