//! "Is this row in a log already?", answered from memory for the rows that are not.
//!
//! [`KnownKeys`] is asked before [`Index::candidates`], which reads a page of every run: nearly all
//! rows of an import are new, and for those no disk is touched. It answers "no" or "perhaps", never
//! a wrong "no". A row is asked for by its principal code alone. It forgets nothing, and is never
//! written to disk: it is built anew from the index after a start.
//!
//! It is a Bloom filter of blocks of one cache line: a key sets one bit in each of the eight words
//! of one block. Of own making because keys are keyed hashes already (a crate would hash them
//! again), and because it grows by stages under a cap, which no crate at hand does.

use std::collections::BTreeMap;

use crate::index::{Index, IndexError};
use crate::token::Token;

/// Bits that the filter has for a key. With these about 1 key in 90 that is not there is answered
/// with "perhaps", in each full stage.
pub const BITS_PER_KEY: u64 = 10;

/// Most memory that one filter takes: room for 53 million keys at [`BITS_PER_KEY`]. Beyond, nothing
/// is answered wrongly, but "perhaps" comes more often: 1 in 16 at 80 million, 1 in 6 at 107 million.
pub const BYTES_MAX: usize = 64 << 20;

/// The smallest first stage, in keys: 1.3 MB.
const FIRST_KEYS_MIN: u64 = 1 << 20;

/// Keys that are taken in together while the filter is built.
const BATCH: usize = 256;

/// One cache line.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Block([u64; 8]);

/// Bytes of a block.
const BLOCK_BYTES: usize = size_of::<Block>();

/// The natural keys that logs hold, as a filter over (token of the principal code, tag).
pub struct KnownKeys {
    /// Never empty.
    stages: Vec<Stage>,
    bytes_max: usize,
    covered: BTreeMap<u32, u64>,
}

impl KnownKeys {
    /// An empty filter with room for `expected` keys and a quarter more. It grows when they become
    /// more, at the price of a further look per stage; a good guess keeps it at one.
    pub fn with_room_for(expected: u64) -> Self {
        Self::new(expected.saturating_add(expected / 4).max(FIRST_KEYS_MIN), BYTES_MAX)
    }

    fn new(first_keys: u64, bytes_max: usize) -> Self {
        let stages = vec![Stage::with_room_for(first_keys, bytes_max)];
        Self { stages, bytes_max, covered: BTreeMap::new() }
    }

    /// The keys that `index` has of the logs that are `wanted`, with room for `expected` keys:
    /// the codes, not the records, in those logs. One pass over the index, see [`Index::scan`]: ten
    /// million keys take 1.2 s of a processor.
    ///
    /// What logs hold from [`KnownKeys::covered`] on is not in the index yet: it is to be read
    /// there and inserted, and so is everything that is appended from then on.
    pub fn build(
        index: &Index,
        wanted: &dyn Fn(u32) -> bool,
        expected: u64,
    ) -> Result<Self, IndexError> {
        let mut keys = Self::with_room_for(expected);
        let mut batch = Vec::with_capacity(BATCH);
        keys.covered = index.scan(wanted, &mut |token, tag, _entry| {
            batch.push(Place::of(token, tag));
            if batch.len() == BATCH {
                keys.insert_all(&mut batch);
            }
        })?;
        keys.insert_all(&mut batch);
        Ok(keys)
    }

    /// Takes in what is in `batch` and empties it.
    fn insert_all(&mut self, batch: &mut Vec<Place>) {
        // Not needed for the outcome: this fetches the blocks of all from memory at the same time.
        batch.retain(|place| !self.holds(*place));
        batch.drain(..).for_each(|place| self.insert_at(place));
    }

    /// The entry of `log` before which every key was in the index when the filter was built.
    pub fn covered(&self, log: u32) -> u64 {
        self.covered.get(&log).copied().unwrap_or(0)
    }

    /// Takes in a key. One that it may hold already changes nothing.
    pub fn insert(&mut self, token: Token, tag: u32) {
        self.insert_at(Place::of(token, tag));
    }

