//! When an own log may be signed, and what of it may be shown.
//!
//! Pure. The deciders of a log show what they hold of it; before a quorum of them has shown no more
//! than we have ourselves, nothing is signed: a restored backup or a second copy of this node would
//! otherwise sign a fork. Who holds less than we had signed when we started can't know whether there
//! was more; it counts from when it has caught up. What a quorum holds may be shown to everybody.

use std::collections::{BTreeMap, BTreeSet};

use tiaoxi_federation::MemberId;

/// The guard of one own log.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    deciders: BTreeSet<MemberId>,
    quorum: usize,
    /// Entries that were signed when this node started.
    signed: u64,
    /// Once the deciders were level, their going changes nothing until the next start.
    stays_open: bool,
    /// A quorum was level since this node started.
    opened: bool,
    /// Deciders that have shown a prefix of our log.
    showing: BTreeMap<MemberId, Showing>,
    /// The most that each decider is known to hold, whenever that was.
    held: BTreeMap<MemberId, u64>,
}

/// A decider whose session is open.
#[derive(Clone, Copy, Debug)]
struct Showing {
    /// The newest.
    session: u64,
    /// What it has shown in it, or said since to hold.
    size: u64,
}

/// What follows from a decider's word that it holds so much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Word {
    /// It was not known to hold as much.
    pub(crate) is_news: bool,
    /// Signing becomes possible by it.
    pub(crate) opens: bool,
}

impl Guard {
    pub(crate) fn new(
        deciders: impl IntoIterator<Item = MemberId>,
        quorum: usize,
        signed: u64,
        held: impl IntoIterator<Item = (MemberId, u64)>,
    ) -> Self {
        let deciders: BTreeSet<_> = deciders.into_iter().collect();
        let held = held.into_iter().filter(|(member, _)| deciders.contains(member)).collect();
        let (showing, stays_open, opened) = (BTreeMap::new(), false, false);
        Self { deciders, quorum, signed, stays_open, opened, showing, held }
    }

    /// The guard of a log that helps subjects: what it says waits for its deciders after a start,
    /// and for nothing later.
    #[must_use]
    pub(crate) fn staying_open(mut self, stays_open: bool) -> Self {
        self.stays_open = stays_open;
        self
    }

    pub(crate) fn is_decider(&self, member: &MemberId) -> bool {
        self.deciders.contains(member)
    }

    pub(crate) fn quorum(&self) -> usize {
        self.quorum
    }

    /// A decider has shown a prefix of our log; true when signing becomes possible by it.
    pub(crate) fn shows(&mut self, member: &MemberId, session: u64, size: u64) -> bool {
        if !self.is_decider(member) {
            return false;
        }
        let before = self.may_sign();
        self.showing.insert(member.clone(), Showing { session, size });
        self.rises(member, size);
        self.opened |= self.is_level();
        self.may_sign() && !before
    }

    /// A decider has shown more than we have.
    pub(crate) fn loses(&mut self, member: &MemberId) {
        self.showing.remove(member);
    }

    /// A session is over; a newer one of the same decider stays.
    pub(crate) fn ends(&mut self, member: &MemberId, session: u64) {
        if self.showing.get(member).is_some_and(|showing| showing.session == session) {
            self.showing.remove(member);
        }
    }

    /// A decider says that it holds this much.
    pub(crate) fn holds(&mut self, member: &MemberId, size: u64) -> Word {
        if !self.is_decider(member) {
            return Word::default();
        }
        let before = self.may_sign();
        if let Some(showing) = self.showing.get_mut(member) {
            showing.size = size.max(showing.size);
        }
        let is_news = self.rises(member, size);
        self.opened |= self.is_level();
        Word { is_news, opens: self.may_sign() && !before }
    }

    fn rises(&mut self, member: &MemberId, size: u64) -> bool {
        let known = self.held.entry(member.clone()).or_default();
        let rises = size > *known;
        *known = size.max(*known);
        rises
    }

    /// Who is known to hold how much.
    pub(crate) fn held(&self) -> impl Iterator<Item = (MemberId, u64)> {
        self.held.iter().map(|(member, size)| (member.clone(), *size))
    }

