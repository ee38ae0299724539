//! The supervision catalogue: its file, and what records become by it, through the public API alone.

mod decisions;
mod documented;
mod file;
mod listings;
mod refusals;
mod shipped;
