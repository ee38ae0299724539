//! From logs to views: every durable entry is admitted or refused, and what counts is indexed.
//!
//! Runs on its own thread, at its own pace. It is handed entries as they become durable; what it
//! misses it reads from the logs. Being fed an entry twice changes nothing.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use parking_lot::{Mutex, RwLock};
use tiaoxi_credit::{CodeScheme, Day, Effect, Kind, statement};
use tiaoxi_federation::{Channel, Charter, Claim, Origin, admit};
use tiaoxi_ledger::{
    block::{Block, Body},
    header::{Concerned, Header, HeaderBytes, HeaderError, Relation},
};
use tiaoxi_logs::{Fresh, Logs, Summary};
use tiaoxi_views::{
    EntryRef,
    effects::{Effects, Happening},
    index::{Index, IndexError, Mention, MergeStep},
    refused::{Reason, Refused},
    token::{Token, Tokenizer},
};
use tracing::{error, info, warn};

use crate::steps::{Step, Steps};

/// How long the feeder waits for entries before it looks for anything missed.
const IDLE: Duration = Duration::from_millis(250);

/// How long it goes on with what it is handed before it looks for anything missed.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// The views of a node.
pub(crate) struct Views {
    pub(crate) index: Index,
    pub(crate) tokenizer: Tokenizer,
    pub(crate) effects: RwLock<Effects>,
    pub(crate) refused: Mutex<Refused>,
    /// Per log: entries below are in every view.
    pub(crate) applied: RwLock<BTreeMap<u32, u64>>,
}

impl Views {
    pub(crate) fn new(index: Index, tokenizer: Tokenizer) -> Self {
        Self {
            index,
            tokenizer,
            effects: RwLock::default(),
            refused: Mutex::default(),
            applied: RwLock::default(),
        }
    }

    /// Entries of a log that queries see.
    pub(crate) fn applied(&self, log: u32) -> u64 {
        self.applied.read().get(&log).copied().unwrap_or(0)
    }

    /// Under this token stand the entries that were refused, so that a restart finds them again.
    fn refused_token(&self) -> Token {
        self.tokenizer.code(CodeScheme(0), "refused")
    }

    /// Under this token stand the entries outside `notices` that do something to another.
    fn effects_token(&self) -> Token {
        self.tokenizer.code(CodeScheme(0), "effects")
    }
}

/// Feeds the views.
pub(crate) struct Feeder {
    pub(crate) logs: Logs,
    pub(crate) charter: Arc<Charter>,
    pub(crate) views: Arc<Views>,
    pub(crate) steps: Arc<Steps>,
    pub(crate) fresh: Receiver<Fresh>,
}

/// Why the feeder stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FeedError {
    #[error("the subject index failed")]
    Index(#[from] IndexError),
}

