//! What later entries did to an entry: marked, narrowed, ended, erased.
//!
//! Filed under the entry concerned, whether that is here or not, from headers alone. A pure
//! function of the set of entries that it was told: order and repetition never matter. Does not
//! know who may say what (admission happened before) nor what an entry says.

use std::collections::BTreeSet;

use tiaoxi_credit::{Day, Effect};

use crate::EntryRef;

/// One entry's effect on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Happening {
    /// The entry that has the effect.
    pub by: EntryRef,
    /// What it does.
    pub effect: Effect,
    /// Number of its kind; of a later version perhaps.
    pub kind: u8,
    /// The day that it states.
    pub day: Day,
}

/// How an entry stands. A later variant outweighs an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Nothing was said against it. Whether it is adverse to its subject is another question.
    Counts,
    /// Its subject objects.
    Disputed,
    /// It counts for less.
    Narrowed,
    /// It no longer counts.
    Ended,
    /// Its body is to be destroyed.
    Erased,
}

impl Standing {
    /// What an effect makes of the entry concerned; `None` for one that changes nothing.
    pub fn of(effect: Effect) -> Option<Self> {
        match effect {
            Effect::None | Effect::States => None,
            Effect::Marks => Some(Self::Disputed),
            Effect::Narrows => Some(Self::Narrowed),
            Effect::Ends => Some(Self::Ended),
            Effect::Erases => Some(Self::Erased),
        }
    }
}

/// How an entry stands, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The weightiest of what holds.
    pub standing: Standing,
    /// Everything that holds, by rising entry.
    pub because: Vec<Happening>,
}

/// The effects of all entries that node fed. About 60 bytes an effect.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    rows: BTreeSet<Row>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    on: EntryRef,
    by: EntryRef,
    effect: u8,
    kind: u8,
    day: u16,
}

impl Effects {
    /// Nothing has happened yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Files an admitted entry under the entry it concerns. One that only states, or does nothing,
    /// is no effect on it and is passed over (a record concerns its import).
    pub fn file(&mut self, on: EntryRef, happening: Happening) {
        let Happening { by, effect, kind, day } = happening;
        if Standing::of(effect).is_some() {
            self.rows.insert(Row { on, by, effect: effect as u8, kind, day: day.0 });
        }
    }

