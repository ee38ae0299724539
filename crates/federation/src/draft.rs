//! Drafting a first charter from membership requests, and amending a later one, by the table of
//! channels.
//!
//! What it proposes is the ordinary city: counties report to their hub, the hub decides for them,
//! each records what it is told to; and for each agreement its two logs of every party, read by the
//! other parties and by the counties of all. People may change the text before they sign it.

mod agreements;
mod amend;

use std::collections::BTreeMap;

use tiaoxi_credit::Kind;

pub use amend::{AmendError, Amendment, amend};

use crate::{
    channel::{Channel, DefaultReach, TABLE},
    charter::Proposal,
    digest::HexHash,
    member::Member,
    name::{FederationId, MemberId, Slug},
    request::Request,
    terms::{
        AgreementDocument, CatalogItem, CharterDocument, DutyDocument, LogDocument, TermsError,
    },
};

/// What the requests do not say.
#[derive(Clone, Debug)]
pub struct DraftOptions {
    /// Name of the federation to be.
    pub federation: FederationId,
    /// Members that must sign; by default just more than half.
    pub threshold: Option<u16>,
    /// The catalogue items that it begins with.
    pub items: Vec<CatalogItem>,
    /// BLAKE3 of the supervision catalogue's bytes; needed where there are agreements.
    pub supervision: Option<HexHash>,
    /// The agreements that it begins with, each of version 1.
    pub agreements: Vec<AgreementDocument>,
}

/// Drafts version 1 of a charter. The order of the requests does not matter.
pub fn draft(requests: &[Request], options: DraftOptions) -> Result<Proposal, TermsError> {
    Proposal::draft(document(requests, options))
}

fn document(requests: &[Request], options: DraftOptions) -> CharterDocument {
    let DraftOptions { federation, threshold, mut items, supervision, agreements } = options;
    let members = members(requests);
    items.sort_by_key(|item| item.number);
    let mut document = CharterDocument {
        federation,
        version: 1,
        previous: None,
        threshold: threshold.unwrap_or_else(|| majority(members.len())),
        supervision,
        logs: logs(&members),
        duties: duties(&ids(&members), &numbers(&items)),
        items,
        members,
        agreements,
    };
    agreements::complete(&mut document, None);
    document
}

/// Who asks: hubs and partners first, each by rising id.
fn members(requests: &[Request]) -> Vec<Member> {
    let mut members: Vec<Member> =
        requests.iter().map(|request| request.member().clone()).collect();
    members.sort_by(|a, b| (a.hub.is_some(), &a.id).cmp(&(b.hub.is_some(), &b.id)));
    members
}

fn ids(members: &[Member]) -> Vec<MemberId> {
    members.iter().map(|member| member.id.clone()).collect()
}

fn numbers(items: &[CatalogItem]) -> Vec<u16> {
    items.iter().map(|item| item.number).collect()
}

/// The rows of the channel table of which every member gets a log.
fn drafted_channels() -> impl Iterator<Item = (Channel, DefaultReach, &'static [Kind])> {
    TABLE
        .iter()
        .enumerate()
        .filter(|(_, kind)| kind.reach != DefaultReach::Agreement)
        .map(|(row, kind)| (Channel::of_row(row), kind.reach, kind.says))
}

fn logs(members: &[Member]) -> Vec<LogDocument> {
    let mut counties: BTreeMap<&MemberId, Vec<MemberId>> = BTreeMap::new();
    for member in members {
        if let Some(hub) = &member.hub {
            counties.entry(hub).or_default().push(member.id.clone());
        }
    }
    let mut logs = Vec::new();
    for member in members {
        for (channel, reach, _) in drafted_channels() {
            let (audience, deciders) = match (reach, &member.hub) {
                (DefaultReach::OwnHub, Some(hub)) => (vec![hub.clone()], vec![hub.clone()]),
                (DefaultReach::OwnHub, None) => {
                    (Vec::new(), counties.get(&member.id).cloned().unwrap_or_default())
                }
                (DefaultReach::Nobody | DefaultReach::Agreement, _) => (Vec::new(), Vec::new()),
            };
            logs.push(LogDocument {
                member: member.id.clone(),
                channel,
                epoch: 1,
                suite: 1,
                audience,
                quorum: majority(deciders.len()),
                deciders,
                closed: None,
            });
        }
    }
    logs
}

