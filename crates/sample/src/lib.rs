//! Invented 双公示 files: plausible, unmistakable, and the same bytes for the same seed.
//!
//! For demonstrations, measurements and tests. Names carry 示例, authorities 演示, organisation
//! codes begin with `TX`, which is not in use, and citizen numbers have the region 999999, so that
//! no real firm or person is ever shown with a penalty. Check digits are right where a row is meant
//! to be good. [`Truth`] says what intake must make of the file.
//!
//! Floor 2, pure: knows nothing of files, clocks or randomness; a seed is an argument.

mod columns;
mod dates;
mod draft;
mod file;
mod invent;
mod mistake;
mod offence;
mod office;
mod penalty;
mod permission;
mod permit;
mod plan;
mod random;
mod recipe;
mod row;
mod scene;
mod slip;
mod subject;
mod text_file;
mod truth;
mod workbook_file;

pub use columns::constants;
pub use file::write;
pub use invent::{RowSink, invent};
pub use office::Office;
pub use plan::{Headers, Layout, NEWEST_DAYS, Plan};
pub use recipe::ITEMS;
pub use text_file::write_text;
pub use truth::{Truth, Verdict};
pub use workbook_file::{WORKBOOK_ROWS_MAX, write_workbook};
