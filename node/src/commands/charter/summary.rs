//! A charter in short, for people and programs.

use serde::Serialize;
use tiaoxi_federation::{
    FederationId, Fingerprint, Member, MemberId, Terms,
    terms::{Agreement, CatalogItem},
};

/// A charter in short.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Summary {
    /// The federation.
    pub(crate) federation: FederationId,
    /// From 1.
    pub(crate) version: u32,
    /// What to compare.
    pub(crate) fingerprint: Fingerprint,
    /// Members that must sign.
    pub(crate) threshold: usize,
    /// Members that have signed.
    pub(crate) signers: Vec<MemberId>,
    /// Every member.
    pub(crate) members: Vec<MemberSummary>,
    /// The catalogue items.
    pub(crate) items: Vec<CatalogItem>,
    /// The agreements on mutual recognition.
    pub(crate) agreements: Vec<AgreementSummary>,
    /// Which party's signature an agreement still lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unsigned: Option<String>,
    /// Logs, closed ones included.
    pub(crate) logs: usize,
}

/// A member in short.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MemberSummary {
    /// Its id.
    pub(crate) id: MemberId,
    /// Its name.
    pub(crate) name: String,
    /// Its hub.
    pub(crate) hub: Option<MemberId>,
    /// Where its node may be found.
    pub(crate) addresses: Vec<String>,
}

/// An agreement in short.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AgreementSummary {
    /// Its id.
    pub(crate) id: String,
    /// From 1.
    pub(crate) version: u32,
    /// Its name.
    pub(crate) name: String,
    /// Who takes part.
    pub(crate) parties: Vec<MemberId>,
    /// First and last day.
    pub(crate) term: [String; 2],
}

impl AgreementSummary {
    fn of(agreement: &Agreement) -> Self {
        Self {
            id: agreement.id().to_string(),
            version: agreement.version(),
            name: agreement.name().to_owned(),
            parties: agreement.parties().to_vec(),
            term: [agreement.starts().to_string(), agreement.ends().to_string()],
        }
    }
}

impl Summary {
    /// Of a charter's terms and the members that have signed them.
    pub(super) fn of(terms: &Terms, fingerprint: Fingerprint, signers: Vec<MemberId>) -> Self {
        let member = |member: &Member| MemberSummary {
            id: member.id.clone(),
            name: member.name.clone(),
            hub: member.hub.clone(),
            addresses: member.addresses.clone(),
        };
        Self {
            federation: terms.federation().clone(),
            version: terms.version(),
            fingerprint,
            threshold: terms.threshold(),
            signers,
            members: terms.members().map(member).collect(),
            items: terms.items().cloned().collect(),
            agreements: terms.agreements().map(AgreementSummary::of).collect(),
            unsigned: None,
            logs: terms.logs().len(),
        }
    }

    /// Lines for people.
    pub(super) fn describe(&self) -> Vec<String> {
        let mut lines = vec![
            format!("Charter of {}, version {}", self.federation, self.version),
            format!("Fingerprint {}", self.fingerprint),
        ];
        for member in &self.members {
            let hub = member.hub.as_ref().map(|hub| format!(" under {hub}")).unwrap_or_default();
            let signed = if self.signers.contains(&member.id) { ", signed" } else { "" };
            lines.push(format!("  {} {}{hub}{signed}", member.id, member.name));
        }
        for item in &self.items {
            lines.push(format!("  item {} {} {}", item.number, item.slug, item.catalog));
        }
        for agreement in &self.agreements {
            let AgreementSummary { id, version, name, parties, term: [from, to] } = agreement;
            let parties: Vec<_> = parties.iter().map(MemberId::as_str).collect();
            let parties = parties.join(", ");
            lines.push(format!("  agreement {id} v{version} {name}, {from} to {to}: {parties}"));
        }
        lines.extend(self.unsigned.clone());
        lines.push(format!(
            "Signed by {} of {} members; {} are needed.",
            self.signers.len(),
            self.members.len(),
            self.threshold
        ));
        lines
    }
}
