//! What members say about one listing, log by log, and heartbeats.

use std::collections::BTreeMap;

use serde_json::Value;
use tiaoxi_ledger::{
    block::Block,
    checkpoint::{Checkpoint, SignedCheckpoint},
    cosignature::WitnessKey,
    heartbeat::Heartbeat,
    note::SigningKey,
};

use crate::{
    read::{array, bytes, each, number, text, vectors},
    statements::{check_erasure, check_log, signed},
};

/// Every entry name in a statement, wherever it stands.
fn names<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(fields) if fields.contains_key("log") => found.push(value),
        Value::Object(fields) => fields.values().for_each(|field| names(field, found)),
        Value::Array(items) => items.iter().for_each(|item| names(item, found)),
        _ => {}
    }
}

#[test]
fn the_walks_of_a_listing_lead_to_signed_roots_and_name_entries_that_are_there() {
    let file = vectors("exchange");
    let logs = each(&file["logs"]);
    let mut commitments = BTreeMap::new();
    for log in logs {
        check_log(log);
        for entry in each(&log["entries"]) {
            let place = (text(&log["origin"]), number::<u64>(&entry["number"]));
            let header: [u8; 48] = array(&entry["header"]);
            commitments.insert(place, tiaoxi_ledger::header::split(&header).1);
        }
    }
    check_erasure(&logs[0]);
    let mut found = Vec::new();
    for entry in logs.iter().flat_map(|log| each(&log["entries"])) {
        names(&entry["statement"], &mut found);
    }
    assert_eq!(found.len(), 15);
    for name in found {
        let place = (text(&name["log"]), number(&name["number"]));
        assert_eq!(commitments[&place], array::<32>(&name["commitment"]), "{place:?}");
    }
    let early = &file["early"];
    let log = logs.iter().find(|log| log["origin"] == early["log"]).unwrap();
    let leaves = Block::decode(&bytes(&log["block"])).unwrap().leaves().to_vec();
    let made = signed(log, &leaves[..number::<usize>(&early["size"])], &early["note"]);
    assert_eq!(*made.root(), array(&early["root"]));
}

#[test]
fn heartbeats_are_those_of_the_vectors() {
    let file = vectors("checkpoint");
    let file = &file["heartbeats"];
    let (log, witness) = (&file["log"], &file["witness"]);
    let key = SigningKey::new(text(&log["origin"]), &array(&log["seed"])).unwrap();
    let witness_key = SigningKey::new(text(&witness["name"]), &array(&witness["seed"])).unwrap();
    let known = WitnessKey::parse(text(&witness["witness_key"])).unwrap();
    for vector in each(&file["good"]) {
        let (size, root) = (number(&vector["size"]), array(&vector["root"]));
        let signed = Checkpoint { origin: key.name().to_owned(), size, root }.sign(&key).unwrap();
        let made = Heartbeat::sign(&signed, &witness_key, number(&vector["time"]));
        assert_eq!(made.note(), text(&vector["note"]).as_bytes());
        assert_eq!(Heartbeat::verify(made.note(), &key.verifier_key(), &known).unwrap(), made);
        assert!(SignedCheckpoint::verify(made.note(), &key.verifier_key()).is_ok());
    }
    for vector in each(&file["refused"]) {
        let note = text(&vector["note"]).as_bytes();
        assert!(Heartbeat::verify(note, &key.verifier_key(), &known).is_err(), "{}", vector["why"]);
    }
}
