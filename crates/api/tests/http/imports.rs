//! What is known of imports, and decisions about them.

use std::io::{self, Write};

use tiaoxi_api::client::RejectedOptions;
use tiaoxi_api::types::{CorrectionsChoice, ImportDecision, ImportState};
use tiaoxi_api::{ClientError, Code, RejectedKind, ReviewerToken};

use crate::fake::{Importing, UNKNOWN};
use crate::node::Node;
use crate::raw::{code_of, get_with_token, send};

const KNOWN: [u8; 32] = [1; 32];

fn path(rest: &str) -> String {
    format!("/v1/imports/{}{rest}", "01".repeat(32))
}

#[test]
fn a_preview_is_confirmed_with_a_decision() {
    let node = Node::start(Importing::Whole);
    let client = node.client();
    let plain = ImportDecision::default();
    assert_eq!(client.confirm(&KNOWN, &plain, None).expect("confirms").rows, 3);
    assert_eq!(node.fake.last_heard(), "Decision { corrections: Skip, review: None }");
    let decision = ImportDecision {
        corrections: CorrectionsChoice::Apply,
        reason: Some("录入有误".into()),
        review: Some("已核对，同意".into()),
    };
    let reviewer = ReviewerToken::new("t");
    client.confirm(&KNOWN, &decision, Some(&reviewer)).expect("confirms");
    let heard = node.fake.last_heard();
    assert!(heard.contains("reason: \"录入有误\""), "{heard}");
    assert!(heard.contains("word: \"已核对，同意\""), "{heard}");
    assert_eq!(code_of(client.confirm(&KNOWN, &decision, None)), "REVIEWER_NEEDED");
    assert_eq!(code_of(client.confirm(&UNKNOWN, &plain, None)), "NOTHING_TO_CONFIRM");
}

#[test]
fn a_decision_that_can_not_be_read_confirms_nothing() {
    let node = Node::start(Importing::Whole);
    let line = format!("POST {}", path("/confirm"));
    for (body, status, code) in [
        ("{}", 200, None),
        ("{\"corrections\": \"skip\", \"reason\": null}", 200, None),
        ("", 400, Some(Code::BadRequest)),
        ("null", 400, Some(Code::BadRequest)),
        ("{\"corections\": \"apply\"}", 400, Some(Code::BadRequest)),
        ("{\"corrections\": \"Apply\"}", 400, Some(Code::BadRequest)),
        ("{\"corrections\": \"apply\"}", 400, Some(Code::ReasonNeeded)),
        ("{\"review\": \"ok\"}", 403, Some(Code::ReviewerNeeded)),
        ("{} {}", 400, Some(Code::BadRequest)),
        ("{\"reason\": \"\u{7}\", \"corrections\": \"apply\"}", 400, Some(Code::BadRequest)),
    ] {
        let answer = send(&node, &line, "Content-Type: application/json\r\n", body);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{body}: {answer}");
        assert!(code.is_none_or(|code| answer.contains(code.as_str())), "{body}: {answer}");
    }
    assert_eq!(node.fake.heard.lock().expect("a lock").len(), 2);
}

#[test]
fn an_error_names_the_unknown_field_and_never_repeats_a_value() {
    let node = Node::start(Importing::Whole);
    let line = format!("POST {}", path("/confirm"));
    let answer = send(&node, &line, "", "{\n \"corections\": 1}");
    assert!(answer.contains("unknown field `corections`"), "{answer}");
    assert!(answer.contains("line 2"), "{answer}");
    let answer = send(&node, &line, "", "{\"corrections\": \"very-private\"}");
    assert!(!answer.contains("very-private"), "{answer}");
}

#[test]
fn a_body_beyond_256_kib_is_refused_whether_its_length_is_told_or_not() {
    let node = Node::start(Importing::Whole);
    let line = format!("POST {}", path("/confirm"));
    let spaces = |bytes: usize| format!("{{{}}}", " ".repeat(bytes - 2));
    let answer = send(&node, &line, "", &spaces(256 << 10));
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let body = spaces((256 << 10) + 1);
    assert!(send(&node, &line, "", &body).contains("BODY_TOO_LARGE"));
    let chunked = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let head = format!("{line} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n");
    let token = crate::fake::TOKEN;
    let rest = format!("Authorization: Bearer {token}\r\nTransfer-Encoding: chunked\r\n\r\n");
    let answer = crate::raw::raw(&node, &format!("{head}{rest}{chunked}"));
    assert!(answer.contains("BODY_TOO_LARGE"), "{answer}");
}

