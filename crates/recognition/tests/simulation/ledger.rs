//! Logs as they are in a federation: real blocks under real signed checkpoints, and the receiving
//! end that believes nothing which does not lead to a signed root.

use std::{cell::OnceCell, convert::Infallible, rc::Rc};

use tiaoxi_federation::Origin;
use tiaoxi_ledger::{
    Hash,
    block::{BLOCK_ENTRIES, Block, Body, Draft},
    checkpoint::{Checkpoint, SignedCheckpoint},
    header::{Concerned, Header, KindField},
    note::{SigningKey, VerifierKey},
    salt::SaltKey,
    tree::{self, Frontier, empty_root},
    verify::Follower,
};

use tiaoxi_credit::{Day, Statement, statement::Evidence};
use tiaoxi_recognition::evidence::{self, Parts};

use crate::sim::random::Random;

/// Some entries of a log as they travel, with the checkpoint that was signed when they were made.
pub(crate) struct Run {
    pub(crate) first: u64,
    pub(crate) end: u64,
    pub(crate) encoded: Vec<u8>,
    pub(crate) checkpoint: Vec<u8>,
    /// Whoever verifies the same bytes with the same key gets the same; so it is done once.
    verified: OnceCell<SignedCheckpoint>,
}

/// An entry as a member keeps it.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) number: u64,
    pub(crate) header: Header,
    pub(crate) body: Rc<[u8]>,
}

/// The owner's end of a log.
pub(crate) struct OwnLog {
    key: SigningKey,
    frontier: Frontier,
    newest: SignedCheckpoint,
}

impl OwnLog {
    /// An empty log, its empty tree signed.
    pub(crate) fn new(origin: &Origin, seed: &[u8; 32]) -> Self {
        let origin = origin.to_string();
        let key = SigningKey::new(origin.clone(), seed).expect("an origin is the name of a key");
        let newest = Checkpoint { origin, size: 0, root: empty_root() };
        let newest = newest.sign(&key).expect("the key is the log's");
        Self { key, frontier: Frontier::new(), newest }
    }

    pub(crate) fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The newest checkpoint.
    pub(crate) fn newest(&self) -> &SignedCheckpoint {
        &self.newest
    }

    /// Appends statements and signs; one run, or two where a range of 256 entries ends.
    pub(crate) fn append(
        &mut self,
        day: Day,
        said: &[(Concerned, u16, Statement)],
        random: &mut Random,
    ) -> Vec<(Rc<Run>, Vec<Entry>)> {
        let drafts: Vec<Draft> = said.iter().map(|said| draft(day, said)).collect();
        let mut rest = drafts.as_slice();
        let mut runs = Vec::new();
        while !rest.is_empty() {
            let first = self.size();
            let room = usize::try_from(BLOCK_ENTRIES - first % BLOCK_ENTRIES).expect("at most 256");
            let (now, later) = rest.split_at(room.min(rest.len()));
            let block =
                Block::pack(first, &SaltKey(random.bytes()), now).expect("it fits its range");
            for leaf in block.leaves() {
                self.frontier.push(*leaf);
            }
            runs.push(self.signed(&block));
            rest = later;
        }
        runs
    }

    fn signed(&mut self, block: &Block) -> (Rc<Run>, Vec<Entry>) {
        let (size, root) = (self.frontier.size(), self.frontier.root());
        let origin = self.key.name().to_owned();
        let checkpoint = Checkpoint { origin, size, root };
        self.newest = checkpoint.sign(&self.key).expect("the key is the log's");
        let run = Run {
            first: block.first(),
            end: block.end(),
            encoded: block.encode(),
            checkpoint: self.newest.note().to_vec(),
            verified: OnceCell::new(),
        };
        (Rc::new(run), entries_of(block))
    }
}

fn draft(day: Day, (concerned, item, statement): &(Concerned, u16, Statement)) -> Draft {
    let kind = statement.kind();
    let header = Header {
        kind: KindField::new(statement.effect() as u8, kind as u8, kind.version()),
        item: *item,
        day: day.0,
        concerned: *concerned,
        commitment: [0; 32],
    };
    Draft { prefix: header.prefix(), body: statement.to_body().expect("it is short") }
}

