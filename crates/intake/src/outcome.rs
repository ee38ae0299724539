//! What became of one row.

use tiaoxi_catalog::{Finding, Severity};
use tiaoxi_credit::Record;

use crate::finding;

/// What became of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The row is a record.
    Accepted {
        /// Row below the header, from 1.
        row: u32,
        /// What it says.
        record: Record,
        /// What is odd about it.
        warnings: Vec<Finding>,
    },
    /// The row is no record, or contradicts an earlier one.
    Rejected {
        /// Row below the header, from 1.
        row: u32,
        /// Its cells as they stand in the file, in the order of its columns; cells beyond the
        /// limits are cut, bytes that are no UTF-8 replaced.
        cells: Vec<String>,
        /// Why; at least one is an error.
        findings: Vec<Finding>,
    },
    /// An earlier row says exactly the same. Counted, and otherwise ignored.
    Duplicate {
        /// Row below the header, from 1.
        row: u32,
        /// The row that said it first.
        first_row: u32,
    },
}

impl Outcome {
    /// The code under which a row that became no record is counted: its first error, or
    /// [`finding::DUPLICATE_IN_FILE`].
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Accepted { .. } => None,
            Self::Duplicate { .. } => Some(finding::DUPLICATE_IN_FILE),
            Self::Rejected { findings, .. } => findings
                .iter()
                .find(|finding| finding.severity == Severity::Error)
                .map(|finding| finding.code),
        }
    }
}
