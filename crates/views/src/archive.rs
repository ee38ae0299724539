//! The answer to a question about a subject: its records, what became of them, who says so.
//!
//! A pure function of the entries found, their catalogue items and the effects on them. Personal
//! fields of a firm's record are named but never shown; records of natural persons are not shown at
//! all. Does not know how entries were found or read.

use tiaoxi_catalog::Item;
use tiaoxi_credit::{Day, Kind, Record, SubjectClass};

mod content;
mod version;

pub use self::content::{Content, ShownField, concerns_a_person, is_free_of_personal_fields};
use self::version::Told;
pub use self::version::{Ending, How};
use crate::EntryRef;
use crate::effects::{Effects, Standing, State};
use crate::query::SubjectQuery;

/// Most records in one answer; the node may ask for less.
pub const RECORDS_MAX: usize = 1_000;

/// One entry that the index named, as it was read.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The entry.
    pub entry: EntryRef,
    /// Number of its kind: a record or a correction.
    pub kind: u8,
    /// Number of its catalogue item.
    pub item: u16,
    /// Its catalogue item, where the catalogue has it.
    pub catalog: Option<&'a Item>,
    /// The day that its header states.
    pub day: Day,
    /// The entry concerned: the import of a record, the record that a correction replaces.
    pub concerns: Option<EntryRef>,
    /// What it says.
    pub body: Body<'a>,
    /// Size of the signed checkpoint under which it was verified.
    pub verified_up_to: u64,
}

/// The body of an entry, or why it is missing.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// It is here and could be read.
    Record(&'a Record),
    /// Destroyed under an admitted erasure.
    Erased,
    /// Missing without one: to be asked for elsewhere.
    Withheld,
}

/// Where something was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Origin of the log.
    pub origin: String,
    /// Number of the entry.
    pub number: u64,
}

/// What one entry did to a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Because {
    /// The entry.
    pub by: Place,
    /// What it makes of the record.
    pub standing: Standing,
    /// Number of its kind.
    pub kind: u8,
    /// The day that it states.
    pub day: Day,
    /// It was said of the import that the record came with, so of the whole batch.
    pub of_batch: bool,
}

/// One record of the subject, or an older version of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordView {
    /// Where it was said.
    pub place: Place,
    /// Number of its kind.
    pub kind: u8,
    /// Number of its catalogue item.
    pub item: u16,
    /// Name of the item, where the catalogue has it.
    pub item_name_zh: Option<String>,
    /// The day that the header states.
    pub day: Day,
    /// The entry that it concerns.
    pub concerns: Option<Place>,
    /// Its content; `None` when the body is erased or withheld.
    pub content: Option<Content>,
    /// Its body is missing although nobody erased it.
    pub is_withheld: bool,
    /// How it stands.
    pub standing: Standing,
    /// By whom.
    pub because: Vec<Because>,
    /// How it came to count no more, the weightiest where there are several; `None` while nothing
    /// ended it.
    pub ended: Option<Ending>,
    /// For a correction, the older version.
    pub replaces: Option<Place>,
    /// The newer version, where a correction made one. It may be about another subject, and then
    /// is not in the answer.
    pub replaced_by: Option<Place>,
    /// Size of the signed checkpoint under which it was verified.
    pub verified_up_to: u64,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectArchive {
    /// The code asked for.
    pub code: String,
    /// The subject's name in the record decided last, of those not ended where there are any;
    /// `None` when no body is left.
    pub name: Option<String>,
    /// Other names under the same code, in records of the same choice: to be followed up (重错码).
    pub other_names: Vec<String>,
    /// Its class in the record that names it.
    pub class: Option<SubjectClass>,
    /// Its records, decided last first; behind each the older versions of it, newer before older.
    pub records: Vec<RecordView>,
    /// There are more records than these.
    pub more: bool,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// All that was found is about natural persons.
    #[error("natural persons can't be asked for")]
    NaturalPerson,
}

/// An entry that is shown, with what became of it.
struct Shown<'a> {
    evidence: &'a Evidence<'a>,
    state: State,
}

impl<'a> Shown<'a> {
    fn of(evidence: &'a Evidence<'a>, effects: &Effects) -> Self {
        // What a record concerns is the import it came with; a correction stands for itself.
        let import = evidence.concerns.filter(|_| evidence.kind == Kind::Record as u8);
        Self { evidence, state: effects.state(evidence.entry, import) }
    }

    /// What it says. An erasure takes effect here at once, even where the bytes are still to be
    /// destroyed.
    fn record(&self) -> Option<&'a Record> {
        record(self.evidence).filter(|_| self.state.standing != Standing::Erased)
    }

    fn is_ended(&self) -> bool {
        self.state.standing >= Standing::Ended
    }
}

