//! What members say: their duties as they find them, and what officers decided. All of it goes into
//! real logs, is signed, and only then told to the own register.

use tiaoxi_credit::{Day, Effect, Kind, statement::EntryName};
use tiaoxi_federation::Origin;
use tiaoxi_ledger::header::Relation;
use tiaoxi_recognition::{Duty, Place};

use crate::sim::{
    acts::Said, findings::Invariant, ledger::Entry, network::MemberNumber, world::World,
};

/// Rounds after which duties should have come to an end.
const ROUNDS_MAX: usize = 8;

impl World {
    /// A member looks what it has to say, and says it, until there is nothing more.
    pub(crate) fn work(&mut self, member: MemberNumber) {
        self.members[member].work_due = None;
        if !self.members[member].is_up {
            return;
        }
        for round in 0.. {
            let view = self.members[member].view(&self.rules, self.now);
            let (today, mut duties) = (view.today(), view.duties());
            if duties.is_empty() {
                break;
            }
            if round == ROUNDS_MAX {
                let what = format!("{} at {}: {:?}", self.members[member].id, self.now, duties[0]);
                self.findings.add(Invariant::NeverQuiet, what);
                break;
            }
            // Now and then it stops in the middle, and only some of it was said.
            let is_cut_short = !self.is_healed && self.random.chance(20);
            if is_cut_short {
                duties.truncate(self.random.index(duties.len()));
            }
            for duty in &duties {
                self.check_said_once(member, duty);
            }
            let said = duties.into_iter().map(|duty| {
                let Duty { channel, concerned, statement, .. } = duty;
                Said { channel, concerned, statement }
            });
            let said = said.collect();
            self.append(member, today, said);
            if is_cut_short {
                self.crash(member);
                return;
            }
        }
        if self.random.below(self.size.checked_looks) == 0 {
            self.check(member);
            if self.random.chance(100) {
                self.check_order(member);
            }
        }
    }

    /// Appends to own logs, tells the own register, sends it on; the names of what was said.
    pub(crate) fn append(
        &mut self,
        member: MemberNumber,
        day: Day,
        said: Vec<Said>,
    ) -> Vec<EntryName> {
        let mut names = Vec::new();
        let mut said = said.into_iter().peekable();
        while let Some(first) = said.next() {
            let channel = first.channel.clone();
            let mut batch = vec![first];
            while let Some(next) = said.next_if(|next| next.channel == channel) {
                batch.push(next);
            }
            let federation = self.charters[0].federation().clone();
            let owner = self.members[member].id.clone();
            let origin = Origin { federation, member: owner, channel, epoch: 1 };
            self.append_to(member, &origin, day, batch, &mut names);
        }
        self.last_said = self.now;
        self.serve(member);
        names
    }

    fn append_to(
        &mut self,
        member: MemberNumber,
        origin: &Origin,
        day: Day,
        batch: Vec<Said>,
        names: &mut Vec<EntryName>,
    ) {
        let log = self.log_numbers[origin];
        let Self { members, random, .. } = self;
        let owner = &mut members[member];
        let said: Vec<_> =
            batch.into_iter().map(|said| (said.concerned, 0, said.statement)).collect();
        let own = owner.own.get_mut(&log).expect("own logs are open");
        let made = own.append(day, &said, random);
        owner.held.get_mut(&log).expect("own logs are held").keep(&made);
        for (_, entries) in &made {
            owner.tell(origin, entries);
            for entry in entries {
                let place = Place { origin: origin.clone(), number: entry.number };
                names.push(place.name(entry.header.commitment));
            }
        }
        let clock = owner.clock.reads(self.now);
        for (_, entries) in &made {
            for entry in entries {
                self.note_end(origin, entry, clock);
            }
        }
    }

    /// Remembers when an origin first said that a listing of its own ends.
    fn note_end(&mut self, origin: &Origin, entry: &Entry, clock: u64) {
        let header = &entry.header;
        let is_end = header.kind.kind() == Kind::End as u8
            && header.kind.effect() == Effect::Ends as u8
            && header.concerned.relation == Relation::EXCHANGE;
        let Some(agreement) = origin.channel.agreement().filter(|_| is_end) else { return };
        let listing = Place {
            origin: Origin {
                channel: tiaoxi_federation::Channel::exchange(agreement),
                epoch: header.concerned.epoch,
                ..origin.clone()
            },
            number: header.concerned.number,
        };
        if let Some(truth) = self.truth.listings.get_mut(&listing) {
            truth.ended.get_or_insert((self.now, clock));
        }
    }
}
