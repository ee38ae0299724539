//! Salts and covers: one random root per run yields the salts of its entries; a cover yields some.
//!
//! Salts are the leaves of a binary tree of keys over the 256 positions of a range, each pair of
//! children derived from its parent. Who has a node has every salt below it and no other. Erasing,
//! withholding, proving or sending part of a block is choosing a cover. Runs of one range have
//! different trees; where one ends and the next begins there is a *seam*, which no node of a cover
//! crosses. Randomness is an argument.

use zeroize::Zeroize;

use crate::Hash;

/// Entries in a full block, salts in a tree.
pub const SALTS: usize = 256;
/// Levels below the root.
const DEPTH: u32 = 8;
/// First half of the first BLAKE3 block of every commitment.
const COMMITMENT_LABEL: [u8; 32] = *b"tiaoxi entry body v1\0\0\0\0\0\0\0\0\0\0\0\0";
/// What a parent key is applied to, to yield its two children.
const CHILDREN_LABEL: &[u8] = b"tiaoxi salt children v1";

/// A node of the tree: a root, an inner key, or at the bottom a salt.
#[derive(Clone, PartialEq, Eq)]
pub struct SaltKey(pub [u8; 32]);

impl std::fmt::Debug for SaltKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SaltKey(..)")
    }
}

impl Drop for SaltKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl SaltKey {
    fn children(&self) -> (Self, Self) {
        let mut pair = [0; 64];
        blake3::Hasher::new_keyed(&self.0).update(CHILDREN_LABEL).finalize_xof().fill(&mut pair);
        let (left, right) = pair.split_at(32);
        let key = |half: &[u8]| Self(half.try_into().expect("half of 64 bytes is 32"));
        let children = (key(left), key(right));
        pair.zeroize();
        children
    }
}

/// The commitment to a body: BLAKE3(label ‖ salt ‖ body).
pub fn commitment(salt: &SaltKey, body: &[u8]) -> Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&COMMITMENT_LABEL).update(&salt.0).update(body);
    *hasher.finalize().as_bytes()
}

/// The salts of one block that are known here, by position in the block.
#[derive(Clone, Debug)]
pub struct Salts(Box<[Option<SaltKey>; SALTS]>);

/// Positions of a range at which a new salt tree begins; the first tree needs no mention.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seams(Vec<u8>);

impl Seams {
    /// One tree for all.
    pub fn none() -> Self {
        Self::default()
    }

    /// From positions that rise; `None` when they do not, or when there is a seam at position 0,
    /// where a tree begins anyway.
    pub fn new(positions: Vec<u8>) -> Option<Self> {
        let rising = positions.windows(2).all(|pair| matches!(pair, [left, right] if left < right));
        (rising && positions.first() != Some(&0)).then_some(Self(positions))
    }

    /// The positions.
    pub fn positions(&self) -> &[u8] {
        &self.0
    }

    /// Those behind `from` and before `to`.
    pub(crate) fn within(&self, from: usize, to: usize) -> Self {
        let inside = |seam: &&u8| usize::from(**seam) > from && usize::from(**seam) < to;
        Self(self.0.iter().filter(inside).copied().collect())
    }

    /// These, one at `at`, and those of a run that begins there.
    pub(crate) fn join(&mut self, at: usize, next: &Self) {
        self.0.extend(u8::try_from(at).ok().filter(|at| *at > 0));
        self.0.extend_from_slice(&next.0);
    }

    fn is_at(&self, position: usize) -> bool {
        u8::try_from(position).is_ok_and(|position| self.0.binary_search(&position).is_ok())
    }
}

/// Why a cover does not fit the bodies it comes with.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cover has {found} nodes, {expected} are needed")]
pub struct CoverMismatch {
    /// Nodes needed for exactly the bodies present.
    pub expected: usize,
    /// Nodes given.
    pub found: usize,
}

impl Salts {
    /// All 256 salts below a root.
    pub fn from_root(root: &SaltKey) -> Self {
        let mut salts = Self::none();
        salts.grow(root.clone(), 0, SALTS);
        salts
    }

    /// The salt at a position of the block, if known.
    pub fn get(&self, position: usize) -> Option<&SaltKey> {
        self.0.get(position).and_then(Option::as_ref)
    }

    fn none() -> Self {
        Self(Box::new([const { None }; SALTS]))
    }

