//! What officers have decided about listings, until enough of them have decided the same.
//!
//! An officer is a reviewer: a name with a token. Names stay at this node; what goes into the log
//! says only how many decided. Votes are facts of the store, so they survive a restart.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tiaoxi_credit::{Day, Inspection, statement::Decision};
use tiaoxi_logs::Facts;
use tiaoxi_recognition::Place;
use tiaoxi_store::Store;
use tracing::warn;

/// What the facts begin with.
const VOTE_PREFIX: &str = "officer-vote/";
/// What the facts of decisions taken begin with: who took them.
const DECIDED_PREFIX: &str = "officer-decided/";

/// What one officer has decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Vote {
    pub(crate) decision: Decision,
    pub(crate) inspection: Inspection,
    pub(crate) measures: Vec<String>,
    pub(crate) until: Day,
    pub(crate) reason: String,
    pub(crate) basis: String,
    /// When, in seconds since 1970.
    pub(crate) at: u64,
}

impl Vote {
    /// Whether both come to the same; the words may differ.
    fn agrees_with(&self, other: &Self) -> bool {
        let same_consequences = || {
            (self.inspection, self.until, &self.measures)
                == (other.inspection, other.until, &other.measures)
        };
        self.decision == other.decision && (!self.decision.recognises() || same_consequences())
    }
}

/// The votes on one listing, by officer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Votes(pub(crate) BTreeMap<String, Vote>);

impl Votes {
    /// Whether two officers have decided differently.
    pub(crate) fn are_contradictory(&self) -> bool {
        let mut votes = self.0.values();
        votes.next().is_some_and(|first| votes.any(|other| !other.agrees_with(first)))
    }

    /// What they give as their reasons, each once.
    pub(crate) fn reasons(&self) -> String {
        self.joined(|vote| &vote.reason)
    }

    /// What they found it on, each once.
    pub(crate) fn bases(&self) -> String {
        self.joined(|vote| &vote.basis)
    }

    fn joined(&self, text: fn(&Vote) -> &String) -> String {
        let mut texts: Vec<&str> = self.0.values().map(|vote| text(vote).as_str()).collect();
        texts.dedup();
        texts.join("；")
    }

    /// The names.
    pub(crate) fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}

fn key(prefix: &str, listing: &Place) -> String {
    format!("{prefix}{}#{}", listing.origin, listing.number)
}

/// The votes on a listing so far. `officers` are those who may decide now: the vote of one who was
/// struck off does not count.
pub(crate) fn votes(store: &Store, listing: &Place, officers: &[String]) -> Votes {
    let prefix = format!("{}/", key(VOTE_PREFIX, listing));
    let votes = store.meta_prefix(prefix.as_bytes()).into_iter().filter_map(|(key, value)| {
        let name = String::from_utf8(key.get(prefix.len()..)?.to_vec()).ok()?;
        if !officers.contains(&name) {
            return None;
        }
        match serde_json::from_slice(&value) {
            Ok(vote) => Some((name, vote)),
            Err(error) => {
                warn!(%error, "an officer's vote can't be read and does not count");
                None
            }
        }
    });
    Votes(votes.collect())
}

/// The fact of a vote.
pub(crate) fn vote_fact(listing: &Place, officer: &str, vote: &Vote) -> Facts {
    let key = format!("{}/{officer}", key(VOTE_PREFIX, listing));
    let value = serde_json::to_vec(vote).expect("plain data becomes JSON");
    vec![(key.into_bytes(), Some(value))]
}

/// The facts of a decision taken: the votes end, and who took it is kept.
pub(crate) fn decided_facts(listing: &Place, officers: &Votes, now: u64) -> Facts {
    let votes = officers
        .0
        .keys()
        .map(|officer| (format!("{}/{officer}", key(VOTE_PREFIX, listing)).into_bytes(), None));
    let names = officers.names();
    let decided = serde_json::json!({ "officers": names, "at": now }).to_string().into_bytes();
    let decided = (format!("{}@{now}", key(DECIDED_PREFIX, listing)).into_bytes(), Some(decided));
    votes.chain([decided]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vote(decision: Decision, reason: &str) -> Vote {
        Vote {
            decision,
            inspection: Inspection::MORE,
            measures: Vec::new(),
            until: Day(21_000),
            reason: reason.to_owned(),
            basis: String::new(),
            at: 1,
        }
    }

    #[test]
    fn officers_agree_on_what_they_decide_whatever_their_words() {
        let votes = |votes: &[(&str, Vote)]| {
            Votes(votes.iter().map(|(name, vote)| ((*name).to_owned(), vote.clone())).collect())
        };
        let accept = vote(Decision::ACCEPT, "标准一致");
        let same = vote(Decision::ACCEPT, "同意");
        let decline = vote(Decision::DECLINE, "已整改");
        assert!(!votes(&[]).are_contradictory());
        assert!(!votes(&[("甲", accept.clone())]).are_contradictory());
        assert!(!votes(&[("甲", accept.clone()), ("乙", same)]).are_contradictory());
        assert!(votes(&[("甲", accept.clone()), ("乙", decline)]).are_contradictory());
        let longer = Vote { until: Day(21_001), ..accept.clone() };
        assert!(votes(&[("甲", accept), ("乙", longer)]).are_contradictory());
    }
}
