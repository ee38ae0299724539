//! Which entry comes after which: what names another comes after it, and so does what follows it in
//! the same log.

use std::collections::{BTreeMap, BTreeSet};

use tiaoxi_credit::{Statement, statement::EntryName};

use crate::{
    place::Place,
    register::{Entry, Register, Spot},
};

/// How many entries stand one behind the other before each of these. Headers can be made to name
/// each other in a circle; what is in one, or behind one, has no rank.
pub(super) fn ranks(register: &Register, spots: &BTreeSet<Spot>) -> BTreeMap<Spot, usize> {
    let mut before: BTreeMap<Spot, usize> = BTreeMap::new();
    let mut behind: BTreeMap<Spot, Vec<Spot>> = BTreeMap::new();
    let mut last: Option<Spot> = None;
    // Spots rise by log, then by number.
    for spot in spots {
        let named = register.entry(*spot).map(|entry| named(register, entry)).unwrap_or_default();
        let mut named: BTreeSet<Spot> = named.into_iter().filter(|it| spots.contains(it)).collect();
        named.extend(last.replace(*spot).filter(|last| last.log == spot.log));
        before.insert(*spot, named.len());
        for target in named {
            behind.entry(target).or_default().push(*spot);
        }
    }
    let mut ranks = BTreeMap::new();
    let mut ready: Vec<Spot> =
        before.iter().filter(|(_, count)| **count == 0).map(|(spot, _)| *spot).collect();
    for rank in 0.. {
        if ready.is_empty() {
            break;
        }
        for spot in std::mem::take(&mut ready) {
            ranks.insert(spot, rank);
            for next in behind.get(&spot).into_iter().flatten() {
                if let Some(count) = before.get_mut(next) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push(*next);
                    }
                }
            }
        }
    }
    ranks
}

/// Everything that an entry names, in its header and in its body.
fn named(register: &Register, entry: &Entry) -> Vec<Spot> {
    let also: [Option<&EntryName>; 2] = match entry.statement.as_deref() {
        Some(Statement::End(end)) => [end.because.as_ref(), None],
        Some(Statement::Receipt(receipt)) => [receipt.own.as_ref(), None],
        _ => [None, None],
    };
    let also = also.into_iter().flatten().filter_map(|name| register.find(&Place::of(name)?));
    entry.names.iter().filter_map(|named| named.spot).chain(also).collect()
}
