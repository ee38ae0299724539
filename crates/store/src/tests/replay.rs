//! What comes back after a kill, and what is said about damage.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::{FileExt, PermissionsExt};

use super::*;
use crate::{CommitError, NOTE_BYTES_MAX, Refusal, TornCommit};

#[test]
fn everything_committed_is_there_after_a_kill() {
    let bench = Bench::new();
    let (store, own, followed) = bench.open_with_logs();
    let mut commit = Commit::new();
    commit.run(own, run(0, 3, b"three rows"));
    commit.checkpoint(own, b"note".to_vec(), 3, [1; 32]);
    commit.held(own, "hub", 2, [2; 32]);
    commit.meta(b"a/1".to_vec(), Some(b"one".to_vec()));
    commit.meta(b"a/2".to_vec(), Some(b"two".to_vec()));
    commit.meta(b"b".to_vec(), Some(b"other".to_vec()));
    store.commit(commit).expect("committed");
    let mut commit = Commit::new();
    commit.run(followed, full_block(0, b"whole".to_vec()));
    commit.run(followed, run(256, 10, b"tail"));
    commit.meta(b"a/1".to_vec(), None);
    store.commit(commit).expect("committed");

    let before = (store.head(own), store.head(followed), store.logs());
    drop(store);
    let (store, report) = bench.open_reported();
    assert!(!report.is_clean && report.torn.is_none(), "{report:?}");
    assert_eq!((store.head(own), store.head(followed), store.logs()), before);
    assert_eq!(read(&store, own, 2).as_deref(), Some(&b"three rows"[..]));
    assert_eq!(read(&store, own, 3), None);
    assert_eq!(read(&store, followed, 255).as_deref(), Some(&b"whole"[..]));
    assert_eq!(read(&store, followed, 265).as_deref(), Some(&b"tail"[..]));
    assert_eq!(store.upper(followed), [node(0)]);
    assert_eq!(store.blocks_root(followed, 0), Some(node(0)));
    assert_eq!(store.meta(b"a/1"), None);
    assert_eq!(store.meta_prefix(b"a/"), [(b"a/2".to_vec(), b"two".to_vec())]);
}

#[test]
fn a_clean_stop_is_told_from_a_kill_and_ends_commits() {
    let bench = Bench::new();
    let (store, own, _) = bench.open_with_logs();
    commit_run(&store, own, 0, 1, b"row");
    store.close().expect("closed");
    let mut commit = Commit::new();
    commit.run(own, run(1, 1, b"late"));
    assert!(matches!(store.commit(commit), Err(CommitError::Closed)));
    assert_eq!(read(&store, own, 0).as_deref(), Some(&b"row"[..]));
    drop(store);
    let (store, report) = bench.open_reported();
    assert!(report.is_clean);
    drop(store);
    let (store, report) = bench.open_reported();
    assert!(!report.is_clean);
    assert_eq!(store.size(own), 1);
}

#[test]
fn a_sealed_block_replaces_the_runs_of_its_range() {
    let bench = Bench::new();
    let (store, own, _) = bench.open_with_logs();
    let mut commit = Commit::new();
    commit.run(own, run(0, 200, b"first"));
    commit.run(own, run(200, 56, b"second"));
    commit.run(own, run(256, 1, b"next range"));
    store.commit(commit).expect("committed");
    assert_eq!(store.head(own).expect("a log").blocks, 0);
    let mut commit = Commit::new();
    commit.run(own, full_block(0, b"sealed".to_vec()));
    store.commit(commit).expect("committed");
    let check = |store: &Store| {
        let head = store.head(own).expect("a log");
        assert_eq!((head.size, head.blocks), (257, 1));
        assert_eq!(read(store, own, 201).as_deref(), Some(&b"sealed"[..]));
    };
    check(&store);
    drop(store);
    check(&bench.open());
}

