//! Agreements: who lists and recognises, until when, and what a level there means here.
//!
//! Only the structure is checked. Whether domains, standards, levels and measures exist and which
//! is harsher, the supervision catalogue says, which is not known here. Signatures of the parties
//! are the affair of [`charter`](crate::charter).

mod document;

use std::collections::BTreeSet;

use tiaoxi_credit::{Day, Inspection};

pub use document::{AgreementDocument, DomainDuty, Map, MapDocument};

use crate::{
    member::{NAME_CHARS_MAX, is_name},
    name::{AgreementId, MemberId, Slug},
};

/// Parties of an agreement.
pub const PARTIES_MAX: usize = 64;
/// Domains of an agreement.
pub const DOMAINS_MAX: usize = 64;
/// Rows of an agreement's policy map.
pub const MAPS_MAX: usize = 4096;
/// Measures of one row.
pub const MEASURES_MAX: usize = 16;
/// Persons who decide on one listing.
pub const OFFICERS_MAX: u8 = 2;
/// Months of the longest term.
pub const TERM_MONTHS_MAX: u16 = 600;
/// Hours that a heartbeat may be old.
pub const FRESHNESS_HOURS_MAX: u16 = 720;
/// Days of a clock.
pub const CLOCK_DAYS_MAX: u16 = 60;
/// Days of notice.
pub const NOTICE_DAYS_MAX: u16 = 366;

/// Why an agreement is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AgreementFault {
    /// Versions begin with 1.
    #[error("versions of an agreement begin with 1")]
    Version,
    /// Empty, too long, or with control characters.
    #[error("the name must have 1 to {NAME_CHARS_MAX} characters, none of them control characters")]
    Name,
    /// Out of its range.
    #[error("{what} is {number}, {least} to {limit} are allowed")]
    Range {
        /// Which number, or of what there are so many.
        what: &'static str,
        /// What is given.
        number: usize,
        /// The least.
        least: usize,
        /// The most.
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
    /// It ends before it starts.
    #[error("it starts on {starts} and ends on {ends}")]
    Term {
        /// First day.
        starts: Day,
        /// Last day.
        ends: Day,
    },
    /// A party that is no member.
    #[error("party {0} is no member of the federation")]
    NoMember(MemberId),
    /// A party that takes part through its hub.
    #[error("party {0} has a hub; only hubs and partners are parties")]
    County(MemberId),
    /// A duty or map for somebody who is no party.
    #[error("{what} names {member}, who is no party")]
    NoParty {
        /// Which part of the agreement.
        what: &'static str,
        /// Whom.
        member: MemberId,
    },
    /// A frequency without a name can't be written.
    #[error("{0:?} is no frequency of inspection of this version")]
    Inspection(Inspection),
}

/// An agreement of a charter, checked.
///
/// Two are equal when they say the same; the order of the map's rows says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Maps in the order of their keys.
    document: AgreementDocument,
}

/// What two maps may not have in common.
fn map_key(map: &Map) -> (&str, &str, u16, &str, Option<&MemberId>) {
    let Map { domain, standard, standard_version, level, receiver, .. } = map;
    (domain.as_str(), standard.as_str(), *standard_version, level.as_str(), receiver.as_ref())
}

impl Agreement {
    /// Checks an agreement; whether its parties are members is not known here.
    pub fn check(mut document: AgreementDocument) -> Result<Self, AgreementFault> {
        if document.version == 0 {
            return Err(AgreementFault::Version);
        }
        if !is_name(&document.name) {
            return Err(AgreementFault::Name);
        }
        within("the number of parties", document.parties.len(), 2, PARTIES_MAX)?;
        once("party", &document.parties)?;
        let (starts, ends) = (document.starts.0, document.ends.0);
        if starts > ends {
            return Err(AgreementFault::Term { starts, ends });
        }
        let AgreementDocument { notice_days, freshness_hours, .. } = document;
        let AgreementDocument { propagation_days, handling_days, .. } = document;
        for (what, number, least, limit) in [
            ("notice_days", notice_days, 0, NOTICE_DAYS_MAX),
            ("freshness_hours", freshness_hours, 1, FRESHNESS_HOURS_MAX),
            ("propagation_days", propagation_days, 1, CLOCK_DAYS_MAX),
            ("handling_days", handling_days, 1, CLOCK_DAYS_MAX),
        ] {
            within(what, number.into(), least, limit.into())?;
        }
        check_duties(&document)?;
        within("the number of maps", document.maps.len(), 0, MAPS_MAX)?;
        for map in &document.maps {
            check_map(map, &document.parties)?;
        }
        document.maps.sort_by(|a, b| map_key(a).cmp(&map_key(b)));
        for (map, next) in document.maps.iter().zip(document.maps.iter().skip(1)) {
            if map_key(map) == map_key(next) {
                return Err(AgreementFault::Twice { what: "a map for", which: shown(map) });
            }
        }
        Ok(Self { document })
    }

    /// Names it for ever.
    pub fn id(&self) -> &AgreementId {
        &self.document.id
    }

    /// From 1; one more with each change.
    pub fn version(&self) -> u32 {
        self.document.version
    }

