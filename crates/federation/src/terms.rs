//! What a charter says: members, catalogue items, logs, duties, agreements. And the questions asked of it.
//!
//! Terms are well formed, not necessarily signed by anybody: that is [`charter`](crate::charter).
//! Everything here is a lookup; a charter has at most 256 members and 2,048 logs.

pub mod agreement;
mod check;
mod document;
mod log;
mod relay;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tiaoxi_ledger::{cosignature::WitnessKey, note::VerifierKey};

pub use agreement::{Agreement, AgreementDocument, AgreementFault, DomainDuty, Map, MapDocument};
pub use check::{AgreementLogFault, TermsError};
pub use document::{
    AGREEMENTS_MAX, CHARTER_TITLE, CharterDocument, DUTIES_MAX, DutyDocument, ITEMS_MAX, LOGS_MAX,
    LogDocument, MEMBERS_MAX, TEXT_BYTES_MAX,
};
pub use log::{Closed, Log};

use crate::{
    digest::{Fingerprint, HexHash},
    member::{KeyPurpose, Member},
    name::{AgreementId, FederationId, MemberId, Slug},
    origin::Origin,
};

/// A catalogue item that records may be of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogItem {
    /// Federation-wide number, from 1; headers carry it.
    pub number: u16,
    /// Short name, such as `xzcf`.
    pub slug: Slug,
    /// BLAKE3 of the catalogue file's bytes.
    pub catalog: HexHash,
}

/// What of a log a member may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entitlement {
    /// Nothing.
    None,
    /// Headers, checkpoints and proofs.
    Headers,
    /// Everything.
    Bodies,
}

/// The content of a charter, checked.
#[derive(Clone, Debug)]
pub struct Terms {
    federation: FederationId,
    version: u32,
    previous: Option<Fingerprint>,
    threshold: usize,
    items: BTreeMap<u16, CatalogItem>,
    members: BTreeMap<MemberId, Member>,
    by_transport_key: BTreeMap<[u8; 32], MemberId>,
    logs: BTreeMap<Origin, Log>,
    supervision: Option<HexHash>,
    agreements: BTreeMap<AgreementId, Agreement>,
}

impl Terms {
    /// The federation.
    pub fn federation(&self) -> &FederationId {
        &self.federation
    }

    /// From 1.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Fingerprint of the version before; none for the first.
    pub fn previous(&self) -> Option<&Fingerprint> {
        self.previous.as_ref()
    }

    /// How many members must sign: more than half.
    pub fn threshold(&self) -> usize {
        self.threshold
    }

    /// The catalogue items, by rising number.
    pub fn items(&self) -> impl Iterator<Item = &CatalogItem> {
        self.items.values()
    }

    /// The catalogue item of a number.
    pub fn item(&self, number: u16) -> Option<&CatalogItem> {
        self.items.get(&number)
    }

    /// The members, by rising id.
    pub fn members(&self) -> impl ExactSizeIterator<Item = &Member> {
        self.members.values()
    }

    /// A member by its id.
    pub fn member(&self, id: &MemberId) -> Option<&Member> {
        self.members.get(id)
    }

    /// The member whose transport key has these 32 bytes.
    pub fn member_by_transport_key(&self, key: &[u8; 32]) -> Option<&Member> {
        self.member(self.by_transport_key.get(key)?)
    }

    /// The members whose hub a member is, by rising id.
    pub fn counties_of<'a>(&'a self, hub: &MemberId) -> impl Iterator<Item = &'a MemberId> {
        self.members()
            .filter(move |member| member.hub.as_ref() == Some(hub))
            .map(|county| &county.id)
    }

    /// BLAKE3 of the supervision catalogue's bytes, where the charter names one.
    pub fn supervision(&self) -> Option<&HexHash> {
        self.supervision.as_ref()
    }

    /// The agreements, ended ones included, by rising id.
    pub fn agreements(&self) -> impl ExactSizeIterator<Item = &Agreement> {
        self.agreements.values()
    }

    /// An agreement by its id.
    pub fn agreement(&self, id: &AgreementId) -> Option<&Agreement> {
        self.agreements.get(id)
    }

    /// The logs, by rising origin.
    pub fn logs(&self) -> impl ExactSizeIterator<Item = &Log> {
        self.logs.values()
    }

    /// A log by its origin.
    pub fn log(&self, origin: &Origin) -> Option<&Log> {
        self.logs.get(origin)
    }

    /// What of the log at `origin` the member may have; nothing of a log not listed.
    pub fn entitlement(&self, member: &MemberId, origin: &Origin) -> Entitlement {
        let Some(log) = self.log(origin).filter(|_| self.members.contains_key(member)) else {
            return Entitlement::None;
        };
        if log.origin().member == *member || log.audience().contains(member) {
            Entitlement::Bodies
        } else if log.deciders().contains(member) {
            Entitlement::Headers
        } else {
            Entitlement::None
        }
    }

    /// The logs of others that a member should follow: those it reads or decides for.
    pub fn followed_by(&self, member: &MemberId) -> Vec<Origin> {
        self.logs()
            .filter(|log| log.origin().member != *member)
            .filter(|log| self.entitlement(member, log.origin()) != Entitlement::None)
            .map(|log| log.origin().clone())
            .collect()
    }

    /// The logs that a member owns, closed ones included.
    pub fn owned_by(&self, member: &MemberId) -> Vec<Origin> {
        self.logs()
            .filter(|log| log.origin().member == *member)
            .map(|log| log.origin().clone())
            .collect()
    }

    /// The members of whom `quorum` must hold a new checkpoint of the log before anybody else is
    /// shown it; nobody and 0 for a log that stands alone or is not listed.
    pub fn deciders(&self, origin: &Origin) -> (&[MemberId], usize) {
        self.log(origin).map_or((&[], 0), |log| (log.deciders(), log.quorum()))
    }

    /// The key under which a member cosigns.
    pub fn witness_key(&self, id: &MemberId) -> Option<WitnessKey> {
        let member = self.member(id)?;
        let name = key_name(&self.federation, id, KeyPurpose::Witness);
        Some(WitnessKey::new(name, member.keys.witness).expect("ids make a valid key name"))
    }

    /// The key under which a member signs charters.
    pub fn recovery_key(&self, id: &MemberId) -> Option<VerifierKey> {
        let member = self.member(id)?;
        let name = key_name(&self.federation, id, KeyPurpose::Recovery);
        Some(VerifierKey::new(name, member.keys.recovery).expect("ids make a valid key name"))
    }
}

