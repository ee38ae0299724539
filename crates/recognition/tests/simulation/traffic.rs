//! What members send each other: entries with their checkpoints, heartbeats, charters, and how much
//! is held. A county is served by its hub.

use std::rc::Rc;

use tiaoxi_federation::{Entitlement, terms::Terms};
use tiaoxi_ledger::heartbeat::Heartbeat;

use crate::sim::{
    findings::Invariant,
    ledger::Replica,
    network::{Beat, Link, LogNumber, MemberNumber, Message},
    time::{MINUTE, SECOND},
    world::{Event, World},
};

impl World {
    /// A member asks for what its charter lets it follow.
    pub(crate) fn connect(&mut self, follower: MemberNumber) {
        let charter = Rc::clone(&self.members[follower].charter);
        let id = self.members[follower].id.clone();
        for origin in charter.followed_by(&id) {
            let Some(&log) = self.log_numbers.get(&origin) else { continue };
            let Some(server) = charter.asks(&id, &origin) else { continue };
            let server = self.number_of(server);
            let link = self.links.entry((server, follower)).or_insert_with(Link::new);
            link.flows.entry(log).or_default();
        }
    }

    fn send(&mut self, from: MemberNumber, to: MemberNumber, message: &Message) {
        for wait in self.network.latencies(&mut self.random) {
            self.after(wait, Event::Arrive { from, to, message: message.clone() });
        }
    }

    /// Sends every follower what it does not have.
    pub(crate) fn serve(&mut self, server: MemberNumber) {
        let links = self.links.range((server, 0)..(server + 1, 0));
        let followers: Vec<MemberNumber> = links.map(|(link, _)| link.1).collect();
        for follower in followers {
            self.pump(server, follower, false);
        }
    }

    /// What is unanswered is sent again.
    pub(crate) fn retry(&mut self, server: MemberNumber, follower: MemberNumber) {
        if let Some(link) = self.links.get_mut(&(server, follower)) {
            link.is_retrying = false;
            self.pump(server, follower, true);
        }
    }

    /// Sends a follower what was not sent yet, or, `again`, what it is not known to hold.
    fn pump(&mut self, server: MemberNumber, follower: MemberNumber, again: bool) {
        if !self.members[server].is_up {
            return;
        }
        let version = self.members[server].charter.version();
        let Some(link) = self.links.get(&(server, follower)) else { return };
        let is_behind = link.charter < version;
        let logs: Vec<LogNumber> = link.flows.keys().copied().collect();
        let mut is_owing = is_behind;
        if is_behind && (again || !link.is_retrying) {
            self.send(server, follower, &Message::Charter(version));
        }
        for log in logs {
            is_owing |= self.send_runs(server, follower, log, again);
        }
        let Some(link) = self.links.get_mut(&(server, follower)) else { return };
        if is_owing && !std::mem::replace(&mut link.is_retrying, true) {
            let wait = link.next_retry();
            self.after(wait, Event::Retry { server, follower });
        }
    }

    /// Sends what there is of one log; whether the follower is not known to hold all of it.
    fn send_runs(
        &mut self,
        server: MemberNumber,
        follower: MemberNumber,
        log: LogNumber,
        again: bool,
    ) -> bool {
        let shown = self.shown(server, follower, log);
        let (now, slowest) = (self.now, 30 * SECOND);
        let Some(link) = self.links.get_mut(&(server, follower)) else { return false };
        let flow = link.flows.entry(log).or_default();
        let from = if again { flow.acked } else { flow.sent.max(flow.acked) };
        let is_owing = flow.acked < shown;
        if from >= shown {
            return is_owing;
        }
        flow.sent = shown;
        let Some(held) = self.members[server].held.get(&log) else { return is_owing };
        let runs = held.runs(from, shown);
        for wait in self.network.latencies(&mut self.random) {
            let Some(link) = self.links.get_mut(&(server, follower)) else { return is_owing };
            let flow = link.flows.entry(log).or_default();
            let arrives = (now + wait).max(flow.arrives + 1).min(now + slowest);
            flow.arrives = arrives.max(flow.arrives);
            let message = Message::Runs { log, runs: runs.clone() };
            self.after(arrives - now, Event::Arrive { from: server, to: follower, message });
        }
        is_owing
    }

    /// How much of a log a server shows a follower: nothing that the server's charter denies it; of
    /// an own log what enough deciders hold, to the deciders what is signed.
    fn shown(&self, server: MemberNumber, follower: MemberNumber, log: LogNumber) -> u64 {
        let (owner, origin) = (&self.members[server], &self.logs[log].origin);
        let reader = &self.members[follower];
        let terms: &Terms = owner.charter.terms();
        if terms.entitlement(&reader.id, origin) != Entitlement::Bodies {
            return 0;
        }
        let is_ahead = reader.charter.version() > owner.charter.version();
        if is_ahead && !origin.channel.kind().goes_with_stale_charter {
            return 0;
        }
        let size = owner.size(log);
        let (deciders, quorum) = terms.deciders(origin);
        if self.logs[log].owner != server
            || quorum == 0
            || deciders.contains(&reader.id) && origin.channel.kind().beats
        {
            return size;
        }
        let mut holding: Vec<u64> = deciders
            .iter()
            .map(|decider| self.acked(server, self.number_of(decider), log))
            .collect();
        holding.sort_unstable_by(|a, b| b.cmp(a));
        let confirmed = holding.get(quorum - 1).copied().unwrap_or(0);
        if deciders.contains(&reader.id) { size } else { confirmed.min(size) }
    }

