//! From a record to a decision on a repair or an objection.

use serde::Deserialize;
use tiaoxi_credit::{Day, Subject};

use super::SourceFault;
use super::fault::quoted;
use super::source::{DecisionReading, Row};
use crate::check::clean;

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// 信用修复.
    Repair,
    /// 异议成立.
    ObjectionUpheld,
    /// 异议不成立.
    ObjectionDismissed,
}

impl Outcome {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Repair => "repair",
            Self::ObjectionUpheld => "objection-upheld",
            Self::ObjectionDismissed => "objection-dismissed",
        }
    }

    /// Its word on screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Repair => "信用修复",
            Self::ObjectionUpheld => "异议成立",
            Self::ObjectionDismissed => "异议不成立",
        }
    }
}

/// A decision on a repair or an objection, as a record tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeDecision {
    /// What was decided.
    pub outcome: Outcome,
    /// Whose application it answers.
    pub subject: Subject,
    /// Number of the decision.
    pub document: String,
    /// Day of application: the handling clock runs from here.
    pub applied: Day,
    /// Day of the decision: the propagation clock runs from here.
    pub decided: Day,
    /// Number of the decision that was repaired or objected to.
    pub of_document: String,
    /// Unified code of the authority that had taken it.
    pub of_authority: String,
    /// In words; empty where there are none.
    pub reason: String,
}

/// Codes of the fields that a decision is read from.
#[derive(Clone, Debug)]
pub(super) struct DecisionFields {
    pub(super) outcome: String,
    pub(super) applied: String,
    pub(super) of_document: String,
    pub(super) of_authority: String,
    pub(super) reason: String,
}

impl DecisionFields {
    pub(super) fn codes(&self) -> Vec<&str> {
        let Self { outcome, applied, of_document, of_authority, reason } = self;
        vec![outcome, applied, of_document, of_authority, reason]
    }
}

pub(super) fn read(
    reading: &DecisionReading,
    row: Row<'_>,
) -> Result<OutcomeDecision, SourceFault> {
    let fields = &reading.fields;
    let word = row.needed(&fields.outcome)?;
    let outcome = reading.outcomes.get(clean::tokens(&word).as_ref()).copied();
    let outcome = outcome.ok_or_else(|| SourceFault::UnknownOutcome { word: quoted(&word) })?;
    let (applied, decided) = (row.day(&fields.applied)?, row.record.decided);
    if applied > decided {
        return Err(SourceFault::DatesOutOfOrder { earlier: applied, later: decided });
    }
    Ok(OutcomeDecision {
        outcome,
        subject: row.record.subject.clone(),
        document: row.record.document.clone(),
        applied,
        decided,
        of_document: row.needed(&fields.of_document)?,
        of_authority: row.needed(&fields.of_authority)?,
        reason: row.said(&fields.reason)?,
    })
}
