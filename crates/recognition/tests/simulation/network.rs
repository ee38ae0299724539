//! The network between members: slow, lossy, cut in two for days, and saying things twice.
//!
//! What one member serves another is a [`Link`]: how much of each log the follower is known to
//! hold, and how much was sent. Within a log nothing overtakes; between logs everything may.

use std::{collections::BTreeMap, rc::Rc};

use crate::sim::{
    ledger::Run,
    random::Random,
    time::{HOUR, MINUTE, SECOND},
};

/// Place of a member in the list of members.
pub(crate) type MemberNumber = usize;
/// Place of a log in the list of logs.
pub(crate) type LogNumber = usize;

/// The longest that anything takes, in milliseconds.
const LATENCY_MAX: u64 = 30 * SECOND;
/// When something unanswered is sent again, the first time and at most.
const RETRY: (u64, u64) = (2 * MINUTE, HOUR);

/// What is said over a link.
#[derive(Clone)]
pub(crate) enum Message {
    /// Entries of a log.
    Runs { log: LogNumber, runs: Vec<Rc<Run>> },
    /// How much of a log is held.
    Held { log: LogNumber, size: u64 },
    /// Newest heartbeats of logs.
    Beats(Vec<Rc<Beat>>),
    /// A version of the charter.
    Charter(u32),
    /// The version of the charter that is held.
    HasCharter(u32),
}

/// A heartbeat on its way.
pub(crate) struct Beat {
    pub(crate) log: LogNumber,
    pub(crate) unix_seconds: u64,
    pub(crate) size: u64,
    pub(crate) root: [u8; 32],
}

/// What may happen to a message.
pub(crate) struct Network {
    loss_per_mille: u64,
    duplicate_per_mille: u64,
    /// 2^this in milliseconds is the longest latency.
    slowness: u64,
    /// Whether a heartbeat may be told before the entries that it covers; a session of this
    /// software never does that.
    pub(crate) is_hasty: bool,
    cuts: Vec<Cut>,
}

/// Two groups that hear nothing of each other.
struct Cut {
    /// One bit a member: on which side it is.
    sides: u64,
    until: u64,
    /// Entries alone do not get through; heartbeats do, as if a relay held back what it was sent.
    is_of_runs: bool,
}

impl Network {
    pub(crate) fn new(random: &mut Random) -> Self {
        Self {
            loss_per_mille: random.pick(&[0, 20, 100, 300]).unwrap_or(0),
            duplicate_per_mille: random.pick(&[0, 20, 200]).unwrap_or(0),
            slowness: random.pick(&[4, 10, 15]).unwrap_or(10),
            is_hasty: random.chance(500),
            cuts: Vec::new(),
        }
    }

    /// A random part of the members hears nothing of the others until then.
    pub(crate) fn cut(&mut self, until: u64, random: &mut Random) {
        let (sides, is_of_runs) = (random.next(), random.chance(300));
        self.cuts.push(Cut { sides, until, is_of_runs });
    }

    /// Nothing is lost, doubled or cut from here on.
    pub(crate) fn heal(&mut self) {
        (self.loss_per_mille, self.duplicate_per_mille) = (0, 0);
        self.cuts.clear();
    }

    /// Whether a message gets from one member to another.
    pub(crate) fn carries(
        &self,
        message: &Message,
        (one, other): (MemberNumber, MemberNumber),
        now: u64,
    ) -> bool {
        let is_of_runs = matches!(message, Message::Runs { .. });
        let stops = |cut: &Cut| {
            cut.until > now
                && (cut.sides >> one ^ cut.sides >> other) & 1 == 1
                && (is_of_runs || !cut.is_of_runs)
        };
        !self.cuts.iter().any(stops)
    }

    /// After how long copies of a message arrive: none, one or two.
    pub(crate) fn latencies(&self, random: &mut Random) -> Vec<u64> {
        let copies = match () {
            () if random.chance(self.loss_per_mille) => 0,
            () if random.chance(self.duplicate_per_mille) => 2,
            () => 1,
        };
        (0..copies).map(|_| self.latency(random)).collect()
    }

    fn latency(&self, random: &mut Random) -> u64 {
        let most = 1 << random.between(0, self.slowness);
        random.between(1, most).min(LATENCY_MAX)
    }
}

/// What one member serves another.
pub(crate) struct Link {
    pub(crate) flows: BTreeMap<LogNumber, Flow>,
    /// Version of the charter that the follower is known to hold.
    pub(crate) charter: u32,
    /// Whether a message about what is unanswered is due.
    pub(crate) is_retrying: bool,
    backoff: u64,
}

/// One log of a link.
#[derive(Default)]
pub(crate) struct Flow {
    /// Entries that the follower is known to hold.
    pub(crate) acked: u64,
    /// Entries that were sent.
    pub(crate) sent: u64,
    /// When the last that was sent arrives.
    pub(crate) arrives: u64,
    /// Time of the newest heartbeat that was sent.
    pub(crate) beat: u64,
}

impl Link {
    pub(crate) fn new() -> Self {
        Self { flows: BTreeMap::new(), charter: 1, is_retrying: false, backoff: RETRY.0 }
    }

    /// How long to wait for an answer; longer each time.
    pub(crate) fn next_retry(&mut self) -> u64 {
        let wait = self.backoff;
        self.backoff = (wait * 2).min(RETRY.1);
        wait
    }

    /// An answer came.
    pub(crate) fn answered(&mut self) {
        self.backoff = RETRY.0;
    }
}
