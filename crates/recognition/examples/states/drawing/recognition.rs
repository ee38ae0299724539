//! The drawing of a party's recognition.

use tiaoxi_recognition::{
    RecognitionState as S,
    state::{Event, RECOGNITION_CHANGES},
};

use super::{Arrow, End, Frame, Node, Panel, Shows};

/// Here, and ended by nobody.
const LIVE: &[S] = &[
    S::Refused,
    S::Advisory,
    S::Lapsed,
    S::Undecided,
    S::Declined,
    S::NotYet,
    S::Unconfirmed,
    S::Paused,
    S::Disputed,
    S::Narrowed,
    S::Accepted,
];
const DECIDED: &[S] =
    &[S::Declined, S::NotYet, S::Unconfirmed, S::Paused, S::Disputed, S::Narrowed, S::Accepted];
/// Recognised, begun, and the origin heard of lately.
const CONFIRMED: &[S] = &[S::Accepted, S::Narrowed, S::Paused, S::Disputed];
const PLAIN: &[S] = &[S::Accepted, S::Narrowed];
const OBJECTED: &[S] = &[S::Paused, S::Disputed];

pub(super) fn panel() -> Panel<S> {
    let node = |state, at| Node { state, at };
    let frame = |states, at, size, words| Frame { states, at, size, words };
    Panel {
        title: ("互认决定", "what another party makes of it"),
        height: 660,
        nodes: vec![
            node(S::Pending, (20, 300)),
            node(S::Refused, (275, 115)),
            node(S::Advisory, (475, 115)),
            node(S::Lapsed, (860, 115)),
            node(S::Undecided, (275, 300)),
            node(S::Declined, (540, 245)),
            node(S::NotYet, (540, 350)),
            node(S::Unconfirmed, (540, 465)),
            node(S::Accepted, (780, 275)),
            node(S::Narrowed, (940, 275)),
            node(S::Paused, (780, 420)),
            node(S::Disputed, (940, 420)),
            node(S::Terminated, (1165, 190)),
            node(S::Ended, (1165, 400)),
        ],
        frames: vec![
            frame(LIVE, (255, 75), (860, 500), ("已收到，未终止", "here, ended by nobody")),
            frame(DECIDED, (520, 210), (580, 335), ("已作决定", "decided")),
            frame(
                CONFIRMED,
                (760, 235),
                (335, 255),
                ("予以认可，列入地已确认", "recognised, confirmed"),
            ),
            frame(PLAIN, (770, 265), (315, 68), ("", "")),
            frame(OBJECTED, (770, 410), (315, 68), ("", "")),
        ],
        arrows: ARROWS,
        changes: RECOGNITION_CHANGES,
        names: |state| (state.name(), state.label()),
        weighs: S::follows,
        absorbs: |state| state == S::Ended || state == S::Terminated,
        notes: vec![
            (
                (20, 612),
                "章程或目录换版：框内各状态重新判定。",
                "charter: every state in the frame is judged anew.",
            ),
            (
                (20, 630),
                "变更或迟到的决定：在“已作决定”框内及其与“已失效”之间，",
                "an amended or late decision: within “decided”, and between it and “lapsed”, as the table says; what was terminated stays so.",
            ),
            ((20, 648), "底色：黄，措施适用；灰，终局。", "amber: measures apply; grey: for good."),
        ],
    }
}

/// Told in words only.
const NOWHERE: (i32, i32, &str) = (0, 0, "start");

const fn all(
    event: Event,
    from: End<S>,
    to: End<S>,
    line: &'static [(i32, i32)],
    words_at: (i32, i32, &'static str),
) -> Arrow<S> {
    Arrow { event, from, to, shows: Shows::All, line, words_at }
}

const fn some(
    event: Event,
    from: End<S>,
    to: End<S>,
    line: &'static [(i32, i32)],
    words_at: (i32, i32, &'static str),
) -> Arrow<S> {
    Arrow { event, from, to, shows: Shows::Some, line, words_at }
}

const ARROWS: &[Arrow<S>] = &[
    all(Event::Listing, &[S::Pending], LIVE, &[(160, 324), (255, 324)], (207, 316, "middle")),
    all(
        Event::Listing,
        &[S::Pending],
        &[S::Terminated],
        &[(90, 300), (90, 56), (1275, 56), (1275, 190)],
        (100, 50, "start"),
    ),
    all(
        Event::Listing,
        &[S::Pending],
        &[S::Ended],
        &[(90, 348), (90, 586), (1235, 586), (1235, 448)],
        (100, 580, "start"),
    ),
    all(
        Event::Termination,
        LIVE,
        &[S::Terminated],
        &[(1115, 206), (1165, 206)],
        (1122, 182, "start"),
    ),
    all(Event::Decision, LIVE, &[S::Terminated], &[], NOWHERE),
    all(Event::End, LIVE, &[S::Ended], &[(1115, 424), (1165, 424)], (1142, 394, "middle")),
    all(
        Event::End,
        &[S::Terminated],
        &[S::Ended],
        &[(1235, 238), (1235, 400)],
        (1243, 322, "start"),
    ),
    all(Event::Decision, &[S::Undecided], DECIDED, &[(415, 312), (520, 312)], (467, 304, "middle")),
    all(Event::Decision, DECIDED, &[S::Undecided], &[(520, 338), (415, 338)], (467, 356, "middle")),
    all(Event::Decision, DECIDED, &[S::Lapsed], &[], NOWHERE),
    all(Event::Decision, &[S::Undecided], &[S::Lapsed], &[], NOWHERE),
    all(Event::Decision, &[S::Lapsed], DECIDED, &[], NOWHERE),
    all(Event::Decision, &[S::Lapsed], &[S::Undecided], &[], NOWHERE),
    some(Event::Decision, DECIDED, DECIDED, &[], NOWHERE),
    all(Event::Time, &[S::NotYet], CONFIRMED, &[(680, 374), (760, 374)], (720, 366, "middle")),
    all(
        Event::Time,
        &[S::NotYet],
        &[S::Unconfirmed],
        &[(610, 398), (610, 465)],
        (618, 436, "start"),
    ),
    all(Event::Time, CONFIRMED, &[S::Unconfirmed], &[(760, 482), (680, 482)], (720, 474, "middle")),
    all(
        Event::Beat,
        &[S::Unconfirmed],
        CONFIRMED,
        &[(680, 500), (800, 500), (800, 490)],
        (688, 516, "start"),
    ),
    all(Event::Mark, PLAIN, OBJECTED, &[(870, 333), (870, 410)], (862, 376, "end")),
    all(Event::Answer, OBJECTED, PLAIN, &[(1010, 410), (1010, 333)], (1002, 376, "end")),
    all(Event::Time, DECIDED, &[S::Lapsed], &[(910, 210), (910, 163)], (918, 190, "start")),
    all(Event::Time, &[S::Advisory], &[S::Lapsed], &[(615, 139), (860, 139)], (728, 131, "middle")),
    all(
        Event::Time,
        &[S::Undecided],
        &[S::Lapsed],
        &[(345, 300), (345, 190), (880, 190), (880, 163)],
        (420, 184, "start"),
    ),
    all(Event::Erasure, LIVE, &[S::Lapsed], &[(930, 75), (930, 115)], (938, 98, "start")),
    some(Event::Charter, LIVE, LIVE, &[], NOWHERE),
];
