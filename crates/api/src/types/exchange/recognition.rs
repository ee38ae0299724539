//! How a member stands to a listing, and what follows there.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::types::{Date, Place};

/// Something of a catalogue by slug and Chinese name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Named {
    /// Its slug.
    pub slug: String,
    /// Its Chinese name; the slug where the catalogue doesn't know it.
    pub name_zh: String,
}

/// Why, by a stable code and in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// Stable code.
    pub code: String,
    /// For people, in Chinese.
    pub zh: String,
    /// For people, in English.
    pub en: String,
}

/// A member's recognition of a listing, or that there is none yet. What it decided beyond the map
/// or the listing is cut down to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecognitionShown {
    /// Id of the member.
    pub member: String,
    /// Its name.
    pub member_name: String,
    /// How it stands, see `docs/recognition.md`.
    #[schema(example = "accepted")]
    pub state: String,
    /// The same in Chinese.
    #[schema(example = "予以认可")]
    pub state_zh: String,
    /// The decision in force; `None` where nothing is decided.
    pub place: Option<Place>,
    /// `accept`, `narrow`, `decline` or `refuse`, or `decision-<number>` for one of a later version;
    /// `None` where nothing is decided.
    #[schema(example = "accept")]
    pub decision: Option<String>,
    /// Slug of the level there; `None` where nothing follows.
    pub level: Option<String>,
    /// Name of the frequency of inspection there; `None` where nothing is decided.
    #[schema(example = "more")]
    pub inspection: Option<String>,
    /// The same in Chinese.
    #[schema(example = "增加检查")]
    pub inspection_zh: Option<String>,
    /// Other measures there.
    pub measures: Vec<Named>,
    /// First day there.
    pub since: Option<Date>,
    /// Last day there.
    pub until: Option<Date>,
    /// Why; empty where nothing is decided.
    pub reason: String,
    /// Law and article, or the agreement.
    pub basis: String,
    /// Day of the decision.
    pub decided: Option<Date>,
    /// Officers who decided; 0: by the map alone.
    pub officers: u8,
    /// Inspection and measures apply now.
    pub follows: bool,
    /// The origin's word is fresh there until this second of POSIX time; `None` where it is not.
    pub fresh_until: Option<u64>,
}
