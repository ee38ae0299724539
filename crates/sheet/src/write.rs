//! Files out of rows.
//!
//! [`TextWriter`] writes CSV and TSV, [`table`] an `.xlsx` of one sheet: both row by row, however
//! many there are. [`workbook`] writes an `.xlsx` with several sheets and drop-downs from memory.
//! [`guarded`] keeps a cell from being run as a formula. Knows nothing of what a cell means.

mod allowed;
mod content;
mod guard;
mod note;
mod style;
pub mod table;
mod text;
pub mod workbook;

pub use allowed::sheet_name;
pub use guard::{guarded, unguarded};
pub use style::{CellFormat, Look, Style};
pub use text::TextWriter;
