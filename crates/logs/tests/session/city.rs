//! Charters of a city whose members' keys grow from their ids.

use std::{collections::BTreeMap, sync::Arc};

use tiaoxi_federation::{
    AgreementId, Charter, DayText, FederationId, Member, MemberId, MemberKeys, Proposal,
    digest::HexHash,
    draft::{DraftOptions, draft},
    name::Slug,
    request::{KeySeeds, Request},
    terms::{AgreementDocument, CatalogItem, CharterDocument},
};
use tiaoxi_ledger::note::{PublicKey, SigningKey};
use zeroize::Zeroizing;

/// The hub `huzhou` and its counties, and perhaps other cities, under a signed charter.
pub(crate) struct City {
    pub(crate) charter: Charter,
}

pub(crate) fn id(member: &str) -> MemberId {
    MemberId::parse(member).unwrap()
}

/// The log of a member in a channel.
pub(crate) fn log(member: &str, channel: &str) -> String {
    format!("huzhou/{member}/{channel}/1")
}

pub(crate) fn seed(member: &str, purpose: &str) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(*blake3::hash(format!("{member}/{purpose}").as_bytes()).as_bytes())
}

fn request(member: &str, hub: Option<&str>) -> Request {
    let seeds = ["transport", "log", "witness", "recovery"].map(|purpose| seed(member, purpose));
    let [transport, log, witness, recovery] = seeds.each_ref().map(|seed| PublicKey::of_seed(seed));
    let described = Member {
        id: id(member),
        name: format!("{member} 示例"),
        hub: hub.map(id),
        addresses: Vec::new(),
        regions: Vec::new(),
        keys: MemberKeys { transport, log, witness, recovery },
    };
    let [transport, log, witness, recovery] = &seeds;
    let asked = Request::make(&described, &KeySeeds { transport, log, witness, recovery });
    Request::verify(&asked.unwrap()).unwrap()
}

impl City {
    /// As it is drafted: counties report to the hub, which decides for them; it waits for most of
    /// them itself.
    pub(crate) fn of(counties: &[&str]) -> Arc<Self> {
        Self::changed(counties, |_as_drafted| {})
    }

    /// With a draft that people have changed before they signed it.
    pub(crate) fn changed(
        counties: &[&str],
        change: impl FnOnce(&mut CharterDocument),
    ) -> Arc<Self> {
        let hub = std::iter::once(request("huzhou", None));
        let counties = counties.iter().map(|county| request(county, Some("huzhou")));
        Self::signed(&hub.chain(counties).collect::<Vec<_>>(), Vec::new(), change)
    }

    /// The cities of the agreement `delta`, `jiaxing` with `nanhu` and `huzhou` with `anji` and
    /// `changxing`; `hangzhou` is a partner but no party.
    pub(crate) fn of_the_delta() -> Arc<Self> {
        let members = [
            ("hangzhou", None),
            ("huzhou", None),
            ("jiaxing", None),
            ("anji", Some("huzhou")),
            ("changxing", Some("huzhou")),
            ("nanhu", Some("jiaxing")),
        ];
        let requests = members.map(|(member, hub)| request(member, hub));
        let day = |text| DayText::parse(text).unwrap();
        let agreement = AgreementDocument {
            id: AgreementId::parse("delta").unwrap(),
            version: 1,
            name: "重点监管对象互认协议".into(),
            parties: vec![id("huzhou"), id("jiaxing")],
            starts: day("2026-01-01"),
            ends: day("2028-12-31"),
            notice_days: 30,
            freshness_hours: 24,
            propagation_days: 3,
            handling_days: 3,
            sole_traders: false,
            duties: Vec::new(),
            maps: Vec::new(),
        };
        Self::signed(&requests, vec![agreement], |_as_drafted| {})
    }

    fn signed(
        requests: &[Request],
        agreements: Vec<AgreementDocument>,
        change: impl FnOnce(&mut CharterDocument),
    ) -> Arc<Self> {
        let item = CatalogItem {
            number: 1,
            slug: Slug::parse("xzcf").unwrap(),
            catalog: HexHash([7; 32]),
        };
        let options = DraftOptions {
            federation: FederationId::parse("huzhou").unwrap(),
            threshold: None,
            items: vec![item],
            supervision: (!agreements.is_empty()).then_some(HexHash([8; 32])),
            agreements,
        };
        let drafted = draft(requests, options).unwrap();
        let mut document = CharterDocument::parse(drafted.text()).unwrap();
        change(&mut document);
        let mut proposal = Proposal::draft(document).unwrap();
        let members: Vec<_> = proposal.terms().members().map(|member| member.id.clone()).collect();
        for member in members {
            let name = format!("huzhou/{member}/recovery");
            let key = SigningKey::new(name, &seed(member.as_str(), "recovery")).unwrap();
            proposal.sign(&key).unwrap();
        }
        let charter = Charter::verify(&proposal.to_bytes(), proposal.fingerprint()).unwrap();
        Arc::new(Self { charter })
    }

    /// Counties whose logs others read and decide for too: by name of the log, the further readers,
    /// the deciders and the quorum.
    pub(crate) fn with_logs(
        counties: &[&str],
        logs: &[(&str, &[&str], &[&str], u16)],
    ) -> Arc<Self> {
        let logs: BTreeMap<_, _> = logs.iter().map(|(name, ..)| *name).zip(logs).collect();
        Self::changed(counties, |document| {
            for described in &mut document.logs {
                let name = log(described.member.as_str(), &described.channel.to_string());
                let Some((_, readers, deciders, quorum)) = logs.get(name.as_str()) else {
                    continue;
                };
                described.audience = readers.iter().copied().map(id).collect();
                described.deciders = deciders.iter().copied().map(id).collect();
                described.quorum = *quorum;
            }
        })
    }
}
