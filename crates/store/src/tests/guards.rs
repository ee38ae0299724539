//! Guards against sled's faults, and against the wrong directory.

use std::fs;
use std::ops::Range;

use super::*;

/// Five entries after twelve blocks.
fn tail() -> Vec<Range<u64>> {
    std::iter::once(12 * 256..12 * 256 + 5).collect()
}

#[test]
fn a_deleted_database_of_followed_blocks_falls_back_and_refills() {
    let bench = Bench::new();
    let (store, own, followed) = bench.open_with_logs();
    commit_blocks(&store, own, 0..3);
    sign(&store, own, 3 * 256);
    commit_blocks(&store, followed, 0..12);
    sign(&store, followed, 12 * 256);
    settle(&store);
    commit_run(&store, followed, 12 * 256, 5, b"tail");
    drop(store);
    fs::remove_dir_all(bench.path().join("followed")).expect("removed");

    let (store, report) = bench.open_reported();
    assert_eq!(report.logs_lost.len(), 1);
    assert_eq!((report.logs_lost[0].blocks_before, report.logs_lost[0].blocks_left), (12, 0));
    let head = store.head(followed).expect("a log");
    assert_eq!((head.size, head.blocks), (0, 0));
    assert_eq!(head.checkpoint.expect("a guard").size, 12 * 256);
    assert_eq!(head.stranded, tail());
    assert_eq!(read(&store, followed, 12 * 256).as_deref(), Some(&b"tail"[..]));
    assert_eq!(read(&store, followed, 0), None);
    assert_eq!(read(&store, own, 0), Some(block_bytes(0)), "the own log is untouched");

    commit_blocks(&store, followed, 0..6);
    settle(&store);
    drop(store);
    let store = bench.open();
    assert_eq!(store.size(followed), 6 * 256);
    commit_blocks(&store, followed, 6..12);
    assert_eq!(store.size(followed), 12 * 256 + 5, "what was stranded is joined");
    assert_eq!(store.head(followed).expect("a log").stranded, []);
}

#[test]
fn own_rows_that_only_the_journal_has_survive_the_loss_of_the_database() {
    let bench = Bench::new();
    let (store, own, _) = bench.open_with_logs();
    commit_blocks(&store, own, 0..12);
    sign(&store, own, 12 * 256);
    settle(&store);
    let mut commit = Commit::new();
    commit.run(own, run(12 * 256, 5, b"acknowledged"));
    store.commit(commit).expect("committed");
    drop(store);
    fs::remove_dir_all(bench.path().join("own")).expect("removed");
    for _ in 0..3 {
        let store = bench.open();
        let head = store.head(own).expect("a log");
        assert_eq!((head.size, head.stranded), (0, tail()));
        assert_eq!(read(&store, own, 12 * 256).as_deref(), Some(&b"acknowledged"[..]));
        settle(&store);
    }
}

#[test]
fn an_unfinished_snapshot_does_not_keep_the_store_from_opening() {
    let bench = Bench::new();
    let (store, _, followed) = bench.open_with_logs();
    commit_blocks(&store, followed, 0..12);
    settle(&store);
    drop(store);
    let name = "snap.FFFFFFFFFFFFFFFF.generating";
    fs::write(bench.path().join("followed").join(name), "torn").expect("written");
    let (store, report) = bench.open_reported();
    assert_eq!(report.snapshots_set_aside.len(), 1);
    assert!(report.snapshots_set_aside[0].exists());
    assert!(report.databases_lost.is_empty() && report.logs_lost.is_empty());
    assert_eq!(read(&store, followed, 0), Some(block_bytes(0)));
}

#[test]
fn a_damaged_database_is_set_aside_and_the_store_opens_without_it() {
    let bench = Bench::new();
    let (store, own, followed) = bench.open_with_logs();
    commit_blocks(&store, own, 0..12);
    sign(&store, own, 12 * 256);
    commit_blocks(&store, followed, 0..12);
    settle(&store);
    drop(store);
    for attempt in 1..3 {
        fs::write(bench.path().join("own/conf"), "no configuration").expect("written");
        let (store, report) = bench.open_reported();
        assert_eq!(report.databases_lost.len(), 1);
        let loss = &report.databases_lost[0];
        assert_eq!(loss.side, Side::Own);
        assert_eq!(loss.set_aside, bench.path().join(format!("own.damaged-{attempt}")));
        assert!(loss.set_aside.join("db").exists());
        assert_eq!(store.size(own), 0);
        assert_eq!(read(&store, followed, 0), Some(block_bytes(0)));
        commit_blocks(&store, own, 0..12);
        settle(&store);
        assert_eq!(read(&store, own, 11 * 256), Some(block_bytes(11)));
    }
}

