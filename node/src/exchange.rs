//! Mutual recognition at this node: what the logs of agreements say, fed to the register; what this
//! member has to say, appended.
//!
//! What entries amount to is the business of `tiaoxi-recognition`. [`clerk`] says what follows by
//! itself, [`desk`] what people decide, [`shown`] answers questions.

pub(crate) mod beats;
pub(crate) mod clerk;
pub(crate) mod desk;
mod officers;
pub(crate) mod papers;
mod records;
pub(crate) mod shown;

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::{Mutex, RwLock, RwLockReadGuard};
use tiaoxi_catalog::{Calendar, supervision::Supervision};
use tiaoxi_federation::{Channel, Charter, Claim, MemberId, Origin, Terms};
use tiaoxi_ledger::{
    block::{Block, Body},
    header::Header,
};
use tiaoxi_logs::{Logs, ReadError, Summary};
use tiaoxi_recognition::{Place, Register, Told, View};
use tracing::{debug, warn};

use crate::{clock, feed::settled};

/// Seconds that the own clock may be ahead of the others' before it is not believed: a day for the
/// clocks, and a day for heartbeats that have grown old.
const CLOCK_AHEAD_MAX: u64 = 2 * 24 * 60 * 60;

/// What the exchange works with.
pub(crate) struct ExchangeParts {
    pub(crate) me: MemberId,
    pub(crate) charter: Arc<Charter>,
    pub(crate) logs: Logs,
    pub(crate) supervision: Arc<Supervision>,
    pub(crate) calendar: Arc<Calendar>,
}

/// What is known here of key supervision objects.
pub(crate) struct Exchange {
    pub(crate) me: MemberId,
    charter: Arc<Charter>,
    pub(crate) logs: Logs,
    pub(crate) supervision: Arc<Supervision>,
    pub(crate) calendar: Arc<Calendar>,
    register: RwLock<Register>,
    /// Per log: entries below have been told to the register.
    told: Mutex<BTreeMap<u32, u64>>,
    /// Held by whoever decides what to append next, so that nothing is said twice.
    pub(crate) saying: Mutex<()>,
}

/// The register while it is read.
pub(crate) struct Reading<'a> {
    register: RwLockReadGuard<'a, Register>,
    exchange: &'a Exchange,
}

impl Reading<'_> {
    /// Everything as of now.
    pub(crate) fn view(&self) -> View<'_> {
        let Exchange { me, supervision, calendar, .. } = self.exchange;
        let terms = self.exchange.terms();
        self.register.view(terms, supervision, calendar, me, clock::unix_seconds())
    }
}

impl Exchange {
    pub(crate) fn new(parts: ExchangeParts) -> Self {
        let ExchangeParts { me, charter, logs, supervision, calendar } = parts;
        Self {
            me,
            charter,
            logs,
            supervision,
            calendar,
            register: RwLock::default(),
            told: Mutex::default(),
            saying: Mutex::default(),
        }
    }

    pub(crate) fn terms(&self) -> &Terms {
        self.charter.terms()
    }

    /// The register, for as long as the answer is kept.
    pub(crate) fn read(&self) -> Reading<'_> {
        Reading { register: self.register.read(), exchange: self }
    }

    /// Tells the register what has become durable since it was told last.
    pub(crate) fn refresh(&self) {
        // Held throughout: two at once would tell a block twice for nothing.
        let mut told = self.told.lock();
        for summary in self.logs.summaries() {
            if summary.origin.channel.agreement().is_some() {
                let next = told.entry(summary.id.0).or_insert(0);
                *next = self.tell_log(&summary, *next);
            }
        }
        let heartbeats = self.logs.heartbeats();
        let mut register = self.register.write();
        for (origin, heartbeat) in heartbeats {
            register.beat(&origin, heartbeat.unix_seconds(), heartbeat.size());
        }
    }

    /// Tells a log from entry `next` on; the first entry not told.
    fn tell_log(&self, summary: &Summary, mut next: u64) -> u64 {
        let (name, end) = (summary.origin.to_string(), settled(summary));
        while next < end {
            match self.logs.block(&name, next) {
                Ok(block) => {
                    self.tell_block(&summary.origin, &block, next..end);
                    next = block.end().min(end);
                }
                Err(ReadError::Missing { .. }) => break,
                Err(error) => {
                    // Told again at the next turn; what ends a listing must not be passed over.
                    warn!(log = %name, number = next, error = %error, "an entry can't be read");
                    break;
                }
            }
        }
        next
    }

    fn tell_block(&self, origin: &Origin, block: &Block, wanted: std::ops::Range<u64>) {
        let Some(admission) = self.charter.admission(origin) else { return };
        let mut register = self.register.write();
        for (number, header, body) in block.entries().filter(|it| wanted.contains(&it.0)) {
            let Ok(header) = Header::from_bytes(header) else { continue };
            let claim = Claim {
                kind: header.kind.kind(),
                version: header.kind.version(),
                effect: header.kind.effect(),
                item: header.item,
            };
            let place = Place { origin: origin.clone(), number };
            let applies = match admission.admit(number, claim) {
                Ok(_) => true,
                Err(reason) => reason.applying_effect().is_some(),
            };
            if !applies {
                register.pass_over(&place);
                continue;
            }
            let body = match body {
                Body::Present(body) => Some(body),
                Body::Missing(_) => None,
            };
            if let Err(error) = register.tell(&Told { place, header, body }) {
                debug!(log = %origin, number, %error, "an entry's body can't be read");
            }
        }
    }

    /// Whether a time is much later than what most members say it is.
    pub(crate) fn runs_ahead(&self, now: u64) -> bool {
        let register = self.register.read();
        let Self { me, supervision, calendar, .. } = self;
        // By a clock of our own that says nothing, only the others count.
        let others = register.view(self.terms(), supervision, calendar, me, 0).now();
        others > 0 && now.saturating_sub(others) > CLOCK_AHEAD_MAX
    }

    /// The own log of a channel, when everything in it is signed: entries may be named, and what
    /// was said last is known.
    pub(crate) fn settled_log(&self, channel: &Channel) -> Option<Summary> {
        let owned = self.terms().owned_by(&self.me).into_iter();
        let mut open = owned
            .filter(|origin| origin.channel == *channel)
            .filter(|origin| self.terms().log(origin).is_some_and(|log| log.closed().is_none()));
        let summary = self.logs.summary(&open.next()?.to_string())?;
        (settled(&summary) == summary.size).then_some(summary)
    }
}
