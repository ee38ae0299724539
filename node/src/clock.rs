//! The one place that asks the system for the time.

use std::time::{Duration, SystemTime};

use tiaoxi_credit::Day;

/// POSIX time in seconds.
pub(crate) fn unix_seconds() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "the one named place")]
    let now = SystemTime::now();
    now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs()
}

/// Today in Beijing.
pub(crate) fn today() -> Day {
    Day::in_beijing(unix_seconds())
}
