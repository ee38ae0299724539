//! Tables in files: CSV, TSV, xlsx and xls → rows of cells, and rows of cells → CSV, TSV and xlsx.
//!
//! Floor 1, pure: over `Read`, `Seek` and `Write`, whatever is behind them. Memory and time are
//! bounded whatever the bytes ([`Limits`]). Knows nothing of catalogues, headers or records: what a
//! row means is the business of `tiaoxi-intake`.
//!
//! Read [`form`] for what a file can be, [`read`] for rows out of it, [`write`](mod@write) for files.

pub mod form;
mod limits;
pub mod read;
pub mod write;

pub use form::{Cell, Encoding, FileKind, Form, Formula, Value};
pub use limits::Limits;
pub use read::{Amount, Damage, Looks, OpenError, ReadError, Row, Rows, SheetFile};
