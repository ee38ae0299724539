//! The golden vectors under `tests/vectors/`, recomputed from the inputs in the files.
//!
//! `docs/protocol.md` says how; the files are for whoever writes another implementation. Nothing
//! here writes them: bytes that change are a new version of the format, never a new vector. The
//! compressed parts of a block depend on the encoder and are compared by what they decode to.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can't go on should fail where it stands"
)]

#[path = "vectors/absence.rs"]
mod absence;
#[path = "vectors/charters.rs"]
mod charters;
#[path = "vectors/exchange.rs"]
mod exchange;
#[path = "vectors/messages.rs"]
mod messages;
#[path = "vectors/read.rs"]
mod read;
#[path = "vectors/statements.rs"]
mod statements;

use serde_json::Value;
use tiaoxi_ledger::{
    block::{Block, Body, Draft, Hole},
    checkpoint::{Checkpoint, SignedCheckpoint},
    cosignature::{WitnessKey, cosign, cosigned_at},
    header::{Header, HeaderBytes},
    note::{Note, PublicKey, SigningKey, VerifierKey},
    salt::{Cover, SaltKey, Salts, Seams, commitment},
    tree::{self, Nodes},
};

use read::{Leaves, array, bytes, each, hashes, header_of, nodes, number, text, vectors};

#[test]
fn headers_have_the_bytes_and_leaves_of_the_vectors() {
    let file = vectors("header");
    for vector in each(&file["headers"]) {
        let header = header_of(vector, array(&vector["commitment"]));
        let bytes: HeaderBytes = array(&vector["header"]);
        assert_eq!(header.to_bytes(), bytes);
        assert_eq!(Header::from_bytes(&bytes), Ok(header));
        assert_eq!(tree::leaf_hash(&bytes), array(&vector["leaf"]));
    }
    for vector in each(&file["unreadable"]) {
        assert!(Header::from_bytes(&array(&vector["header"])).is_err(), "{}", vector["why"]);
    }
}

/// Positions as the vectors write them: half-open ranges joined by `+`.
fn is_in(ranges: &str, position: usize) -> bool {
    ranges
        .split('+')
        .filter_map(|range| range.split_once(".."))
        .any(|(from, to)| (from.parse().unwrap()..to.parse().unwrap()).contains(&position))
}

/// Grows the cover of a vector and compares its salts with those of the trees that it was cut from.
fn check_grown<'a>(vector: &Value, seams: Seams, tree: impl Fn(usize) -> &'a Salts) {
    let present = |position: usize| is_in(text(&vector["present"]), position);
    let received = hashes(&vector["nodes"]).into_iter().map(SaltKey).collect();
    let grown = Cover::received(received, seams, present).unwrap().salts();
    for position in 0..256 {
        let expected = present(position).then(|| tree(position).get(position).unwrap());
        assert_eq!(grown.get(position), expected, "{position} of {vector}");
    }
}

#[test]
fn salts_covers_and_commitments_grow_from_the_root_of_the_vectors() {
    let file = vectors("salts");
    let root = SaltKey(array(&file["root"]));
    let whole = Cover::whole(root.clone());
    let half = |from: usize| whole.narrowed(|at| at / 128 == from).unwrap();
    assert_eq!(nodes(&half(0)), [array(&file["left_half"])]);
    assert_eq!(nodes(&half(1)), [array(&file["right_half"])]);
    let salts = Salts::from_root(&root);
    for vector in each(&file["salts"]) {
        assert_eq!(salts.get(number(&vector["position"])).unwrap().0, array(&vector["salt"]));
    }
    for vector in each(&file["covers"]) {
        let present = |position: usize| is_in(text(&vector["present"]), position);
        let cover = whole.narrowed(present).unwrap();
        assert_eq!(nodes(&cover), hashes(&vector["nodes"]), "{}", vector["present"]);
        check_grown(vector, Seams::none(), |_| &salts);
    }
    let second = Salts::from_root(&SaltKey(array(&file["two_trees"]["second_root"])));
    for vector in each(&file["two_trees"]["covers"]) {
        let seam: u8 = number(&vector["seam"]);
        let tree = |position| if position < usize::from(seam) { &salts } else { &second };
        check_grown(vector, Seams::new(vec![seam]).unwrap(), tree);
    }
    for vector in each(&file["commitments"]) {
        let salt = salts.get(number(&vector["position"])).unwrap();
        let found = commitment(salt, &bytes(&vector["body"]));
        assert_eq!(found, array(&vector["commitment"]));
    }
}

#[test]
fn trees_have_the_roots_and_proofs_of_the_vectors() {
    let file = vectors("tree");
    let header = |entry: u64| [u8::try_from(entry % 251).unwrap(); 48];
    let mut leaves = Leaves((0..600).map(|entry| tree::leaf_hash(&header(entry))).collect());
    let mut root = |size: u64| tree::root(&mut leaves, size).unwrap();
    for vector in each(&file["roots"]) {
        assert_eq!(root(number(&vector["size"])), array(&vector["root"]));
    }
    for vector in each(&file["inclusion"]) {
        let size = number(&vector["size"]);
        let root = tree::root(&mut leaves, size).unwrap();
        let (level, index) = (number(&vector["level"]), number(&vector["index"]));
        let path = hashes(&vector["path"]);
        assert_eq!(tree::inclusion_path(&mut leaves, level, index, size).unwrap(), path);
        let node = array(&vector["node"]);
        assert!(tree::verify_inclusion(&node, level, index, size, &path, &root));
        assert_eq!(leaves.node(level, index).unwrap(), node);
        assert!(!tree::verify_inclusion(&node, level, index + 1, size, &path, &root));
    }
    for vector in each(&file["consistency"]) {
        let (old, new) = (number(&vector["old"]), number(&vector["new"]));
        let proof = hashes(&vector["proof"]);
        assert_eq!(tree::consistency_proof(&mut leaves, old, new).unwrap(), proof);
        let (old_root, new_root) =
            (tree::root(&mut leaves, old).unwrap(), tree::root(&mut leaves, new).unwrap());
        assert!(tree::verify_consistency(old, &old_root, new, &new_root, &proof));
    }
}

