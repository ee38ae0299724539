//! Sealing anew: what was erased can't be opened from anything in the directory.

use std::fs;

use tiaoxi_ledger::block::{Block, Draft, Hole};
use tiaoxi_ledger::salt::SaltKey;
use tiaoxi_ledger::tree::subtree_root;

use super::*;

/// Every file below `dir`, read.
fn contents(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            let bytes = fs::read(&path).expect("read");
            found.push((path, bytes));
        }
    }
    found
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// The wrapped keys of the journal's segments that are not empty.
fn wrapped_keys(path: &Path) -> Vec<Vec<u8>> {
    let bytes = fs::read(path).expect("read");
    bytes.chunks(64).filter(|slot| slot.iter().any(|byte| *byte != 0)).map(<[u8]>::to_vec).collect()
}

fn reseal(store: &Store, log: LogId, block: u64, encoded: &[u8]) {
    let mut commit = Commit::new();
    commit.reseal(log, block, encoded.to_vec(), node(block));
    store.commit(commit).expect("committed");
}

#[test]
fn new_bytes_are_read_at_once_after_a_kill_and_after_the_move() {
    for is_moved_before in [false, true] {
        let bench = Bench::new();
        let (store, _, followed) = bench.open_with_logs();
        commit_blocks(&store, followed, 0..3);
        if is_moved_before {
            store.maintain(&nobody).expect("maintained");
        }
        reseal(&store, followed, 1, b"with a hole");
        let check = |store: &Store| {
            assert_eq!(read(store, followed, 300).as_deref(), Some(&b"with a hole"[..]));
            assert_eq!(read(store, followed, 0), Some(block_bytes(0)));
            assert_eq!(read(store, followed, 512), Some(block_bytes(2)));
            assert_eq!(store.head(followed).expect("a log").blocks, 3);
        };
        check(&store);
        drop(store);
        let store = bench.open();
        check(&store);
        store.maintain(&nobody).expect("maintained");
        check(&store);
        drop(store);
        check(&bench.open());
    }
}

#[test]
fn after_the_move_no_file_has_a_key_that_opens_the_old_bytes() {
    // An own block, signed or not, moved before or not, held by others or by nobody.
    for (is_signed, is_moved_before, is_held) in [
        (true, true, true),
        (true, true, false),
        (true, false, true),
        (true, false, false),
        (false, false, false),
    ] {
        let bench = Bench::new();
        let (store, own, _) = bench.open_with_logs();
        let holders = |_: LogId| if is_held { u64::MAX } else { 0 };
        commit_run(&store, own, 0, 200, b"a run with the row");
        commit_blocks(&store, own, 0..3);
        if is_signed {
            sign(&store, own, 3 * 256);
        }
        if is_moved_before {
            store.maintain(&holders).expect("maintained");
        }
        let log_keys = bench.path().join("logs/1.keys");
        let mut old_keys = wrapped_keys(&bench.path().join("journal/keys"));
        if is_moved_before {
            if is_held {
                // The segments with the old bytes are gone already.
                old_keys.clear();
            }
            old_keys.push(fs::read(&log_keys).expect("read")[64..128].to_vec());
        }
        assert!(!old_keys.is_empty());
        reseal(&store, own, 1, b"with a hole");
        store.maintain(&holders).expect("maintained");
        for (path, bytes) in contents(&bench.path()) {
            for key in &old_keys {
                assert!(!contains(&bytes, key), "{} has an old key", path.display());
            }
        }
        drop(store);
        let store = bench.open();
        assert_eq!(read(&store, own, 300).as_deref(), Some(&b"with a hole"[..]));
        assert_eq!(read(&store, own, 0), Some(block_bytes(0)));
        assert_eq!(store.size(own), 3 * 256);
    }
}

#[test]
fn a_block_resealed_again_and_again_ends_with_the_last_bytes() {
    let bench = Bench::new();
    let (mut store, own, _) = bench.open_with_logs();
    commit_blocks(&store, own, 0..2);
    sign(&store, own, 512);
    for round in 0..6_u8 {
        reseal(&store, own, 0, &[round; 100]);
        reseal(&store, own, 0, &[round + 100; 90]);
        if round % 2 == 0 {
            store.maintain(&nobody).expect("maintained");
        }
        if round % 3 == 0 {
            drop(store);
            store = bench.open();
        }
        assert_eq!(read(&store, own, 0), Some(vec![round + 100; 90]));
    }
    store.maintain(&everybody).expect("maintained");
    assert_eq!(read(&store, own, 0), Some(vec![105; 90]));
    assert_eq!(read(&store, own, 256), Some(block_bytes(1)));
}

#[test]
fn small_facts_that_were_removed_are_in_no_file_that_opens() {
    let bench = Bench::new();
    let store = bench.open();
    let set = |value: Option<&[u8]>| {
        let mut commit = Commit::new();
        commit.meta(b"fact".to_vec(), value.map(<[u8]>::to_vec));
        store.commit(commit).expect("committed");
        store.journal.lock().roll().expect("rolled");
        store.maintain(&nobody).expect("maintained");
    };
    set(Some(b"a token"));
    let old_keys = wrapped_keys(&bench.path().join("meta.keys"));
    assert_eq!(old_keys.len(), 1);
    set(None);
    let new_keys = wrapped_keys(&bench.path().join("meta.keys"));
    assert_eq!(new_keys.len(), 1);
    assert_ne!(old_keys, new_keys);
}

