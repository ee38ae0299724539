//! Repairs, and what is made from records: listings, and decisions taken through 信用中国 by file.

use tiaoxi_api::{
    code::Code,
    service::ServiceError,
    types::{
        Decisions, DecisionsRequest, FromRecord, FromRecords, FromRecordsRequest, PassedOver,
        RECORDS_JUDGED_MAX, RepairRequest, Said,
    },
};
use tiaoxi_catalog::{
    Item,
    supervision::{Outcome, OutcomeDecision, Source, SourceFault},
};
use tiaoxi_credit::{
    CodeScheme, Day, Inspection, SubjectCode,
    statement::{Cause, End, Listing, Repair},
};
use tiaoxi_federation::terms::Agreement;
use tiaoxi_recognition::{Place, View};
use tiaoxi_views::{effects::Standing, query::SubjectQuery};

use super::{ExchangeDesk, authority_code, check_days, document, place_shown, stands};
use crate::{
    exchange::records,
    imports::Imports,
    own::{Own, Version},
};

impl ExchangeDesk {
    /// Carries out a repair decision: records are narrowed, listings end.
    pub(crate) fn repair(&self, request: &RepairRequest) -> Result<Decisions, ServiceError> {
        let query = SubjectQuery::parse(&request.subject)
            .map_err(|_no_code| ServiceError::from(Code::NoSubjectCode))?;
        let decision = Decided {
            outcome: Outcome::Repair,
            code: query.code().to_owned(),
            of_document: request.of_document.clone(),
            of_authority: None,
            document: request.document.clone(),
            applied: request.applied.0,
            on: request.decided.0,
            reason: request.reason.clone().unwrap_or_default(),
        };
        let _saying = self.exchange.saying.lock();
        self.exchange.refresh();
        let today = self.exchange.read().view().today();
        check_days(Some(decision.applied), decision.on, today)?;
        let mut done = empty(request.preview);
        self.carry_out(&decision, &mut done)?;
        if done.records.is_empty() && done.listings.is_empty() {
            return Err(Code::NothingToRepair.into());
        }
        Ok(done)
    }

    /// Carries out the decisions that came in as records.
    pub(crate) fn decisions(
        &self,
        request: &DecisionsRequest,
        imports: &Imports,
    ) -> Result<Decisions, ServiceError> {
        let (own, item, source) = self.source(&request.item)?;
        let _saying = self.exchange.saying.lock();
        self.exchange.refresh();
        own.refresh()?;
        let today = self.exchange.read().view().today();
        let import = request.import.as_ref().map(|digest| &digest.0);
        let mut done = empty(request.preview);
        records::standing(own, item.number(), import, imports, &mut |version| {
            if done.records.len() + done.listings.len() + done.passed_over.len()
                >= RECORDS_JUDGED_MAX
            {
                done.more = true;
                return Ok(false);
            }
            let decision = match source.decision(item, &version.record) {
                Ok(decision) => Decided::from(decision),
                Err(fault) => {
                    done.passed_over.push(passed_over(&version, &fault));
                    return Ok(true);
                }
            };
            let carried = check_days(Some(decision.applied), decision.on, today)
                .and_then(|()| self.carry_out(&decision, &mut done));
            if let Err(error) = carried {
                done.passed_over.push(refused(&version, error));
            }
            Ok(true)
        })?;
        Ok(done)
    }

    /// What a decision changes; nothing where it was carried out before.
    fn carry_out(&self, decision: &Decided, done: &mut Decisions) -> Result<(), ServiceError> {
        let listings = {
            let reading = self.exchange.read();
            self.listings_of(&reading.view(), decision)
        };
        for place in listings {
            let said = match decision.outcome {
                Outcome::Repair => vec![self.end_listing(&place, decision, done.preview)?],
                Outcome::ObjectionUpheld | Outcome::ObjectionDismissed => {
                    self.answers(&place, &decision.end(), done.preview)?
                }
            };
            done.listings.extend(said);
        }
        if decision.outcome == Outcome::Repair
            && let (Some(own), Some(notices)) = (&self.own, &self.notices)
        {
            for version in records::of_subject(own, &decision.code, &decision.of_document)?
                .into_iter()
                .filter(|it| {
                    decision.of_authority.as_ref().is_none_or(|code| it.record.authority == *code)
                })
            {
                let repair = Repair {
                    document: decision.document.clone(),
                    applied: decision.applied,
                    decided: decision.on,
                    reason: decision.reason.clone(),
                };
                done.records.extend(notices.repair(&version, repair, done.preview)?);
            }
        }
        Ok(())
    }

    /// The own listings in force of the subject of a decision that are founded on the decision
    /// concerned.
    fn listings_of(&self, view: &View<'_>, decision: &Decided) -> Vec<Place> {
        let codes = [SubjectCode { scheme: CodeScheme::USCC, code: decision.code.clone() }];
        let listings = view.of_subject(&codes).into_iter();
        let meant = listings.filter(|listing| {
            let is_founded_on_it = |it: &Listing| {
                document(&it.ground) == decision.of_document
                    && decision
                        .of_authority
                        .as_ref()
                        .is_none_or(|code| authority_code(&it.ground) == code)
            };
            // An answer that was given before, under this number, is not given again.
            let is_answered = || {
                let mut answers = listing.objections.iter().filter_map(|it| it.answered.as_ref());
                answers.any(|it| it.document == decision.document)
            };
            listing.origin_member == &self.exchange.me
                && stands(listing.state)
                && listing.listing.is_some_and(is_founded_on_it)
                && (decision.outcome == Outcome::Repair || !is_answered())
        });
        meant.map(|listing| listing.place).collect()
    }

