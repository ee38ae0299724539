//! Which facts make which state: the first row whose facts are all as it says.

use super::{Fact, Facts, ListingState, RecognitionState};

/// One row of a table of rules.
#[derive(Debug)]
pub struct Rule<S: 'static> {
    /// Facts that must hold, or must not; none: always.
    pub when: &'static [(Fact, bool)],
    /// The state that they make.
    pub then: S,
}

/// The state of a listing.
pub const LISTING_RULES: [Rule<ListingState>; 10] = [
    Rule { when: &[(Fact::Here, false)], then: ListingState::Pending },
    Rule { when: &[(Fact::Ended, true)], then: ListingState::Ended },
    Rule { when: &[(Fact::Readable, false)], then: ListingState::Unreadable },
    Rule { when: &[(Fact::Admitted, false)], then: ListingState::Refused },
    Rule { when: &[(Fact::Withdrawn, true)], then: ListingState::StandardWithdrawn },
    Rule { when: &[(Fact::Over, true)], then: ListingState::AgreementOver },
    Rule { when: &[(Fact::Expired, true)], then: ListingState::Expired },
    Rule { when: &[(Fact::Begun, false)], then: ListingState::NotYet },
    Rule { when: &[(Fact::Disputed, true)], then: ListingState::Disputed },
    Rule { when: &[], then: ListingState::Listed },
];

/// What a party makes of a listing.
pub const RECOGNITION_RULES: [Rule<RecognitionState>; 18] = [
    Rule { when: &[(Fact::Here, false)], then: RecognitionState::Pending },
    Rule { when: &[(Fact::Ended, true)], then: RecognitionState::Ended },
    Rule { when: &[(Fact::Terminated, true)], then: RecognitionState::Terminated },
    Rule { when: &[(Fact::Readable, false)], then: RecognitionState::Lapsed },
    Rule { when: &[(Fact::Admitted, false)], then: RecognitionState::Refused },
    Rule { when: &[(Fact::Withdrawn, true)], then: RecognitionState::Lapsed },
    Rule { when: &[(Fact::Over, true)], then: RecognitionState::Lapsed },
    Rule { when: &[(Fact::Expired, true)], then: RecognitionState::Lapsed },
    Rule { when: &[(Fact::Mapped, false)], then: RecognitionState::Advisory },
    Rule { when: &[(Fact::Decided, false)], then: RecognitionState::Undecided },
    Rule { when: &[(Fact::Recognises, false)], then: RecognitionState::Declined },
    Rule { when: &[(Fact::TermOver, true)], then: RecognitionState::Lapsed },
    Rule { when: &[(Fact::Begun, false)], then: RecognitionState::NotYet },
    Rule { when: &[(Fact::Fresh, false)], then: RecognitionState::Unconfirmed },
    Rule { when: &[(Fact::Disputed, true), (Fact::Pauses, true)], then: RecognitionState::Paused },
    Rule { when: &[(Fact::Disputed, true)], then: RecognitionState::Disputed },
    Rule { when: &[(Fact::Narrower, true)], then: RecognitionState::Narrowed },
    Rule { when: &[], then: RecognitionState::Accepted },
];

/// The state of the first row that fits.
pub fn decide<S: Copy>(rules: &[Rule<S>], facts: Facts) -> S {
    let fits = |rule: &&Rule<S>| rule.when.iter().all(|(fact, holds)| facts.holds(*fact) == *holds);
    rules.iter().find(fits).expect("the last row of a table fits always").then
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every combination of facts that some row asks for.
    fn check_table<S: Copy + PartialEq + std::fmt::Debug>(rules: &[Rule<S>]) {
        let mut used: Vec<Fact> = rules.iter().flat_map(|rule| rule.when).map(|it| it.0).collect();
        used.sort();
        used.dedup();
        let mut reached = vec![false; rules.len()];
        for bits in 0_u32..1 << used.len() {
            let facts = used.iter().enumerate().fold(Facts::default(), |facts, (place, fact)| {
                facts.with(*fact, bits >> place & 1 == 1)
            });
            let decided = decide(rules, facts);
            let row = rules.iter().position(|rule| {
                rule.when.iter().all(|(fact, holds)| facts.holds(*fact) == *holds)
            });
            reached[row.unwrap()] = true;
            assert_eq!(rules[row.unwrap()].then, decided);
        }
        assert!(reached.iter().all(|reached| *reached), "a row that nothing reaches: {reached:?}");
    }

    #[test]
    fn every_row_is_reached_and_every_combination_has_a_state() {
        check_table(&LISTING_RULES);
        check_table(&RECOGNITION_RULES);
        assert!(LISTING_RULES.last().unwrap().when.is_empty());
        assert!(RECOGNITION_RULES.last().unwrap().when.is_empty());
    }

    #[test]
    fn what_has_ended_is_ended_whatever_else_holds() {
        for (fact, _, _) in Fact::TABLE {
            if fact == Fact::Here || fact == Fact::Ended {
                continue;
            }
            for holds in [true, false] {
                let facts = Facts::default()
                    .with(Fact::Here, true)
                    .with(Fact::Ended, true)
                    .with(fact, holds);
                assert_eq!(decide(&LISTING_RULES, facts), ListingState::Ended);
                assert_eq!(decide(&RECOGNITION_RULES, facts), RecognitionState::Ended);
            }
        }
    }
}
