//! What is refused, with which code; what others do about it; what is cut down.

use tiaoxi_credit::{
    CodeScheme, Day, Inspection, Statement, SubjectClass, SubjectCode,
    code::citizen_number,
    statement::{Decision, Evidence, GradeGround, Ground, Listing, Recognition},
};
use tiaoxi_ledger::header::Concerned;
use tiaoxi_recognition::{Breach, ListingState, Place, RecognitionState, breach::judge};

use crate::scene::{Book, Desk, Rules, Said, TODAY, decision, id, listing, origin, rules::OwnMap};

fn check(expected: &str, change: impl FnOnce(&mut Listing)) {
    check_by(expected, "jiaxing", TODAY, Rules::default(), change);
}

fn check_by(
    expected: &str,
    author: &str,
    stated: Day,
    rules: Rules,
    change: impl FnOnce(&mut Listing),
) {
    let mut listing = listing();
    change(&mut listing);
    let (terms, supervision) = (rules.terms(), rules.supervision());
    let judged = judge(&listing, &origin(author, "exchange"), stated, &terms, &supervision);
    let code = judged.as_ref().map_or_else(Breach::code, |()| "ADMITTED");
    assert_eq!(code, expected, "{judged:?}");
}

fn list(
    change: impl FnOnce(&mut tiaoxi_credit::statement::ListGround),
) -> impl FnOnce(&mut Listing) {
    |listing| match &mut listing.ground {
        Ground::List(ground) => change(ground),
        Ground::Grade(_) => unreachable!("the example is of a list"),
    }
}

#[test]
fn subjects_are_organisations_with_codes_of_their_own() {
    let code = |scheme, code: &str| SubjectCode { scheme, code: code.to_owned() };
    check("ADMITTED", |_| {});
    check("NATURAL_PERSON", |it| it.subject.class = SubjectClass::NATURAL_PERSON);
    check("NATURAL_PERSON", |it| it.subject.class = SubjectClass(9));
    check("SOLE_TRADER", |it| it.subject.class = SubjectClass::SOLE_TRADER);
    check("CODE_INVALID", |it| it.subject.codes.clear());
    check("CODE_INVALID", |it| it.subject.codes[0].code = "91330411TX000001XX".to_owned());
    let citizen = citizen_number(999_999, Day(7_300), 1).unwrap();
    for scheme in [CodeScheme::CITIZEN, CodeScheme::USCC, CodeScheme::TAX] {
        check("PERSONAL_CODE", |it| it.subject.codes.push(code(scheme, &citizen)));
        check("PERSONAL_CODE", |it| it.subject.codes[0] = code(scheme, &citizen));
    }
    check("PERSONAL_CODE", |it| it.subject.codes.push(code(CodeScheme::OTHER_IDENTITY, "G1")));
    check("ADMITTED", |it| it.subject.codes.push(code(CodeScheme::REGISTRATION, "330400000001")));
    check("GROUND_MISSING", |it| it.subject.name = "\u{3000}".to_owned());
}

#[test]
fn authors_have_the_duty_and_the_agreement_is_in_force() {
    let rules = Rules::default();
    check_by("NO_DUTY", "huzhou", TODAY, rules, |_| {});
    check_by("ADMITTED", "hangzhou", TODAY, rules, |_| {});
    check_by("NO_DUTY", "jiaxing", TODAY, Rules { duty: false, ..rules }, |_| {});
    check_by("NOT_A_PARTY", "changxing", TODAY, rules, |_| {});
    let over = Rules { ends: Day(TODAY.0 - 1), ..rules };
    check_by("AGREEMENT_NOT_IN_FORCE", "jiaxing", TODAY, over, |_| {});
    check_by("AGREEMENT_NOT_IN_FORCE", "jiaxing", Day(20_000), rules, |_| {});
    check("UNKNOWN_DOMAIN", |it| it.domain = "fishing".to_owned());
    check("UNKNOWN_DOMAIN", |it| it.domain = String::new());
    check("UNKNOWN_STANDARD", |it| it.domain = "tourism".to_owned());
}

#[test]
fn standards_hold_on_the_day_and_have_the_level() {
    let rules = Rules::default();
    let old = |it: &mut Listing| it.standard = "old-list".to_owned();
    check("UNKNOWN_STANDARD", |it| it.standard = "no-list".to_owned());
    check("UNKNOWN_STANDARD", |it| it.standard_version = 2);
    check("STANDARD_EXPIRED", old);
    let withdrawn = |days: u16| Rules { withdrawn: Some(Day(TODAY.0 + days)), ..rules };
    check_by("STANDARD_WITHDRAWN", "jiaxing", TODAY, withdrawn(0), |_| {});
    check_by("ADMITTED", "jiaxing", TODAY, withdrawn(1), |_| {});
    check("UNKNOWN_LEVEL", |it| it.level = "worse".to_owned());
    check("GROUND_MISSING", |it| {
        it.ground = Ground::Grade(GradeGround {
            authority: "演示".to_owned(),
            authority_code: String::new(),
            document: String::new(),
            decided: TODAY,
            model: "演示".to_owned(),
            model_version: "1".to_owned(),
            period_from: TODAY,
            period_to: TODAY,
        });
    });
}

