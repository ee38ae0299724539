//! The vocabulary of public credit: subjects and their codes, records, statements.
//!
//! Floor 0: pure values. Knows nothing of bytes on disk or wire beyond the body of a statement,
//! nothing of logs, checks by catalogue, time or files. Read [`statement`] first, then [`record`].

pub mod code;
pub mod day;
pub mod record;
pub mod statement;
pub mod supervision;

pub use day::Day;
pub use record::{CodeScheme, Field, Record, Subject, SubjectClass, SubjectCode};
pub use statement::{Effect, Kind, Statement};
pub use supervision::Inspection;
