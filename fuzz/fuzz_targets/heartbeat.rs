//! Heartbeats: a time and a checkpoint are believed together only when both were signed together.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_fuzz::plant;
use tiaoxi_ledger::{
    checkpoint::{Checkpoint, SignedCheckpoint},
    cosignature::WitnessKey,
    heartbeat::{HEARTBEAT_BYTES_MAX, Heartbeat},
    note::SigningKey,
    tree::empty_root,
};

const ORIGIN: &str = "huzhou/deqing/ends/delta/1";
const TIME: u64 = 1_795_500_000;

fn log_key() -> SigningKey {
    SigningKey::new(ORIGIN, &[3; 32]).expect("an origin is a key name")
}

fn witness() -> SigningKey {
    SigningKey::new("huzhou/deqing/witness", &[5; 32]).expect("a plain key name")
}

/// Everything that was ever signed.
fn signed() -> [Heartbeat; 2] {
    let beat = |time, size, root| {
        let checkpoint = Checkpoint { origin: ORIGIN.into(), size, root }
            .sign(&log_key())
            .expect("the key is the log's");
        Heartbeat::sign(&checkpoint, &witness(), time)
    };
    [beat(TIME, 0, empty_root()), beat(TIME + 60, 513, [9; 32])]
}

fn seeds() -> Vec<Vec<u8>> {
    signed().iter().map(|beat| beat.note().to_vec()).collect()
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    let witness = WitnessKey::new(witness().name(), witness().public()).expect("a plain key name");
    let Ok(beat) = Heartbeat::verify(bytes, &log_key().verifier_key(), &witness) else { return };
    assert!(bytes.len() <= HEARTBEAT_BYTES_MAX);
    assert_eq!(beat.note(), bytes);
    let said = |known: &Heartbeat| {
        (known.unix_seconds(), known.size(), known.root())
            == (beat.unix_seconds(), beat.size(), beat.root())
    };
    assert!(signed().iter().any(said), "a heartbeat that was never given");
    assert!(SignedCheckpoint::verify(bytes, &log_key().verifier_key()).is_ok());
});
