//! The move to sled and the end of segments.

use std::fs;

use super::*;
use crate::{CommitError, MaintainReport, Refusal};

#[test]
fn the_move_keeps_everything_readable_and_removes_segments() {
    let bench = Bench::new();
    let (store, own, followed) = bench.open_with_logs();
    commit_blocks(&store, own, 0..20);
    commit_blocks(&store, followed, 0..20);
    commit_run(&store, own, 20 * 256, 5, b"own tail");
    commit_run(&store, followed, 20 * 256, 7, b"followed tail");
    sign(&store, own, 20 * 256 + 5);
    let mut commit = Commit::new();
    commit.held(own, "hub", 20 * 256 + 5, [1; 32]);
    commit.meta(b"fact".to_vec(), Some(b"value".to_vec()));
    store.commit(commit).expect("committed");
    assert!(bench.segments().len() > 5);
    let before = (store.head(own), store.head(followed));

    let report = store.maintain(&everybody).expect("maintained");
    assert_eq!(report.blocks_moved, 40);
    assert!(report.segments_dropped >= 5, "{report:?}");
    assert_eq!(bench.segments().len(), 1);
    let again = store.maintain(&everybody).expect("maintained");
    assert_eq!(again, MaintainReport::default());

    let check = |store: &Store| {
        assert_eq!((store.head(own), store.head(followed)), before);
        for log in [own, followed] {
            for block in 0..20 {
                assert_eq!(read(store, log, block * 256 + 255), Some(block_bytes(block)));
            }
        }
        assert_eq!(read(store, own, 20 * 256 + 4).as_deref(), Some(&b"own tail"[..]));
        assert_eq!(read(store, followed, 20 * 256).as_deref(), Some(&b"followed tail"[..]));
        assert_eq!(store.meta(b"fact").as_deref(), Some(&b"value"[..]));
        assert_eq!(store.status().expect("status").blob_files, 0);
    };
    check(&store);
    drop(store);
    let store = bench.open();
    check(&store);
    store.maintain(&everybody).expect("maintained");
    check(&store);
    assert_eq!(bench.segments().len(), 1, "the segment of the last start is gone");
    drop(store);
    check(&bench.open());
}

#[test]
fn own_blocks_move_when_signed_and_followed_ones_always() {
    let bench = Bench::new();
    let (store, own, followed) = bench.open_with_logs();
    commit_blocks(&store, own, 0..8);
    commit_blocks(&store, followed, 0..8);
    sign(&store, own, 3 * 256 + 100);
    let report = store.maintain(&everybody).expect("maintained");
    assert_eq!(report.blocks_moved, 3 + 8);
    let status = store.status().expect("status");
    let unsigned: u64 = status.segments.iter().map(|segment| segment.unsigned_bytes).sum();
    assert_eq!(unsigned, 5 * 10_016);
    drop(store);
    let store = bench.open();
    store.maintain(&everybody).expect("maintained");
    for block in 0..8 {
        assert_eq!(read(&store, own, block * 256), Some(block_bytes(block)));
    }
    sign(&store, own, 8 * 256);
    assert_eq!(store.maintain(&everybody).expect("maintained").blocks_moved, 5);
}

#[test]
fn own_blocks_that_nobody_else_holds_stay_in_the_journal_after_their_move() {
    let bench = Bench::new();
    let (store, own, _) = bench.open_with_logs();
    commit_blocks(&store, own, 0..20);
    sign(&store, own, 20 * 256);
    assert_eq!(store.maintain(&nobody).expect("maintained").blocks_moved, 20);
    let kept = |store: &Store| -> u64 {
        let status = store.status().expect("status");
        status.segments.iter().map(|segment| segment.unheld_bytes).sum()
    };
    assert_eq!(kept(&store), 20 * 10_016);
    drop(store);
    let store = bench.open();
    store.maintain(&nobody).expect("maintained");
    assert_eq!(kept(&store), 20 * 10_016);
    // Losing sled now loses nothing: the journal has all of it.
    drop(store);
    fs::remove_dir_all(bench.path().join("own")).expect("removed");
    let (store, report) = bench.open_reported();
    assert_eq!(report.logs_lost, []);
    assert_eq!(store.size(own), 20 * 256);
    store.maintain(&|_| 10 * 256).expect("maintained");
    assert_eq!(kept(&store), 10 * 10_016);
    store.maintain(&everybody).expect("maintained");
    assert_eq!((kept(&store), bench.segments().len()), (0, 1));
    assert_eq!(read(&store, own, 19 * 256), Some(block_bytes(19)));
}

