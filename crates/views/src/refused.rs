//! Entries that are kept but count for nothing, with the reason: inadmissible or unreadable.
//!
//! For operators. Bounded: every entry is counted by its reason, the newest of each log are listed.
//! Does not judge anything; when the charter grows, the node clears the list and judges again.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::EntryRef;

/// Most entries listed.
pub const LISTED_MAX: usize = 10_000;

/// Why an entry counts for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Stable code, for example `NO_DUTY`.
    pub code: Cow<'static, str>,
    /// For people, in Chinese. Never a word of the body.
    pub zh: String,
    /// For people, in English. Never a word of the body.
    pub en: String,
}

/// The list. Each entry is to be told once.
#[derive(Clone, Debug, Default)]
pub struct Refused {
    logs: BTreeMap<u32, BTreeMap<u64, Reason>>,
    listed: usize,
    counts: BTreeMap<Cow<'static, str>, u64>,
}

impl Refused {
    /// Nothing is refused yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts and lists an entry. When the list is full, the oldest entry of the log with the most
    /// goes: a flood from one member does not push out what others sent.
    pub fn add(&mut self, entry: EntryRef, reason: Reason) {
        let code = reason.code.clone();
        if self.logs.entry(entry.log).or_default().insert(entry.number, reason).is_some() {
            return;
        }
        *self.counts.entry(code).or_default() += 1;
        self.listed += 1;
        if self.listed > LISTED_MAX {
            self.drop_one();
        }
    }

    fn drop_one(&mut self) {
        let longest = self.logs.values_mut().max_by_key(|entries| entries.len());
        if longest.and_then(BTreeMap::pop_first).is_some() {
            self.listed -= 1;
        }
    }

    /// How many entries each reason has refused, listed or not.
    pub fn counts(&self) -> &BTreeMap<Cow<'static, str>, u64> {
        &self.counts
    }

    /// The listed entries of a log, newest first.
    pub fn of_log(&self, log: u32) -> impl Iterator<Item = (u64, &Reason)> {
        let entries = self.logs.get(&log).into_iter().flat_map(|entries| entries.iter().rev());
        entries.map(|(number, reason)| (*number, reason))
    }

    /// The newest `count` of every log, by log, newest first.
    pub fn newest(&self, count: usize) -> impl Iterator<Item = (EntryRef, &Reason)> {
        self.logs.iter().flat_map(move |(log, entries)| {
            entries
                .iter()
                .rev()
                .take(count)
                .map(|(number, reason)| (EntryRef { log: *log, number: *number }, reason))
        })
    }

    /// Forgets everything, before all entries are judged again.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(code: &'static str) -> Reason {
        Reason { code: code.into(), zh: "无此职责".into(), en: "no duty".into() }
    }

    #[test]
    fn entries_are_counted_by_reason_and_listed_newest_first() {
        let mut refused = Refused::new();
        for (log, number, code) in [(1, 5, "NO_DUTY"), (1, 9, "UNREADABLE"), (2, 1, "NO_DUTY")] {
            refused.add(EntryRef { log, number }, reason(code));
        }
        refused.add(EntryRef { log: 2, number: 1 }, reason("NO_DUTY"));
        let counts: Vec<_> = refused.counts().iter().map(|(code, n)| (code.as_ref(), *n)).collect();
        assert_eq!(counts, [("NO_DUTY", 2), ("UNREADABLE", 1)]);
        assert_eq!(refused.of_log(1).map(|(number, _)| number).collect::<Vec<_>>(), [9, 5]);
        assert_eq!(refused.of_log(3).count(), 0);
        let newest: Vec<_> = refused.newest(1).map(|(e, _)| (e.log, e.number)).collect();
        assert_eq!(newest, [(1, 9), (2, 1)]);
        refused.clear();
        assert_eq!((refused.counts().len(), refused.newest(9).count()), (0, 0));
    }

    #[test]
    fn a_flood_in_one_log_is_bounded_and_leaves_the_others_listed() {
        let mut refused = Refused::new();
        refused.add(EntryRef { log: 1, number: 0 }, reason("NO_DUTY"));
        let flood = LISTED_MAX as u64 + 50;
        for number in 0..flood {
            refused.add(EntryRef { log: 2, number }, reason("NO_DUTY"));
        }
        assert_eq!(refused.of_log(1).count(), 1);
        assert_eq!(refused.of_log(2).count(), LISTED_MAX - 1);
        assert_eq!(refused.of_log(2).next().map(|(number, _)| number), Some(flood - 1));
        assert_eq!(refused.counts().get("NO_DUTY"), Some(&(flood + 1)));
    }
}
