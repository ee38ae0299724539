//! Refuting a certificate of absence, and answering a refutation.
//!
//! A listing in its term below the sizes named refutes; the end of that listing, below the sizes
//! named too, answers: the certificate spoke of listings in force.

use tiaoxi_credit::{
    Effect, Statement, SubjectCode,
    statement::{Evidence, Listing},
};
use tiaoxi_federation::{Origin, Terms};
use tiaoxi_ledger::header::Relation;

use super::{Absence, AbsenceFacts};
use crate::{
    evidence::{EvidenceError, Proven},
    place::Place,
    view::{ListingView, View},
};

/// The listings that forbid a certificate about a subject today, by rising place: in their term and
/// not ended, even where the agreement refuses them, since each would refute it.
pub fn obstacles(view: &View<'_>, subject: &SubjectCode) -> Vec<Place> {
    let codes = std::slice::from_ref(subject);
    let stands = |it: &ListingView<'_>| {
        let in_term = |it: &Listing| (it.since..=it.until).contains(&view.today());
        it.ended.is_none() && it.listing.is_some_and(in_term)
    };
    view.of_subject(codes).into_iter().filter(stands).map(|it| it.place).collect()
}

/// A listing that should not have been there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refutation {
    /// Its log.
    pub log: Origin,
    /// Its number there.
    pub number: u64,
    /// What it says.
    pub listing: Listing,
}

/// Why an entry does not refute a certificate.
#[derive(Debug, thiserror::Error)]
pub enum NotRefuted {
    /// The entry is not proven.
    #[error("the entry is not proven")]
    Unproven(#[source] EvidenceError),
    /// The certificate does not speak of that log, or not of that entry.
    #[error("the certificate does not reach to entry {number} of {log}")]
    OutOfReach {
        /// The log.
        log: Origin,
        /// Number of the entry.
        number: u64,
    },
    /// The entry is no listing.
    #[error("the entry is no listing")]
    NoListing,
    /// The listing is of another subject.
    #[error("the listing is of another subject")]
    OtherSubject,
    /// The listing had not begun, or was over, on the day of the certificate.
    #[error("the listing was not in its term on the day of the certificate")]
    NotInTerm,
}

/// Why an entry does not answer a refutation.
#[derive(Debug, thiserror::Error)]
pub enum NotAnswered {
    /// The entry is not proven.
    #[error("the entry is not proven")]
    Unproven(#[source] EvidenceError),
    /// The certificate does not speak of that log, or not of that entry.
    #[error("the certificate does not reach to entry {number} of {log}")]
    OutOfReach {
        /// The log.
        log: Origin,
        /// Number of the entry.
        number: u64,
    },
    /// The entry does not end that listing.
    #[error("the entry does not end the listing")]
    NotItsEnd,
}

impl Absence {
    /// Whether an entry, with its proof, refutes the certificate. The proof may lead to any
    /// checkpoint of its log; the number alone must be below the size that the certificate names.
    pub fn refuted_by(&self, entry: &Evidence, terms: &Terms) -> Result<Refutation, NotRefuted> {
        let (proven, statement) = Proven::of_entry(entry, terms).map_err(NotRefuted::Unproven)?;
        let facts = self.facts();
        let Proven { log, number, .. } = proven;
        if !reaches(facts, &log, number) {
            return Err(NotRefuted::OutOfReach { log, number });
        }
        let Statement::Listing(listing) = statement else { return Err(NotRefuted::NoListing) };
        if !listing.subject.codes.contains(&facts.subject) {
            return Err(NotRefuted::OtherSubject);
        }
        if !(listing.since..=listing.until).contains(&facts.day()) {
            return Err(NotRefuted::NotInTerm);
        }
        Ok(Refutation { log, number, listing })
    }
}

impl Refutation {
    /// Whether an entry, by its header and its proof file, shows that the listing had ended: the
    /// certificate then stands.
    pub fn answered_by(
        &self,
        proof: &[u8],
        header: &[u8],
        certificate: &Absence,
        terms: &Terms,
    ) -> Result<(), NotAnswered> {
        let Proven { log, number, header } =
            Proven::of_header(proof, header, terms).map_err(NotAnswered::Unproven)?;
        if !reaches(certificate.facts(), &log, number) {
            return Err(NotAnswered::OutOfReach { log, number });
        }
        let concerned = header.concerned;
        let same_channel = log.channel == self.log.channel;
        let named = if same_channel { Relation::SAME_CHANNEL } else { Relation::EXCHANGE };
        let its_end = header.kind.effect() == Effect::Ends as u8
            && log.member == self.log.member
            && log.channel.agreement() == self.log.channel.agreement()
            && concerned.relation == named
            && (concerned.epoch, concerned.number) == (self.log.epoch, self.number);
        if its_end { Ok(()) } else { Err(NotAnswered::NotItsEnd) }
    }
}

fn reaches(facts: &AbsenceFacts, log: &Origin, number: u64) -> bool {
    facts.seen(log).is_some_and(|seen| number < seen.size)
}