#[test]
fn a_kill_between_new_bytes_in_sled_and_their_key_is_repaired_by_replay() {
    let bench = Bench::new();
    let (store, _, followed) = bench.open_with_logs();
    commit_blocks(&store, followed, 0..2);
    settle(&store);
    reseal(&store, followed, 1, b"with a hole");
    let sealed = {
        let state = store.state.read();
        let (_, piece) = state.logs[&followed].piece_at(256).expect("a piece");
        piece.location.read().expect("read")
    };
    store.followed.put(followed, 1, &sealed).expect("written");
    store.followed.sync().expect("synced");
    drop(store);
    let (store, report) = bench.open_reported();
    assert_eq!(report.logs_lost, []);
    for _ in 0..2 {
        assert_eq!(read(&store, followed, 256).as_deref(), Some(&b"with a hole"[..]));
        settle(&store);
    }
}

/// 15 kB of text that does not compress well: characters of the CJK block as the dice fall.
fn text(dice: &mut Dice) -> Vec<u8> {
    let character = |number: u64| u32::try_from(0x4e00 + number).ok().and_then(char::from_u32);
    (0..5_000).filter_map(|_| character(dice.below(0x5000))).collect::<String>().into_bytes()
}

#[test]
fn bodies_of_15_kilobytes_erased_one_by_one_in_random_order_leave_no_blob_files() {
    let options = Options { segment_bytes: 32 << 20, ..small_options() };
    let bench = Bench { options, ..Bench::new() };
    let (store, own, _) = bench.open_with_logs();
    let mut dice = Dice(15);
    let drafts: Vec<Draft> =
        (0..256).map(|_| Draft { prefix: [1; 16], body: text(&mut dice) }).collect();
    let mut block = Block::pack(0, &SaltKey([8; 32]), &drafts).expect("packed");
    let leaves_root = subtree_root(block.leaves());
    let mut commit = Commit::new();
    let stored =
        Stored { first: 0, count: 256, encoded: block.encode(), leaves_root: Some(leaves_root) };
    commit.run(own, stored);
    commit.run(own, full_block(1, block.encode()));
    store.commit(commit).expect("committed");
    sign(&store, own, 512);
    store.maintain(&everybody).expect("maintained");

    let mut order: Vec<u64> = (0..256).collect();
    for last in (1..order.len()).rev() {
        order.swap(last, usize::try_from(dice.below(last as u64 + 1)).expect("an index"));
    }
    for erased in order {
        block = block.without(|entry| entry == erased, Hole::Erased);
        let mut commit = Commit::new();
        commit.reseal(own, 0, block.encode(), leaves_root);
        store.commit(commit).expect("committed");
        store.maintain(&everybody).expect("maintained");
    }
    assert_eq!(store.status().expect("status").blob_files, 0);
    drop(store);
    let (store, report) = bench.open_reported();
    assert_eq!(report.logs_lost, []);
    assert_eq!(store.status().expect("status").blob_files, 0);
    assert_eq!(read(&store, own, 0), Some(block.encode()));
    let untouched = Block::pack(0, &SaltKey([8; 32]), &drafts).expect("packed");
    assert_eq!(read(&store, own, 256), Some(untouched.encode()));
}

#[test]
fn nodes_that_do_not_match_their_hash_are_made_again_from_the_blocks() {
    let bench = Bench::new();
    let (store, _, followed) = bench.open_with_logs();
    let mut nodes = Vec::new();
    for first in [0, 256, 512] {
        let body = vec![u8::try_from(first / 256).expect("small") + 1; 100];
        let drafts = vec![Draft { prefix: [1; 16], body }; 256];
        let block = Block::pack(first, &SaltKey([8; 32]), &drafts).expect("packed");
        let leaves_root = Some(subtree_root(block.leaves()));
        nodes.extend(leaves_root);
        let mut commit = Commit::new();
        let stored = Stored { first, count: 256, encoded: block.encode(), leaves_root };
        commit.run(followed, stored);
        store.commit(commit).expect("committed");
    }
    store.maintain(&nobody).expect("maintained");
    store.journal.lock().roll().expect("rolled");
    store.maintain(&nobody).expect("maintained");
    drop(store);
    let path = bench.path().join("logs/2.nodes");
    for damage in [|bytes: &mut Vec<u8>| bytes[40] ^= 1, |bytes: &mut Vec<u8>| bytes.truncate(50)] {
        let mut bytes = fs::read(&path).expect("read");
        damage(&mut bytes);
        fs::write(&path, bytes).expect("written");
        let (store, report) = bench.open_reported();
        assert_eq!(report.logs_lost, []);
        assert_eq!(store.upper(followed), nodes);
    }
}
