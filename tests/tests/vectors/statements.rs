//! Bodies, and the walks of `docs/protocol.md` from statements to signed roots and back.

use serde_json::Value;
use tiaoxi_credit::{
    Record, Statement,
    statement::{Correction, Erasure, Import},
};
use tiaoxi_ledger::{
    Hash,
    block::{Block, Draft, Hole},
    checkpoint::{Checkpoint, SignedCheckpoint},
    header,
    note::SigningKey,
    proof_file::ProofFile,
    salt::{SaltKey, commitment},
    tree,
    verify::Follower,
};

use crate::read::{Leaves, array, bytes, each, hashes, header_of, nodes, number, text, vectors};

/// Fields as the vectors write them, as serde reads them: byte strings as lists of numbers, the
/// name of a choice as Rust has it.
fn plain(fields: &Value) -> Value {
    match fields {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| match name.as_str() {
                "commitment" | "proof" | "header" | "salt" | "body" => {
                    (name.clone(), Value::from(bytes(value)))
                }
                "list" => ("List".to_owned(), plain(value)),
                "grade" => ("Grade".to_owned(), plain(value)),
                _ => (name.clone(), plain(value)),
            })
            .collect(),
        Value::Array(items) => items.iter().map(plain).collect(),
        other => other.clone(),
    }
}

/// A statement as the vectors write it: its kind's name and its fields.
fn statement(vector: &Value) -> Statement {
    let (kind, fields) = vector.as_object().unwrap().iter().next().unwrap();
    let record = |fields: &Value| -> Record { serde_json::from_value(fields.clone()).unwrap() };
    let string = |field: &str| text(&fields[field]).to_owned();
    let said = plain(fields);
    match kind.as_str() {
        "import" => Statement::Import(Import {
            digest: array(&fields["digest"]),
            catalog: array(&fields["catalog"]),
        }),
        "record" => Statement::Record(record(fields)),
        "correction" => Statement::Correction(Correction {
            record: record(&fields["record"]),
            reason: string("reason"),
            import: match &fields["import"] {
                Value::Null => None,
                digest => Some(array(digest)),
            },
            review: serde_json::from_value(fields["review"].clone()).unwrap(),
        }),
        "withdrawal" => Statement::Withdrawal(serde_json::from_value(fields.clone()).unwrap()),
        "erasure" => Statement::Erasure(Erasure { basis: string("basis") }),
        "import-report" => Statement::ImportReport(serde_json::from_value(fields.clone()).unwrap()),
        "objection-mark" => Statement::ObjectionMark(serde_json::from_value(said).unwrap()),
        "repair" => Statement::Repair(serde_json::from_value(said).unwrap()),
        "listing" => Statement::Listing(serde_json::from_value(said).unwrap()),
        "recognition" => Statement::Recognition(serde_json::from_value(said).unwrap()),
        "end" => Statement::End(serde_json::from_value(said).unwrap()),
        "receipt" => Statement::Receipt(serde_json::from_value(said).unwrap()),
        other => panic!("no statement of kind {other}"),
    }
}

#[test]
fn bodies_say_what_the_vectors_say() {
    let file = vectors("bodies");
    let read = |vector: &Value| {
        let (kind, version) = (number(&vector["kind"]), number(&vector["version"]));
        Statement::from_body(kind, version, &bytes(&vector["body"]))
    };
    for vector in each(&file["bodies"]) {
        let statement = statement(&vector["statement"]);
        assert_eq!(statement.to_body().unwrap(), bytes(&vector["body"]));
        let said = (statement.kind() as u8, statement.kind().version(), statement.effect() as u8);
        let (kind, version) = (number(&vector["kind"]), number(&vector["version"]));
        assert_eq!(said, (kind, version, number(&vector["effect"])));
        assert_eq!(read(vector).unwrap(), statement);
    }
    for vector in each(&file["lax"]) {
        assert_eq!(read(vector).unwrap(), statement(&vector["statement"]));
    }
    for vector in each(&file["refused"]) {
        assert!(read(vector).is_err(), "{}", vector["why"]);
    }
    for vector in each(&file["long"]) {
        let repeated = bytes(&vector["repeated"]).repeat(number(&vector["times"]));
        let body = [bytes(&vector["head"]), repeated].concat();
        assert_eq!(body.len(), number::<usize>(&vector["bytes"]));
        let read = Statement::from_body(number(&vector["kind"]), number(&vector["version"]), &body);
        assert_eq!(read.is_ok(), vector["read"].as_bool().unwrap(), "{}", body.len());
    }
    for vector in each(&file["natural_keys"]) {
        let record: Record = serde_json::from_value(vector["record"].clone()).unwrap();
        assert_eq!(tiaoxi_catalog::natural_key(&record), bytes(&vector["key"]));
    }
}

/// Packs the entries of a vector as one run and compares headers, salts and leaves.
fn packed(first: u64, run: &Value) -> Block {
    let entries = each(&run["entries"]);
    let mut drafts = Vec::new();
    for vector in entries {
        let body = bytes(&vector["body"]);
        if !vector["statement"].is_null() {
            assert_eq!(statement(&vector["statement"]).to_body().unwrap(), body);
        }
        drafts.push(Draft { prefix: header_of(vector, [0; 32]).prefix(), body });
    }
    let block = Block::pack(first, &SaltKey(array(&run["salt_root"])), &drafts).unwrap();
    for ((entry, header, _), vector) in block.entries().zip(entries) {
        assert_eq!(entry, number::<u64>(&vector["number"]));
        assert_eq!(*header, array::<48>(&vector["header"]));
        let salt = block.salt(entry).unwrap();
        assert_eq!(salt.0, array(&vector["salt"]));
        let (_, found) = header::split(header);
        assert_eq!(found, commitment(&salt, &bytes(&vector["body"])));
        assert_eq!(tree::leaf_hash(header), array(&vector["leaf"]));
    }
    block
}

