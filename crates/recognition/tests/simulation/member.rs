//! A member: its clock, its logs, what it holds of the logs of others, and what that amounts to.
//!
//! What survives a crash are the logs, the heartbeats and the charter; the register is made anew.

use std::{
    collections::{BTreeMap, VecDeque},
    rc::Rc,
};

use tiaoxi_federation::{Charter, Claim, MemberId, Origin};
use tiaoxi_ledger::note::SigningKey;
use tiaoxi_recognition::{Place, Register, Told, View};

use crate::sim::{
    ledger::{Entry, OwnLog, Replica},
    network::{Beat, LogNumber},
    rules::Rules,
    time::Clock,
};

/// A log of the federation that belongs to an agreement.
pub(crate) struct LogOfAgreement {
    pub(crate) origin: Origin,
    pub(crate) owner: usize,
}

/// Heartbeats that a register keeps of a log.
const BEATS_MAX: usize = 16;

/// One member.
pub(crate) struct Member {
    pub(crate) id: MemberId,
    pub(crate) clock: Clock,
    pub(crate) is_up: bool,
    pub(crate) charter: Rc<Charter>,
    pub(crate) witness: SigningKey,
    pub(crate) own: BTreeMap<LogNumber, OwnLog>,
    /// Everything held, own logs included.
    pub(crate) held: BTreeMap<LogNumber, Replica>,
    /// The newest heartbeat of every log.
    pub(crate) beats: BTreeMap<LogNumber, Rc<Beat>>,
    /// The last heartbeats that the register was told of, oldest first.
    pub(crate) told_beats: BTreeMap<LogNumber, VecDeque<Rc<Beat>>>,
    pub(crate) register: Register,
    /// When it will look what it has to say.
    pub(crate) work_due: Option<u64>,
    /// Whether it is about to pass heartbeats on.
    pub(crate) is_relay_due: bool,
}

impl Member {
    pub(crate) fn new(
        id: MemberId,
        charter: Rc<Charter>,
        witness: SigningKey,
        clock: Clock,
    ) -> Self {
        Self {
            id,
            clock,
            is_up: true,
            charter,
            witness,
            own: BTreeMap::new(),
            held: BTreeMap::new(),
            beats: BTreeMap::new(),
            told_beats: BTreeMap::new(),
            register: Register::default(),
            work_due: None,
            is_relay_due: false,
        }
    }

    /// What it knows, by its own clock.
    pub(crate) fn view<'a>(&'a self, rules: &'a Rules, true_ms: u64) -> View<'a> {
        self.view_at(rules, self.clock.reads(true_ms))
    }

    /// What it knows, were its clock to show this.
    pub(crate) fn view_at<'a>(&'a self, rules: &'a Rules, own_clock: u64) -> View<'a> {
        let Rules { supervision, calendar } = rules;
        self.register.view(self.charter.terms(), supervision, calendar, &self.id, own_clock)
    }

    /// Tells the register of entries, as far as the charter admits them.
    pub(crate) fn tell(&mut self, log: &Origin, entries: &[Entry]) {
        tell(&mut self.register, &self.charter, log, entries);
    }

    /// Keeps a heartbeat when it is newer than the one held; whether it was.
    pub(crate) fn beat(&mut self, beat: &Rc<Beat>, log: &Origin) -> bool {
        let age = |beat: &Beat| (beat.unix_seconds, beat.size);
        let is_newer = self.beats.get(&beat.log).is_none_or(|known| age(known) < age(beat));
        if is_newer {
            self.beats.insert(beat.log, Rc::clone(beat));
            self.register.beat(log, beat.unix_seconds, beat.size);
            let told = self.told_beats.entry(beat.log).or_default();
            told.push_back(Rc::clone(beat));
            if told.len() > BEATS_MAX {
                told.pop_front();
            }
        }
        is_newer
    }

    /// Begins again with what is on disk, or judges all of it by a new charter.
    pub(crate) fn rebuild(&mut self, logs: &[LogOfAgreement]) {
        let mut register = Register::default();
        for (number, replica) in &self.held {
            tell(&mut register, &self.charter, &logs[*number].origin, replica.entries());
        }
        for (number, beat) in &self.beats {
            register.beat(&logs[*number].origin, beat.unix_seconds, beat.size);
        }
        self.register = register;
        self.told_beats =
            self.beats.iter().map(|(log, beat)| (*log, [Rc::clone(beat)].into())).collect();
    }

    /// Entries held of a log.
    pub(crate) fn size(&self, log: LogNumber) -> u64 {
        self.held.get(&log).map_or(0, Replica::size)
    }
}

/// Tells a register of entries, as far as a charter admits them; how many.
pub(crate) fn tell(
    register: &mut Register,
    charter: &Charter,
    log: &Origin,
    entries: &[Entry],
) -> usize {
    let Some(admission) = charter.admission(log) else { return 0 };
    let mut admitted = 0;
    for entry in entries {
        let kind = entry.header.kind;
        let (kind, version, effect) = (kind.kind(), kind.version(), kind.effect());
        let claim = Claim { kind, version, effect, item: entry.header.item };
        let place = Place { origin: log.clone(), number: entry.number };
        if admission.admit(entry.number, claim).is_err() {
            register.pass_over(&place);
            continue;
        }
        let told = Told { place, header: entry.header, body: Some(&entry.body) };
        register.tell(&told).expect("whatever is said here can be read");
        admitted += 1;
    }
    admitted
}
