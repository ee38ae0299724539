//! Which runs to merge, and the merge: streaming, one page of each run in memory.

use std::sync::Arc;

use super::run::{Run, RunWriter, Scan};
use super::{IndexError, Posting};

/// Runs of one size class are merged when there are this many of them, so a posting is written
/// once per power of four of the index's size.
const RUNS_PER_CLASS: usize = 4;
/// Most runs in one merge: bounds memory and open pages.
const RUNS_PER_MERGE_MAX: usize = 8;

/// The runs to merge next, or `None` when every size class is short of [`RUNS_PER_CLASS`]. A class
/// is a range of sizes of factor four above `memtable` postings; the smallest goes first.
pub(super) fn choose(runs: &[Arc<Run>], memtable: usize) -> Option<Vec<Arc<Run>>> {
    let smallest = (memtable as u64).max(1);
    let class = |run: &Run| (run.info.postings / smallest).max(1).ilog(RUNS_PER_CLASS as u64);
    let mut classes: Vec<u32> = runs.iter().map(|run| class(run)).collect();
    classes.sort_unstable();
    classes.dedup();
    classes.into_iter().find_map(|wanted| {
        let members: Vec<_> = runs.iter().filter(|run| class(run) == wanted).collect();
        (members.len() >= RUNS_PER_CLASS)
            .then(|| members.into_iter().take(RUNS_PER_MERGE_MAX).cloned().collect())
    })
}

/// How a merge ended.
pub(super) enum Merged {
    /// All postings are written.
    Whole,
    /// `keep_going` said no.
    Stopped,
}

/// Writes the postings of `runs` into `out`, in order. Asks `keep_going` once a page.
pub(super) fn merge(
    runs: &[Arc<Run>],
    out: &mut RunWriter,
    keep_going: &dyn Fn() -> bool,
) -> Result<Merged, IndexError> {
    let mut heads: Vec<(Posting, Scan<'_>)> = Vec::with_capacity(runs.len());
    for run in runs {
        let mut scan = run.scan();
        if let Some(first) = scan.next()? {
            heads.push((first, scan));
        }
    }
    let mut page = 0;
    // At most eight heads: looking at each is as fast as a heap.
    while let Some(least) = (0..heads.len()).min_by_key(|place| heads.get(*place).map(|h| h.0)) {
        let Some((posting, scan)) = heads.get_mut(least) else { break };
        out.push(*posting)?;
        match scan.next()? {
            Some(next) => *posting = next,
            None => drop(heads.swap_remove(least)),
        }
        if out.pages() != page {
            page = out.pages();
            if !keep_going() {
                return Ok(Merged::Stopped);
            }
        }
    }
    Ok(Merged::Whole)
}
