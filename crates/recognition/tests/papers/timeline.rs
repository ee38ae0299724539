//! One listing from 嘉兴 to 湖州, 杭州 and 长兴, objected to, repaired, confirmed: as a timeline, and
//! as the notice that 湖州 and 长兴 give while it is in force.

use tiaoxi_catalog::{Calendar, supervision::Supervision};
use tiaoxi_credit::{
    Day, Inspection, Statement,
    statement::{
        Carried, Cause, Decision, End, EntryName, ObjectionMark, Receipt, Recognition, Stops,
    },
};
use tiaoxi_ledger::header::{Concerned, Relation};
use tiaoxi_recognition::{
    ListingState, RecognitionState, Register, View,
    papers::{
        self, NoticeFacts, TimelineRow,
        notice::{Given, NoNotice},
        timeline,
    },
};

use crate::{
    federation::{CODE, TestLog, code, concerning, day, end, listing, member, subject, terms},
    golden,
    page::check_page,
};

fn supervision() -> Supervision {
    Supervision::parse(include_bytes!("supervision.toml")).unwrap()
}

/// Seconds at noon in Beijing.
fn noon(day: Day) -> u64 {
    u64::from(day.0) * 86_400 + 4 * 3600
}

/// What everybody said: the logs, and the day on which the last of it was said.
struct Story {
    jiaxing: TestLog,
    jiaxing_ends: TestLog,
    huzhou: TestLog,
    huzhou_ends: TestLog,
    hangzhou: TestLog,
    hangzhou_ends: TestLog,
    changxing_ends: TestLog,
}

fn recognition(listing: EntryName, decision: Decision, reason: &str) -> Recognition {
    let recognises = decision.recognises();
    Recognition {
        listing,
        decision,
        level: if recognises { "watched".to_owned() } else { String::new() },
        inspection: if recognises { Inspection::MORE } else { Inspection::NONE },
        measures: if recognises { vec!["review".to_owned()] } else { Vec::new() },
        since: day(2026, 5, 2),
        until: day(2026, 10, 31),
        reason: reason.to_owned(),
        basis: "重点监管对象互认协议（示例）第1版".to_owned(),
        decided: day(2026, 5, 2),
        officers: u8::from(!recognises),
    }
}

fn mark(listing: EntryName, passes_on: Option<EntryName>) -> Statement {
    Statement::ObjectionMark(ObjectionMark {
        listing: Some(listing),
        passes_on,
        objection: "湖演示异〔2026〕5号".to_owned(),
        received: day(2026, 5, 20),
        matter: "认为整改已完成".to_owned(),
    })
}

fn answer(because: Option<EntryName>) -> Statement {
    Statement::End(End {
        cause: Cause::OBJECTION_DISMISSED,
        because,
        document: "嘉演示复〔2026〕2号".to_owned(),
        applied: Some(day(2026, 5, 20)),
        decided: day(2026, 5, 22),
        reason: "列入时尚未整改".to_owned(),
        undone_inspection: Inspection::NONE,
        undone_measures: Vec::new(),
    })
}

fn obeyed(because: EntryName) -> Statement {
    Statement::End(End {
        cause: Cause::ORIGIN_ENDED,
        because: Some(because),
        document: String::new(),
        applied: None,
        decided: day(2026, 6, 3),
        reason: String::new(),
        undone_inspection: Inspection::MORE,
        undone_measures: vec!["review".to_owned()],
    })
}

fn receipt(end: EntryName, own: Option<EntryName>, carried: Vec<Carried>) -> Statement {
    let stops = Stops::PUBLISHING.and(Stops::SHARING).and(Stops::USING);
    Statement::Receipt(Receipt { end, own, done: day(2026, 6, 3), stops, carried })
}

