//! The whole system: real processes of the program `tiaoxi`, real sockets, real disks.
//!
//! `program`, `node`, `founding`, `city`, `delta`, `listings`, `files`, `sheets`, `stored`, `puppet`
//! and `partner` are what tests are made with; every other module is about one promise. Nothing waits
//! for a fixed time: everything is looked at again until it is true or a deadline has passed. No
//! process outlives its test.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can't go on should fail where it stands"
)]

mod city;
mod delta;
mod files;
mod founding;
mod listings;
mod node;
mod partner;
mod program;
mod puppet;
mod sheets;
mod stored;

mod asking;
mod bad_files;
mod bad_nodes;
mod bad_uploads;
mod breaches;
mod charters;
mod clerk;
mod commands;
mod crash;
mod crash_corrections;
mod duplicates;
mod ending;
mod following;
mod hostile;
mod import;
mod mending;
mod objecting;
mod odd_entries;
mod officers;
mod papers;
mod previews;
mod proofs;
mod recognising;
mod records;
mod recovery;
mod refill;
mod shapes;
mod waiting;
mod withdrawals;
