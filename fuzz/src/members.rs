//! An invented federation, its requests and its charter.

use tiaoxi_credit::Inspection;
use tiaoxi_federation::{
    AgreementId, DayText, FederationId, Member, MemberId, MemberKeys, Proposal, Terms,
    digest::HexHash,
    draft::{DraftOptions, draft},
    member::KeyPurpose,
    name::Slug,
    request::{KeySeeds, Request},
    terms::{AgreementDocument, DomainDuty, MapDocument, key_name},
};
use tiaoxi_ledger::note::{PublicKey, SigningKey};

const MEMBERS: [(&str, Option<&str>); 4] =
    [("huzhou", None), ("deqing", Some("huzhou")), ("anji", Some("huzhou")), ("jiaxing", None)];

fn id(text: &str) -> MemberId {
    MemberId::parse(text).expect("a plain id")
}

/// The four secrets of member number `member`.
fn seeds(member: usize) -> [[u8; 32]; 4] {
    let first = u8::try_from(4 * member + 1).expect("few members");
    [first, first + 1, first + 2, first + 3].map(|byte| [byte; 32])
}

/// The files in which the members ask to be let in.
pub fn request_files() -> Vec<Vec<u8>> {
    MEMBERS
        .iter()
        .enumerate()
        .map(|(number, (name, hub))| {
            let [transport, log, witness, recovery] = seeds(number);
            let member = Member {
                id: id(name),
                name: format!("{name} 示例信用中心"),
                hub: hub.map(id),
                addresses: vec!["/ip4/127.0.0.1/tcp/7301".into()],
                regions: Vec::new(),
                keys: MemberKeys {
                    transport: PublicKey::of_seed(&transport),
                    log: PublicKey::of_seed(&log),
                    witness: PublicKey::of_seed(&witness),
                    recovery: PublicKey::of_seed(&recovery),
                },
            };
            let seeds = KeySeeds {
                transport: &transport,
                log: &log,
                witness: &witness,
                recovery: &recovery,
            };
            Request::make(&member, &seeds).expect("the seeds are the keys'")
        })
        .collect()
}

/// The requests as they are believed.
pub fn requests() -> Vec<Request> {
    request_files()
        .iter()
        .map(|file| Request::verify(file).expect("the file was just made"))
        .collect()
}

/// A charter unsigned, with fewer signatures than it needs, and with enough of them; then the same
/// with an agreement, which its parties have signed.
pub fn charters() -> Vec<Vec<u8>> {
    [Vec::new(), vec![agreement()]]
        .into_iter()
        .flat_map(|agreements| {
            let mut proposal = proposal(agreements);
            let unsigned = proposal.to_bytes();
            let signed = (0..MEMBERS.len()).map(|number| {
                sign(&mut proposal, number);
                proposal.to_bytes()
            });
            [vec![unsigned], signed.collect()].concat()
        })
        .collect()
}

fn proposal(agreements: Vec<AgreementDocument>) -> Proposal {
    let options = DraftOptions {
        federation: federation(),
        threshold: None,
        items: Vec::new(),
        supervision: Some(HexHash([7; 32])),
        agreements,
    };
    draft(&requests(), options).expect("a plain federation")
}

fn federation() -> FederationId {
    FederationId::parse("huzhou").expect("a plain id")
}

fn sign(proposal: &mut Proposal, member: usize) {
    let name = key_name(&federation(), &id(MEMBERS[member].0), KeyPurpose::Recovery);
    let key = SigningKey::new(name, &seeds(member)[3]).expect("a plain key name");
    proposal.sign(&key).expect("a member's key");
}

/// What a charter with an agreement says.
pub fn agreed_terms() -> Terms {
    Terms::parse(proposal(vec![agreement()]).text()).expect("its own text")
}

/// The secret of a member's log key.
pub fn log_seed(member: &str) -> [u8; 32] {
    let place = MEMBERS.iter().position(|(name, _)| *name == member);
    seeds(place.expect("one of the members"))[1]
}

/// The text of a charter without agreements, which takes more of them behind its end.
pub fn charter_text() -> String {
    proposal(Vec::new()).text().to_owned()
}

/// What huzhou and jiaxing agree upon.
pub fn agreement() -> AgreementDocument {
    let slug = |text: &str| Slug::parse(text).expect("a plain slug");
    let day = |text: &str| DayText::parse(text).expect("a plain day");
    let map = |receiver: Option<&str>, officers| MapDocument {
        receiver: receiver.map(id),
        domain: slug("ecology"),
        standard: slug("eco-list"),
        standard_version: 2,
        level: slug("grave"),
        here: slug("listed"),
        inspection: Inspection::MORE,
        measures: vec![slug("closer-review")],
        officers,
        term_months_max: 12,
        objection_pauses: true,
    };
    AgreementDocument {
        id: AgreementId::parse("delta").expect("a plain id"),
        version: 1,
        name: "示例互认协议".into(),
        parties: vec![id("huzhou"), id("jiaxing")],
        starts: day("2026-01-01"),
        ends: day("2028-12-31"),
        notice_days: 30,
        freshness_hours: 24,
        propagation_days: 3,
        handling_days: 3,
        sole_traders: true,
        duties: vec![DomainDuty { domain: slug("ecology"), members: vec![id("jiaxing")] }],
        maps: vec![map(None, 1), map(Some("huzhou"), 0)],
    }
}
