//! What to do with the rows of an import that a person has to decide about.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Characters of a reason, and of a reviewer's word.
pub const REASON_CHARS_MAX: usize = 500;

/// The decision with which an import is made or confirmed. `{}`: corrections are skipped and
/// withdrawn rows stay out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ImportDecision {
    /// Whether corrections are taken in.
    pub corrections: CorrectionsChoice,
    /// Why the records are corrected; needed for `apply`, at most 500 characters.
    #[schema(max_length = 500, example = "罚款金额录入有误")]
    pub reason: Option<String>,
    /// A reviewer's word on rows that were withdrawn before and are sent again: with it they go in.
    /// Needs the header `X-Tiaoxi-Reviewer`; at most 500 characters.
    #[schema(max_length = 500)]
    pub review: Option<String>,
}

/// What happens to rows whose record stands in the log with other content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionsChoice {
    /// They are counted and left out.
    #[default]
    Skip,
    /// They are taken in as corrections.
    Apply,
}

impl CorrectionsChoice {
    /// Its name in JSON and parameters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Apply => "apply",
        }
    }
}