/// More than half, and 0 of nobody: two quorums of one log share a decider, which sees a fork.
fn majority(count: usize) -> u16 {
    match count {
        0 => 0,
        count => u16::try_from(count / 2 + 1).unwrap_or(u16::MAX),
    }
}

/// Every member may say in a channel what the channel is for: of every item, and, where a statement
/// carries no record, of none.
fn duties(members: &[MemberId], items: &[u16]) -> Vec<DutyDocument> {
    let mut duties = Vec::new();
    for (channel, _, says) in drafted_channels() {
        let carries_record = |kind: &&Kind| matches!(kind, Kind::Record | Kind::Correction);
        let duty = |statements: Vec<Slug>, items: Vec<u16>| DutyDocument {
            members: members.to_vec(),
            statements,
            items,
            channels: vec![channel.clone()],
        };
        if !items.is_empty() {
            duties.push(duty(names(says), items.to_vec()));
        }
        duties.push(duty(names(says.iter().filter(|kind| !carries_record(kind))), Vec::new()));
    }
    duties
}

fn names<'a>(kinds: impl IntoIterator<Item = &'a Kind>) -> Vec<Slug> {
    let slug = |kind: &Kind| Slug::parse(kind.name()).expect("names of statements are slugs");
    kinds.into_iter().map(slug).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use tiaoxi_credit::Inspection;
    use tiaoxi_ledger::note::SigningKey;

    use super::*;
    use crate::{
        digest::HexHash,
        request::{
            KeySeeds,
            tests::{member, seeds},
        },
        terms::{DomainDuty, Map},
    };

    pub(crate) fn recovery_signer(id: &str) -> SigningKey {
        SigningKey::new(format!("huzhou/{id}/recovery"), &seeds(id).recovery).unwrap()
    }

    pub(crate) fn request(id: &str, hub: Option<&str>) -> Request {
        let keys = seeds(id);
        let seeds = KeySeeds {
            transport: &keys.transport,
            log: &keys.log,
            witness: &keys.witness,
            recovery: &keys.recovery,
        };
        Request::verify(&Request::make(&member(id, hub, 7000), &seeds).unwrap()).unwrap()
    }

    pub(crate) fn options() -> DraftOptions {
        let item = |number, slug: &str| CatalogItem {
            number,
            slug: Slug::parse(slug).unwrap(),
            catalog: HexHash([7; 32]),
        };
        DraftOptions {
            federation: FederationId::parse("huzhou").unwrap(),
            threshold: None,
            items: vec![item(2, "xzcf"), item(1, "xzxk")],
            supervision: None,
            agreements: Vec::new(),
        }
    }

    /// The same with agreements, and the catalogue by which they are read.
    pub(crate) fn with_agreements(agreements: Vec<AgreementDocument>) -> DraftOptions {
        DraftOptions { agreements, supervision: Some(HexHash([9; 32])), ..options() }
    }

    fn requests(counties: &[&str]) -> Vec<Request> {
        let mut requests: Vec<_> =
            counties.iter().map(|county| request(county, Some("huzhou"))).collect();
        requests.push(request("huzhou", None));
        requests
    }

    /// The hub `huzhou` with these counties, items 1 (xzxk) and 2 (xzcf).
    pub(crate) fn city_document(counties: &[&str]) -> CharterDocument {
        document(&requests(counties), options())
    }

    /// An agreement of these parties, of 2026 and 2027, in which all list in `ecology`.
    pub(crate) fn agreement(id: &str, parties: &[&str]) -> AgreementDocument {
        let parties: Vec<_> = parties.iter().map(|id| MemberId::parse(id).unwrap()).collect();
        let slug = |text: &str| Slug::parse(text).unwrap();
        AgreementDocument {
            id: crate::AgreementId::parse(id).unwrap(),
            version: 1,
            name: "长三角重点监管对象互认(示例)".to_owned(),
            starts: crate::DayText::parse("2026-01-01").unwrap(),
            ends: crate::DayText::parse("2027-12-31").unwrap(),
            notice_days: 30,
            freshness_hours: 24,
            propagation_days: 3,
            handling_days: 3,
            sole_traders: false,
            duties: vec![DomainDuty { domain: slug("ecology"), members: parties.clone() }],
            maps: vec![Map {
                receiver: None,
                domain: slug("ecology"),
                standard: slug("ecology-list"),
                standard_version: 1,
                level: slug("serious"),
                here: slug("serious"),
                inspection: Inspection::MORE,
                measures: Vec::new(),
                officers: 0,
                term_months_max: 12,
                objection_pauses: true,
            }],
            parties,
        }
    }

    /// The city of `huzhou` with two counties and four partners. Agreement `delta` of all cities but
    /// `huangshan`, `ecology` of `huzhou` and `jiaxing`.
    pub(crate) fn delta_document() -> CharterDocument {
        let mut requests = requests(&["anji", "deqing"]);
        for partner in ["hangzhou", "huangshan", "jiaxing", "suzhou"] {
            requests.push(request(partner, None));
        }
        let agreements = vec![
            agreement("delta", &["huzhou", "jiaxing", "hangzhou", "suzhou"]),
            agreement("ecology", &["jiaxing", "huzhou"]),
        ];
        document(&requests, with_agreements(agreements))
    }

    pub(crate) fn delta() -> Proposal {
        Proposal::draft(delta_document()).unwrap()
    }

    pub(crate) fn city(counties: &[&str]) -> Proposal {
        Proposal::draft(city_document(counties)).unwrap()
    }

    #[test]
    fn the_order_of_requests_does_not_matter() {
        let mut reversed = requests(&["anji", "deqing"]);
        reversed.reverse();
        let reversed = draft(&reversed, options()).unwrap();
        assert_eq!(reversed.text(), city(&["anji", "deqing"]).text());
    }

    #[test]
    fn the_threshold_is_just_more_than_half_unless_given() {
        for (counties, threshold) in
            [(&[][..], 1), (&["anji"][..], 2), (&["anji", "deqing"][..], 2)]
        {
            assert_eq!(city(counties).terms().threshold(), threshold);
        }
        let asked = |threshold| {
            draft(&requests(&["anji"]), DraftOptions { threshold: Some(threshold), ..options() })
        };
        assert!(asked(2).is_ok());
        assert!(asked(1).is_err());
        assert!(asked(3).is_err());
    }

    #[test]
    fn a_county_whose_hub_does_not_ask_is_no_charter() {
        let lone = [request("deqing", Some("huzhou"))];
        assert!(matches!(draft(&lone, options()), Err(TermsError::Hub { .. })));
        assert!(draft(&[], options()).is_err());
        let twice = [request("huzhou", None), request("huzhou", None)];
        assert!(draft(&twice, options()).is_err());
    }

    #[test]
    fn a_hub_without_counties_stands_alone_and_hubs_wait_for_most_counties() {
        let deciders = |counties: &[&str]| {
            let proposal = city(counties);
            let origin = crate::Origin::parse("huzhou/huzhou/records/1").unwrap();
            let (deciders, quorum) = proposal.terms().deciders(&origin);
            (deciders.len(), quorum)
        };
        assert_eq!(deciders(&[]), (0, 0));
        assert_eq!(deciders(&["anji", "deqing"]), (2, 2));
        assert_eq!(deciders(&["anji", "changxing", "deqing"]), (3, 2));
    }
}