/// A signed checkpoint of the log with the vector's signature.
pub(crate) fn signed(log: &Value, leaves: &[Hash], note: &Value) -> SignedCheckpoint {
    let origin = text(&log["origin"]).to_owned();
    let key = SigningKey::new(origin.as_str(), &array(&log["log_seed"])).unwrap();
    let (size, root) = (leaves.len() as u64, tree::subtree_root(leaves));
    let signed = Checkpoint { origin, size, root }.sign(&key).unwrap();
    assert_eq!(signed.note(), text(note).as_bytes());
    signed
}

/// From the statements of a log to its signed checkpoint, and from its bytes back to the root.
pub(crate) fn check_log(log: &Value) {
    let entries = each(&log["entries"]);
    let block = packed(0, log);
    let mut leaves = Leaves(block.leaves().to_vec());
    let (size, root) = (block.end(), tree::root(&mut leaves, block.end()).unwrap());
    assert_eq!(root, array(&log["root"]));
    assert_eq!(nodes(block.cover()), hashes(&log["cover"]));
    let signed = signed(log, block.leaves(), &log["checkpoint"]);

    let mut follower = Follower::empty();
    follower.aim(&signed).unwrap();
    let verified = follower.accept(bytes(&log["block"]), &[]).unwrap().unwrap();
    assert_eq!((verified.size(), verified.root()), (size, root));
    for vector in each(&log["proofs"]) {
        let index = number(&vector["index"]);
        let path = tree::inclusion_path(&mut leaves, 0, index, size).unwrap();
        assert_eq!(path, hashes(&vector["path"]));
        let file = ProofFile { extra: None, index, path, checkpoint: signed.note().to_vec() };
        assert_eq!(file.to_bytes(), text(&vector["file"]).as_bytes());
        assert_eq!(ProofFile::parse(&file.to_bytes()).unwrap(), file);
        let leaf = array(&entries[usize::try_from(index).unwrap()]["leaf"]);
        assert!(tree::verify_inclusion(&leaf, 0, index, size, &file.path, &root));
    }
}

/// The block of a log without the body and salt of one entry: other bytes, the same root.
pub(crate) fn check_erasure(log: &Value) {
    let after = &log["after_erasure"];
    let whole = Block::decode(&bytes(&log["block"])).unwrap();
    let holed = Block::decode(&bytes(&after["block"])).unwrap();
    let erased = number(&after["erased"]);
    assert!(holed.entries().eq(whole.without(|number| number == erased, Hole::Erased).entries()));
    assert_eq!(nodes(holed.cover()), hashes(&after["cover"]));
    assert_eq!(tree::subtree_root(holed.leaves()), array(&log["root"]));
    assert_eq!(holed.salt(erased), None);
}

/// What waited unsigned is packed anew behind what a decider held: other numbers, other salts, the
/// same bodies; both runs lead to the root that is signed then, apart and joined.
fn check_loss(log: &Value) {
    let loss = &log["after_loss"];
    let run = &loss["packed"];
    let (before, waiting, anew) = (packed(0, log), packed(0, &loss["waiting"]), packed(5, run));
    for ((_, old, said), (_, new, again)) in waiting.entries().zip(anew.entries()) {
        assert_eq!(said, again);
        assert_ne!(header::split(old).1, header::split(new).1);
    }
    let joined = Block::join(&[&before, &anew]).unwrap();
    let vector = &run["joined"];
    let golden = Block::decode(&bytes(&vector["block"])).unwrap();
    assert!(golden.entries().eq(joined.entries()));
    assert_eq!(golden.leaves(), joined.leaves());
    assert_eq!(nodes(golden.cover()), hashes(&vector["cover"]));
    assert_eq!(golden.cover().seams().positions(), [5]);
    assert_eq!(vector["seams"], serde_json::json!([5]));

    let five = signed(log, before.leaves(), &log["checkpoint"]);
    let eight = signed(log, joined.leaves(), &run["checkpoint"]);
    assert_eq!(*eight.root(), array(&run["root"]));
    assert_eq!(nodes(anew.cover()), hashes(&run["cover"]));
    let mut follower = Follower::empty();
    for (checkpoint, block) in [(&five, &log["block"]), (&eight, &run["block"])] {
        follower.aim(checkpoint).unwrap();
        follower.accept(bytes(block), &[]).unwrap().unwrap();
    }
    assert_eq!((follower.size(), follower.root()), (8, *eight.root()));
    let import = &each(&run["entries"])[0]["statement"]["import"];
    assert_eq!(*blake3::hash(text(&loss["csv"]).as_bytes()).as_bytes(), array(&import["digest"]));
}

#[test]
fn the_walks_lead_from_a_file_to_signed_roots() {
    let file = vectors("walk");
    check_log(&file["records"]);
    check_log(&file["notices"]);
    check_erasure(&file["records"]);
    check_loss(&file["records"]);
    let import = &file["records"]["entries"][0]["statement"]["import"];
    assert_eq!(*blake3::hash(text(&file["csv"]).as_bytes()).as_bytes(), array(&import["digest"]));
}
