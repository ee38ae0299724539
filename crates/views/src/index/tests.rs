//! The index against a model, and what it does with damage and crashes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use proptest::prelude::*;

use super::*;

const LIMITS: Limits = Limits { memtable_postings: 64, runs_max: 8 };

fn master() -> Key {
    Key::from_bytes([5; 32])
}

fn token(n: u8) -> Token {
    // Spread like hashes, so that fences and shared bytes are exercised.
    Token::from_bytes(blake3::hash(&[n]).as_bytes()[..16].try_into().expect("16 bytes"))
}

fn open(dir: &Path) -> Index {
    Index::open(dir, &master(), LIMITS).expect("opens")
}

fn mentions(range: std::ops::Range<u64>) -> Vec<Mention> {
    range.map(|number| Mention { token: token((number % 7) as u8), number, tag: 0 }).collect()
}

#[derive(Clone, Debug)]
enum Step {
    Add { log: u32, tokens: Vec<u8> },
    AddAgain { log: u32 },
    Flush,
    Merge,
    StopMerging,
    Reopen,
    Rebuild,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..3_u32, prop::collection::vec(0..12_u8, 0..150))
            .prop_map(|(log, tokens)| Step::Add { log, tokens }),
        1 => (0..3_u32).prop_map(|log| Step::AddAgain { log }),
        3 => Just(Step::Flush),
        3 => Just(Step::Merge),
        1 => Just(Step::StopMerging),
        2 => Just(Step::Reopen),
        1 => Just(Step::Rebuild),
    ]
}

/// Everything ever said, by log: what the node's store holds.
#[derive(Default)]
struct Logs(BTreeMap<u32, Vec<Mention>>);

impl Logs {
    fn append(&mut self, log: u32, tokens: &[u8]) {
        let entries = self.0.entry(log).or_default();
        for n in tokens {
            let number = entries.len() as u64;
            entries.push(Mention {
                token: token(*n),
                number,
                tag: u32::from(*n) ^ u32::from(number % 4 == 1),
            });
        }
    }

    fn feed(&self, index: &Index, log: u32, from: u64) {
        let Some(entries) = self.0.get(&log) else { return };
        let rest = &entries[usize::try_from(from).expect("small")..];
        index.add(log, entries.len() as u64, rest).expect("adds");
    }

    fn feed_all(&self, index: &Index) {
        for log in self.0.keys() {
            self.feed(index, *log, index.applied(*log));
        }
    }

