//! Requests, charters, admission and the names of logs.

use serde_json::Value;
use tiaoxi_federation::{
    Chain, Charter, Claim, Entitlement, Fingerprint, MemberId, Origin, Proposal, Terms, admit,
    member::KeyPurpose, request::Request,
};
use tiaoxi_ledger::note::{self, Note, SigningKey};

use crate::read::{array, each, number, text, vectors};

fn check_admission(charter: &Charter, admission: &Value) {
    for vector in each(admission) {
        let claim = Claim {
            kind: number(&vector["kind"]),
            version: number(&vector["version"]),
            effect: number(&vector["effect"]),
            item: number(&vector["item"]),
        };
        let log = text(&vector["log"]).parse().unwrap();
        let (outcome, applies) = match admit(charter, &log, number(&vector["number"]), claim) {
            Ok(admitted) => ("ADMITTED", Some(admitted.effect())),
            Err(reason) => (reason.code(), reason.applying_effect()),
        };
        let applies = applies.map_or(Value::Null, |effect| (effect as u8).into());
        assert_eq!((outcome, &applies), (text(&vector["outcome"]), &vector["applies"]), "{vector}");
    }
}

#[test]
fn charters_are_made_believed_and_followed_as_in_the_vectors() {
    let file = vectors("charter");
    let key = |member: &str, purpose: KeyPurpose, name: String| {
        let seed = array(&file["seeds"][member][purpose.name()]);
        SigningKey::new(name, &seed).unwrap()
    };
    for vector in each(&file["requests"]) {
        let note = text(vector).as_bytes();
        let member = Request::verify(note).unwrap().member().clone();
        let id = member.id.as_str();
        let keys =
            KeyPurpose::ALL.map(|purpose| key(id, purpose, format!("{id}/{}", purpose.name())));
        for (key, purpose) in keys.iter().zip(KeyPurpose::ALL) {
            assert_eq!(key.public(), *member.keys.of(purpose));
        }
        let unsigned = Note::parse(note).unwrap().text();
        assert_eq!(note::sign(unsigned, &keys.each_ref()).unwrap(), note);
    }
    let check = |vector: &Value| {
        let note = text(&vector["note"]).as_bytes();
        let proposal = Proposal::parse(note).unwrap();
        assert_eq!(proposal.fingerprint().to_string(), text(&vector["fingerprint"]));
        let mut draft = Proposal::parse(proposal.text().as_bytes()).unwrap();
        for id in ["huzhou", "deqing"] {
            let name = format!("huzhou/{id}/recovery");
            draft.sign(&key(id, KeyPurpose::Recovery, name)).unwrap();
        }
        assert_eq!(draft.to_bytes(), note);
    };
    check(&file["first"]);
    check(&file["second"]);
    let pin: Fingerprint = text(&file["first"]["fingerprint"]).parse().unwrap();
    let mut chain = Chain::pinned(text(&file["first"]["note"]).as_bytes(), &pin).unwrap();
    chain.extend(text(&file["second"]["note"]).as_bytes()).unwrap();
    assert_eq!(chain.current().version(), 2);
    assert!(Charter::verify(chain.current().note(), chain.current().fingerprint()).is_err());
    check_admission(chain.current(), &file["admission"]);
}

#[test]
fn names_of_logs_are_taken_apart_as_in_the_vectors() {
    let file = vectors("charter");
    for vector in each(&file["origins"]["good"]) {
        let origin = Origin::parse(text(&vector["origin"])).unwrap();
        assert_eq!(origin.federation.as_str(), vector["federation"]);
        assert_eq!(origin.member, MemberId::parse(text(&vector["member"])).unwrap());
        assert_eq!(origin.channel.to_string(), text(&vector["channel"]));
        assert_eq!(origin.epoch, number::<u8>(&vector["epoch"]));
        assert_eq!(origin.to_string(), text(&vector["origin"]));
    }
    for bad in each(&file["origins"]["bad"]) {
        assert!(Origin::parse(text(bad)).is_err(), "{bad}");
    }
}

/// Signs the text of a version anew with the keys of the vectors.
fn check_version(file: &Value, vector: &Value) -> Proposal {
    let proposal = Proposal::parse(text(&vector["note"]).as_bytes()).unwrap();
    assert_eq!(proposal.fingerprint().to_string(), text(&vector["fingerprint"]));
    let mut draft = Proposal::parse(proposal.text().as_bytes()).unwrap();
    for signer in each(&vector["signers"]) {
        let seed = array(&file["seeds"][text(signer)]["recovery"]);
        let name = format!("taihu/{}/recovery", text(signer));
        draft.sign(&SigningKey::new(name, &seed).unwrap()).unwrap();
    }
    assert_eq!(draft.to_bytes(), proposal.to_bytes());
    proposal
}

#[test]
fn agreements_are_signed_amended_and_refused_as_in_the_vectors() {
    let file = vectors("agreement");
    let [first, later @ ..] = each(&file["versions"]) else { panic!("no version") };
    let first = check_version(&file, first);
    let mut chain = Chain::pinned(&first.to_bytes(), first.fingerprint()).unwrap();
    check_admission(chain.current(), &file["admission"]);
    check_shares(chain.current(), &file["shares"]);
    for vector in each(&file["refused"]) {
        let note = text(&vector["note"]).as_bytes();
        let proposal = Proposal::parse(note).unwrap();
        let believed = match proposal.terms().version() {
            1 => Charter::verify(note, proposal.fingerprint()).is_ok(),
            _ => chain.clone().extend(note).is_ok(),
        };
        assert!(!believed, "{}", vector["why"]);
    }
    for vector in each(&file["malformed"]) {
        let mut changed = first.text().to_owned();
        for edit in each(&vector["edits"]) {
            assert!(changed.contains(text(&edit[0])), "{edit}");
            changed = changed.replacen(text(&edit[0]), text(&edit[1]), 1);
        }
        assert!(Terms::parse(&changed).is_err(), "{}", vector["why"]);
    }
    for vector in later {
        chain.extend(&check_version(&file, vector).to_bytes()).unwrap();
    }
    assert_eq!(chain.current().version(), 3);
}

fn check_shares(terms: &Terms, shares: &Value) {
    for vector in each(shares) {
        let log = Origin::parse(text(&vector["log"])).unwrap();
        for (member, expected) in vector["members"].as_object().unwrap() {
            let member = MemberId::parse(member).unwrap();
            let share = match terms.entitlement(&member, &log) {
                Entitlement::None => "none",
                Entitlement::Headers => "headers",
                Entitlement::Bodies => "bodies",
            };
            let asks = terms.asks(&member, &log).map(MemberId::as_str);
            assert_eq!(share, text(&expected["share"]), "{member} {log}");
            assert_eq!(asks, expected["asks"].as_str(), "{member} {log}");
        }
    }
}
