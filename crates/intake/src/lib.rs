//! Files of rows → checked records and findings, one row at a time.
//!
//! Floor 3. Memory is bounded whatever the file ([`Limits`], [`tiaoxi_sheet::Limits`]). A wrong row
//! is an [`Outcome`] and stops nothing; what makes the file itself unreadable is an
//! [`IntakeError`]. Knows nothing of kinds of files ([`tiaoxi_sheet`] does), networks, logs or
//! storage: whoever reads decides what becomes of a record.
//!
//! [`Intake`] reads, [`recognise()`] tells which item a file is of; [`kept`] keeps what was refused,
//! [`render`] makes a file of it that can be corrected and handed in again, [`mod@template`] a blank
//! one.

mod error;
pub mod finding;
mod header;
mod intake;
mod judge;
pub mod kept;
mod lateness;
mod limits;
mod outcome;
mod recognise;
pub mod render;
mod seen;
mod shape;
mod spoilt;
pub mod template;
mod trace;

pub use error::{FillProblem, IntakeError};
pub use finding::findings;
pub use header::Header;
pub use intake::{Intake, Settings};
pub use lateness::Lateness;
pub use limits::{Limits, ROWS_MAX};
pub use outcome::{Accepted, Outcome, Verdict};
pub use recognise::recognise;
pub use shape::{REASON_COLUMNS, Shape};
