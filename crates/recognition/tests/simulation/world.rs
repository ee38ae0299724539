//! Everything of one run: members, network, what is to happen, and what has been found wrong.
//!
//! Discrete events in true time, drawn from one generator. What members do stands in `traffic` and
//! `acts`, what must hold in `checks` and `settled`.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
    rc::Rc,
};

use tiaoxi_federation::{Chain, Charter, MemberId, Origin};

use crate::sim::{
    acts::Act,
    checks::Truth,
    findings::Findings,
    ledger::{OwnLog, Replica},
    member::{LogOfAgreement, Member},
    members::{Scene, key, seed, signed_by_all},
    network::{Link, LogNumber, MemberNumber, Message, Network},
    random::Random,
    rules::{self, Rules},
    time::{Clock, DAY, HOUR, MINUTE, SECOND, START},
};

/// How large a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    /// Days in which things are said.
    pub(crate) days: u64,
    /// Listings that are made.
    pub(crate) listings: u64,
    /// One in so many heartbeats is verified by a receiver; 1: all.
    pub(crate) verified_beats: u64,
    /// One in so many looks at what a member has to say checks all that it shows.
    pub(crate) checked_looks: u64,
}

impl Size {
    /// Of the tests: small enough for a build that is not optimised.
    pub(crate) const SMALL: Self =
        Self { days: 5, listings: 10, verified_beats: 16, checked_looks: 24 };
}

/// Time after healing until all must be settled: the last heartbeats may lie a day ahead.
const SETTLING: u64 = 60 * HOUR;

/// What happens at a time.
pub(crate) enum Event {
    /// A message arrives.
    Arrive { from: MemberNumber, to: MemberNumber, message: Message },
    /// What is unanswered on a link is sent again.
    Retry { server: MemberNumber, follower: MemberNumber },
    /// An hour has passed on a member's clock.
    Tick(MemberNumber),
    /// A member looks what it has to say.
    Work(MemberNumber),
    /// A member passes heartbeats on.
    PassBeats(MemberNumber),
    /// Somebody does something.
    Act(Act),
    /// A member is back from a crash.
    Restart(MemberNumber),
    /// Everything is repaired.
    Heal,
}

