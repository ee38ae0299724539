//! The timeline of one subject: everything that members said about its listings, day by day.
//!
//! Begins with the listings of its codes and follows the ways of the register to whatever names
//! them: decisions, objections and answers, ends, receipts. Rows are in order of days; what names
//! another comes after it on the same day. Only what is here is told: a row is missing where its
//! entry is.

mod event;
mod order;
mod words;

use std::collections::BTreeSet;

use tiaoxi_credit::{
    Day, Statement, SubjectCode,
    statement::{Carried, EntryName, Ground, Listing},
};
use tiaoxi_federation::{MemberId, Terms};

pub use self::event::TimelineEvent;
use self::words::Words;
use super::{paper::Paper, written};
use crate::{
    place::Place,
    register::{Entry, Register, Role, Spot},
    view::View,
};

/// Rows of a timeline; those behind them are left out.
pub const TIMELINE_ROWS_MAX: usize = 10_000;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineRow {
    /// The day that the statement names; where it names none, the day stated in its header.
    pub day: Day,
    /// Whose doing it was.
    pub member: MemberId,
    /// Its name for people.
    pub member_name: String,
    /// The entry that says it.
    pub place: Place,
    /// What happened.
    pub event: TimelineEvent,
    /// More about it, in Chinese; may be empty.
    pub words: String,
}

/// The timeline of the subject that has one of these codes.
pub fn rows(view: &View<'_>, codes: &[SubjectCode]) -> Vec<TimelineRow> {
    let words = Words { supervision: view.supervision() };
    let (register, terms, today) = (view.register(), view.terms(), view.today());
    Reader { register, terms, words, today }.rows(codes)
}

/// A timeline on paper.
///
/// `subject` and `code` name whom it is about, `member` who prints it on the day `today`.
pub fn paper(rows: &[TimelineRow], subject: &str, code: &str, member: &str, today: Day) -> Paper {
    let mut paper = Paper::new("重点监管对象信息时间线");
    paper.facts(&[("主体", subject), ("代码", code), ("整理单位", member)]);
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let event = row.event.label().to_owned();
            vec![row.day.to_string(), row.member_name.clone(), event, row.words.clone()]
        })
        .collect();
    paper.table(&[("日期", 10), ("单位", 22), ("事项", 8), ("内容", 34)], &cells);
    paper.paragraph("本页依据整理单位所持的互认条目编制，未送达整理单位的条目不在其中。");
    paper.signed(member, &written(today));
    paper
}

/// Reads a register for one subject.
struct Reader<'a> {
    register: &'a Register,
    terms: &'a Terms,
    words: Words<'a>,
    today: Day,
}