/// Builds the answer to `query` from what was found. Entries about another subject (two subjects
/// may share a token by chance) are left out, and so are records of natural persons. Bodiless
/// entries are shown as such. `origin_of` names a log; an entry of a log without a name is left out.
///
/// # Errors
/// [`ArchiveError::NaturalPerson`] when nothing but natural persons was found.
pub fn build(
    query: &SubjectQuery,
    found: &[Evidence<'_>],
    effects: &Effects,
    origin_of: &dyn Fn(u32) -> Option<String>,
) -> Result<SubjectArchive, ArchiveError> {
    let about: Vec<_> = found.iter().filter(|evidence| is_about(query, evidence)).collect();
    let firms = about.iter().filter(|evidence| !is_personal(evidence));
    let mut shown: Vec<_> = firms.map(|evidence| Shown::of(evidence, effects)).collect();
    if shown.is_empty() && !about.is_empty() {
        return Err(ArchiveError::NaturalPerson);
    }
    shown.sort_by_key(|it| (std::cmp::Reverse(decided(it.evidence)), it.evidence.entry));
    let naming = naming(&shown);
    let (name, other_names) = names(&naming);
    let class = naming.first().map(|record| record.subject.class);
    let by_record = version::chain(&shown.iter().collect::<Vec<_>>(), |it| it.evidence);
    let more = by_record.len() > RECORDS_MAX;
    let place =
        |entry: EntryRef| Some(Place { origin: origin_of(entry.log)?, number: entry.number });
    let shown = by_record.into_iter().take(RECORDS_MAX);
    let records = shown.filter_map(|it| view(it, effects, &place)).collect();
    Ok(SubjectArchive { code: query.code().to_owned(), name, other_names, class, records, more })
}

fn record<'a>(evidence: &Evidence<'a>) -> Option<&'a Record> {
    match evidence.body {
        Body::Record(record) => Some(record),
        Body::Erased | Body::Withheld => None,
    }
}

fn is_about(query: &SubjectQuery, evidence: &Evidence<'_>) -> bool {
    record(evidence).is_none_or(|record| query.matches(record))
}

fn is_personal(evidence: &Evidence<'_>) -> bool {
    record(evidence).is_some_and(concerns_a_person)
}

fn decided(evidence: &Evidence<'_>) -> Day {
    record(evidence).map_or(evidence.day, |record| record.decided)
}

/// The records whose word for the subject's name counts: a name that was corrected is no second
/// name. Where all have ended, all of them.
fn naming<'a>(shown: &[Shown<'a>]) -> Vec<&'a Record> {
    let standing = shown.iter().filter(|it| !it.is_ended());
    let named: Vec<_> = standing.filter_map(Shown::record).collect();
    if named.is_empty() { shown.iter().filter_map(Shown::record).collect() } else { named }
}

/// The name in the first of these records, and the other ones, each once.
fn names(naming: &[&Record]) -> (Option<String>, Vec<String>) {
    let mut names: Vec<String> = Vec::new();
    for name in naming.iter().map(|record| &record.subject.name) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let mut names = names.into_iter();
    (names.next(), names.collect())
}

fn view(
    shown: &Shown<'_>,
    effects: &Effects,
    place: &dyn Fn(EntryRef) -> Option<Place>,
) -> Option<RecordView> {
    let Shown { evidence, state: State { standing, because } } = shown;
    let told: Vec<_> = because.iter().map(|it| Told::of(evidence.entry, *it, effects)).collect();
    let (ended, replaced_by) = version::ending(&told, place);
    let because = told.into_iter().filter_map(|Told { happening, of_batch }| {
        Some(Because {
            by: place(happening.by)?,
            standing: Standing::of(happening.effect)?,
            kind: happening.kind,
            day: happening.day,
            of_batch,
        })
    });
    Some(RecordView {
        place: place(evidence.entry)?,
        kind: evidence.kind,
        item: evidence.item,
        item_name_zh: evidence.catalog.map(|item| item.name_zh().to_owned()),
        day: evidence.day,
        concerns: evidence.concerns.and_then(place),
        content: shown.record().map(|record| Content::of(record, evidence.catalog)),
        is_withheld: match evidence.body {
            Body::Record(_) => false,
            Body::Withheld => true,
            // A hole that no admitted erasure explains.
            Body::Erased => *standing != Standing::Erased,
        },
        standing: *standing,
        because: because.collect(),
        ended,
        replaces: version::replaces(evidence).and_then(place),
        replaced_by,
        verified_up_to: evidence.verified_up_to,
    })
}

#[cfg(test)]
mod tests;
