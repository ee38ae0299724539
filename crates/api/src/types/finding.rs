//! What was found in the rows of a file.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::HexBytes;

/// Findings that one page carries at most, apart from those of its last row.
pub const FINDINGS_MAX: u16 = 1_000;

/// Something found in a row, or in the header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportFinding {
    /// Row below the header, from 1; 0 for the header.
    pub row: u64,
    /// Line of the file, as the program shows it in which the file is opened, from 1; 0 where no
    /// line is known.
    #[serde(default)]
    pub line: u64,
    /// Stable code.
    #[schema(example = "REQUIRED_MISSING")]
    pub code: String,
    /// Whether it rejects the row.
    pub severity: Severity,
    /// Chinese name of the field; `None` where it concerns the row.
    #[schema(example = "行政处罚决定书文号")]
    pub field: Option<String>,
    /// For people, in Chinese.
    pub message_zh: String,
    /// For people, in English.
    pub message_en: String,
}

/// Weight of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The row is rejected.
    Error,
    /// To be followed up.
    Warning,
}

/// Findings of an import, by rising row. The findings of one row are never parted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FindingsPage {
    /// BLAKE3 of the file.
    pub import: HexBytes,
    /// The findings.
    pub findings: Vec<ImportFinding>,
    /// `after` of the next page; `None` when this is the last.
    pub next: Option<u32>,
}
