//! A partner city that a test plays itself: it says in its logs of an agreement whatever the test
//! wants, and hears what Huzhou answers.

use tiaoxi_api::types::{ListingRequest, Place};
use tiaoxi_credit::{
    CodeScheme, Inspection, Statement, Subject, SubjectClass, SubjectCode,
    statement::{EntryName, Ground, Listing},
};
use tiaoxi_federation::Origin;
use tiaoxi_ledger::{
    block::{Block, Body},
    header::{Concerned, Header, KindField, Relation},
};
use tiaoxi_logs::{Logs, WriterThread};

use crate::{
    delta::{Cast, Delta},
    program::{today, until},
    puppet::{Asker, Puppet, draft},
};

/// The partner's logs of the agreement.
pub(crate) const EXCHANGE: &str = "huzhou/jiaxing/exchange/delta/1";
pub(crate) const ENDS: &str = "huzhou/jiaxing/ends/delta/1";
/// Huzhou's.
pub(crate) const ANSWERS: &str = "huzhou/huzhou/exchange/delta/1";
pub(crate) const THEIR_ENDS: &str = "huzhou/huzhou/ends/delta/1";

/// Huzhou as a process, Jiaxing as played here, an outsider.
pub(crate) struct Stage {
    pub(crate) delta: Delta,
    pub(crate) jiaxing: Puppet,
    /// A member of the federation that is no party to the agreement.
    pub(crate) outsider: Puppet,
    pub(crate) logs: Logs,
    /// Asks Huzhou as Jiaxing.
    pub(crate) asker: Asker,
    _writer: WriterThread,
}

impl Stage {
    /// Starts Huzhou, and connects Jiaxing with it.
    pub(crate) async fn set(agreement: &str) -> Self {
        let [jiaxing, outsider] = ["jiaxing", "lishui"].map(Puppet::city);
        let delta = tokio::task::block_in_place(|| {
            Delta::of(Cast {
                hubs: &["huzhou"],
                puppets: &[&jiaxing, &outsider],
                agreement: Some(agreement),
                settings: "heartbeat_every = \"1s\"\n",
                ..Cast::default()
            })
        });
        let (logs, writer) = jiaxing.open_logs(&delta.site("huzhou"));
        let mut line = jiaxing.dial(&delta.site("huzhou"));
        let asker = line.asker();
        let stage = Self { delta, jiaxing, outsider, logs, asker, _writer: writer };
        line.connected().await;
        line.follow(&stage.logs, ANSWERS);
        line.follow(&stage.logs, THEIR_ENDS);
        tokio::spawn(line.serve(stage.logs.clone()));
        stage
    }

    /// Says statements in one of the partner's logs, in order; the number of the first.
    pub(crate) fn say(&self, log: &str, said: Vec<(Statement, Concerned)>) -> u64 {
        let drafts = said.into_iter().map(|(statement, concerned)| {
            let kind = statement.kind();
            let header = Header {
                kind: KindField::new(statement.effect() as u8, kind as u8, kind.version()),
                item: 0,
                day: today().0,
                concerned,
                commitment: [0; 32],
            };
            draft(header, statement.to_body().unwrap())
        });
        let (log, drafts) = (Origin::parse(log).unwrap(), drafts.collect());
        tokio::task::block_in_place(|| self.logs.append(&log, drafts, Vec::new()).unwrap().first)
    }

    /// Says listings; where the first stands.
    pub(crate) fn list(&self, listings: Vec<Listing>) -> u64 {
        let said = listings.into_iter().map(|it| (Statement::Listing(it), Concerned::NONE));
        self.say(EXCHANGE, said.collect())
    }

    /// Gives a heartbeat as of a time.
    pub(crate) fn beat(&self, unix_seconds: u64) {
        let witness = self.jiaxing.witness(&self.delta.site("huzhou"));
        tokio::task::block_in_place(|| {
            until("the heartbeat is given", || {
                (self.logs.beat(&witness, unix_seconds).unwrap() > 0).then_some(())
            });
        });
    }

    /// What the partner has got of a log, in words.
    pub(crate) fn heard(&self, log: &str) -> Vec<Statement> {
        let mut said = Vec::new();
        let size = self.logs.summary(log).unwrap().size;
        while (said.len() as u64) < size {
            let block = self.logs.block(log, said.len() as u64).unwrap();
            said.extend(words_of(&block));
        }
        said
    }

    /// How an own entry is named by others.
    pub(crate) fn name(&self, log: &str, number: u64) -> EntryName {
        let block = self.logs.block(log, number).unwrap();
        let (header, _) = block.entry(number).unwrap();
        let commitment = Header::from_bytes(header).unwrap().commitment;
        EntryName { log: log.to_owned(), number, commitment }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.logs.stop();
    }
}

fn words_of(block: &Block) -> Vec<Statement> {
    let words = block.entries().map(|(_, header, body)| {
        let kind = Header::from_bytes(header).unwrap().kind;
        let Body::Present(body) = body else { panic!("the partner is entitled to bodies") };
        Statement::from_body(kind.kind(), kind.version(), body).unwrap()
    });
    words.collect()
}

/// Where an entry of the partner's `exchange` log stands.
pub(crate) fn at(number: u64) -> Place {
    Place { origin: EXCHANGE.to_owned(), number }
}

/// How an entry of `ends` names one of `exchange`.
pub(crate) fn about(number: u64) -> Concerned {
    Concerned { relation: Relation::EXCHANGE, epoch: 1, number }
}

/// What a node would say of a request.
pub(crate) fn said(request: ListingRequest) -> Listing {
    let code = SubjectCode { scheme: CodeScheme::USCC, code: request.subject.code };
    Listing {
        subject: Subject {
            class: SubjectClass::ORGANISATION,
            name: request.subject.name,
            codes: vec![code],
        },
        domain: request.domain,
        standard: request.standard,
        standard_version: request.standard_version,
        level: request.level,
        since: request.ground.decided().0,
        ground: Ground::from(request.ground),
        until: request.until.0,
        inspection: Inspection::from_name(&request.inspection).unwrap(),
        measures: request.measures,
        channel: request.channel,
        evidence: None,
    }
}
