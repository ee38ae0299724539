//! Lockboxes under a key file: they open to what was put in, or not at all.
#![no_main]

use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::OpenOptionsExt,
    sync::LazyLock,
};

use libfuzzer_sys::fuzz_target;
use tiaoxi_fuzz::plant;
use tiaoxi_vault::{
    Key,
    lockbox::{self, Secret},
};

const PLAIN: &[u8] = b"four seeds of keys";

static SECRET: LazyLock<Secret> = LazyLock::new(|| Secret::KeyFile(Key::from_bytes([1; 32])));
static DIR: LazyLock<tempfile::TempDir> =
    LazyLock::new(|| tempfile::tempdir().expect("a directory"));

fn seeds() -> [Vec<u8>; 1] {
    let path = DIR.path().join("sound");
    lockbox::create(&path, &SECRET, PLAIN).expect("the disk takes it");
    [fs::read(&path).expect("the file is there")]
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    let path = DIR.path().join("box");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)
        .expect("the disk takes it");
    file.write_all(bytes).expect("the disk takes it");
    if let Ok(plain) = lockbox::open(&path, &SECRET) {
        assert_eq!(*plain, PLAIN, "a forged lockbox opens");
    }
});
