//! The tables as text, between marks of the page.

use std::fmt::{Debug, Write};

use tiaoxi_credit::statement::Stops;
use tiaoxi_recognition::{
    ListingState, RecognitionState,
    state::{
        Change, Event, Fact, LISTING_CHANGES, LISTING_RULES, RECOGNITION_CHANGES,
        RECOGNITION_RULES, Rule, STOPS,
    },
};

type Names<S> = fn(S) -> (&'static str, &'static str);

fn of_listing(state: ListingState) -> (&'static str, &'static str) {
    (state.name(), state.label())
}

fn of_recognition(state: RecognitionState) -> (&'static str, &'static str) {
    (state.name(), state.label())
}

/// The page with what stands between its marks printed anew.
pub(crate) fn printed_into(page: &str) -> Result<String, String> {
    let tables = [
        ("listing-rules", rules(&LISTING_RULES, of_listing)),
        ("recognition-rules", rules(&RECOGNITION_RULES, of_recognition)),
        ("listing-changes", changes(LISTING_CHANGES, of_listing)),
        ("recognition-changes", changes(RECOGNITION_CHANGES, of_recognition)),
        ("stops", stops()),
    ];
    tables.into_iter().try_fold(page.to_owned(), |page, (name, table)| {
        let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
        let lost = || format!("the page lacks the marks of {name}");
        let (before, rest) = page.split_once(&begin).ok_or_else(lost)?;
        let (_, after) = rest.split_once(&end).ok_or_else(lost)?;
        Ok(format!("{before}{begin}{table}{end}{after}"))
    })
}

fn cell<S>(names: Names<S>, state: S) -> String {
    let (name, label) = names(state);
    format!("{label} `{name}`")
}

fn rules<S: Copy>(rules: &[Rule<S>], names: Names<S>) -> String {
    let mut text = "| | When | 条件 | State |\n|---|---|---|---|\n".to_owned();
    for (row, rule) in (1..).zip(rules) {
        let fact = |(fact, holds): &(Fact, bool)| {
            let (not, bu) = if *holds { ("", "") } else { ("not ", "非:") };
            (format!("{not}{}", fact.name()), format!("{bu}{}", fact.label()))
        };
        let (en, zh): (Vec<_>, Vec<_>) = rule.when.iter().map(fact).unzip();
        let (en, zh) = if en.is_empty() {
            ("otherwise".to_owned(), "其余".to_owned())
        } else {
            (en.join(" and "), zh.join(",且"))
        };
        writeln!(text, "| {row} | {en} | {zh} | {} |", cell(names, rule.then))
            .expect("writing to a text succeeds");
    }
    text
}

fn changes<S: Copy + Debug>(changes: &[Change<S>], names: Names<S>) -> String {
    let mut text = "| Event | From | To |\n|---|---|---|\n".to_owned();
    for change in changes {
        let from: Vec<_> = change.from.iter().map(|state| cell(names, *state)).collect();
        let event = event(change.event);
        writeln!(text, "| {event} | {} | {} |", from.join(", "), cell(names, change.to))
            .expect("writing to a text succeeds");
    }
    text
}

fn event(event: Event) -> String {
    format!("{} `{}`", event.label(), event.name())
}

fn stops() -> String {
    let mut text = "| Cause | Stops |\n|---|---|\n".to_owned();
    for (cause, stops) in STOPS {
        let named = Stops::TABLE.iter().filter(|row| stops.has(row.0));
        let named: Vec<_> = named.map(|row| format!("{} `{}`", row.2, row.1)).collect();
        let (label, name) = (cause.label().unwrap_or_default(), cause.name().unwrap_or_default());
        writeln!(text, "| {label} `{name}` | {} |", named.join(", "))
            .expect("writing to a text succeeds");
    }
    text
}