#[test]
fn what_does_not_fit_is_refused_and_nothing_of_the_commit_is_there() {
    let bench = Bench::new();
    let (store, own, followed) = bench.open_with_logs();
    commit_run(&store, own, 0, 10, b"ten");
    sign(&store, own, 10);
    let check = |build: &dyn Fn(&mut Commit), expected: Refusal| {
        let mut commit = Commit::new();
        commit.meta(b"k".to_vec(), Some(b"v".to_vec()));
        build(&mut commit);
        match store.commit(commit) {
            Err(CommitError::Refused(refusal)) => assert_eq!(refusal, expected),
            other => panic!("{expected:?} expected, {other:?} found"),
        }
        assert_eq!(store.meta(b"k"), None);
    };
    let (nobody, log) = (LogId(99), own);
    check(&|c| c.run(nobody, run(0, 1, b"")), Refusal::UnknownLog(nobody));
    check(&|c| c.run(own, run(11, 1, b"")), Refusal::NotNext { log, first: 11, expected: 10 });
    check(&|c| c.run(own, run(9, 2, b"")), Refusal::NotNext { log, first: 9, expected: 10 });
    check(
        &|c| c.run(own, full_block(1, vec![])),
        Refusal::NotNext { log, first: 256, expected: 0 },
    );
    check(&|c| c.run(own, run(10, 0, b"")), Refusal::BadRange { log, first: 10, count: 0 });
    check(&|c| c.run(own, run(10, 247, b"")), Refusal::BadRange { log, first: 10, count: 247 });
    check(&|c| c.run(own, run(0, 256, b"")), Refusal::BadRange { log, first: 0, count: 256 });
    check(
        &|c| c.checkpoint(own, vec![], 9, [0; 32]),
        Refusal::CheckpointShrinks { log, offered: 9, last: 10 },
    );
    check(&|c| c.checkpoint(own, vec![], 10, [0; 32]), Refusal::CheckpointForks { log, size: 10 });
    check(&|c| c.truncate(own, 9), Refusal::TruncatesSigned { log, size: 9, signed: 10 });
    check(&|c| c.truncate(followed, 0), Refusal::WrongSide(followed));
    check(&|c| c.reset(own), Refusal::WrongSide(own));
    check(&|c| c.reseal(own, 0, vec![], node(0)), Refusal::NoSuchBlock { log, block: 0 });
    check(
        &|c| {
            c.run(followed, run(0, 1, b""));
            c.reset(followed);
        },
        Refusal::NotFirst(followed),
    );
    check(
        &|c| c.checkpoint(own, vec![0; NOTE_BYTES_MAX + 1], 11, [0; 32]),
        Refusal::TooLarge {
            what: "a checkpoint note",
            bytes: NOTE_BYTES_MAX + 1,
            bytes_max: NOTE_BYTES_MAX,
        },
    );
    assert_eq!(store.size(own), 10);
    assert_eq!(store.size(followed), 0);
}

#[test]
fn truncation_discards_what_is_not_signed_and_lets_other_entries_take_its_place() {
    let bench = Bench::new();
    let (store, own, _) = bench.open_with_logs();
    commit_run(&store, own, 0, 10, b"signed");
    sign(&store, own, 10);
    commit_run(&store, own, 10, 10, b"provisional");
    let mut commit = Commit::new();
    commit.truncate(own, 10);
    commit.run(own, run(10, 3, b"from the hub"));
    store.commit(commit).expect("committed");
    drop(store);
    let store = bench.open();
    assert_eq!(store.size(own), 13);
    assert_eq!(read(&store, own, 10).as_deref(), Some(&b"from the hub"[..]));
    // A run that straddles the new size goes whole, its lower part is given again.
    let mut commit = Commit::new();
    commit.truncate(own, 12);
    commit.run(own, run(10, 2, b"again"));
    store.commit(commit).expect("committed");
    drop(store);
    let store = bench.open();
    assert_eq!(store.size(own), 12);
    assert_eq!(read(&store, own, 11).as_deref(), Some(&b"again"[..]));
}

#[test]
fn a_torn_last_commit_is_cut_off_and_told_wherever_it_was_torn() {
    let bench = Bench::new();
    let (store, own, _) = bench.open_with_logs();
    commit_run(&store, own, 0, 1, b"whole");
    let before = fs::metadata(&bench.segments()[0]).expect("there").len();
    commit_run(&store, own, 1, 1, b"to be torn");
    let after = fs::metadata(&bench.segments()[0]).expect("there").len();
    drop(store);
    for at in before..after {
        let copy = Bench::new();
        copy_dir(&bench.path(), &copy.path());
        let segment = OpenOptions::new().write(true).open(&copy.segments()[0]).expect("opens");
        segment.set_len(at).expect("cut");
        let (store, report) = copy.open_reported();
        let torn = TornCommit { segment: 1, offset: before, bytes: at - before };
        assert_eq!(report.torn, (at > before).then_some(torn), "cut at {at}");
        assert_eq!(store.size(own), 1);
        commit_run(&store, own, 1, 1, b"once more");
        drop(store);
        let (store, report) = copy.open_reported();
        assert_eq!((report.torn, store.size(own)), (None, 2));
    }
}

#[test]
fn one_flipped_byte_anywhere_before_the_last_commit_is_named_damage() {
    let bench = Bench::new();
    let (store, own, _) = bench.open_with_logs();
    let segment = bench.segments()[0].clone();
    let mut starts = Vec::new();
    for row in 0..4 {
        starts.push(fs::metadata(&segment).expect("there").len());
        commit_run(&store, own, row, 1, b"some bytes of a row");
    }
    drop(store);
    let last = *starts.last().expect("four");
    for at in 0..last {
        let copy = Bench::new();
        copy_dir(&bench.path(), &copy.path());
        flip(&copy.segments()[0], at);
        let Err(OpenError::JournalDamaged(damage)) = copy.try_open() else {
            panic!("a flip at {at} was not noticed");
        };
        let start = starts.iter().rev().find(|start| **start <= at).copied().unwrap_or(0);
        assert_eq!((damage.len(), damage[0].segment, damage[0].offset), (1, 1, start), "{at}");
    }
}

