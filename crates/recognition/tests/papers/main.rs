//! Evidence and papers from outside: invented members, logs and companies.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can't go on should fail where it stands"
)]

mod absence;
mod evidence;
mod federation;
mod golden;
mod notice;
mod page;
mod timeline;
