//! What members ask for: listings, recognitions, ends, repairs, objections, answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::GroundShape;
use crate::types::{Date, Digest, EntryTarget, Place, strict};

/// Characters of a name.
pub const NAME_CHARS_MAX: usize = 200;
/// Characters of an objection and repair channel.
pub const CHANNEL_CHARS_MAX: usize = 500;
/// Bytes of the slug of an agreement, domain, standard, level or measure.
pub const SLUG_BYTES_MAX: usize = 64;
/// Measures that one request may name.
pub const MEASURES_MAX: usize = 50;
/// Records that one request judges; the answer says where there are more.
pub const RECORDS_JUDGED_MAX: usize = 1_000;

/// Whom a listing is about. There is no class for natural persons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectKind {
    /// A legal person or other organisation.
    Organisation,
    /// A sole trader (个体工商户); only where the agreement allows it.
    SoleTrader,
}

/// The subject of a listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubjectShape {
    /// Its class.
    pub class: SubjectKind,
    /// Its name, at most 200 characters; a sole trader's is that of the business.
    #[schema(min_length = 1, max_length = 200, example = "嘉兴示例化工有限公司")]
    pub name: String,
    /// Its unified social credit code.
    #[schema(min_length = 18, max_length = 18, example = "91330402TX00000449")]
    pub code: String,
}

/// A subject is put on a list of key supervision objects (列入). By a decision whose listing has
/// ended it is listed again only with the header `X-Tiaoxi-Reviewer`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListingRequest {
    /// Id of the agreement under which it is listed.
    #[schema(min_length = 1, max_length = 64, example = "delta")]
    pub agreement: String,
    /// Whom it is about.
    pub subject: SubjectShape,
    /// Slug of the domain.
    #[schema(min_length = 1, max_length = 64, example = "ecology")]
    pub domain: String,
    /// Slug of the standard that it was judged by.
    #[schema(min_length = 1, max_length = 64, example = "eco-list")]
    pub standard: String,
    /// Version of the standard.
    #[schema(example = 2)]
    pub standard_version: u16,
    /// Slug of the level.
    #[schema(min_length = 1, max_length = 64, example = "grave")]
    pub level: String,
    /// What it is founded on.
    #[serde(deserialize_with = "strict::whole")]
    pub ground: GroundShape,
    /// First day; absent: the day of the decision.
    pub since: Option<Date>,
    /// Last day.
    pub until: Date,
    /// How often the subject is inspected at home: `none`, `sharply-fewer`, `fewer`, `normal`,
    /// `more` or `sharply-more`.
    #[schema(example = "more")]
    pub inspection: String,
    /// Slugs of other measures at home, at most 50.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub measures: Vec<String>,
    /// Where to object and how to repair: office, address, telephone of the office; at most 500
    /// characters, nothing about a person.
    #[schema(
        min_length = 1,
        max_length = 500,
        example = "信用中国（浙江）；嘉兴市生态环境局法规处"
    )]
    pub channel: String,
    /// A record of the node's own that shows it; goes along with its proof, body and salt.
    pub evidence: Option<EntryTarget>,
    /// Only tell what would be said; nothing is appended.
    #[serde(default)]
    pub preview: bool,
}

/// Listings are made from records, as the supervision catalogue says for their item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FromRecordsRequest {
    /// Id of the agreement under which they are listed.
    #[schema(min_length = 1, max_length = 64, example = "delta")]
    pub agreement: String,
    /// Slug of the catalogue item.
    #[schema(min_length = 1, max_length = 64, example = "yzsx")]
    pub item: String,
    /// Only records of this import; absent: all of the node's own.
    pub import: Option<Digest>,
    /// Give each record along as evidence, whole: the names of legal representatives and responsible
    /// persons that it has go to every party. A record with personal fields is not given.
    #[serde(default)]
    pub with_evidence: bool,
    /// Only tell what would be said; nothing is appended.
    #[serde(default)]
    pub preview: bool,
}

/// Decisions on repairs and objections, taken in as records, are carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionsRequest {
    /// Slug of the catalogue item.
    #[schema(min_length = 1, max_length = 64, example = "xyxf")]
    pub item: String,
    /// Only records of this import; absent: all of the node's own.
    pub import: Option<Digest>,
    /// Only tell what would be said; nothing is appended.
    #[serde(default)]
    pub preview: bool,
}

/// What an officer decides on another member's listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RecognitionChoice {
    /// 予以认可, as the agreement's map says.
    Accept,
    /// 限缩认可: fewer inspections, measures or days than the map says.
    Narrow,
    /// 不予认可.
    Decline,
}