    fn acked(&self, server: MemberNumber, follower: MemberNumber, log: LogNumber) -> u64 {
        let link = self.links.get(&(server, follower));
        link.and_then(|link| link.flows.get(&log)).map_or(0, |flow| flow.acked)
    }

    /// A message arrives, when the two are connected and the receiver is up.
    pub(crate) fn arrive(&mut self, from: MemberNumber, to: MemberNumber, message: Message) {
        if !self.members[to].is_up || !self.network.carries(&message, (from, to), self.now) {
            return;
        }
        match message {
            Message::Runs { log, runs } => {
                self.check_entitled(to, log);
                let origin = self.logs[log].origin.clone();
                let member = &mut self.members[to];
                let Some(key) = member.charter.log(&origin).map(|log| log.verifier_key().clone())
                else {
                    return;
                };
                let replica = member.held.entry(log).or_insert_with(Replica::empty);
                let fresh = replica.receive(&runs, &key);
                let size = replica.size();
                member.tell(&origin, &fresh);
                self.send(to, from, &Message::Held { log, size });
                if !fresh.is_empty() {
                    self.work_soon(to);
                    self.serve(to);
                }
            }
            Message::Held { log, size } => self.held(to, from, log, size),
            Message::Beats(beats) => self.take_beats(to, &beats),
            Message::Charter(version) => {
                self.take_charter(to, version);
                self.send(to, from, &Message::HasCharter(version));
            }
            Message::HasCharter(version) => {
                if let Some(link) = self.links.get_mut(&(to, from)) {
                    link.charter = link.charter.max(version);
                }
            }
        }
    }

    /// A follower holds so much; others may now be shown more.
    fn held(&mut self, server: MemberNumber, follower: MemberNumber, log: LogNumber, size: u64) {
        let Some(link) = self.links.get_mut(&(server, follower)) else { return };
        link.answered();
        let flow = link.flows.entry(log).or_default();
        if size > flow.acked {
            flow.acked = size;
            if self.logs[log].owner == server {
                self.serve(server);
            }
        }
    }

    /// Takes up a version of the charter and judges everything by it.
    pub(crate) fn take_charter(&mut self, member: MemberNumber, version: u32) {
        if self.members[member].charter.version() >= version {
            return;
        }
        let place = usize::try_from(version - 1).expect("a version fits");
        self.members[member].charter = Rc::clone(&self.charters[place]);
        self.members[member].rebuild(&self.logs);
        self.connect(member);
        self.work_soon(member);
        self.serve(member);
    }

    /// A member says of its own logs that there is nothing newer.
    pub(crate) fn beat(&mut self, member: MemberNumber) {
        let owner = &mut self.members[member];
        let time = owner.clock.reads(self.now);
        let mut beats = Vec::new();
        for (log, own) in &owner.own {
            let origin = &self.logs[*log].origin;
            if !origin.channel.kind().beats {
                continue;
            }
            let signed = Heartbeat::sign(own.newest(), &owner.witness, time);
            if self.random.below(self.size.verified_beats) == 0 {
                let terms = owner.charter.terms();
                let log = terms.log(origin).expect("own logs are listed");
                let witness = terms.witness_key(&owner.id).expect("members have witness keys");
                let believed = Heartbeat::verify(signed.note(), log.verifier_key(), &witness);
                assert_eq!(believed.expect("it was just signed"), signed);
            }
            let (size, root) = (signed.size(), *signed.root());
            beats.push(Rc::new(Beat { log: *log, unix_seconds: time, size, root }));
        }
        for beat in beats {
            owner.beat(&beat, &self.logs[beat.log].origin);
        }
        self.send_beats(member);
    }

    /// Sends followers the newest heartbeats of what they follow.
    pub(crate) fn send_beats(&mut self, server: MemberNumber) {
        if !self.members[server].is_up {
            return;
        }
        let mut messages = Vec::new();
        for ((_, follower), link) in self.links.range_mut((server, 0)..(server + 1, 0)) {
            let mut beats = Vec::new();
            for (log, flow) in &mut link.flows {
                let Some(beat) = self.members[server].beats.get(log) else { continue };
                if beat.unix_seconds > flow.beat {
                    flow.beat = beat.unix_seconds;
                    beats.push(Rc::clone(beat));
                }
            }
            if !beats.is_empty() {
                messages.push((*follower, Message::Beats(beats)));
            }
        }
        for (follower, message) in messages {
            self.send(server, follower, &message);
        }
    }

    fn take_beats(&mut self, member: MemberNumber, beats: &[Rc<Beat>]) {
        let mut is_newer = false;
        for beat in beats {
            self.check_entitled(member, beat.log);
            let Self { members, logs, .. } = self;
            let follower = &mut members[member];
            // A session takes no heartbeat before the entries that it covers.
            let root = follower.held.get(&beat.log).map(|held| held.root_at(beat.size));
            match root.unwrap_or_else(|| Replica::empty().root_at(beat.size)) {
                Some(root) if root == beat.root => {
                    is_newer |= follower.beat(beat, &logs[beat.log].origin);
                }
                Some(_) => self.findings.add(Invariant::Forked, "a heartbeat of another root"),
                None if self.network.is_hasty => {
                    is_newer |= follower.beat(beat, &logs[beat.log].origin);
                }
                None => {}
            }
        }
        if !is_newer {
            return;
        }
        self.work_sometime(member);
        if !std::mem::replace(&mut self.members[member].is_relay_due, true) {
            let wait = self.random.between(SECOND, 5 * MINUTE);
            self.after(wait, Event::PassBeats(member));
        }
    }
}
