//! The drawing of a listing.

use tiaoxi_recognition::{
    ListingState as S,
    state::{Event, LISTING_CHANGES},
};

use super::{Arrow, End, Frame, Node, Panel, Shows};

/// Here, readable and not ended.
const LIVE: &[S] = &[
    S::Refused,
    S::StandardWithdrawn,
    S::AgreementOver,
    S::Expired,
    S::NotYet,
    S::Disputed,
    S::Listed,
];
/// Within its term.
const CURRENT: &[S] = &[S::NotYet, S::Listed, S::Disputed];

pub(super) fn panel() -> Panel<S> {
    let node = |state, at| Node { state, at };
    Panel {
        title: ("列入重点监管对象名单", "a listing"),
        height: 560,
        nodes: vec![
            node(S::Pending, (20, 270)),
            node(S::Refused, (280, 115)),
            node(S::NotYet, (280, 240)),
            node(S::Listed, (505, 240)),
            node(S::Disputed, (505, 380)),
            node(S::Expired, (790, 220)),
            node(S::AgreementOver, (790, 320)),
            node(S::StandardWithdrawn, (790, 420)),
            node(S::Ended, (1100, 200)),
            node(S::Unreadable, (1100, 400)),
        ],
        frames: vec![
            Frame {
                states: LIVE,
                at: (255, 75),
                size: (730, 425),
                words: ("已收到，未移出", "here, not ended"),
            },
            Frame {
                states: CURRENT,
                at: (270, 200),
                size: (430, 285),
                words: ("期限之内", "within its term"),
            },
        ],
        arrows: ARROWS,
        changes: LISTING_CHANGES,
        names: |state| (state.name(), state.label()),
        weighs: S::in_force,
        absorbs: |state| state == S::Ended,
        notes: vec![
            (
                (450, 125),
                "章程或目录换版：框内各状态重新判定。",
                "charter: every state in the frame is judged anew.",
            ),
            ((450, 145), "底色：黄，列入有效；灰，终局。", "amber: in force; grey: for good."),
        ],
    }
}

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
    all(Event::Listing, &[S::Pending], LIVE, &[(160, 294), (255, 294)], (207, 286, "middle")),
    all(
        Event::Listing,
        &[S::Pending],
        &[S::Ended],
        &[(90, 270), (90, 56), (1170, 56), (1170, 200)],
        (100, 50, "start"),
    ),
    all(
        Event::Listing,
        &[S::Pending],
        &[S::Unreadable],
        &[(90, 318), (90, 520), (1170, 520), (1170, 448)],
        (100, 514, "start"),
    ),
    all(Event::End, LIVE, &[S::Ended], &[(985, 224), (1100, 224)], (1042, 216, "middle")),
    all(
        Event::End,
        &[S::Unreadable],
        &[S::Ended],
        &[(1170, 400), (1170, 248)],
        (1180, 328, "start"),
    ),
    all(Event::Erasure, LIVE, &[S::Unreadable], &[(985, 424), (1100, 424)], (1042, 416, "middle")),
    all(Event::Mark, &[S::Listed], &[S::Disputed], &[(550, 288), (550, 380)], (542, 340, "end")),
    all(
        Event::Answer,
        &[S::Disputed],
        &[S::Listed],
        &[(590, 380), (590, 288)],
        (598, 328, "start"),
    ),
    all(Event::Time, &[S::NotYet], &[S::Listed], &[(420, 264), (505, 264)], (462, 256, "middle")),
    all(
        Event::Time,
        &[S::NotYet],
        &[S::Disputed],
        &[(350, 288), (350, 404), (505, 404)],
        (358, 396, "start"),
    ),
    all(Event::Time, CURRENT, &[S::Expired], &[(700, 244), (790, 244)], (745, 236, "middle")),
    all(Event::Time, CURRENT, &[S::AgreementOver], &[(700, 344), (790, 344)], (745, 336, "middle")),
    all(
        Event::Time,
        CURRENT,
        &[S::StandardWithdrawn],
        &[(700, 444), (790, 444)],
        (745, 436, "middle"),
    ),
    all(
        Event::Time,
        &[S::Expired],
        &[S::AgreementOver],
        &[(850, 268), (850, 320)],
        (842, 298, "end"),
    ),
    all(
        Event::Time,
        &[S::AgreementOver],
        &[S::StandardWithdrawn],
        &[(850, 368), (850, 420)],
        (858, 398, "start"),
    ),
    all(
        Event::Time,
        &[S::Expired],
        &[S::StandardWithdrawn],
        &[(930, 244), (960, 244), (960, 444), (930, 444)],
        (955, 298, "end"),
    ),
    some(Event::Charter, LIVE, LIVE, &[], (0, 0, "start")),
];
