//! Postings not yet in a file: a list, with a chain through those of one token.

use std::collections::HashMap;

use super::Posting;
use crate::token::Token;

/// Ends a chain.
const NONE: u32 = u32::MAX;

/// Bounded by its owner; 32 bytes a posting, 4 for the chain, and about 32 for a new token.
#[derive(Default)]
pub(super) struct Memtable {
    postings: Vec<Posting>,
    /// For each posting the one before it with the same half token.
    before: Vec<u32>,
    /// The last posting of each half token (tokens are keyed hashes: half is enough to spread).
    last: HashMap<u64, u32>,
}

impl Memtable {
    pub(super) fn len(&self) -> usize {
        self.postings.len()
    }

    pub(super) fn push(&mut self, posting: Posting) {
        let place = u32::try_from(self.postings.len()).expect("a memtable is bounded far below");
        let before = self.last.insert(half(posting.token), place).unwrap_or(NONE);
        self.before.push(before);
        self.postings.push(posting);
    }

    /// Takes back what could not be written, in front of what came since.
    pub(super) fn take_back(&mut self, other: &Self) {
        for posting in &other.postings {
            self.push(*posting);
        }
    }

    /// The postings of a token, newest first.
    pub(super) fn find(&self, token: Token) -> impl Iterator<Item = Posting> + '_ {
        let mut place = self.last.get(&half(token)).copied().unwrap_or(NONE);
        std::iter::from_fn(move || {
            let index = usize::try_from(place).ok()?;
            let posting = *self.postings.get(index)?;
            place = self.before.get(index).copied().unwrap_or(NONE);
            Some(posting)
        })
        .filter(move |posting| posting.token == token)
    }

    /// All postings in the order of their adding.
    pub(super) fn iter(&self) -> impl Iterator<Item = Posting> + '_ {
        self.postings.iter().copied()
    }

    /// All postings by rising order.
    pub(super) fn sorted(&self) -> Vec<Posting> {
        let mut postings = self.postings.clone();
        postings.sort_unstable();
        postings
    }
}

fn half(token: Token) -> u64 {
    let bytes = token.to_bytes();
    u64::from_le_bytes(*bytes.first_chunk().expect("16 bytes begin with 8"))
}
