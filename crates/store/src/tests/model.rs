//! The store against a model that is too simple to be wrong: random commits, moves and kills; what
//! is there afterwards is what the model had after some whole number of commits.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::rc::Rc;

use super::*;
use crate::{Checkpoint, Held};

#[derive(Clone, Default)]
struct ModelLog {
    /// For every entry, the bytes of the block or run that it is read from.
    entries: Vec<Rc<Vec<u8>>>,
    blocks: u64,
    checkpoint: Option<Checkpoint>,
    held: BTreeMap<String, Held>,
}

#[derive(Clone, Default)]
struct Model {
    logs: [ModelLog; 2],
    meta: BTreeMap<Vec<u8>, Vec<u8>>,
}

struct Play {
    dice: Dice,
    model: Model,
    ids: [LogId; 2],
}

const OWN: usize = 0;
const FOLLOWED: usize = 1;

impl Play {
    /// One random commit, done to the model as it is built.
    fn commit(&mut self) -> Commit {
        let mut commit = Commit::new();
        match self.dice.below(12) {
            0 => self.truncate(&mut commit),
            1 => self.reset(&mut commit),
            _ => {}
        }
        for _ in 0..=self.dice.below(3) {
            let which = usize::try_from(self.dice.below(2)).expect("an index");
            match self.dice.below(10) {
                0..=2 => self.run(&mut commit, which),
                3..=6 => self.seal(&mut commit, which),
                7 => self.checkpoint(&mut commit, which),
                8 => self.held_and_meta(&mut commit, which),
                _ => self.meta(&mut commit),
            }
        }
        commit
    }

    /// New bytes of a sealed block, in a commit of its own: the block must be there before.
    fn reseal(&mut self) -> Commit {
        let mut commit = Commit::new();
        for which in [OWN, FOLLOWED] {
            let blocks = self.model.logs[which].blocks;
            if blocks > 0 {
                let block = self.dice.below(blocks);
                let bytes = self.bytes();
                commit.reseal(self.ids[which], block, bytes.clone(), node(block));
                self.put(which, block * 256, 256, bytes);
            }
        }
        commit
    }

    fn bytes(&mut self) -> Vec<u8> {
        let count = usize::try_from(self.dice.below(30_000)).expect("an index");
        self.dice.bytes(count)
    }

    fn put(&mut self, which: usize, first: u64, count: u64, bytes: Vec<u8>) {
        let entries = &mut self.model.logs[which].entries;
        let bytes = Rc::new(bytes);
        for entry in first..first + count {
            let entry = usize::try_from(entry).expect("an index");
            if entry < entries.len() {
                entries[entry] = Rc::clone(&bytes);
            } else {
                entries.push(Rc::clone(&bytes));
            }
        }
    }

    fn run(&mut self, commit: &mut Commit, which: usize) {
        let first = self.model.logs[which].entries.len() as u64;
        let count = 1 + self.dice.below(256 - first % 256).min(254);
        let bytes = self.bytes();
        let stored = run(first, u16::try_from(count).expect("small"), &bytes);
        commit.run(self.ids[which], stored);
        self.put(which, first, count, bytes);
    }

    fn seal(&mut self, commit: &mut Commit, which: usize) {
        let block = self.model.logs[which].blocks;
        let bytes = self.bytes();
        commit.run(self.ids[which], full_block(block, bytes.clone()));
        self.put(which, block * 256, 256, bytes);
        self.model.logs[which].blocks += 1;
    }

    fn checkpoint(&mut self, commit: &mut Commit, which: usize) {
        let log = &mut self.model.logs[which];
        let last = log.checkpoint.as_ref().map_or(0, |last| last.size);
        let size = last.max(log.entries.len() as u64);
        let root = [u8::try_from(size % 251).expect("small"); 32];
        let checkpoint = Checkpoint { size, root, note: vec![1; 100] };
        commit.checkpoint(self.ids[which], checkpoint.note.clone(), size, root);
        log.checkpoint = Some(checkpoint);
    }

    fn held_and_meta(&mut self, commit: &mut Commit, which: usize) {
        let held = Held { size: self.dice.below(1000), root: [2; 32] };
        let member = format!("member {}", self.dice.below(3));
        commit.held(self.ids[which], &member, held.size, held.root);
        self.model.logs[which].held.insert(member, held);
        self.meta(commit);
    }

    fn meta(&mut self, commit: &mut Commit) {
        let key = vec![u8::try_from(self.dice.below(5)).expect("small")];
        if self.dice.below(3) == 0 {
            commit.meta(key.clone(), None);
            self.model.meta.remove(&key);
        } else {
            let value = self.dice.bytes(10);
            commit.meta(key.clone(), Some(value.clone()));
            self.model.meta.insert(key, value);
        }
    }

