//! The subject index on a damaged disk: it opens and answers rightly, or says that it must be
//! rebuilt. Input: which file, then what is done to it.
#![no_main]

use std::{collections::BTreeMap, fs, path::Path, sync::LazyLock};

use libfuzzer_sys::fuzz_target;
use tiaoxi_fuzz::{damage, plant};
use tiaoxi_vault::Key;
use tiaoxi_views::{
    index::{Index, IndexError, Limits, Mention},
    token::Token,
};

const LIMITS: Limits = Limits { memtable_postings: 512, runs_max: 8 };
const ENTRIES: u64 = 1500;

fn master() -> Key {
    Key::from_bytes([1; 32])
}

fn token(number: u64) -> Token {
    let mut bytes = [7; Token::LEN];
    bytes[0] = number.to_be_bytes()[7];
    Token::from_bytes(bytes)
}

/// The files of a sound index.
static SOUND: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| {
    let dir = tempfile::tempdir().expect("a directory");
    let index = Index::open(dir.path(), &master(), LIMITS).expect("an empty index opens");
    for first in (0..ENTRIES).step_by(100) {
        let mentions =
            (first..first + 100).map(|number| Mention { token: token(number), number, tag: 9 });
        index.add(1, first + 100, &mentions.collect::<Vec<_>>()).expect("the disk takes it");
    }
    index.flush().expect("the disk takes it");
    files(dir.path())
});

fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(dir)
        .expect("the directory is there")
        .map(|entry| {
            let entry = entry.expect("a file");
            let name = entry.file_name().into_string().expect("an ASCII name");
            (name, fs::read(entry.path()).expect("the file is there"))
        })
        .collect()
}

fn seeds() -> Vec<Vec<u8>> {
    (0..6).flat_map(|file| [vec![file], vec![file, 0, 128, 0, 0], vec![file, 2, 9, 9, 9]]).collect()
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    let Some((which, orders)) = bytes.split_first() else { return };
    let dir = tempfile::tempdir().expect("a directory");
    let damaged = usize::from(*which) % SOUND.len();
    for (place, (name, content)) in SOUND.iter().enumerate() {
        let mut content = content.clone();
        if place == damaged {
            damage(&mut content, orders);
        }
        fs::write(dir.path().join(name), content).expect("the disk takes it");
    }
    let index = match Index::open(dir.path(), &master(), LIMITS) {
        Ok(index) => index,
        Err(IndexError::Damaged { .. } | IndexError::Keys(_)) => return,
        Err(error) => panic!("neither sound nor damaged: {error}"),
    };
    // What was not lost altogether is whole; what was lost is to be fed again.
    let complete = index.applied(1) == ENTRIES;
    for number in [0, 77, 255] {
        let Ok(matches) = index.lookup(token(number)) else { continue };
        let expected = (0..ENTRIES).filter(|entry| entry % 256 == number).count();
        assert!(!complete || matches.entries.len() == expected, "entries are missing unnoticed");
        assert!(matches.entries.iter().all(|entry| entry.number % 256 == number));
    }
});
