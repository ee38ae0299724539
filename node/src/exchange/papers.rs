//! What is printed: notices to companies, timelines, certificates of absence.

use std::sync::Arc;

use anyhow::Context;
use tiaoxi_api::{
    code::Code,
    service::{Paper, PaperFormat, ServiceError},
    types::{self, Date, Timeline},
};
use tiaoxi_credit::{CodeScheme, SubjectCode};
use tiaoxi_ledger::note::SigningKey;
use tiaoxi_recognition::{
    View,
    papers::{
        self, Absence, NoticeFacts,
        absence::{self, AbsenceFacts, LogSeen},
        notice::Given,
        timeline,
    },
};
use tiaoxi_views::query::SubjectQuery;
use tracing::error;

use super::{
    Exchange,
    desk::{place_of, place_shown},
    shown::codes,
};
use crate::{config::Config, keyring::Keyring};

/// Prints, and signs certificates.
pub(crate) struct Papers {
    exchange: Arc<Exchange>,
    key: SigningKey,
    /// Where companies object here.
    own_channel: String,
}

impl Papers {
    pub(crate) fn new(
        exchange: Arc<Exchange>,
        keyring: &Keyring,
        config: &Config,
    ) -> anyhow::Result<Self> {
        let terms = exchange.terms();
        let name = absence::key_name(terms.federation(), keyring.member());
        let key = SigningKey::new(name, keyring.log_seed()).context("the key of certificates")?;
        let me = terms.member(keyring.member()).map(|member| member.name.clone());
        let own_channel = config.objection_channel.clone().or(me).unwrap_or_default();
        Ok(Self { exchange, key, own_channel })
    }

    /// The notice to the company that a listing is about.
    pub(crate) fn notice(
        &self,
        place: &types::Place,
        format: PaperFormat,
    ) -> Result<Paper, ServiceError> {
        let place = place_of(place)?;
        let reading = self.exchange.read();
        let view = reading.view();
        let listing = view.listing(&place);
        let listing = listing.ok_or_else(|| ServiceError::from(Code::ListingNotFound))?;
        let given = Given { own_channel: &self.own_channel, today: view.today() };
        let Exchange { me, supervision, .. } = &*self.exchange;
        let facts = NoticeFacts::of(&listing, self.exchange.terms(), supervision, me, given);
        let facts = facts.map_err(|reason| {
            ServiceError::from(Code::NotInForce).detailed(&reason.zh(), &reason.to_string())
        })?;
        Ok(written(&facts.paper(), format))
    }

    /// Everything that was said of a subject's listings.
    pub(crate) fn timeline(&self, query: &SubjectQuery) -> Timeline {
        let reading = self.exchange.read();
        let view = reading.view();
        let codes = codes(query);
        let rows = timeline::rows(&view, &codes).into_iter().map(|row| types::TimelineRow {
            day: Date(row.day),
            member: row.member.to_string(),
            member_name: row.member_name,
            event: row.event.name().to_owned(),
            words_zh: if row.words.is_empty() {
                row.event.label().to_owned()
            } else {
                format!("{}：{}", row.event.label(), row.words)
            },
            place: place_shown(&row.place),
        });
        Timeline { code: query.code().to_owned(), name: name(&view, &codes), rows: rows.collect() }
    }

    /// The same on paper.
    pub(crate) fn timeline_paper(&self, query: &SubjectQuery, format: PaperFormat) -> Paper {
        let reading = self.exchange.read();
        let view = reading.view();
        let codes = codes(query);
        let rows = timeline::rows(&view, &codes);
        let name = name(&view, &codes).unwrap_or_default();
        let me = self.member_name();
        let paper = timeline::paper(&rows, &name, query.code(), &me, view.today());
        written(&paper, format)
    }

    /// A certificate that no listing of a subject in force is known here.
    pub(crate) fn absence(
        &self,
        query: &SubjectQuery,
        format: PaperFormat,
    ) -> Result<Paper, ServiceError> {
        let exchange = &*self.exchange;
        // First: what comes after these sizes is not certified, whatever is read of it.
        let logs = self.logs_seen();
        exchange.refresh();
        let reading = exchange.read();
        let view = reading.view();
        let subject = SubjectCode { scheme: CodeScheme::USCC, code: query.code().to_owned() };
        if !absence::obstacles(&view, &subject).is_empty() {
            return Err(Code::OnTheList.into());
        }
        let facts = AbsenceFacts {
            federation: exchange.terms().federation().clone(),
            member: exchange.me.clone(),
            subject,
            unix_seconds: view.now(),
            logs,
        };
        let certificate = Absence::write(facts, &self.key).map_err(|cause| {
            error!(error = &cause as &dyn std::error::Error, "no certificate was given");
            ServiceError::from(Code::NoSubjectCode)
                .detailed("只能为组织出具证明", "certificates are given for organisations only")
        })?;
        Ok(match format {
            PaperFormat::Text => Paper::new(format, certificate.note()),
            PaperFormat::Html => written(&certificate.paper(exchange.terms()), format),
        })
    }

    /// The logs that were looked at, as far as they may be shown to anybody.
    fn logs_seen(&self) -> Vec<LogSeen> {
        let heartbeats = self.exchange.logs.heartbeats();
        let seen = self.exchange.logs.summaries().into_iter().filter_map(|summary| {
            summary.origin.channel.agreement()?;
            let public = summary.public?;
            let heartbeat = heartbeats.iter().find(|(origin, _)| *origin == summary.origin);
            Some(LogSeen {
                origin: summary.origin,
                size: public.size(),
                root: *public.root(),
                heartbeat: heartbeat.map(|(_, beat)| beat.unix_seconds()),
            })
        });
        seen.collect()
    }

    fn member_name(&self) -> String {
        let me = &self.exchange.me;
        let member = self.exchange.terms().member(me);
        member.map_or_else(|| me.to_string(), |member| member.name.clone())
    }
}

fn written(paper: &papers::Paper, format: PaperFormat) -> Paper {
    match format {
        PaperFormat::Text => Paper::new(format, paper.text()),
        PaperFormat::Html => Paper::new(format, paper.html()),
    }
}

fn name(view: &View<'_>, codes: &[SubjectCode]) -> Option<String> {
    let listings = view.of_subject(codes);
    let listing = listings.iter().rev().find_map(|it| it.listing);
    listing.map(|listing| listing.subject.name.clone())
}
