//! The desk: what people of this member decide, said in its logs. Listings in [`listing`], ends in
//! [`ending`], officers' decisions in [`recognising`], objections and answers in [`objecting`],
//! repairs and what comes from records in [`deciding`].
//!
//! A person's decision is checked against everything that is known here, under one lock with the
//! clerk, so that nothing is said twice.

mod deciding;
mod ending;
mod listing;
mod objecting;
mod recognising;

use std::{path::Path, sync::Arc};

use tiaoxi_api::{
    code::{Code, ErrorClass},
    service::ServiceError,
    types::{self, Said},
};
use tiaoxi_catalog::Catalog;
use tiaoxi_credit::{Day, Inspection, Statement, statement::Ground};
use tiaoxi_federation::{AgreementId, Channel, Origin, terms::Agreement};
use tiaoxi_ledger::{
    block::Body,
    header::{Concerned, Header, Relation},
};
use tiaoxi_logs::Facts;
use tiaoxi_recognition::{ListingState, ListingView, Place, RecognitionState, View};
use tiaoxi_store::Store;
use tracing::info;

use super::Exchange;
use crate::{
    feed::settled,
    notices::Notices,
    own::{self, Own, append_error},
    reviewers::Reviewers,
};

/// What people decide.
pub(crate) struct ExchangeDesk {
    pub(crate) exchange: Arc<Exchange>,
    own: Option<Arc<Own>>,
    notices: Option<Arc<Notices>>,
    catalog: Arc<Catalog>,
    store: Arc<Store>,
    reviewers: Reviewers,
}

/// What the desk works with.
pub(crate) struct DeskParts<'a> {
    pub(crate) exchange: Arc<Exchange>,
    /// The own records and notices; a member need not have any.
    pub(crate) own: Option<Arc<Own>>,
    pub(crate) notices: Option<Arc<Notices>>,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) store: Arc<Store>,
    pub(crate) dir: &'a Path,
}

/// A statement that is about to be said.
struct Saying {
    channel: Channel,
    item: u16,
    concerned: Concerned,
    statement: Statement,
    facts: Facts,
    /// The entry that it is about, for the answer.
    about: Option<Place>,
    subject_name: Option<String>,
    words: String,
}

impl ExchangeDesk {
    pub(crate) fn new(parts: DeskParts<'_>) -> Self {
        let DeskParts { exchange, own, notices, catalog, store, dir } = parts;
        Self { exchange, own, notices, catalog, store, reviewers: Reviewers::of(dir) }
    }

    /// Appends a statement, or tells what it would be.
    fn say(&self, saying: Saying, preview: bool) -> Result<Said, ServiceError> {
        let channel = saying.channel.clone();
        let mut said = self.say_together(&channel, vec![saying], preview)?;
        said.pop().ok_or_else(|| Code::Internal.into())
    }

    /// Appends statements of one channel in one commit, or tells what they would be.
    fn say_together(
        &self,
        channel: &Channel,
        sayings: Vec<Saying>,
        preview: bool,
    ) -> Result<Vec<Said>, ServiceError> {
        let log = self.open_log(channel)?;
        let (mut drafts, mut all_facts, mut said) = (Vec::new(), Vec::new(), Vec::new());
        for saying in sayings {
            let Saying { item, concerned, statement, facts, about, subject_name, words, .. } =
                saying;
            let draft = own::draft(item, &statement, concerned);
            drafts.push(draft.map_err(|error| {
                refusal("STATEMENT_TOO_LONG", "内容过长".to_owned(), error.to_string())
            })?);
            all_facts.extend(facts);
            said.push(Said {
                log: log.to_string(),
                number: 0,
                kind: statement.kind().name().to_owned(),
                preview,
                about: about.map(|place| place_shown(&place)),
                subject_name,
                words,
            });
        }
        if preview {
            return Ok(said);
        }
        let count = drafts.len();
        let appended = self.exchange.logs.append(&log, drafts, all_facts);
        let first = appended.map_err(|error| append_error(&error))?.first;
        info!(%log, first, count, "said what was decided");
        for (said, number) in said.iter_mut().zip(first..) {
            said.number = number;
        }
        Ok(said)
    }

    /// An agreement that this member is a party to.
    fn own_agreement(&self, id: &str) -> Result<&Agreement, ServiceError> {
        let id = AgreementId::parse(id).ok();
        let agreement = id.and_then(|id| self.exchange.terms().agreement(&id));
        let agreement = agreement.ok_or_else(|| ServiceError::from(Code::AgreementNotFound))?;
        if !agreement.is_party(&self.exchange.me) {
            return Err(Code::NotAParty.into());
        }
        Ok(agreement)
    }

    /// The own log of a channel that is being written.
    fn open_log(&self, channel: &Channel) -> Result<Origin, ServiceError> {
        let terms = self.exchange.terms();
        let mut owned = terms.owned_by(&self.exchange.me).into_iter();
        let open = owned.find(|origin| {
            origin.channel == *channel && terms.log(origin).is_some_and(|it| it.closed().is_none())
        });
        open.ok_or_else(|| Code::NotAParty.into())
    }

