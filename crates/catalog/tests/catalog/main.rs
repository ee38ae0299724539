//! Catalogue files and rows, through the public API alone.

mod item_files;
mod records;
mod row_checks;
mod rows;
