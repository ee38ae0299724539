//! Evidence is believed when it is the author's own record of that subject, and not otherwise.

use tiaoxi_credit::{CodeScheme, SubjectClass, SubjectCode, statement::Evidence};
use tiaoxi_ledger::header::Concerned;
use tiaoxi_recognition::evidence::{EvidenceError, check};

use crate::federation::{TestLog, code, listing, member, record, subject, terms};

/// Five records in a log of 嘉兴; the third is about our company.
fn jiaxing() -> (TestLog, u64) {
    let mut log = TestLog::new("demo/jiaxing/records/1");
    let mut other = subject();
    other.codes = vec![code("91330411TX0000028L")];
    let mut third = 0;
    for about in [other.clone(), other.clone(), subject(), other.clone(), other] {
        let number = log.say(&record(about.clone()), 2, Concerned::NONE);
        if about == subject() {
            third = number;
        }
    }
    (log, third)
}

fn judged(evidence: &Evidence) -> Result<(), EvidenceError> {
    check(evidence, &member("jiaxing"), &terms(), &subject()).map(|_| ())
}

#[test]
fn the_authors_own_record_of_the_subject_is_evidence() {
    let (log, third) = jiaxing();
    let found = check(&log.evidence(third), &member("jiaxing"), &terms(), &subject()).unwrap();
    assert_eq!(found.subject, subject());
    assert_eq!(found.document, "嘉演示罚〔2026〕17号");
}

#[test]
fn a_record_of_another_subject_or_of_another_member_is_no_evidence() {
    let (log, third) = jiaxing();
    let of_other = judged(&log.evidence(third - 1));
    assert!(matches!(of_other, Err(EvidenceError::OtherSubject)));
    let by_other = check(&log.evidence(third), &member("huzhou"), &terms(), &subject());
    assert!(matches!(by_other, Err(EvidenceError::OtherAuthor(_))));
    assert_eq!(by_other.unwrap_err().code(), "EVIDENCE_OF_ANOTHER");
    let mut nameless = subject();
    nameless.codes.clear();
    let without_code = check(&log.evidence(third), &member("jiaxing"), &terms(), &nameless);
    assert!(matches!(without_code, Err(EvidenceError::OtherSubject)));
}

#[test]
fn nothing_about_a_person_is_evidence() {
    let person = SubjectCode { scheme: CodeScheme::CITIZEN, code: "999999199001010001".to_owned() };
    let (mut of_person, mut with_code) = (subject(), subject());
    of_person.class = SubjectClass::NATURAL_PERSON;
    with_code.codes.push(person);
    for about in [of_person, with_code] {
        let mut log = TestLog::new("demo/jiaxing/records/1");
        log.say(&record(about), 2, Concerned::NONE);
        let refused = judged(&log.evidence(0)).unwrap_err();
        assert!(matches!(refused, EvidenceError::NaturalPerson));
        assert_eq!(refused.code(), "EVIDENCE_PERSONAL");
    }
}

#[test]
fn whatever_is_changed_in_evidence_it_is_not_believed() {
    let (log, third) = jiaxing();
    let good = log.evidence(third);
    assert!(judged(&good).is_ok());
    let check = |change: &dyn Fn(&mut Evidence), expected: fn(&EvidenceError) -> bool| {
        let mut changed = good.clone();
        change(&mut changed);
        let refused = judged(&changed).unwrap_err();
        assert!(expected(&refused), "{refused:?}");
        assert_eq!(refused.code(), "EVIDENCE_UNPROVEN");
        assert!(!refused.zh().is_empty() && !refused.en().is_empty());
    };
    let replaced = |from: &str, to: &str, it: &mut Evidence| {
        let text = String::from_utf8(it.proof.clone()).unwrap();
        it.proof = text.replacen(from, to, 1).into_bytes();
    };
    check(&|it| it.body[5] ^= 1, |e| matches!(e, EvidenceError::Commitment));
    check(&|it| it.salt[0] ^= 1, |e| matches!(e, EvidenceError::Commitment));
    check(&|it| it.header[40] ^= 1, |e| matches!(e, EvidenceError::NotInLog { .. }));
    check(&|it| it.header[0] = 9, |e| matches!(e, EvidenceError::Header(_)));
    check(&|it| it.header.push(0), |e| matches!(e, EvidenceError::HeaderSize(49)));
    check(&|it| it.header.clear(), |e| matches!(e, EvidenceError::HeaderSize(0)));
    check(&|it| it.proof.clear(), |e| matches!(e, EvidenceError::Proof(_)));
    check(&|it| it.proof = vec![b'x'; 1 << 20], |e| matches!(e, EvidenceError::Proof(_)));
    check(&|it| replaced("index 2", "index 1", it), |e| {
        matches!(e, EvidenceError::NotInLog { .. })
    });
    check(&|it| replaced("index 2", "index 5", it), |e| matches!(e, EvidenceError::Proof(_)));
    check(&|it| replaced("\n5\n", "\n6\n", it), |e| matches!(e, EvidenceError::Proof(_)));
    check(&|it| replaced("demo/jiaxing", "demo/huzhou", it), |e| {
        matches!(e, EvidenceError::Proof(_))
    });
    check(&|it| replaced("demo/jiaxing", "demo/ningbo", it), |e| {
        matches!(e, EvidenceError::UnknownLog(_))
    });
}

#[test]
fn a_log_signed_by_somebody_else_proves_nothing() {
    let mut log = TestLog::forged("demo/jiaxing/records/1", "huzhou");
    log.say(&record(subject()), 2, Concerned::NONE);
    assert!(matches!(judged(&log.evidence(0)), Err(EvidenceError::Proof(_))));
}

#[test]
fn what_the_author_had_no_duty_to_say_or_is_no_record_is_no_evidence() {
    let mut log = TestLog::new("demo/jiaxing/records/1");
    log.say(&record(subject()), 1, Concerned::NONE);
    assert!(matches!(judged(&log.evidence(0)), Err(EvidenceError::NoDuty(_))));
    let mut log = TestLog::new("demo/jiaxing/exchange/delta/1");
    log.say(&listing(subject()), 0, Concerned::NONE);
    assert!(matches!(judged(&log.evidence(0)), Err(EvidenceError::NoRecord)));
}
