//! Blocks: what decodes lies in one range, carries salts for exactly its bodies, and reads back from
//! its own encoding as the same entries; so does what is cut out of it and joined again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_fuzz::{block, plant};
use tiaoxi_ledger::block::{BLOCK_ENTRIES, BODY_BYTES_MAX, Block, Body, Hole};

fn seeds() -> Vec<Vec<u8>> {
    let (full, run) = (block(512, &[40; 256]), block(3, &[1, 30_000, 40_000, 300]));
    let runs = [block(768, &[20; 10]), block(778, &[20; 190]), block(968, &[20; 56])];
    let joined = Block::join(&runs).expect("the runs follow each other");
    let blocks = [
        block(0, &[1]),
        run.without(|number| number == 4, Hole::Withheld),
        run,
        full.without(|number| number % 3 == 0, Hole::Erased),
        full.without(|_| true, Hole::Withheld),
        full,
        joined.without(|number| number % 5 == 3, Hole::Erased),
        joined.slice(775, 970).expect("a part"),
        joined,
    ];
    blocks.iter().map(Block::encode).collect()
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    let Ok(block) = Block::decode(bytes) else { return };
    assert!((1..=256).contains(&block.len()));
    assert_eq!(block.first() / BLOCK_ENTRIES, (block.end() - 1) / BLOCK_ENTRIES);
    for (number, _, body) in block.entries() {
        assert_eq!(matches!(body, Body::Present(_)), block.salt(number).is_some());
        if let Body::Present(body) = body {
            assert!((1..=BODY_BYTES_MAX).contains(&body.len()));
        }
    }
    let again = Block::decode(&block.encode()).expect("an encoded block decodes");
    assert!(again.entries().eq(block.entries()));
    assert_eq!(again.leaves(), block.leaves());

    // Erasing changes no leaf, and slices join to the same entries again.
    let erased = block.without(|number| number % 2 == 0, Hole::Erased);
    assert_eq!(erased.leaves(), block.leaves());
    let read = Block::decode(&erased.encode()).expect("a block with holes decodes");
    assert_eq!(read.leaves(), block.leaves());
    let middle = block.first() + block.len() as u64 / 2;
    let left = block.slice(block.first(), middle);
    let right = block.slice(middle, block.end()).expect("the right half is never empty");
    let halves: Vec<_> = left.into_iter().chain([right]).collect();
    let joined = Block::join(&halves).expect("the halves follow each other");
    assert!(joined.entries().eq(block.entries()));
    let read = Block::decode(&joined.encode()).expect("a joined block decodes");
    assert_eq!(read.leaves(), block.leaves());
});
