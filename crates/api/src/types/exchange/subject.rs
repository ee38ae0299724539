//! What people ask of a subject: is it a key supervision object, and how did that come about.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ListingShown;
use crate::types::{Date, Place};

/// Whether a subject is a key supervision object, as far as this node knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubjectSupervision {
    /// The code asked for.
    pub code: String,
    /// Its name in the newest listing; `None` where no content is here.
    pub name: Option<String>,
    /// A listing of it that keeps to its agreement stands somewhere.
    pub is_key_object: bool,
    /// The answer in one or two sentences, in Chinese.
    pub words: String,
    /// Every listing of it, standing ones first.
    pub listings: Vec<ListingShown>,
    /// When it was asked, in seconds of POSIX time.
    pub asked_at: u64,
    /// How far each member's word goes: what it said later is not known here.
    pub confirmed_until: Vec<ConfirmedUntil>,
}

/// How far a member's word goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConfirmedUntil {
    /// Id of the member.
    pub member: String,
    /// Its word is fresh until this second of POSIX time; `None` where it is not.
    pub fresh_until: Option<u64>,
}

/// Everything that was said of the listings of a subject, earliest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Timeline {
    /// The code asked for.
    pub code: String,
    /// Its name in the newest listing; `None` where no content is here.
    pub name: Option<String>,
    /// What happened; by day, and within a day by what names what.
    pub rows: Vec<TimelineRow>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TimelineRow {
    /// The day.
    pub day: Date,
    /// Id of the member that did it.
    pub member: String,
    /// Its name.
    pub member_name: String,
    /// What kind of thing, as a slug.
    #[schema(example = "listed")]
    pub event: String,
    /// In Chinese.
    pub words_zh: String,
    /// The entry that says so.
    pub place: Place,
}
