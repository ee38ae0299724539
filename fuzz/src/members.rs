//! An invented federation, its requests and its charter.

use tiaoxi_federation::member::KeyPurpose;
use tiaoxi_federation::{
    FederationId, Member, MemberId, MemberKeys, Proposal,
    draft::{DraftOptions, draft},
    request::{KeySeeds, Request},
    terms::key_name,
};
use tiaoxi_ledger::note::{PublicKey, SigningKey};

const MEMBERS: [(&str, Option<&str>); 3] =
    [("huzhou", None), ("deqing", Some("huzhou")), ("anji", Some("huzhou"))];

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

/// A charter unsigned, with one signature, and with enough of them.
pub fn charters() -> Vec<Vec<u8>> {
    let federation = FederationId::parse("huzhou").expect("a plain id");
    let options =
        DraftOptions { federation: federation.clone(), threshold: None, items: Vec::new() };
    let mut proposal: Proposal = draft(&requests(), options).expect("a plain federation");
    let mut files = vec![proposal.to_bytes()];
    for (number, (name, _)) in MEMBERS.iter().enumerate().take(2) {
        let name = key_name(&federation, &id(name), KeyPurpose::Recovery);
        let key = SigningKey::new(name, &seeds(number)[3]).expect("a plain key name");
        proposal.sign(&key).expect("a member's key");
        files.push(proposal.to_bytes());
    }
    files
}
