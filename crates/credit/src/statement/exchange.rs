//! What members say to each other about key supervision objects: bodies of the kinds that go into
//! `exchange` and `ends` logs.
//!
//! Order of fields is order of bytes (`docs/protocol.md`). Only a listing names its subject; every
//! other statement names the entry that it is about, so that erasing a listing leaves its subject
//! nowhere. Which of these may be said by whom, and what follows, is not known here.

use serde::{Deserialize, Serialize};

use crate::{Day, Subject, supervision::Inspection};

/// Names an entry of any log.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EntryName {
    /// Origin of its log.
    pub log: String,
    /// Its number there.
    pub number: u64,
    /// The commitment in its header.
    pub commitment: [u8; 32],
}

/// A subject is put on a list of key supervision objects (列入重点监管对象名单). Effect: states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// Whom it is about; never a natural person, never with a personal code.
    pub subject: Subject,
    /// Domain of the supervision catalogue (生态环境…), by its slug.
    pub domain: String,
    /// The standard that it was judged by, by its slug in the supervision catalogue.
    pub standard: String,
    /// Version of the standard.
    pub standard_version: u16,
    /// Level of the standard, by its slug.
    pub level: String,
    /// What it is founded on.
    pub ground: Ground,
    /// First day.
    pub since: Day,
    /// Last day.
    pub until: Day,
    /// How often the subject is inspected at home.
    pub inspection: Inspection,
    /// Other measures at home, by their slugs in the supervision catalogue.
    pub measures: Vec<String>,
    /// Where to object and how to repair (异议和修复渠道): office, address, telephone of the office.
    pub channel: String,
    /// A record that shows it, with its proof.
    pub evidence: Option<Box<Evidence>>,
}

/// What a listing is founded on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ground {
    /// A statutory list (严重失信主体名单).
    List(ListGround),
    /// A sector's grade 差 (行业信用评价).
    Grade(GradeGround),
}

/// A decision to put a subject on a statutory list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListGround {
    /// Name of the authority that decided.
    pub authority: String,
    /// Its unified code.
    pub authority_code: String,
    /// Number of the decision.
    pub document: String,
    /// Day of the decision.
    pub decided: Day,
    /// Number of the notice that went before (事先告知书).
    pub notice: String,
    /// Day of that notice.
    pub notified: Day,
    /// How the subject used its right to state its case (陈述申辩), in the words of the list.
    pub heard: String,
}

/// A grade by a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradeGround {
    /// Name of the authority that graded.
    pub authority: String,
    /// Its unified code.
    pub authority_code: String,
    /// Number of the grading.
    pub document: String,
    /// Day of the grading.
    pub decided: Day,
    /// Name of the model.
    pub model: String,
    /// Version of the model.
    pub model_version: String,
    /// First day of the period graded.
    pub period_from: Day,
    /// Last day of the period graded.
    pub period_to: Day,
}

/// An entry of one of the author's logs, with all that proves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Number of the entry, its path and the signed checkpoint: the bytes of a `.tlog-proof` file.
    pub proof: Vec<u8>,
    /// Its header, 48 bytes.
    pub header: Vec<u8>,
    /// The salt of its body.
    pub salt: [u8; 32],
    /// Its body.
    pub body: Vec<u8>,
}

/// A receiver's decision on a listing (互认决定). Effect: states for [`Decision::ACCEPT`] and
/// [`Decision::NARROW`], none for the others. A later one concerns, in its header, the earlier one
/// that it amends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recognition {
    /// The listing.
    pub listing: EntryName,
    /// What was decided.
    pub decision: Decision,
    /// Level here, by its slug; empty when nothing follows.
    pub level: String,
    /// How often the subject is inspected here.
    pub inspection: Inspection,
    /// Other measures here, by their slugs.
    pub measures: Vec<String>,
    /// First day here.
    pub since: Day,
    /// Last day here, never beyond the listing's.
    pub until: Day,
    /// Why, in words; for [`Decision::REFUSE`] a stable code first.
    pub reason: String,
    /// Law and article, or the agreement and its version.
    pub basis: String,
    /// Day of the decision.
    pub decided: Day,
    /// Persons who decided; 0: by the policy map alone.
    pub officers: u8,
}

/// What a receiver decided, as a number so that a later one is no broken body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Decision(pub u8);

impl Decision {
    /// 予以认可.
    pub const ACCEPT: Self = Self(1);
    /// 限缩认可: fewer inspections, measures or days than at home.
    pub const NARROW: Self = Self(2);
    /// 不予认可.
    pub const DECLINE: Self = Self(3);
    /// 不予受理: the listing breaks the agreement.
    pub const REFUSE: Self = Self(4);

    /// Every decision with its name in files and its word on screens.
    pub const TABLE: [(Self, &'static str, &'static str); 4] = [
        (Self::ACCEPT, "accept", "予以认可"),
        (Self::NARROW, "narrow", "限缩认可"),
        (Self::DECLINE, "decline", "不予认可"),
        (Self::REFUSE, "refuse", "不予受理"),
    ];

    /// Whether something follows for the subject.
    pub fn recognises(self) -> bool {
        matches!(self, Self::ACCEPT | Self::NARROW)
    }

    /// Its name in files; `None` for one of a later version.
    pub fn name(self) -> Option<&'static str> {
        Self::TABLE.iter().find(|row| row.0 == self).map(|row| row.1)
    }

    /// Its word on screens; `None` for one of a later version.
    pub fn label(self) -> Option<&'static str> {
        Self::TABLE.iter().find(|row| row.0 == self).map(|row| row.2)
    }
}

