//! Bodies of statements, behind the two bytes of a header that name kind and version: what is read
//! is written within the limit and reads back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_credit::{
    CodeScheme, Day, Field, Kind, Record, Statement, Subject, SubjectClass, SubjectCode,
    statement::{
        BODY_BYTES_MAX, Carried, Cause, Correction, Decision, End, EntryName, Erasure, Evidence,
        GradeGround, Ground, Import, ImportReport, ListGround, Listing, ObjectionMark, Receipt,
        Recognition, RejectedCount, Repair, Review, Stops, Withdrawal,
    },
    supervision::Inspection,
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

fn listing(ground: Ground, evidence: Option<Box<Evidence>>) -> Statement {
    Statement::Listing(Listing {
        subject: record().subject,
        domain: "ecology".into(),
        standard: "eco-list".into(),
        standard_version: 2,
        level: "grave".into(),
        ground,
        since: Day(20_780),
        until: Day(21_875),
        inspection: Inspection::SHARPLY_MORE,
        measures: vec!["closer-review".into()],
        channel: "示例市信用窗口".into(),
        evidence,
    })
}

/// What members say to each other about key supervision objects.
fn exchanged() -> Vec<Statement> {
    let text = || "示例".to_owned();
    let entry = EntryName {
        log: "taihu/jiaxing/exchange/delta/1".into(),
        number: 300,
        commitment: [3; 32],
    };
    let list = ListGround {
        authority: text(),
        authority_code: text(),
        document: text(),
        decided: Day(20_775),
        notice: text(),
        notified: Day(20_759),
        heard: text(),
    };
    let grade = GradeGround {
        authority: text(),
        authority_code: text(),
        document: text(),
        decided: Day(20_700),
        model: text(),
        model_version: text(),
        period_from: Day(20_089),
        period_to: Day(20_453),
    };
    let evidence =
        Evidence { proof: vec![0; 200], header: vec![1; 48], salt: [2; 32], body: vec![1, 2, 3] };
    vec![
        listing(Ground::List(list), None),
        listing(Ground::Grade(grade), Some(Box::new(evidence))),
        Statement::Recognition(Recognition {
            listing: entry.clone(),
            decision: Decision::NARROW,
            level: text(),
            inspection: Inspection::MORE,
            measures: vec![text()],
            since: Day(20_781),
            until: Day(21_145),
            reason: text(),
            basis: text(),
            decided: Day(20_781),
            officers: 2,
        }),
        Statement::End(End {
            cause: Cause::ORIGIN_ENDED,
            because: Some(entry.clone()),
            document: text(),
            applied: Some(Day(20_790)),
            decided: Day(20_795),
            reason: text(),
            undone_inspection: Inspection::MORE,
            undone_measures: vec![text()],
        }),
        Statement::Receipt(Receipt {
            end: entry.clone(),
            own: Some(entry.clone()),
            done: Day(20_795),
            stops: Stops::PUBLISHING.and(Stops::USING),
            carried: vec![Carried {
                member: "changxing".into(),
                receipt: entry.clone(),
                done: Day(20_796),
            }],
        }),
        Statement::ObjectionMark(ObjectionMark {
            listing: Some(entry),
            passes_on: None,
            objection: text(),
            received: Day(20_785),
            matter: text(),
        }),
        Statement::Repair(Repair {
            document: text(),
            applied: Day(20_790),
            decided: Day(20_795),
            reason: text(),
        }),
    ]
}

fn seeds() -> Vec<Vec<u8>> {
    let reason = "示例".to_owned();
    let said = [
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
    said.into_iter()
        .chain(exchanged())
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