    fn end_listing(
        &self,
        place: &Place,
        decision: &Decided,
        preview: bool,
    ) -> Result<Said, ServiceError> {
        let reading = self.exchange.read();
        let view = reading.view();
        let listing =
            view.listing(place).ok_or_else(|| ServiceError::from(Code::ListingNotFound))?;
        self.say(self.ending(&listing, decision.end())?, preview)
    }

    /// Makes listings of records, as the supervision catalogue says.
    pub(crate) fn list_from_records(
        &self,
        request: &FromRecordsRequest,
        imports: &Imports,
    ) -> Result<FromRecords, ServiceError> {
        let agreement = self.own_agreement(&request.agreement)?;
        let (own, item, source) = self.source(&request.item)?;
        let _saying = self.exchange.saying.lock();
        self.exchange.refresh();
        own.refresh()?;
        let import = request.import.as_ref().map(|digest| &digest.0);
        let (said, passed_over) = (Vec::new(), Vec::new());
        let mut made = FromRecords { said, passed_over, more: false, preview: request.preview };
        records::standing(own, item.number(), import, imports, &mut |version| {
            if made.said.len() + made.passed_over.len() >= RECORDS_JUDGED_MAX {
                made.more = true;
                return Ok(false);
            }
            match self.list_record(agreement, (own, item, source), &version, request) {
                Ok(Some(said)) => {
                    made.said.push(FromRecord { place: shown(&version), said: Some(said) });
                }
                Ok(None) => {}
                Err(error) => made.passed_over.push(refused(&version, error)),
            }
            Ok(true)
        })?;
        Ok(made)
    }

    /// The listing of one record; `None` where there is nothing to list, or it is listed already.
    fn list_record(
        &self,
        agreement: &Agreement,
        (own, item, source): (&Own, &Item, &Source),
        version: &Version,
        request: &FromRecordsRequest,
    ) -> Result<Option<Said>, ServiceError> {
        let supervision = &self.exchange.supervision;
        let listing = source.listing(item, &version.record, supervision);
        let listing =
            listing.map_err(|fault| super::refusal(fault.code(), fault.zh(), fault.en()))?;
        let Some(mut listing) = listing else { return Ok(None) };
        let target = tiaoxi_api::types::EntryTarget {
            entry: version.entry.number,
            log: Some(version.origin.to_string()),
        };
        // A record whose subject has repaired its credit is not used any more.
        if own.state(version.entry, None).standing == Standing::Narrowed {
            return Ok(None);
        }
        // A record with personal fields is no evidence that may be handed on.
        if request.with_evidence
            && tiaoxi_views::archive::is_free_of_personal_fields(&version.record, Some(item))
        {
            listing.evidence = Some(Box::new(self.evidence(&target)?));
        }
        let reading = self.exchange.read();
        match self.check_listing(&reading.view(), agreement, &listing, false) {
            Err(error) if error == Code::AlreadyListed.into() => return Ok(None),
            checked => checked?,
        }
        self.say(self.listing_saying(agreement, listing), request.preview).map(Some)
    }

    /// The own records, the item, and how its records become statements.
    fn source(&self, slug: &str) -> Result<(&Own, &Item, &Source), ServiceError> {
        let own = self.own.as_deref().ok_or_else(|| ServiceError::from(Code::LogNotFound))?;
        let item = self.catalog.by_slug(slug);
        let item = item.ok_or_else(|| ServiceError::from(Code::UnknownItem))?;
        let mut sources = self.exchange.supervision.sources().iter();
        let source = sources.find(|source| source.item == slug);
        Ok((own, item, source.ok_or_else(|| ServiceError::from(Code::UnknownItem))?))
    }
}

/// A decision on a repair or an objection.
struct Decided {
    outcome: Outcome,
    /// Unified code of the subject.
    code: String,
    /// Number of the decision that it is about.
    of_document: String,
    /// Unified code of the authority that took it; `None` where only the number is known.
    of_authority: Option<String>,
    document: String,
    applied: Day,
    on: Day,
    reason: String,
}

impl From<OutcomeDecision> for Decided {
    fn from(decision: OutcomeDecision) -> Self {
        let code = decision.subject.principal_code().map(|code| code.code.clone());
        Self {
            outcome: decision.outcome,
            code: code.unwrap_or_default(),
            of_document: decision.of_document,
            of_authority: Some(decision.of_authority).filter(|code| !code.is_empty()),
            document: decision.document,
            applied: decision.applied,
            on: decision.decided,
            reason: decision.reason,
        }
    }
}

impl Decided {
    fn end(&self) -> End {
        End {
            cause: match self.outcome {
                Outcome::Repair => Cause::REPAIR,
                Outcome::ObjectionUpheld => Cause::OBJECTION_UPHELD,
                Outcome::ObjectionDismissed => Cause::OBJECTION_DISMISSED,
            },
            because: None,
            document: self.document.clone(),
            applied: Some(self.applied),
            decided: self.on,
            reason: self.reason.clone(),
            undone_inspection: Inspection::NONE,
            undone_measures: Vec::new(),
        }
    }
}

fn empty(preview: bool) -> Decisions {
    Decisions {
        records: Vec::new(),
        listings: Vec::new(),
        passed_over: Vec::new(),
        more: false,
        preview,
    }
}

fn shown(version: &Version) -> tiaoxi_api::types::Place {
    place_shown(&Place { origin: version.origin.clone(), number: version.entry.number })
}

fn passed_over(version: &Version, fault: &SourceFault) -> PassedOver {
    let (code, zh, en) = (fault.code().to_owned(), fault.zh(), fault.en());
    PassedOver { place: shown(version), code, zh, en }
}

fn refused(version: &Version, error: ServiceError) -> PassedOver {
    let error = error.error;
    PassedOver {
        place: shown(version),
        code: error.code,
        zh: error.message_zh,
        en: error.message_en,
    }
}
