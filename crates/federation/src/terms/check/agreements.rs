//! What a charter's agreements and the rest of it owe each other.

use super::{TermsError, check_count};
use crate::{
    name::{AgreementId, MemberId},
    origin::Origin,
    terms::{AGREEMENTS_MAX, Agreement, AgreementDocument, AgreementFault, Log, Terms},
};

/// Why a log of an agreement is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AgreementLogFault {
    /// The charter does not list the agreement.
    #[error("the charter has no agreement {0}")]
    NoAgreement(AgreementId),
    /// Its owner is no party; of `ends`, neither a party nor a county of one.
    #[error("its owner has no such log in the agreement")]
    Owner,
    /// A reader or decider that is neither a party nor a county of one.
    #[error("{0} is neither a party of the agreement nor a county of one")]
    Outsider(MemberId),
    /// What helps the subject waits for one reader at most.
    #[error("a quorum of {0}; one decider suffices in this channel")]
    Quorum(usize),
}

impl Terms {
    pub(super) fn add_agreements(
        &mut self,
        documents: Vec<AgreementDocument>,
    ) -> Result<(), TermsError> {
        check_count("agreements", documents.len(), 0, AGREEMENTS_MAX)?;
        if !documents.is_empty() && self.supervision.is_none() {
            return Err(TermsError::NoSupervision);
        }
        for document in documents {
            let id = document.id.clone();
            let refused = |source| TermsError::Agreement { agreement: id.clone(), source };
            let agreement = Agreement::check(document).map_err(refused)?;
            for party in agreement.parties() {
                let member = self
                    .member(party)
                    .ok_or_else(|| refused(AgreementFault::NoMember(party.clone())))?;
                if member.hub.is_some() {
                    return Err(refused(AgreementFault::County(party.clone())));
                }
            }
            if self.agreements.insert(id.clone(), agreement).is_some() {
                return Err(TermsError::Twice { what: "agreement", which: id.to_string() });
            }
        }
        Ok(())
    }

    /// Logs of agreements stay among the parties and their counties.
    pub(super) fn check_agreement_logs(&self) -> Result<(), TermsError> {
        for log in self.logs() {
            let origin = log.origin();
            let Some(id) = origin.channel.agreement() else { continue };
            let refused = |fault| TermsError::AgreementLog { origin: origin.clone(), fault };
            let agreement = self
                .agreement(id)
                .ok_or_else(|| refused(AgreementLogFault::NoAgreement(id.clone())))?;
            self.check_agreement_log(log, agreement).map_err(refused)?;
        }
        Ok(())
    }

    fn check_agreement_log(
        &self,
        log: &Log,
        agreement: &Agreement,
    ) -> Result<(), AgreementLogFault> {
        let Origin { member, channel, .. } = log.origin();
        let takes_part = |member: &MemberId| {
            let hub = self.member(member).and_then(|member| member.hub.as_ref());
            agreement.is_party(hub.unwrap_or(member))
        };
        let helps_the_subject = *channel == crate::Channel::ends(agreement.id());
        let owns = if helps_the_subject { takes_part(member) } else { agreement.is_party(member) };
        if !owns {
            return Err(AgreementLogFault::Owner);
        }
        let mut named = log.audience().iter().chain(log.deciders());
        if let Some(outsider) = named.find(|member| !takes_part(member)) {
            return Err(AgreementLogFault::Outsider(outsider.clone()));
        }
        // That a quorum is 0 just where nobody decides holds of every log.
        if helps_the_subject && log.quorum() > 1 {
            return Err(AgreementLogFault::Quorum(log.quorum()));
        }
        Ok(())
    }
}