/// Compares a block as its author makes it with the vector's bytes, and these with what they hold.
fn check_block(whole: &Block, vector: &Value) {
    let states = text(&vector["states"]).as_bytes();
    let state = |number: u64| states[usize::try_from(number - whole.first()).unwrap()];
    let block = whole
        .without(|number| state(number) == b'e', Hole::Erased)
        .without(|number| state(number) == b'w', Hole::Withheld);
    let before_index = bytes(&vector["before_index"]);
    assert!(block.encode().starts_with(&before_index), "{}", vector["comment"]);
    let golden = bytes(&vector["block"]);
    assert!(golden.starts_with(&before_index));
    let read = Block::decode(&golden).unwrap();
    assert_eq!((read.first(), read.headers()), (whole.first(), whole.headers()));
    assert!(read.entries().eq(block.entries()), "{}", vector["comment"]);
    assert_eq!(nodes(read.cover()), hashes(&vector["cover"]));
    let seams: Vec<u8> = vector["seams"].as_array().unwrap().iter().map(number).collect();
    assert_eq!(read.cover().seams().positions(), seams);
    assert_eq!(tree::subtree_root(read.leaves()), array(&vector["subtree_root"]));
    for (number, _, body) in read.entries() {
        assert_eq!(read.salt(number).is_some(), matches!(body, Body::Present(_)));
    }
}

/// Packs the runs of a vector, each with salts of its own, and joins them.
fn join(vector: &Value, mut bodies: impl Iterator<Item = Vec<u8>>) -> Block {
    let prefix = array(&vector["prefix"]);
    let mut next = number(&vector["first"]);
    let mut runs = Vec::new();
    for run in each(&vector["runs"]) {
        let bodies = bodies.by_ref().take(number(&run["count"]));
        let drafts: Vec<_> = bodies.map(|body| Draft { prefix, body }).collect();
        let packed = Block::pack(next, &SaltKey(array(&run["salt_root"])), &drafts).unwrap();
        next = packed.end();
        runs.push(packed);
    }
    Block::join(&runs).unwrap()
}

#[test]
fn blocks_hold_what_the_vectors_say_and_keep_their_leaves_with_holes() {
    let file = vectors("block");
    for vector in each(&file["blocks"]) {
        let first: u64 = number(&vector["first"]);
        let body = |entry: u64| format!("entry {:03}", entry % 256).into_bytes();
        check_block(&join(vector, (first..).map(body)), vector);
    }
    for vector in each(&file["sized"]) {
        let sizes = each(&vector["bytes"]).iter().map(number::<usize>);
        check_block(&join(vector, sizes.map(|size| vec![b' '; size])), vector);
    }
    for vector in each(&file["refused"]) {
        assert!(Block::decode(&bytes(&vector["block"])).is_err(), "{}", vector["why"]);
    }
}

#[test]
fn checkpoints_and_cosignatures_are_those_of_the_vectors() {
    let file = vectors("checkpoint");
    let log = &file["log"];
    let key = SigningKey::new(text(&log["origin"]), &array(&log["seed"])).unwrap();
    assert_eq!(*key.public().as_bytes(), array(&log["public"]));
    assert_eq!(key.verifier_key().id(), array(&log["key_id"]));
    assert_eq!(VerifierKey::parse(text(&log["verifier_key"])).unwrap(), key.verifier_key());
    let mut signed = Vec::new();
    for vector in each(&file["checkpoints"]) {
        let (size, root) = (number(&vector["size"]), array(&vector["root"]));
        let checkpoint = Checkpoint { origin: key.name().to_owned(), size, root };
        let made = checkpoint.sign(&key).unwrap();
        assert_eq!(made.note(), text(&vector["note"]).as_bytes());
        assert_eq!(SignedCheckpoint::verify(made.note(), &key.verifier_key()).unwrap(), made);
        signed.push(made);
    }
    let (witness, cosigned) = (&file["witness"], &file["cosigned"]);
    let witness_key = SigningKey::new(text(&witness["name"]), &array(&witness["seed"])).unwrap();
    assert_eq!(*witness_key.public().as_bytes(), array(&witness["public"]));
    let time = number(&cosigned["time"]);
    let newest = signed.last().unwrap();
    assert_eq!(cosign(newest, &witness_key, time), text(&cosigned["line"]));
    let note = Note::parse(text(&cosigned["note"]).as_bytes()).unwrap();
    let known = WitnessKey::parse(text(&witness["witness_key"])).unwrap();
    assert_eq!(cosigned_at(&note, &known), Ok(Some(time)));
    assert_eq!(note.signed_by(&key.verifier_key()), Ok(true));
    for vector in each(&file["refused"]) {
        let believed =
            SignedCheckpoint::verify(text(&vector["note"]).as_bytes(), &key.verifier_key());
        assert!(believed.is_err(), "{}", vector["why"]);
    }
    for vector in each(&file["refused_keys"]) {
        assert!(PublicKey::from_bytes(&array(&vector["public"])).is_err(), "{}", vector["why"]);
    }
}
