//! The logs and duties of agreements, and who joins them when a charter is amended.
//!
//! Only what is new is touched: whatever people have written for those who took part before stays.

use std::collections::BTreeSet;

use tiaoxi_credit::Kind;

use super::{majority, names};
use crate::{
    channel::Channel,
    member::Member,
    name::{AgreementId, MemberId},
    terms::{AgreementDocument, CharterDocument, DutyDocument, LogDocument},
};

/// The catalogue items whose records listings are made from; a listing carries the item's number.
const GROUNDS: [&str; 2] = ["yzsx", "hypj"];

/// Gives the agreements of a charter the logs and duties that they lack against the version before.
pub(super) fn complete(document: &mut CharterDocument, before: Option<&CharterDocument>) {
    let (items, items_before) = (grounds(document), before.map(grounds).unwrap_or_default());
    let new_items: Vec<u16> =
        items.iter().filter(|item| !items_before.contains(item)).copied().collect();
    for agreement in document.agreements.clone() {
        let known = before.and_then(|before| {
            before.agreements.iter().find(|known| known.id == agreement.id).map(|known| {
                Circle::of(known, &before.members).everybody().cloned().collect::<BTreeSet<_>>()
            })
        });
        let circle = Circle::of(&agreement, &document.members);
        let joins =
            |member: &&MemberId| known.as_ref().is_none_or(|known| !known.contains(*member));
        let newcomers: Vec<MemberId> = circle.everybody().filter(joins).cloned().collect();
        let logs = circle.logs(&agreement.id);
        extend_logs(&mut document.logs, logs, &newcomers);

        let (exchange, ends) = (Channel::exchange(&agreement.id), Channel::ends(&agreement.id));
        let mut grant = |members: &[MemberId], kinds: &[Kind], items: &[u16], channel: &Channel| {
            let channels = vec![channel.clone()];
            let (members, items) = (members.to_vec(), items.to_vec());
            let duty = DutyDocument { members, statements: names(kinds), items, channels };
            add_duty(&mut document.duties, duty);
        };
        if known.is_some() && !new_items.is_empty() {
            let old: Vec<_> =
                circle.parties.iter().filter(|party| !joins(party)).cloned().collect();
            grant(&old, &[Kind::Listing], &new_items, &exchange);
        }
        let parties: Vec<_> = circle.parties.iter().filter(joins).cloned().collect();
        if !items.is_empty() {
            grant(&parties, &[Kind::Listing], &items, &exchange);
        }
        // A listing of no item stays admitted when its ground's item joins the charter later.
        grant(&parties, exchange.kind().says, &[], &exchange);
        grant(&newcomers, ends.kind().says, &[], &ends);
    }
}

fn grounds(document: &CharterDocument) -> Vec<u16> {
    let is_ground = |slug: &str| GROUNDS.contains(&slug);
    document
        .items
        .iter()
        .filter(|item| is_ground(item.slug.as_str()))
        .map(|item| item.number)
        .collect()
}

/// Who takes part in an agreement.
struct Circle {
    parties: Vec<MemberId>,
    /// Each with its hub, a party.
    counties: Vec<(MemberId, MemberId)>,
}

impl Circle {
    fn of(agreement: &AgreementDocument, members: &[Member]) -> Self {
        let parties = agreement.parties.clone();
        let of_party = |member: &Member| {
            let hub = member.hub.as_ref().filter(|hub| parties.contains(hub))?;
            Some((member.id.clone(), hub.clone()))
        };
        let counties = members.iter().filter_map(of_party).collect();
        Self { parties, counties }
    }

    fn everybody(&self) -> impl Iterator<Item = &MemberId> {
        self.parties.iter().chain(self.counties.iter().map(|(county, _)| county))
    }