#[test]
fn grounds_are_whole_and_days_follow_each_other() {
    check("GROUND_MISSING", list(|it| it.authority.clear()));
    check("GROUND_MISSING", list(|it| it.document.clear()));
    check("GROUND_MISSING", list(|it| it.notice.clear()));
    check("GROUND_MISSING", list(|it| it.heard.clear()));
    check("ADMITTED", list(|it| it.authority_code.clear()));
    check("GROUND_MISSING", |it| it.channel = " ".to_owned());
    check("DATES_OUT_OF_ORDER", list(|it| it.notified = Day(it.decided.0 + 1)));
    check("DATES_OUT_OF_ORDER", list(|it| it.decided = Day(TODAY.0 + 1)));
    check("DATES_OUT_OF_ORDER", |it| it.since = Day(TODAY.0 - 2));
    check("DATES_OUT_OF_ORDER", |it| it.until = Day(TODAY.0 - 1));
}

#[test]
fn terms_and_measures_keep_to_standard_and_map() {
    // 2026-11-24 and 24 months; hangzhou's own map has 36, as the standard.
    let last = |months: u16| tiaoxi_catalog::supervision::last_day_of_term(TODAY, months);
    check("ADMITTED", |it| it.until = last(36));
    check("TERM_BEYOND_STANDARD", |it| it.until = Day(last(36).0 + 1));
    let shorter = OwnMap { months: 12, ..OwnMap::default() };
    let shorter = Rules { of_hangzhou: shorter, ..Rules::default() };
    // Every other party's map has 24 months.
    check_by("ADMITTED", "jiaxing", TODAY, shorter, |it| it.until = last(24));
    check_by("TERM_BEYOND_MAP", "jiaxing", TODAY, shorter, |it| it.until = Day(last(24).0 + 1));
    let mild = |it: &mut Listing| {
        it.level = "mild".to_owned();
        it.inspection = Inspection::MORE;
        it.measures.clear();
    };
    check("ADMITTED", |it| {
        mild(it);
        it.until = last(12);
    });
    check("TERM_BEYOND_STANDARD", |it| {
        mild(it);
        it.until = Day(last(12).0 + 1);
    });
    check("HARSHER_THAN_STANDARD", |it| it.level = "mild".to_owned());
    check("MEASURE_UNKNOWN", |it| it.measures.push("no-air".to_owned()));
    check("MEASURE_UNKNOWN", |it| it.measures.push("switched-off".to_owned()));
    check("HARSHER_THAN_STANDARD", |it| {
        mild(it);
        it.measures.push("no-honours".to_owned());
    });
}

#[test]
fn evidence_that_proves_nothing_is_a_breach() {
    check("EVIDENCE_UNPROVEN", |it| {
        let evidence = Evidence { proof: vec![1], header: vec![2], salt: [3; 32], body: vec![4] };
        it.evidence = Some(Box::new(evidence));
    });
}

/// A listing by jiaxing as it stands in its log, told to a desk that heard of jiaxing just now.
fn told(listing: Listing) -> (Book, Desk, Said) {
    let mut book = Book::default();
    let said = book.say("jiaxing", "exchange", Concerned::NONE, &Statement::Listing(listing));
    let mut desk = Desk::new(Rules::default());
    said.tell(&mut desk.register);
    desk.beat("jiaxing", 0);
    (book, desk, said)
}

#[test]
fn a_breach_is_refused_once_and_its_author_learns_why() {
    let (mut book, mut desk, _) = told(Listing { domain: "tourism".to_owned(), ..listing() });
    let huzhou = id("huzhou");
    let duties = desk.view(&huzhou).duties();
    assert_eq!(duties.len(), 1);
    let refusal = book.obey("huzhou", &duties[0], TODAY);
    refusal.tell(&mut desk.register);
    assert_eq!(desk.view(&huzhou).duties(), []);
    let jiaxing = id("jiaxing");
    let view = desk.view(&jiaxing);
    assert_eq!(view.duties(), [], "an author refuses nothing of its own");
    let refused: Vec<_> = view.refused().into_iter().map(|it| (it.by, it.code)).collect();
    let code = || "UNKNOWN_STANDARD".to_owned();
    assert_eq!(refused, [(None, code()), (Some(huzhou), code())]);
    let listing = view.listings().next().unwrap();
    assert_eq!(listing.state, ListingState::Refused);
    assert!(listing.recognitions.values().all(|it| it.state == RecognitionState::Refused));
}