impl Story {
    fn begun() -> Self {
        let log = |name: &str| TestLog::new(&format!("demo/{name}/delta/1"));
        let mut story = Self {
            jiaxing: log("jiaxing/exchange"),
            jiaxing_ends: log("jiaxing/ends"),
            huzhou: log("huzhou/exchange"),
            huzhou_ends: log("huzhou/ends"),
            hangzhou: log("hangzhou/exchange"),
            hangzhou_ends: log("hangzhou/ends"),
            changxing_ends: log("changxing/ends"),
        };
        story.jiaxing.say_on(day(2026, 5, 1), &listing(subject()), 0, Concerned::NONE);
        let listed = story.jiaxing.name(0);
        let narrowed = recognition(listed.clone(), Decision::NARROW, "期限不超过6个月");
        story.huzhou.say(&Statement::Recognition(narrowed), 0, Concerned::NONE);
        let declined = recognition(listed, Decision::DECLINE, "本市无此监管事项");
        story.hangzhou.say(&Statement::Recognition(declined), 0, Concerned::NONE);
        story
    }

    fn ended() -> Self {
        let mut story = Self::begun();
        let about = |number| concerning(Relation::EXCHANGE, number);
        let own = |number| concerning(Relation::SAME_CHANNEL, number);
        let listed = story.jiaxing.name(0);
        story.huzhou_ends.say(&mark(listed.clone(), None), 0, about(0));
        let first = story.huzhou_ends.name(0);
        story.jiaxing_ends.say(&mark(listed, Some(first)), 0, about(0));
        story.jiaxing_ends.say(&answer(None), 0, own(0));
        let answered = story.jiaxing_ends.name(1);
        story.huzhou_ends.say(&answer(Some(answered)), 0, own(0));
        story.jiaxing_ends.say(&end(), 0, about(0));
        let over = story.jiaxing_ends.name(2);
        story.huzhou_ends.say(&obeyed(over.clone()), 0, about(0));
        let obeyed = story.huzhou_ends.name(2);
        let confirmed = receipt(over.clone(), Some(obeyed.clone()), Vec::new());
        story.huzhou_ends.say(&confirmed, 0, Concerned::NONE);
        story.hangzhou_ends.say(&receipt(over.clone(), None, Vec::new()), 0, Concerned::NONE);
        story.changxing_ends.say(&receipt(over.clone(), None, Vec::new()), 0, Concerned::NONE);
        let carried = Carried {
            member: "changxing".to_owned(),
            receipt: story.changxing_ends.name(0),
            done: day(2026, 6, 3),
        };
        let confirmed = receipt(over, Some(obeyed), vec![carried]);
        story.huzhou_ends.say(&confirmed, 0, Concerned::NONE);
        story
    }

    /// What is held by a member that has no log of 长兴, or by one that has it.
    fn register(&self, with_county: bool, backwards: bool) -> Register {
        let mut told = Vec::new();
        for log in [
            &self.jiaxing,
            &self.jiaxing_ends,
            &self.huzhou,
            &self.huzhou_ends,
            &self.hangzhou,
            &self.hangzhou_ends,
        ] {
            told.extend(log.told());
        }
        if with_county {
            told.extend(self.changxing_ends.told());
        }
        if backwards {
            told.reverse();
        }
        let mut register = Register::default();
        for told in told {
            assert!(register.tell(&told).unwrap());
        }
        register
    }
}

