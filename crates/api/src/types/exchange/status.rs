//! How the exchange between members is, for operators.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ClockKind;
use crate::types::{Date, Place};

/// Rows of each list of an [`ExchangeStatus`]; beside each stands how many there are.
pub const EXCHANGE_LISTED_MAX: usize = 100;

/// How the exchange between members is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExchangeStatus {
    /// What counts as now, in seconds of POSIX time: the later of the own clock and the median of
    /// the members.
    pub now: u64,
    /// The own clock, in seconds of POSIX time.
    pub own_clock: u64,
    /// Ids of the agreements, by rising id.
    pub agreements: Vec<String>,
    /// The newest heartbeat of every log that has them.
    pub heartbeats: Vec<HeartbeatShown>,
    /// Listings here.
    pub listings: u64,
    /// Of these, in force at their origin.
    pub in_force: u64,
    /// Of these, waiting for an officer here.
    pub undecided: u64,
    /// Of these, with officers here who decided otherwise.
    pub contradictory: u64,
    /// Statements about entries that are not here yet, at most 100.
    pub waiting: Vec<Waiting>,
    /// How many there are.
    pub waiting_total: u64,
    /// Listings and recognitions that break an agreement, at most 100.
    pub refused: Vec<RefusedShown>,
    /// How many there are.
    pub refused_total: u64,
    /// Clocks that warn or are late, at most 100.
    pub late: Vec<LateShown>,
    /// How many there are.
    pub late_total: u64,
}

/// A member's word that this was its newest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HeartbeatShown {
    /// Id of the member.
    pub member: String,
    /// Origin of the log.
    pub log: String,
    /// When it said so, in seconds of POSIX time.
    pub unix_seconds: u64,
    /// Seconds since then; negative where the member's clock is ahead.
    pub age_seconds: i64,
    /// What the member said counts as its newest.
    pub fresh: bool,
}

/// A statement about an entry that is not here yet; no error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Waiting {
    /// The statement.
    pub by: Place,
    /// Name of its kind.
    #[schema(example = "recognition")]
    pub kind: String,
    /// The entry that it is about; `None` where what it names can never be one.
    pub about: Option<Place>,
}

/// A listing or recognition that breaks its agreement, and who says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefusedShown {
    /// The listing or recognition.
    pub place: Place,
    /// Id of the member that refused it; `None`: refused here.
    pub by: Option<String>,
    /// Stable code.
    pub code: String,
    /// For people, in Chinese.
    pub zh: String,
    /// For people, in English.
    pub en: String,
}

/// A clock that warns or is late.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LateShown {
    /// The listing.
    pub listing: Place,
    /// Which clock.
    pub what: ClockKind,
    /// Last day in time.
    pub due: Date,
    /// Ids of the members that it waits for.
    pub members: Vec<String>,
}
