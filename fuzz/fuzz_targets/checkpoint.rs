//! Texts of checkpoints have one form each; a signature is believed for the very text only.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_fuzz::plant;
use tiaoxi_ledger::{
    checkpoint::{Checkpoint, SignedCheckpoint},
    note::SigningKey,
};

const ORIGIN: &str = "huzhou/deqing/records/1";

fn key() -> SigningKey {
    SigningKey::new(ORIGIN, &[3; 32]).expect("an origin is a key name")
}

fn signed() -> SignedCheckpoint {
    Checkpoint { origin: ORIGIN.into(), size: 513, root: [9; 32] }
        .sign(&key())
        .expect("the key is the log's")
}

fn seeds() -> [Vec<u8>; 2] {
    [signed().checkpoint().text().into_bytes(), signed().into_note()]
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(checkpoint) = Checkpoint::parse(text)
    {
        assert_eq!(checkpoint.text(), text);
    }
    if let Ok(believed) = SignedCheckpoint::verify(bytes, &key().verifier_key()) {
        assert_eq!(believed.checkpoint(), signed().checkpoint(), "signed by nobody");
        assert_eq!(believed.note(), bytes);
    }
});
