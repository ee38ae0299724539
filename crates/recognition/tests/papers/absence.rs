//! Certificates of absence: written, read, tampered with, refuted, answered.

use tiaoxi_credit::{CodeScheme, SubjectCode};
use tiaoxi_ledger::{
    header::{Concerned, Relation},
    note::{self, SigningKey},
};
use tiaoxi_recognition::papers::absence::{
    ABSENCE_TITLE, Absence, AbsenceError, AbsenceFacts, AbsenceFactsError, LogSeen, NotAnswered,
    NotRefuted, SignAbsenceError, certifiable, key_name, verifier_key,
};

use crate::{
    federation::{
        CODE, TestLog, code, concerning, end, listing, log_seed, member, origin, record, subject,
        terms,
    },
    golden,
};

/// 2026-11-24 09:30:05 in Beijing.
const MOMENT: u64 = 1_795_483_805;

fn key() -> SigningKey {
    let name = key_name(terms().federation(), &member("huzhou"));
    SigningKey::new(name, &log_seed("huzhou")).unwrap()
}

fn seen(name: &str, size: u64, root: [u8; 32], heartbeat: Option<u64>) -> LogSeen {
    LogSeen { origin: origin(name), size, root, heartbeat }
}

fn facts() -> AbsenceFacts {
    AbsenceFacts {
        federation: terms().federation().clone(),
        member: member("huzhou"),
        subject: code(CODE),
        unix_seconds: MOMENT,
        logs: vec![
            seen("demo/jiaxing/exchange/delta/1", 17, [1; 32], None),
            seen("demo/jiaxing/ends/delta/1", 12, [2; 32], Some(MOMENT - 300)),
            seen("demo/huzhou/exchange/delta/1", 4, [3; 32], None),
            seen("demo/huzhou/ends/delta/1", 0, [4; 32], Some(MOMENT)),
        ],
    }
}

fn written() -> Absence {
    Absence::write(facts(), &key()).unwrap()
}

#[test]
fn a_certificate_reads_back_and_is_written_as_documented() {
    let written = written();
    let key = verifier_key(&terms(), &member("huzhou")).unwrap();
    assert_eq!(key.name(), "demo/huzhou/absence");
    assert_eq!(Absence::read(written.note(), &key).unwrap(), written);
    golden::compare("absence.note", std::str::from_utf8(written.note()).unwrap());
    golden::compare("absence.html", &written.paper(&terms()).html());
    golden::compare("absence.txt", &written.paper(&terms()).text());
}

#[test]
fn a_certificate_is_no_checkpoint_and_no_origin() {
    assert!(tiaoxi_federation::Origin::parse(ABSENCE_TITLE).is_err());
    assert!(
        tiaoxi_ledger::checkpoint::Checkpoint::parse(
            std::str::from_utf8(written().note()).unwrap().split("\n\n").next().unwrap()
        )
        .is_err()
    );
}

#[test]
fn a_certificate_that_was_changed_is_not_believed() {
    let key = verifier_key(&terms(), &member("huzhou")).unwrap();
    let good = String::from_utf8(written().note().to_vec()).unwrap();
    assert!(Absence::read(good.as_bytes(), &key).is_ok());
    for (from, to) in [
        (CODE, "91330411TX0000028L"),
        ("moment 1", "moment 2"),
        ("\n17\n", "\n16\n"),
        ("heartbeat -", "heartbeat 5"),
        ("未查到", "已查到"),
        ("logs 4", "logs 3"),
    ] {
        let changed = good.replacen(from, to, 1);
        assert_ne!(changed, good);
        let refused = Absence::read(changed.as_bytes(), &key);
        assert!(matches!(refused, Err(AbsenceError::Signature { .. })), "{refused:?}");
    }
    let other = verifier_key(&terms(), &member("jiaxing")).unwrap();
    assert!(matches!(Absence::read(good.as_bytes(), &other), Err(AbsenceError::Signature { .. })));
    assert!(matches!(Absence::read(b"", &key), Err(AbsenceError::Note(_))));
    assert!(matches!(Absence::read(&vec![b'a'; (1 << 20) + 1], &key), Err(AbsenceError::Note(_))));
}