    /// How many effects are filed.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether none is filed.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Everything ever said about `entry`, by rising entry, lifted marks among it.
    pub fn on(&self, entry: EntryRef) -> impl Iterator<Item = Happening> + '_ {
        let lowest = EntryRef { log: 0, number: 0 };
        let from = Row { on: entry, by: lowest, effect: 0, kind: 0, day: 0 };
        self.rows.range(from..).take_while(move |row| row.on == entry).filter_map(|row| {
            let effect = Effect::from_bits(row.effect)?;
            Some(Happening { by: row.by, effect, kind: row.kind, day: Day(row.day) })
        })
    }

    /// How `entry` stands. `import` is the entry that a record came with: what marks, narrows or
    /// ends that does so to the record, while erasing it erases no body but its own.
    ///
    /// An end and an erasure are final. A mark or a narrowing is lifted by the end of the entry
    /// that made it.
    pub fn state(&self, entry: EntryRef, import: Option<EntryRef>) -> State {
        let own = self.on(entry);
        let inherited = import.into_iter().flat_map(|import| self.on(import));
        let inherited = inherited.filter(|happening| happening.effect != Effect::Erases);
        let mut because: Vec<_> = own.chain(inherited).filter(|h| self.holds(h)).collect();
        because.sort_by_key(|happening| (happening.by, happening.effect as u8));
        let weightiest = because.iter().filter_map(|h| Standing::of(h.effect)).max();
        State { standing: weightiest.unwrap_or(Standing::Counts), because }
    }

    fn holds(&self, happening: &Happening) -> bool {
        matches!(happening.effect, Effect::Ends | Effect::Erases)
            || !self.on(happening.by).any(|later| later.effect == Effect::Ends)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(number: u64) -> EntryRef {
        EntryRef { log: 1, number }
    }

    fn said(by: u64, effect: Effect, on: u64) -> (EntryRef, Happening) {
        (entry(on), Happening { by: entry(by), effect, kind: 4, day: Day(20_000) })
    }

    fn effects(all: &[(EntryRef, Happening)]) -> Effects {
        let mut effects = Effects::new();
        for (on, happening) in all {
            effects.file(*on, *happening);
        }
        effects
    }

    /// Entry 5 is the record, entry 1 its import.
    fn check(all: &[(EntryRef, Happening)], standing: Standing, by: &[u64]) {
        let state = effects(all).state(entry(5), Some(entry(1)));
        assert_eq!(state.standing, standing);
        let because: Vec<_> = state.because.iter().map(|happening| happening.by.number).collect();
        assert_eq!(because, by);
    }

    #[test]
    fn the_weightiest_effect_decides_and_all_are_told() {
        use Effect::{Ends, Erases, Marks, Narrows, None, States};
        check(&[], Standing::Counts, &[]);
        check(&[said(9, States, 5), said(8, None, 5)], Standing::Counts, &[]);
        check(&[said(9, Ends, 6)], Standing::Counts, &[]);
        check(&[said(9, Marks, 5)], Standing::Disputed, &[9]);
        check(&[said(9, Narrows, 5), said(8, Marks, 5)], Standing::Narrowed, &[8, 9]);
        check(&[said(9, Ends, 5), said(8, Marks, 5)], Standing::Ended, &[8, 9]);
        check(&[said(7, Erases, 5), said(9, Ends, 5)], Standing::Erased, &[7, 9]);
    }

    #[test]
    fn withdrawing_an_import_withdraws_the_batch_and_erasing_it_erases_no_record() {
        check(&[said(9, Effect::Ends, 1)], Standing::Ended, &[9]);
        check(&[said(9, Effect::Erases, 1)], Standing::Counts, &[]);
        let alone = effects(&[said(9, Effect::Ends, 1)]).state(entry(5), None);
        assert_eq!(alone.standing, Standing::Counts);
    }

    #[test]
    fn a_mark_is_lifted_by_its_end_and_an_end_by_nothing() {
        check(&[said(9, Effect::Ends, 8), said(8, Effect::Marks, 5)], Standing::Counts, &[]);
        check(&[said(9, Effect::Ends, 8), said(8, Effect::Narrows, 5)], Standing::Counts, &[]);
        check(&[said(9, Effect::Ends, 8), said(8, Effect::Ends, 5)], Standing::Ended, &[8]);
        check(&[said(9, Effect::Marks, 8), said(8, Effect::Marks, 5)], Standing::Disputed, &[8]);
    }

    #[test]
    fn entries_that_concern_themselves_or_each_other_in_a_circle_end_the_question() {
        check(&[said(5, Effect::Ends, 5)], Standing::Ended, &[5]);
        check(&[said(8, Effect::Marks, 5), said(5, Effect::Marks, 8)], Standing::Disputed, &[8]);
    }

    fn any_said() -> impl Strategy<Value = (EntryRef, Happening)> {
        (0..6_u64, 0..6_u8, 0..6_u64, 0..3_u16).prop_map(|(by, effect, on, day)| {
            let effect = Effect::from_bits(effect).expect("an effect");
            (entry(on), Happening { by: entry(by), effect, kind: 4, day: Day(day) })
        })
    }

    proptest! {
        #[test]
        fn order_and_repetition_never_matter(
            all in prop::collection::vec(any_said(), 0..20).prop_shuffle(),
        ) {
            let once = effects(&all);
            let mut turned: Vec<_> = all.iter().rev().copied().collect();
            turned.extend_from_slice(&all);
            let twice = effects(&turned);
            for number in 0..6 {
                let (one, other) = (entry(number), Some(entry((number + 1) % 6)));
                prop_assert_eq!(once.state(one, other), twice.state(one, other));
            }
        }
    }
}
