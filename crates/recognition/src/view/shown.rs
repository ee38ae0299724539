//! What a view shows of a listing.

use std::collections::BTreeMap;

use tiaoxi_credit::{
    Day, Inspection,
    statement::{Cause, EntryName, Listing, Recognition, Stops},
};
use tiaoxi_federation::{AgreementId, MemberId};

use crate::{
    breach::Breach,
    clock::Clock,
    place::Place,
    state::{ListingState, RecognitionState},
};

/// A listing with everything that was said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingView<'a> {
    /// Where it stands.
    pub place: Place,
    /// Its name in statements of others.
    pub name: EntryName,
    /// What it says; `None`: erased, withheld or of later software.
    pub listing: Option<&'a Listing>,
    /// The day that its header states.
    pub stated: Day,
    /// Under which agreement.
    pub agreement: &'a AgreementId,
    /// Who said it.
    pub origin_member: &'a MemberId,
    /// What has become of it.
    pub state: ListingState,
    /// Whether it keeps to the agreement.
    pub admitted: Result<(), Breach>,
    /// How its origin ended it.
    pub ended: Option<Ended>,
    /// Since when its origin marks it as disputed; `None` when it does not, or not any more.
    pub disputed_since: Option<Day>,
    /// Every objection to it, answered or not, by rising place.
    pub objections: Vec<ObjectionView>,
    /// What each other party makes of it.
    pub recognitions: BTreeMap<MemberId, RecognitionView<'a>>,
    /// What follows where the view is taken: of a party its own recognition, of a county its hub's
    /// with the county's own marks. `None` at the origin and its counties, where the listing itself
    /// holds, and at members outside the agreement.
    pub here: Option<RecognitionView<'a>>,
    /// From the decision that ended it to the last receipt; `None` while it has not ended.
    pub propagation: Option<Clock>,
    /// From each application and objection to its decision.
    pub handling: Vec<Clock>,
    /// Who has confirmed its end.
    pub receipts: BTreeMap<MemberId, Receipted>,
    /// Whose confirmation is expected, by rising id: every other party and, through it, each of its
    /// counties; at the origin itself its own counties too.
    pub expected: Vec<MemberId>,
}

impl ListingView<'_> {
    /// Whose confirmation is missing; nobody while the listing has not ended.
    pub fn missing(&self) -> Vec<&MemberId> {
        let ended = self.ended.is_some();
        self.expected.iter().filter(|it| ended && !self.receipts.contains_key(*it)).collect()
    }
}

/// How a listing ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The entry that ended it, the first of its author's.
    pub place: Place,
    /// Its name.
    pub name: EntryName,
    /// Why; `None` when its body can't be read.
    pub cause: Option<Cause>,
    /// Number of the decision.
    pub document: String,
    /// Day of application, where somebody applied.
    pub applied: Option<Day>,
    /// Day of the decision; the day of the header when the body can't be read.
    pub decided: Day,
    /// In words.
    pub reason: String,
    /// What every holder stops.
    pub stops: Stops,
}

/// An objection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectionView {
    /// The mark.
    pub place: Place,
    /// Its name.
    pub name: EntryName,
    /// Who marked.
    pub member: MemberId,
    /// Number of the objection where it was received.
    pub objection: String,
    /// Day on which it was received; the day of the header when the body can't be read.
    pub received: Day,
    /// What is objected to.
    pub matter: String,
    /// The mark of another member that this one passes on.
    pub passes_on: Option<Place>,
    /// The marks that pass this one on, by rising place.
    pub passed_on: Vec<Place>,
    /// The end that lifted it; when the listing ended before, that end.
    pub answered: Option<Answer>,
}

/// What was answered to an objection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The entry that answered.
    pub place: Place,
    /// Why the mark ended; `None` when the body can't be read.
    pub cause: Option<Cause>,
    /// Number of the decision.
    pub document: String,
    /// Day of the decision.
    pub decided: Day,
}

/// What a party makes of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecognitionView<'a> {
    /// The party.
    pub member: MemberId,
    /// What it makes of it.
    pub state: RecognitionState,
    /// Its decision, the last of its own: what it said, not what is left of it.
    pub decision: Option<&'a Recognition>,
    /// Where that stands.
    pub place: Option<Place>,
    /// Its name.
    pub name: Option<EntryName>,
    /// Level at the party; empty when nothing follows or nobody has decided.
    pub level: String,
    /// How often the subject is inspected at the party, when measures apply.
    pub inspection: Inspection,
    /// Other measures at the party, when they apply.
    pub measures: Vec<String>,
    /// First day at the party.
    pub since: Option<Day>,
    /// Last day at the party.
    pub until: Option<Day>,
    /// Until when the origin's word counts, in seconds since 1970.
    pub fresh_until: Option<u64>,
    /// Whether inspection and measures apply now.
    pub follows: bool,
    /// Whether an objection against it, or against the listing, has not been answered.
    pub disputed: bool,
    /// Persons who have to decide at the party; `None` where the agreement has no map.
    pub officers: Option<u8>,
    /// How its decision goes beyond map or listing, to which it was cut down.
    pub breach: Option<Breach>,
    /// The end by which the party ended it.
    pub ended: Option<Place>,
}

/// A confirmation that an end was obeyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipted {
    /// The receipt; of a county, as its hub names it.
    pub place: Place,
    /// Day on which it was done.
    pub done: Day,
    /// What was stopped; `None` where another's receipt carries it.
    pub stops: Option<Stops>,
    /// The hub whose receipt carries it.
    pub carried_by: Option<MemberId>,
}