impl Reader<'_> {
    fn rows(&self, codes: &[SubjectCode]) -> Vec<TimelineRow> {
        let spots = self.reached(codes);
        let ranks = order::ranks(self.register, &spots);
        let mut rows: Vec<(usize, TimelineRow)> = Vec::new();
        for spot in &spots {
            let rank = ranks.get(spot).copied().unwrap_or(usize::MAX);
            let told = self.register.entry(*spot).map(|entry| self.told(*spot, entry, &spots));
            rows.extend(told.into_iter().flatten().map(|row| (rank, row)));
        }
        // What one entry says is told in the order of its events.
        rows.sort_by(|(rank, row), (other_rank, other)| {
            let key = |rank: &usize, row: &TimelineRow| (row.day, *rank);
            key(rank, row)
                .cmp(&key(other_rank, other))
                .then_with(|| row.place.cmp(&other.place))
                .then_with(|| (row.event, &row.member).cmp(&(other.event, &other.member)))
        });
        rows.truncate(TIMELINE_ROWS_MAX);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// The listings of these codes, and all that names them, or what names them.
    fn reached(&self, codes: &[SubjectCode]) -> BTreeSet<Spot> {
        let mut open: Vec<Spot> =
            codes.iter().flat_map(|code| self.register.of_code(code)).collect();
        let mut reached = BTreeSet::new();
        while let Some(spot) = open.pop() {
            if reached.len() < TIMELINE_ROWS_MAX && reached.insert(spot) {
                let names_it = |source: &Spot| self.names(*source, spot);
                open.extend(self.register.naming(spot).filter(names_it));
            }
        }
        reached
    }

    /// Whether an entry names what stands there, and not something else by the same number.
    fn names(&self, source: Spot, target: Spot) -> bool {
        let names = self.register.entry(source).map(|entry| entry.names.as_slice());
        let mut names = names.unwrap_or_default().iter();
        names.any(|named| named.spot == Some(target) && self.register.fits(named))
    }

    /// What one entry says.
    fn told(&self, spot: Spot, entry: &Entry, reached: &BTreeSet<Spot>) -> Vec<TimelineRow> {
        use TimelineEvent as Event;
        let author = Author { reader: self, place: self.register.place(spot) };
        let stated = Day(entry.header.day);
        let about = entry.concerned().and_then(|concerned| self.register.entry(concerned));
        match entry.statement.as_deref() {
            Some(Statement::Listing(listing)) => {
                let (before, decided, document) = match &listing.ground {
                    Ground::List(list) => {
                        let before = (list.notified, list.notice.clone());
                        (Some(before), list.decided, &list.document)
                    }
                    Ground::Grade(grade) => (None, grade.decided, &grade.document),
                };
                let before = before.map(|(day, notice)| author.row(day, Event::Notified, notice));
                let decision = author.row(decided, Event::Decided, document.clone());
                let listed = author.row(stated, Event::Listed, self.words.listing(listing));
                let over = self.expired(spot, listing);
                let over = over.map(|day| author.row(day, Event::Expired, String::new()));
                before.into_iter().chain([decision, listed]).chain(over).collect()
            }
            Some(Statement::Recognition(recognition)) => {
                let event = Event::of(recognition.decision);
                let named = entry.named_as(Role::Listing);
                let listing = named.and_then(|named| self.register.entry(named.spot?)?.listing());
                let words = self.words.recognition(recognition, listing);
                vec![author.row(recognition.decided, event, words)]
            }
            Some(Statement::End(end)) => {
                let event = end_event(about);
                let applied = end.applied.filter(|_| event == Event::Ended);
                let applied = applied.map(|day| author.row(day, Event::Applied, String::new()));
                let ended = author.row(end.decided, event, self.words.end(end));
                applied.into_iter().chain([ended]).collect()
            }
            Some(Statement::ObjectionMark(mark)) => {
                let event =
                    if mark.passes_on.is_some() { Event::PassedOn } else { Event::Objected };
                vec![author.row(mark.received, event, words::mark(mark))]
            }
            Some(Statement::Receipt(receipt)) => {
                let done = author.row(receipt.done, Event::Confirmed, words::receipt(receipt));
                let unseen = |carried: &&Carried| !self.is_reached(&carried.receipt, reached);
                let carried = receipt.carried.iter().filter(unseen);
                [done].into_iter().chain(carried.filter_map(|it| author.carried(it))).collect()
            }
            // By its header alone an end ends.
            None if entry.ends() => vec![author.row(stated, end_event(about), String::new())],
            None if entry.marks() => vec![author.row(stated, Event::Objected, String::new())],
            _ => Vec::new(),
        }
    }

    /// The day after the last of a listing that nobody ended, when that has come.
    fn expired(&self, spot: Spot, listing: &Listing) -> Option<Day> {
        let ends = |source: Spot| {
            let entry = self.register.entry(source);
            entry.is_some_and(|entry| entry.ends() && entry.concerned() == Some(spot))
        };
        let over = listing.until < self.today && !self.register.naming(spot).any(ends);
        over.then(|| Day(listing.until.0.saturating_add(1)))
    }

    fn is_reached(&self, name: &EntryName, reached: &BTreeSet<Spot>) -> bool {
        let spot = Place::of(name).and_then(|place| self.register.find(&place));
        spot.is_some_and(|spot| reached.contains(&spot) && self.register.entry(spot).is_some())
    }

    fn name(&self, member: &MemberId) -> String {
        self.terms.member(member).map_or_else(|| member.to_string(), |member| member.name.clone())
    }
}

/// Who says something, and where.
struct Author<'a> {
    reader: &'a Reader<'a>,
    place: Place,
}

impl Author<'_> {
    fn row(&self, day: Day, event: TimelineEvent, words: String) -> TimelineRow {
        self.row_of(self.place.origin.member.clone(), day, event, words)
    }

    /// The receipt of a county that came with its hub's; `None` where no member can have the name.
    fn carried(&self, carried: &Carried) -> Option<TimelineRow> {
        let member = MemberId::parse(&carried.member).ok()?;
        let by = self.reader.name(&self.place.origin.member);
        let words = format!("由{by}转送");
        Some(self.row_of(member, carried.done, TimelineEvent::Confirmed, words))
    }

    fn row_of(
        &self,
        member: MemberId,
        day: Day,
        event: TimelineEvent,
        words: String,
    ) -> TimelineRow {
        let member_name = self.reader.name(&member);
        TimelineRow { day, member, member_name, place: self.place.clone(), event, words }
    }
}

/// What an end is, by what it ends.
fn end_event(about: Option<&Entry>) -> TimelineEvent {
    match about {
        Some(entry) if entry.is_listing() => TimelineEvent::Ended,
        Some(entry) if entry.marks() => TimelineEvent::Answered,
        _ => TimelineEvent::Terminated,
    }
}
