//! Who takes part, with keys grown from names, and the charter that they have signed.

use tiaoxi_federation::{
    FederationId, Member, MemberId, MemberKeys, Proposal,
    request::{KeySeeds, Request},
};
use tiaoxi_ledger::note::{PublicKey, SigningKey};

/// The federation of every run.
pub(crate) const FEDERATION: &str = "delta-cities";

/// Who takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scene {
    /// Five cities under two agreements, eleven counties of two of them.
    HubsAndCounties,
    /// Sixteen cities under one agreement, four of them under another too.
    SixteenCities,
}

const HUBS: &[(&str, &[&str])] = &[
    ("huzhou", &["wuxing", "nanxun", "deqing", "changxing", "anji", "south-taihu"]),
    ("jiaxing", &["nanhu", "xiuzhou", "jiashan", "haiyan", "haining"]),
    ("hangzhou", &[]),
    ("suzhou", &[]),
    ("huangshan", &[]),
];

const CITIES: &[&str] = &[
    "huzhou",
    "jiaxing",
    "hangzhou",
    "suzhou",
    "huangshan",
    "shaoxing",
    "ningbo",
    "wuxi",
    "nanjing",
    "hefei",
    "wuhu",
    "xuancheng",
    "changzhou",
    "jinhua",
    "taizhou",
    "quzhou",
];

impl Scene {
    /// Members and their hubs.
    fn roster(self) -> Vec<(&'static str, Option<&'static str>)> {
        match self {
            Self::SixteenCities => CITIES.iter().map(|city| (*city, None)).collect(),
            Self::HubsAndCounties => {
                let hubs = HUBS.iter().map(|(hub, _)| (*hub, None));
                let counties = HUBS.iter().flat_map(|(hub, counties)| {
                    counties.iter().map(move |county| (*county, Some(*hub)))
                });
                hubs.chain(counties).collect()
            }
        }
    }

    /// The parties of the wide agreement.
    pub(crate) fn wide(self) -> Vec<MemberId> {
        let cities = self.roster().into_iter().filter(|(_, hub)| hub.is_none());
        cities.map(|(city, _)| id(city)).collect()
    }

    /// The parties of the narrow agreement.
    pub(crate) fn narrow(self) -> Vec<MemberId> {
        let parties: &[&str] = match self {
            Self::HubsAndCounties => &["huzhou", "hangzhou", "huangshan"],
            Self::SixteenCities => &["huzhou", "jiaxing", "suzhou", "quzhou"],
        };
        parties.iter().map(|party| id(party)).collect()
    }

    /// Everybody's request to join.
    pub(crate) fn requests(self) -> Vec<Request> {
        self.roster().into_iter().map(|(member, hub)| request(member, hub)).collect()
    }
}

pub(crate) fn id(member: &str) -> MemberId {
    MemberId::parse(member).expect("a short lower-case name")
}

/// The secret of a member's key for a purpose.
pub(crate) fn seed(member: &MemberId, purpose: &str) -> [u8; 32] {
    *blake3::hash(format!("{member}/{purpose}").as_bytes()).as_bytes()
}

/// A member's key for a purpose, under its name.
pub(crate) fn key(member: &MemberId, purpose: &str) -> SigningKey {
    let name = format!("{FEDERATION}/{member}/{purpose}");
    SigningKey::new(name, &seed(member, purpose)).expect("the name of a key")
}

fn request(member: &str, hub: Option<&str>) -> Request {
    let member = id(member);
    let seeds = ["transport", "log", "witness", "recovery"].map(|purpose| seed(&member, purpose));
    let [transport, log, witness, recovery] = seeds.each_ref().map(PublicKey::of_seed);
    let described = Member {
        name: format!("{member} 示例"),
        hub: hub.map(id),
        addresses: Vec::new(),
        regions: Vec::new(),
        keys: MemberKeys { transport, log, witness, recovery },
        id: member,
    };
    let [transport, log, witness, recovery] = &seeds;
    let asked = Request::make(&described, &KeySeeds { transport, log, witness, recovery });
    Request::verify(&asked.expect("the keys are the member's own")).expect("it was just made")
}

/// A proposal that all its members have signed.
pub(crate) fn signed_by_all(mut proposal: Proposal) -> Vec<u8> {
    let members: Vec<_> = proposal.terms().members().map(|member| member.id.clone()).collect();
    for member in members {
        proposal.sign(&key(&member, "recovery")).expect("a member signs once");
    }
    proposal.to_bytes()
}

pub(crate) fn federation() -> FederationId {
    FederationId::parse(FEDERATION).expect("a short lower-case name")
}
