//! What an agreement rests on beside its own text: the logs and duties of its channels, by whom they
//! are read and decided for, and under which keys. Compares two versions; knows no signatures.
//!
//! Compared is what is meant, not how it is written: lists of members are sets, and duties count as
//! the statements that they cover.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    channel::Channel,
    name::{MemberId, Slug},
    terms::{Agreement, Log, Terms},
};

/// Whose consent it takes that an agreement rests on what the next version says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Consent {
    /// That of these parties: of a new county's hub, and of whoever speaks under another key. None,
    /// where it rests on the same.
    Parties(BTreeSet<MemberId>),
    /// That of every party.
    Everybody,
}

/// Compares what `agreement`, whose parties are the same in both, rests on before and after.
pub(super) fn compare(before: &Terms, after: &Terms, agreement: &Agreement) -> Consent {
    let comparison = Comparison::new(before, after, agreement);
    comparison.consent().map_or(Consent::Everybody, Consent::Parties)
}

struct Comparison<'a> {
    before: &'a Terms,
    after: &'a Terms,
    agreement: &'a Agreement,
    /// Counties that did not take part before, each with its hub, a party.
    newcomers: BTreeMap<&'a MemberId, &'a MemberId>,
}

impl<'a> Comparison<'a> {
    fn new(before: &'a Terms, after: &'a Terms, agreement: &'a Agreement) -> Self {
        let newcomers = counties(after, agreement)
            .filter(|(county, _)| hub(before, county).is_none_or(|hub| !agreement.is_party(hub)))
            .collect();
        Self { before, after, agreement, newcomers }
    }

    /// The parties that must consent; none: all of them.
    fn consent(&self) -> Option<BTreeSet<MemberId>> {
        let mut parties = BTreeSet::new();
        for (county, party) in counties(self.before, self.agreement) {
            // Another hub answers for it, or other maps bind it.
            let moved = hub(self.after, county)
                .is_some_and(|hub| hub != party && self.agreement.is_party(hub));
            if moved {
                return None;
            }
        }
        for old in logs(self.before, self.agreement) {
            let new = self.after.log(old.origin())?;
            parties.extend(self.consent_to_changed(old, new)?);
        }
        let is_new = |log: &&Log| self.before.log(log.origin()).is_none();
        let mut new = logs(self.after, self.agreement).filter(is_new).peekable();
        if new.peek().is_some() {
            let ends = logs(self.before, self.agreement).filter(|log| self.is_ends(log));
            let granted = ends.flat_map(Log::granted).collect();
            for log in new {
                parties.insert(self.consent_to_new(log, &granted)?.clone());
            }
        }
        Some(parties)
    }

    fn is_ends(&self, log: &Log) -> bool {
        log.origin().channel == Channel::ends(self.agreement.id())
    }

    /// The parties that must consent to what the log has become; none: all of them.
    fn consent_to_changed(&self, old: &Log, new: &Log) -> Option<BTreeSet<MemberId>> {
        let owner = &old.origin().member;
        let same = old.closed() == new.closed()
            && old.suite() == new.suite()
            && old.grants_the_same_as(new);
        // How many decide for ends follows from whether anybody does.
        if !same || !(self.is_ends(new) || quorum_follows(old, new)) {
            return None;
        }
        let mut parties = BTreeSet::new();
        for reader in added(old.audience(), new.audience())? {
            let hub = self.newcomers.get(reader).filter(|_| self.agreement.is_party(owner))?;
            parties.insert((*hub).clone());
        }
        for decider in added(old.deciders(), new.deciders())? {
            let hub = self.newcomers.get(decider).filter(|hub| **hub == owner)?;
            parties.insert((*hub).clone());
        }
        if self.speaks_under_another_key(owner) {
            parties.insert(hub(self.before, owner).unwrap_or(owner).clone());
        }
        Some(parties)
    }

    /// The hub of the new county whose log of ends this is, where it reaches no further and says no
    /// more than others said in theirs, `granted`; none: it is something else.
    fn consent_to_new(&self, new: &Log, granted: &BTreeSet<(&Slug, u16)>) -> Option<&'a MemberId> {
        let hub = *self.newcomers.get(&new.origin().member)?;
        let reaches_its_hub = new.audience().iter().chain(new.deciders()).all(|it| it == hub);
        let follows = self.is_ends(new) && new.closed().is_none() && reaches_its_hub;
        (follows && new.granted().is_subset(granted)).then_some(hub)
    }

    /// Checkpoints are signed with the log key, heartbeats with the witness key too.
    fn speaks_under_another_key(&self, member: &MemberId) -> bool {
        let keys = |terms: &Terms| {
            let keys = &terms.member(member)?.keys;
            Some((keys.log, keys.witness))
        };
        keys(self.before) != keys(self.after)
    }
}

fn logs<'a>(terms: &'a Terms, agreement: &Agreement) -> impl Iterator<Item = &'a Log> {
    let of_agreement = |log: &&Log| log.origin().channel.agreement() == Some(agreement.id());
    terms.logs().filter(of_agreement)
}

fn hub<'a>(terms: &'a Terms, member: &MemberId) -> Option<&'a MemberId> {
    terms.member(member)?.hub.as_ref()
}

/// The counties that take part, each with its hub.
fn counties<'a>(
    terms: &'a Terms,
    agreement: &Agreement,
) -> impl Iterator<Item = (&'a MemberId, &'a MemberId)> {
    terms.members().filter_map(|member| {
        let hub = member.hub.as_ref().filter(|hub| agreement.is_party(hub))?;
        Some((&member.id, hub))
    })
}

/// Whom the new list has beside all of the old one; none if it lacks somebody.
fn added<'a>(old: &[MemberId], new: &'a [MemberId]) -> Option<Vec<&'a MemberId>> {
    let complete = old.iter().all(|member| new.contains(member));
    complete.then(|| new.iter().filter(|member| !old.contains(member)).collect())
}

/// Whether the quorum is that of before, and still so large that two quorums share a decider where
/// they did; or whether it grew with the deciders to just more than half, as it was.
fn quorum_follows(old: &Log, new: &Log) -> bool {
    let shares = |log: &Log| log.quorum() * 2 > log.deciders().len();
    let kept = old.quorum() == new.quorum() && (shares(new) || !shares(old));
    let least = |log: &Log| match log.deciders().len() {
        0 => 0,
        count => count / 2 + 1,
    };
    kept || (old.quorum() == least(old) && new.quorum() == least(new))
}

#[cfg(test)]
mod tests;