/// An officer's decision on a listing (互认决定). Needs the header `X-Tiaoxi-Reviewer` with the
/// officer's token. Where the map wants two officers, the same request by another officer completes
/// it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecognitionRequest {
    /// The listing.
    #[serde(deserialize_with = "strict::whole")]
    pub listing: Place,
    /// What is decided.
    pub decision: RecognitionChoice,
    /// With `narrow`: how often the subject is inspected here; absent: as the map says.
    #[schema(example = "normal")]
    pub inspection: Option<String>,
    /// With `narrow`: slugs of the other measures here, at most 50; absent: as the map says.
    #[schema(max_items = 50)]
    pub measures: Option<Vec<String>>,
    /// With `narrow`: last day here; absent: as the map says.
    pub until: Option<Date>,
    /// Why, in the words of the office, at most 500 characters. No word about a person.
    #[serde(default)]
    #[schema(required, min_length = 1, max_length = 500, example = "本地同类标准较宽")]
    pub reason: String,
    /// Law and article, or the agreement; at most 500 characters.
    #[serde(default)]
    #[schema(required, min_length = 1, max_length = 500, example = "互认协议第五条")]
    pub basis: String,
    /// Only tell what would be said; nothing is appended and no decision is kept.
    #[serde(default)]
    pub preview: bool,
}

/// A listing of one's own, or a recognition of one's own, ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndRequest {
    /// The listing: one's own, or the one whose recognition ends.
    #[serde(deserialize_with = "strict::whole")]
    pub listing: Place,
    /// Why: `repair`, `delisted`, `revoked`, `objection-upheld`, `agreement-ended` or
    /// `standard-withdrawn` for a listing; `terminated` for a recognition.
    #[schema(max_length = 64, example = "delisted")]
    pub cause: String,
    /// Number of the decision, where there is one; at most 200 characters.
    #[schema(max_length = 200, example = "嘉环演示移〔2026〕1号")]
    pub document: Option<String>,
    /// Day of application, where somebody applied: the handling clock runs from here.
    pub applied: Option<Date>,
    /// Day of the decision: the propagation clock runs from here; absent: today.
    pub decided: Option<Date>,
    /// Why, in the words of the office, at most 500 characters. No word about a person.
    #[serde(default)]
    #[schema(required, min_length = 1, max_length = 500, example = "整改验收合格，移出名单")]
    pub reason: String,
    /// Only tell what would be said; nothing is appended.
    #[serde(default)]
    pub preview: bool,
}

/// A subject has repaired its credit (信用修复决定) as to one decision: its record is narrowed and
/// its listings end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RepairRequest {
    /// Unified social credit code of the subject.
    #[schema(min_length = 1, max_length = 50, example = "91330402TX00000449")]
    pub subject: String,
    /// Number of the decision that was repaired, at most 200 characters.
    #[schema(min_length = 1, max_length = 200, example = "嘉环演示严〔2026〕3号")]
    pub of_document: String,
    /// Number of the repair decision, at most 200 characters.
    #[schema(min_length = 1, max_length = 200, example = "信修演示〔2026〕12号")]
    pub document: String,
    /// Day of application: the handling clock runs from here.
    pub applied: Date,
    /// Day of the repair decision: the propagation clock runs from here.
    pub decided: Date,
    /// In words, at most 500 characters. No word about a person.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// Only tell what would be said; nothing is appended.
    #[serde(default)]
    pub preview: bool,
}

/// A subject objects (异议): what it objects to is marked here at once, and goes to the origin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectionRequest {
    /// A listing, or a record of one's own.
    #[serde(deserialize_with = "strict::whole")]
    pub about: Place,
    /// Day on which it was received; absent: today.
    pub received: Option<Date>,
    /// What is objected to, in the words of the office, at most 500 characters. No word about a
    /// person.
    #[serde(default)]
    #[schema(required, min_length = 1, max_length = 500, example = "对处罚金额有异议")]
    pub matter: String,
    /// Number under which it was received (异议受理编号), at most 200 characters; absent: made up as
    /// `<member>-<year>-<number>`.
    #[schema(max_length = 200)]
    pub objection: Option<String>,
    /// Only tell what would be said; nothing is appended.
    #[serde(default)]
    pub preview: bool,
}

/// The origin's answer to an objection to its listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerRequest {
    /// The listing.
    #[serde(deserialize_with = "strict::whole")]
    pub listing: Place,
    /// The objection is right: the listing ends. Otherwise only the mark does.
    pub upheld: bool,
    /// Number of the answer, at most 200 characters.
    #[schema(min_length = 1, max_length = 200, example = "嘉环演示复〔2026〕2号")]
    pub document: String,
    /// Day of the answer; absent: today.
    pub decided: Option<Date>,
    /// Why, in the words of the office, at most 500 characters. No word about a person.
    #[serde(default)]
    #[schema(required, min_length = 1, max_length = 500, example = "原决定事实清楚")]
    pub reason: String,
    /// Only tell what would be said; nothing is appended.
    #[serde(default)]
    pub preview: bool,
}
