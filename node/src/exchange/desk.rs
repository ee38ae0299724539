//! The desk: what people of this member decide, said in its logs. Listings and their ends here;
//! officers' decisions in [`recognising`], objections and answers in [`objecting`], repairs and what
//! comes from records in [`deciding`].
//!
//! A person's decision is checked against everything that is known here, under one lock with the
//! clerk, so that nothing is said twice.

mod deciding;
mod objecting;
mod recognising;

use std::{path::Path, sync::Arc};

use tiaoxi_api::{
    code::{Code, ErrorClass},
    service::{Caller, ServiceError},
    types::{self, EndRequest, ListingRequest, Said, SubjectKind},
};
use tiaoxi_catalog::Catalog;
use tiaoxi_credit::{
    CodeScheme, Day, Inspection, Statement, Subject, SubjectClass, SubjectCode,
    statement::{Cause, End, Ground, Listing},
};
use tiaoxi_federation::{AgreementId, Channel, Origin, terms::Agreement};
use tiaoxi_ledger::{
    block::Body,
    header::{Concerned, Header, HeaderBytes, Relation},
};
use tiaoxi_logs::Facts;
use tiaoxi_recognition::{
    ListingState, ListingView, Place, RecognitionState, View, breach, evidence,
};
use tiaoxi_store::Store;
use tiaoxi_views::archive;
use tracing::info;

