//! Every mention of chosen logs, from front to back, while others add, flush and merge.
//!
//! Does not know what the mentions are wanted for; [`crate::known`] is one who asks.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Index, IndexError, Posting};
use crate::EntryRef;
use crate::token::Token;

impl Index {
    /// Calls `each` with token, tag and entry of every mention in the logs that are `wanted`, as
    /// they are at the moment of the call; what is added meanwhile is not among them. The order is
    /// any; a mention comes twice where it was fed twice, and a record once for each of its codes.
    ///
    /// Memory: one page, and a copy of the wanted mentions that are in memory (32 bytes each, up to
    /// twice [`super::Limits::memtable_postings`]). Runs that are merged away meanwhile stay open
    /// until it ends. Ten million mentions on disk, wanted or not, take half a second of a processor.
    ///
    /// Answers, for each wanted log, the entry before which all mentions were handed out: what is
    /// in the log from there on is for the caller to read there.
    pub fn scan(
        &self,
        wanted: &dyn Fn(u32) -> bool,
        each: &mut dyn FnMut(Token, u32, EntryRef),
    ) -> Result<BTreeMap<u32, u64>, IndexError> {
        let (in_memory, frozen, runs, applied) = {
            let state = self.state.read();
            let in_memory: Vec<Posting> =
                state.memtable.iter().filter(|posting| wanted(posting.log)).collect();
            let applied: BTreeMap<_, _> = state
                .applied
                .iter()
                .filter(|(log, _)| wanted(**log))
                .map(|(log, through)| (*log, *through))
                .collect();
            (in_memory, state.frozen.as_ref().map(Arc::clone), state.runs.clone(), applied)
        };
        let mut hand_out = |posting: Posting| {
            if wanted(posting.log) {
                let entry = EntryRef { log: posting.log, number: posting.number };
                each(posting.token, posting.tag, entry);
            }
        };
        in_memory.into_iter().for_each(&mut hand_out);
        frozen.iter().flat_map(|frozen| frozen.iter()).for_each(&mut hand_out);
        for run in runs {
            let mut scan = run.scan();
            while let Some(posting) = scan.next()? {
                hand_out(posting);
            }
        }
        Ok(applied)
    }
}
