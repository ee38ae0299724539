//! A key file on a damaged disk: a slot gives the key that was put there, nothing, or damage.
#![no_main]

use std::{fs, sync::LazyLock};

use libfuzzer_sys::fuzz_target;
use tiaoxi_fuzz::{damage, plant};
use tiaoxi_vault::{Key, KeyFile};

const SLOTS: u64 = 6;

fn wrapping() -> Key {
    Key::from_bytes([1; 32])
}

fn key(slot: u64) -> Key {
    Key::from_bytes([slot.to_be_bytes()[7] + 2; 32])
}

static SOUND: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("keys");
    let file = KeyFile::open(&path, wrapping(), "fuzz").expect("a new file opens");
    for slot in 0..SLOTS {
        file.put(slot, &key(slot)).expect("the disk takes it");
    }
    file.destroy(2).expect("the disk takes it");
    fs::read(&path).expect("the file is there")
});

fuzz_target!(init: plant([&b""[..], b"\x02\x10\x00\x01", b"\x00\x80\x00\x00"]), |orders: &[u8]| {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("keys");
    let mut bytes = SOUND.clone();
    damage(&mut bytes, orders);
    fs::write(&path, bytes).expect("the disk takes it");
    let Ok(file) = KeyFile::open(&path, wrapping(), "fuzz") else { return };
    for slot in 0..=SLOTS {
        if let Ok(Some(found)) = file.get(slot) {
            assert_eq!(found.as_bytes(), key(slot).as_bytes(), "slot {slot} gave another key");
        }
        // Whatever is there, it can be overwritten.
        file.put(slot, &key(slot)).expect("a damaged slot is written anew");
        assert!(file.holds(slot, &key(slot)).expect("it was just written"));
    }
});