fn flip(path: &Path, at: u64) {
    let file = OpenOptions::new().read(true).write(true).open(path).expect("opens");
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).expect("read");
    file.write_all_at(&[byte[0] ^ 0x10], at).expect("written");
}

#[test]
fn damage_that_is_accepted_costs_the_damaged_commit_and_is_gone_after_the_next_move() {
    let mut bench = Bench::new();
    let (store, own, followed) = bench.open_with_logs();
    commit_run(&store, followed, 0, 1, b"lost");
    let at = fs::metadata(&bench.segments()[0]).expect("there").len();
    commit_run(&store, own, 0, 1, b"kept");
    drop(store);
    flip(&bench.segments()[0], at - 1);
    assert!(bench.try_open().is_err());
    bench.options.accept_damage = true;
    let (store, report) = bench.open_reported();
    assert_eq!(report.damage.len(), 1);
    assert_eq!((store.size(own), store.size(followed)), (1, 0));
    store.maintain(&nobody).expect("maintained");
    drop(store);
    bench.options.accept_damage = false;
    let store = bench.open();
    assert_eq!(read(&store, own, 0).as_deref(), Some(&b"kept"[..]));
}

/// A name, and what happens to the directory.
type Change = (&'static str, fn(&Bench));

#[test]
fn segments_cut_short_missing_or_without_their_key_are_damage() {
    let bench = Bench::new();
    for row in 0..4 {
        let (store, own, _) = bench.open_with_logs();
        commit_run(&store, own, row, 1, b"a row");
    }
    let changes: [Change; 4] = [
        ("cut", |bench| {
            let path = &bench.segments()[1];
            let bytes = fs::metadata(path).expect("there").len();
            let file = OpenOptions::new().write(true).open(path).expect("opens");
            file.set_len(bytes - 60).expect("cut");
        }),
        ("missing", |bench| fs::remove_file(&bench.segments()[1]).expect("removed")),
        ("newest missing", |bench| {
            fs::remove_file(&bench.segments()[3]).expect("removed");
            fs::remove_file(&bench.segments()[2]).expect("removed");
        }),
        ("key missing", |bench| {
            let keys = bench.path().join("journal/keys");
            let file = OpenOptions::new().write(true).open(keys).expect("opens");
            file.write_all_at(&[0; 64], 2 * 64).expect("written");
        }),
    ];
    for (name, change) in changes {
        let mut copy = Bench::new();
        copy_dir(&bench.path(), &copy.path());
        change(&copy);
        assert!(matches!(copy.try_open(), Err(OpenError::JournalDamaged(_))), "{name}");
        copy.options.accept_damage = true;
        let store = copy.open();
        store.maintain(&everybody).expect("maintained");
        drop(store);
        copy.options.accept_damage = false;
        assert!(copy.try_open().is_ok(), "{name}: accepted once and for all");
    }
    assert!(bench.try_open().is_ok());
    fs::remove_dir_all(bench.path().join("journal")).expect("removed");
    assert!(matches!(bench.try_open(), Err(OpenError::JournalDamaged(_))));
}

#[test]
fn a_crash_while_a_segment_was_made_or_removed_is_no_damage() {
    let bench = Bench::new();
    let (store, own, _) = bench.open_with_logs();
    commit_run(&store, own, 0, 1, b"a row");
    drop(store);
    // The next segment's key is there, its file is empty or was not made yet.
    for next in [None, Some(&b""[..]), Some(&[0; 16][..])] {
        let copy = Bench::new();
        copy_dir(&bench.path(), &copy.path());
        drop(copy.open());
        let path = copy.segments()[1].clone();
        match next {
            Some(bytes) => fs::write(path, bytes).expect("written"),
            None => fs::remove_file(path).expect("removed"),
        }
        let store = copy.open();
        assert_eq!(store.size(own), 1);
    }
}

#[test]
fn files_are_for_their_owner_only() {
    let bench = Bench::new();
    let (store, _, followed) = bench.open_with_logs();
    commit_blocks(&store, followed, 0..10);
    store.maintain(&nobody).expect("maintained");
    for dir in ["", "journal", "logs"] {
        let dir = bench.path().join(dir);
        let mode = fs::metadata(&dir).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{}", dir.display());
        for file in files_in(&dir) {
            let mode = fs::metadata(&file).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", file.display());
        }
    }
    for dir in ["own", "followed"] {
        let mode = fs::metadata(bench.path().join(dir)).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
