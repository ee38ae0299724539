//! Invented 双公示 files: plausible, unmistakable, and the same bytes for the same seed.
//!
//! For demonstrations, measurements and tests. Names carry 示例, authorities 演示, organisation
//! codes begin with `TX`, which is not in use, and citizen numbers have the region 999999, so that
//! no real firm or person is ever shown with a penalty. Check digits are right where a row is meant
//! to be good. [`Truth`] says what intake must make of the file.
//!
//! Floor 1, pure: knows nothing of files, clocks or randomness; a seed is an argument.

mod dates;
mod file;
mod mistake;
mod offence;
mod office;
mod penalty;
mod permission;
mod permit;
mod random;
mod row;
mod scene;
mod subject;
mod truth;

pub use file::write;
pub use office::Office;
pub use truth::Truth;
