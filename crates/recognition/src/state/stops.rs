//! The four stops, told apart: what a holder stops when a listing ends, by its cause.

use tiaoxi_credit::statement::{Cause, Stops};

/// Stop publishing, sharing and using.
const ALL_BUT_ERASED: Stops = Stops(Stops::PUBLISHING.0 | Stops::SHARING.0 | Stops::USING.0);
/// Stop sharing and using; what the origin publishes of its own is its own affair.
const SHARING_AND_USING: Stops = Stops(Stops::SHARING.0 | Stops::USING.0);

/// What stops when a listing ends by its origin's word. None of them erases: that takes an erasure.
pub const STOPS: [(Cause, Stops); 6] = [
    (Cause::REPAIR, ALL_BUT_ERASED),
    (Cause::DELISTED, ALL_BUT_ERASED),
    (Cause::REVOKED, ALL_BUT_ERASED),
    (Cause::OBJECTION_UPHELD, ALL_BUT_ERASED),
    (Cause::AGREEMENT_ENDED, SHARING_AND_USING),
    (Cause::STANDARD_WITHDRAWN, SHARING_AND_USING),
];

/// What stops for a cause; for one that can't be read or is not in [`STOPS`], the same as for a
/// repair.
pub fn stops(cause: Option<Cause>) -> Stops {
    STOPS.iter().find(|row| Some(row.0) == cause).map_or(ALL_BUT_ERASED, |row| row.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_stops_sharing_and_using_and_none_erases() {
        for (cause, _, _) in Cause::TABLE {
            let stops = stops(Some(cause));
            assert!(stops.has(Stops::SHARING) && stops.has(Stops::USING), "{cause:?}");
            assert!(!stops.has(Stops::ERASED), "{cause:?}");
        }
        assert!(stops(None).has(Stops::PUBLISHING));
        assert!(!stops(Some(Cause::AGREEMENT_ENDED)).has(Stops::PUBLISHING));
    }
}