    fn find(&self, keep: impl Fn(&Mention) -> bool) -> Vec<EntryRef> {
        let all = self.0.iter().flat_map(|(log, entries)| entries.iter().map(move |m| (*log, m)));
        let kept = all.filter(|(_, m)| keep(m)).map(|(log, m)| EntryRef { log, number: m.number });
        kept.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

fn apply(step: &Step, logs: &mut Logs, index: Index, dir: &Path) -> Index {
    match step {
        Step::Add { log, tokens } => {
            let from = logs.0.get(log).map_or(0, Vec::len) as u64;
            logs.append(*log, tokens);
            logs.feed(&index, *log, from);
        }
        Step::AddAgain { log } => logs.feed(&index, *log, 0),
        Step::Flush => index.flush().expect("flushes"),
        Step::Merge => {
            index.merge_step(&|| true).expect("merges");
        }
        Step::StopMerging => {
            index.merge_step(&|| false).expect("stops");
        }
        Step::Reopen => {
            drop(index);
            let index = open(dir);
            logs.feed_all(&index);
            return index;
        }
        Step::Rebuild => {
            drop(index);
            let index = Index::rebuild(dir, &master(), LIMITS).expect("rebuilds");
            logs.feed_all(&index);
            return index;
        }
    }
    index
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn answers_like_a_map_whatever_is_flushed_merged_and_reopened(
        steps in prop::collection::vec(step(), 1..40),
    ) {
        let dir = tempfile::tempdir().expect("a directory");
        let mut logs = Logs::default();
        let mut index = open(dir.path());
        for step in &steps {
            index = apply(step, &mut logs, index, dir.path());
        }
        for n in 0..13 {
            let token = token(n);
            let found = index.lookup(token).expect("looks up");
            prop_assert_eq!(found, Matches { entries: logs.find(|m| m.token == token), more: false });
            for tag in 0..4 {
                let found = index.candidates(token, tag).expect("looks up").entries;
                prop_assert_eq!(found, logs.find(|m| m.token == token && m.tag == tag));
            }
        }
    }
}

#[test]
fn one_run_is_left_of_four_and_the_keys_and_files_of_the_others_are_gone() {
    let dir = tempfile::tempdir().expect("a directory");
    let index = open(dir.path());
    for part in 0..4 {
        index.add(0, (part + 1) * 60, &mentions(part * 60..(part + 1) * 60)).expect("adds");
        index.flush().expect("flushes");
    }
    assert_eq!(index.status().runs, 4);
    let before = fs::read(dir.path().join("keys")).expect("reads");
    assert_eq!(index.merge_step(&|| true).expect("merges"), MergeStep::Merged);
    assert_eq!(index.merge_step(&|| true).expect("merges"), MergeStep::Idle);
    let status = index.status();
    assert_eq!((status.runs, status.disk_postings, status.memory_postings), (1, 240, 0));
    let runs = fs::read_dir(dir.path()).expect("lists").filter(|entry| {
        entry.as_ref().expect("an entry").path().extension().is_some_and(|ext| ext == "run")
    });
    assert_eq!(runs.count(), 1);
    let after = fs::read(dir.path().join("keys")).expect("reads");
    assert_eq!(after[..4 * 64], [0; 4 * 64], "the four keys are overwritten");
    assert_ne!(before[..4 * 64], after[..4 * 64]);
}

#[test]
fn what_was_not_flushed_is_asked_for_again_after_a_crash() {
    let dir = tempfile::tempdir().expect("a directory");
    let index = open(dir.path());
    index.add(3, 10, &mentions(0..10)).expect("adds");
    index.flush().expect("flushes");
    index.add(3, 20, &mentions(10..20)).expect("adds");
    assert_eq!(index.applied(3), 20);
    drop(index);
    let index = open(dir.path());
    assert_eq!((index.applied(3), index.applied(4)), (10, 0));
    index.add(3, 20, &mentions(0..20)).expect("adds");
    assert_eq!(index.lookup(token(0)).expect("looks up").entries.len(), 3);
    assert_eq!(index.status().memory_postings, 10, "what is on disk is passed over");
}

#[test]
fn an_answer_is_capped_and_says_so() {
    let dir = tempfile::tempdir().expect("a directory");
    let limits = Limits { memtable_postings: 4000, runs_max: 64 };
    let index = Index::open(dir.path(), &master(), limits).expect("opens");
    let all: Vec<_> =
        (0..=LOOKUP_MAX as u64).map(|number| Mention { token: token(1), number, tag: 0 }).collect();
    index.add(0, LOOKUP_MAX as u64, &all).expect("adds");
    let found = index.lookup(token(1)).expect("looks up");
    assert_eq!((found.entries.len(), found.more), (LOOKUP_MAX, false));
    index.add(0, LOOKUP_MAX as u64 + 1, &all).expect("adds");
    index.flush().expect("flushes");
    let found = index.lookup(token(1)).expect("looks up");
    assert_eq!((found.entries.len(), found.more), (LOOKUP_MAX, true));
    assert_eq!(found.entries.last().expect("the last").number, LOOKUP_MAX as u64 - 1);
}

/// Breaks a file of an index of one run, and expects damage to be named and to be curable.
fn check_damage(break_it: impl Fn(&Path)) {
    let dir = tempfile::tempdir().expect("a directory");
    let index = open(dir.path());
    index.add(0, 60, &mentions(0..60)).expect("adds");
    index.flush().expect("flushes");
    drop(index);
    break_it(dir.path());
    let result = Index::open(dir.path(), &master(), LIMITS)
        .and_then(|index| index.lookup(token(1)).map(|found| found.entries.len()));
    assert!(result.expect_err("damage is no answer").is_damage());
    let index = Index::rebuild(dir.path(), &master(), LIMITS).expect("rebuilds");
    assert_eq!(index.applied(0), 0);
    index.add(0, 60, &mentions(0..60)).expect("adds");
    assert_eq!(index.lookup(token(1)).expect("looks up").entries.len(), 9);
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).expect("reads");
    bytes[at] ^= 1;
    fs::write(path, bytes).expect("writes");
}

#[test]
fn every_damage_is_named_and_cured_by_rebuilding() {
    let run = "00000000.run";
    check_damage(|dir| flip(&dir.join(run), 77));
    check_damage(|dir| flip(&dir.join(run), 4096 + 77));
    check_damage(|dir| flip(&dir.join("manifest"), 30));
    check_damage(|dir| flip(&dir.join("keys"), 20));
    check_damage(|dir| fs::remove_file(dir.join(run)).expect("removes"));
    check_damage(|dir| fs::remove_file(dir.join("keys")).expect("removes"));
    check_damage(|dir| fs::write(dir.join(run), [0; 4096]).expect("writes"));
    check_damage(|dir| fs::write(dir.join(run), b"").expect("writes"));
    check_damage(|dir| fs::write(dir.join("manifest"), b"").expect("writes"));
}

#[test]
fn what_a_crash_left_behind_is_swept_and_its_key_destroyed() {
    let dir = tempfile::tempdir().expect("a directory");
    drop(open(dir.path()));
    fs::write(dir.path().join("00000007.run"), b"half a run").expect("writes");
    let keys = open_keys(dir.path());
    keys.put(3, &Key::random()).expect("puts");
    drop(open(dir.path()));
    assert!(!dir.path().join("00000007.run").exists());
    assert!(keys.get(3).expect("reads").is_none());
}

fn open_keys(dir: &Path) -> tiaoxi_vault::KeyFile {
    let wrapping = master().derive("tiaoxi index keys");
    tiaoxi_vault::KeyFile::open(&dir.join("keys"), wrapping, "index").expect("opens")
}

#[test]
fn no_file_holds_a_code() {
    let dir = tempfile::tempdir().expect("a directory");
    let tokenizer = crate::token::Tokenizer::new(&master());
    let code = "91330500TX0000000A";
    let token = tokenizer.code(tiaoxi_credit::CodeScheme::USCC, code);
    let index = open(dir.path());
    index.add(0, 1, &[Mention { token, number: 0, tag: 1 }]).expect("adds");
    index.flush().expect("flushes");
    for entry in fs::read_dir(dir.path()).expect("lists") {
        let bytes = fs::read(entry.expect("an entry").path()).expect("reads");
        assert!(!bytes.windows(code.len()).any(|window| window == code.as_bytes()));
        assert!(!bytes.windows(16).any(|window| window == token.to_bytes()));
    }
    assert_eq!(index.lookup(token).expect("looks up").entries, [EntryRef { log: 0, number: 0 }]);
}