#[test]
fn a_signed_text_that_is_not_written_as_certificates_are_is_refused() {
    let verifier = key().verifier_key();
    let good = String::from_utf8(written().note().to_vec()).unwrap();
    let (text, _) = good.rsplit_once("\n\n").unwrap();
    let check = |from: &str, to: &str, accepted: bool| {
        let changed = format!("{}\n", text.replacen(from, to, 1));
        assert_eq!(accepted, changed.trim_end() == text);
        let signed = note::sign(&changed, &[&key()]).unwrap();
        assert_eq!(Absence::read(&signed, &verifier).is_ok(), accepted, "{from:?} {to:?}");
    };
    check("tiaoxi-absence/1", "tiaoxi-absence/1", true);
    check("tiaoxi-absence/1", "tiaoxi-absence/2", false);
    check("member huzhou", "member jiaxing", false);
    check("federation demo", "federation other", false);
    check("subject 1 ", "subject 7 ", false);
    check("subject 1 ", "subject 01 ", false);
    check("T09:30:05", "T09:30:06", false);
    check("2026-11-24", "2026-11-25", false);
    check("logs 4", "logs 04", false);
    check("logs 4", "logs 5", false);
    check("logs 4", "logs 18446744073709551615", false);
    check("\n17\n", "\n017\n", false);
    check("heartbeat -", "heartbeat", false);
    check("demo/jiaxing/exchange", "demo/aiaxing/exchange", false);
    check("demo/huzhou/exchange/delta/1", "demo/huzhou/records/1", false);
    check("推翻。", "推翻。\n又及", false);
    let twice = note::sign(&format!("{text}\n"), &[&key(), &key()]).unwrap();
    assert!(matches!(Absence::read(&twice, &verifier), Err(AbsenceError::Note(_))));
}

#[test]
fn only_what_a_certificate_may_say_is_signed() {
    use AbsenceFactsError::{Log, Logs, Moment, Subject};
    let refused = |change: &dyn Fn(&mut AbsenceFacts)| {
        let mut facts = facts();
        change(&mut facts);
        match Absence::write(facts, &key()).unwrap_err() {
            SignAbsenceError::Facts(error) => error,
            other => panic!("{other}"),
        }
    };
    assert_eq!(refused(&|it| it.subject.scheme = CodeScheme::CITIZEN), Subject);
    assert_eq!(refused(&|it| it.unix_seconds = 5_662_281_600), Moment(5_662_281_600));
    assert_eq!(refused(&|it| it.logs.clear()), Logs);
    assert_eq!(refused(&|it| it.logs.push(it.logs[0].clone())), Logs);
    let records = origin("demo/jiaxing/records/1");
    assert_eq!(refused(&|it| it.logs[0].origin = records.clone()), Log(records.clone()));
    let foreign = origin("other/jiaxing/exchange/delta/1");
    assert_eq!(refused(&|it| it.logs[0].origin = foreign.clone()), Log(foreign.clone()));
    let last = AbsenceFacts { unix_seconds: 5_662_281_599 - 8 * 3600, ..facts() };
    assert!(Absence::write(last, &key()).is_ok());
    let log_key = SigningKey::new("demo/huzhou/ends/delta/1", &log_seed("huzhou")).unwrap();
    let crossed = Absence::write(facts(), &log_key);
    assert!(matches!(crossed, Err(SignAbsenceError::OtherKey { .. })));
}

#[test]
fn certificates_are_given_for_codes_of_organisations() {
    let citizen =
        tiaoxi_credit::code::citizen_number(999_999, tiaoxi_credit::Day(7_300), 1).unwrap();
    let check = |scheme: CodeScheme, code: &str, expected: bool| {
        let code = SubjectCode { scheme, code: code.to_owned() };
        assert_eq!(certifiable(&code), expected, "{code:?}");
    };
    check(CodeScheme::USCC, CODE, true);
    check(CodeScheme::USCC, "91330411TX000001X0", false);
    check(CodeScheme::USCC, &citizen, false);
    check(CodeScheme::USCC, "", false);
    check(CodeScheme::TAX, "330411TX0000013", true);
    check(CodeScheme::TAX, &citizen, false);
    check(CodeScheme::TAX, &format!("{citizen}01"), false);
    check(CodeScheme::REGISTRATION, "330400000012345", true);
    check(CodeScheme::REGISTRATION, "3304 0000", false);
    check(CodeScheme::REGISTRATION, "湖州", false);
    check(CodeScheme::REGISTRATION, &"1".repeat(33), false);
    check(CodeScheme::CITIZEN, &citizen, false);
    check(CodeScheme::OTHER_IDENTITY, "E12345678", false);
    check(CodeScheme(9), "1", false);
    let trader = tiaoxi_credit::code::uscc_from_parts("92", 330_411, "TX000001").unwrap();
    check(CodeScheme::USCC, &trader, false);
}

