//! The kinds of record that a node takes in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{HexBytes, Severity};

/// The answer to a request for all catalogue items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ItemList {
    /// The items, by rising number.
    pub items: Vec<ItemListed>,
}

/// A catalogue item by its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ItemListed {
    /// Short name in commands and parameters.
    #[schema(example = "xzcf")]
    pub slug: String,
    /// Number in records, federation-wide.
    pub number: u16,
    /// Version of its file.
    pub version: u16,
    /// Name in Chinese.
    #[schema(example = "行政处罚")]
    pub name_zh: String,
    /// Name in English.
    #[schema(example = "administrative penalty")]
    pub name_en: String,
    /// How many fields it has.
    pub fields: u32,
    /// BLAKE3 of its file, as the charter names it.
    pub hash: HexBytes,
}

/// A catalogue item with everything that its file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ItemShown {
    /// Short name in commands and parameters.
    #[schema(example = "xzcf")]
    pub slug: String,
    /// Number in records, federation-wide.
    pub number: u16,
    /// Version of its file.
    pub version: u16,
    /// Name in Chinese.
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
    /// BLAKE3 of its file.
    pub hash: HexBytes,
    /// The standard that it follows.
    pub source: String,
    /// Its fields, in the order of the template.
    pub fields: Vec<FieldShown>,
    /// What must hold between fields.
    pub rules: Vec<RuleShown>,
    /// By when a decision is to be reported; `None`: no deadline.
    pub deadline: Option<DeadlineShown>,
    /// Older headers that are understood, newest first.
    pub generations: Vec<GenerationShown>,
}

/// A field of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldShown {
    /// Number in the item.
    pub number: u8,
    /// Code, one of the headers that files may use.
    #[schema(example = "CF_WSH")]
    pub code: String,
    /// Name in Chinese, another one.
    #[schema(example = "行政处罚决定书文号")]
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
    /// Other headers under which it is found.
    pub aliases: Vec<String>,
    /// `text`, `code`, `choice`, `date`, `decimal`, `uscc` or `organisation-code`.
    #[schema(example = "text")]
    pub kind: String,
    /// Every row fills it.
    pub required: bool,
    /// It identifies a human being beyond a name: never shown.
    pub personal: bool,
    /// Longest text, in characters; `None` where its kind says it.
    pub length_max: Option<u32>,
    /// Values of a choice.
    pub values: Vec<String>,
    /// A cell may hold several of them.
    pub several: bool,
    /// An invented text that is right; empty where there is none.
    pub example: String,
    /// The standard or system that the definition was read from.
    pub source: String,
}

/// What must hold between fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RuleShown {
    /// Its kind in the catalogue file.
    #[schema(example = "required_when")]
    pub kind: String,
    /// Codes of the fields that it judges.
    pub fields: Vec<String>,
    /// What a violation does; `None`: switched off.
    pub severity: Option<Severity>,
    /// What it says, in Chinese.
    pub message_zh: String,
    /// What it says, in English.
    pub message_en: String,
    /// Law and article, standard, or system.
    pub source: String,
}

/// By when a decision is to be reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeadlineShown {
    /// Working days after the day of the decision, in Beijing time.
    #[schema(example = 7)]
    pub workdays: u16,
    /// Where that was read.
    pub source: String,
}

/// Older headers that are understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GenerationShown {
    /// Year of the format.
    #[schema(example = 2016)]
    pub year: u16,
    /// Where its headers were read.
    pub source: String,
}