/// A listing, a recognition or a mark ends. Effect: ends; what ends stands in the header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Why.
    pub cause: Cause,
    /// What another member said that made this one say so; `None` for a decision of its own.
    pub because: Option<EntryName>,
    /// Number of the decision; empty where there is none.
    pub document: String,
    /// Day of application, where somebody applied: the handling clock runs from here.
    pub applied: Option<Day>,
    /// Day of the decision: the propagation clock runs from here.
    pub decided: Day,
    /// In words; never about a person.
    pub reason: String,
    /// How often the subject was inspected here until now; [`Inspection::NONE`] when nothing was
    /// undone.
    pub undone_inspection: Inspection,
    /// Other measures lifted, by their slugs.
    pub undone_measures: Vec<String>,
}

/// Why something ends, as a number so that a later one is no broken body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cause(pub u8);

impl Cause {
    /// 信用修复.
    pub const REPAIR: Self = Self(1);
    /// 移出名单: the conditions of the list or grade are no longer met.
    pub const DELISTED: Self = Self(2);
    /// 决定被撤销或确认违法、无效.
    pub const REVOKED: Self = Self(3);
    /// 异议成立.
    pub const OBJECTION_UPHELD: Self = Self(4);
    /// 异议不成立; ends a mark.
    pub const OBJECTION_DISMISSED: Self = Self(5);
    /// 协议终止.
    pub const AGREEMENT_ENDED: Self = Self(6);
    /// 标准废止.
    pub const STANDARD_WITHDRAWN: Self = Self(7);
    /// 列入地已移出: a recogniser follows the origin.
    pub const ORIGIN_ENDED: Self = Self(8);
    /// 终止认可: a recogniser ends its recognition of its own accord.
    pub const TERMINATED: Self = Self(9);

    /// Every cause with its name in files and its word on screens.
    pub const TABLE: [(Self, &'static str, &'static str); 9] = [
        (Self::REPAIR, "repair", "信用修复"),
        (Self::DELISTED, "delisted", "移出名单"),
        (Self::REVOKED, "revoked", "决定被撤销"),
        (Self::OBJECTION_UPHELD, "objection-upheld", "异议成立"),
        (Self::OBJECTION_DISMISSED, "objection-dismissed", "异议不成立"),
        (Self::AGREEMENT_ENDED, "agreement-ended", "协议终止"),
        (Self::STANDARD_WITHDRAWN, "standard-withdrawn", "标准废止"),
        (Self::ORIGIN_ENDED, "origin-ended", "列入地已移出"),
        (Self::TERMINATED, "terminated", "终止认可"),
    ];

    /// The cause of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::TABLE.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// Its name in files; `None` for one of a later version.
    pub fn name(self) -> Option<&'static str> {
        Self::TABLE.iter().find(|row| row.0 == self).map(|row| row.1)
    }

    /// Its word on screens; `None` for one of a later version.
    pub fn label(self) -> Option<&'static str> {
        Self::TABLE.iter().find(|row| row.0 == self).map(|row| row.2)
    }
}

/// A holder has done what an end asks of it (回执). Effect: none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The end of the listing, as its origin said it.
    pub end: EntryName,
    /// The holder's own end of its recognition; `None` where it had none in force.
    pub own: Option<EntryName>,
    /// Day on which it was done.
    pub done: Day,
    /// What was stopped.
    pub stops: Stops,
    /// Receipts of the holder's own counties that this one carries.
    pub carried: Vec<Carried>,
}

/// A county's receipt, carried by its hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// Id of the county.
    pub member: String,
    /// Its receipt.
    pub receipt: EntryName,
    /// Day on which it was done there.
    pub done: Day,
}

/// Which of the four stops, as bits: publishing 1, sharing 2, using 4, erased 8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Stops(pub u8);

impl Stops {
    /// 停止公示.
    pub const PUBLISHING: Self = Self(1);
    /// 停止共享.
    pub const SHARING: Self = Self(2);
    /// 停止使用: the grade is updated and measures are lifted.
    pub const USING: Self = Self(4);
    /// 删除.
    pub const ERASED: Self = Self(8);

    /// Every stop with its name and its word on screens.
    pub const TABLE: [(Self, &'static str, &'static str); 4] = [
        (Self::PUBLISHING, "publishing", "停止公示"),
        (Self::SHARING, "sharing", "停止共享"),
        (Self::USING, "using", "停止使用"),
        (Self::ERASED, "erased", "删除"),
    ];

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` is among these.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// A subject objects (异议标注). Effect: marks the entry concerned in the header, the author's own
/// listing, recognition or record; of none, where the author has nothing of its own to mark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectionMark {
    /// The listing objected to; `None` where the header says which record.
    pub listing: Option<EntryName>,
    /// The mark of another member that this one passes on or takes up.
    pub passes_on: Option<EntryName>,
    /// Number of the objection at the member that received it (异议受理编号).
    pub objection: String,
    /// Day on which it was received: the handling clock runs from here.
    pub received: Day,
    /// What is objected to, in the words of the office; never about a person.
    pub matter: String,
}

/// A subject has repaired its credit (信用修复决定) as to the record concerned. Effect: narrows: the
/// record is no longer published, shared or used. It erases nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// Number of the decision.
    pub document: String,
    /// Day of application.
    pub applied: Day,
    /// Day of the decision.
    pub decided: Day,
    /// In words; empty where there are none.
    pub reason: String,
}