#[test]
fn no_flipped_byte_in_a_database_yields_other_bytes_or_keeps_the_store_from_opening() {
    let bench = Bench::new();
    let (store, _, followed) = bench.open_with_logs();
    commit_blocks(&store, followed, 0..12);
    settle(&store);
    drop(store);
    let mut dice = Dice(5);
    let (mut lost, mut read_errors) = (0, 0);
    for round in 0..24 {
        let copy = Bench::new();
        copy_dir(&bench.path(), &copy.path());
        let path = copy.path().join("followed/db");
        let mut bytes = fs::read(&path).expect("read");
        let written = bytes.iter().rposition(|byte| *byte != 0).expect("not empty") as u64;
        let at = usize::try_from(dice.below(written)).expect("an index");
        bytes[at] ^= 1 << dice.below(8);
        fs::write(&path, bytes).expect("written");
        let (store, report) = copy.open_reported();
        let left = store.head(followed).expect("a log").blocks;
        lost += u64::from(left < 12);
        assert_eq!(left < 12, !report.logs_lost.is_empty(), "round {round}");
        for block in 0..left {
            match store.read(followed, block * 256) {
                Ok(found) => assert_eq!(found.as_deref(), Some(&block_bytes(block))),
                Err(_told) => read_errors += 1,
            }
        }
    }
    assert!(lost + read_errors > 0, "some of the flips must have hit something");
}

#[test]
fn a_block_missing_in_the_database_cuts_the_log_before_it() {
    let bench = Bench::new();
    let (store, _, followed) = bench.open_with_logs();
    commit_blocks(&store, followed, 0..12);
    settle(&store);
    store.followed.put(followed, 7, b"").expect("written");
    store.followed.sync().expect("synced");
    assert!(matches!(store.read(followed, 7 * 256 + 1), Ok(Some(_))), "kept in memory");
    drop(store);
    let store = bench.open();
    assert!(store.read(followed, 7 * 256).is_err());
    // Another holder's bytes repair it.
    let mut commit = Commit::new();
    commit.reseal(followed, 7, block_bytes(7), node(7));
    store.commit(commit).expect("committed");
    settle(&store);
    assert_eq!(read(&store, followed, 7 * 256), Some(block_bytes(7)));
    store.followed.remove_for_test(followed, 4);
    store.followed.sync().expect("synced");
    drop(store);
    let (store, report) = bench.open_reported();
    assert_eq!((report.logs_lost[0].blocks_before, report.logs_lost[0].blocks_left), (12, 4));
    assert_eq!(store.size(followed), 4 * 256);
    assert_eq!(read(&store, followed, 3 * 256), Some(block_bytes(3)));
}

#[test]
fn a_store_of_another_key_a_newer_one_and_one_in_use_are_refused() {
    let bench = Bench::new();
    let store = bench.open();
    assert!(matches!(bench.try_open(), Err(OpenError::InUse(_))));
    drop(store);
    let other = Store::open(&bench.path(), &Key::from_bytes([1; 32]), small_options());
    assert!(matches!(other, Err(OpenError::WrongMasterKey(_))));
    let marker = bench.path().join("store");
    let mut bytes = fs::read(&marker).expect("read");
    bytes[0] = 2;
    fs::write(&marker, &bytes).expect("written");
    assert!(matches!(bench.try_open(), Err(OpenError::NewerFormat { format: 2, .. })));
    fs::write(&marker, []).expect("written");
    assert!(matches!(bench.try_open(), Err(OpenError::MarkerDamaged(_))));
    bytes[0] = 1;
    fs::write(&marker, &bytes).expect("written");
    assert!(bench.try_open().is_ok());
}

#[test]
fn damaged_small_files_are_told() {
    let bench = Bench::new();
    let (store, own, followed) = bench.open_with_logs();
    commit_blocks(&store, followed, 0..12);
    sign(&store, own, 0);
    let mut commit = Commit::new();
    commit.meta(b"fact".to_vec(), Some(b"value".to_vec()));
    store.commit(commit).expect("committed");
    settle(&store);
    drop(store);
    let damage = |name: &str| {
        let mut copy = Bench::new();
        copy_dir(&bench.path(), &copy.path());
        let path = copy.path().join(name);
        let mut bytes = fs::read(&path).expect("read");
        *bytes.last_mut().expect("not empty") ^= 1;
        fs::write(&path, bytes).expect("written");
        let result = copy.try_open().map(|(_, report)| report);
        copy.options.accept_damage = true;
        (result, copy.try_open().map(|(_, report)| report))
    };
    assert!(matches!(damage("logs/index").0, Err(OpenError::IndexDamaged(_))));
    let (meta, accepted) = damage("meta.1");
    assert!(matches!(meta, Err(OpenError::MetaDamaged(_))));
    assert!(accepted.expect("opens").meta_lost);
    let head = damage("logs/2.head").0.expect("opens");
    assert_eq!(head.heads_lost[0].id, followed);
}

#[test]
fn a_log_keeps_its_number_and_its_side() {
    let bench = Bench::new();
    let (store, own, followed) = bench.open_with_logs();
    assert_eq!((own, followed), (LogId(1), LogId(2)));
    drop(store);
    let (store, own_again, _) = bench.open_with_logs();
    assert_eq!(own_again, own);
    let other_side = store.ensure_log("tx/county/records/1", Side::Followed);
    assert!(matches!(other_side, Err(crate::EnsureLogError::OtherSide(LogId(1)))));
    for origin in [String::new(), "x".repeat(256)] {
        let refused = store.ensure_log(&origin, Side::Own);
        assert!(matches!(refused, Err(crate::EnsureLogError::BadOrigin(_))));
    }
    assert_eq!(store.head(LogId(3)), None);
    assert!(matches!(store.read(LogId(3), 0), Err(crate::ReadError::UnknownLog(LogId(3)))));
}
