//! From the store to books: what a node knows of a log when it starts.

use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64},
    },
};

use tiaoxi_federation::MemberId;
use tiaoxi_ledger::{Hash, block::Block, checkpoint::SignedCheckpoint, tree::Upper};
use tiaoxi_store::{Head, LogId, Side, Store};
use tiaoxi_sync::budget::Urgency;
use tokio::sync::watch;

use crate::{
    book::{Book, Followed, Own, SideState, State},
    edge::Edge,
    guard::Guard,
    heartbeat,
    open::OpenError,
    plan::{OwnRole, Plan, Role},
    reader::ReadError,
};

/// The store's name of the log that keeps unsigned entries while their own log is recovered. No
/// origin has a `#`.
pub(super) fn aside_name(log: &str) -> String {
    format!("{log}#aside")
}

/// The fact that says that unsigned entries were set aside and cut off, and from which number on.
pub(super) fn aside_key(log: &str) -> Vec<u8> {
    [b"aside/", log.as_bytes()].concat()
}

/// The fact that says which entries came back from a decider and were not yet accepted by those
/// who keep facts about entries.
pub(crate) fn returned_key(log: &str) -> Vec<u8> {
    [b"returned/", log.as_bytes()].concat()
}

/// Reads that fact.
pub(crate) fn returned(store: &Store, log: &str) -> Option<Range<u64>> {
    let fact = store.meta(&returned_key(log))?;
    let (start, end) = fact.split_first_chunk()?;
    let end = end.try_into().ok()?;
    Some(u64::from_be_bytes(*start)..u64::from_be_bytes(end))
}

/// Makes the book of a log from what the store holds.
pub(crate) fn load(
    store: &Store,
    plan: Plan,
    urgent: &Arc<watch::Sender<u64>>,
    heartbeats_until: u64,
) -> Result<Book, OpenError> {
    let name = plan.origin.to_string();
    let side = match plan.role {
        Role::Own(_) => Side::Own,
        Role::Followed => Side::Followed,
    };
    let id = store
        .ensure_log(&name, side)
        .map_err(|source| OpenError::Log { log: name.clone(), source })?;
    let head = store.head(id).ok_or_else(|| OpenError::Unknown { log: name.clone() })?;
    let (edge, nodes) = load_edge(store, id, &name, &head)?;
    let checkpoint = head.checkpoint.as_ref().map(|kept| kept.note.as_slice());
    let checkpoint = checkpoint
        .map(|note| SignedCheckpoint::verify(note, &plan.log_key).map(Arc::new))
        .transpose()
        .map_err(|source| OpenError::Checkpoint { log: name.clone(), source })?;
    check_root(&name, &edge, checkpoint.as_deref())?;
    let (signing_key, side) = match plan.role {
        Role::Own(role) => {
            let OwnRole { key, deciders, quorum } = *role;
            let holders = head.held.iter().filter_map(|(member, held)| {
                MemberId::parse(member).ok().map(|member| (member, held.size))
            });
            let signed = checkpoint.as_ref().map_or(0, |signed| signed.size());
            let stays_open = plan.origin.channel.kind().goes_with_stale_charter;
            let guard = Guard::new(deciders, quorum, signed, holders).staying_open(stays_open);
            let has_aside = store.meta(&aside_key(&name)).is_some();
            (Some(key), SideState::Own(Own::new(guard, checkpoint, has_aside)))
        }
        Role::Followed => {
            let reached = checkpoint.clone().filter(|target| target.size() <= edge.size());
            (None, SideState::Followed(Followed { target: checkpoint, reached }))
        }
    };
    let durable = watch::Sender::new((edge.size(), edge.root()));
    let (log_key, witness) = (&plan.log_key, &plan.witness);
    let heartbeat = heartbeat::load(store, &name, log_key, witness, heartbeats_until);
    let state = State { edge, upper: Upper::new(&nodes), heartbeat, side };
    let urgent = (plan.urgency == Urgency::Urgent).then(|| Arc::clone(urgent));
    Ok(Book {
        origin: plan.origin,
        name,
        id,
        urgency: plan.urgency,
        log_key: plan.log_key,
        witness: plan.witness,
        signing_key,
        state: parking_lot::Mutex::new(state),
        durable,
        shown: watch::Sender::new(0),
        urgent,
        followed_now: AtomicBool::new(false),
        appends: AtomicU64::new(0),
        takes: AtomicU64::new(0),
        sessions: AtomicU64::new(0),
    })
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

pub(super) fn load_edge(
    store: &Store,
    id: LogId,
    name: &str,
    head: &Head,
) -> Result<(Edge, Vec<Hash>), OpenError> {
    let mut nodes = store.upper(id);
    nodes.truncate(usize::try_from(head.blocks).unwrap_or(usize::MAX));
    let mut edge = Edge::new(&nodes);
    while edge.size() < head.size {
        let number = edge.size();
        let read = |source| ReadError::Store { log: name.to_owned(), number, source };
        let bytes = store
            .read(id, number)
            .map_err(read)?
            .ok_or_else(|| OpenError::Unknown { log: name.to_owned() })?;
        let run = Block::decode(&bytes).map_err(|source| ReadError::Block {
            log: name.to_owned(),
            number,
            source,
        })?;
        nodes.extend(edge.push(Arc::new(run)).map(|completed| completed.node));
    }
    Ok((edge, nodes))
}