#[test]
fn a_refusal_is_amended_when_the_charter_grows() {
    let (mut book, mut desk, _) = told(listing());
    let huzhou = id("huzhou");
    desk.terms = std::rc::Rc::new(Rules { duty: false, ..Rules::default() }.terms());
    let refusal = desk.view(&huzhou).duties().remove(0);
    book.obey("huzhou", &refusal, TODAY).tell(&mut desk.register);
    assert_eq!(desk.view(&huzhou).duties(), []);
    desk.terms = std::rc::Rc::new(Rules::default().terms());
    let duties = desk.view(&huzhou).duties();
    let Statement::Recognition(amended) = &duties[0].statement else { panic!("{duties:?}") };
    assert_eq!(amended.decision, Decision::NARROW);
    assert_eq!(duties[0].concerned.number, 0, "it amends the refusal");
    book.obey("huzhou", &duties[0], TODAY).tell(&mut desk.register);
    assert_eq!(desk.view(&huzhou).duties(), []);
    desk.terms = std::rc::Rc::new(Rules { duty: false, ..Rules::default() }.terms());
    assert_eq!(desk.view(&huzhou).duties(), [], "what is refused by the charter needs no word");
}

fn check_cut(
    member: &str,
    code: Option<&str>,
    follows: bool,
    change: impl FnOnce(&mut Recognition),
) {
    let (mut book, mut desk, said) = told(listing());
    let mut made = decision(said.name(), Decision::NARROW, u8::from(member == "hangzhou"));
    change(&mut made);
    let made = Statement::Recognition(made);
    book.say(member, "exchange", Concerned::NONE, &made).tell(&mut desk.register);
    let me = id("jiaxing");
    let view = desk.view(&me);
    let found: Vec<_> = view.refused().into_iter().map(|it| it.code).collect();
    assert_eq!(found, code.map(str::to_owned).into_iter().collect::<Vec<_>>());
    let shown = view.listings().next().unwrap();
    let of_member = &shown.recognitions[&id(member)];
    assert_eq!(of_member.follows, follows, "{:?}", of_member.state);
    assert!(of_member.until.is_none_or(|until| until <= listing().until));
    assert!(of_member.inspection <= Inspection::MORE);
    assert!(!of_member.measures.iter().any(|it| it == "no-honours"));
}

#[test]
fn recognitions_beyond_map_or_origin_are_cut_down_and_named() {
    check_cut("huzhou", None, true, |_| {});
    check_cut("huzhou", Some("TERM_BEYOND_ORIGIN"), true, |it| it.until = Day(40_000));
    check_cut("huzhou", Some("HARSHER_THAN_MAP"), true, |it| it.inspection = Inspection(200));
    check_cut("huzhou", Some("HARSHER_THAN_MAP"), true, |it| {
        it.measures.push("no-honours".to_owned());
    });
    check_cut("huzhou", Some("HARSHER_THAN_MAP"), true, |it| it.level = "worst".to_owned());
    check_cut("hangzhou", None, true, |_| {});
    check_cut("hangzhou", Some("OFFICERS_MISSING"), false, |it| it.officers = 0);
}

#[test]
fn an_unmapped_level_is_advisory_and_a_recognition_of_it_is_named() {
    let (mut book, mut desk, said) = told(listing());
    desk.terms = std::rc::Rc::new(Rules { maps: false, ..Rules::default() }.terms());
    let huzhou = id("huzhou");
    assert_eq!(desk.view(&huzhou).duties(), []);
    let made = Statement::Recognition(decision(said.name(), Decision::ACCEPT, 2));
    book.say("huzhou", "exchange", Concerned::NONE, &made).tell(&mut desk.register);
    let view = desk.view(&huzhou);
    let here = view.listing(&said.place).unwrap().here.unwrap();
    assert_eq!((here.state, here.follows), (RecognitionState::Advisory, false));
    assert_eq!(view.refused()[0].code, "UNMAPPED");
}

#[test]
fn what_names_something_not_here_waits_and_a_wrong_name_waits_for_ever() {
    let (mut book, mut desk, said) = told(listing());
    let here = said.name();
    let mut wrong = said.name();
    wrong.commitment[0] ^= 1;
    let mut later = said.name();
    later.number = 7;
    let mut nowhere = said.name();
    nowhere.log = "no log".to_owned();
    for name in [here, wrong, later, nowhere] {
        let made = Statement::Recognition(decision(name, Decision::NARROW, 0));
        book.say("huzhou", "exchange", Concerned::NONE, &made).tell(&mut desk.register);
    }
    let me = id("jiaxing");
    let view = desk.view(&me);
    let place = |number| Place { origin: origin("huzhou", "exchange"), number };
    let waiting: Vec<_> =
        view.waiting().into_iter().map(|it| (it.by, it.about.is_some(), it.contradicts)).collect();
    let expected = [(place(1), true, true), (place(2), true, false), (place(3), false, true)];
    assert_eq!(waiting, expected);
    let listing = view.listing(&said.place).unwrap();
    assert_eq!(listing.recognitions[&id("huzhou")].place, Some(place(0)));
}