#[test]
fn a_full_journal_takes_no_more_own_entries_until_others_hold_them() {
    let mut bench = Bench::new();
    bench.options.journal_bytes_max = 200_000;
    let (store, own, followed) = bench.open_with_logs();
    let mut block = 0;
    let full = loop {
        let mut commit = Commit::new();
        commit.run(own, full_block(block, block_bytes(block)));
        match store.commit(commit) {
            Ok(()) => block += 1,
            Err(error) => break error,
        }
        sign(&store, own, block * 256);
        store.maintain(&nobody).expect("maintained");
    };
    assert!(matches!(full, CommitError::JournalFull { bytes_max: 200_000, .. }), "{full}");
    assert!(block > 10);
    assert_eq!(store.size(own), block * 256);
    // What is to go beyond the bound does.
    let mut commit = Commit::new();
    commit.exceed_bound();
    commit.run(own, full_block(block, block_bytes(block)));
    store.commit(commit).expect("committed");
    block += 1;
    sign(&store, own, block * 256);
    // Followed logs and the word of holders still go.
    commit_blocks(&store, followed, 0..1);
    let mut commit = Commit::new();
    commit.held(own, "hub", block * 256, [0; 32]);
    store.commit(commit).expect("committed");
    store.maintain(&everybody).expect("maintained");
    commit_blocks(&store, own, block..block + 1);
}

#[test]
fn nothing_is_moved_before_enough_is_due() {
    let mut bench = Bench::new();
    bench.options.move_bytes_min = 50_000;
    bench.options.segment_bytes = 1024 * 1024;
    let (store, _, followed) = bench.open_with_logs();
    commit_blocks(&store, followed, 0..4);
    assert_eq!(store.maintain(&nobody).expect("maintained"), MaintainReport::default());
    commit_blocks(&store, followed, 4..6);
    assert_eq!(store.maintain(&nobody).expect("maintained").blocks_moved, 6);
}

#[test]
fn a_reset_forgets_all_but_the_checkpoint_and_the_log_fills_again() {
    let bench = Bench::new();
    let (store, _, followed) = bench.open_with_logs();
    commit_blocks(&store, followed, 0..12);
    sign(&store, followed, 12 * 256);
    store.maintain(&nobody).expect("maintained");
    commit_run(&store, followed, 12 * 256, 3, b"tail");
    let mut commit = Commit::new();
    commit.reset(followed);
    store.commit(commit).expect("committed");
    assert_eq!(store.size(followed), 0);
    assert_eq!(read(&store, followed, 0), None);
    drop(store);
    let (store, report) = bench.open_reported();
    assert_eq!(report.logs_lost, []);
    let head = store.head(followed).expect("a log");
    assert_eq!((head.size, head.blocks), (0, 0));
    assert_eq!(head.checkpoint.expect("kept").size, 12 * 256);
    let mut commit = Commit::new();
    commit.checkpoint(followed, vec![], 5, [0; 32]);
    let refused = store.commit(commit).expect_err("the guard holds");
    let CommitError::Refused(Refusal::CheckpointShrinks { .. }) = refused else {
        panic!("{refused}")
    };
    commit_blocks(&store, followed, 0..2);
    let report = store.maintain(&nobody).expect("maintained");
    assert_eq!((report.logs_cleared, report.blocks_moved), (1, 2));
    let keys = fs::read(bench.path().join("logs/2.keys")).expect("read");
    assert!(keys[..128].iter().any(|byte| *byte != 0));
    assert!(keys[128..].iter().all(|byte| *byte == 0), "keys of before are gone");
    assert_eq!(bench.segments().len(), 1, "and so are the journal's");
    drop(store);
    let (store, report) = bench.open_reported();
    assert_eq!(report.logs_lost, []);
    assert_eq!(store.size(followed), 512);
    assert_eq!(read(&store, followed, 511), Some(block_bytes(1)));
    assert_eq!(read(&store, followed, 512), None);
}

#[test]
fn readers_see_whole_blocks_while_others_commit_move_and_erase() {
    let bench = Bench::new();
    let (store, own, followed) = bench.open_with_logs();
    let is_done = std::sync::atomic::AtomicBool::new(false);
    let done = || is_done.load(std::sync::atomic::Ordering::SeqCst);
    std::thread::scope(|threads| {
        for log in [own, followed] {
            let store = &store;
            threads.spawn(move || {
                let mut dice = Dice(u64::from(log.0));
                while !done() {
                    let size = store.size(log);
                    if size > 0 {
                        let entry = dice.below(size);
                        let block = store.read(log, entry).expect("readable").expect("there");
                        assert_eq!(block[..8], (entry / 256).to_le_bytes());
                    }
                }
            });
        }
        threads.spawn(|| {
            while !done() {
                store.maintain(&|_| store.size(own) / 2).expect("maintained");
            }
        });
        let mut dice = Dice(9);
        for block in 0..60 {
            commit_blocks(&store, own, block..block + 1);
            commit_blocks(&store, followed, block..block + 1);
            sign(&store, own, (block + 1) * 256);
            let erased = dice.below(block + 1);
            let mut commit = Commit::new();
            for log in [own, followed] {
                let mut bytes = block_bytes(erased);
                bytes.truncate(9_000);
                commit.reseal(log, erased, bytes, node(erased));
            }
            store.commit(commit).expect("committed");
        }
        is_done.store(true, std::sync::atomic::Ordering::SeqCst);
    });
    drop(store);
    let store = bench.open();
    assert_eq!((store.size(own), store.size(followed)), (60 * 256, 60 * 256));
}
