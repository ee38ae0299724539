mod exchange;

use super::*;
use crate::{CodeScheme, Field, Subject, SubjectClass, SubjectCode};

fn record(text: &str) -> Record {
    Record {
        row: 3,
        subject: Subject {
            class: SubjectClass::ORGANISATION,
            name: "湖州示例建材有限公司".into(),
            codes: vec![SubjectCode { scheme: CodeScheme::USCC, code: "91".into() }],
        },
        authority: "11".into(),
        document: "示例〔2024〕1号".into(),
        decided: Day(19_800),
        fields: vec![Field { number: 15, text: text.into() }],
    }
}

fn statements() -> Vec<Statement> {
    let reason = || "录入有误".to_owned();
    let mut statements = vec![
        Statement::Import(Import { digest: [1; 32], catalog: [2; 32] }),
        Statement::Record(record("未亮照")),
        Statement::Correction(Correction {
            record: record("未亮证"),
            reason: reason(),
            import: None,
            review: None,
        }),
        Statement::Correction(Correction {
            record: record("未亮证"),
            reason: reason(),
            import: Some([7; 32]),
            review: Some(Review { reviewer: "演示复核员".into(), word: "同意".into() }),
        }),
        Statement::Withdrawal(Withdrawal {
            reason: reason(),
            document: String::new(),
            decided: Day(19_900),
        }),
        Statement::Erasure(Erasure { basis: "演示条例第十六条".into() }),
        Statement::ImportReport(ImportReport {
            rows: 3,
            accepted: 2,
            rejected: vec![RejectedCount { code: "REQUIRED_MISSING".into(), rows: 1 }],
        }),
    ];
    statements.extend(exchange::statements());
    statements
}

#[test]
fn every_statement_survives_its_body() {
    for statement in statements() {
        let (kind, body) = (statement.kind(), statement.to_body().unwrap());
        let read = Statement::from_body(kind as u8, kind.version(), &body).unwrap();
        assert_eq!(read, statement);
        let longer = [&body[..], &[0]].concat();
        assert!(Statement::from_body(kind as u8, kind.version(), &longer).is_err());
        for cut in 0..body.len() {
            assert!(Statement::from_body(kind as u8, kind.version(), &body[..cut]).is_err());
        }
    }
}

#[test]
fn a_borrowed_record_is_the_record() {
    for statement in statements() {
        let (kind, body) = (statement.kind(), statement.to_body().unwrap());
        let borrowed = record_in(kind as u8, kind.version(), &body).unwrap();
        let expected = match &statement {
            Statement::Record(record) => Some(record),
            Statement::Correction(correction) => Some(&correction.record),
            _ => None,
        };
        assert_eq!(borrowed.is_some(), expected.is_some());
        if let (Some(borrowed), Some(expected)) = (borrowed, expected) {
            assert_eq!(borrowed.subject.name, expected.subject.name);
            assert_eq!(borrowed.document, expected.document);
            assert_eq!(borrowed.fields.len(), expected.fields.len());
        }
    }
}

#[test]
fn every_body_within_the_limit_can_be_read() {
    let overhead = Statement::Record(record("")).to_body().unwrap().len() + 2;
    let longest = Statement::Record(record(&"x".repeat(BODY_BYTES_MAX - overhead)));
    let body = longest.to_body().unwrap();
    assert_eq!(body.len(), BODY_BYTES_MAX);
    assert_eq!(Statement::from_body(2, 1, &body).unwrap(), longest);
    let over = Statement::Record(record(&"x".repeat(BODY_BYTES_MAX - overhead + 1)));
    assert_eq!(over.to_body().unwrap_err().bytes, BODY_BYTES_MAX + 1);
    let field = |number| Field { number, text: String::new() };
    let many = Record {
        fields: (0..20_000).map(|i: u32| field(i.to_le_bytes()[0])).collect(),
        ..record("")
    };
    let body = Statement::Record(many.clone()).to_body().unwrap();
    assert_eq!(Statement::from_body(2, 1, &body).unwrap(), Statement::Record(many));
}

#[test]
fn unknown_kinds_versions_and_sizes_are_named() {
    let body = Statement::Record(record("")).to_body().unwrap();
    let read = |kind, version, body: &[u8]| Statement::from_body(kind, version, body).unwrap_err();
    assert!(matches!(read(200, 1, &body), BodyError::Unknown { kind: 200, .. }));
    assert!(matches!(read(5, 0, &[0]), BodyError::Unknown { kind: 5, .. }));
    assert!(matches!(read(2, 2, &[2, 0]), BodyError::Unknown { version: 2, .. }));
    assert!(matches!(read(2, 1, &[]), BodyError::Size(0)));
    assert!(matches!(read(2, 1, &[9, 9]), BodyError::VersionMismatch { found: 9, .. }));
}
