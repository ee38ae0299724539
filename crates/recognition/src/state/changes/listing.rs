//! What may become of a listing.

use super::{Change, Event};
use crate::state::ListingState as S;

/// The changes of a listing.
pub const LISTING_CHANGES: &[Change<S>] = &[
    Change { from: &[S::Pending], event: Event::Listing, to: S::Unreadable },
    Change { from: &[S::Pending], event: Event::Listing, to: S::Refused },
    Change { from: &[S::Pending], event: Event::Listing, to: S::StandardWithdrawn },
    Change { from: &[S::Pending], event: Event::Listing, to: S::AgreementOver },
    Change { from: &[S::Pending], event: Event::Listing, to: S::Expired },
    Change { from: &[S::Pending], event: Event::Listing, to: S::NotYet },
    Change { from: &[S::Pending], event: Event::Listing, to: S::Disputed },
    Change { from: &[S::Pending], event: Event::Listing, to: S::Listed },
    Change { from: &[S::Pending], event: Event::Listing, to: S::Ended },
    Change {
        from: &[
            S::Unreadable,
            S::Refused,
            S::StandardWithdrawn,
            S::AgreementOver,
            S::Expired,
            S::NotYet,
            S::Disputed,
            S::Listed,
        ],
        event: Event::End,
        to: S::Ended,
    },
    Change { from: &[S::Listed], event: Event::Mark, to: S::Disputed },
    Change { from: &[S::Disputed], event: Event::Answer, to: S::Listed },
    Change {
        from: &[S::AgreementOver, S::Expired, S::NotYet, S::Disputed, S::Listed],
        event: Event::Time,
        to: S::StandardWithdrawn,
    },
    Change {
        from: &[S::Expired, S::NotYet, S::Disputed, S::Listed],
        event: Event::Time,
        to: S::AgreementOver,
    },
    Change { from: &[S::NotYet, S::Disputed, S::Listed], event: Event::Time, to: S::Expired },
    Change { from: &[S::NotYet], event: Event::Time, to: S::Disputed },
    Change { from: &[S::NotYet], event: Event::Time, to: S::Listed },
    Change {
        from: &[
            S::Refused,
            S::StandardWithdrawn,
            S::AgreementOver,
            S::Expired,
            S::NotYet,
            S::Disputed,
            S::Listed,
        ],
        event: Event::Erasure,
        to: S::Unreadable,
    },
    Change {
        from: &[
            S::StandardWithdrawn,
            S::AgreementOver,
            S::Expired,
            S::NotYet,
            S::Disputed,
            S::Listed,
        ],
        event: Event::Charter,
        to: S::Refused,
    },
    Change {
        from: &[S::Refused, S::AgreementOver, S::Expired, S::NotYet, S::Disputed, S::Listed],
        event: Event::Charter,
        to: S::StandardWithdrawn,
    },
    Change {
        from: &[S::Refused, S::StandardWithdrawn, S::Expired, S::NotYet, S::Disputed, S::Listed],
        event: Event::Charter,
        to: S::AgreementOver,
    },
    Change {
        from: &[S::Refused, S::StandardWithdrawn, S::AgreementOver],
        event: Event::Charter,
        to: S::Expired,
    },
    Change {
        from: &[S::Refused, S::StandardWithdrawn, S::AgreementOver],
        event: Event::Charter,
        to: S::NotYet,
    },
    Change {
        from: &[S::Refused, S::StandardWithdrawn, S::AgreementOver],
        event: Event::Charter,
        to: S::Disputed,
    },
    Change {
        from: &[S::Refused, S::StandardWithdrawn, S::AgreementOver],
        event: Event::Charter,
        to: S::Listed,
    },
];