    /// Its name for people.
    pub fn name(&self) -> &str {
        &self.document.name
    }

    /// The members that list and recognise.
    pub fn parties(&self) -> &[MemberId] {
        &self.document.parties
    }

    /// Whether a member lists and recognises.
    pub fn is_party(&self, member: &MemberId) -> bool {
        self.parties().contains(member)
    }

    /// First day.
    pub fn starts(&self) -> Day {
        self.document.starts.0
    }

    /// Last day.
    pub fn ends(&self) -> Day {
        self.document.ends.0
    }

    /// Days between an amendment that brings the end forward and the new end.
    pub fn notice_days(&self) -> u16 {
        self.document.notice_days
    }

    /// Seconds that an origin's newest heartbeat may be old.
    pub fn freshness_seconds(&self) -> u64 {
        u64::from(self.document.freshness_hours) * 3600
    }

    /// Days from the decision that ends a listing to the last receipt.
    pub fn propagation_days(&self) -> u16 {
        self.document.propagation_days
    }

    /// Days from an application or objection to its decision.
    pub fn handling_days(&self) -> u16 {
        self.document.handling_days
    }

    /// Whether sole traders (个体工商户) may be listed.
    pub fn allows_sole_traders(&self) -> bool {
        self.document.sole_traders
    }

    /// Which parties list in which domains.
    pub fn duties(&self) -> &[DomainDuty] {
        &self.document.duties
    }

    /// Whether a member lists in a domain.
    pub fn may_list(&self, member: &MemberId, domain: &str) -> bool {
        self.duties()
            .iter()
            .any(|duty| duty.domain.as_str() == domain && duty.members.contains(member))
    }

    /// The row that says what a listing of this level means at a party: its own, else the one for
    /// every party. None: the listing is advisory there; for who is no party there is none.
    pub fn map(
        &self,
        receiver: &MemberId,
        domain: &str,
        standard: &str,
        version: u16,
        level: &str,
    ) -> Option<&Map> {
        let of = |receiver: Option<&MemberId>| {
            let key = (domain, standard, version, level, receiver);
            let place = self.maps().binary_search_by(|map| map_key(map).cmp(&key)).ok()?;
            self.maps().get(place)
        };
        self.is_party(receiver).then(|| of(Some(receiver)).or_else(|| of(None)))?
    }

    /// The policy map, by rising domain, standard, version, level and receiver.
    pub fn maps(&self) -> &[Map] {
        &self.document.maps
    }

    /// Whether it says the same as `before` but for its version and an earlier end.
    pub(crate) fn only_ends_earlier_than(&self, before: &Self) -> bool {
        let mut expected = before.document.clone();
        expected.version = self.version();
        expected.ends = self.document.ends;
        self.ends() < before.ends() && expected == self.document
    }
}

fn check_duties(document: &AgreementDocument) -> Result<(), AgreementFault> {
    within("the number of duties", document.duties.len(), 0, DOMAINS_MAX)?;
    let domains: Vec<&Slug> = document.duties.iter().map(|duty| &duty.domain).collect();
    once("the duty for", &domains)?;
    for duty in &document.duties {
        within("the number of members of a duty", duty.members.len(), 1, PARTIES_MAX)?;
        once("member of a duty", &duty.members)?;
        let stranger = duty.members.iter().find(|member| !document.parties.contains(member));
        if let Some(member) = stranger {
            return Err(AgreementFault::NoParty { what: "a duty", member: member.clone() });
        }
    }
    Ok(())
}

fn check_map(map: &Map, parties: &[MemberId]) -> Result<(), AgreementFault> {
    if let Some(receiver) = map.receiver.as_ref().filter(|receiver| !parties.contains(receiver)) {
        return Err(AgreementFault::NoParty { what: "a map", member: receiver.clone() });
    }
    if map.inspection.name().is_none() {
        return Err(AgreementFault::Inspection(map.inspection));
    }
    within("officers of a map", map.officers.into(), 0, OFFICERS_MAX.into())?;
    within("term_months_max of a map", map.term_months_max.into(), 1, TERM_MONTHS_MAX.into())?;
    within("the number of measures of a map", map.measures.len(), 0, MEASURES_MAX)?;
    once("measure of a map", &map.measures)
}

/// A row as people find it again.
fn shown(map: &Map) -> String {
    let receiver = map.receiver.as_ref().map_or("every party", MemberId::as_str);
    let Map { domain, standard, standard_version, level, .. } = map;
    format!("{receiver}: {domain}, {standard} version {standard_version}, level {level}")
}

fn within(
    what: &'static str,
    number: usize,
    least: usize,
    limit: usize,
) -> Result<(), AgreementFault> {
    if (least..=limit).contains(&number) {
        Ok(())
    } else {
        Err(AgreementFault::Range { what, number, least, limit })
    }
}

fn once<T: Ord + std::fmt::Display>(what: &'static str, list: &[T]) -> Result<(), AgreementFault> {
    let mut seen = BTreeSet::new();
    match list.iter().find(|entry| !seen.insert(*entry)) {
        None => Ok(()),
        Some(twice) => Err(AgreementFault::Twice { what, which: twice.to_string() }),
    }
}

#[cfg(test)]
mod tests;
