//! What a request brought about: statements said, records passed over, decisions kept.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::types::Place;

/// A statement that was appended or, for a preview, would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Said {
    /// Origin of its log.
    #[schema(example = "huzhou/jiaxing/exchange/delta/1")]
    pub log: String,
    /// Its number there, provisional until signed; 0 for a preview.
    pub number: u64,
    /// Name of its kind.
    #[schema(example = "listing")]
    pub kind: String,
    /// Nothing was appended.
    pub preview: bool,
    /// The entry that it is about; `None` for none.
    pub about: Option<Place>,
    /// Name of the subject, where it is known here.
    #[schema(example = "嘉兴示例化工有限公司")]
    pub subject_name: Option<String>,
    /// What happened or would happen, in Chinese.
    pub words: String,
}

/// Listings made from records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FromRecords {
    /// Records that have something to list, in their order.
    pub said: Vec<FromRecord>,
    /// Records that can't be listed, in their order.
    pub passed_over: Vec<PassedOver>,
    /// There are more records than one request judges: ask again.
    pub more: bool,
    /// Nothing was appended.
    pub preview: bool,
}

/// What became of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FromRecord {
    /// The record.
    pub place: Place,
    /// Its listing; `None` where there is nothing to list (another grade), or it is listed already.
    pub said: Option<Said>,
}

/// A record from which nothing could be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PassedOver {
    /// The record.
    pub place: Place,
    /// Stable code.
    #[schema(example = "UNKNOWN_STANDARD")]
    pub code: String,
    /// For people, in Chinese.
    pub zh: String,
    /// For people, in English.
    pub en: String,
}

/// What repairs and answers to objections brought about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decisions {
    /// What was said of records.
    pub records: Vec<Said>,
    /// What was said of listings and marks.
    pub listings: Vec<Said>,
    /// Records of decisions that can't be carried out, in their order.
    pub passed_over: Vec<PassedOver>,
    /// There are more records than one request judges: ask again.
    pub more: bool,
    /// Nothing was appended.
    pub preview: bool,
}

/// How an officer's decision stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DecidedState {
    /// It is appended.
    Recorded,
    /// Another officer has to decide the same.
    AwaitsSecond,
    /// Officers have decided otherwise; nothing is appended until they agree.
    Contradictory,
}

/// An officer's decision, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decided {
    /// How it stands.
    pub state: DecidedState,
    /// The recognition, once it is appended or, for a preview, would be.
    pub said: Option<Said>,
    /// Names of the officers who have decided on this listing, known here only.
    pub officers: Vec<String>,
    /// Officers that the map wants.
    pub needed: u8,
    /// What happened or would happen, in Chinese.
    pub words: String,
}
