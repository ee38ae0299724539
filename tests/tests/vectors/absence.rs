//! Certificates of absence: how they are written, read, refuted and answered.

use tiaoxi_credit::statement::Evidence;
use tiaoxi_federation::{MemberId, Proposal};
use tiaoxi_ledger::note::SigningKey;
use tiaoxi_recognition::papers::absence::{Absence, verifier_key};

use crate::read::{array, bytes, each, text, vectors};

#[test]
fn certificates_of_absence_are_those_of_the_vectors() {
    let (file, agreement) = (vectors("absence"), vectors("agreement"));
    let charter = text(&each(&agreement["versions"])[0]["note"]).as_bytes();
    let proposal = Proposal::parse(charter).unwrap();
    let terms = proposal.terms();
    let key = SigningKey::new(text(&file["key"]["name"]), &array(&file["key"]["seed"])).unwrap();
    let known = verifier_key(terms, &MemberId::parse("huzhou").unwrap()).unwrap();
    assert_eq!(key.verifier_key(), known);
    let listing = &file["listing"];
    let listing = Evidence {
        proof: text(&listing["proof"]).as_bytes().to_vec(),
        header: bytes(&listing["header"]),
        salt: array(&listing["salt"]),
        body: bytes(&listing["body"]),
    };
    let (end, end_header) = (&file["answer"]["proof"], bytes(&file["answer"]["header"]));
    for vector in each(&file["certificates"]) {
        let read = Absence::read(text(&vector["note"]).as_bytes(), &known).unwrap();
        assert_eq!(Absence::write(read.facts().clone(), &key).unwrap(), read);
        let refuted = read.refuted_by(&listing, terms);
        assert_eq!(vector["refuted"], refuted.is_ok(), "{}", vector["comment"]);
        let answered = refuted.is_ok_and(|refuted| {
            refuted.answered_by(text(end).as_bytes(), &end_header, &read, terms).is_ok()
        });
        assert_eq!(vector["answered"], answered, "{}", vector["comment"]);
    }
    for vector in each(&file["refused"]) {
        let note = text(&vector["note"]).as_bytes();
        assert!(Absence::read(note, &known).is_err(), "{}", vector["why"]);
    }
}