    fn insert_at(&mut self, place: Place) {
        if self.holds(place) {
            return;
        }
        if self.stages.iter().all(|stage| stage.keys >= stage.keys_max) {
            self.grow();
        }
        // The one that is not full yet or, where memory has ended, the one least beyond its room.
        if let Some(stage) = self.stages.iter_mut().min_by_key(|stage| stage.load()) {
            stage.insert(place);
        }
    }

    /// Adds a stage of twice the room so far, as far as memory allows; none of less than a 64th.
    fn grow(&mut self) {
        let room: u64 = self.stages.iter().map(|stage| stage.keys_max).sum();
        let bytes_left = self.bytes_max.saturating_sub(self.memory_bytes());
        if bytes_left >= (self.bytes_max / 64).max(BLOCK_BYTES) {
            self.stages.push(Stage::with_room_for(room.saturating_mul(2), bytes_left));
        }
    }

    /// Whether the key may be there. `false` is certain.
    pub fn may_hold(&self, token: Token, tag: u32) -> bool {
        self.holds(Place::of(token, tag))
    }

    fn holds(&self, place: Place) -> bool {
        self.stages.iter().rev().any(|stage| stage.may_hold(place))
    }

    /// Keys taken in, each once; a little less, since one that seemed to be there is not counted.
    pub fn keys(&self) -> u64 {
        self.stages.iter().map(|stage| stage.keys).sum()
    }

    /// Bytes of memory that it holds, [`BYTES_MAX`] at most.
    pub fn memory_bytes(&self) -> usize {
        self.stages.iter().map(|stage| stage.blocks.len() * BLOCK_BYTES).sum()
    }
}

/// Where a key stands: 64 bits that choose its block and 64 that choose its bits, independent.
#[derive(Clone, Copy)]
struct Place {
    block: u64,
    bits: u64,
}

impl Place {
    fn of(token: Token, tag: u32) -> Self {
        let bytes = token.to_bytes();
        let (halves, _) = bytes.as_chunks::<8>();
        let mut halves = halves.iter().map(|half| u64::from_le_bytes(*half));
        let mut next = || halves.next().expect("16 bytes are two times 8");
        // Both halves are uniform already, the tag is too: a multiplication by an odd number (the
        // golden ratio's) spreads it over all bits, so that one subject's records spread as well.
        let spread = u64::from(tag).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Self { block: next() ^ spread, bits: next() ^ spread.rotate_left(29) }
    }

    /// The bit of each word.
    fn masks(self) -> [u64; 8] {
        std::array::from_fn(|word| 1 << ((self.bits >> (word * 6)) & 63))
    }
}

/// A part of the filter with room for so many keys.
struct Stage {
    blocks: Vec<Block>,
    keys: u64,
    keys_max: u64,
}

impl Stage {
    fn with_room_for(keys: u64, bytes_max: usize) -> Self {
        let bits = u64::try_from(BLOCK_BYTES * 8).expect("512 fits");
        let blocks = keys.saturating_mul(BITS_PER_KEY).div_ceil(bits);
        let most = (bytes_max / BLOCK_BYTES).max(1);
        let blocks = usize::try_from(blocks).map_or(most, |blocks| blocks.clamp(1, most));
        let keys_max = blocks as u64 * bits / BITS_PER_KEY;
        Self { blocks: vec![Block([0; 8]); blocks], keys: 0, keys_max }
    }

    /// How full it is, in thousandths.
    fn load(&self) -> u64 {
        self.keys.saturating_mul(1000) / self.keys_max
    }

    fn number_of_block(&self, place: Place) -> usize {
        let scaled = u128::from(place.block) * self.blocks.len() as u128;
        usize::try_from(scaled >> 64).expect("below the number of blocks")
    }

    fn may_hold(&self, place: Place) -> bool {
        let block = self.blocks.get(self.number_of_block(place));
        block.is_some_and(|Block(words)| {
            let pairs = words.iter().zip(place.masks());
            pairs.fold(0, |missing, (word, mask)| missing | (mask & !word)) == 0
        })
    }

    fn insert(&mut self, place: Place) {
        let number = self.number_of_block(place);
        if let Some(Block(words)) = self.blocks.get_mut(number) {
            words.iter_mut().zip(place.masks()).for_each(|(word, mask)| *word |= mask);
        }
        self.keys += 1;
    }
}

#[cfg(test)]
mod tests;
