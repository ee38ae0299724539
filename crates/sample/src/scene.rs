//! What all rows of one file share: the office, the days, and how a subject is written down.

use tiaoxi_credit::SubjectClass;

use crate::{
    Office,
    dates::{Dates, LEAD_DAYS, Window},
    random::Random,
    row::{Digits, Row},
    subject::Subject,
};

/// The office and the time in which a file plays.
pub(crate) struct Scene<'a> {
    office: &'a Office,
    dates: Dates,
    /// Over how many days decisions are spread.
    decision_days: u32,
    /// First document number of the file, so that files of different seeds do not meet.
    first_serial: u64,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(office: &'a Office, seed: u64, window: Window) -> Self {
        let range = Random::new(seed).below(9000) + 1000;
        Self {
            office,
            dates: Dates::around(window),
            decision_days: u32::from(window.days),
            first_serial: u64::from(range) * 10_000_000,
        }
    }

    pub(crate) fn place(&self) -> &str {
        self.office.place()
    }

    /// The day of a decision, counted as [`Self::date`] counts.
    pub(crate) fn decided(&self, random: &mut Random) -> u32 {
        LEAD_DAYS + random.below(self.decision_days)
    }

    pub(crate) fn date(&self, days: u32) -> &str {
        self.dates.text(days)
    }

    pub(crate) fn chinese_date(&self, days: u32) -> &str {
        self.dates.chinese(days)
    }

    /// A document number that no other row of the file has.
    pub(crate) fn document_cell(&self, row: &mut Row, word: &str, decided: u32, number: u64) {
        let serial = Digits::of(self.first_serial + number);
        let year = self.dates.year(decided);
        row.cell(&[self.place(), word, "〔", year, "〕第", serial.as_str(), "号"]);
    }

    /// Name and code of the office.
    pub(crate) fn authority_cells(&self, row: &mut Row) {
        row.cell(&[&self.office.name]);
        row.cell(&[&self.office.uscc]);
    }
}

/// The first 13 cells of both formats: name, class, codes, representative, papers.
pub(crate) fn subject_cells(row: &mut Row, subject: &Subject, random: &mut Random) {
    row.cell(&[&subject.name]);
    row.cell(&[subject.class.label().expect("the pool has known classes")]);
    if subject.class == SubjectClass::NATURAL_PERSON {
        row.blanks(9);
        row.cell(&["身份证"]);
        row.cell(&[&subject.code]);
        return;
    }
    row.cell(&[&subject.code]);
    row.blanks(5);
    row.cell(&[&subject.representative]);
    if random.chance(12) {
        row.cell(&["身份证"]);
        row.cell(&[&subject.representative_number]);
    } else {
        row.blanks(2);
    }
    row.blanks(2);
}
