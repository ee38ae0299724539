//! The life cycle of a listing and of what others make of it, as tables.
//!
//! A state is the first row of a table of rules whose facts all hold; nothing else decides it.
//! Facts are worked out by [`view`](crate::view). What may follow what, and by which event, stands
//! in [`changes`]; a test walks at random and compares. `docs/recognition.md` and
//! `docs/recognition.svg` are printed from here.

pub mod changes;
mod rules;
mod stops;

pub use changes::{Change, Event, LISTING_CHANGES, RECOGNITION_CHANGES};
pub use rules::{LISTING_RULES, RECOGNITION_RULES, Rule, decide};
pub use stops::{STOPS, stops};

/// What has become of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ListingState {
    /// Named by others, not here.
    Pending,
    /// Ended by its origin, for good.
    Ended,
    /// Its body is erased, withheld or of later software: nothing follows.
    Unreadable,
    /// It breaks the agreement: nothing follows anywhere.
    Refused,
    /// Its standard was withdrawn.
    StandardWithdrawn,
    /// The agreement is over, or its origin no longer a party.
    AgreementOver,
    /// Its last day has passed.
    Expired,
    /// Its first day is yet to come.
    NotYet,
    /// In force; the subject objects.
    Disputed,
    /// In force.
    Listed,
}

impl ListingState {
    /// Every state with its name in files and its word on screens.
    pub const TABLE: [(Self, &'static str, &'static str); 10] = [
        (Self::Pending, "pending", "待收列入决定"),
        (Self::Ended, "ended", "已移出"),
        (Self::Unreadable, "unreadable", "正文不可读"),
        (Self::Refused, "refused", "不予受理"),
        (Self::StandardWithdrawn, "standard-withdrawn", "标准已废止"),
        (Self::AgreementOver, "agreement-over", "协议已终止"),
        (Self::Expired, "expired", "已到期"),
        (Self::NotYet, "not-yet", "尚未生效"),
        (Self::Disputed, "disputed", "异议中"),
        (Self::Listed, "listed", "列入中"),
    ];

    /// Whether the subject is a key supervision object at the origin.
    pub fn in_force(self) -> bool {
        matches!(self, Self::Disputed | Self::Listed)
    }

    fn row(self) -> (Self, &'static str, &'static str) {
        *Self::TABLE.iter().find(|row| row.0 == self).expect("the table lists every state")
    }

    /// Its name in files.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// Its word on screens.
    pub fn label(self) -> &'static str {
        self.row().2
    }
}

/// What a party makes of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RecognitionState {
    /// The listing is not here.
    Pending,
    /// The origin has ended the listing, for good.
    Ended,
    /// The party has ended its recognition, for good.
    Terminated,
    /// The listing breaks the agreement.
    Refused,
    /// The listing, or the party's own term, has run out; or the listing can't be read.
    Lapsed,
    /// The agreement maps the level to nothing at this party: for information only.
    Advisory,
    /// Nobody has decided yet.
    Undecided,
    /// The party does not recognise it.
    Declined,
    /// Recognised, from a day yet to come.
    NotYet,
    /// Recognised; the origin has not been heard of within the agreement's freshness, so that
    /// measures pause.
    Unconfirmed,
    /// Recognised; the subject objects, and measures pause.
    Paused,
    /// Recognised; the subject objects, and measures go on.
    Disputed,
    /// Recognised with fewer inspections, measures or days than at home.
    Narrowed,
    /// Recognised.
    Accepted,
}

impl RecognitionState {
    /// Every state with its name in files and its word on screens.
    pub const TABLE: [(Self, &'static str, &'static str); 14] = [
        (Self::Pending, "pending", "待收列入决定"),
        (Self::Ended, "ended", "随列入地终止"),
        (Self::Terminated, "terminated", "终止认可"),
        (Self::Refused, "refused", "不予受理"),
        (Self::Lapsed, "lapsed", "已失效"),
        (Self::Advisory, "advisory", "仅供参考"),
        (Self::Undecided, "undecided", "待决定"),
        (Self::Declined, "declined", "不予认可"),
        (Self::NotYet, "not-yet", "尚未生效"),
        (Self::Unconfirmed, "unconfirmed", "未确认"),
        (Self::Paused, "paused", "异议中(措施暂停)"),
        (Self::Disputed, "disputed", "异议中(措施继续)"),
        (Self::Narrowed, "narrowed", "限缩认可"),
        (Self::Accepted, "accepted", "予以认可"),
    ];