    fn grow(&mut self, node: SaltKey, start: usize, len: usize) {
        if len == 1 {
            if let Some(slot) = self.0.get_mut(start) {
                *slot = Some(node);
            }
            return;
        }
        let (left, right) = node.children();
        self.grow(left, start, len / 2);
        self.grow(right, start + len / 2, len / 2);
    }
}

/// One node of a cover: the positions below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    start: usize,
    len: usize,
}

/// The fewest aligned subtrees that hold exactly the positions present and cross no seam, from left
/// to right.
fn cover_places(present: &impl Fn(usize) -> bool, seams: &Seams) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for position in (0..SALTS).filter(|position| present(*position)) {
        places.push(Place { start: position, len: 1 });
        while let [.., left, right] = places.as_slice() {
            let mergeable = left.len == right.len
                && left.start + left.len == right.start
                && left.start % (left.len * 2) == 0
                && !seams.is_at(right.start);
            if !mergeable {
                break;
            }
            let merged = Place { start: left.start, len: left.len * 2 };
            places.truncate(places.len() - 2);
            places.push(merged);
        }
    }
    places
}

/// The nodes from which the salts of some positions grow.
#[derive(Clone, Debug)]
pub struct Cover {
    nodes: Vec<(Place, SaltKey)>,
    seams: Seams,
}

/// Why a cover can't be cut.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the salt of position {position} is not below the given cover")]
pub struct NotCovered {
    /// Position in the block.
    pub position: usize,
}

impl Cover {
    /// Of every position below a root.
    pub fn whole(root: SaltKey) -> Self {
        let place = Place { start: 0, len: SALTS };
        Self { nodes: vec![(place, root)], seams: Seams::none() }
    }

    /// A received cover of the positions present.
    ///
    /// # Errors
    /// [`CoverMismatch`] unless there are as many nodes as the cover of those positions has.
    pub fn received(
        nodes: Vec<SaltKey>,
        seams: Seams,
        present: impl Fn(usize) -> bool,
    ) -> Result<Self, CoverMismatch> {
        let places = cover_places(&present, &seams);
        if places.len() != nodes.len() {
            return Err(CoverMismatch { expected: places.len(), found: nodes.len() });
        }
        Ok(Self { nodes: places.into_iter().zip(nodes).collect(), seams })
    }

    /// The cover of fewer positions.
    ///
    /// # Errors
    /// [`NotCovered`] when a position is wanted whose salt is not below this cover.
    pub fn narrowed(&self, keep: impl Fn(usize) -> bool) -> Result<Self, NotCovered> {
        let nodes = cover_places(&keep, &self.seams)
            .into_iter()
            .map(|place| self.node_at(place).map(|node| (place, node)))
            .collect::<Result<_, _>>()?;
        Ok(Self { nodes, seams: self.seams.clone() })
    }

    /// The same, of which only what lies in `from..to` is spoken.
    pub(crate) fn with_seams_within(mut self, from: usize, to: usize) -> Self {
        self.seams = self.seams.within(from, to);
        self
    }

    /// This cover and that of the run behind it, which begins at position `at`.
    pub(crate) fn join(&mut self, at: usize, next: &Self) {
        self.nodes.extend_from_slice(&next.nodes);
        self.seams.join(at, &next.seams);
    }

    /// How many nodes the cover of these positions has; at most 256.
    pub fn node_count(present: impl Fn(usize) -> bool, seams: &Seams) -> usize {
        cover_places(&present, seams).len()
    }

    /// Where its trees meet.
    pub fn seams(&self) -> &Seams {
        &self.seams
    }

    /// Exactly the salts of the positions covered.
    pub fn salts(&self) -> Salts {
        let mut salts = Salts::none();
        for (place, node) in &self.nodes {
            salts.grow(node.clone(), place.start, place.len);
        }
        salts
    }

    /// Its nodes from left to right.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = &SaltKey> {
        self.nodes.iter().map(|(_, node)| node)
    }

    fn node_at(&self, wanted: Place) -> Result<SaltKey, NotCovered> {
        let holder = self.nodes.iter().find(|(place, _)| {
            place.start <= wanted.start && wanted.start + wanted.len <= place.start + place.len
        });
        let Some((mut place, mut node)) = holder.cloned() else {
            return Err(NotCovered { position: wanted.start });
        };
        while place != wanted {
            let (left, right) = node.children();
            place.len /= 2;
            if wanted.start < place.start + place.len {
                node = left;
            } else {
                place.start += place.len;
                node = right;
            }
        }
        Ok(node)
    }
}

