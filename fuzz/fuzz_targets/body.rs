//! Bodies of statements, behind the two bytes of a header that name kind and version: what is read
//! is written within the limit and reads back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_credit::{
    CodeScheme, Day, Field, Kind, Record, Statement, Subject, SubjectClass, SubjectCode,
    statement::{
        BODY_BYTES_MAX, Correction, Erasure, Import, ImportReport, RejectedCount, Review,
        Withdrawal,
    },
};
use tiaoxi_fuzz::plant;

fn record() -> Record {
    Record {
        row: 7,
        subject: Subject {
            class: SubjectClass::ORGANISATION,
            name: "湖州示例食品有限公司".into(),
            codes: vec![SubjectCode {
                scheme: CodeScheme::USCC,
                code: "91330500TX00000012".into(),
            }],
        },
        authority: "11330500TX00000023".into(),
        document: "示例罚〔2026〕7号".into(),
        decided: Day(20_700),
        fields: vec![Field { number: 12, text: "0.2".into() }],
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let reason = "示例".to_owned();
    let statements = [
        Statement::Record(record()),
        Statement::Import(Import { digest: [1; 32], catalog: [2; 32] }),
        Statement::ImportReport(ImportReport {
            rows: 300,
            accepted: 298,
            rejected: vec![RejectedCount { code: "DATE_INVALID".into(), rows: 2 }],
        }),
        Statement::Correction(Correction {
            record: record(),
            reason: reason.clone(),
            import: Some([7; 32]),
            review: Some(Review { reviewer: reason.clone(), word: reason.clone() }),
        }),
        Statement::Withdrawal(Withdrawal { reason, document: String::new(), decided: Day(1) }),
        Statement::Erasure(Erasure { basis: "示例条例第一条".into() }),
    ];
    statements
        .iter()
        .map(|statement| {
            let mut bytes = vec![statement.kind() as u8, statement.kind().version()];
            bytes.extend(statement.to_body().expect("the examples are short"));
            bytes
        })
        .collect()
}

fuzz_target!(init: plant(seeds()), |bytes: &[u8]| {
    let [kind, version, body @ ..] = bytes else { return };
    let Ok(statement) = Statement::from_body(*kind, *version, body) else { return };
    assert_eq!(Kind::from_number(*kind), Some(statement.kind()));
    assert!(body.len() <= BODY_BYTES_MAX);
    // Integers may have been written longer than need be; the meaning is what must stay.
    let written = statement.to_body().expect("what was read within the limit can be written");
    assert!(written.len() <= body.len());
    let again = Statement::from_body(*kind, *version, &written).expect("a written body is read");
    assert_eq!(again, statement);
});
