//! Where a record of a catalogue item says what: the sources of listings and decisions.

use std::collections::BTreeMap;

use tiaoxi_credit::{Day, Record, statement::Listing};

use super::decision::{DecisionFields, Outcome, OutcomeDecision};
use super::listing::{ListingFields, StandardWords};
use super::measures::Dropped;
use super::{GroundKind, SourceFault, Supervision, decision, listing};
use crate::Item;
use crate::check::{holds_citizen_number, parse_day};

/// How records of one catalogue item are translated, by tables of words; a word that no table has
/// is never guessed at.
#[derive(Clone, Debug)]
pub struct Source {
    /// Slug of the catalogue item.
    pub item: String,
    /// What its records become.
    pub makes: Makes,
    pub(super) reading: Reading,
}

/// What records become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Makes {
    /// Listings: [`Source::listing`].
    Listing,
    /// Decisions on listings and records: [`Source::decision`].
    Decision,
}

#[derive(Clone, Debug)]
pub(super) enum Reading {
    Listing(Box<ListingReading>),
    Decision(DecisionReading),
}

#[derive(Clone, Debug)]
pub(super) struct ListingReading {
    pub(super) ground: GroundKind,
    pub(super) only: Option<(String, Vec<String>)>,
    pub(super) fields: ListingFields,
    pub(super) standards: Vec<StandardWords>,
    /// Word to slug; `None`: known to mean more inspections and no measure.
    pub(super) measures: BTreeMap<String, Option<String>>,
}

#[derive(Clone, Debug)]
pub(super) struct DecisionReading {
    pub(super) fields: DecisionFields,
    pub(super) outcomes: BTreeMap<String, Outcome>,
}

impl Source {
    /// What its listings are founded on; `None` for a source of decisions.
    pub fn ground(&self) -> Option<GroundKind> {
        match &self.reading {
            Reading::Listing(reading) => Some(reading.ground),
            Reading::Decision(_) => None,
        }
    }

    /// Whether an item has every field that is read here. A node asks once, for all its records.
    pub fn fits(&self, item: &Item) -> Result<(), SourceFault> {
        self.check_item(item)?;
        let codes = match &self.reading {
            Reading::Listing(reading) => {
                let only = reading.only.iter().map(|(field, _)| field.as_str());
                reading.fields.codes().into_iter().chain(only).collect()
            }
            Reading::Decision(reading) => reading.fields.codes(),
        };
        codes.into_iter().try_for_each(|code| index_of(item, code).map(|_| ()))
    }

    /// The listing that a record asks for, without evidence; `None` when the row is nothing to
    /// list, such as a grade other than 差. Inspection is the most that the level allows, measures
    /// are those of the row that the level allows; what was left out, [`Source::dropped`] tells.
    /// Whether the term has run out, or the standard is in force, is not judged here.
    pub fn listing(
        &self,
        item: &Item,
        record: &Record,
        supervision: &Supervision,
    ) -> Result<Option<Listing>, SourceFault> {
        let reading = self.listing_reading(item)?;
        let made = listing::read(reading, Row { item, record }, supervision)?;
        Ok(made.map(|(listing, _)| listing))
    }

    /// The words for measures in a record that its listing leaves out, each with the reason.
    pub fn dropped(
        &self,
        item: &Item,
        record: &Record,
        supervision: &Supervision,
    ) -> Result<Vec<Dropped>, SourceFault> {
        let reading = self.listing_reading(item)?;
        let made = listing::read(reading, Row { item, record }, supervision)?;
        Ok(made.map(|(_, dropped)| dropped).unwrap_or_default())
    }

    /// The decision that a record tells of. Its subject may be a natural person: such a decision
    /// concerns a record, never a listing.
    pub fn decision(&self, item: &Item, record: &Record) -> Result<OutcomeDecision, SourceFault> {
        self.check_item(item)?;
        match &self.reading {
            Reading::Decision(reading) => decision::read(reading, Row { item, record }),
            Reading::Listing(_) => Err(SourceFault::OtherPurpose { item: self.item.clone() }),
        }
    }

    fn listing_reading(&self, item: &Item) -> Result<&ListingReading, SourceFault> {
        self.check_item(item)?;
        match &self.reading {
            Reading::Listing(reading) => Ok(reading),
            Reading::Decision(_) => Err(SourceFault::OtherPurpose { item: self.item.clone() }),
        }
    }

    fn check_item(&self, item: &Item) -> Result<(), SourceFault> {
        if item.slug() == self.item {
            return Ok(());
        }
        Err(SourceFault::WrongItem { expected: self.item.clone(), found: item.slug().to_owned() })
    }
}

/// A record and the item that says what its fields are.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) item: &'a Item,
    pub(super) record: &'a Record,
}

impl Row<'_> {
    /// The text of a field; empty where the record says nothing.
    pub(super) fn text(&self, code: &str) -> Result<String, SourceFault> {
        Ok(self.item.text(index_of(self.item, code)?, self.record).into_owned())
    }

    /// The text of a field that must say something.
    pub(super) fn needed(&self, code: &str) -> Result<String, SourceFault> {
        let text = self.text(code)?;
        if text.trim().is_empty() {
            return Err(SourceFault::Missing { field: code.to_owned() });
        }
        Ok(text)
    }

    /// As [`Row::text`]; never with the number of a citizen in it.
    pub(super) fn said(&self, code: &str) -> Result<String, SourceFault> {
        let text = self.text(code)?;
        if holds_citizen_number(&text) {
            return Err(SourceFault::PersonNumber { field: code.to_owned() });
        }
        Ok(text)
    }

    /// The day of a field that must have one.
    pub(super) fn day(&self, code: &str) -> Result<Day, SourceFault> {
        let text = self.needed(code)?;
        parse_day(&text).map_err(|_no_day| SourceFault::BadDay { field: code.to_owned() })
    }
}

fn index_of(item: &Item, code: &str) -> Result<usize, SourceFault> {
    item.fields().iter().position(|field| field.code == code).ok_or_else(|| {
        SourceFault::UnknownField { item: item.slug().to_owned(), code: code.to_owned() }
    })
}
