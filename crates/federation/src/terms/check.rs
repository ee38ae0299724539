//! From a charter's text to terms: everything that one field can't know of another.

mod agreements;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use tiaoxi_credit::Kind;
use tiaoxi_ledger::{header::SUITE_1, note::VerifierKey};

pub use agreements::AgreementLogFault;

use super::{
    AgreementFault, CharterDocument, DUTIES_MAX, DutyDocument, ITEMS_MAX, LOGS_MAX, Log,
    LogDocument, MEMBERS_MAX, TEXT_BYTES_MAX, Terms,
    document::{CHANNELS_MAX, STATEMENTS_MAX},
    log::Duty,
};
use crate::{
    member::{KeyPurpose, Member, MemberError},
    name::{AgreementId, MemberId},
    origin::Origin,
};

/// Why a text is no charter.
#[derive(Debug, thiserror::Error)]
pub enum TermsError {
    /// Larger than any charter.
    #[error("a charter text of {0} bytes exceeds the {TEXT_BYTES_MAX} allowed")]
    TooLarge(usize),
    /// Another first line: no charter, or of a later form.
    #[error("the text does not begin with the line {:?}", super::CHARTER_TITLE)]
    Title,
    /// Not TOML, a key that is unknown or missing, or a value out of its range.
    #[error("the charter's text is malformed")]
    Syntax(#[source] Box<toml::de::Error>),
    /// A list that is empty or too long.
    #[error("{what}: {count} given, 1 to {limit} allowed")]
    Count {
        /// Which list.
        what: &'static str,
        /// How many it has.
        count: usize,
        /// How many it may have.
        limit: usize,
    },
    /// Something is listed twice.
    #[error("{what} {which} is listed twice")]
    Twice {
        /// What kind of thing.
        what: &'static str,
        /// Which one.
        which: String,
    },
    /// Not more than half of the members, or more than all.
    #[error("a threshold of {threshold} of {members} members is not more than half of them")]
    Threshold {
        /// Signatures asked for.
        threshold: u16,
        /// Members.
        members: usize,
    },
    /// Version 0, a first version with a predecessor, or a later one without.
    #[error("version {0} and the predecessor named do not go together")]
    Version(u32),
    /// Catalogue item 0 means no item.
    #[error("catalogue items are numbered from 1")]
    ItemZero,
    /// A member's description is refused.
    #[error("member {member}")]
    Member {
        /// Which one.
        member: MemberId,
        /// Why.
        source: MemberError,
    },
    /// A hub that is no member, or itself has a hub.
    #[error("{hub}, hub of {member}, is no member that may be a hub")]
    Hub {
        /// Whose hub.
        member: MemberId,
        /// The hub.
        hub: MemberId,
    },
    /// One key under two names.
    #[error("the {purpose} key of {member} is used twice in the charter")]
    SharedKey {
        /// The later of the two.
        member: MemberId,
        /// What for.
        purpose: &'static str,
    },
    /// A list names somebody else.
    #[error("{place} names {member}, who is no member")]
    NoMember {
        /// Where.
        place: String,
        /// Whom.
        member: MemberId,
    },
    /// A suite that this software does not know.
    #[error("log {origin} is of suite {suite}, known here is {SUITE_1}")]
    Suite {
        /// The log.
        origin: Origin,
        /// Its suite.
        suite: u8,
    },
    /// Epoch 0, or an earlier epoch that is not closed.
    #[error("log {0}: epochs begin with 1, and all but the last are closed")]
    Epoch(Origin),
    /// The owner listed among readers or deciders.
    #[error("log {0} lists its owner among its readers or deciders")]
    OwnerListed(Origin),
    /// A quorum that the deciders can't reach, or none where there are deciders.
    #[error("log {origin}: a quorum of {quorum} of {deciders} deciders")]
    Quorum {
        /// The log.
        origin: Origin,
        /// Deciders needed.
        quorum: u16,
        /// Deciders there are.
        deciders: usize,
    },
    /// A duty for an item that the charter does not list.
    #[error("a duty names catalogue item {0}, which is not listed")]
    DutyItem(u16),
    /// Agreements, and no catalogue to read them by.
    #[error("a charter with agreements names its supervision catalogue; this one names none")]
    NoSupervision,
    /// An agreement is refused.
    #[error("agreement {agreement}")]
    Agreement {
        /// Which one.
        agreement: AgreementId,
        /// Why.
        source: AgreementFault,
    },
    /// A log of an agreement is refused.
    #[error("log {origin}: {fault}")]
    AgreementLog {
        /// Which one.
        origin: Origin,
        /// Why.
        fault: AgreementLogFault,
    },
}

impl Terms {
    /// Reads and checks a charter's text.
    pub fn parse(text: &str) -> Result<Self, TermsError> {
        Self::check(CharterDocument::parse(text)?)
    }

