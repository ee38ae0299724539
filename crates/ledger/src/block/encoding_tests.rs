use proptest::prelude::*;

use super::*;
use crate::{block::Draft, header::PREFIX_BYTES, tree};

fn drafts(count: usize, bytes: usize) -> Vec<Draft> {
    (0..count)
        .map(|i| Draft {
            prefix: [u8::try_from(i % 7).unwrap(); PREFIX_BYTES],
            body: (0..bytes).map(|j| u8::try_from((i * 31 + j * j) % 251).unwrap()).collect(),
        })
        .collect()
}

fn root() -> SaltKey {
    SaltKey([3; 32])
}

fn full() -> Block {
    Block::pack(512, &root(), &drafts(256, 300)).unwrap()
}

fn assert_same(left: &Block, right: &Block) {
    assert_eq!(left.leaves(), right.leaves());
    assert_eq!(left.slots, right.slots);
    assert_eq!(left.bodies, right.bodies);
}

#[test]
fn a_block_survives_its_encoding() {
    for (first, count, bytes) in [(0, 1, 1), (512, 256, 300), (700, 68, 5_000), (255, 1, 61_440)] {
        let block = Block::pack(first, &root(), &drafts(count, bytes)).unwrap();
        assert_same(&Block::decode(&block.encode()).unwrap(), &block);
    }
}

#[test]
fn drafts_that_do_not_fit_a_range_are_refused() {
    for (first, count) in [(0, 0), (0, 257), (255, 2), (1 << 48, 1)] {
        assert!(Block::pack(first, &root(), &drafts(count, 10)).is_err(), "{first} {count}");
    }
    assert!(Block::pack(0, &root(), &drafts(1, 0)).is_err());
    assert!(Block::pack(0, &root(), &drafts(1, 61_441)).is_err());
}

#[test]
fn holes_keep_every_leaf() {
    let block = full();
    let holed = block
        .without(|number| number % 3 == 0, Hole::Withheld)
        .without(|number| number % 5 == 0, Hole::Erased);
    let read = Block::decode(&holed.encode()).unwrap();
    assert_same(&read, &holed);
    assert_eq!(read.leaves(), block.leaves());
    assert_eq!(read.entry(513).unwrap().1, Body::Missing(Hole::Withheld));
    assert_eq!(read.entry(515).unwrap().1, Body::Missing(Hole::Erased));
    assert_eq!(read.entry(514).unwrap().1, block.entry(514).unwrap().1);
    assert_eq!(read.salt(513), None);
    assert_eq!(read.salt(514), block.salt(514));
}

#[test]
fn a_block_without_any_body_has_an_empty_cover() {
    let bare = full().without(|_| true, Hole::Withheld);
    assert_eq!(bare.cover().nodes().len(), 0);
    assert_eq!(Block::decode(&bare.encode()).unwrap().leaves(), full().leaves());
}

#[test]
fn a_slice_has_just_its_entries() {
    let holed = full().without(|number| number == 520, Hole::Erased);
    let slice = holed.slice(515, 530).unwrap();
    let read = Block::decode(&slice.encode()).unwrap();
    assert_eq!((read.first(), read.end()), (515, 530));
    for number in 515..530 {
        assert_eq!(read.entry(number), holed.entry(number));
    }
    assert_eq!(read.entry(514), None);
    assert_eq!(holed.slice(0, 10_000).unwrap().len(), 256);
    assert!(holed.slice(768, 800).is_none());
    assert!(holed.slice(0, 512).is_none());
}

#[test]
fn runs_join_into_a_full_block_with_seams() {
    let all = drafts(256, 300);
    let cut = |from: usize, to: usize| {
        let root = SaltKey([u8::try_from(from).unwrap(); 32]);
        Block::pack(512 + from as u64, &root, &all[from..to]).unwrap()
    };
    let runs = [cut(0, 10), cut(10, 200), cut(200, 256)];
    let joined = Block::join(&runs).unwrap();
    assert!(joined.is_full());
    assert_eq!(joined.cover().seams().positions(), [10, 200]);
    let leaves: Vec<_> = runs.iter().flat_map(|run| run.leaves().iter().copied()).collect();
    assert_eq!(joined.leaves(), leaves);
    let read = Block::decode(&joined.encode()).unwrap();
    assert_same(&read, &joined);
    let part = read.slice(515, 712).unwrap();
    assert_eq!(part.cover().seams().positions(), [10]);
    assert_eq!(Block::decode(&part.encode()).unwrap().leaves(), &leaves[3..200]);
    let holed = read.without(|number| number == 600, Hole::Erased);
    assert_eq!(Block::decode(&holed.encode()).unwrap().leaves(), leaves);
    assert_eq!(Block::join(&runs[..2]).unwrap().len(), 200);
    assert!(Block::join(&[runs[0].clone(), runs[2].clone()]).is_err(), "a gap");
    assert!(Block::join(&[] as &[Block]).is_err());
    let next = Block::pack(768, &root(), &all[..1]).unwrap();
    assert!(Block::join(&[runs[2].clone(), next]).is_err(), "beyond the range");
}

#[test]
fn seams_that_do_not_rise_or_lie_outside_are_refused() {
    let all = drafts(20, 30);
    let cut = |from: usize, to: usize| {
        Block::pack(from as u64, &SaltKey([u8::try_from(from).unwrap(); 32]), &all[from..to])
            .unwrap()
    };
    let encoded = Block::join(&[cut(4, 8), cut(8, 12), cut(12, 16)]).unwrap().encode();
    assert_eq!(encoded[10..14], [2, 2, 8, 12], "the flag, the count, the seams");
    for (at, byte) in [(11, 0), (12, 12), (12, 13), (12, 4), (13, 16)] {
        let mut bent = encoded.clone();
        bent[at] = byte;
        assert_eq!(Block::decode(&bent).unwrap_err(), BlockError::Seams, "{at} {byte}");
    }
}

#[test]
fn another_salt_or_body_gives_another_leaf() {
    let encoded = full().encode();
    let mut bent = encoded.clone();
    bent[11] ^= 1;
    let read = Block::decode(&bent).unwrap();
    assert_ne!(tree::subtree_root(read.leaves()), tree::subtree_root(full().leaves()));
}

#[test]
fn damaged_bytes_are_named() {
    let encoded = full().encode();
    let bent = |at: usize, byte: u8| {
        let mut bytes = encoded.clone();
        bytes[at] = byte;
        Block::decode(&bytes).unwrap_err()
    };
    assert_eq!(bent(0, 2), BlockError::Version(2));
    assert_eq!(bent(8, 1), BlockError::Range { first: 513, count: 256 });
    assert_eq!(bent(10, 4), BlockError::State);
    let longer = [&encoded[..], &[0]].concat();
    assert_eq!(Block::decode(&longer).unwrap_err(), BlockError::TrailingBytes(1));
    for len in 0..encoded.len() {
        assert!(Block::decode(&encoded[..len]).is_err(), "cut at {len}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn bent_bytes_never_panic(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = full().without(|number| number % 9 == 0, Hole::Erased).encode();
        for (index, byte) in flips {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = Block::decode(&bytes);
    }
}
