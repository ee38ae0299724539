//! What follows from what was said: states, duties, refusals, clocks.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can't go on should fail where it stands"
)]

mod ends;
mod members;
mod orders;
mod page;
mod random;
mod refusals;
mod scene;
mod seeds;
mod walk;
