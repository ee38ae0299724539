//! What intake must make of an invented file.

use std::collections::BTreeMap;

/// How many rows of a file are expected to become what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Truth {
    /// Rows below the header.
    pub rows: u64,
    /// Rows that become records.
    pub accepted: u64,
    /// Rows that repeat an earlier one word for word, to be skipped.
    pub duplicates: u64,
    /// Rows to be rejected, by the code of their first error.
    pub rejected: BTreeMap<&'static str, u64>,
}

impl Truth {
    /// All rows to be rejected.
    pub fn rejected_total(&self) -> u64 {
        self.rejected.values().sum()
    }
}
