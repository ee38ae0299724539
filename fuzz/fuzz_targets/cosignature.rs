//! Cosignatures of a checkpoint: a witness is believed for a time only when it signed that time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_fuzz::plant;
use tiaoxi_ledger::{
    checkpoint::{Checkpoint, SignedCheckpoint},
    cosignature::{WitnessKey, cosign, cosigned_at},
    note::{Note, SigningKey},
};

const ORIGIN: &str = "huzhou/deqing/records/1";
const TIME: u64 = 1_795_500_000;

fn witness() -> SigningKey {
    SigningKey::new("huzhou/anji/witness", &[5; 32]).expect("a plain key name")
}

fn signed() -> SignedCheckpoint {
    let key = SigningKey::new(ORIGIN, &[3; 32]).expect("an origin is a key name");
    Checkpoint { origin: ORIGIN.into(), size: 513, root: [9; 32] }
        .sign(&key)
        .expect("the key is the log's")
}

fn seeds() -> [Vec<u8>; 2] {
    let mut cosigned = signed().into_note();
    cosigned.extend(cosign(&signed(), &witness(), TIME).bytes());
    [cosigned, signed().into_note()]
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(key) = WitnessKey::parse(text) {
        assert_eq!(key.to_string(), text);
    }
    let Ok(note) = Note::parse(bytes) else { return };
    let key = WitnessKey::new(witness().name(), witness().public()).expect("a plain key name");
    if let Ok(Some(time)) = cosigned_at(&note, &key) {
        assert_eq!(time, TIME, "a time that was never signed");
        assert_eq!(note.text(), signed().checkpoint().text());
    }
});
