//! The two clocks: handling (application to decision) and propagation (decision to last receipt).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::types::Date;

/// Which clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClockKind {
    /// 办理: from an application or objection to its decision.
    Handling,
    /// 传达: from a decision to the last receipt.
    Propagation,
}

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClockState {
    /// Within two thirds of its time.
    Running,
    /// Beyond two thirds of its time.
    Warning,
    /// Beyond its time.
    Late,
    /// What it waited for is done, in time or not.
    Done,
}

/// A clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClockShown {
    /// Which.
    pub what: ClockKind,
    /// It runs from this day.
    pub from: Date,
    /// Last day in time.
    pub due: Date,
    /// From this day on it warns.
    pub warns: Date,
    /// Day on which it was done; `None` while it runs.
    pub done: Option<Date>,
    /// How it stands.
    pub state: ClockState,
    /// Ids of the members that it waits for.
    pub late: Vec<String>,
    /// The calendar does not cover it: weekends only were counted.
    pub provisional: bool,
}