impl Feeder {
    /// Runs until the writer is gone or `stopping` says so.
    pub(crate) fn run(self, stopping: &dyn Fn() -> bool) -> Result<(), FeedError> {
        self.recall()?;
        self.catch_up()?;
        info!("the views are level with the logs");
        let mut looked = Instant::now();
        while !stopping() {
            if looked.elapsed() > LOOK_INTERVAL {
                // What one log misses must not wait for another to fall silent.
                self.catch_up()?;
                looked = Instant::now();
            }
            match self.fresh.recv_timeout(IDLE) {
                Ok((log, block)) => self.take(log.0, &block)?,
                Err(RecvTimeoutError::Timeout) => {
                    self.catch_up()?;
                    while self.views.index.merge_step(&|| !stopping())? == MergeStep::Merged {}
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.views.index.flush()?;
        Ok(())
    }

    /// Judges again what was refused or had an effect before this start. Only postings survive a
    /// restart by themselves.
    fn recall(&self) -> Result<(), FeedError> {
        for token in [self.views.refused_token(), self.views.effects_token()] {
            let matches = self.views.index.lookup(token)?;
            for entry in matches.entries {
                let Some(origin) = self.origin(entry.log) else { continue };
                let Ok(block) = self.logs.block(&origin.to_string(), entry.number) else {
                    continue;
                };
                if let Some((header, body)) = block.entry(entry.number) {
                    self.judge(entry, &origin, header, body, &mut Vec::new());
                }
            }
            if matches.more && token == self.views.effects_token() {
                // Too many to look up: every log is fed again from its beginning.
                let logs = self.logs.summaries().into_iter().map(|summary| (summary.id.0, 0));
                self.views.applied.write().extend(logs);
            }
        }
        Ok(())
    }

    fn origin(&self, log: u32) -> Option<Origin> {
        self.logs.summaries().into_iter().find(|it| it.id.0 == log).map(|it| it.origin)
    }

    /// Reads everything durable that the views do not have yet.
    fn catch_up(&self) -> Result<(), FeedError> {
        for summary in self.logs.summaries() {
            let name = summary.origin.to_string();
            let mut next = self.start_of(summary.id.0, &summary.origin);
            // Queries see what an earlier start has indexed, before anything new arrives.
            self.views.applied.write().entry(summary.id.0).or_insert(next);
            let end = settled(&summary);
            while next < end {
                match self.logs.block(&name, next) {
                    Ok(block) => {
                        self.apply(summary.id.0, &summary.origin, &block)?;
                        next = block.end();
                    }
                    Err(error) => {
                        warn!(log = %name, number = next, error = %error,
                            "an entry can't be read; the views go on behind its block");
                        next = (next / 256 + 1) * 256;
                        self.views.applied.write().insert(summary.id.0, next);
                    }
                }
            }
        }
        Ok(())
    }

    /// From where a log is to be fed. Effects are kept in memory only, so small urgent logs are
    /// fed from their beginning after every start.
    fn start_of(&self, log: u32, origin: &Origin) -> u64 {
        if let Some(applied) = self.views.applied.read().get(&log) {
            return *applied;
        }
        match origin.channel.priority() {
            tiaoxi_federation::Priority::Urgent => 0,
            tiaoxi_federation::Priority::Ordinary => self.views.index.applied(log),
        }
    }

    fn take(&self, log: u32, block: &Arc<Block>) -> Result<(), FeedError> {
        let next = self.views.applied(log);
        let Some(summary) = self.logs.summary_of(tiaoxi_store::LogId(log)) else { return Ok(()) };
        if block.end() <= next || block.end() > settled(&summary) {
            return Ok(());
        }
        if block.first() <= next {
            self.apply(log, &summary.origin, block)
        } else {
            self.catch_up()
        }
    }

    fn apply(&self, log: u32, origin: &Origin, block: &Block) -> Result<(), FeedError> {
        let began = Instant::now();
        let mut mentions = Vec::with_capacity(block.len() * 2);
        for (number, header, body) in block.entries() {
            self.judge(EntryRef { log, number }, origin, header, body, &mut mentions);
        }
        self.steps.add(Step::Admit, began, block.len() as u64);
        let began = Instant::now();
        self.views.index.add(log, block.end(), &mentions)?;
        self.views.applied.write().insert(log, block.end());
        self.steps.add(Step::Index, began, block.len() as u64);
        Ok(())
    }

    /// Admits or refuses one entry, and notes what follows from it.
    fn judge(
        &self,
        entry: EntryRef,
        origin: &Origin,
        header: &HeaderBytes,
        body: Body<'_>,
        mentions: &mut Vec<Mention>,
    ) {
        let header = match Header::from_bytes(header) {
            Ok(header) => header,
            Err(error) => return self.refuse(entry, unreadable_header(&error), mentions),
        };
        let claim = Claim {
            kind: header.kind.kind(),
            version: header.kind.version(),
            effect: header.kind.effect(),
            item: header.item,
        };
        match admit(&self.charter, origin, entry.number, claim) {
            Ok(admitted) => {
                self.file(entry, origin, &header, admitted.effect(), mentions);
                if matches!(admitted.kind(), Kind::Record | Kind::Correction) {
                    self.mention(entry, &header, body, mentions);
                }
            }
            Err(reason) => {
                if let Some(effect) = reason.applying_effect() {
                    self.file(entry, origin, &header, effect, mentions);
                }
                let (code, zh, en) = (reason.code().into(), reason.zh(), reason.en());
                self.refuse(entry, Reason { code, zh, en }, mentions);
            }
        }
    }

    fn refuse(&self, entry: EntryRef, reason: Reason, mentions: &mut Vec<Mention>) {
        self.views.refused.lock().add(entry, reason);
        let token = self.views.refused_token();
        mentions.push(Mention { token, number: entry.number, tag: 0 });
    }

    /// Files what an entry does under the entry it concerns.
    fn file(
        &self,
        by: EntryRef,
        origin: &Origin,
        header: &Header,
        effect: Effect,
        mentions: &mut Vec<Mention>,
    ) {
        if matches!(effect, Effect::None | Effect::States) {
            return;
        }
        let Some(on) = self.concerned(origin, header.concerned) else { return };
        let happening = Happening { by, effect, kind: header.kind.kind(), day: Day(header.day) };
        self.views.effects.write().file(on, happening);
        let token = self.views.effects_token();
        mentions.push(Mention { token, number: by.number, tag: 0 });
    }

    /// The entry concerned, when its log is one of ours.
    fn concerned(&self, origin: &Origin, concerned: Concerned) -> Option<EntryRef> {
        let log = concerned_log(origin, concerned)?;
        let log = self.logs.summary(&log.to_string())?.id.0;
        Some(EntryRef { log, number: concerned.number })
    }

    /// Indexes a record under every code of its subject.
    fn mention(
        &self,
        entry: EntryRef,
        header: &Header,
        body: Body<'_>,
        mentions: &mut Vec<Mention>,
    ) {
        let Body::Present(body) = body else { return };
        match statement::record_in(header.kind.kind(), header.kind.version(), body) {
            Ok(Some(record)) => {
                self.views.tokenizer.mentions(header.item, entry.number, &record, mentions);
            }
            Ok(None) => {}
            Err(error) => {
                let reason = Reason {
                    code: "UNREADABLE_BODY".into(),
                    zh: "正文不符合其声明类型的格式".into(),
                    en: error.to_string(),
                };
                self.refuse(entry, reason, mentions);
            }
        }
    }
}

/// The log of the entry that an entry of the log `origin` concerns.
pub(crate) fn concerned_log(origin: &Origin, concerned: Concerned) -> Option<Origin> {
    let channel = match concerned.relation {
        Relation::SAME_CHANNEL => origin.channel.clone(),
        Relation::RECORDS => Channel::records(),
        Relation::EXCHANGE => Channel::exchange(origin.channel.agreement()?),
        _ => return None,
    };
    Some(Origin { channel, epoch: concerned.epoch, ..origin.clone() })
}

/// Entries of a log that keep their numbers: own ones once signed, followed ones at once.
pub(crate) fn settled(summary: &Summary) -> u64 {
    let signed = summary.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.size());
    if summary.own { signed.min(summary.size) } else { summary.size }
}

fn unreadable_header(error: &HeaderError) -> Reason {
    Reason {
        code: "UNREADABLE_HEADER".into(),
        zh: "条目头的版本或密码套件不为本软件所识别".into(),
        en: error.to_string(),
    }
}

/// Logs why the feeder stopped, for the node that then stops too.
pub(crate) fn report(outcome: &Result<(), FeedError>) {
    if let Err(error) = outcome {
        error!(error = error as &dyn std::error::Error, "the views could not be kept");
    }
}
