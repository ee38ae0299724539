//! What goes into one commit, and what follows once it is durable.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use tiaoxi_federation::MemberId;
use tiaoxi_ledger::{Hash, checkpoint::SignedCheckpoint, heartbeat::Heartbeat};
use tiaoxi_store::{Commit, LogId};
use tiaoxi_sync::budget::Spent;
use tokio::sync::oneshot;

use super::{AppendError, Appended, Fresh, own::Packed};
use crate::{
    book::{SideState, State},
    edge::Edge,
};

type Reply = oneshot::Sender<Result<Appended, AppendError>>;
/// Of heartbeats: how many were new.
pub(super) type BeatReply = oneshot::Sender<Result<usize, AppendError>>;

/// What members hold of logs: size and root by log and member.
pub(super) type Words = BTreeMap<(usize, MemberId), (u64, Hash)>;

/// One group commit under construction.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) commit: Commit,
    /// Edges as they were before this batch, for when it fails.
    pub(super) before: BTreeMap<usize, Edge>,
    /// Level-8 nodes of ranges completed, by log.
    pub(super) nodes: BTreeMap<usize, Vec<Hash>>,
    /// Checkpoints that come with it, by log.
    pub(super) checkpoints: BTreeMap<usize, Arc<SignedCheckpoint>>,
    /// Own logs that may have to be signed.
    pub(super) to_sign: BTreeSet<usize>,
    pub(super) fresh: Vec<Fresh>,
    pub(super) answers: Vec<(Reply, Appended)>,
    /// Heartbeats that come with it, by log.
    pub(super) beats: BTreeMap<usize, Arc<Heartbeat>>,
    pub(super) beat_answers: Vec<(BeatReply, usize)>,
    /// What others hold, said meanwhile.
    pub(super) words: Words,
    /// Memory of what was taken, given back with the batch.
    pub(super) rooms: Vec<Spent>,
}

impl Batch {
    /// Logs whose state changes with this batch.
    pub(super) fn touched(&self) -> BTreeSet<usize> {
        self.before.keys().chain(self.checkpoints.keys()).copied().collect()
    }

    /// Remembers an edge before it changes.
    pub(super) fn remember(&mut self, log: usize, edge: &Edge) {
        self.before.entry(log).or_insert_with(|| edge.clone());
    }

    /// Adds packed runs of an own log.
    pub(super) fn add_packed(&mut self, log: usize, id: LogId, packed: Vec<Packed>) {
        for run in packed {
            self.fresh.push((id, run.block));
            self.nodes.entry(log).or_default().extend(run.node);
            for stored in run.stored {
                self.commit.run(id, stored);
            }
        }
    }

    /// Whether what was set aside may go back now.
    pub(super) fn publish_checkpoints(&mut self, log: usize, state: &mut State) -> bool {
        let size = state.edge.size();
        let checkpoint = self.checkpoints.remove(&log);
        match &mut state.side {
            SideState::Own(own) => {
                if let Some(checkpoint) = checkpoint {
                    // Our own signature, made now or found again at a decider.
                    let size = checkpoint.size();
                    own.sign(checkpoint);
                    return own.catches_up(size);
                }
            }
            SideState::Followed(followed) => {
                if let Some(checkpoint) = checkpoint {
                    followed.target = Some(checkpoint);
                }
                if let Some(target) = followed.target.as_ref().filter(|it| it.size() <= size) {
                    followed.reached = Some(Arc::clone(target));
                }
            }
        }
        false
    }

    /// Tells those who wait that their entries are durable.
    pub(super) fn answer(self) {
        for (reply, appended) in self.answers {
            // Who no longer waits has gone away by itself.
            let _ = reply.send(Ok(appended));
        }
        for (reply, count) in self.beat_answers {
            let _ = reply.send(Ok(count));
        }
    }

    pub(super) fn fail(self, error: impl Fn() -> AppendError) {
        for (reply, _) in self.answers {
            let _ = reply.send(Err(error()));
        }
        for (reply, _) in self.beat_answers {
            let _ = reply.send(Err(error()));
        }
    }
}
