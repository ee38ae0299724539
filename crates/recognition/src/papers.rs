//! What is handed to people on paper: the notice to a company (告知书), the certificate of absence,
//! the timeline of one subject.
//!
//! Each is first a [`Paper`], a title and blocks of words; then text of 80 columns or a page of HTML
//! that prints on A4. Texts of others are cleaned when they come into a paper and escaped when they
//! leave it, in one place each. Nothing here names a person.

pub mod absence;
mod certificate;
mod columns;
mod html;
pub mod notice;
mod paper;
mod text;
pub mod timeline;

pub use absence::Absence;
pub use notice::NoticeFacts;
pub use paper::Paper;
pub use timeline::{TimelineEvent, TimelineRow};

use tiaoxi_credit::Day;

/// A day as papers write it: 2026年11月24日.
fn written(day: Day) -> String {
    let (year, month, day) = day.to_date();
    format!("{year}年{month}月{day}日")
}