    /// The logs of the agreement as they would be if it were new.
    fn logs(&self, id: &AgreementId) -> Vec<LogDocument> {
        let log = |member: &MemberId, channel, audience, deciders: Vec<MemberId>| {
            let (member, epoch, suite, closed) = (member.clone(), 1, 1, None);
            let quorum = quorum(&channel, deciders.len());
            LogDocument { member, channel, epoch, suite, audience, deciders, quorum, closed }
        };
        let mut logs = Vec::new();
        for party in &self.parties {
            let audience: Vec<_> =
                self.everybody().filter(|member| *member != party).cloned().collect();
            let others: Vec<_> =
                self.parties.iter().filter(|other| *other != party).cloned().collect();
            let own: Vec<_> = self
                .counties
                .iter()
                .filter(|(_, hub)| hub == party)
                .map(|(county, _)| county.clone())
                .collect();
            let deciders = if own.is_empty() { others.clone() } else { own.clone() };
            logs.push(log(party, Channel::exchange(id), audience.clone(), deciders));
            logs.push(log(party, Channel::ends(id), audience, [others, own].concat()));
        }
        for (county, hub) in &self.counties {
            let hub = vec![hub.clone()];
            logs.push(log(county, Channel::ends(id), hub.clone(), hub));
        }
        logs
    }
}

/// Adds the logs of newcomers, and newcomers to the logs that are there.
fn extend_logs(logs: &mut Vec<LogDocument>, wanted: Vec<LogDocument>, newcomers: &[MemberId]) {
    for wanted in wanted {
        let epochs = logs
            .iter_mut()
            .filter(|log| log.member == wanted.member && log.channel == wanted.channel);
        let mut known = false;
        for log in epochs {
            known = true;
            join(&mut log.audience, &wanted.audience, newcomers);
            // Who decides for a closed log is settled.
            if log.closed.is_none() {
                let drafted = log.quorum == quorum(&log.channel, log.deciders.len());
                join(&mut log.deciders, &wanted.deciders, newcomers);
                if drafted {
                    log.quorum = quorum(&log.channel, log.deciders.len());
                }
            }
        }
        if !known && newcomers.contains(&wanted.member) {
            logs.push(wanted);
        }
    }
}

/// How many of the deciders of a log must hold a checkpoint: one of those of `ends`, which is there
/// to be seen, and most of those of `exchange`.
fn quorum(channel: &Channel, deciders: usize) -> u16 {
    let helps_the_subject = channel.agreement().is_some_and(|id| *channel == Channel::ends(id));
    if helps_the_subject { majority(deciders).min(1) } else { majority(deciders) }
}

fn join(list: &mut Vec<MemberId>, wanted: &[MemberId], newcomers: &[MemberId]) {
    for member in wanted.iter().filter(|member| newcomers.contains(member)) {
        if !list.contains(member) {
            list.push(member.clone());
        }
    }
}

/// Adds a duty: to one that says the same of other members or items, where there is one.
pub(super) fn add_duty(duties: &mut Vec<DutyDocument>, wanted: DutyDocument) {
    if wanted.members.is_empty() {
        return;
    }
    let likes = |duty: &DutyDocument| {
        duty.statements == wanted.statements && duty.channels == wanted.channels
    };
    let same_items = |duty: &&mut DutyDocument| likes(duty) && duty.items == wanted.items;
    if let Some(duty) = duties.iter_mut().find(same_items) {
        let members = wanted.members.into_iter();
        let new: Vec<_> = members.filter(|member| !duty.members.contains(member)).collect();
        duty.members.extend(new);
        return;
    }
    let of_items = |duty: &DutyDocument| !duty.items.is_empty() && !wanted.items.is_empty();
    let same_members =
        |duty: &&mut DutyDocument| likes(duty) && of_items(duty) && duty.members == wanted.members;
    if let Some(duty) = duties.iter_mut().find(same_members) {
        let new: Vec<_> =
            wanted.items.into_iter().filter(|item| !duty.items.contains(item)).collect();
        duty.items.extend(new);
        duty.items.sort_unstable();
        return;
    }
    duties.push(wanted);
}

#[cfg(test)]
mod tests;