/// `<federation>/<member>/<purpose>`: the name of a member's key, the log key's excepted.
pub fn key_name(federation: &FederationId, member: &MemberId, purpose: KeyPurpose) -> String {
    format!("{federation}/{member}/{}", purpose.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::tests::city;

    fn origin(text: &str) -> Origin {
        Origin::parse(text).unwrap()
    }

    fn id(text: &str) -> MemberId {
        MemberId::parse(text).unwrap()
    }

    #[test]
    fn a_drafted_city_entitles_owner_hub_and_deciders_and_nobody_else() {
        let proposal = city(&["deqing", "anji"]);
        let terms = proposal.terms();
        let check = |member: &str, log: &str, expected: Entitlement| {
            assert_eq!(terms.entitlement(&id(member), &origin(log)), expected, "{member} {log}");
        };
        check("deqing", "huzhou/deqing/records/1", Entitlement::Bodies);
        check("huzhou", "huzhou/deqing/records/1", Entitlement::Bodies);
        check("huzhou", "huzhou/deqing/notices/1", Entitlement::Bodies);
        check("anji", "huzhou/deqing/records/1", Entitlement::None);
        check("huzhou", "huzhou/deqing/audit/1", Entitlement::None);
        check("deqing", "huzhou/deqing/audit/1", Entitlement::Bodies);
        check("deqing", "huzhou/huzhou/records/1", Entitlement::Headers);
        check("huzhou", "huzhou/huzhou/records/1", Entitlement::Bodies);
        check("huzhou", "huzhou/deqing/records/2", Entitlement::None);
        check("huzhou", "elsewhere/deqing/records/1", Entitlement::None);
        check("stranger", "huzhou/deqing/records/1", Entitlement::None);
    }

    #[test]
    fn members_follow_what_they_read_or_decide_for() {
        let proposal = city(&["deqing", "anji"]);
        let terms = proposal.terms();
        let texts = |origins: Vec<Origin>| -> Vec<String> {
            origins.iter().map(ToString::to_string).collect()
        };
        assert_eq!(
            texts(terms.followed_by(&id("huzhou"))),
            [
                "huzhou/anji/records/1",
                "huzhou/anji/notices/1",
                "huzhou/deqing/records/1",
                "huzhou/deqing/notices/1",
            ]
        );
        assert_eq!(
            texts(terms.followed_by(&id("deqing"))),
            ["huzhou/huzhou/records/1", "huzhou/huzhou/notices/1"]
        );
        assert_eq!(terms.owned_by(&id("deqing")).len(), 3);
        assert!(terms.followed_by(&id("stranger")).is_empty());
    }

    #[test]
    fn members_are_found_by_transport_key_only() {
        let proposal = city(&["deqing"]);
        let terms = proposal.terms();
        let deqing = terms.member(&id("deqing")).unwrap();
        let found = terms.member_by_transport_key(deqing.keys.transport.as_bytes());
        assert_eq!(found, Some(deqing));
        assert_eq!(terms.member_by_transport_key(deqing.keys.log.as_bytes()), None);
    }

    #[test]
    fn logs_have_their_members_log_key_under_their_own_name() {
        let proposal = city(&["deqing"]);
        let log = proposal.terms().log(&origin("huzhou/deqing/notices/1")).unwrap();
        let deqing = proposal.terms().member(&id("deqing")).unwrap();
        assert_eq!(log.verifier_key().name(), "huzhou/deqing/notices/1");
        assert_eq!(*log.verifier_key().public(), deqing.keys.log);
    }
}
