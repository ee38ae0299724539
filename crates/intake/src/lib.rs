//! CSV files → checked records and findings, one row at a time.
//!
//! Floor 3. Memory is bounded whatever the file ([`Limits`]). A wrong row is an [`Outcome`] and
//! stops nothing; what makes the file itself unreadable is an [`IntakeError`]. Knows nothing of
//! networks, logs or storage: whoever reads decides what becomes of a record.
//!
//! [`Intake`] reads, [`RejectedWriter`] writes what was refused so that it can be corrected and
//! handed in again.

mod encoding;
mod error;
pub mod finding;
mod header;
mod intake;
mod limits;
mod outcome;
mod rejected;
mod row;
mod rows;
mod seen;
mod trace;

pub use encoding::Looks;
pub use error::IntakeError;
pub use finding::findings;
pub use header::Header;
pub use intake::Intake;
pub use limits::{Limits, ROWS_MAX};
pub use outcome::Outcome;
pub use rejected::{COLUMNS as REASON_COLUMNS, RejectedError, RejectedWriter};
