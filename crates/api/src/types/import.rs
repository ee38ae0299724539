//! Taking in a file: how it ended, how far it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::HexBytes;

/// How an import ended. Numbers of entries may still change until they are signed; what stays is
/// the digest and the row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportSummary {
    /// BLAKE3 of the file: the name of the import.
    pub import: HexBytes,
    /// Slug of the catalogue item.
    pub item: String,
    /// Rows below the header.
    pub rows: u64,
    /// Rows that became records and are acknowledged.
    pub accepted: u64,
    /// Rows that repeat an earlier one in every respect, skipped.
    pub duplicates: u64,
    /// Rows that were rejected.
    pub rejected: u64,
    /// Rejected rows by the code of their first error.
    pub rejected_by: BTreeMap<String, u64>,
    /// Warnings in accepted rows.
    pub warnings: u64,
    /// Rows that an earlier, interrupted import of the same file had acknowledged: 0 for none.
    pub resumed_from_row: u64,
    /// The same file was taken in before; nothing was done now.
    pub already_complete: bool,
    /// Path of the rejected rows on the node's machine; `None` when there are none.
    pub rejected_file: Option<String>,
    /// The first findings, at most 20.
    pub findings: Vec<ImportFinding>,
    /// Origin of the log that the records went to.
    pub log: String,
    /// The entries appended, provisional until signed; `None` when there are none.
    pub entries: Option<EntryRange>,
}

/// Entries of a log, from `first` to before `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryRange {
    /// The first.
    pub first: u64,
    /// One behind the last.
    pub end: u64,
}

/// Something found in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFinding {
    /// Row below the header, from 1.
    pub row: u64,
    /// Stable code.
    pub code: String,
    /// Whether it rejects the row.
    pub severity: Severity,
    /// Chinese name of the field; `None` where it concerns the row.
    pub field: Option<String>,
    /// For people, in Chinese.
    pub message_zh: String,
    /// For people, in English.
    pub message_en: String,
}

/// Weight of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The row is rejected.
    Error,
    /// To be followed up.
    Warning,
}

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// Rows are being read.
    Running,
    /// Every accepted row is acknowledged.
    Complete,
    /// Cut off; importing the file again goes on from here.
    Interrupted,
}

/// How far an import is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportProgress {
    /// BLAKE3 of the file.
    pub import: HexBytes,
    /// Where it stands.
    pub state: ImportState,
    /// Rows read and judged.
    pub rows_read: u64,
    /// Rows up to which every accepted one is durable.
    pub rows_acknowledged: u64,
}
