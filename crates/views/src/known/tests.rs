//! The filter against a set, and how often it says "perhaps" without need.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tiaoxi_vault::Key;

use super::*;
use crate::index::{Limits, Mention};

/// A key by its number: spread like tokens and tags, which are keyed hashes.
fn key(number: u64) -> (Token, u32) {
    let mut bytes = [0; 20];
    blake3::Hasher::new().update(&number.to_le_bytes()).finalize_xof().fill(&mut bytes);
    let (token, tag) = bytes.split_first_chunk().expect("20 bytes");
    (Token::from_bytes(*token), u32::from_le_bytes(tag.try_into().expect("4 bytes")))
}

fn filled(mut known: KnownKeys, keys: u64) -> KnownKeys {
    for (token, tag) in (0..keys).map(key) {
        known.insert(token, tag);
    }
    for (token, tag) in (0..keys).map(key) {
        assert!(known.may_hold(token, tag));
    }
    known
}

/// Of how many in a hundred thousand keys never inserted the filter says "perhaps".
fn false_in_100_000(known: &KnownKeys) -> u64 {
    let strangers = (1 << 40..(1 << 40) + 100_000).map(key);
    strangers.filter(|(token, tag)| known.may_hold(*token, *tag)).count() as u64
}

/// Full to the brim of its first stage, then through two more.
#[test]
fn few_keys_that_are_not_there_are_taken_for_known() {
    for (keys, stages, most) in [(0, 1, 0), (1000, 1, 1), (51_200, 1, 1_200), (400_000, 3, 3_600)] {
        let known = filled(KnownKeys::new(51_200, BYTES_MAX), keys);
        let found = false_in_100_000(&known);
        assert!(found <= most, "{found} of 100,000 with {keys} keys");
        assert_eq!(known.stages.len(), stages, "{keys} keys");
        assert!(known.keys() <= keys && known.keys() >= keys - keys / 33, "{}", known.keys());
    }
}

#[test]
fn a_good_guess_takes_ten_bits_a_key_and_a_quarter_in_reserve() {
    for (expected, bytes) in [(0, 1_310_720), (2_000_000, 3_125_056), (u64::MAX, BYTES_MAX)] {
        let known = KnownKeys::with_room_for(expected);
        assert_eq!((known.stages.len(), known.memory_bytes()), (1, bytes), "{expected}");
    }
}

#[test]
fn beyond_its_memory_it_errs_more_often_but_never_the_other_way() {
    // Room for 52,428 keys, in one stage or in three.
    for (first, keys, least, most) in [
        (u64::MAX, 78_000, 5_000, 7_000),
        (u64::MAX, 104_000, 15_000, 19_000),
        (10_000, 78_000, 5_000, 20_000),
    ] {
        let known = filled(KnownKeys::new(first, 64 << 10), keys);
        assert!(known.memory_bytes() <= 64 << 10 && known.memory_bytes() > 63 << 10);
        let found = false_in_100_000(&known);
        assert!((least..most).contains(&found), "{found} of 100,000 with {keys} keys");
    }
    let smallest = filled(KnownKeys::new(0, 0), 1_000);
    assert_eq!(smallest.memory_bytes(), BLOCK_BYTES);
}

#[test]
fn the_many_records_of_one_subject_crowd_nobody_out() {
    let mut known = KnownKeys::with_room_for(0);
    let (token, _) = key(0);
    for tag in (0..200_000).map(|number| key(number).1) {
        known.insert(token, tag);
    }
    assert!(false_in_100_000(&known) < 100);
    let of_the_subject = (200_000..300_000).map(|number| key(number).1);
    assert!(of_the_subject.filter(|tag| known.may_hold(token, *tag)).count() < 100);
}

#[test]
fn inserting_again_takes_no_room() {
    let mut known = filled(KnownKeys::with_room_for(0), 1_000);
    let before = known.keys();
    for (token, tag) in (0..1_000).map(key) {
        known.insert(token, tag);
    }
    assert_eq!(known.keys(), before);
}

#[test]
fn it_is_built_from_the_wanted_logs_wherever_they_are_held() {
    let dir = tempfile::tempdir().expect("a directory");
    let limits = Limits { memtable_postings: 200, runs_max: 8 };
    let index = Index::open(dir.path(), &Key::from_bytes([5; 32]), limits).expect("opens");
    let number_of = |log: u32, number: u64| u64::from(log) * 1_000_000 + number;
    for (log, entries) in [(1, 250), (2, 170), (3, 90), (1, 320)] {
        let mentions: Vec<_> = (0..entries)
            .map(|number| (number, key(number_of(log, number))))
            .map(|(number, (token, tag))| Mention { token, number, tag })
            .collect();
        index.add(log, entries, &mentions).expect("adds");
    }
    let status = index.status();
    assert!(status.memory_postings > 0 && status.runs > 1, "{status:?}");
    let known = KnownKeys::build(&index, &|log| log != 2, 0).expect("builds");
    assert_eq!([1, 2, 3, 4].map(|log| known.covered(log)), [320, 0, 90, 0]);
    let held = |log, entries| {
        let keys = (0..entries).map(|number| key(number_of(log, number)));
        keys.filter(|(token, tag)| known.may_hold(*token, *tag)).count()
    };
    assert_eq!((held(1, 320), held(2, 170), held(3, 90)), (320, 0, 90));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_was_inserted_is_never_denied(
        keys in prop::collection::btree_set((any::<[u8; 16]>(), any::<u32>()), 0..2_000),
        expected in 0..4_000_u64,
        blocks in 0..64_usize,
    ) {
        let keys: BTreeSet<_> = keys.into_iter().map(|(t, tag)| (Token::from_bytes(t), tag)).collect();
        let mut known = KnownKeys::new(expected, blocks * BLOCK_BYTES);
        let mut so_far = Vec::new();
        for (token, tag) in keys {
            known.insert(token, tag);
            so_far.push((token, tag));
        }
        for (token, tag) in so_far {
            prop_assert!(known.may_hold(token, tag));
        }
    }
}