/// A log of listings, of which number 1 is of our company, and the log of its end.
fn listed() -> (TestLog, TestLog) {
    let mut exchange = TestLog::new("demo/jiaxing/exchange/delta/1");
    let mut other = subject();
    other.codes = vec![code("91330411TX0000028L")];
    exchange.say(&listing(other.clone()), 0, Concerned::NONE);
    exchange.say(&listing(subject()), 0, Concerned::NONE);
    exchange.say(&listing(other), 0, Concerned::NONE);
    let mut ends = TestLog::new("demo/jiaxing/ends/delta/1");
    ends.say(&end(), 0, concerning(Relation::EXCHANGE, 0));
    ends.say(&end(), 0, concerning(Relation::EXCHANGE, 1));
    (exchange, ends)
}

fn certificate(exchange: u64, ends: u64) -> Absence {
    let logs = vec![
        seen("demo/jiaxing/exchange/delta/1", exchange, [1; 32], None),
        seen("demo/jiaxing/ends/delta/1", ends, [2; 32], None),
    ];
    Absence::write(AbsenceFacts { logs, ..facts() }, &key()).unwrap()
}

#[test]
fn a_listing_below_the_sizes_named_refutes_a_certificate() {
    let (exchange, _) = listed();
    let refutation = certificate(2, 0).refuted_by(&exchange.evidence(1), &terms()).unwrap();
    assert_eq!(
        (refutation.log.to_string().as_str(), refutation.number),
        ("demo/jiaxing/exchange/delta/1", 1)
    );
    let not = |certificate: &Absence, number: u64| {
        certificate.refuted_by(&exchange.evidence(number), &terms()).unwrap_err()
    };
    assert!(matches!(not(&certificate(1, 0), 1), NotRefuted::OutOfReach { number: 1, .. }));
    assert!(matches!(not(&certificate(2, 0), 0), NotRefuted::OtherSubject));
    let late =
        AbsenceFacts { unix_seconds: MOMENT + 365 * 86_400, ..certificate(2, 0).facts().clone() };
    let late = Absence::write(late, &key()).unwrap();
    assert!(matches!(not(&late, 1), NotRefuted::NotInTerm));
    let mut changed = exchange.evidence(1);
    changed.body[9] ^= 1;
    let refused = certificate(2, 0).refuted_by(&changed, &terms());
    assert!(matches!(refused, Err(NotRefuted::Unproven(_))));
    let mut records = TestLog::new("demo/jiaxing/records/1");
    records.say(&record(subject()), 2, Concerned::NONE);
    let refused = certificate(2, 0).refuted_by(&records.evidence(0), &terms());
    assert!(matches!(refused, Err(NotRefuted::OutOfReach { .. })));
}

#[test]
fn the_end_of_that_listing_below_the_sizes_named_answers() {
    let (exchange, ends) = listed();
    let (whole, part) = (certificate(3, 2), certificate(3, 1));
    let refutation = whole.refuted_by(&exchange.evidence(1), &terms()).unwrap();
    let answer = |certificate: &Absence, number: u64| {
        let end = ends.evidence(number);
        refutation.answered_by(&end.proof, &end.header, certificate, &terms())
    };
    assert!(answer(&whole, 1).is_ok());
    assert!(matches!(answer(&whole, 0), Err(NotAnswered::NotItsEnd)));
    assert!(matches!(answer(&part, 1), Err(NotAnswered::OutOfReach { .. })));
    let mut foreign = TestLog::new("demo/huzhou/ends/delta/1");
    foreign.say(&end(), 0, concerning(Relation::EXCHANGE, 1));
    let end = foreign.evidence(0);
    let logs = vec![seen("demo/huzhou/ends/delta/1", 1, [2; 32], None)];
    let reaching = Absence::write(AbsenceFacts { logs, ..facts() }, &key()).unwrap();
    let refused = refutation.answered_by(&end.proof, &end.header, &reaching, &terms());
    assert!(matches!(refused, Err(NotAnswered::NotItsEnd)));
}
