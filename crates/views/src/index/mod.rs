//! The subject index: which entries speak of a subject.
//!
//! A posting is a keyed [`Token`] of a subject code, the entry that carries it, and a tag of the
//! record's natural key. Postings gather in memory, then go to disk as immutable sorted runs of
//! sealed 4-KiB pages (`page.rs`, `run.rs`), which are merged in the background by size. A run has
//! a key of its own; a merge destroys the keys of the runs that it replaces. The manifest names the
//! runs and, per log, up to where it is included: after a crash the node feeds again from there.
//!
//! The index is derived: damage is answered by [`Index::rebuild`] and feeding from the start. Feed
//! it entries that are signed, in the order of each log; what is fed twice counts once. It does not
//! know what an entry says, whether it counts, or that it was erased. Memory: about 100 bytes a
//! posting in memory (twice while writing) and 0.1 byte a posting on disk.

mod disk;
mod error;
#[cfg(fuzzing)]
pub mod fuzzing;
mod manifest;
mod memtable;
mod merge;
mod page;
mod run;
mod scan;
mod terms;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use tiaoxi_vault::Key;

use self::disk::Disk;
pub use self::error::IndexError;
use self::memtable::Memtable;
use self::merge::Merged;
use self::run::Run;
use self::terms::Posting;
pub use self::terms::{IndexStatus, LOOKUP_MAX, Limits, Matches, Mention, MergeStep};
use crate::EntryRef;
use crate::token::Token;

/// What readers see.
struct State {
    memtable: Memtable,
    /// Being written to disk.
    frozen: Option<Arc<Memtable>>,
    runs: Vec<Arc<Run>>,
    /// Per log: entries below are in memory or on disk.
    applied: BTreeMap<u32, u64>,
}

/// The subject index of a node. One process a directory; the store's lock guards that.
pub struct Index {
    limits: Limits,
    state: RwLock<State>,
    /// Taken before `state` where both are.
    disk: Mutex<Disk>,
    merging: Mutex<()>,
}

impl Index {
    /// Opens the index in `dir`, an empty one where there is none.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] when it must be rebuilt.
    pub fn open(dir: &Path, master: &Key, limits: Limits) -> Result<Self, IndexError> {
        let (disk, runs) = Disk::open(dir, master)?;
        let state = State {
            memtable: Memtable::default(),
            frozen: None,
            runs: runs.into_iter().map(Arc::new).collect(),
            applied: disk.applied().clone(),
        };
        Ok(Self {
            limits: limits.clamped(),
            state: RwLock::new(state),
            disk: Mutex::new(disk),
            merging: Mutex::new(()),
        })
    }

    /// Destroys the index in `dir`, keys first, and opens an empty one: every log is to be fed from
    /// its first entry.
    pub fn rebuild(dir: &Path, master: &Key, limits: Limits) -> Result<Self, IndexError> {
        Disk::destroy(dir, master)?;
        Self::open(dir, master, limits)
    }

    /// The entry of `log` to feed next. Beyond the log's size it belongs to another log: rebuild.
    pub fn applied(&self, log: u32) -> u64 {
        self.state.read().applied.get(&log).copied().unwrap_or(0)
    }

    /// Takes in all mentions of the entries of `log` from [`Index::applied`] up to, not including,
    /// `through`. Entries that it has already are passed over. Writes a run when memory is full.
    pub fn add(&self, log: u32, through: u64, mentions: &[Mention]) -> Result<(), IndexError> {
        if self.state.read().memtable.len() > self.limits.memtable_postings.saturating_mul(2) {
            // A run could not be written before: not more memory, but the same error again.
            self.flush()?;
        }
        let is_full = {
            let mut state = self.state.write();
            let applied = state.applied.get(&log).copied().unwrap_or(0);
            for mention in mentions.iter().filter(|m| m.number >= applied && m.number < through) {
                let Mention { token, number, tag } = *mention;
                state.memtable.push(Posting { token, log, number, tag });
            }
            state.applied.insert(log, applied.max(through));
            state.memtable.len() >= self.limits.memtable_postings
        };
        if is_full { self.flush() } else { Ok(()) }
    }

    /// The entries that mention `token`.
    pub fn lookup(&self, token: Token) -> Result<Matches, IndexError> {
        self.find(token, |_| true)
    }

    /// The entries that mention `token` with a record of natural key tag `tag`: candidates for "is
    /// this row in a log already?", to be confirmed by reading them.
    pub fn candidates(&self, token: Token, tag: u32) -> Result<Matches, IndexError> {
        self.find(token, |posting| posting.tag == tag)
    }

