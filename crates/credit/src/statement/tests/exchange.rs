//! Bodies about key supervision objects: what is written is read, and damage is told.

use super::*;
use crate::supervision::Inspection;

fn entry(number: u64) -> EntryName {
    EntryName { log: "taihu/jiaxing/exchange/delta/1".into(), number, commitment: [0xC5; 32] }
}

fn listing(ground: Ground, evidence: Option<Box<Evidence>>) -> Statement {
    Statement::Listing(Listing {
        subject: record("").subject,
        domain: "environment".into(),
        standard: "yzsx-env".into(),
        standard_version: 1,
        level: "serious".into(),
        ground,
        since: Day(20_780),
        until: Day(21_875),
        inspection: Inspection::SHARPLY_MORE,
        measures: vec!["no-subsidy".into()],
        channel: "示例市信用窗口".into(),
        evidence,
    })
}

fn list() -> Ground {
    Ground::List(ListGround {
        authority: "示例市生态环境局".into(),
        authority_code: "11".into(),
        document: "示环失信〔2026〕4号".into(),
        decided: Day(20_778),
        notice: "示环告〔2026〕9号".into(),
        notified: Day(20_760),
        heard: "未提出".into(),
    })
}

fn grade() -> Ground {
    Ground::Grade(GradeGround {
        authority: "示例市市场监督管理局".into(),
        authority_code: "11".into(),
        document: "示评〔2026〕1号".into(),
        decided: Day(20_700),
        model: "食品生产信用评价".into(),
        model_version: "2025".into(),
        period_from: Day(20_454),
        period_to: Day(20_818),
    })
}

fn recognition(decision: Decision) -> Statement {
    Statement::Recognition(Recognition {
        listing: entry(0),
        decision,
        level: "serious".into(),
        inspection: Inspection::MORE,
        measures: Vec::new(),
        since: Day(20_781),
        until: Day(21_146),
        reason: "按对应表限缩".into(),
        basis: "delta 第1版".into(),
        decided: Day(20_781),
        officers: 1,
    })
}

fn mark(listing: Option<EntryName>, passes_on: Option<EntryName>) -> Statement {
    Statement::ObjectionMark(ObjectionMark {
        listing,
        passes_on,
        objection: "YY-1".into(),
        received: Day(20_785),
        matter: "列入依据".into(),
    })
}

fn end(applied: Option<Day>, because: Option<EntryName>) -> Statement {
    Statement::End(End {
        cause: if because.is_some() { Cause::ORIGIN_ENDED } else { Cause::REPAIR },
        because,
        document: String::new(),
        applied,
        decided: Day(20_795),
        reason: String::new(),
        undone_inspection: Inspection::NONE,
        undone_measures: vec!["no-subsidy".into()],
    })
}

fn receipt(own: Option<EntryName>, carried: Vec<Carried>) -> Statement {
    let stops = Stops::PUBLISHING.and(Stops::SHARING).and(Stops::USING);
    Statement::Receipt(Receipt { end: entry(2), own, done: Day(20_795), stops, carried })
}

pub(super) fn statements() -> Vec<Statement> {
    let evidence =
        Evidence { proof: vec![0, 250, 255], header: vec![1; 48], salt: [2; 32], body: vec![251] };
    let carried =
        Carried { member: "changxing".into(), receipt: entry(u64::MAX), done: Day(u16::MAX) };
    vec![
        listing(list(), None),
        listing(grade(), Some(Box::new(evidence))),
        recognition(Decision::NARROW),
        recognition(Decision::REFUSE),
        recognition(Decision(200)),
        end(Some(Day(20_790)), None),
        end(None, Some(entry(3))),
        receipt(None, Vec::new()),
        receipt(Some(entry(251)), vec![carried.clone(), carried]),
        mark(None, None),
        mark(Some(entry(0)), Some(entry(1))),
        Statement::Repair(Repair {
            document: "示修〔2026〕3号".into(),
            applied: Day(20_790),
            decided: Day(20_795),
            reason: String::new(),
        }),
    ]
}

#[test]
fn choices_are_one_byte_and_others_are_malformed() {
    let ground = |ground| listing(ground, None).to_body().unwrap();
    let (first, second) = (ground(list()), ground(grade()));
    let at = first.iter().zip(&second).position(|(a, b)| a != b).unwrap();
    assert_eq!((first[at], second[at]), (0, 1));
    let read = |kind: Kind, body: &[u8]| Statement::from_body(kind as u8, 1, body);
    let mut other = first.clone();
    other[at] = 2;
    assert!(matches!(read(Kind::Listing, &other), Err(BodyError::Malformed(_))));
    let mut evidence = first;
    *evidence.last_mut().unwrap() = 2;
    assert!(matches!(read(Kind::Listing, &evidence), Err(BodyError::Malformed(_))));

    let body = mark(None, None).to_body().unwrap();
    assert_eq!(&body[..3], [1, 0, 0]);
    assert!(matches!(read(Kind::ObjectionMark, &[1, 2, 0]), Err(BodyError::Malformed(_))));
}

#[test]
fn numbers_of_a_later_version_are_read_and_have_no_name() {
    let later = recognition(Decision(5));
    let read = Statement::from_body(9, 1, &later.to_body().unwrap()).unwrap();
    assert_eq!(read, later);
    assert_eq!((Decision(5).name(), Decision(5).label()), (None, None));
    assert_eq!(
        (Cause(10).name(), Cause(10).label(), Cause::from_name("later")),
        (None, None, None)
    );
    for (decision, name, label) in Decision::TABLE {
        assert_eq!((decision.name(), decision.label()), (Some(name), Some(label)));
    }
    for (cause, name, label) in Cause::TABLE {
        assert_eq!((cause.name(), cause.label()), (Some(name), Some(label)));
        assert_eq!(Cause::from_name(name), Some(cause));
    }
}

#[test]
fn only_what_recognises_states_something() {
    for (decision, effect) in [
        (Decision::ACCEPT, Effect::States),
        (Decision::NARROW, Effect::States),
        (Decision::DECLINE, Effect::None),
        (Decision::REFUSE, Effect::None),
        (Decision(5), Effect::None),
    ] {
        assert_eq!(recognition(decision).effect(), effect);
    }
    for statement in statements() {
        assert!(statement.kind().effects().contains(&statement.effect()));
    }
}

#[test]
fn stops_are_bits_that_add_up() {
    let three = Stops::PUBLISHING.and(Stops::SHARING).and(Stops::USING);
    assert_eq!(three, Stops(7));
    assert!(three.has(Stops::USING) && three.has(Stops::default()));
    assert!(!three.has(Stops::ERASED) && !three.has(Stops::USING.and(Stops::ERASED)));
    let bits: u8 = Stops::TABLE.iter().map(|row| row.0.0).sum();
    assert_eq!(bits, 15);
}
