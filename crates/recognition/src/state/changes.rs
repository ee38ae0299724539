//! Which state may follow which, and by which event. Nothing leaves `Ended`; nothing leaves
//! `Terminated` but to `Ended`.
//!
//! What ended by a statement never comes back. What ended by a date or by the charter comes back
//! only when the charter itself moves that date, which takes the signatures of all parties.

mod listing;
mod recognition;

pub use listing::LISTING_CHANGES;
pub use recognition::RECOGNITION_CHANGES;

/// What may change a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Event {
    /// The origin says the listing.
    Listing,
    /// The origin says that the listing ends.
    End,
    /// The party says what it makes of the listing, or amends that.
    Decision,
    /// The party says that its recognition ends.
    Termination,
    /// Somebody marks an objection.
    Mark,
    /// A mark is lifted.
    Answer,
    /// A heartbeat of the origin arrives, or the entries that it spoke of.
    Beat,
    /// Time passes.
    Time,
    /// A version of the charter or of the supervision catalogue takes the place of another.
    Charter,
    /// The body of the listing is erased.
    Erasure,
}

impl Event {
    /// Every event with its name and its words for pages.
    pub const TABLE: [(Self, &'static str, &'static str); 10] = [
        (Self::Listing, "listing", "列入"),
        (Self::End, "end", "移出"),
        (Self::Decision, "decision", "互认决定"),
        (Self::Termination, "termination", "终止认可"),
        (Self::Mark, "mark", "异议标注"),
        (Self::Answer, "answer", "异议答复"),
        (Self::Beat, "beat", "列入地心跳"),
        (Self::Time, "time", "时间推移"),
        (Self::Charter, "charter", "章程或目录换版"),
        (Self::Erasure, "erasure", "删除正文"),
    ];

    /// Its name on pages.
    pub fn name(self) -> &'static str {
        Self::TABLE.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    /// Its words in Chinese.
    pub fn label(self) -> &'static str {
        Self::TABLE.iter().find(|row| row.0 == self).map_or("", |row| row.2)
    }
}

/// One row: from each of these, by this event, to that.
#[derive(Debug)]
pub struct Change<S: 'static> {
    /// Where it may come from.
    pub from: &'static [S],
    /// What happens.
    pub event: Event,
    /// Where it goes.
    pub to: S,
}

/// Whether a table has the change; to remain is none.
pub fn allows<S: Copy + PartialEq>(changes: &[Change<S>], from: S, event: Event, to: S) -> bool {
    changes.iter().any(|row| row.event == event && row.to == to && row.from.contains(&from))
}
