//! Tests of the whole store, on real files.

mod erasure;
mod guards;
mod model;
mod moving;
mod replay;

use std::fs;
use std::path::{Path, PathBuf};

use tiaoxi_vault::Key;

use crate::{Commit, Hash, LogId, OpenError, OpenReport, Options, Side, Store, Stored};

/// A directory with a store in it, opened and dropped at will. Dropping without closing is a kill.
struct Bench {
    dir: tempfile::TempDir,
    options: Options,
}

/// Segments so small that a few blocks fill one, and moves without waiting.
fn small_options() -> Options {
    Options {
        segment_bytes: 64 * 1024,
        move_bytes_min: 1,
        sled_cache_bytes: 8 * 1024 * 1024,
        ..Options::default()
    }
}

fn master() -> Key {
    Key::from_bytes([42; 32])
}

impl Bench {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().expect("a directory"), options: small_options() }
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("store")
    }

    fn try_open(&self) -> Result<(Store, OpenReport), OpenError> {
        Store::open(&self.path(), &master(), self.options.clone())
    }

    fn open_reported(&self) -> (Store, OpenReport) {
        self.try_open().expect("opens")
    }

    fn open(&self) -> Store {
        self.open_reported().0
    }

    /// Opens with the logs of most tests: an own one and a followed one.
    fn open_with_logs(&self) -> (Store, LogId, LogId) {
        let store = self.open();
        let own = store.ensure_log("tx/county/records/1", Side::Own).expect("a log");
        let followed = store.ensure_log("tx/other/records/1", Side::Followed).expect("a log");
        (store, own, followed)
    }

    fn segments(&self) -> Vec<PathBuf> {
        let mut paths: Vec<_> = files_in(&self.path().join("journal"))
            .into_iter()
            .filter(|path| path.extension().is_some_and(|extension| extension == "seg"))
            .collect();
        paths.sort();
        paths
    }
}

fn files_in(dir: &Path) -> Vec<PathBuf> {
    fs::read_dir(dir)
        .expect("a directory")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
        .collect()
}

fn copy_dir(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("a directory") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_dir(&path, &target);
        } else {
            fs::copy(&path, &target).expect("copied");
        }
    }
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.roll() % end
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count.div_ceil(8)).flat_map(|_| self.roll().to_le_bytes()).take(count).collect()
    }
}

fn node(block: u64) -> Hash {
    let mut node = [7; 32];
    node[..8].copy_from_slice(&block.to_le_bytes());
    node
}

fn full_block(block: u64, encoded: Vec<u8>) -> Stored {
    Stored { first: block * 256, count: 256, encoded, leaves_root: Some(node(block)) }
}

fn run(first: u64, count: u16, encoded: &[u8]) -> Stored {
    Stored { first, count, encoded: encoded.to_vec(), leaves_root: None }
}

fn commit_run(store: &Store, log: LogId, first: u64, count: u16, encoded: &[u8]) {
    let mut commit = Commit::new();
    commit.run(log, run(first, count, encoded));
    store.commit(commit).expect("committed");
}

/// Blocks that are recognised by their first byte, 10 kB each.
fn commit_blocks(store: &Store, log: LogId, blocks: std::ops::Range<u64>) {
    for block in blocks {
        let mut commit = Commit::new();
        commit.run(log, full_block(block, block_bytes(block)));
        store.commit(commit).expect("committed");
    }
}

fn block_bytes(block: u64) -> Vec<u8> {
    let mut bytes = Dice(block).bytes(10_000);
    bytes[..8].copy_from_slice(&block.to_le_bytes());
    bytes
}

fn sign(store: &Store, log: LogId, size: u64) {
    let mut commit = Commit::new();
    commit.checkpoint(
        log,
        format!("signed {size}").into_bytes(),
        size,
        [size.to_le_bytes()[0]; 32],
    );
    store.commit(commit).expect("committed");
}

fn read(store: &Store, log: LogId, entry: u64) -> Option<Vec<u8>> {
    store.read(log, entry).expect("readable").map(|block| block.to_vec())
}

/// Moves what can move and leaves nothing of it in the journal.
fn settle(store: &Store) {
    store.journal.lock().roll().expect("rolled");
    store.maintain(&everybody).expect("maintained");
}

/// The steps of [`Store::maintain`] up to number `stop`: what a kill in the middle leaves.
fn maintain_until(store: &Store, stop: u64, holders_size: u64) {
    let mut meta = store.maintenance.lock();
    store.note_holders(&|_| holders_size);
    let steps: [&mut dyn FnMut(); 5] = [
        &mut || _ = store.clear_reset_logs().expect("cleared"),
        &mut || store.leave_condemned_segment().expect("left"),
        &mut || _ = store.move_blocks().expect("moved"),
        &mut || {
            store.write_heads().expect("written");
            store.write_meta(&mut meta).expect("written");
        },
        &mut || _ = store.last_to_drop().map(|last| store.copy_forward(last).expect("copied")),
    ];
    for (_, step) in (0..stop).zip(steps) {
        step();
    }
}

fn nobody(_: LogId) -> u64 {
    0
}

fn everybody(_: LogId) -> u64 {
    u64::MAX
}
