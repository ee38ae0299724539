//! What members are asked to say: what arrives at the service, and what is refused before it.

use serde_json::{Value, json};
use tiaoxi_api::ReviewerToken;
use tiaoxi_api::types::{
    AnswerRequest, Date, DecidedState, DecisionsRequest, Digest, EndRequest, EntryTarget,
    FromRecordsRequest, GradeGroundShape, GroundShape, ListingRequest, ObjectionRequest,
    RecognitionChoice, RecognitionRequest, RepairRequest, SubjectKind, SubjectShape,
};
use tiaoxi_credit::Day;
use tiaoxi_credit::code::citizen_number;

use crate::fake::{Importing, LISTED, ORIGIN, place, said};
use crate::node::Node;
use crate::raw::{code_of, send};

fn date(text: &str) -> Date {
    Date::parse(text).expect("a day")
}

fn listing() -> ListingRequest {
    ListingRequest {
        agreement: "delta".into(),
        subject: SubjectShape {
            class: SubjectKind::Organisation,
            name: " 嘉兴示例化工有限公司 ".into(),
            code: LISTED.to_lowercase(),
        },
        domain: "ecology".into(),
        standard: "eco-grade".into(),
        standard_version: 1,
        level: "poor".into(),
        ground: GroundShape::Grade(GradeGroundShape {
            authority: "嘉兴市生态环境局（演示）".into(),
            authority_code: "11330400TX99000493".into(),
            document: "嘉环演示评〔2026〕3号".into(),
            decided: date("2026-11-10"),
            model: "演示模型".into(),
            model_version: "2".into(),
            period_from: date("2025-01-01"),
            period_to: date("2025-12-31"),
        }),
        since: None,
        until: date("2027-11-09"),
        inspection: "more".into(),
        measures: vec!["closer-review".into()],
        channel: "信用中国".into(),
        evidence: Some(EntryTarget { entry: 4, log: Some(ORIGIN.into()) }),
        preview: false,
    }
}

fn recognition() -> RecognitionRequest {
    RecognitionRequest {
        listing: place(),
        decision: RecognitionChoice::Accept,
        inspection: None,
        measures: None,
        until: None,
        reason: "同意".into(),
        basis: "协议第五条".into(),
        preview: false,
    }
}

#[test]
fn a_listing_arrives_as_it_was_written_and_cleaned() {
    let node = Node::start(Importing::Whole);
    let (client, mut request) = (node.client(), listing());
    let reviewer = ReviewerToken::new("t");
    assert_eq!(client.list(&request, Some(&reviewer)).expect("lists"), said("listing", false));
    let heard = node.fake.last_heard();
    let mut cleaned = request.clone();
    cleaned.subject.name = "嘉兴示例化工有限公司".into();
    cleaned.subject.code = LISTED.into();
    assert!(heard.starts_with(&format!("{cleaned:?} ")), "{heard}");
    assert!(heard.contains("reviewer: Some(ReviewerToken(..))"), "{heard}");
    request.preview = true;
    assert_eq!(client.list(&request, None).expect("previews"), said("listing", true));
    request.domain = "product-quality".into();
    assert_eq!(code_of(client.list(&request, None)), "NO_DUTY");
}

#[test]
fn an_officer_decides_and_nobody_else() {
    let node = Node::start(Importing::Whole);
    let (client, officer) = (node.client(), ReviewerToken::new("t"));
    let mut request = recognition();
    let decided = client.recognise(&request, &officer).expect("decides");
    assert_eq!((decided.state, decided.needed), (DecidedState::AwaitsSecond, 2));
    request.decision = RecognitionChoice::Narrow;
    assert_eq!(code_of(client.recognise(&request, &officer)), "BAD_REQUEST");
    request.inspection = Some("normal".into());
    client.recognise(&request, &officer).expect("narrows");
    assert!(node.fake.last_heard().contains("inspection: Some(\"normal\")"));
    request.decision = RecognitionChoice::Decline;
    assert_eq!(code_of(client.recognise(&request, &officer)), "BAD_REQUEST");
    request = RecognitionRequest { basis: " ".into(), ..recognition() };
    assert_eq!(code_of(client.recognise(&request, &officer)), "BAD_REQUEST");
    let body = serde_json::to_string(&recognition()).expect("serialises");
    let answer = send(&node, "POST /v1/recognitions", "", &body);
    assert!(answer.starts_with("HTTP/1.1 403 ") && answer.contains("OFFICER_NEEDED"), "{answer}");
    assert!(answer.contains("tiaoxi reviewer add"), "it says what helps: {answer}");
}

