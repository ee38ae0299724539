//! The tables of changes as a drawing.
//!
//! Where boxes stand is said here; what is drawn between them is compared with the tables: an arrow
//! that no row carries, or a row that no arrow shows, is an error.

mod listing;
mod recognition;
mod svg;

use std::{collections::BTreeSet, fmt::Debug};

use tiaoxi_recognition::state::{Change, Event};

/// A box of one state.
pub(crate) struct Node<S> {
    pub(crate) state: S,
    pub(crate) at: (i32, i32),
}

/// A frame around states.
pub(crate) struct Frame<S: 'static> {
    pub(crate) states: &'static [S],
    pub(crate) at: (i32, i32),
    pub(crate) size: (i32, i32),
    /// Chinese and English; empty: an unnamed frame.
    pub(crate) words: (&'static str, &'static str),
}

/// How much of what an arrow shows stands in the table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shows {
    /// From each to each.
    All,
    /// Some of it; drawn dashed.
    Some,
}

/// What an arrow leads from or to: the states of a frame, or one.
pub(crate) type End<S> = &'static [S];

/// An arrow along a line.
pub(crate) struct Arrow<S: 'static> {
    pub(crate) event: Event,
    pub(crate) from: End<S>,
    pub(crate) to: End<S>,
    pub(crate) shows: Shows,
    /// The corners of its line, the first and the last included; empty: told in words only.
    pub(crate) line: &'static [(i32, i32)],
    /// Where its words stand, and how: `start`, `middle` or `end`.
    pub(crate) words_at: (i32, i32, &'static str),
}

/// One of the two drawings.
pub(crate) struct Panel<S: 'static> {
    pub(crate) title: (&'static str, &'static str),
    pub(crate) height: i32,
    pub(crate) nodes: Vec<Node<S>>,
    pub(crate) frames: Vec<Frame<S>>,
    pub(crate) arrows: &'static [Arrow<S>],
    pub(crate) changes: &'static [Change<S>],
    pub(crate) names: fn(S) -> (&'static str, &'static str),
    /// Whether something may follow for the subject in the state.
    pub(crate) weighs: fn(S) -> bool,
    /// Whether nothing leaves the state.
    pub(crate) absorbs: fn(S) -> bool,
    /// Words in the drawing: where, Chinese, English.
    pub(crate) notes: Vec<((i32, i32), &'static str, &'static str)>,
}

/// The whole drawing.
///
/// # Errors
/// Says which arrow or row the tables and the drawing don't share.
pub(crate) fn drawn() -> Result<String, String> {
    let (listing, recognition) = (listing::panel(), recognition::panel());
    compare(&listing)?;
    compare(&recognition)?;
    Ok(svg::svg(&listing, &recognition))
}

fn compare<S: Copy + Ord + Debug>(panel: &Panel<S>) -> Result<(), String> {
    let rows = panel.changes.iter();
    let table: BTreeSet<(S, Event, S)> =
        rows.flat_map(|row| row.from.iter().map(|from| (*from, row.event, row.to))).collect();
    let mut shown = BTreeSet::new();
    for arrow in panel.arrows {
        let pairs = arrow.from.iter().flat_map(|from| arrow.to.iter().map(|to| (*from, *to)));
        let claimed = pairs.filter(|(from, to)| from != to);
        let claimed: BTreeSet<_> = claimed.map(|(from, to)| (from, arrow.event, to)).collect();
        let missing: Vec<_> = claimed.difference(&table).collect();
        if arrow.shows == Shows::All && !missing.is_empty() {
            return Err(format!("drawn and not in the table: {missing:?}"));
        }
        if missing.len() == claimed.len() {
            return Err(format!("an arrow that nothing follows: {claimed:?}"));
        }
        shown.extend(claimed);
    }
    for frame in &panel.frames {
        let within = |node: &&Node<S>| {
            let inside = |at: i32, from: i32, size: i32, box_size: i32| {
                from < at && at + box_size < from + size
            };
            inside(node.at.0, frame.at.0, frame.size.0, svg::BOX.0)
                && inside(node.at.1, frame.at.1, frame.size.1, svg::BOX.1)
        };
        let inside: BTreeSet<S> =
            panel.nodes.iter().filter(within).map(|node| node.state).collect();
        if inside != frame.states.iter().copied().collect() {
            return Err(format!("the frame of {:?} is drawn around {inside:?}", frame.states));
        }
    }
    let hidden: Vec<_> = table.difference(&shown).collect();
    if hidden.is_empty() { Ok(()) } else { Err(format!("in the table and not drawn: {hidden:?}")) }
}
