//! What became of one row.

use tiaoxi_catalog::{Finding, Severity};
use tiaoxi_credit::Record;

use crate::{finding, lateness::Lateness};

/// What became of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Row below the header, from 1.
    pub row: u32,
    /// Where the clerk finds it: line of the text file, or row number of the sheet.
    pub line: u64,
    /// What became of it.
    pub verdict: Verdict,
}

/// Whether a row went in, and why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The row is a record.
    Accepted(Accepted),
    /// The row is no record, or contradicts an earlier one.
    Rejected {
        /// Why; at least one is an error.
        findings: Vec<Finding>,
    },
    /// An earlier row says exactly the same. Counted, and otherwise ignored.
    Duplicate {
        /// The row that said it first.
        first_row: u32,
    },
    /// The example row of the template, left in. Counted, and otherwise ignored.
    Example,
}

/// A row that is a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// What it says.
    pub record: Record,
    /// What is odd about it.
    pub warnings: Vec<Finding>,
    /// Cells whose text was changed by cleaning: full width, stray spaces.
    pub cleaned: u16,
    /// Whether it came in time; `None` where the item has no deadline.
    pub lateness: Option<Lateness>,
}

impl Verdict {
    /// The code under which a row that became no record is counted: its first error,
    /// [`finding::DUPLICATE_IN_FILE`] or [`finding::EXAMPLE_ROW`].
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Accepted(_) => None,
            Self::Duplicate { .. } => Some(finding::DUPLICATE_IN_FILE),
            Self::Example => Some(finding::EXAMPLE_ROW),
            Self::Rejected { findings } => findings
                .iter()
                .find(|finding| finding.severity == Severity::Error)
                .map(|finding| finding.code),
        }
    }
}
