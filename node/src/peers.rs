//! What is known of every other member right now: connected or not, last error, next try.
//!
//! Written by the links, read by the status page. Errors stay until the peer works again.

use std::collections::BTreeMap;

use parking_lot::Mutex;
use tiaoxi_federation::MemberId;

use crate::clock;

/// One member as seen from here.
#[derive(Clone, Debug, Default)]
pub(crate) struct PeerState {
    pub(crate) connected: bool,
    pub(crate) address: Option<String>,
    pub(crate) last_error: Option<String>,
    /// POSIX seconds of the next dial.
    pub(crate) next_try: Option<u64>,
}

/// What went wrong last with a log that we follow.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    pub(crate) what: String,
    /// POSIX seconds.
    pub(crate) at: u64,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct PeerBoard {
    peers: Mutex<BTreeMap<MemberId, PeerState>>,
    logs: Mutex<BTreeMap<String, Trouble>>,
}

impl PeerBoard {
    pub(crate) fn change(&self, member: &MemberId, change: impl FnOnce(&mut PeerState)) {
        change(self.peers.lock().entry(member.clone()).or_default());
    }

    pub(crate) fn states(&self) -> BTreeMap<MemberId, PeerState> {
        self.peers.lock().clone()
    }

    pub(crate) fn trouble(&self, log: &str, what: String) {
        let trouble = Trouble { what, at: clock::unix_seconds() };
        self.logs.lock().insert(log.to_owned(), trouble);
    }

    pub(crate) fn troubles(&self) -> BTreeMap<String, Trouble> {
        self.logs.lock().clone()
    }
}