/// Most nodes that a cover can have: a seam at every position.
pub const COVER_NODES_MAX: usize = SALTS;

const _: () = assert!(1 << DEPTH == SALTS, "the tree is as deep as a block is wide");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn root() -> SaltKey {
        SaltKey([7; 32])
    }

    #[test]
    fn a_whole_block_is_covered_by_its_root() {
        let cover = Cover::whole(root());
        assert_eq!(cover.nodes().collect::<Vec<_>>(), [&root()]);
        assert_eq!(cover.narrowed(|_| true).unwrap().nodes().len(), 1);
    }

    #[test]
    fn one_hole_costs_eight_nodes() {
        let cover = Cover::whole(root()).narrowed(|position| position != 100).unwrap();
        assert_eq!(cover.nodes().len(), 8);
    }

    #[test]
    fn every_second_position_needs_the_most_nodes_of_one_tree() {
        let cover = Cover::whole(root()).narrowed(|position| position % 2 == 0).unwrap();
        assert_eq!(cover.nodes().len(), SALTS / 2);
    }

    #[test]
    fn no_node_crosses_a_seam() {
        let count =
            |seams: &[u8]| Cover::node_count(|_| true, &Seams::new(seams.to_vec()).unwrap());
        assert_eq!(count(&[]), 1);
        assert_eq!(count(&[128]), 2);
        assert_eq!(count(&[1]), 9);
        assert_eq!(count(&(1..=255).collect::<Vec<u8>>()), COVER_NODES_MAX);
        assert_eq!(Seams::new(vec![0]), None);
        assert_eq!(Seams::new(vec![5, 5]), None);
        assert_eq!(Seams::new(vec![6, 5]), None);
    }

    #[test]
    fn covers_of_two_trees_join_and_narrow() {
        let (left, right) = (SaltKey([1; 32]), SaltKey([2; 32]));
        let mut joined = Cover::whole(left.clone()).narrowed(|i| i < 100).unwrap();
        joined.join(100, &Cover::whole(right.clone()).narrowed(|i| i >= 100).unwrap());
        let (first, second) = (Salts::from_root(&left), Salts::from_root(&right));
        let cut = joined.narrowed(|i| i % 3 != 0).unwrap();
        let nodes = cut.nodes().cloned().collect();
        let read = Cover::received(nodes, cut.seams().clone(), |i| i % 3 != 0).unwrap().salts();
        for i in 0..SALTS {
            let tree = if i < 100 { &first } else { &second };
            assert_eq!(read.get(i), (i % 3 != 0).then(|| tree.get(i).unwrap()), "{i}");
        }
    }

    #[test]
    fn a_cut_cover_cannot_be_widened() {
        let cover = Cover::whole(root()).narrowed(|position| position >= 10).unwrap();
        assert_eq!(cover.narrowed(|position| position == 9).unwrap_err().position, 9);
    }

    #[test]
    fn salts_and_commitments_bind_body_and_position() {
        let salts = Salts::from_root(&root());
        let first = commitment(salts.get(0).unwrap(), b"body");
        assert_ne!(first, commitment(salts.get(1).unwrap(), b"body"));
        assert_ne!(first, commitment(salts.get(0).unwrap(), b"bodz"));
    }

    proptest! {
        #[test]
        fn a_cover_yields_exactly_the_salts_of_its_positions(bits: [u64; 4], again: [u64; 4]) {
            let has = |set: [u64; 4], i: usize| set[i / 64] >> (i % 64) & 1 == 1;
            let all = Salts::from_root(&root());
            let cut = Cover::whole(root()).narrowed(|i| has(bits, i)).unwrap();
            let twice = cut.narrowed(|i| has(bits, i) && has(again, i)).unwrap();
            let nodes: Vec<_> = twice.nodes().cloned().collect();
            let some = Cover::received(nodes, Seams::none(), |i| has(bits, i) && has(again, i)).unwrap().salts();
            for i in 0..SALTS {
                let expected = (has(bits, i) && has(again, i)).then(|| all.get(i).unwrap());
                prop_assert_eq!(some.get(i), expected);
            }
        }
    }
}