#[test]
fn everything_else_arrives_as_it_was_written() {
    let node = Node::start(Importing::Whole);
    let client = node.client();
    let end = EndRequest {
        listing: place(),
        cause: "delisted".into(),
        document: Some(" ".into()),
        applied: Some(date("2026-11-20")),
        decided: Some(date("2026-11-20")),
        reason: "整改合格".into(),
        preview: false,
    };
    assert_eq!(client.end(&end, None).expect("ends"), said("end", false));
    assert!(node.fake.last_heard().contains("document: None"), "no words are no document");
    let repair = RepairRequest {
        subject: LISTED.to_lowercase(),
        of_document: "嘉环演示严〔2026〕3号".into(),
        document: "信修演示〔2026〕12号".into(),
        applied: date("2026-11-20"),
        decided: date("2026-11-23"),
        reason: None,
        preview: true,
    };
    let decisions = client.repair(&repair, None).expect("repairs");
    assert!(decisions.preview && decisions.more);
    assert!(node.fake.last_heard().contains(LISTED));
    let import = Some(Digest([9; 32]));
    let file = DecisionsRequest { item: "xyxf".into(), import, preview: false };
    assert_eq!(client.decisions(&file, None).expect("carries out").listings.len(), 1);
    let records = FromRecordsRequest {
        agreement: "delta".into(),
        item: "yzsx".into(),
        import: None,
        with_evidence: false,
        preview: true,
    };
    let made = client.list_from_records(&records, None).expect("lists");
    assert_eq!(made.passed_over.first().expect("one").code, "UNKNOWN_STANDARD");
    let objection = ObjectionRequest {
        about: place(),
        received: None,
        matter: "有异议".into(),
        objection: None,
        preview: false,
    };
    assert_eq!(client.object(&objection, None).expect("marks").kind, "objection-mark");
    let answer = AnswerRequest {
        listing: place(),
        upheld: true,
        document: "复〔2026〕2号".into(),
        decided: None,
        reason: "成立".into(),
        preview: false,
    };
    assert_eq!(client.answer(&answer, None).expect("answers").kind, "end");
    assert!(node.fake.last_heard().contains("upheld: true"));
}

/// A good request with one field changed: `a.b` is within an object, null takes it away.
fn with(mut request: Value, field: &str, value: &Value) -> String {
    let mut at = &mut request;
    let (parents, last) = field.rsplit_once('.').unwrap_or(("", field));
    for parent in parents.split('.').filter(|parent| !parent.is_empty()) {
        at = at.get_mut(parent).expect("a field");
    }
    let object = at.as_object_mut().expect("an object");
    if value.is_null() {
        object.remove(last);
    } else {
        object.insert(last.to_owned(), value.clone());
    }
    request.to_string()
}

fn check(path: &str, good: &Value, cases: &[(&str, Value, &str)]) {
    let node = Node::start(Importing::Whole);
    let reviewer = "X-Tiaoxi-Reviewer: t\r\n";
    let answer = send(&node, &format!("POST {path}"), reviewer, &good.to_string());
    assert!(answer.starts_with("HTTP/1.1 200 "), "{path}: {answer}");
    for (field, value, expected) in cases {
        let body = with(good.clone(), field, value);
        let answer = send(&node, &format!("POST {path}"), reviewer, &body);
        assert!(answer.contains(expected), "{path} {field} = {value}: {answer}");
    }
    let heard = node.fake.heard.lock().expect("a lock");
    let taken = cases.iter().filter(|case| case.2 == "HTTP/1.1 200 ").count();
    assert_eq!(heard.len(), taken + 1, "{path}: what is refused does not arrive");
}

#[test]
fn a_listing_that_can_not_be_is_refused_before_the_service() {
    let person = citizen_number(999_999, Day(7_300), 12).expect("good parts");
    let ok = "HTTP/1.1 200 ";
    check(
        "/v1/listings",
        &serde_json::to_value(listing()).expect("serialises"),
        &[
            ("subject.code", json!(person), "NATURAL_PERSON_REFUSED"),
            ("subject.code", json!("330500000012345"), "NO_SUBJECT_CODE"),
            ("subject.class", json!("sole-trader"), ok),
            ("subject.class", json!("natural-person"), "expected `organisation` or `sole-trader`"),
            ("subject.operator", json!("某"), "unknown field `operator`"),
            ("subject.name", json!("字".repeat(201)), "BAD_REQUEST"),
            ("agreement", json!(""), "`agreement`"),
            ("domain", json!("生态"), "`domain`"),
            ("standard", json!("x".repeat(65)), "`standard`"),
            ("standard_version", json!(65_536), "BAD_REQUEST"),
            ("level", json!(null), "missing field `level`"),
            ("ground.kind", json!("rumour"), "expected `list` or `grade`"),
            ("ground.kind", json!("list"), "missing field `notice`"),
            ("ground.score", json!(3), "unknown field `score`"),
            ("ground.authority", json!(" "), "`authority`"),
            ("ground.authority_code", json!(person), "NATURAL_PERSON_REFUSED"),
            ("ground.model", json!("x".repeat(201)), "BAD_REQUEST"),
            ("ground.period_to", json!("2024-12-31"), "DATES_OUT_OF_ORDER"),
            ("ground.period_to", json!("2025-01-01"), ok),
            ("ground.decided", json!("2026-02-30"), "BAD_REQUEST"),
            ("since", json!("2026-12-01"), ok),
            ("since", json!("2027-11-10"), "DATES_OUT_OF_ORDER"),
            ("until", json!("2026-11-09"), "DATES_OUT_OF_ORDER"),
            ("until", json!("2026-11-10"), ok),
            ("inspection", json!("often"), "sharply-more"),
            ("measures", json!(["a", "a"]), "BAD_REQUEST"),
            ("measures", json!((0..51).map(|n| format!("m{n}")).collect::<Vec<_>>()), "at most 50"),
            ("measures", json!(null), ok),
            ("channel", json!(format!("联系人证号{person}")), "citizen number"),
            ("channel", json!(""), "BAD_REQUEST"),
            ("evidence", json!(null), ok),
            ("evidence.log", json!("湖"), "LOG_NOT_FOUND"),
            ("evidence.row", json!(1), "unknown field `row`"),
            ("publish", json!(true), "unknown field `publish`"),
        ],
    );
}

