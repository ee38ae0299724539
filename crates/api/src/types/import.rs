//! How an import ended, or how it would end.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{HexBytes, ImportFinding};

/// Findings and offered corrections that a summary carries at most, of each.
pub const SUMMARY_SAMPLES_MAX: usize = 20;

/// How an import ended, or, for a preview, how it would end. Numbers of entries may still change
/// until they are signed; what stays is the digest and the row.
///
/// `rows` = `accepted` + `duplicates` + `known` + `corrections` + `withdrawn` + `rejected` +
/// `examples`; of `corrections`, `corrected` were taken in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ImportSummary {
    /// BLAKE3 of the file: the name of the import.
    pub import: HexBytes,
    /// Slug of the catalogue item, named by the caller or recognised from the header.
    #[schema(example = "xzcf")]
    pub item: String,
    /// What the file turned out to be.
    pub file: FileShown,
    /// Nothing was appended: the import waits for its confirmation.
    pub preview: bool,
    /// Rows below the header; blank ones are not counted.
    pub rows: u64,
    /// Rows that became records and are acknowledged (preview: would become).
    pub accepted: u64,
    /// Rows that repeat an earlier one of the file in every respect, skipped.
    pub duplicates: u64,
    /// Rows whose record stands in the log already with the same content, skipped.
    pub known: u64,
    /// Rows whose record stands in the log with other content: a correction, taken in or only
    /// offered.
    pub corrections: u64,
    /// Those of them that were taken in as corrections.
    pub corrected: u64,
    /// Rows whose record was withdrawn before; they need a reviewer's word. With it they are in
    /// `accepted` instead.
    pub withdrawn: u64,
    /// Rows that were rejected.
    pub rejected: u64,
    /// Rejected rows by the code of their first error.
    pub rejected_by: BTreeMap<String, u64>,
    /// Warnings in accepted rows.
    pub warnings: u64,
    /// These warnings by code.
    pub warned_by: BTreeMap<String, u64>,
    /// Cells of accepted rows whose text was cleaned: full-width characters, stray spaces.
    pub cleaned_cells: u64,
    /// Accepted rows reported after their deadline.
    pub late: u64,
    /// Working days of the latest of them beyond its deadline.
    pub late_workdays_max: u32,
    /// Rows whose deadline is counted by weekends only: the calendar ends before it.
    pub provisional: u64,
    /// Example rows of the template that were left in, skipped.
    pub examples: u64,
    /// Fields that the caller filled for every row: field code → text.
    pub filled: BTreeMap<String, String>,
    /// Rows that an earlier, interrupted import of the same file had acknowledged: 0 for none.
    pub resumed_from_row: u64,
    /// The same file was taken in before; nothing was done now.
    pub already_complete: bool,
    /// Path of the rejected rows over HTTP, `/v1/imports/{digest}/rejected`; `None` when there are
    /// none.
    pub rejected_file: Option<String>,
    /// Kind of file in which rejected rows come back unless asked otherwise: `csv`, `tsv`, `xlsx`.
    #[schema(example = "xlsx")]
    pub rejected_kind: Option<String>,
    /// Files that the rejected rows come in; 0 when there are none.
    pub rejected_parts: u32,
    /// When upload and rejected rows are removed, Beijing time.
    #[schema(format = DateTime, example = "2026-12-01T09:30:00+08:00")]
    pub kept_until: Option<String>,
    /// The first findings, at most 20; the others come in pages.
    pub findings: Vec<ImportFinding>,
    /// The first corrections offered, at most 20.
    pub offered: Vec<OfferedCorrection>,
    /// Origin of the log that the records go to.
    #[schema(example = "huzhou/deqing/records/1")]
    pub log: String,
    /// The entries appended to it, provisional until signed; `None` when there are none.
    pub entries: Option<EntryRange>,
}

/// What an imported file turned out to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct FileShown {
    /// `csv`, `tsv`, `xlsx` or `xls`.
    #[schema(example = "xlsx")]
    pub kind: String,
    /// `UTF-8`, `UTF-8 BOM` or `GB18030`; `None` for a workbook.
    pub encoding: Option<String>,
    /// What stands between the cells of a text file; `None` for a workbook.
    pub delimiter: Option<String>,
    /// The sheet that is read; `None` for a text file.
    #[schema(example = "行政处罚")]
    pub sheet: Option<String>,
    /// Every visible sheet of the workbook, in its order.
    pub sheets: Vec<String>,
    /// Line of the header, as the program shows it in which the file is opened, from 1.
    #[schema(example = 2)]
    pub header_line: u64,
    /// Year of an older generation of headers that was mapped; `None`: the present one.
    #[schema(example = 2016)]
    pub generation: Option<u16>,
}

/// A row whose record stands in the log with other content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct OfferedCorrection {
    /// Row below the header, from 1.
    pub row: u64,
    /// Line of the file.
    pub line: u64,
    /// Origin of the log with the record as it stands.
    pub log: String,
    /// Its number there.
    pub number: u64,
    /// Codes of the fields that differ.
    #[schema(example = json!(["CF_NR_FK"]))]
    pub fields: Vec<String>,
    /// Day of the decision in the row, `YYYY-MM-DD`.
    #[schema(format = Date, example = "2026-11-20")]
    pub decided: String,
}

/// Entries of a log, from `first` to before `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EntryRange {
    /// The first.
    pub first: u64,
    /// One behind the last.
    pub end: u64,
}