    /// Whether measures apply to the subject here and now.
    pub fn follows(self) -> bool {
        matches!(self, Self::Disputed | Self::Narrowed | Self::Accepted)
    }

    fn row(self) -> (Self, &'static str, &'static str) {
        *Self::TABLE.iter().find(|row| row.0 == self).expect("the table lists every state")
    }

    /// Its name in files.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// Its word on screens.
    pub fn label(self) -> &'static str {
        self.row().2
    }
}

/// Something that holds or not, of a listing or of what a party makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Fact {
    /// The listing is here.
    Here,
    /// Its origin has ended it.
    Ended,
    /// Its body can be read.
    Readable,
    /// It keeps to the agreement.
    Admitted,
    /// Its standard is withdrawn today.
    Withdrawn,
    /// The agreement is over today, or the origin or the receiver is no party to it.
    Over,
    /// Its last day has passed.
    Expired,
    /// Its first day, the receiver's and the agreement's have come.
    Begun,
    /// A mark on it, or on the receiver's recognition of it, has not been lifted.
    Disputed,
    /// The receiver has ended its recognition.
    Terminated,
    /// The agreement says what the level means at the receiver.
    Mapped,
    /// The receiver has decided, by as many persons as the map asks for.
    Decided,
    /// That decision recognises the listing.
    Recognises,
    /// The last day of the receiver's own term has passed.
    TermOver,
    /// The origin's newest heartbeat is younger than the agreement's freshness, and all that its
    /// log of ends held then is here.
    Fresh,
    /// The map says that an objection pauses measures.
    Pauses,
    /// Fewer inspections, measures or days follow than at home.
    Narrower,
}

impl Fact {
    /// Every fact, with its name and with words for pages.
    pub const TABLE: [(Self, &'static str, &'static str); 17] = [
        (Self::Here, "here", "已收到列入决定"),
        (Self::Ended, "ended", "列入地已移出"),
        (Self::Readable, "readable", "正文可读"),
        (Self::Admitted, "admitted", "符合协议"),
        (Self::Withdrawn, "standard withdrawn", "标准已废止"),
        (Self::Over, "agreement over", "协议已终止或已非缔约方"),
        (Self::Expired, "expired", "列入期已满"),
        (Self::Begun, "begun", "已到生效日"),
        (Self::Disputed, "disputed", "有未答复的异议"),
        (Self::Terminated, "terminated", "已终止认可"),
        (Self::Mapped, "mapped", "协议有对应规则"),
        (Self::Decided, "decided", "已作决定"),
        (Self::Recognises, "recognises", "决定为认可"),
        (Self::TermOver, "own term over", "认可期已满"),
        (Self::Fresh, "fresh", "列入地近期已确认"),
        (Self::Pauses, "objection pauses", "异议期间暂停措施"),
        (Self::Narrower, "narrower", "窄于列入地"),
    ];

    fn bit(self) -> u32 {
        1 << self as u8
    }

    /// Its name on pages.
    pub fn name(self) -> &'static str {
        Self::TABLE.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    /// Its words in Chinese.
    pub fn label(self) -> &'static str {
        Self::TABLE.iter().find(|row| row.0 == self).map_or("", |row| row.2)
    }
}

/// Which facts hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts(u32);

impl Facts {
    /// These, and whether one more holds.
    #[must_use]
    pub fn with(self, fact: Fact, holds: bool) -> Self {
        if holds { Self(self.0 | fact.bit()) } else { Self(self.0 & !fact.bit()) }
    }

    /// Whether a fact holds.
    pub fn holds(self, fact: Fact) -> bool {
        self.0 & fact.bit() != 0
    }
}