    /// What this member has said in a channel and not yet signed.
    fn unsigned(&self, channel: &Channel) -> Vec<(Concerned, Statement)> {
        let mut found = Vec::new();
        let Ok(log) = self.open_log(channel) else { return found };
        let name = log.to_string();
        let Some(summary) = self.exchange.logs.summary(&name) else { return found };
        let mut next = settled(&summary);
        while next < summary.size {
            let Ok(block) = self.exchange.logs.block(&name, next) else { return found };
            for (_, header, body) in block.entries().filter(|(number, ..)| *number >= next) {
                let (Ok(header), Body::Present(body)) = (Header::from_bytes(header), body) else {
                    continue;
                };
                let kind = header.kind;
                if let Ok(statement) = Statement::from_body(kind.kind(), kind.version(), body) {
                    found.push((header.concerned, statement));
                }
            }
            next = block.end();
        }
        found
    }

    /// That nothing of a kind about an entry waits for its signature.
    fn not_waiting(
        &self,
        channel: &Channel,
        about: Concerned,
        of_kind: impl Fn(&Statement) -> bool,
    ) -> Result<(), ServiceError> {
        let waits = self.unsigned(channel).into_iter();
        let mut waits =
            waits.filter(|(concerned, statement)| *concerned == about && of_kind(statement));
        if waits.next().is_some() { Err(Code::NoticePending.into()) } else { Ok(()) }
    }
}

/// How an entry of an `ends` log names an entry of the `exchange` log beside it.
fn exchange_entry(place: &Place) -> Concerned {
    Concerned { relation: Relation::EXCHANGE, epoch: place.origin.epoch, number: place.number }
}

/// The listing at a place.
fn find<'a>(view: &View<'a>, place: &types::Place) -> Result<ListingView<'a>, ServiceError> {
    view.listing(&place_of(place)?).ok_or_else(|| Code::ListingNotFound.into())
}

/// Whether a listing that has come to this is in force, or will be.
pub(super) fn stands(state: ListingState) -> bool {
    state.in_force() || state == ListingState::NotYet
}

/// Whether nothing can be decided about a listing any more here.
fn is_over(state: RecognitionState) -> bool {
    use RecognitionState::{Ended, Lapsed, Refused, Terminated};
    matches!(state, Ended | Terminated | Lapsed | Refused)
}

pub(super) fn place_of(place: &types::Place) -> Result<Place, ServiceError> {
    let origin = Origin::parse(&place.origin);
    let origin = origin.map_err(|_no_origin| ServiceError::from(Code::ListingNotFound))?;
    Ok(Place { origin, number: place.number })
}

pub(super) fn place_shown(place: &Place) -> types::Place {
    types::Place { origin: place.origin.to_string(), number: place.number }
}

/// Name of a listing's subject, or that it was erased.
fn name(listing: &ListingView<'_>) -> String {
    listing.listing.map_or_else(|| "（已删除）".to_owned(), |it| it.subject.name.clone())
}

/// Number of the decision that a listing is founded on.
pub(super) fn document(ground: &Ground) -> &str {
    match ground {
        Ground::List(list) => &list.document,
        Ground::Grade(grade) => &grade.document,
    }
}

/// Unified code of the authority whose decision a listing is founded on.
fn authority_code(ground: &Ground) -> &str {
    match ground {
        Ground::List(list) => &list.authority_code,
        Ground::Grade(grade) => &grade.authority_code,
    }
}

/// Day of the decision that a listing is founded on; the earliest day where it was erased.
fn decided(listing: &ListingView<'_>) -> Day {
    listing.listing.map_or(Day(0), |it| match &it.ground {
        Ground::List(list) => list.decided,
        Ground::Grade(grade) => grade.decided,
    })
}

fn inspection(text: &str) -> Result<Inspection, ServiceError> {
    Inspection::from_name(text).ok_or_else(|| {
        let names: Vec<_> = Inspection::TABLE.iter().map(|row| row.1).collect();
        let names = names.join(", ");
        ServiceError::from(Code::BadRequest)
            .detailed(&format!("检查频次应为 {names}"), &format!("inspection is one of {names}"))
    })
}

/// That an application came before its decision, and the decision not after today.
fn check_days(applied: Option<Day>, decided: Day, today: Day) -> Result<(), ServiceError> {
    if applied.is_some_and(|applied| applied > decided) {
        return Err(Code::DatesOutOfOrder
            .into_detailed("申请日期晚于决定日期", "the application is later than the decision"));
    }
    if decided > today {
        return Err(Code::DatesOutOfOrder
            .into_detailed("决定日期晚于今天", "the decision is later than today"));
    }
    Ok(())
}

/// A refusal by another crate's own code.
fn refusal(code: &'static str, zh: String, en: String) -> ServiceError {
    ServiceError::new(ErrorClass::Unprocessable, code, zh, en)
}

/// Codes with words of the moment behind their own.
trait IntoDetailed {
    fn into_detailed(self, zh: &str, en: &str) -> ServiceError;
}

impl IntoDetailed for Code {
    fn into_detailed(self, zh: &str, en: &str) -> ServiceError {
        ServiceError::from(self).detailed(zh, en)
    }
}
