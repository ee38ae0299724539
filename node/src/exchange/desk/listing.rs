//! Putting a subject on a list, with a record as evidence perhaps.

use tiaoxi_api::{
    code::Code,
    service::{Caller, ServiceError},
    types::{EntryTarget, ListingRequest, Said, SubjectKind},
};
use tiaoxi_credit::{
    CodeScheme, Statement, Subject, SubjectClass, SubjectCode,
    statement::{Evidence, Ground, Listing},
};
use tiaoxi_federation::{Channel, terms::Agreement};
use tiaoxi_ledger::header::{Concerned, Header, HeaderBytes};
use tiaoxi_logs::ProofError;
use tiaoxi_recognition::{ListingView, View, breach, evidence};
use tiaoxi_views::archive;

use super::{ExchangeDesk, Saying, document, inspection, refusal};
use crate::{exchange::Exchange, own::fault};

impl ExchangeDesk {
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
    pub(super) fn check_listing(
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

    pub(super) fn listing_saying(&self, agreement: &Agreement, listing: Listing) -> Saying {
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
    pub(super) fn evidence(&self, target: &EntryTarget) -> Result<Evidence, ServiceError> {
        let own = self.own.as_ref().ok_or_else(|| ServiceError::from(Code::LogNotFound))?;
        let log = target.log.clone().unwrap_or_else(|| own.records.to_string());
        let proof = self.exchange.logs.proof(&log, target.entry).map_err(|error| match error {
            ProofError::UnknownLog(_) => ServiceError::from(Code::LogNotFound),
            ProofError::NoEntry { .. } => Code::EntryNotFound.into(),
            ProofError::NotYetSigned { .. } => Code::NotYetSigned.into(),
            other @ ProofError::Read(_) => fault(&other, Code::Damaged),
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
}
