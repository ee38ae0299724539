//! What is known of one log in memory, as far as it is durable.
//!
//! Written by the writer after each commit and by sessions as deciders come and go; read by
//! everybody. Locked for moments only, never across an await or a disk read.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use parking_lot::Mutex;
use tiaoxi_federation::{MemberId, Origin};
use tiaoxi_ledger::{
    Hash,
    checkpoint::SignedCheckpoint,
    cosignature::WitnessKey,
    heartbeat::Heartbeat,
    note::{SigningKey, VerifierKey},
    tree::Upper,
};
use tiaoxi_store::LogId;
use tiaoxi_sync::budget::Urgency;
use tokio::sync::watch;

use crate::{edge::Edge, guard::Guard};

/// Signed checkpoints that wait for a quorum to hold them; older ones in between are forgotten.
const WAITING_CHECKPOINTS_MAX: usize = 256;

/// One log with everything that goes with it.
pub(crate) struct Book {
    pub(crate) origin: Origin,
    /// The origin as text.
    pub(crate) name: String,
    pub(crate) id: LogId,
    pub(crate) urgency: Urgency,
    pub(crate) log_key: VerifierKey,
    /// The owner's.
    pub(crate) witness: WitnessKey,
    /// Signs, when the log is our own.
    pub(crate) signing_key: Option<SigningKey>,
    pub(crate) state: Mutex<State>,
    /// Entries held durably and their root.
    pub(crate) durable: watch::Sender<(u64, Hash)>,
    /// Rises whenever what may be shown may have changed.
    pub(crate) shown: watch::Sender<u64>,
    /// Of an urgent log: rises with every one of them.
    pub(crate) urgent: Option<Arc<watch::Sender<u64>>>,
    /// Whether a session follows it now.
    pub(crate) followed_now: AtomicBool,
    /// Series of appends. A refused append, and whatever rearranges the log, begins a new one; an
    /// append of an older series is refused, since it may build on what is not there.
    pub(crate) appends: AtomicU64,
    /// Series of takes, in the same way: a session belongs to the one in which it began.
    pub(crate) takes: AtomicU64,
    /// Sessions that were served so far; their numbers.
    pub(crate) sessions: AtomicU64,
}

/// The part that changes.
pub(crate) struct State {
    pub(crate) edge: Edge,
    /// Over every full range, sealed or still in runs.
    pub(crate) upper: Upper,
    /// The newest heartbeat, durable.
    pub(crate) heartbeat: Option<Arc<Heartbeat>>,
    pub(crate) side: SideState,
}

/// What differs between own and followed logs.
pub(crate) enum SideState {
    Own(Own),
    Followed(Followed),
}

/// Of an own log.
pub(crate) struct Own {
    pub(crate) guard: Guard,
    /// The newest checkpoint signed, durable.
    pub(crate) signed: Option<Arc<SignedCheckpoint>>,
    /// Signed and not yet held by a quorum, by rising size.
    waiting: VecDeque<Arc<SignedCheckpoint>>,
    /// The newest that a quorum holds: this one anybody may see.
    pub(crate) confirmed: Option<Arc<SignedCheckpoint>>,
    /// The decider that has shown most of what we have signed and no longer have.
    pub(crate) behind: Option<Ahead>,
    /// Whether unsigned entries have made room for what that decider holds.
    pub(crate) makes_room: bool,
    /// Whether unsigned entries were set aside and wait to be packed anew.
    pub(crate) has_aside: bool,
}

/// A decider that holds more of our log than we do.
pub(crate) struct Ahead {
    pub(crate) member: MemberId,
    /// Entries that we have signed once.
    pub(crate) size: u64,
}

/// Of a followed log.
#[derive(Default)]
pub(crate) struct Followed {
    /// The newest checkpoint seen, durable.
    pub(crate) target: Option<Arc<SignedCheckpoint>>,
    /// The newest whose entries are all held.
    pub(crate) reached: Option<Arc<SignedCheckpoint>>,
}

impl Own {
    pub(crate) fn new(
        guard: Guard,
        signed: Option<Arc<SignedCheckpoint>>,
        has_aside: bool,
    ) -> Self {
        let waiting = signed.iter().cloned().collect();
        let mut own = Self {
            guard,
            signed,
            waiting,
            confirmed: None,
            behind: None,
            makes_room: false,
            has_aside,
        };
        own.confirm();
        own
    }