    /// Back to the last checkpoint, or further up; only where no run or block straddles the size,
    /// which leaves no doubt what the model should say.
    fn truncate(&mut self, commit: &mut Commit) {
        let log = &mut self.model.logs[OWN];
        let signed = log.checkpoint.as_ref().map_or(0, |last| last.size);
        let mut size = usize::try_from(signed).expect("an index");
        while let (Some(one), Some(next)) =
            (size.checked_sub(1).and_then(|before| log.entries.get(before)), log.entries.get(size))
        {
            if !Rc::ptr_eq(one, next) {
                break;
            }
            size += 1;
        }
        log.entries.truncate(size);
        log.blocks = log.blocks.min(size as u64 / 256);
        commit.truncate(self.ids[OWN], size as u64);
    }

    fn reset(&mut self, commit: &mut Commit) {
        let log = &mut self.model.logs[FOLLOWED];
        *log = ModelLog { checkpoint: log.checkpoint.take(), ..ModelLog::default() };
        commit.reset(self.ids[FOLLOWED]);
    }
}

fn check(store: &Store, ids: [LogId; 2], model: &Model, context: &str) {
    for (log, expected) in ids.into_iter().zip(&model.logs) {
        let head = store.head(log).expect("a log");
        assert_eq!(head.size, expected.entries.len() as u64, "{context}");
        assert_eq!(head.blocks, expected.blocks, "{context}");
        assert_eq!(head.checkpoint, expected.checkpoint, "{context}");
        assert_eq!(head.held, expected.held, "{context}");
        assert_eq!(head.stranded, [], "{context}");
        let nodes: Vec<Hash> = (0..expected.blocks).map(node).collect();
        assert_eq!(store.upper(log), nodes, "{context}");
        for (entry, bytes) in expected.entries.iter().enumerate().step_by(17) {
            let found = read(store, log, entry as u64);
            assert!(found.as_ref() == Some(&**bytes), "{context}: entry {entry} of {log}");
        }
        assert_eq!(read(store, log, head.size), None, "{context}");
    }
    let meta: Vec<_> = model.meta.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    assert_eq!(store.meta_prefix(b""), meta, "{context}");
}

/// Plays one game: commits, moves, kills and clean stops, then a kill in the middle of a write.
fn play(seed: u64) {
    let bench = Bench::new();
    let (mut store, own, followed) = bench.open_with_logs();
    let ids = [own, followed];
    let mut play = Play { dice: Dice(seed), model: Model::default(), ids };
    // What the model was after each commit since the last move, and where the journal ended.
    let mut past = vec![(store.journal.lock().current(), play.model.clone())];
    for step in 0..50 {
        match play.dice.below(12) {
            0 => {
                let holders = play.dice.below(3000);
                store.maintain(&|_| holders).expect("maintained");
                past = vec![(store.journal.lock().current(), play.model.clone())];
            }
            1 => {
                match play.dice.below(3) {
                    0 => store.close().expect("closed"),
                    1 => maintain_until(&store, play.dice.below(6), play.dice.below(3000)),
                    _ => {}
                }
                drop(store);
                store = bench.open();
                past = vec![(store.journal.lock().current(), play.model.clone())];
            }
            roll => {
                let commit = if roll == 2 { play.reseal() } else { play.commit() };
                store.commit(commit).expect("fits");
                past.push((store.journal.lock().current(), play.model.clone()));
            }
        }
        if step % 5 == 0 {
            check(&store, ids, &play.model, &format!("seed {seed}, step {step}"));
        }
    }
    let (newest, end) = store.journal.lock().current();
    let floor = past[0].0;
    drop(store);
    for _ in 0..4 {
        let floor = if floor.0 == newest { floor.1 } else { 16 };
        let cut = floor + play.dice.below(end - floor + 1);
        let copy = Bench::new();
        copy_dir(&bench.path(), &copy.path());
        let segment = copy.path().join(format!("journal/{newest:08}.seg"));
        OpenOptions::new().write(true).open(segment).expect("opens").set_len(cut).expect("cut");
        let survived = past.iter().rev().find(|(place, _)| *place <= (newest, cut));
        let (_, model) = survived.expect("the first place is never cut");
        let store = copy.open();
        check(&store, ids, model, &format!("seed {seed}, cut at {cut}"));
        store.maintain(&everybody).expect("maintained");
        check(&store, ids, model, &format!("seed {seed}, cut at {cut} and moved"));
    }
}

#[test]
fn any_history_comes_back_as_a_whole_number_of_commits() {
    for seed in 0..16 {
        play(seed);
    }
}
