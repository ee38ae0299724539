//! What is recorded of a subject, as far as it may be shown.

use serde::{Deserialize, Serialize};
use tiaoxi_credit::{Kind, SubjectClass};
use tiaoxi_views::{archive, effects};
use utoipa::ToSchema;

/// The answer to a question about a subject. No records: nothing is recorded here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Subject {
    /// The code asked for.
    pub code: String,
    /// The name in the record decided last, of those not ended where there are any; `None` when no
    /// content is left.
    pub name: Option<String>,
    /// Other names under the same code, in records of the same choice.
    pub other_names: Vec<String>,
    /// The class of the subject, in the words of the national format.
    pub class: Option<String>,
    /// Its records, decided last first; behind each the older versions of it, newer before older.
    pub records: Vec<SubjectRecord>,
    /// There are more records than these.
    pub more: bool,
}

/// Where something was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Place {
    /// Origin of the log.
    pub origin: String,
    /// Number of the entry.
    pub number: u64,
}

/// How a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing was said against it; whether it is adverse is another question.
    Counts,
    /// Its subject objects.
    Disputed,
    /// It counts for less.
    Narrowed,
    /// It no longer counts.
    Ended,
    /// Erased by law.
    Erased,
}

/// What one entry did to a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Because {
    /// The entry.
    pub by: Place,
    /// What it makes of the record.
    pub standing: Standing,
    /// Name of its kind, or `kind-<number>` for a later one.
    pub kind: String,
    /// The day that it states, `YYYY-MM-DD`.
    pub day: String,
    /// It was said of the import that the record came with, so of the whole batch.
    #[serde(default)]
    pub of_batch: bool,
}

/// How a record came to count no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndedHow {
    /// A newer version took its place.
    Corrected,
    /// It was withdrawn by itself.
    Withdrawn,
    /// The whole import that it came with was withdrawn.
    BatchWithdrawn,
    /// In another way, or by a kind of a later version.
    Otherwise,
}

impl EndedHow {
    /// In Chinese, for people.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Corrected => "已更正",
            Self::Withdrawn => "已撤回",
            Self::BatchWithdrawn => "所属批次已整批撤回",
            Self::Otherwise => "已终止",
        }
    }

    /// In English, for people.
    pub fn en(self) -> &'static str {
        match self {
            Self::Corrected => "corrected",
            Self::Withdrawn => "withdrawn",
            Self::BatchWithdrawn => "withdrawn with its whole batch",
            Self::Otherwise => "ended",
        }
    }
}

/// The end of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ended {
    /// How it came. A withdrawal outweighs a correction.
    pub how: EndedHow,
    /// The entry that brought it.
    pub by: Place,
    /// The day that it states, `YYYY-MM-DD`.
    pub day: String,
}

/// One record, or an older version of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubjectRecord {
    /// Where it was said.
    #[serde(flatten)]
    pub place: Place,
    /// Name of its kind: `record` or `correction`.
    pub kind: String,
    /// Number of its catalogue item.
    pub item: u16,
    /// Name of the item, where this node has the catalogue file.
    pub item_name_zh: Option<String>,
    /// The day that the header states, `YYYY-MM-DD`.
    pub day: String,
    /// The entry that it concerns: its import, or the record that it corrects.
    pub concerns: Option<Place>,
    /// Its content; `None` when erased or withheld.
    pub content: Option<Content>,
    /// Its body is missing although nobody erased it.
    pub is_withheld: bool,
    /// How it stands.
    pub standing: Standing,
    /// By whom.
    pub because: Vec<Because>,
    /// How it came to count no more; `None` while nothing ended it.
    pub ended: Option<Ended>,
    /// For a correction, the older version.
    pub replaces: Option<Place>,
    /// The newer version, where a correction made one; in another answer where it is about another
    /// subject.
    pub replaced_by: Option<Place>,
    /// Size of the signed checkpoint under which this node verified it.
    pub verified_up_to: u64,
}

/// What a record says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Content {
    /// Code of the authority that decided.
    pub authority: String,
    /// Number of the decision document.
    pub document: String,
    /// Day of the decision, `YYYY-MM-DD`.
    pub decided: String,
    /// Every field that may be shown.
    pub fields: Vec<ShownField>,
    /// Chinese names of the personal fields that are filled in and not shown.
    pub hidden: Vec<String>,
}

/// A field that may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShownField {
    /// Its code in the catalogue.
    pub code: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// What the record says.
    pub text: String,
}

/// The name of a kind in JSON.
fn kind_name(number: u8) -> String {
    match Kind::from_number(number) {
        Some(kind) => kind.name().to_owned(),
        None => format!("kind-{number}"),
    }
}

fn class_name(class: SubjectClass) -> String {
    class.label().map_or_else(|| format!("class-{}", class.0), str::to_owned)
}

impl From<archive::SubjectArchive> for Subject {
    fn from(archive: archive::SubjectArchive) -> Self {
        Self {
            code: archive.code,
            name: archive.name,
            other_names: archive.other_names,
            class: archive.class.map(class_name),
            records: archive.records.into_iter().map(Into::into).collect(),
            more: archive.more,
        }
    }
}

impl From<archive::RecordView> for SubjectRecord {
    fn from(view: archive::RecordView) -> Self {
        Self {
            place: view.place.into(),
            kind: kind_name(view.kind),
            item: view.item,
            item_name_zh: view.item_name_zh,
            day: view.day.to_string(),
            concerns: view.concerns.map(Into::into),
            content: view.content.map(Into::into),
            is_withheld: view.is_withheld,
            standing: view.standing.into(),
            because: view.because.into_iter().map(Into::into).collect(),
            ended: view.ended.map(Into::into),
            replaces: view.replaces.map(Into::into),
            replaced_by: view.replaced_by.map(Into::into),
            verified_up_to: view.verified_up_to,
        }
    }
}

impl From<archive::Content> for Content {
    fn from(content: archive::Content) -> Self {
        let fields = content.fields.into_iter();
        Self {
            authority: content.authority,
            document: content.document,
            decided: content.decided.to_string(),
            fields: fields
                .map(|archive::ShownField { code, name_zh, text }| ShownField {
                    code,
                    name_zh,
                    text,
                })
                .collect(),
            hidden: content.hidden,
        }
    }
}

impl From<archive::Place> for Place {
    fn from(place: archive::Place) -> Self {
        Self { origin: place.origin, number: place.number }
    }
}

impl From<archive::Because> for Because {
    fn from(because: archive::Because) -> Self {
        Self {
            by: because.by.into(),
            standing: because.standing.into(),
            kind: kind_name(because.kind),
            day: because.day.to_string(),
            of_batch: because.of_batch,
        }
    }
}

impl From<archive::Ending> for Ended {
    fn from(ending: archive::Ending) -> Self {
        Self { how: ending.how.into(), by: ending.by.into(), day: ending.day.to_string() }
    }
}

impl From<archive::How> for EndedHow {
    fn from(how: archive::How) -> Self {
        match how {
            archive::How::Corrected => Self::Corrected,
            archive::How::Withdrawn => Self::Withdrawn,
            archive::How::BatchWithdrawn => Self::BatchWithdrawn,
            archive::How::Otherwise => Self::Otherwise,
        }
    }
}

impl From<effects::Standing> for Standing {
    fn from(standing: effects::Standing) -> Self {
        match standing {
            effects::Standing::Counts => Self::Counts,
            effects::Standing::Disputed => Self::Disputed,
            effects::Standing::Narrowed => Self::Narrowed,
            effects::Standing::Ended => Self::Ended,
            effects::Standing::Erased => Self::Erased,
        }
    }
}