    pub(crate) fn signed_size(&self) -> u64 {
        self.signed.as_ref().map_or(0, |signed| signed.size())
    }

    /// Whether new entries and signatures must wait.
    pub(crate) fn is_recovering(&self) -> bool {
        self.behind.is_some() || self.has_aside
    }

    /// A decider has shown more than we have; whoever shows most leads.
    pub(crate) fn falls_behind(&mut self, member: &MemberId, size: u64) {
        let leads = |ahead: &Ahead| ahead.member != *member && ahead.size >= size;
        if !self.behind.as_ref().is_some_and(leads) {
            self.behind = Some(Ahead { member: member.clone(), size });
        }
    }

    /// So many signed entries are here. Whether that was all that was missing, so that what is aside
    /// may go back and be signed.
    pub(crate) fn catches_up(&mut self, size: u64) -> bool {
        let is_level = self.behind.as_ref().is_some_and(|ahead| ahead.size <= size);
        if is_level {
            self.is_level();
        }
        is_level && self.has_aside && self.guard.may_sign()
    }

    /// A decider shows nothing that is not here.
    pub(crate) fn is_level_with(&mut self, member: &MemberId) {
        if self.behind.as_ref().is_some_and(|ahead| ahead.member == *member) {
            self.is_level();
        }
    }

    fn is_level(&mut self) {
        self.behind = None;
        self.makes_room = false;
    }

    /// A newer checkpoint is signed and durable.
    pub(crate) fn sign(&mut self, checkpoint: Arc<SignedCheckpoint>) {
        if self.waiting.len() == WAITING_CHECKPOINTS_MAX {
            self.waiting.pop_back();
        }
        self.waiting.push_back(Arc::clone(&checkpoint));
        self.signed = Some(checkpoint);
        self.confirm();
    }

    /// Moves on to the newest checkpoint that a quorum holds; whether it is another one.
    pub(crate) fn confirm(&mut self) -> bool {
        let held = self.guard.confirmed();
        let mut moved = false;
        while let Some(next) = self.waiting.pop_front_if(|next| next.size() <= held) {
            self.confirmed = Some(next);
            moved = true;
        }
        moved
    }
}

impl State {
    /// The newest checkpoint that `member` may see; deciders see what is only signed.
    pub(crate) fn showable(&self, member: &MemberId) -> Option<Arc<SignedCheckpoint>> {
        match &self.side {
            SideState::Own(own) if own.guard.is_decider(member) => own.signed.clone(),
            SideState::Own(_) | SideState::Followed(_) => self.public(),
        }
    }

    /// The newest checkpoint that anybody entitled may see.
    pub(crate) fn public(&self) -> Option<Arc<SignedCheckpoint>> {
        match &self.side {
            SideState::Own(own) => own.confirmed.clone(),
            SideState::Followed(followed) => followed.reached.clone(),
        }
    }

    pub(crate) fn own(&mut self) -> Option<&mut Own> {
        match &mut self.side {
            SideState::Own(own) => Some(own),
            SideState::Followed(_) => None,
        }
    }

    /// The newest checkpoint signed or seen, whether or not its entries are held.
    pub(crate) fn newest_checkpoint(&self) -> Option<Arc<SignedCheckpoint>> {
        match &self.side {
            SideState::Own(own) => own.signed.clone(),
            SideState::Followed(followed) => followed.target.clone(),
        }
    }
}

impl Book {
    /// What was asked for in an earlier series is refused from now on.
    pub(crate) fn begin_series(&self) {
        self.appends.fetch_add(1, Ordering::SeqCst);
        self.takes.fetch_add(1, Ordering::SeqCst);
    }

    /// Whether heartbeats are given and taken of it.
    pub(crate) fn beats(&self) -> bool {
        self.origin.channel.kind().beats
    }

    /// Wakes everybody who waits for something to show.
    pub(crate) fn changed(&self) {
        rise(&self.shown);
    }

    /// The same when the log itself went on: it grew, or a checkpoint or heartbeat is new.
    pub(crate) fn went_on(&self) {
        self.changed();
        if let Some(urgent) = &self.urgent {
            rise(urgent);
        }
    }
}

fn rise(count: &watch::Sender<u64>) {
    count.send_modify(|count| *count = count.wrapping_add(1));
}
