//! Signed notes and the keys that verify them: a note is its text, an empty line and its signature
//! lines; a key reads back as it was written; a known key is never believed for another text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_fuzz::plant;
use tiaoxi_ledger::note::{self, Bounds, Note, SigningKey, VerifierKey};

const TEXT: &str = "苕溪\nsecond line\n";

fn key() -> SigningKey {
    SigningKey::new("huzhou/deqing/recovery", &[3; 32]).expect("a plain key name")
}

fn seeds() -> [Vec<u8>; 3] {
    let other = SigningKey::new("other", &[4; 32]).expect("a plain key name");
    [
        note::sign(TEXT, &[&key()]).expect("a plain text"),
        note::sign(TEXT, &[&other, &key()]).expect("a plain text"),
        key().verifier_key().to_string().into_bytes(),
    ]
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(key) = VerifierKey::parse(text)
    {
        assert_eq!(key.to_string(), text);
    }
    let Ok(note) = Note::parse(bytes) else { return };
    assert!(bytes.len() <= Bounds::CHECKPOINT.bytes_max);
    assert!((1..=Bounds::CHECKPOINT.signatures_max).contains(&note.signatures().len()));
    assert!(bytes.starts_with(note.text().as_bytes()) && note.text().ends_with('\n'));
    Note::parse_within(bytes, Bounds::CHARTER).expect("the wider bounds hold it too");
    if let Ok(true) = note.signed_by(&key().verifier_key()) {
        assert_eq!(note.text(), TEXT, "a text that was never signed");
    }
});
