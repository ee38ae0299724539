//! What opens a lockbox and what is refused.

use std::os::unix::fs::PermissionsExt;

use super::*;

const CHEAP: Cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };

fn passphrase(text: &str) -> Secret {
    Secret::Passphrase(Zeroizing::new(text.into()))
}

fn write(path: &Path, bytes: &[u8], mode: u32) {
    fs::write(path, bytes).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("mode set");
}

#[test]
fn a_lockbox_opens_with_its_passphrase_at_the_written_cost() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("keys");
    create(&path, &passphrase("苕溪"), b"secrets").expect("made");
    assert_eq!(open(&path, &passphrase("苕溪")).expect("opens").as_slice(), b"secrets");
    let wrong = open(&path, &passphrase("苕")).expect_err("wrong");
    assert!(matches!(wrong, LockboxError::WrongSecret(_)));
    let again = create(&path, &passphrase("x"), b"other").expect_err("never overwritten");
    assert!(matches!(again, CreateLockboxError::Exists(_)));
}

#[test]
fn a_key_file_opens_a_lockbox_and_another_or_a_passphrase_does_not() {
    let dir = tempfile::tempdir().expect("a directory");
    let (path, key, other) = (dir.path().join("b"), dir.path().join("k"), dir.path().join("o"));
    write(&key, &[7; 32], 0o600);
    write(&other, &[8; 32], 0o400);
    let secret = Secret::from_key_file(&key).expect("a key file");
    create(&path, &secret, b"secrets").expect("made");
    assert_eq!(open(&path, &secret).expect("opens").as_slice(), b"secrets");
    for wrong in [Secret::from_key_file(&other).expect("a key file"), passphrase("x")] {
        let error = open(&path, &wrong).expect_err("wrong");
        assert!(matches!(error, LockboxError::WrongSecret(_)));
    }
}

#[test]
fn files_that_others_may_read_are_refused_with_their_mode() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("k");
    for mode in [0o640, 0o604, 0o620, 0o644] {
        write(&path, &[7; 32], mode);
        let key = Secret::from_key_file(&path).expect_err("open to others");
        assert!(matches!(key, SecretError::ReadableByOthers { mode: found, .. } if found == mode));
        let lockbox = open(&path, &passphrase("x")).expect_err("open to others");
        assert!(
            matches!(lockbox, LockboxError::ReadableByOthers { mode: found, .. } if found == mode)
        );
    }
}

#[test]
fn missing_files_and_key_files_of_the_wrong_size_are_named() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("k");
    assert!(matches!(Secret::from_key_file(&path), Err(SecretError::Missing(_))));
    assert!(matches!(open(&path, &passphrase("x")), Err(LockboxError::Missing(_))));
    for (bytes, good) in [(0, false), (31, false), (32, true), (4096, true), (4097, false)] {
        write(&path, &vec![7; bytes], 0o600);
        assert_eq!(Secret::from_key_file(&path).is_ok(), good, "{bytes} bytes");
    }
}

#[test]
fn every_changed_or_missing_byte_is_noticed() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("b");
    let secret = passphrase("x");
    create_with(&path, &secret, b"secrets", CHEAP).expect("made");
    let bytes = fs::read(&path).expect("read");
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        for damaged in [&changed[..], &bytes[..at]] {
            write(&path, damaged, 0o600);
            open(&path, &secret).expect_err("changed");
        }
    }
    let last = bytes.len() - 1;
    write(&path, &bytes[..last], 0o600);
    assert!(matches!(open(&path, &secret), Err(LockboxError::Damaged(_))));
}

#[test]
fn a_newer_format_and_a_cost_beyond_the_bounds_are_refused_before_any_work() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("b");
    let secret = passphrase("x");
    create_with(&path, &secret, b"secrets", CHEAP).expect("made");
    let bytes = fs::read(&path).expect("read");

    let mut newer = bytes.clone();
    newer[0] = 2;
    write(&path, &newer, 0o600);
    assert!(matches!(open(&path, &secret), Err(LockboxError::NewerFormat { format: 2, .. })));

    for at in [2, 6, 10] {
        for number in [0, u32::MAX] {
            let mut costly = bytes.clone();
            costly[at..at + 4].copy_from_slice(&number.to_le_bytes());
            write(&path, &costly, 0o600);
            assert!(matches!(open(&path, &secret), Err(LockboxError::Damaged(_))), "{at}");
        }
    }
}

#[test]
fn more_than_a_lockbox_holds_is_refused_and_leaves_no_file() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("b");
    let error = create(&path, &passphrase("x"), &vec![0; LOCKBOX_PLAIN_BYTES_MAX + 1]);
    assert!(matches!(error, Err(CreateLockboxError::TooLarge { bytes: 65_537 })));
    assert!(!path.exists());
}
