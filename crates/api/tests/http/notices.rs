//! Corrections and withdrawals.

use tiaoxi_api::types::{
    CorrectionRequest, Date, Digest, EntryTarget, ImportTarget, RowTarget, Target,
    WithdrawalRequest,
};
use tiaoxi_api::{Code, ReviewerToken};

use crate::fake::{Importing, ORIGIN, notice};
use crate::node::Node;
use crate::raw::{code_of, send};

const IMPORT: Digest = Digest([9; 32]);

#[test]
fn a_withdrawal_arrives_as_it_was_written() {
    let node = Node::start(Importing::Whole);
    let client = node.client();
    let entry = EntryTarget { entry: 4, log: Some(ORIGIN.into()) };
    let mut request = WithdrawalRequest {
        target: Target::Entry(entry),
        reason: " 已被复议撤销 ".into(),
        document: Some("德复决〔2026〕3号".into()),
        decided: Date::parse("2026-11-24"),
        preview: false,
    };
    assert_eq!(client.withdraw(&request, None).expect("withdraws"), notice("withdrawal"));
    let heard = node.fake.last_heard();
    assert!(heard.contains("reason: \"已被复议撤销\""), "{heard}");
    assert!(heard.contains("德复决〔2026〕3号") && heard.contains("reviewer: None"), "{heard}");
    request.target = Target::Import(ImportTarget { import: IMPORT });
    let reviewer = ReviewerToken::new("t");
    client.withdraw(&request, Some(&reviewer)).expect("withdraws");
    assert!(node.fake.last_heard().contains("reviewer: Some(ReviewerToken(..))"));
}

#[test]
fn a_correction_arrives_as_it_was_written() {
    let node = Node::start(Importing::Whole);
    let client = node.client();
    let mut request = CorrectionRequest {
        target: Target::Row(RowTarget { import: IMPORT, row: 17 }),
        set: [("CF_NR_FK".into(), "0.2".into()), ("BZ".into(), String::new())].into(),
        reason: "罚款金额录入有误".into(),
        review: None,
        preview: false,
    };
    assert_eq!(client.correct(&request, None).expect("corrects"), notice("correction"));
    let heard = node.fake.last_heard();
    assert!(heard.contains("set: {\"BZ\": \"\", \"CF_NR_FK\": \"0.2\"}"), "{heard}");
    request.review = Some("同意".into());
    assert_eq!(code_of(client.correct(&request, None)), "REVIEWER_NEEDED");
    client.correct(&request, Some(&ReviewerToken::new("t"))).expect("corrects");
    request.reason = "相同".into();
    assert_eq!(code_of(client.correct(&request, Some(&ReviewerToken::new("t")))), "NO_CHANGE");
    request.target = Target::Import(ImportTarget { import: IMPORT });
    assert_eq!(code_of(client.correct(&request, None)), "NOT_A_RECORD");
}

#[test]
fn what_is_missing_or_unknown_in_a_notice_is_refused() {
    let node = Node::start(Importing::Whole);
    let (word, long) = ("\"reason\": \"a\"", "字".repeat(501));
    for (path, body, code) in [
        ("withdrawals", format!("{{\"target\": {{\"entry\": 1}}, {word}}}"), None),
        ("withdrawals", format!("{{{word}}}"), Some(Code::BadRequest)),
        ("withdrawals", "{\"target\": {\"entry\": 1}}".into(), Some(Code::ReasonNeeded)),
        (
            "withdrawals",
            format!("{{\"target\": {{\"entry\": 1}}, \"reason\": \"{long}\"}}"),
            Some(Code::BadRequest),
        ),
        (
            "withdrawals",
            format!("{{\"target\": {{\"entry\": 1}}, {word}, \"set\": {{}}}}"),
            Some(Code::BadRequest),
        ),
        (
            "withdrawals",
            format!("{{\"target\": {{\"entry\": 1}}, {word}, \"decided\": \"2026-02-30\"}}"),
            Some(Code::BadRequest),
        ),
        (
            "withdrawals",
            format!("{{\"target\": {{\"entry\": 1, \"log\": \"湖\"}}, {word}}}"),
            Some(Code::LogNotFound),
        ),
        (
            "withdrawals",
            format!("{{\"target\": {{\"entry\": 1, \"row\": 1}}, {word}}}"),
            Some(Code::BadRequest),
        ),
        (
            "withdrawals",
            format!("{{\"target\": {{\"import\": \"{IMPORT}\", \"row\": 0}}, {word}}}"),
            Some(Code::RowNotFound),
        ),
        (
            "corrections",
            format!("{{\"target\": {{\"entry\": 1}}, \"set\": {{\"A\": \"1\"}}, {word}}}"),
            None,
        ),
        (
            "corrections",
            format!("{{\"target\": {{\"entry\": 1}}, \"set\": {{}}, {word}}}"),
            Some(Code::NoChange),
        ),
        (
            "corrections",
            format!("{{\"target\": {{\"entry\": 1}}, {word}}}"),
            Some(Code::BadRequest),
        ),
        (
            "corrections",
            format!("{{\"target\": {{\"entry\": 1}}, \"set\": {{\"A\": 1}}, {word}}}"),
            Some(Code::BadRequest),
        ),
    ] {
        let answer = send(&node, &format!("POST /v1/{path}"), "", &body);
        let wanted = code.map_or("HTTP/1.1 200 ", Code::as_str);
        assert!(answer.contains(wanted), "{body}: {answer}");
    }
    assert_eq!(node.fake.heard.lock().expect("a lock").len(), 2);
}

#[test]
fn a_correction_has_limits() {
    let node = Node::start(Importing::Whole);
    let correction = |fields: usize, chars: usize| CorrectionRequest {
        target: Target::Entry(EntryTarget { entry: 1, log: None }),
        set: (0..fields).map(|field| (format!("F{field}"), "x".repeat(chars))).collect(),
        reason: "a".into(),
        review: None,
        preview: false,
    };
    let client = node.client();
    client.correct(&correction(100, 1), None).expect("corrects");
    client.correct(&correction(1, 10_000), None).expect("corrects");
    assert_eq!(code_of(client.correct(&correction(101, 1), None)), "BAD_REQUEST");
    assert_eq!(code_of(client.correct(&correction(1, 10_001), None)), "BAD_REQUEST");
    assert_eq!(code_of(client.correct(&correction(40, 10_000), None)), "BODY_TOO_LARGE");
}
