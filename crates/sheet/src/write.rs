//! Files out of rows.
//!
//! [`TextWriter`] writes CSV and TSV as a stream; [`workbook`] writes `.xlsx` from memory.
//! [`guarded`] keeps a cell from being run as a formula. Knows nothing of what a cell means.

mod guard;
mod text;
pub mod workbook;

pub use guard::{guarded, unguarded};
pub use text::TextWriter;
