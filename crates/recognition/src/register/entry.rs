//! One entry: its header, what it says, and whom it names.

use tiaoxi_credit::{
    Effect, Kind, Statement,
    statement::{End, EntryName, Listing, ObjectionMark, Receipt, Recognition},
};
use tiaoxi_federation::{Channel, Origin};
use tiaoxi_ledger::{
    Hash,
    header::{Concerned, Header, Relation},
};

use super::Spot;
use crate::place::Place;

/// As what an entry is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// As the entry concerned, by the header.
    Concerned,
    /// As the listing decided on or objected to.
    Listing,
    /// As the end that was obeyed.
    End,
    /// As the mark that is passed on.
    PassedOn,
}

/// What is meant to stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    Any,
    Listing,
    End,
    Mark,
}

/// An entry named by another.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) role: Role,
    pub(crate) fit: Fit,
    /// Set by the register, in exchange for `place`; `None` where nothing can stand there.
    pub(crate) spot: Option<Spot>,
    pub(super) place: Option<Place>,
    /// `None`: the header names no commitment.
    pub(crate) commitment: Option<Hash>,
    /// Whether the entry waits for it.
    pub(crate) waits: bool,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) header: Header,
    /// `None`: erased, withheld, of later software, or broken.
    pub(crate) statement: Option<Box<Statement>>,
    pub(crate) names: Vec<Named>,
}

impl Entry {
    pub(super) fn new(origin: &Origin, header: Header, statement: Option<Box<Statement>>) -> Self {
        let mut entry = Self { header, statement, names: Vec::new() };
        entry.names = entry.named(origin);
        entry
    }

    fn kind(&self) -> u8 {
        self.header.kind.kind()
    }

    fn effect(&self) -> Option<Effect> {
        Effect::from_bits(self.header.kind.effect())
    }

    pub(crate) fn is_listing(&self) -> bool {
        self.kind() == Kind::Listing as u8
    }

    /// Whether it ends the entry concerned.
    pub(crate) fn ends(&self) -> bool {
        self.effect() == Some(Effect::Ends)
    }

    /// Whether it is a decision that amends another, by its header alone.
    pub(crate) fn amends(&self, decision: Spot) -> bool {
        self.kind() == Kind::Recognition as u8
            && self.statement.is_none()
            && self.concerned() == Some(decision)
    }

    /// Whether it marks an objection.
    pub(crate) fn marks(&self) -> bool {
        self.effect() == Some(Effect::Marks)
    }

    /// The entry whose body it erases.
    pub(super) fn erases(&self) -> Option<Spot> {
        let erases = self.effect() == Some(Effect::Erases);
        self.concerned().filter(|_| erases)
    }

    pub(crate) fn listing(&self) -> Option<&Listing> {
        match self.statement.as_deref() {
            Some(Statement::Listing(listing)) => Some(listing),
            _ => None,
        }
    }

    pub(crate) fn recognition(&self) -> Option<&Recognition> {
        match self.statement.as_deref() {
            Some(Statement::Recognition(recognition)) => Some(recognition),
            _ => None,
        }
    }

    pub(crate) fn end(&self) -> Option<&End> {
        match self.statement.as_deref() {
            Some(Statement::End(end)) => Some(end),
            _ => None,
        }
    }

    pub(crate) fn receipt(&self) -> Option<&Receipt> {
        match self.statement.as_deref() {
            Some(Statement::Receipt(receipt)) => Some(receipt),
            _ => None,
        }
    }

    pub(crate) fn mark(&self) -> Option<&ObjectionMark> {
        match self.statement.as_deref() {
            Some(Statement::ObjectionMark(mark)) => Some(mark),
            _ => None,
        }
    }

    /// The entry concerned, wherever it stands.
    pub(crate) fn concerned(&self) -> Option<Spot> {
        self.named_as(Role::Concerned).and_then(|named| named.spot)
    }

    pub(crate) fn named_as(&self, role: Role) -> Option<&Named> {
        self.names.iter().find(|named| named.role == role)
    }

    fn named(&self, origin: &Origin) -> Vec<Named> {
        let mut names = Vec::new();
        if self.header.concerned != Concerned::NONE {
            let place = concerned(origin, self.header.concerned);
            // What else it concerns, a member of its own knows; an end without its object waits.
            names.push(Named {
                role: Role::Concerned,
                fit: Fit::Any,
                spot: None,
                place,
                commitment: None,
                waits: self.ends(),
            });
        }
        let mut name = |role, fit, name: &EntryName, waits| {
            let place = within_agreement(origin, name);
            let commitment = Some(name.commitment);
            names.push(Named { role, fit, spot: None, place, commitment, waits });
        };
        match self.statement.as_deref() {
            Some(Statement::Recognition(recognition)) => {
                name(Role::Listing, Fit::Listing, &recognition.listing, true);
            }
            Some(Statement::Receipt(receipt)) => {
                // Receipts that it carries are with its hub alone: nobody else looks for them.
                name(Role::End, Fit::End, &receipt.end, true);
            }
            Some(Statement::ObjectionMark(mark)) => {
                if let Some(listing) = &mark.listing {
                    name(Role::Listing, Fit::Listing, listing, true);
                }
                if let Some(passed_on) = &mark.passes_on {
                    name(Role::PassedOn, Fit::Mark, passed_on, false);
                }
            }
            _ => {}
        }
        names
    }
}

/// The place that a header points at, from a log of an agreement.
fn concerned(origin: &Origin, concerned: Concerned) -> Option<Place> {
    let channel = match concerned.relation {
        Relation::SAME_CHANNEL => origin.channel.clone(),
        Relation::EXCHANGE => Channel::exchange(origin.channel.agreement()?),
        _ => return None,
    };
    let origin = Origin { channel, epoch: concerned.epoch, ..origin.clone() };
    Some(Place { origin, number: concerned.number })
}

/// The place of a name; none outside the agreement, of which the reader may be no party.
fn within_agreement(from: &Origin, name: &EntryName) -> Option<Place> {
    let place = Place::of(name)?;
    let same = place.origin.federation == from.federation
        && place.origin.channel.agreement().is_some()
        && place.origin.channel.agreement() == from.channel.agreement();
    same.then_some(place)
}