    /// Checks a charter's content.
    pub fn check(document: CharterDocument) -> Result<Self, TermsError> {
        let CharterDocument { federation, version, previous, threshold, .. } = &document;
        if *version == 0 || (*version == 1) != previous.is_none() {
            return Err(TermsError::Version(*version));
        }
        let count = document.members.len();
        check_count("members", count, 1, MEMBERS_MAX)?;
        if usize::from(*threshold) * 2 <= count || usize::from(*threshold) > count {
            return Err(TermsError::Threshold { threshold: *threshold, members: count });
        }
        let mut terms = Self {
            federation: federation.clone(),
            version: *version,
            previous: *previous,
            threshold: usize::from(*threshold),
            items: BTreeMap::new(),
            members: BTreeMap::new(),
            by_transport_key: BTreeMap::new(),
            logs: BTreeMap::new(),
            supervision: document.supervision,
            agreements: BTreeMap::new(),
        };
        terms.add_items(&document)?;
        terms.add_members(document.members)?;
        terms.add_agreements(document.agreements)?;
        check_count("logs", document.logs.len(), 1, LOGS_MAX)?;
        for log in document.logs {
            terms.add_log(log)?;
        }
        terms.check_epochs()?;
        terms.check_agreement_logs()?;
        check_count("duties", document.duties.len(), 0, DUTIES_MAX)?;
        for duty in &document.duties {
            terms.add_duty(duty)?;
        }
        Ok(terms)
    }

    fn add_items(&mut self, document: &CharterDocument) -> Result<(), TermsError> {
        check_count("catalogue items", document.items.len(), 0, ITEMS_MAX)?;
        let mut slugs = BTreeSet::new();
        for item in &document.items {
            if item.number == 0 {
                return Err(TermsError::ItemZero);
            }
            let first =
                slugs.insert(&item.slug) && self.items.insert(item.number, item.clone()).is_none();
            if !first {
                let which = format!("{} ({})", item.number, item.slug);
                return Err(TermsError::Twice { what: "catalogue item", which });
            }
        }
        Ok(())
    }

    fn add_members(&mut self, members: Vec<Member>) -> Result<(), TermsError> {
        let mut keys = BTreeSet::new();
        for member in members {
            let id = member.id.clone();
            member.check().map_err(|source| TermsError::Member { member: id.clone(), source })?;
            for purpose in KeyPurpose::ALL {
                if !keys.insert(*member.keys.of(purpose).as_bytes()) {
                    let purpose = purpose.name();
                    return Err(TermsError::SharedKey { member: id, purpose });
                }
            }
            self.by_transport_key.insert(*member.keys.transport.as_bytes(), id.clone());
            if self.members.insert(id.clone(), member).is_some() {
                return Err(TermsError::Twice { what: "member", which: id.to_string() });
            }
        }
        for member in self.members.values() {
            let Some(hub) = &member.hub else { continue };
            if self.members.get(hub).is_none_or(|found| found.hub.is_some()) {
                return Err(TermsError::Hub { member: member.id.clone(), hub: hub.clone() });
            }
        }
        Ok(())
    }

