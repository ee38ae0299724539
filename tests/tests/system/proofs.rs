//! Proofs, judged by crates that share no code with the program, and by its own command.

use std::path::Path;

use base64::{Engine, prelude::BASE64_STANDARD};
use signed_note::{Note, StandardVerifier, VerifierList};
use tiaoxi_api::types::{Base64Bytes, BodyState, Proof};
use tiaoxi_federation::{MemberId, Origin};
use tiaoxi_ledger::note::VerifierKey;
use tlog_tiles::tlog;

use crate::{
    city::City,
    files::Invented,
    program::{check_failure, run, succeed},
};

/// The key of a log as text, from the charter.
fn key_of(city: &City, log: &str) -> String {
    let charter = city.charter();
    let member: MemberId = Origin::parse(log).unwrap().member;
    let key = charter.current().terms().member(&member).unwrap().keys.log;
    VerifierKey::new(log.to_owned(), key).unwrap().to_string()
}

/// Size and root of a checkpoint, when the log has signed it.
fn believed(note: &[u8], key: &str, log: &str) -> (u64, tlog::Hash) {
    let verifier = StandardVerifier::new(key).unwrap();
    let note = Note::from_bytes(note).unwrap();
    let (signatures, _) = note.verify(&VerifierList::new(vec![Box::new(verifier)])).unwrap();
    assert_eq!(signatures.len(), 1);
    let checkpoint = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
    assert_eq!(checkpoint.origin(), log);
    (checkpoint.size(), *checkpoint.hash())
}

/// Takes a `.tlog-proof` apart by what its specification says: index, path, checkpoint.
fn read(file: &str) -> (u64, Vec<tlog::Hash>, &str) {
    let (head, checkpoint) = file.split_once("\n\n").unwrap();
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("c2sp.org/tlog-proof@v1"));
    let index = lines.next().unwrap().strip_prefix("index ").unwrap().parse().unwrap();
    let hash = |line| tlog::Hash(BASE64_STANDARD.decode(line).unwrap().try_into().unwrap());
    (index, lines.map(hash).collect(), checkpoint)
}

fn check(proof: &Proof, key: &str, newest: (u64, tlog::Hash)) {
    let (index, path, checkpoint) = read(&proof.tlog_proof);
    assert_eq!(index, proof.number);
    let (size, root) = believed(checkpoint.as_bytes(), key, &proof.log);
    assert_eq!((size, root), newest, "the proof is under the fresh checkpoint");
    let header = proof.header.0.as_slice();
    assert_eq!(header.len(), 48);
    tlog::check_record(&path, size, root, index, tlog::record_hash(header)).unwrap();
    let mut another = header.to_vec();
    another[20] ^= 1;
    let leaf = tlog::record_hash(&another);
    assert!(tlog::check_record(&path, size, root, index, leaf).is_err());
    if proof.body_state == BodyState::Given {
        let (body, salt) = (&proof.body.as_ref().unwrap().0, &proof.salt.as_ref().unwrap().0);
        let label = b"tiaoxi entry body v1\0\0\0\0\0\0\0\0\0\0\0\0";
        let commitment = blake3::hash(&[label, salt.as_slice(), body.as_slice()].concat());
        assert_eq!(commitment.as_bytes().as_slice(), &header[16..]);
    } else {
        assert!(proof.body.is_none() && proof.salt.is_none());
    }
}

#[test]
fn proofs_and_checkpoints_hold_before_independent_judges() {
    let city = City::of(&["wuxing"]);
    let file = Invented::penalties(city.root.path(), "wuxing", 1100, 21, 0);
    city.counties[0].take_in(&file.path);
    let (home, _) = city.level(0);
    let log = city.counties[0].log();
    let key = key_of(&city, &log);
    // At home and at the hub, which only follows.
    for client in [city.counties[0].client(), city.hub.client()] {
        let newest = believed(&client.checkpoint(&log).unwrap(), &key, &log);
        assert_eq!((newest.0, newest.1.0.as_slice()), (home.size_signed, home.root.0.as_slice()));
        let mut given = 0;
        for number in [0, 1, 2, 255, 256, 257, 700, 1023, 1024, home.size_signed - 1] {
            let proof = client.proof(&log, number).unwrap();
            check(&proof, &key, newest);
            given += usize::from(proof.body_state == BodyState::Given);
            let plain = client.proof_file(&log, number).unwrap();
            assert_eq!(String::from_utf8(plain).unwrap(), proof.tlog_proof);
        }
        assert!(given > 2, "the import, its report and some records show their bodies");
        assert!(client.proof(&log, home.size_signed).is_err(), "behind the end");
    }
}

/// Changes something in a proof.
type Tampering = fn(&mut Proof);

/// Runs `tiaoxi verify` on a saved proof.
fn verify(city: &City, proof: &Proof, path: &Path) -> std::process::Output {
    std::fs::write(path, serde_json::to_vec(proof).unwrap()).unwrap();
    let dir = city.hub.dir.display().to_string();
    run(["verify", "--json", "--dir", &dir, "--proof", &path.display().to_string()])
}

#[test]
fn the_command_verifies_a_proof_and_refuses_one_that_was_tampered_with() {
    let city = City::of(&["wuxing"]);
    let file = Invented::penalties(city.root.path(), "wuxing", 600, 22, 0);
    city.counties[0].take_in(&file.path);
    city.level(0);
    let (log, path) = (city.counties[0].log(), city.path("proof.json"));
    let [dir, saved] = [&city.hub.dir, &path].map(|path| path.display().to_string());
    let said = succeed([
        "verify", "--json", "--dir", &dir, "--log", &log, "--number", "0", "--save", &saved,
    ]);
    let said: serde_json::Value = serde_json::from_slice(&said).unwrap();
    assert_eq!((&said["number"], &said["size"]), (&0.into(), &602.into()));
    assert_eq!(said["body_matches"], true);
    let proof: Proof = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert!(verify(&city, &proof, &path).status.success());
    // Without the charter, but with the key from elsewhere.
    let key = key_of(&city, &log);
    succeed(["verify", "--proof", &saved, "--key", &key]);
    let other = key_of(&city, &city.hub.log());
    check_failure(&run(["verify", "--proof", &saved, "--key", &other]), 4, "VERIFICATION_FAILED");

    let tamperings: [(&str, Tampering); 6] = [
        ("another body", |proof| proof.body = Some(Base64Bytes(vec![1, 2, 3]))),
        ("another salt", |proof| proof.salt.as_mut().unwrap().0[0] ^= 1),
        ("another header", |proof| proof.header.0[6] ^= 1),
        ("another number", |proof| proof.number = 1),
        ("another path", |proof| {
            let (head, rest) = proof.tlog_proof.split_once("index 0\n").unwrap();
            let other = if rest.starts_with('A') { 'B' } else { 'A' };
            let rest = rest.replacen(|_| true, &other.to_string(), 1);
            proof.tlog_proof = format!("{head}index 0\n{rest}");
        }),
        ("another size", |proof| proof.tlog_proof = proof.tlog_proof.replace("\n602\n", "\n603\n")),
    ];
    for (what, tamper) in tamperings {
        let mut tampered = proof.clone();
        tamper(&mut tampered);
        assert!(tampered != proof, "{what}");
        check_failure(&verify(&city, &tampered, &path), 4, "VERIFICATION_FAILED");
    }
}
