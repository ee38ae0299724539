//! What stands in front of a lockbox's sealed bytes: it reads as it is written, byte for byte, and
//! no lockbox makes an attempt with a passphrase cost more than the bounds.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use tiaoxi_fuzz::plant;
use tiaoxi_vault::{
    Key,
    lockbox::{self, Secret, fuzzing},
};

fn seeds() -> Vec<Vec<u8>> {
    let dir = tempfile::tempdir().expect("a directory");
    let secrets =
        [Secret::KeyFile(Key::from_bytes([1; 32])), Secret::Passphrase("苕溪".to_owned().into())];
    secrets
        .iter()
        .enumerate()
        .map(|(number, secret)| {
            let path = dir.path().join(number.to_string());
            lockbox::create(&path, secret, b"four seeds of keys").expect("the disk takes it");
            fs::read(&path).expect("the file is there")
        })
        .collect()
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    if let Some(written) = fuzzing::rewrite(bytes) {
        assert_eq!(written, bytes);
    }
    if let Some((memory_kib, passes, lanes)) = fuzzing::cost(bytes) {
        assert!(memory_kib <= 1024 * 1024 && passes <= 16 && lanes <= 8);
    }
});