fn entries_of(block: &Block) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(block.len());
    for (number, header, body) in block.entries() {
        let Body::Present(body) = body else { unreachable!("nobody withholds a body here") };
        let header = Header::from_bytes(header).expect("a header of this version");
        entries.push(Entry { number, header, body: body.into() });
    }
    entries
}

/// A member's copy of a log of another, or of its own as its reader.
pub(crate) struct Replica {
    follower: Follower,
    runs: Vec<Rc<Run>>,
    entries: Vec<Entry>,
}

impl Replica {
    pub(crate) fn empty() -> Self {
        Self { follower: Follower::empty(), runs: Vec::new(), entries: Vec::new() }
    }

    pub(crate) fn size(&self) -> u64 {
        self.entries.len() as u64
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The runs from entry `from` up to `to`; both are where runs begin or end.
    pub(crate) fn runs(&self, from: u64, to: u64) -> Vec<Rc<Run>> {
        let within = |run: &&Rc<Run>| run.first >= from && run.end <= to;
        self.runs.iter().filter(within).cloned().collect()
    }

    /// Some place at or before `size` where a run ends.
    pub(crate) fn some_end(&self, size: u64, random: &mut Random) -> u64 {
        let ends: Vec<u64> =
            self.runs.iter().map(|run| run.end).filter(|end| *end <= size).collect();
        random.pick(&ends).unwrap_or(0)
    }

    /// The owner takes what it has just made.
    pub(crate) fn keep(&mut self, made: &[(Rc<Run>, Vec<Entry>)]) {
        for (run, entries) in made {
            self.runs.push(Rc::clone(run));
            self.entries.extend_from_slice(entries);
        }
    }

    /// Takes what came over the network; the entries that are new. Runs already held, in part too,
    /// are let go; runs behind a gap are refused, and will be sent again.
    pub(crate) fn receive(&mut self, runs: &[Rc<Run>], key: &VerifierKey) -> Vec<Entry> {
        let mut fresh = Vec::new();
        for run in runs {
            let held = self.follower.size();
            if run.end <= held {
                continue;
            }
            if run.first != held {
                break;
            }
            let signed = run.verified.get_or_init(|| {
                SignedCheckpoint::verify(&run.checkpoint, key).expect("the log has signed it")
            });
            self.follower.aim(signed).expect("it continues what is held");
            let verified = self.follower.accept(run.encoded.clone(), &[]);
            let verified = verified.expect("it leads to the signed root");
            for verified in verified.expect("it ends at the checkpoint").runs() {
                fresh.extend(entries_of(&verified.block));
            }
            self.runs.push(Rc::clone(run));
        }
        self.entries.extend_from_slice(&fresh);
        fresh
    }

    /// The first entry with its proof, as evidence.
    pub(crate) fn evidence(&self) -> Option<Evidence> {
        let run = self.runs.first()?;
        let block = Block::decode(&run.encoded).expect("it was encoded here");
        let (header, body) = block.entry(0)?;
        let Body::Present(body) = body else { return None };
        let mut leaves = Leaves(block.leaves());
        let Ok(path) = tree::inclusion_path(&mut leaves, 0, 0, run.end);
        let salt = block.salt(0)?;
        Some(evidence::make(&Parts {
            number: 0,
            header,
            salt: &salt,
            body,
            path: &path,
            checkpoint: &run.checkpoint,
        }))
    }

    /// Root of the log at `size`, where a run ends there.
    pub(crate) fn root_at(&self, size: u64) -> Option<Hash> {
        if size == 0 {
            return Some(empty_root());
        }
        let run = self.runs.iter().rev().find(|run| run.end == size)?;
        let text = std::str::from_utf8(&run.checkpoint).ok()?.split("\n\n").next()?;
        Checkpoint::parse(&format!("{text}\n")).ok().map(|checkpoint| checkpoint.root)
    }
}

/// Nodes made from the leaves below them.
struct Leaves<'a>(&'a [Hash]);

impl tree::Nodes for Leaves<'_> {
    type Error = Infallible;

    fn node(&mut self, level: u32, index: u64) -> Result<Hash, Infallible> {
        let width = 1 << level;
        let start = usize::try_from(index).expect("a small tree") * width;
        Ok(tree::subtree_root(&self.0[start..start + width]))
    }
}
