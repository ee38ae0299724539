//! A listing with everything that followed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ClockShown, GroundShape, Named, Reason, RecognitionShown};
use crate::types::{Date, HexBytes, Place};

/// Listings of a page.
pub const LISTINGS_MAX: u16 = 1_000;

/// Listings, in the order of their places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListingsPage {
    /// The listings.
    pub listings: Vec<ListingShown>,
    /// There are others behind these.
    pub more: bool,
}

/// A listing, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListingShown {
    /// Where it was said.
    pub place: Place,
    /// The commitment in its header, 32 bytes.
    pub commitment: HexBytes,
    /// Id of the agreement.
    #[schema(example = "delta")]
    pub agreement: String,
    /// Id of the member that listed.
    #[schema(example = "jiaxing")]
    pub origin: String,
    /// Its name.
    #[schema(example = "嘉兴市")]
    pub origin_name: String,
    /// How it stands, see `docs/recognition.md`.
    #[schema(example = "listed")]
    pub state: String,
    /// The same in Chinese.
    #[schema(example = "列入中")]
    pub state_zh: String,
    /// What it says; `None` when erased or not here.
    pub listing: Option<ListingContent>,
    /// How it breaks the agreement; `None`: it keeps to it. What breaks it has no effect anywhere.
    pub breach: Option<Reason>,
    /// How it ended by its origin's word; `None` while it has not.
    pub ended: Option<EndedShown>,
    /// Objections to it, in the order of their days.
    pub objections: Vec<ObjectionShown>,
    /// How the other parties stand to it, by rising id.
    pub recognitions: Vec<RecognitionShown>,
    /// What follows at this node; `None` where it listed itself.
    pub here: Option<RecognitionShown>,
    /// From the decision to the last receipt; `None` while it has not ended.
    pub propagation: Option<ClockShown>,
    /// From applications and objections to their decisions.
    pub handling: Vec<ClockShown>,
    /// What is known of the members that have to stop, by rising id.
    pub receipts: Vec<ReceiptShown>,
    /// Members that have confirmed its end.
    pub confirmed: u32,
    /// Members that have to.
    pub expected: u32,
}

/// What a listing says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListingContent {
    /// Name of the subject.
    #[schema(example = "嘉兴示例化工有限公司")]
    pub subject_name: String,
    /// Its unified social credit code.
    #[schema(example = "91330402TX00000449")]
    pub subject_code: String,
    /// Its class, in the words of the national format.
    #[schema(example = "法人及非法人组织")]
    pub class: String,
    /// Slug of the domain.
    pub domain: String,
    /// Its Chinese name.
    pub domain_zh: String,
    /// Slug of the standard.
    pub standard: String,
    /// Its Chinese name.
    pub standard_zh: String,
    /// Its version.
    pub standard_version: u16,
    /// Slug of the level.
    pub level: String,
    /// Its Chinese name.
    pub level_zh: String,
    /// What it is founded on.
    pub ground: GroundShape,
    /// First day.
    pub since: Date,
    /// Last day.
    pub until: Date,
    /// Name of the frequency of inspection at home.
    #[schema(example = "sharply-more")]
    pub inspection: String,
    /// The same in Chinese.
    #[schema(example = "大幅增加检查")]
    pub inspection_zh: String,
    /// Other measures at home.
    pub measures: Vec<Named>,
    /// Where to object and how to repair.
    pub channel: String,
    /// The record that shows it; `None` where none was given.
    pub evidence: Option<EvidenceShown>,
}

/// A record that came with a listing, with its proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceShown {
    /// Number of its decision.
    pub document: String,
    /// Day of its decision.
    pub decided: Date,
    /// Origin of its log.
    pub log: String,
    /// Its number there.
    pub number: u64,
}

/// The end of a listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EndedShown {
    /// The entry that says so.
    pub place: Place,
    /// Why: a name of the causes, or `cause-<number>` for one of a later version.
    #[schema(example = "repair")]
    pub cause: String,
    /// The same in Chinese.
    #[schema(example = "信用修复")]
    pub cause_zh: String,
    /// Number of the decision; empty where there is none.
    pub document: String,
    /// Day of the decision.
    pub decided: Date,
    /// Day of application, where somebody applied.
    pub applied: Option<Date>,
    /// What stops: `publishing`, `sharing`, `using`, `erased`.
    #[schema(example = json!(["publishing", "sharing", "using"]))]
    pub stops: Vec<String>,
}

/// An objection to a listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ObjectionShown {
    /// The entry that marks it.
    pub place: Place,
    /// Id of the member that said so.
    pub member: String,
    /// Number under which it was received.
    pub objection: String,
    /// Day on which it was received.
    pub received: Date,
    /// What is objected to.
    pub matter: String,
    /// The answer; `None` while it is pending.
    pub answered: Option<AnsweredShown>,
}

/// The answer to an objection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AnsweredShown {
    /// What became of it, in Chinese.
    #[schema(example = "异议不成立")]
    pub cause_zh: String,
    /// Number of the answer; empty where there is none.
    pub document: String,
    /// Day of the answer.
    pub decided: Date,
}

/// Whether a member has done what an end asks of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceiptShown {
    /// Id of the member.
    pub member: String,
    /// Its receipt; `None` while there is none.
    pub place: Option<Place>,
    /// Day on which it was done.
    pub done: Option<Date>,
    /// Id of the hub whose receipt carries it; `None` where it speaks for itself.
    pub carried_by: Option<String>,
}
