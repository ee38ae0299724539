//! Lists for operators: what waits, what is refused, who is late.

use tiaoxi_credit::{
    Day, Kind,
    statement::{Decision, EntryName},
};
use tiaoxi_federation::MemberId;

use super::{View, facts::Listed};
use crate::{
    breach::Breach,
    clock::{Clock, ClockKind, ClockState},
    place::Place,
    register::Spot,
};

/// An entry that names something not here, or here under another commitment. No error: it counts
/// as soon as that arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The entry that waits.
    pub by: Place,
    /// Its kind; `None` for one of later software.
    pub kind: Option<Kind>,
    /// What it waits for; `None` where nothing can ever stand there.
    pub about: Option<Place>,
    /// The name that it gives, where it names a commitment.
    pub name: Option<EntryName>,
    /// Something stands there, and it is not what is named: it waits for ever.
    pub contradicts: bool,
}

/// A listing or recognition that breaks the agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedListing {
    /// What is refused, or cut down.
    pub place: Place,
    /// The listing.
    pub listing: Place,
    /// The member that refused it in a statement; `None`: it is refused here, by the charter.
    pub by: Option<MemberId>,
    /// Stable code.
    pub code: String,
    /// The reason in Chinese.
    pub zh: String,
    /// The reason in English; of another member's refusal, its own words.
    pub en: String,
}

/// A clock that warns or is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Late {
    /// The listing.
    pub listing: Place,
    /// Which clock.
    pub kind: ClockKind,
    /// Warning or late.
    pub state: ClockState,
    /// Its last day.
    pub due: Day,
    /// Whom it waits for.
    pub members: Vec<MemberId>,
}

/// The most characters that are kept of a code that another member gave.
const CODE_CHARS_MAX: usize = 64;

impl<'a> View<'a> {
    /// Entries that name something not here, by rising place.
    pub fn waiting(&self) -> Vec<Waiting> {
        self.register.waiting().into_iter().filter_map(|spot| self.waits(spot)).collect()
    }

    fn waits(&self, spot: Spot) -> Option<Waiting> {
        let entry = self.entry(spot)?;
        let named = entry.names.iter().find(|it| it.waits && !self.register.fits(it))?;
        let about = named.spot.map(|spot| self.place(spot));
        let name = about.as_ref().zip(named.commitment);
        Some(Waiting {
            by: self.place(spot),
            kind: Kind::from_number(entry.header.kind.kind()),
            name: name.map(|(place, commitment)| place.name(commitment)),
            contradicts: named.spot.is_none_or(|spot| self.entry(spot).is_some()),
            about,
        })
    }

    /// Listings that break the agreement, recognitions of others that go beyond it, and refusals
    /// that others have said; by rising place of the listing.
    pub fn refused(&self) -> Vec<RefusedListing> {
        let mut refused = Vec::new();
        for spot in self.register.listings() {
            if self.register.is_erased(spot) {
                continue;
            }
            if let Err(breach) = self.judge(spot) {
                refused.push(self.refused_here(spot, spot, &breach));
            }
            self.refused_decisions(spot, &mut refused);
        }
        refused
    }

    fn refused_here(&self, spot: Spot, listing: Spot, breach: &Breach) -> RefusedListing {
        RefusedListing {
            place: self.place(spot),
            listing: self.place(listing),
            by: None,
            code: breach.code().to_owned(),
            zh: breach.zh(),
            en: breach.en(),
        }
    }

    fn refused_decisions(&self, listing: Spot, refused: &mut Vec<RefusedListing>) {
        let mut decisions: Vec<Spot> = self
            .register
            .naming(listing)
            .filter(|source| self.register.log(source.log).is_exchange)
            .filter(|source| self.decides(*source, listing))
            .collect();
        if decisions.is_empty() {
            return;
        }
        self.register.sort(&mut decisions);
        let Some(listed) = self.listed(listing) else { return };
        let mut parties: Vec<&MemberId> = decisions.iter().map(|it| self.owner(*it)).collect();
        parties.dedup();
        for party in parties {
            let recognised = self.recognised(&listed, party, None);
            let Some((spot, said)) = recognised.said else { continue };
            if let Some(breach) = &recognised.breach {
                refused.push(self.refused_here(spot, listing, breach));
            }
            if said.decision == Decision::REFUSE {
                let (code, words) =
                    said.reason.split_once(':').unwrap_or(("REFUSED", &said.reason));
                refused.push(RefusedListing {
                    place: self.place(listing),
                    listing: self.place(listing),
                    by: Some(party.clone()),
                    code: code.chars().take(CODE_CHARS_MAX).collect(),
                    zh: words.trim().to_owned(),
                    en: words.trim().to_owned(),
                });
            }
        }
    }

    /// Clocks past two thirds of their days or over, by rising place of the listing.
    pub fn late(&self) -> Vec<Late> {
        let (of, mut at_rest, mut late) = (self.open_for(), Vec::new(), Vec::new());
        for spot in self.register.running.listings(self.register, &of) {
            let clocks = self.listed(spot).map(|listed| self.clocks(&listed)).unwrap_or_default();
            if clocks.iter().all(|clock| clock.done.is_some()) {
                at_rest.push(spot);
            }
            let over = |it: &Clock| matches!(it.state, ClockState::Warning | ClockState::Late);
            late.extend(clocks.into_iter().filter(over).map(|clock| Late {
                listing: self.place(spot),
                kind: clock.kind,
                state: clock.state,
                due: clock.due,
                members: clock.waits_for,
            }));
        }
        self.register.running.rest(&of, &at_rest);
        late
    }

    fn clocks(&self, listed: &Listed<'a>) -> Vec<Clock> {
        let objections = self.objections(listed);
        let mut clocks = self.handling(listed, &objections);
        if let Some(ended) = self.ended(listed) {
            let (expected, receipts) = (self.expected(listed), self.receipts(listed));
            clocks.extend(self.propagation(listed, &ended, &expected, &receipts));
        }
        clocks
    }
}
