//! Up to 256 entries of one aligned range: the unit of storage and transfer.
//!
//! A [`Block`] in memory has passed every check but one: its leaves are recomputed from the bodies
//! and salts it carries, not yet compared with a signed root (that is [`crate::verify`]). A *run*
//! is a block that is shorter than its range; a *full* block fills it. Bytes: `block/encoding.rs`.

mod encoding;
mod frame;

pub use encoding::{BLOCK_BYTES_MAX, BlockError};

use crate::{
    Hash,
    header::{self, HeaderBytes, PrefixBytes},
    salt::{self, Cover, SALTS, SaltKey, Salts},
    tree,
};

/// Entries of a full block; ranges begin at its multiples.
pub const BLOCK_ENTRIES: u64 = SALTS as u64;
/// The largest body, in bytes: with its neighbours' it fills a 64-KiB frame at most.
pub const BODY_BYTES_MAX: usize = 61_440;

/// An entry to be packed: what its author chooses.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The header without its commitment.
    pub prefix: PrefixBytes,
    /// The statement; 1 to [`BODY_BYTES_MAX`] bytes.
    pub body: Vec<u8>,
}

/// Why an entry has no body here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hole {
    /// Destroyed under an erasure.
    Erased,
    /// Not given to this receiver.
    Withheld,
}

/// The body of an entry, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body<'a> {
    /// The bytes of the statement.
    Present(&'a [u8]),
    /// None here.
    Missing(Hole),
}

/// Entries of one aligned range, with recomputed leaves.
#[derive(Clone, Debug)]
pub struct Block {
    first: u64,
    headers: Vec<HeaderBytes>,
    leaves: Vec<Hash>,
    /// For every entry: where its body ends in `bodies`, or why there is none.
    slots: Vec<Result<usize, Hole>>,
    bodies: Vec<u8>,
    cover: Cover,
}

/// Why drafts can't be packed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// No entry, or more than the range has left.
    #[error("{count} entries from number {first} on do not fit one range of 256")]
    Range {
        /// Number of the first.
        first: u64,
        /// How many.
        count: usize,
    },
    /// A body is empty or too long.
    #[error("the body of entry {number} has {bytes} bytes, 1 to {BODY_BYTES_MAX} are allowed")]
    BodySize {
        /// Number of the entry.
        number: u64,
        /// Size of its body.
        bytes: usize,
    },
}

/// Why runs can't be joined.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the runs do not follow each other within one range")]
pub struct NotContiguous;

fn position(number: u64) -> usize {
    usize::try_from(number % BLOCK_ENTRIES).expect("a remainder of 256 fits")
}

/// Whether `count` entries from `first` on lie in one range.
fn fits_range(first: u64, count: usize) -> bool {
    count >= 1 && position(first) + count <= SALTS && first <= header::NUMBER_MAX
}

impl Block {
    /// Packs drafts as the entries from `first` on, with salts below `root`.
    pub fn pack(first: u64, root: &SaltKey, drafts: &[Draft]) -> Result<Self, PackError> {
        if !fits_range(first, drafts.len()) {
            return Err(PackError::Range { first, count: drafts.len() });
        }
        let mut bodies = Vec::with_capacity(drafts.iter().map(|draft| draft.body.len()).sum());
        let mut slots = Vec::with_capacity(drafts.len());
        for (number, draft) in (first..).zip(drafts) {
            let bytes = draft.body.len();
            if bytes == 0 || bytes > BODY_BYTES_MAX {
                return Err(PackError::BodySize { number, bytes });
            }
            bodies.extend_from_slice(&draft.body);
            slots.push(Ok(bodies.len()));
        }
        let start = position(first);
        let within = |place: usize| place >= start && place < start + drafts.len();
        let cover = Cover::whole(root.clone()).narrowed(within).expect("a root covers everything");
        let prefixes: Vec<_> = drafts.iter().map(|draft| draft.prefix).collect();
        let salts = Salts::from_root(root);
        Ok(Self::computed(first, &prefixes, &[], slots, bodies, cover, &salts)
            .expect("a root yields every salt"))
    }

    /// Recomputes commitments, headers and leaves. `missing` holds the commitments of the entries
    /// without body, in order. `None` when a salt or commitment is lacking.
    fn computed(
        first: u64,
        prefixes: &[PrefixBytes],
        missing: &[Hash],
        slots: Vec<Result<usize, Hole>>,
        bodies: Vec<u8>,
        cover: Cover,
        salts: &Salts,
    ) -> Option<Self> {
        let mut missing = missing.iter();
        let mut headers = Vec::with_capacity(slots.len());
        let mut start = 0;
        for (place, (slot, prefix)) in (position(first)..).zip(slots.iter().zip(prefixes)) {
            let commitment = match slot {
                Ok(end) => {
                    let body = bodies.get(start..*end)?;
                    start = *end;
                    salt::commitment(salts.get(place)?, body)
                }
                Err(_) => *missing.next()?,
            };
            headers.push(header::join(prefix, &commitment));
        }
        let leaves = headers.iter().map(tree::leaf_hash).collect();
        Some(Self { first, headers, leaves, slots, bodies, cover })
    }

    /// Number of the first entry.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// Number of entries, 1 to 256.
    #[expect(clippy::len_without_is_empty, reason = "a block is never empty")]
    pub fn len(&self) -> usize {
        self.headers.len()
    }