/// Asks a question of the view of a member at noon of a day, all having been heard of that morning.
fn asked<T>(mut register: Register, me: &str, today: Day, ask: impl FnOnce(&View<'_>) -> T) -> T {
    let (terms, supervision) = (terms(), supervision());
    let calendar = Calendar::parse("2026-01-01\tholiday\n").unwrap();
    for party in ["jiaxing", "huzhou", "hangzhou"] {
        let log = crate::federation::origin(&format!("demo/{party}/ends/delta/1"));
        register.beat(&log, noon(today) - 3600, 0);
    }
    let me = member(me);
    ask(&register.view(&terms, &supervision, &calendar, &me, noon(today)))
}

fn rows(story: &Story, with_county: bool, backwards: bool) -> Vec<TimelineRow> {
    let register = story.register(with_county, backwards);
    asked(register, "huzhou", day(2026, 6, 4), |view| timeline::rows(view, &[code(CODE)]))
}

#[test]
fn a_timeline_tells_what_came_first_and_what_came_of_it() {
    let rows = rows(&Story::ended(), true, false);
    let (name, member) = (&subject().name, "湖州市信用中心（演示）");
    let paper = timeline::paper(&rows, name, CODE, member, day(2026, 6, 4));
    golden::compare("timeline.txt", &paper.text());
    golden::compare("timeline.html", &paper.html());
    check_page(&paper);
}

#[test]
fn the_order_of_telling_does_not_matter() {
    let story = Story::ended();
    assert_eq!(rows(&story, true, false), rows(&story, true, true));
}

#[test]
fn a_receipt_that_only_its_hub_has_is_told_as_carried() {
    let story = Story::ended();
    let of_county = |rows: Vec<TimelineRow>| -> Vec<TimelineRow> {
        rows.into_iter().filter(|row| row.member == member("changxing")).collect()
    };
    let (seen, carried) =
        (of_county(rows(&story, true, false)), of_county(rows(&story, false, false)));
    assert_eq!((seen.len(), carried.len()), (1, 1));
    assert_eq!(seen[0].words, "停止公示；停止共享；停止使用");
    assert_eq!(carried[0].words, "由湖州市信用中心（演示）转送");
    assert_eq!(seen[0].day, carried[0].day);
}

#[test]
fn another_subject_has_no_timeline_and_a_listing_that_nobody_ends_expires() {
    let story = Story::begun();
    let ask = |subject: &str, today| {
        asked(story.register(true, false), "huzhou", today, |view| {
            timeline::rows(view, &[code(subject)])
        })
    };
    assert_eq!(ask("91330411TX0000028L", day(2026, 6, 4)), []);
    let last = |today| ask(CODE, today).pop().unwrap();
    assert_eq!(last(day(2027, 4, 30)).event.name(), "narrowed");
    let over = last(day(2027, 5, 1));
    assert_eq!((over.event.name(), over.day), ("expired", day(2027, 5, 1)));
    assert_eq!(over.member, member("jiaxing"));
}

fn notice(story: &Story, me: &str, today: Day) -> Result<NoticeFacts, NoNotice> {
    let (terms, supervision) = (terms(), supervision());
    asked(story.register(true, false), me, today, |view| {
        let listing = view.of_subject(&[code(CODE)]).pop().unwrap();
        let given = Given { own_channel: "示例路2号异议受理窗口", today };
        NoticeFacts::of(&listing, &terms, &supervision, &member(me), given)
    })
}

#[test]
fn the_notice_of_a_city_and_that_of_its_county_say_what_follows_there() {
    let facts = notice(&Story::begun(), "huzhou", day(2026, 5, 3)).unwrap();
    golden::compare("notice_found.txt", &facts.paper().text());
    check_page(&facts.paper());
    let county = notice(&Story::begun(), "changxing", day(2026, 5, 3)).unwrap();
    assert_eq!(county.here, facts.here);
    assert_eq!(county.member, "长兴县信用中心（演示）");
}

#[test]
fn there_is_no_notice_where_nothing_follows() {
    let begun = Story::begun();
    let today = day(2026, 5, 3);
    assert_eq!(notice(&begun, "jiaxing", today), Err(NoNotice::NoReceiver));
    let declined = NoNotice::NothingFollows(RecognitionState::Declined);
    assert_eq!(notice(&begun, "hangzhou", today), Err(declined));
    let ended = NoNotice::NotInForce(ListingState::Ended);
    assert_eq!(notice(&Story::ended(), "huzhou", day(2026, 6, 4)), Err(ended));
    let lapsed = NoNotice::NothingFollows(RecognitionState::Lapsed);
    assert_eq!(notice(&begun, "huzhou", day(2026, 11, 2)), Err(lapsed));
}

#[test]
fn a_listing_in_its_term_stands_in_the_way_of_a_certificate_until_it_has_ended() {
    let check = |story: &Story, subject: &str, today: Day, expected: usize| {
        let found = asked(story.register(true, false), "huzhou", today, |view| {
            papers::absence::obstacles(view, &code(subject)).len()
        });
        assert_eq!(found, expected, "{subject} {today}");
    };
    let (begun, ended) = (Story::begun(), Story::ended());
    check(&begun, CODE, day(2026, 5, 3), 1);
    check(&begun, CODE, day(2026, 4, 30), 0);
    check(&begun, CODE, day(2027, 5, 1), 0);
    check(&begun, "91330411TX0000028L", day(2026, 5, 3), 0);
    check(&ended, CODE, day(2026, 6, 4), 0);
}
