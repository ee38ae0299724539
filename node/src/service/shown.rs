//! Subjects and entries, as far as they may be shown: no natural person, no personal field.

use std::{collections::BTreeSet, sync::Arc};

use tiaoxi_api::{
    code::Code,
    service::ServiceError,
    types::{Base64Bytes, BodyState, HexBytes, Place, Proof, Subject},
};
use tiaoxi_credit::{Day, Kind, Record, Statement, statement};
use tiaoxi_ledger::{
    block::{Block, Body as EntryBody, Hole},
    header::{Concerned, Header},
    proof_file::ProofFile,
};
use tiaoxi_logs::{ProofError, ReadError};
use tiaoxi_views::{
    EntryRef,
    archive::{self, ArchiveError, Body, Evidence},
    effects::Standing,
    query::SubjectQuery,
};

use super::{Node, fault};
use crate::feed::concerned_log;

/// An entry that may speak of a subject, read.
struct Found {
    entry: EntryRef,
    header: Header,
    concerns: Option<EntryRef>,
    body: FoundBody,
    verified_up_to: u64,
}

enum FoundBody {
    Record(Box<Record>),
    Erased,
    Withheld,
}

impl Node {
    pub(super) fn subject_archive(&self, query: &SubjectQuery) -> Result<Subject, ServiceError> {
        let mut entries = BTreeSet::new();
        let mut more = false;
        for token in query.tokens(&self.views.tokenizer) {
            let matches = self.views.index.lookup(token);
            let matches = matches.map_err(|error| fault(&error, Code::Damaged))?;
            entries.extend(matches.entries);
            more |= matches.more;
        }
        let mut found = Vec::with_capacity(entries.len());
        let mut last: Option<(u32, Arc<Block>)> = None;
        for entry in entries {
            found.extend(self.find(entry, &mut last)?);
        }
        let evidence: Vec<Evidence<'_>> = found.iter().map(|it| self.evidence(it)).collect();
        let effects = self.views.effects.read();
        let origin_of = |log| self.logs.origin(tiaoxi_store::LogId(log)).map(ToString::to_string);
        let archive = archive::build(query, &evidence, &effects, &origin_of).map_err(
            |ArchiveError::NaturalPerson| ServiceError::from(Code::NaturalPersonRefused),
        )?;
        let mut subject = Subject::from(archive);
        subject.more |= more;
        Ok(subject)
    }

    /// Reads an entry that the index names; `None` when it is gone, as after a log was reset.
    fn find(
        &self,
        entry: EntryRef,
        last: &mut Option<(u32, Arc<Block>)>,
    ) -> Result<Option<Found>, ServiceError> {
        let id = tiaoxi_store::LogId(entry.log);
        let Some(origin) = self.logs.origin(id) else { return Ok(None) };
        let name = origin.to_string();
        let cached = last.as_ref().filter(|(log, block)| {
            *log == entry.log && (block.first()..block.end()).contains(&entry.number)
        });
        let block = match cached {
            Some((_, block)) => Arc::clone(block),
            None => match self.logs.block(&name, entry.number) {
                Ok(block) => block,
                Err(ReadError::Missing { .. }) => return Ok(None),
                Err(error) => return Err(fault(&error, Code::Damaged)),
            },
        };
        *last = Some((entry.log, Arc::clone(&block)));
        let Some((header, body)) = block.entry(entry.number) else { return Ok(None) };
        let Ok(header) = Header::from_bytes(header) else { return Ok(None) };
        let body = match body {
            EntryBody::Missing(Hole::Erased) => FoundBody::Erased,
            EntryBody::Missing(Hole::Withheld) => FoundBody::Withheld,
            EntryBody::Present(body) => match record_of(&header, body) {
                Some(record) => FoundBody::Record(Box::new(record)),
                None => return Ok(None),
            },
        };
        let verified_up_to =
            self.logs.summary(&name).and_then(|it| it.public).map_or(0, |public| public.size());
        let concerns = self.concerned(&name, header.concerned);
        Ok(Some(Found { entry, header, concerns, body, verified_up_to }))
    }

    fn evidence<'a>(&'a self, found: &'a Found) -> Evidence<'a> {
        Evidence {
            entry: found.entry,
            kind: found.header.kind.kind(),
            item: found.header.item,
            catalog: self.catalog.by_number(found.header.item),
            day: Day(found.header.day),
            concerns: found.concerns,
            body: match &found.body {
                FoundBody::Record(record) => Body::Record(record),
                FoundBody::Erased => Body::Erased,
                FoundBody::Withheld => Body::Withheld,
            },
            verified_up_to: found.verified_up_to,
        }
    }