    /// Number behind the last entry.
    pub fn end(&self) -> u64 {
        self.first + self.headers.len() as u64
    }

    /// Bytes of its bodies.
    pub fn body_bytes(&self) -> usize {
        self.bodies.len()
    }

    /// Whether it fills its range.
    pub fn is_full(&self) -> bool {
        self.headers.len() == SALTS
    }

    /// Leaf hashes in order.
    pub fn leaves(&self) -> &[Hash] {
        &self.leaves
    }

    /// Headers in order.
    pub fn headers(&self) -> &[HeaderBytes] {
        &self.headers
    }

    /// Number, header and body of every entry in order.
    pub fn entries(&self) -> impl Iterator<Item = (u64, &HeaderBytes, Body<'_>)> {
        let mut start = 0;
        (self.first..).zip(&self.headers).zip(&self.slots).map(move |((number, header), slot)| {
            let body = match *slot {
                Ok(end) => {
                    let body = self.bodies.get(start..end).expect("slots are ends in the buffer");
                    start = end;
                    Body::Present(body)
                }
                Err(hole) => Body::Missing(hole),
            };
            (number, header, body)
        })
    }

    /// One entry by its number.
    pub fn entry(&self, number: u64) -> Option<(&HeaderBytes, Body<'_>)> {
        let wanted = self.entries().find(|(found, _, _)| *found == number)?;
        Some((wanted.1, wanted.2))
    }

    /// The salt of an entry whose body is present.
    pub fn salt(&self, number: u64) -> Option<SaltKey> {
        let own = |place: usize| place == position(number);
        self.entry(number)?;
        self.cover.narrowed(own).ok()?.nodes().next().cloned()
    }

    /// The nodes that yield the salts of its bodies.
    pub fn cover(&self) -> &Cover {
        &self.cover
    }

    /// The same entries without the bodies and salts of those that `gone` names by number.
    #[must_use]
    pub fn without(&self, gone: impl Fn(u64) -> bool, hole: Hole) -> Self {
        let mut slots = Vec::with_capacity(self.len());
        let mut bodies = Vec::with_capacity(self.bodies.len());
        for (number, _, body) in self.entries() {
            slots.push(match body {
                Body::Missing(Hole::Erased) => Err(Hole::Erased),
                Body::Present(_) | Body::Missing(_) if gone(number) => Err(hole),
                Body::Missing(earlier) => Err(earlier),
                Body::Present(bytes) => {
                    bodies.extend_from_slice(bytes);
                    Ok(bodies.len())
                }
            });
        }
        let cover = self
            .cover
            .narrowed(|place| is_present(self.first, &slots, place))
            .expect("fewer bodies need no salt that the cover lacks");
        let (headers, leaves) = (self.headers.clone(), self.leaves.clone());
        Self { first: self.first, headers, leaves, slots, bodies, cover }
    }

    /// The entries from number `from` up to `to`, exclusive; `None` when there are none of them here.
    pub fn slice(&self, from: u64, to: u64) -> Option<Self> {
        let (from, to) = (from.max(self.first), to.min(self.end()));
        let index = |number: u64| usize::try_from(number.checked_sub(self.first)?).ok();
        let entries = (from < to).then_some(index(from)?..index(to)?)?;
        let mut bodies = Vec::new();
        let mut slots = Vec::with_capacity(entries.len());
        for (number, _, body) in self.entries() {
            if number < from || number >= to {
                continue;
            }
            slots.push(match body {
                Body::Missing(hole) => Err(hole),
                Body::Present(bytes) => {
                    bodies.extend_from_slice(bytes);
                    Ok(bodies.len())
                }
            });
        }
        let cover = self
            .cover
            .narrowed(|place| is_present(from, &slots, place))
            .expect("fewer bodies need no salt that the cover lacks")
            .with_seams_within(position(from), position(from) + slots.len());
        let headers = self.headers.get(entries.clone())?.to_vec();
        let leaves = self.leaves.get(entries)?.to_vec();
        Some(Self { first: from, headers, leaves, slots, bodies, cover })
    }

    /// Joins runs that follow each other in one range. Where they meet, a new salt tree begins.
    pub fn join(runs: &[impl AsRef<Self>]) -> Result<Self, NotContiguous> {
        let (first, rest) = runs.split_first().ok_or(NotContiguous)?;
        let mut whole = first.as_ref().clone();
        for run in rest {
            whole.append(run.as_ref())?;
        }
        Ok(whole)
    }

    fn append(&mut self, run: &Self) -> Result<(), NotContiguous> {
        let at = position(self.first) + self.len();
        if run.first != self.end() || at + run.len() > SALTS {
            return Err(NotContiguous);
        }
        let offset = self.bodies.len();
        self.headers.extend_from_slice(&run.headers);
        self.leaves.extend_from_slice(&run.leaves);
        self.slots.extend(run.slots.iter().map(|slot| slot.map(|end| offset + end)));
        self.bodies.extend_from_slice(&run.bodies);
        self.cover.join(at, &run.cover);
        Ok(())
    }
}

impl AsRef<Self> for Block {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// Whether the entry at a position of the range is in the block and has a body.
fn is_present(first: u64, slots: &[Result<usize, Hole>], place: usize) -> bool {
    place.checked_sub(position(first)).and_then(|index| slots.get(index)).is_some_and(Result::is_ok)
}