    fn add_log(&mut self, document: LogDocument) -> Result<(), TermsError> {
        let LogDocument { member, channel, epoch, suite, audience, deciders, quorum, closed } =
            document;
        let owner = self.members.get(&member).ok_or_else(|| TermsError::NoMember {
            place: "a log".to_owned(),
            member: member.clone(),
        })?;
        let origin = Origin { federation: self.federation.clone(), member, channel, epoch };
        if epoch == 0 {
            return Err(TermsError::Epoch(origin));
        }
        if suite != SUITE_1 {
            return Err(TermsError::Suite { origin, suite });
        }
        for list in [&audience, &deciders] {
            self.check_members(&format!("log {origin}"), list)?;
            if list.contains(&origin.member) {
                return Err(TermsError::OwnerListed(origin));
            }
        }
        let reachable = usize::from(quorum) <= deciders.len();
        if !reachable || (quorum == 0) != deciders.is_empty() {
            return Err(TermsError::Quorum { origin, quorum, deciders: deciders.len() });
        }
        let verifier_key = VerifierKey::new(origin.to_string(), owner.keys.log)
            .expect("an origin is a valid key name");
        let log = Log {
            origin: origin.clone(),
            verifier_key,
            suite,
            audience,
            deciders,
            quorum: usize::from(quorum),
            closed,
            duties: Vec::new(),
        };
        match self.logs.insert(origin, log) {
            None => Ok(()),
            Some(twice) => Err(TermsError::Twice { what: "log", which: twice.origin.to_string() }),
        }
    }

    /// Logs stand in the order of member, channel, epoch: each but the last of a channel is closed.
    fn check_epochs(&self) -> Result<(), TermsError> {
        for (log, next) in self.logs.values().zip(self.logs.values().skip(1)) {
            let succeeded = log.origin.member == next.origin.member
                && log.origin.channel == next.origin.channel;
            if succeeded && log.closed.is_none() {
                return Err(TermsError::Epoch(log.origin.clone()));
            }
        }
        Ok(())
    }

    fn add_duty(&mut self, duty: &DutyDocument) -> Result<(), TermsError> {
        check_count("members of a duty", duty.members.len(), 1, MEMBERS_MAX)?;
        check_count("statements of a duty", duty.statements.len(), 1, STATEMENTS_MAX)?;
        check_count("channels of a duty", duty.channels.len(), 1, CHANNELS_MAX)?;
        check_count("items of a duty", duty.items.len(), 0, ITEMS_MAX)?;
        self.check_members("a duty", &duty.members)?;
        if let Some(item) = duty.items.iter().find(|item| !self.items.contains_key(item)) {
            return Err(TermsError::DutyItem(*item));
        }
        let kinds = duty.statements.iter().filter_map(|name| Kind::from_name(name.as_str()));
        let grant = Arc::new(Duty {
            kinds: kinds.collect(),
            statements: duty.statements.iter().cloned().collect(),
            items: duty.items.iter().copied().collect(),
        });
        let holders: BTreeSet<&MemberId> = duty.members.iter().collect();
        let covered = self.logs.values_mut().filter(|log| {
            holders.contains(&log.origin.member) && duty.channels.contains(&log.origin.channel)
        });
        for log in covered {
            log.duties.push(Arc::clone(&grant));
        }
        Ok(())
    }

    fn check_members(&self, place: &str, list: &[MemberId]) -> Result<(), TermsError> {
        if list.len() > MEMBERS_MAX {
            let (count, limit) = (list.len(), MEMBERS_MAX);
            return Err(TermsError::Count { what: "a list of members", count, limit });
        }
        let mut seen = BTreeSet::new();
        for member in list {
            if !self.members.contains_key(member) {
                let place = place.to_owned();
                return Err(TermsError::NoMember { place, member: member.clone() });
            }
            if !seen.insert(member) {
                let which = format!("{member} in {place}");
                return Err(TermsError::Twice { what: "member", which });
            }
        }
        Ok(())
    }
}

fn check_count(
    what: &'static str,
    count: usize,
    least: usize,
    limit: usize,
) -> Result<(), TermsError> {
    if (least..=limit).contains(&count) {
        Ok(())
    } else {
        Err(TermsError::Count { what, count, limit })
    }
}

#[cfg(test)]
mod tests;
