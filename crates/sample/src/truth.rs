//! What intake must make of an invented file.

use std::collections::BTreeMap;

/// How many rows of a file are expected to become what, and which ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Truth {
    /// Line of the header, from 1; the rows begin on the next one, and no row takes two.
    pub header_line: u64,
    /// Rows below the header, blank ones included.
    pub rows: u64,
    /// Rows that become records, cleaned and late ones included.
    pub accepted: u64,
    /// Rows that repeat an earlier one word for word, to be skipped.
    pub duplicates: u64,
    /// Rows to be rejected, by the code of their first error.
    pub rejected: BTreeMap<&'static str, u64>,
    /// Accepted rows in each of which one cell is cleaned: full width, stray or invisible blanks, a
    /// time of day behind a date.
    pub cleaned: u64,
    /// Accepted rows of decisions that were late already when the others were made
    /// ([`crate::Plan::newest`]).
    pub late: u64,
    /// Rows of empty cells, to be passed over.
    pub blank: u64,
    /// Every row that is not just accepted, in their order.
    special: Vec<(u64, Verdict)>,
}

/// What one row must become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A record.
    Accepted {
        /// One of its cells is cleaned.
        cleaned: bool,
        /// The decision was late already when the others were made.
        late: bool,
    },
    /// Skipped: the record is that of an earlier row.
    Duplicate {
        /// That row.
        first_row: u64,
    },
    /// Rejected with this code first.
    Rejected(&'static str),
    /// Passed over: it has no text.
    Blank,
}

impl Verdict {
    /// A record as it stands.
    pub(crate) const PLAIN: Self = Self::Accepted { cleaned: false, late: false };
}

impl Truth {
    /// Of a file without rows whose header stands on a line.
    pub(crate) fn below(header_line: u64) -> Self {
        Self { header_line, ..Self::default() }
    }

    /// All rows to be rejected.
    pub fn rejected_total(&self) -> u64 {
        self.rejected.values().sum()
    }

    /// What a row must become; rows count from 1 below the header, blank ones included.
    pub fn verdict(&self, row: u64) -> Verdict {
        let found = self.special.binary_search_by_key(&row, |(row, _)| *row);
        let special = found.ok().and_then(|place| self.special.get(place));
        special.map_or(Verdict::PLAIN, |(_, verdict)| *verdict)
    }

    /// Every row with what it must become, in their order.
    pub fn verdicts(&self) -> impl Iterator<Item = (u64, Verdict)> {
        let mut special = self.special.iter().copied().peekable();
        (1..=self.rows)
            .map(move |row| special.next_if(|(it, _)| *it == row).unwrap_or((row, Verdict::PLAIN)))
    }

    /// Counts the next row.
    pub(crate) fn enter(&mut self, verdict: Verdict) {
        self.rows += 1;
        match verdict {
            Verdict::Accepted { cleaned, late } => {
                self.accepted += 1;
                self.cleaned += u64::from(cleaned);
                self.late += u64::from(late);
            }
            Verdict::Duplicate { .. } => self.duplicates += 1,
            Verdict::Rejected(code) => *self.rejected.entry(code).or_default() += 1,
            Verdict::Blank => self.blank += 1,
        }
        if verdict != Verdict::PLAIN {
            self.special.push((self.rows, verdict));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_names_every_row() {
        let verdicts = [
            Verdict::PLAIN,
            Verdict::Rejected("CODE_LENGTH"),
            Verdict::Blank,
            Verdict::Accepted { cleaned: true, late: false },
            Verdict::Accepted { cleaned: false, late: true },
            Verdict::Duplicate { first_row: 1 },
            Verdict::PLAIN,
        ];
        let mut truth = Truth::default();
        for verdict in verdicts {
            truth.enter(verdict);
        }
        assert!(truth.verdicts().eq((1..).zip(verdicts)));
        assert!((1..).zip(verdicts).all(|(row, verdict)| truth.verdict(row) == verdict));
        assert_eq!((truth.rows, truth.accepted, truth.duplicates), (7, 4, 1));
        assert_eq!((truth.cleaned, truth.late, truth.blank), (1, 1, 1));
        assert_eq!(truth.rejected_total(), 1);
    }
}
