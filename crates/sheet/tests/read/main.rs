//! Reading files: every kind, as programs write them and as nobody should.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests stop where they find something wrong"
)]

mod detection;
mod hostile;
mod oracle;
mod quotes;
mod soup;
mod support;
mod text;
mod xls;
mod xlsx;