use super::Exchange;
use crate::{
    feed::settled,
    notices::Notices,
    own::{self, Own, append_error, fault},
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

    /// Puts a subject on a list.
    ///
    /// What has ended is listed again, by the same decision, only with a reviewer's word: it may
    /// have been ended by a slip.
    pub(crate) fn list(
        &self,
        request: &ListingRequest,
        caller: &Caller,
    ) -> Result<Said, ServiceError> {
        let reviewer = caller.reviewer.as_ref();
        let again = reviewer.map(|token| self.reviewers.name_of(token)).transpose()?.is_some();
        let agreement = self.own_agreement(&request.agreement)?;
        let listing = self.listing_of(request)?;
        let _saying = self.exchange.saying.lock();
        self.exchange.refresh();
        let reading = self.exchange.read();
        self.check_listing(&reading.view(), agreement, &listing, again)?;
        self.say(self.listing_saying(agreement, listing), request.preview)
    }

    /// That a listing keeps to the agreement and is not there already; `again`: one that has ended
    /// does not count.
    fn check_listing(
        &self,
        view: &View<'_>,
        agreement: &Agreement,
        listing: &Listing,
        again: bool,
    ) -> Result<(), ServiceError> {
        let Exchange { supervision, .. } = &*self.exchange;
        let channel = Channel::exchange(agreement.id());
        let author = self.open_log(&channel)?;
        let terms = self.exchange.terms();
        breach::judge(listing, &author, view.today(), terms, supervision)
            .map_err(|breach| refusal(breach.code(), breach.zh(), breach.en()))?;
        let is_same = |other: &Listing| {
            other.subject.codes == listing.subject.codes
                && document(&other.ground) == document(&listing.ground)
        };
        // What has ended is not begun again: a new decision has a number of its own.
        let is_known = |other: &ListingView<'_>| {
            other.place.origin.member == author.member
                && other.agreement == agreement.id()
                && (other.ended.is_none() || !again)
                && other.listing.is_some_and(is_same)
        };
        let waits = self.unsigned(&channel).into_iter().any(
            |(_, statement)| matches!(&statement, Statement::Listing(other) if is_same(other)),
        );
        if waits || view.of_subject(&listing.subject.codes).iter().any(is_known) {
            return Err(Code::AlreadyListed.into());
        }
        Ok(())
    }

    fn listing_saying(&self, agreement: &Agreement, listing: Listing) -> Saying {
        let slug = match listing.ground {
            Ground::List(_) => "yzsx",
            Ground::Grade(_) => "hypj",
        };
        let item = self.catalog.by_slug(slug).map_or(0, tiaoxi_catalog::Item::number);
        let item = self.exchange.terms().item(item).map_or(0, |item| item.number);
        let name = listing.subject.name.clone();
        Saying {
            channel: Channel::exchange(agreement.id()),
            item,
            concerned: Concerned::NONE,
            words: format!("列入重点监管对象：{name}，至 {}", listing.until),
            statement: Statement::Listing(listing),
            facts: Vec::new(),
            about: None,
            subject_name: Some(name),
        }
    }

    fn listing_of(&self, request: &ListingRequest) -> Result<Listing, ServiceError> {
        let class = match request.subject.class {
            SubjectKind::Organisation => SubjectClass::ORGANISATION,
            SubjectKind::SoleTrader => SubjectClass::SOLE_TRADER,
        };
        let code = tiaoxi_credit::code::Uscc::parse(&request.subject.code).map_err(|error| {
            ServiceError::from(Code::NoSubjectCode).detailed("", &error.to_string())
        })?;
        let codes = vec![SubjectCode { scheme: CodeScheme::USCC, code: code.to_string() }];
        let evidence = match &request.evidence {
            None => None,
            Some(target) => Some(Box::new(self.evidence(target)?)),
        };
        let ground = Ground::from(request.ground.clone());
        Ok(Listing {
            subject: Subject { class, name: request.subject.name.clone(), codes },
            domain: request.domain.clone(),
            standard: request.standard.clone(),
            standard_version: request.standard_version,
            level: request.level.clone(),
            since: request.since.map_or_else(|| request.ground.decided().0, |date| date.0),
            until: request.until.0,
            ground,
            inspection: inspection(&request.inspection)?,
            measures: request.measures.clone(),
            channel: request.channel.clone(),
            evidence,
        })
    }

    /// A record of one's own with its proof.
    fn evidence(
        &self,
        target: &types::EntryTarget,
    ) -> Result<tiaoxi_credit::statement::Evidence, ServiceError> {
        let own = self.own.as_ref().ok_or_else(|| ServiceError::from(Code::LogNotFound))?;
        let log = target.log.clone().unwrap_or_else(|| own.records.to_string());
        let proof = self.exchange.logs.proof(&log, target.entry).map_err(|error| match error {
            tiaoxi_logs::ProofError::UnknownLog(_) => ServiceError::from(Code::LogNotFound),
            tiaoxi_logs::ProofError::NoEntry { .. } => Code::EntryNotFound.into(),
            tiaoxi_logs::ProofError::NotYetSigned { .. } => Code::NotYetSigned.into(),
            other @ tiaoxi_logs::ProofError::Read(_) => fault(&other, Code::Damaged),
        })?;
        let (body, salt) =
            proof.opening.as_ref().map_err(|_hole| ServiceError::from(Code::AlreadyEnded))?;
        self.check_impersonal(&proof.header, body)?;
        Ok(evidence::make(&evidence::Parts {
            number: target.entry,
            header: &proof.header,
            salt,
            body,
            path: &proof.path,
            checkpoint: proof.checkpoint.note(),
        }))
    }

    /// That a record may be handed on whole: it is about no person and has no personal field.
    fn check_impersonal(&self, header: &HeaderBytes, body: &[u8]) -> Result<(), ServiceError> {
        let header = Header::from_bytes(header).map_err(|error| fault(&error, Code::Damaged))?;
        let kind = header.kind;
        let record = match Statement::from_body(kind.kind(), kind.version(), body) {
            Ok(Statement::Record(record)) => record,
            Ok(Statement::Correction(correction)) => correction.record,
            _ => return Err(Code::NotARecord.into()),
        };
        let item = self.catalog.by_number(header.item);
        if archive::concerns_a_person(&record) {
            return Err(Code::NaturalPersonRefused.into());
        }
        if !archive::is_free_of_personal_fields(&record, item) {
            return Err(refusal(
                "EVIDENCE_PERSONAL",
                "该记录含个人信息字段，不能作为佐证提供给其他城市".to_owned(),
                "the record has personal fields and can't be given to other cities".to_owned(),
            ));
        }
        Ok(())
    }

    /// Ends a listing of one's own, or one's own recognition of another's.
    pub(crate) fn end(&self, request: &EndRequest) -> Result<Said, ServiceError> {
        let cause = Cause::from_name(&request.cause);
        let cause = cause.ok_or_else(|| ServiceError::from(Code::UnknownCause))?;
        let _saying = self.exchange.saying.lock();
        self.exchange.refresh();
        let reading = self.exchange.read();
        let view = reading.view();
        let listing = find(&view, &request.listing)?;
        let decided = request.decided.map_or_else(|| view.today(), |date| date.0);
        check_days(request.applied.map(|date| date.0), decided, view.today())?;
        let end = End {
            cause,
            because: None,
            document: request.document.clone().unwrap_or_default(),
            applied: request.applied.map(|date| date.0),
            decided,
            reason: request.reason.clone(),
            undone_inspection: Inspection::NONE,
            undone_measures: Vec::new(),
        };
        let saying = if cause == Cause::TERMINATED {
            self.termination(&listing, end)?
        } else {
            self.ending(&listing, end)?
        };
        self.say(saying, request.preview)
    }

    /// The end of a listing of one's own.
    fn ending(&self, listing: &ListingView<'_>, end: End) -> Result<Saying, ServiceError> {
        const BY_DECISION: [Cause; 6] = [
            Cause::REPAIR,
            Cause::DELISTED,
            Cause::REVOKED,
            Cause::OBJECTION_UPHELD,
            Cause::AGREEMENT_ENDED,
            Cause::STANDARD_WITHDRAWN,
        ];
        if !BY_DECISION.contains(&end.cause) {
            return Err(Code::UnknownCause.into());
        }
        if listing.origin_member != &self.exchange.me {
            return Err(Code::NotTheOrigin.into());
        }
        if listing.ended.is_some() {
            return Err(Code::ListingEnded.into());
        }
        if end.decided < decided(listing) {
            return Err(Code::DatesOutOfOrder
                .into_detailed("移出决定早于列入决定", "the end was decided before the listing"));
        }
        let concerned = exchange_entry(&listing.place);
        let channel = Channel::ends(listing.agreement);
        self.not_waiting(&channel, concerned, |it| matches!(it, Statement::End(_)))?;
        let label = end.cause.label().unwrap_or_default();
        Ok(Saying {
            channel,
            item: 0,
            concerned,
            words: format!("移出重点监管对象：{}（{label}）", name(listing)),
            statement: Statement::End(end),
            facts: Vec::new(),
            about: Some(listing.place.clone()),
            subject_name: listing.listing.map(|it| it.subject.name.clone()),
        })
    }

    /// The end of one's own recognition.
    fn termination(&self, listing: &ListingView<'_>, end: End) -> Result<Saying, ServiceError> {
        let recognition = listing.recognitions.get(&self.exchange.me);
        let recognition =
            recognition.filter(|it| it.decision.is_some_and(|it| it.decision.recognises()));
        let recognition = recognition.ok_or_else(|| ServiceError::from(Code::NotInForce))?;
        let place =
            recognition.place.clone().ok_or_else(|| ServiceError::from(Code::NotInForce))?;
        if is_over(recognition.state) {
            return Err(Code::ListingEnded.into());
        }
        let concerned = exchange_entry(&place);
        let channel = Channel::ends(listing.agreement);
        self.not_waiting(&channel, concerned, |it| matches!(it, Statement::End(_)))?;
        let end = End {
            undone_inspection: recognition.inspection,
            undone_measures: recognition.measures.clone(),
            ..end
        };
        Ok(Saying {
            channel,
            item: 0,
            concerned,
            words: format!("终止认可：{}", name(listing)),
            statement: Statement::End(end),
            facts: Vec::new(),
            about: Some(place),
            subject_name: listing.listing.map(|it| it.subject.name.clone()),
        })
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
