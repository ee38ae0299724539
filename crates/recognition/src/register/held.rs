//! Which numbers of a log are here: how many from the first on, and those beyond a gap.

use std::collections::BTreeSet;

#[derive(Debug, Default)]
pub(super) struct Held {
    from_first: u64,
    beyond: BTreeSet<u64>,
}

impl Held {
    pub(super) fn add(&mut self, number: u64) {
        if number < self.from_first {
            return;
        }
        self.beyond.insert(number);
        while self.beyond.remove(&self.from_first) {
            self.from_first += 1;
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.from_first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_up_to_the_first_gap_whatever_the_order() {
        let mut held = Held::default();
        for (number, expected) in [(1, 0), (0, 2), (0, 2), (4, 2), (3, 2), (2, 5), (u64::MAX, 5)] {
            held.add(number);
            assert_eq!(held.count(), expected, "after {number}");
        }
    }
}
