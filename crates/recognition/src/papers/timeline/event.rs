//! What can happen to a listing, as a row of a timeline says it.

use tiaoxi_credit::statement::Decision;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TimelineEvent {
    /// The subject was told beforehand.
    Notified,
    /// The authority decided.
    Decided,
    /// The origin listed.
    Listed,
    /// A party recognised.
    Accepted,
    /// A party recognised in part.
    Narrowed,
    /// A party did not recognise.
    Declined,
    /// A party refused the listing: it breaks the agreement.
    Refused,
    /// A party decided something of later software.
    OtherDecision,
    /// The subject objected.
    Objected,
    /// An objection that another received was taken up.
    PassedOn,
    /// An objection was answered.
    Answered,
    /// The subject applied for what was decided later.
    Applied,
    /// The origin ended the listing.
    Ended,
    /// A party ended its recognition.
    Terminated,
    /// A holder said that it has done what the end asks.
    Confirmed,
    /// Nobody ended the listing; its last day has passed.
    Expired,
}

impl TimelineEvent {
    /// Every event with its name in files and its word on screens.
    pub const TABLE: [(Self, &'static str, &'static str); 16] = [
        (Self::Notified, "notified", "事先告知"),
        (Self::Decided, "decided", "作出决定"),
        (Self::Listed, "listed", "列入"),
        (Self::Accepted, "accepted", "予以认可"),
        (Self::Narrowed, "narrowed", "限缩认可"),
        (Self::Declined, "declined", "不予认可"),
        (Self::Refused, "refused", "不予受理"),
        (Self::OtherDecision, "other-decision", "其他决定"),
        (Self::Objected, "objected", "提出异议"),
        (Self::PassedOn, "passed-on", "标注异议"),
        (Self::Answered, "answered", "答复异议"),
        (Self::Applied, "applied", "提出申请"),
        (Self::Ended, "ended", "移出"),
        (Self::Terminated, "terminated", "终止认可"),
        (Self::Confirmed, "confirmed", "回执"),
        (Self::Expired, "expired", "期满"),
    ];

    fn row(self) -> (Self, &'static str, &'static str) {
        *Self::TABLE.iter().find(|row| row.0 == self).expect("the table lists every event")
    }

    /// Its name in files.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// Its word on screens.
    pub fn label(self) -> &'static str {
        self.row().2
    }

    /// The event that a decision is.
    pub(super) fn of(decision: Decision) -> Self {
        match decision {
            Decision::ACCEPT => Self::Accepted,
            Decision::NARROW => Self::Narrowed,
            Decision::DECLINE => Self::Declined,
            Decision::REFUSE => Self::Refused,
            _ => Self::OtherDecision,
        }
    }
}
