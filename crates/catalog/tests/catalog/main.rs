//! Catalogue files and rows, through the public API alone.

mod cleaning;
mod generations;
mod item_files;
mod other_items;
mod records;
mod row_checks;
mod rows;