    fn concerned(&self, log: &str, concerned: Concerned) -> Option<EntryRef> {
        let place = self.concerned_place(log, concerned)?;
        let id = self.logs.summary(&place.origin)?.id.0;
        Some(EntryRef { log: id, number: place.number })
    }

    fn concerned_place(&self, log: &str, concerned: Concerned) -> Option<Place> {
        let origin = &self.logs.summary(log)?.origin;
        let origin = concerned_log(origin, concerned)?;
        Some(Place { origin: origin.to_string(), number: concerned.number })
    }

    pub(super) fn entry_proof(&self, log: &str, number: u64) -> Result<Proof, ServiceError> {
        let proof = self.logs.proof(log, number).map_err(|error| match &error {
            ProofError::UnknownLog(_) => Code::LogNotFound.into(),
            ProofError::NoEntry { .. } => Code::EntryNotFound.into(),
            ProofError::NotYetSigned { .. } => Code::NotYetSigned.into(),
            ProofError::Read(_) => fault(&error, Code::Damaged),
        })?;
        let header = Header::from_bytes(&proof.header).ok();
        let (body_state, shown) = match &proof.opening {
            // Whether or not its bytes are destroyed yet.
            _ if self.is_erased(log, number) => (BodyState::Erased, None),
            // A hole that no admitted erasure explains is withheld, whatever it says.
            Err(Hole::Erased | Hole::Withheld) => (BodyState::Withheld, None),
            Ok((body, salt)) => match header.as_ref().map(|header| self.showable(header, body)) {
                None => (BodyState::Unreadable, None),
                Some(Err(refused)) => return Err(refused),
                Some(Ok(BodyState::Given)) => (BodyState::Given, Some((body, salt))),
                Some(Ok(hidden)) => (hidden, None),
            },
        };
        let file = ProofFile {
            extra: None,
            index: number,
            path: proof.path.clone(),
            checkpoint: proof.checkpoint.note().to_vec(),
        };
        let text =
            String::from_utf8(file.to_bytes()).map_err(|error| fault(&error, Code::Internal))?;
        let kind = header.map_or(0, |header| header.kind.kind());
        Ok(Proof {
            log: log.to_owned(),
            number,
            size: proof.checkpoint.size(),
            tlog_proof: text,
            header: HexBytes(proof.header.to_vec()),
            kind: Kind::from_number(kind)
                .map_or_else(|| kind.to_string(), |it| it.name().to_owned()),
            item: header.map_or(0, |header| header.item),
            day: header.map_or_else(String::new, |header| Day(header.day).to_string()),
            concerns: header.and_then(|header| self.concerned_place(log, header.concerned)),
            body_state,
            body: shown.map(|(body, _)| Base64Bytes(body.clone())),
            salt: shown.map(|(_, salt)| HexBytes(salt.0.to_vec())),
        })
    }

    /// Whether an admitted erasure concerns an entry.
    fn is_erased(&self, log: &str, number: u64) -> bool {
        self.logs.summary(log).is_some_and(|summary| {
            let entry = EntryRef { log: summary.id.0, number };
            self.views.effects.read().state(entry, None).standing == Standing::Erased
        })
    }

    /// Whether a body may be given out whole. An entry about a natural person is refused.
    fn showable(&self, header: &Header, body: &[u8]) -> Result<BodyState, ServiceError> {
        let kind = header.kind;
        let (item, record) = match Statement::from_body(kind.kind(), kind.version(), body) {
            Err(_) => return Ok(BodyState::Unreadable),
            Ok(Statement::Record(record)) => (header.item, record),
            Ok(Statement::Correction(correction)) => (header.item, correction.record),
            Ok(Statement::Listing(listing)) => match listing.evidence.as_deref().map(evident) {
                None => return Ok(BodyState::Given),
                Some(None) => return Ok(BodyState::Unreadable),
                Some(Some(evident)) => evident,
            },
            Ok(_) => return Ok(BodyState::Given),
        };
        if archive::concerns_a_person(&record) {
            return Err(Code::NaturalPersonRefused.into());
        }
        let item = self.catalog.by_number(item);
        Ok(if archive::is_free_of_personal_fields(&record, item) {
            BodyState::Given
        } else {
            BodyState::PersonalFields
        })
    }
}

/// The record that came with a listing, and its catalogue item.
fn evident(evidence: &statement::Evidence) -> Option<(u16, Record)> {
    let header = <[u8; 48]>::try_from(evidence.header.as_slice()).ok()?;
    let header = Header::from_bytes(&header).ok()?;
    Some((header.item, record_of(&header, &evidence.body)?))
}

fn record_of(header: &Header, body: &[u8]) -> Option<Record> {
    match Statement::from_body(header.kind.kind(), header.kind.version(), body).ok()? {
        Statement::Record(record) => Some(record),
        Statement::Correction(correction) => Some(correction.record),
        _ => None,
    }
}
