//! Mutual recognition of key supervision objects: what entries of `exchange` and `ends` logs amount
//! to, and what a member has to say next.
//!
//! Floor 2, pure: no clock, disk or network. Everything is a function of a set of entries, a
//! charter, a supervision catalogue, heartbeats and a time. A [`Register`] is the set, a [`View`]
//! all that follows from it. Read [`state`] (the life cycle as tables) first, then [`view`], then
//! [`breach`] and [`policy`]. `docs/recognition.md` is the same for people.

pub mod breach;
pub mod clock;
pub mod evidence;
pub mod papers;
pub mod place;
pub mod policy;
pub mod register;
pub mod state;
pub mod view;

pub use breach::Breach;
pub use clock::{Clock, ClockKind, ClockState, now};
pub use place::{Place, Told};
pub use register::Register;
pub use state::{ListingState, RecognitionState};
pub use view::{
    Answer, Duty, Ended, Late, ListingView, ObjectionView, Receipted, RecognitionView,
    RefusedListing, View, Waiting,
};
