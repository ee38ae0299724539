//! The catalogue: what kinds of record there are, as data, and whether a row is well made.
//!
//! Floor 1, pure: a catalogue file ([`Item::parse`]) becomes validators; a row ([`RowView`]) becomes
//! a [`Record`](tiaoxi_credit::Record) and [`Finding`]s. Knows nothing of where rows come from
//! (CSV, spreadsheet, form), of files, clocks or logs: today is an argument. Also here: the
//! [`Calendar`] of working days, the [`natural_key`] by which the same record is known again, and the
//! [`supervision`] catalogue: by which standards subjects are listed, and what may follow.
//!
//! Read [`item`] for what a file says, [`check`] for how a row is judged, [`finding`] for the table
//! of everything that can be found, [`supervision`] for how a record becomes a listing.

pub mod calendar;
pub mod check;
pub mod finding;
pub mod item;
mod key;
mod set;
pub mod supervision;

pub use calendar::{Calendar, CalendarError, Deadline};
pub use check::{Checked, RowView};
pub use finding::{Finding, FindingKind, Severity, findings};
pub use item::{
    CatalogError, DeadlineRule, FieldKind, FieldSpec, Generation, GenerationColumn, Implied,
    ImpliedText, Item, OldColumn, Role, RuleNote, Switch,
};
pub use key::{natural_key, write_natural_key};
pub use set::{Catalog, CatalogSetError};