    pub(crate) fn may_sign(&self) -> bool {
        (self.stays_open && self.opened) || self.is_level()
    }

    fn is_level(&self) -> bool {
        let level = self.showing.values().filter(|showing| showing.size >= self.signed);
        level.count() >= self.quorum
    }

    /// The size that a quorum of deciders holds; everything when none is needed.
    pub(crate) fn confirmed(&self) -> u64 {
        let Some(rank) = self.quorum.checked_sub(1) else { return u64::MAX };
        let mut sizes: Vec<u64> = self.held.values().copied().collect();
        sizes.sort_unstable_by(|left, right| right.cmp(left));
        sizes.get(rank).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(id: &str) -> MemberId {
        MemberId::parse(id).unwrap()
    }

    fn guard(quorum: usize) -> Guard {
        Guard::new(["a", "b", "c"].map(member), quorum, 0, [])
    }

    #[test]
    fn a_guard_that_stays_open_waits_after_a_start_and_never_again() {
        let mut guard = guard(1).staying_open(true);
        assert!(!guard.may_sign());
        assert!(guard.shows(&member("a"), 1, 0));
        guard.ends(&member("a"), 1);
        assert!(guard.may_sign(), "its last decider has gone");
        assert!(!guard.shows(&member("b"), 2, 0), "it was open");
    }

    #[test]
    fn signing_waits_for_the_quorum_and_stops_without_it() {
        let mut guard = guard(2);
        assert!(!guard.shows(&member("a"), 1, 0));
        assert!(!guard.may_sign());
        assert!(!guard.shows(&member("stranger"), 2, 0));
        assert!(guard.shows(&member("b"), 3, 0), "the second opens it");
        assert!(!guard.shows(&member("c"), 4, 0), "it is open already");
        guard.ends(&member("a"), 1);
        assert!(guard.may_sign());
        guard.shows(&member("c"), 5, 0);
        guard.ends(&member("c"), 4);
        assert!(guard.may_sign(), "the older session of c is over, the newer is not");
        guard.loses(&member("b"));
        assert!(!guard.may_sign());
    }

    #[test]
    fn who_holds_less_than_was_signed_counts_from_when_it_has_caught_up() {
        let held = [("a", 10), ("b", 4)].map(|(id, size)| (member(id), size));
        let mut guard = Guard::new(["a", "b"].map(member), 1, 5, held);
        let word = |is_news, opens| Word { is_news, opens };
        assert!(!guard.shows(&member("a"), 1, 0), "it has lost what it once held");
        assert_eq!(guard.holds(&member("a"), 4), word(false, false));
        assert_eq!(guard.holds(&member("b"), 5), word(true, false), "without a session");
        assert_eq!(guard.holds(&member("stranger"), 5), word(false, false));
        assert!(!guard.may_sign());
        assert_eq!(guard.holds(&member("a"), 5), word(false, true), "level, and no news");
        assert_eq!(guard.holds(&member("a"), 11), word(true, false), "it is open already");
        guard.shows(&member("a"), 2, 3);
        assert!(!guard.may_sign(), "a newer session shows less");
        assert!(guard.shows(&member("b"), 3, 5), "one that shows all of it opens at once");
        guard.ends(&member("b"), 3);
        assert!(!guard.may_sign());
    }

    #[test]
    fn a_quorum_confirms_what_each_of_it_holds() {
        let mut guard = guard(2);
        guard.holds(&member("a"), 100);
        assert_eq!(guard.confirmed(), 0);
        guard.holds(&member("b"), 70);
        guard.holds(&member("b"), 60);
        assert_eq!(guard.confirmed(), 70);
        guard.holds(&member("c"), 90);
        assert_eq!(guard.confirmed(), 90);
    }

    #[test]
    fn a_node_that_stands_alone_signs_and_shows_at_once() {
        let guard = Guard::new([], 0, 5, []);
        assert!(guard.may_sign());
        assert_eq!(guard.confirmed(), u64::MAX);
    }
}