struct Due {
    at: u64,
    order: u64,
    event: Event,
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}
impl Eq for Due {}
impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Due {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// One run.
pub(crate) struct World {
    pub(crate) random: Random,
    pub(crate) size: Size,
    pub(crate) now: u64,
    pub(crate) rules: Rc<Rules>,
    pub(crate) chain: Chain,
    /// Every version of the charter so far, the first first.
    pub(crate) charters: Vec<Rc<Charter>>,
    pub(crate) members: Vec<Member>,
    pub(crate) logs: Vec<LogOfAgreement>,
    pub(crate) log_numbers: BTreeMap<Origin, LogNumber>,
    pub(crate) network: Network,
    pub(crate) links: BTreeMap<(MemberNumber, MemberNumber), Link>,
    pub(crate) truth: Truth,
    pub(crate) findings: Findings,
    pub(crate) events: u64,
    pub(crate) is_healed: bool,
    /// When something was last said.
    pub(crate) last_said: u64,
    queue: BinaryHeap<Reverse<Due>>,
    order: u64,
}

impl World {
    pub(crate) fn new(seed: u64, size: Size) -> Self {
        let mut random = Random::new(seed);
        let scene = if seed % 10 == 9 { Scene::SixteenCities } else { Scene::HubsAndCounties };
        let rules = Rules::new();
        let proposal = rules::proposal(scene, &rules.supervision, &mut random);
        let pin = *proposal.fingerprint();
        let chain = Chain::pinned(&signed_by_all(proposal), &pin).expect("everybody has signed");
        let charter = Rc::new(chain.current().clone());
        let ids: Vec<MemberId> = charter.members().map(|member| member.id.clone()).collect();
        let members = ids.into_iter().map(|id| {
            let witness = key(&id, "witness");
            Member::new(id, Rc::clone(&charter), witness, Clock::wild(&mut random))
        });
        let members = members.collect();
        let network = Network::new(&mut random);
        let mut world = Self {
            random,
            size,
            now: START,
            rules: Rc::new(rules),
            chain,
            charters: vec![charter],
            members,
            logs: Vec::new(),
            log_numbers: BTreeMap::new(),
            network,
            links: BTreeMap::new(),
            truth: Truth::default(),
            findings: Findings::default(),
            events: 0,
            is_healed: false,
            last_said: START,
            queue: BinaryHeap::new(),
            order: 0,
        };
        world.open_logs();
        for member in 0..world.members.len() {
            world.connect(member);
            let first = world.random.below(HOUR);
            world.after(first, Event::Tick(member));
        }
        world.plan();
        world
    }

    fn open_logs(&mut self) {
        let charter = Rc::clone(&self.charters[0]);
        for log in charter.logs() {
            let origin = log.origin();
            if origin.channel.agreement().is_none() {
                continue;
            }
            let owner = self.number_of(&origin.member);
            let number = self.logs.len();
            self.log_numbers.insert(origin.clone(), number);
            self.logs.push(LogOfAgreement { origin: origin.clone(), owner });
            let own = OwnLog::new(origin, &seed(&origin.member, "log"));
            self.members[owner].own.insert(number, own);
            self.members[owner].held.insert(number, Replica::empty());
        }
    }

    /// The place of a member in the list.
    pub(crate) fn number_of(&self, id: &MemberId) -> MemberNumber {
        self.members.iter().position(|member| member.id == *id).expect("members never leave")
    }

    /// Schedules an event so many milliseconds from now.
    pub(crate) fn after(&mut self, wait: u64, event: Event) {
        self.order += 1;
        self.queue.push(Reverse(Due { at: self.now + wait, order: self.order, event }));
    }

    /// Runs to the end: what happens, healing, settling, the last checks.
    pub(crate) fn run(&mut self) {
        let heal = START + self.size.days * DAY;
        let end = heal + SETTLING;
        self.after(heal - self.now, Event::Heal);
        while let Some(Reverse(due)) = self.queue.pop() {
            if due.at > end {
                break;
            }
            self.now = due.at;
            self.events += 1;
            self.happen(due.event);
        }
        self.now = end;
        self.settled();
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Arrive { from, to, message } => self.arrive(from, to, message),
            Event::Retry { server, follower } => self.retry(server, follower),
            Event::Tick(member) => self.tick(member),
            Event::Work(member) if self.members[member].work_due == Some(self.now) => {
                self.work(member);
            }
            Event::Work(_) => {}
            Event::PassBeats(member) => {
                self.members[member].is_relay_due = false;
                self.send_beats(member);
            }
            Event::Act(act) => self.act(act),
            Event::Restart(member) => self.restart(member),
            Event::Heal => self.heal(),
        }
    }

    /// An hour by the member's clock; the drift is too small to matter for when the next one is.
    fn tick(&mut self, member: MemberNumber) {
        self.after(HOUR, Event::Tick(member));
        if self.members[member].is_up {
            self.beat(member);
            self.work_sometime(member);
        }
    }

    /// A member will look what it has to say within seconds.
    pub(crate) fn work_soon(&mut self, member: MemberNumber) {
        let wait = self.random.between(1, 2 * SECOND);
        let at = self.now + wait;
        if self.members[member].work_due.is_none_or(|due| due > at) {
            self.members[member].work_due = Some(at);
            self.after(wait, Event::Work(member));
        }
    }

    /// A member will look what it has to say sometime within two hours.
    pub(crate) fn work_sometime(&mut self, member: MemberNumber) {
        if self.members[member].work_due.is_none() {
            let wait = self.random.between(MINUTE, 2 * HOUR);
            self.members[member].work_due = Some(self.now + wait);
            self.after(wait, Event::Work(member));
        }
    }

    /// A member stops; what it had on its mind is gone.
    pub(crate) fn crash(&mut self, member: MemberNumber) {
        if !self.members[member].is_up {
            return;
        }
        self.members[member].is_up = false;
        let most = self.random.pick(&[MINUTE, 10 * HOUR, 2 * DAY]).unwrap_or(HOUR);
        let wait = self.random.between(SECOND, most);
        self.after(wait, Event::Restart(member));
    }

    /// It begins again with what is on disk. What its links knew of their followers may be old.
    fn restart(&mut self, member: MemberNumber) {
        if std::mem::replace(&mut self.members[member].is_up, true) {
            return;
        }
        self.members[member].rebuild(&self.logs);
        let Self { links, members, random, .. } = self;
        for ((server, _), link) in links.iter_mut() {
            if *server != member || !random.chance(500) {
                continue;
            }
            for (log, flow) in &mut link.flows {
                let held = members[member].held.get(log);
                let known = held.map_or(0, |held| held.some_end(flow.acked, random));
                (flow.acked, flow.sent) = (known, known);
            }
        }
        self.work_soon(member);
        self.serve(member);
    }

    /// Nothing is lost or cut any more, everybody is up, clocks are right within a minute.
    fn heal(&mut self) {
        self.is_healed = true;
        self.network.heal();
        for member in 0..self.members.len() {
            self.members[member].clock = Clock::tame(&mut self.random, self.now);
            self.restart(member);
            self.work_soon(member);
            self.serve(member);
        }
    }
}
