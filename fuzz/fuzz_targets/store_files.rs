//! The store on a damaged disk: it opens with a prefix of what was committed, or names the damage;
//! what it gives out is what was put in. Input: which file, then what is done to it.
#![no_main]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use libfuzzer_sys::fuzz_target;
use tiaoxi_fuzz::{block, damage, plant};
use tiaoxi_ledger::{block::Block, tree::subtree_root};
use tiaoxi_store::{Commit, Options, Side, Store, Stored};
use tiaoxi_vault::Key;

const ORIGIN: &str = "huzhou/deqing/records/1";

fn master() -> Key {
    Key::from_bytes([1; 32])
}

fn options() -> Options {
    Options {
        sled_cache_bytes: 1 << 20,
        segment_bytes: 16 << 10,
        move_bytes_min: 1,
        ..Options::default()
    }
}

/// Entries 0 to 299: a full block, and runs of it before.
static BLOCKS: LazyLock<Vec<Block>> = LazyLock::new(|| {
    vec![block(0, &[9; 100]), block(100, &[9; 156]), block(256, &[40; 30]), block(286, &[40; 14])]
});

/// Every file of a sound store that was killed, by its path inside.
static SOUND: LazyLock<Vec<(PathBuf, Vec<u8>)>> = LazyLock::new(|| {
    let dir = tempfile::tempdir().expect("a directory");
    let (store, _) = Store::open(dir.path(), &master(), options()).expect("an empty store opens");
    let log = store.ensure_log(ORIGIN, Side::Followed).expect("the disk takes it");
    for run in BLOCKS.iter() {
        let mut commit = Commit::new();
        let stored = Stored {
            first: run.first(),
            count: u16::try_from(run.len()).expect("at most 256"),
            encoded: run.encode(),
            leaves_root: run.is_full().then(|| subtree_root(run.leaves())),
        };
        commit.run(log, stored);
        commit.meta(b"last".to_vec(), Some(run.end().to_be_bytes().to_vec()));
        store.commit(commit).expect("the disk takes it");
    }
    let mut found = Vec::new();
    collect(dir.path(), dir.path(), &mut found);
    found.sort();
    found
});

fn collect(root: &Path, dir: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(dir).expect("the directory is there") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            let inside = path.strip_prefix(root).expect("it lies inside").to_owned();
            found.push((inside, fs::read(&path).expect("the file is there")));
        }
    }
}

/// Not sled's own files: what sled makes of damage is caught, but not what it costs to find out.
fn ours() -> Vec<usize> {
    let is_ours = |path: &Path| !path.starts_with("own") && !path.starts_with("followed");
    (0..SOUND.len()).filter(|place| is_ours(&SOUND[*place].0)).collect()
}

fn seeds() -> Vec<Vec<u8>> {
    (0..8).flat_map(|file| [vec![file], vec![file, 0, 200, 0, 0], vec![file, 2, 9, 9, 9]]).collect()
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    let Some((which, orders)) = bytes.split_first() else { return };
    let ours = ours();
    let damaged = ours[usize::from(*which) % ours.len()];
    let dir = tempfile::tempdir().expect("a directory");
    for (place, (path, content)) in SOUND.iter().enumerate() {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().expect("it lies in the directory")).expect("the disk takes it");
        let mut content = content.clone();
        if place == damaged {
            damage(&mut content, orders);
        }
        fs::write(path, content).expect("the disk takes it");
    }
    let Ok((store, _)) = Store::open(dir.path(), &master(), options()) else { return };
    let Some(info) = store.logs().into_iter().find(|info| info.origin == ORIGIN) else { return };
    let size = store.head(info.id).map_or(0, |head| head.size);
    assert!([0, 100, 256, 286, 300].contains(&size), "half a commit: {size} entries");
    for number in [0, 99, 100, 255, 256, 299] {
        if number >= size {
            continue;
        }
        let Ok(Some(encoded)) = store.read(info.id, number) else { continue };
        let read = Block::decode(&encoded).expect("what was put in is a block");
        let expected = BLOCKS.iter().find_map(|block| block.entry(number)).expect("it was put in");
        assert_eq!(read.entry(number), Some(expected));
    }
});