#[test]
fn decisions_about_a_listing_that_can_not_be_are_refused_before_the_service() {
    let ok = "HTTP/1.1 200 ";
    let good = serde_json::to_value(recognition()).expect("serialises");
    check(
        "/v1/recognitions",
        &good,
        &[
            ("reason", json!(" "), "REASON_NEEDED"),
            ("reason", json!("字".repeat(501)), "BAD_REQUEST"),
            ("decision", json!("refuse"), "expected one of `accept`, `narrow`, `decline`"),
            ("until", json!("2026-12-01"), "`narrow` takes"),
            ("measures", json!([]), "`narrow` takes"),
            ("listing.origin", json!("a b"), "LISTING_NOT_FOUND"),
            ("listing.log", json!("a"), "unknown field `log`"),
        ],
    );
    let place = json!({"origin": "huzhou/jiaxing/exchange/delta/1", "number": 17});
    check(
        "/v1/ends",
        &json!({"listing": place, "cause": "terminated", "reason": "依申请"}),
        &[
            ("cause", json!("repair"), ok),
            ("cause", json!("origin-ended"), "UNKNOWN_CAUSE"),
            ("cause", json!("whim"), "UNKNOWN_CAUSE"),
            ("reason", json!(null), "REASON_NEEDED"),
            ("document", json!("x".repeat(201)), "BAD_REQUEST"),
            ("revive", json!(true), "unknown field `revive`"),
        ],
    );
    let applied = json!({"listing": place, "cause": "repair", "reason": "a",
        "applied": "2026-11-20", "decided": "2026-11-20"});
    check("/v1/ends", &applied, &[("decided", json!("2026-11-19"), "DATES_OUT_OF_ORDER")]);
    check(
        "/v1/answers",
        &json!({"listing": place, "upheld": false, "document": "d", "reason": "a"}),
        &[
            ("document", json!(""), "`document`"),
            ("upheld", json!("no"), "BAD_REQUEST"),
            ("upheld", json!(null), "missing field `upheld`"),
            ("reason", json!(""), "REASON_NEEDED"),
        ],
    );
}

#[test]
fn repairs_and_objections_that_can_not_be_are_refused_before_the_service() {
    let person = citizen_number(999_999, Day(7_300), 12).expect("good parts");
    let ok = "HTTP/1.1 200 ";
    check(
        "/v1/repairs",
        &json!({"subject": LISTED, "of_document": "a", "document": "b",
            "applied": "2026-11-20", "decided": "2026-11-23"}),
        &[
            ("subject", json!(person), "NATURAL_PERSON_REFUSED"),
            ("subject", json!(""), "NO_SUBJECT_CODE"),
            ("of_document", json!(" "), "`of_document`"),
            ("decided", json!("2026-11-19"), "DATES_OUT_OF_ORDER"),
            ("reason", json!(person), "citizen number"),
            ("reason", json!(" "), ok),
        ],
    );
    check(
        "/v1/objections",
        &json!({"about": {"origin": ORIGIN, "number": 4}, "matter": "有异议"}),
        &[
            ("matter", json!(" "), "`matter`"),
            ("about.origin", json!(""), "LOG_NOT_FOUND"),
            ("about.row", json!(1), "unknown field `row`"),
            ("received", json!("today"), "BAD_REQUEST"),
            ("objection", json!("huzhou-2026-1"), ok),
        ],
    );
    let long = "x".repeat(65);
    check(
        "/v1/decisions",
        &json!({"item": "xyxf"}),
        &[
            ("item", json!(long), "UNKNOWN_ITEM"),
            ("import", json!("9f"), "BAD_REQUEST"),
            ("agreement", json!("delta"), "unknown field `agreement`"),
        ],
    );
    check(
        "/v1/listings/from-records",
        &json!({"agreement": "delta", "item": "yzsx"}),
        &[
            ("item", json!(""), "UNKNOWN_ITEM"),
            ("agreement", json!(" "), "`agreement`"),
            ("import", json!("9f".repeat(32)), ok),
        ],
    );
}
