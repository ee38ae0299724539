//! Withdrawing and correcting what was said before.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::ToSchema;

use super::{Date, Digest, Place};

/// Characters of a document number.
pub const DOCUMENT_CHARS_MAX: usize = 200;
/// Characters of the text of one field of a correction; the catalogue item may allow less.
pub const FIELD_CHARS_MAX: usize = 10_000;
/// Fields that one correction may set.
pub const FIELDS_MAX: usize = 100;

/// What a notice is about: `{"entry": 4711}`, `{"entry": 4711, "log": "huzhou/deqing/records/1"}`,
/// `{"import": "9f…", "row": 17}`, or, for a withdrawal, a whole batch: `{"import": "9f…"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Target {
    /// One record by the number of its entry.
    Entry(EntryTarget),
    /// One record by import and row.
    Row(RowTarget),
    /// Everything that an import brought in.
    Import(ImportTarget),
}

/// One record by the number of its entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryTarget {
    /// Number of the entry.
    #[schema(example = 4711)]
    pub entry: u64,
    /// Origin of its log; absent: the node's own log of records.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "huzhou/deqing/records/1")]
    pub log: Option<String>,
}

/// One record by import and row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RowTarget {
    /// BLAKE3 of the file.
    pub import: Digest,
    /// Row below the header, from 1.
    #[schema(example = 17)]
    pub row: u32,
}

/// Everything that an import brought in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportTarget {
    /// BLAKE3 of the file.
    pub import: Digest,
}

/// Every key that a target may have; which of them stand together decides.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TargetKeys {
    entry: Option<u64>,
    log: Option<String>,
    import: Option<Digest>,
    row: Option<u32>,
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let TargetKeys { entry, log, import, row } = TargetKeys::deserialize(deserializer)?;
        match (entry, log, import, row) {
            (Some(entry), log, None, None) => Ok(Self::Entry(EntryTarget { entry, log })),
            (None, None, Some(import), Some(row)) => Ok(Self::Row(RowTarget { import, row })),
            (None, None, Some(import), None) => Ok(Self::Import(ImportTarget { import })),
            _ => Err(de::Error::custom("a target is `entry`, `import` and `row`, or `import`")),
        }
    }
}

/// A record, or everything that an import brought in, was wrong or void from the start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalRequest {
    /// What is withdrawn.
    pub target: Target,
    /// Why, in the words of the office, at most 500 characters. No word about a person.
    #[serde(default)]
    #[schema(required, min_length = 1, max_length = 500, example = "处罚决定已被复议撤销")]
    pub reason: String,
    /// Number of the decision that withdraws, where there is one; at most 200 characters.
    #[schema(max_length = 200, example = "德复决〔2026〕3号")]
    pub document: Option<String>,
    /// Day of that decision; absent: today.
    pub decided: Option<Date>,
    /// Only tell what would be withdrawn; nothing is appended.
    #[serde(default)]
    pub preview: bool,
}

/// A record is replaced by the same with some fields changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectionRequest {
    /// The record: an entry, or a row of an import; no whole batch.
    pub target: Target,
    /// Code of each changed field → its text as in a file; empty text empties the field. At most
    /// 100 fields.
    #[schema(example = json!({"CF_NR_FK": "0.2"}))]
    pub set: BTreeMap<String, String>,
    /// Why, in the words of the office, at most 500 characters. No word about a person.
    #[serde(default)]
    #[schema(required, min_length = 1, max_length = 500, example = "罚款金额录入有误")]
    pub reason: String,
    /// A reviewer's word, where the change needs one; needs the header `X-Tiaoxi-Reviewer`.
    #[schema(max_length = 500)]
    pub review: Option<String>,
    /// Only tell what would become what; nothing is appended.
    #[serde(default)]
    pub preview: bool,
}

/// A notice that was appended or, for a preview, would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Notice {
    /// Origin of the log with the notice.
    #[schema(example = "huzhou/deqing/notices/1")]
    pub log: String,
    /// Its number there, provisional until signed; 0 for a preview.
    pub number: u64,
    /// Nothing was appended.
    #[serde(default)]
    pub preview: bool,
    /// The entry that it is about.
    pub concerns: Place,
    /// `correction` or `withdrawal`.
    #[schema(example = "withdrawal")]
    pub kind: String,
    /// The record concerned; `None` where it is a whole import.
    pub record: Option<NoticeRecord>,
    /// For a whole import: its rows that became records, and those that corrected others.
    pub records: Option<u64>,
}

/// The record that a notice is about, by what a person knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticeRecord {
    /// Name of its subject; `None` for a natural person.
    #[schema(example = "湖州示例建材有限公司")]
    pub name: Option<String>,
    /// Number of the decision.
    #[schema(example = "德演示罚〔2026〕17号")]
    pub document: String,
    /// Day of the decision.
    #[schema(format = Date, example = "2026-11-12")]
    pub decided: String,
    /// What a correction changes; personal fields are named without their texts.
    pub changes: Vec<NoticeChange>,
}

/// One field that a correction changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticeChange {
    /// Code of the field.
    #[schema(example = "CF_NR_FK")]
    pub code: String,
    /// Its Chinese name.
    pub name: String,
    /// What it says; empty where it says nothing, or may not be shown.
    pub from: String,
    /// What it shall say.
    pub to: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_one_thing() {
        let import = Digest([0xAB; 32]);
        let digest = format!("\"import\": \"{import}\"");
        let log = Some("a/b/records/1".to_owned());
        for (json, expected) in [
            ("\"entry\": 7".to_owned(), Target::Entry(EntryTarget { entry: 7, log: None })),
            (
                "\"entry\": 7, \"log\": \"a/b/records/1\"".to_owned(),
                Target::Entry(EntryTarget { entry: 7, log }),
            ),
            (format!("{digest}, \"row\": 3"), Target::Row(RowTarget { import, row: 3 })),
            (digest.clone(), Target::Import(ImportTarget { import })),
        ] {
            let target: Target = serde_json::from_str(&format!("{{{json}}}")).expect("reads");
            assert_eq!(target, expected);
            let again = serde_json::to_string(&target).expect("serialises");
            assert_eq!(serde_json::from_str::<Target>(&again).expect("reads"), expected);
        }
        for bad in [
            String::new(),
            format!("\"entry\": 7, {digest}"),
            format!("{digest}, \"log\": \"a\""),
            "\"row\": 3".to_owned(),
            "\"entry\": -1".to_owned(),
            "\"import\": \"ab\"".to_owned(),
            "\"entry\": 7, \"number\": 7".to_owned(),
        ] {
            assert!(serde_json::from_str::<Target>(&format!("{{{bad}}}")).is_err(), "{bad}");
        }
    }
}