    fn find(&self, token: Token, keep: impl Fn(&Posting) -> bool) -> Result<Matches, IndexError> {
        let (mut found, runs) = {
            let state = self.state.read();
            let frozen = state.frozen.iter().flat_map(|frozen| frozen.find(token));
            let found: Vec<Posting> =
                state.memtable.find(token).chain(frozen).filter(&keep).collect();
            (found, state.runs.clone())
        };
        for run in runs {
            let mut from_run = 0;
            run.find(token, |posting| {
                if keep(&posting) {
                    found.push(posting);
                    from_run += 1;
                }
                from_run <= LOOKUP_MAX
            })?;
        }
        found.sort_unstable();
        let mut entries: Vec<_> =
            found.iter().map(|p| EntryRef { log: p.log, number: p.number }).collect();
        entries.dedup();
        let more = entries.len() > LOOKUP_MAX;
        entries.truncate(LOOKUP_MAX);
        Ok(Matches { entries, more })
    }

    /// Writes what is in memory to disk. When it returns, everything added before is durable.
    pub fn flush(&self) -> Result<(), IndexError> {
        let mut disk = self.disk.lock();
        let (frozen, applied) = {
            let mut state = self.state.write();
            if state.memtable.len() == 0 && state.applied == *disk.applied() {
                return Ok(());
            }
            let frozen = Arc::new(std::mem::take(&mut state.memtable));
            state.frozen = Some(Arc::clone(&frozen));
            (frozen, state.applied.clone())
        };
        let written = write_run(&mut disk, &frozen, applied);
        let mut state = self.state.write();
        state.frozen = None;
        match written {
            Ok(run) => state.runs.extend(run.map(Arc::new)),
            Err(error) => {
                state.memtable.take_back(&frozen);
                return Err(error);
            }
        }
        let is_crowded = state.runs.len() >= self.limits.runs_max;
        drop(state);
        drop(disk);
        if is_crowded { self.relieve() } else { Ok(()) }
    }

    /// Merges in the foreground because too many runs have gathered.
    fn relieve(&self) -> Result<(), IndexError> {
        while self.merge_step(&|| true)? == MergeStep::Merged {}
        let runs = self.state.read().runs.len();
        if runs >= Limits::RUNS_MAX { Err(IndexError::TooManyRuns(runs)) } else { Ok(()) }
    }

    /// Merges runs of one size, if enough have gathered. To be called on a background thread until
    /// it answers [`MergeStep::Idle`]; takes about a second for ten million postings, reading and
    /// adding go on meanwhile. Asks `keep_going` once a page.
    pub fn merge_step(&self, keep_going: &dyn Fn() -> bool) -> Result<MergeStep, IndexError> {
        let Some(_merging) = self.merging.try_lock() else { return Ok(MergeStep::Idle) };
        let chosen = merge::choose(&self.state.read().runs, self.limits.memtable_postings);
        let Some(old) = chosen else { return Ok(MergeStep::Idle) };
        let mut out = self.disk.lock().begin_run()?;
        let (slot, number) = out.place();
        let merged = match merge::merge(&old, &mut out, keep_going) {
            Ok(Merged::Whole) => out.finish(),
            Ok(Merged::Stopped) => {
                self.disk.lock().abandon(slot, number);
                return Ok(MergeStep::Stopped);
            }
            Err(error) => Err(error),
        };
        let removed: Vec<_> = old.iter().map(|run| run.info).collect();
        let mut disk = self.disk.lock();
        let committed =
            merged.and_then(|run| disk.commit(Some(run.info), &removed, None).map(|()| run));
        let run = match committed {
            Ok(run) => run,
            Err(error) => {
                disk.abandon(slot, number);
                return Err(error);
            }
        };
        {
            let mut state = self.state.write();
            state.runs.retain(|run| !removed.contains(&run.info));
            state.runs.push(Arc::new(run));
        }
        disk.discard(&removed)?;
        Ok(MergeStep::Merged)
    }

    /// Sizes, for operators.
    pub fn status(&self) -> IndexStatus {
        let state = self.state.read();
        let in_memory = state.memtable.len() + state.frozen.as_ref().map_or(0, |f| f.len());
        IndexStatus {
            memory_postings: in_memory as u64,
            disk_postings: state.runs.iter().map(|run| run.info.postings).sum(),
            runs: u32::try_from(state.runs.len()).unwrap_or(u32::MAX),
            disk_bytes: state.runs.iter().map(|run| run.info.file_bytes()).sum(),
        }
    }
}

/// Writes a memtable as a run and commits it together with how far each log is included.
fn write_run(
    disk: &mut Disk,
    memtable: &Memtable,
    applied: BTreeMap<u32, u64>,
) -> Result<Option<Run>, IndexError> {
    if memtable.len() == 0 {
        disk.commit(None, &[], Some(applied))?;
        return Ok(None);
    }
    let mut out = disk.begin_run()?;
    let (slot, number) = out.place();
    let written = memtable
        .sorted()
        .into_iter()
        .try_for_each(|posting| out.push(posting))
        .and_then(|()| out.finish())
        .and_then(|run| disk.commit(Some(run.info), &[], Some(applied)).map(|()| run));
    if written.is_err() {
        disk.abandon(slot, number);
    }
    written.map(Some)
}

#[cfg(test)]
mod tests;