#[test]
fn imports_are_listed_and_discarded() {
    let node = Node::start(Importing::Whole);
    let client = node.client();
    let states: Vec<_> =
        client.imports().expect("answers").into_iter().map(|import| import.state).collect();
    assert_eq!(states, [ImportState::Running, ImportState::Complete]);
    client.discard_import(&KNOWN).expect("discards");
    assert_eq!(code_of(client.discard_import(&UNKNOWN)), "IMPORT_NOT_FOUND");
    let answer = send(&node, &format!("DELETE {}", path("")), "", "body");
    assert!(answer.contains("BODY_NOT_ALLOWED"), "{answer}");
}

#[test]
fn findings_come_in_pages_until_the_last() {
    let node = Node::start(Importing::Whole);
    let client = node.client();
    let (mut rows, mut after, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = client.import_findings(&KNOWN, after, 100).expect("answers");
        rows.extend(page.findings.into_iter().map(|finding| finding.row));
        pages += 1;
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!((pages, rows), (3, (1..=250).collect::<Vec<_>>()));
    for (query, status) in [
        ("", 200),
        ("?limit=1", 200),
        ("?limit=1000&after=0", 200),
        ("?limit=0", 400),
        ("?limit=1001", 400),
        ("?limit=-1", 400),
        ("?limit=+1", 400),
        ("?after=", 400),
        ("?after=5000000000", 400),
        ("?before=3", 400),
    ] {
        let answer = get_with_token(&node, &path(&format!("/findings{query}")));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{query}: {answer}");
    }
}

#[test]
fn rejected_rows_come_back_whole_or_with_the_reason() {
    let node = Node::start(Importing::Whole);
    let client = node.client();
    let mut rows = Vec::new();
    let first = RejectedOptions::default();
    let bytes = client.rejected_rows(&KNOWN, first, &mut rows).expect("answers");
    assert_eq!(rows, "行,原因\r\n".repeat(50_000).into_bytes());
    assert_eq!(bytes, rows.len() as u64);
    let refused = client.rejected_rows(&UNKNOWN, first, &mut io::sink());
    assert_eq!(code_of(refused), "IMPORT_NOT_FOUND");
    let third = RejectedOptions { kind: Some(RejectedKind::Xlsx), part: Some(3) };
    assert_eq!(code_of(client.rejected_rows(&KNOWN, third, &mut io::sink())), "PART_NOT_FOUND");
}

/// Where nothing can be written.
struct Full;

impl Write for Full {
    fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_file_that_breaks_off_is_no_whole_file() {
    let node = Node::start(Importing::Whole);
    let second = RejectedOptions { kind: None, part: Some(2) };
    let broken = node.client().rejected_rows(&KNOWN, second, &mut io::sink());
    assert!(matches!(broken, Err(ClientError::Interrupted { .. })), "{broken:?}");
    let unwritten = node.client().rejected_rows(&KNOWN, RejectedOptions::default(), &mut Full);
    assert!(matches!(unwritten, Err(ClientError::Output(_))), "{unwritten:?}");
}

#[test]
fn a_rejected_file_has_its_name_and_kind_and_is_not_cached() {
    let node = Node::start(Importing::Whole);
    let answer = get_with_token(&node, &path("/rejected?kind=tsv&part=1"));
    for header in [
        "content-type: text/csv\r\n",
        "cache-control: no-store\r\n",
        "x-content-type-options: nosniff\r\n",
        "filename*=UTF-8''%e9%80%80%e5%9b%9e%201.tsv\r\n",
    ] {
        assert!(answer.contains(header), "{header} in {}", answer.get(..600).unwrap_or_default());
    }
    for (query, status, code) in [
        ("?kind=xls", 400, Code::UnknownKind),
        ("?kind=CSV", 400, Code::UnknownKind),
        ("?part=0", 404, Code::PartNotFound),
        ("?part=x", 400, Code::BadRequest),
        ("?parts=1", 400, Code::BadRequest),
    ] {
        let answer = get_with_token(&node, &path(&format!("/rejected{query}")));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{query}: {answer}");
        assert!(answer.contains(code.as_str()), "{query}: {answer}");
    }
}
