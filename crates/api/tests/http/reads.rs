//! Questions: what the client reads, what is refused, who may ask.

use std::sync::atomic::Ordering;

use tiaoxi_api::client::ImportOptions;
use tiaoxi_api::types::{BodyState, ImportState, NodeState};
use tiaoxi_api::{Client, ClientError, Code};
use tiaoxi_credit::Day;
use tiaoxi_credit::code::citizen_number;

use crate::fake::{Importing, ORIGIN, TOKEN};
use crate::node::Node;
use crate::raw::{code_of, get, get_with_token};

#[test]
fn the_client_reads_what_the_service_says() {
    let node = Node::start(Importing::Whole);
    let client = node.client();
    assert_eq!(client.health().expect("answers").state, NodeState::Ready);
    assert_eq!(client.status().expect("answers").federation, "huzhou");
    assert_eq!(client.logs().expect("answers").first().expect("one").origin, ORIGIN);
    assert_eq!(client.checkpoint(ORIGIN).expect("answers"), b"a note\n");
    let subject = client.subject("91330500tx000000").expect("answers");
    assert_eq!(subject.code, "91330500TX000000");
    assert_eq!(subject.name.as_deref(), Some("湖州示例建材有限公司"));
    let proof = client.proof(ORIGIN, 3).expect("answers");
    assert_eq!((proof.number, proof.body_state), (3, BodyState::Given));
    assert_eq!(client.proof_file(ORIGIN, 3).expect("answers"), proof.tlog_proof.as_bytes());
    assert_eq!(client.import_progress(&[7; 32]).expect("answers").state, ImportState::Running);
}

#[test]
fn errors_keep_their_codes() {
    let node = Node::start(Importing::Whole);
    let client = node.client();
    assert_eq!(code_of(client.checkpoint("huzhou/nobody/records/1")), Code::LogNotFound.as_str());
    assert_eq!(code_of(client.proof(ORIGIN, 7)), Code::NotYetSigned.as_str());
    assert_eq!(code_of(client.proof(ORIGIN, 9)), Code::EntryNotFound.as_str());
    assert_eq!(code_of(client.import_progress(&[0; 32])), Code::ImportNotFound.as_str());
    assert_eq!(code_of(client.subject(&"9".repeat(60))), Code::NoSubjectCode.as_str());
    for (path, status, code) in [
        ("/v1/nothing", 404, Code::RouteNotFound),
        ("/v1/logs/huzhou/deqing", 404, Code::RouteNotFound),
        ("/v1/proofs/x?log=a", 400, Code::BadRequest),
        ("/v1/proofs/1", 400, Code::BadRequest),
        ("/v1/proofs/1?log=a&format=xml", 400, Code::BadRequest),
        ("/v1/proofs/1?log=a%20b", 404, Code::LogNotFound),
        ("/v1/imports/00", 400, Code::BadRequest),
        ("/v1/subjects/%FF", 400, Code::NoSubjectCode),
        ("/v1/withdrawals", 405, Code::MethodNotAllowed),
        ("/v1/proofs/1?log=a&log=b", 400, Code::BadRequest),
        ("/v1/proofs/1?log=%FF", 400, Code::BadRequest),
        ("/v1/proofs/1?log=a&logs=b", 400, Code::BadRequest),
    ] {
        let answer = get_with_token(&node, path);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {answer}");
        assert!(answer.contains(code.as_str()), "{path}: {answer}");
    }
}

#[test]
fn only_the_token_opens_anything_but_health() {
    let node = Node::start(Importing::Whole);
    let ok = "HTTP/1.1 200 ";
    assert!(get(&node, "/v1/health", "").starts_with(ok));
    assert!(get_with_token(&node, "/v1/status").starts_with(ok));
    assert!(
        get(&node, "/v1/status", &format!("authorization: bearer {TOKEN}\r\n")).starts_with(ok)
    );
    let again = format!("Authorization: Bearer {TOKEN}\r\nAuthorization: Bearer {TOKEN}\r\n");
    for headers in [
        "",
        "Authorization: Bearer \r\n",
        "Authorization: Bearer token-of-the-tesu\r\n",
        "Authorization: Basic token-of-the-test\r\n",
        again.as_str(),
    ] {
        for path in ["/v1/status", "/v1/nothing", "/v1/health/", "/v1/subjects/1"] {
            let answer = get(&node, path, headers);
            assert!(answer.starts_with("HTTP/1.1 401 "), "{path} {headers}: {answer}");
            assert!(answer.contains("UNAUTHORIZED"), "{answer}");
        }
    }
    assert_eq!(code_of(Client::new(&node.url(), "wrong").status()), "UNAUTHORIZED");
}

#[test]
fn a_natural_person_is_refused_before_the_service_and_never_echoed() {
    let node = Node::start(Importing::Whole);
    let person = citizen_number(999_999, Day(7_300), 12).expect("good parts");
    let answer = get_with_token(&node, &format!("/v1/subjects/{person}"));
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    assert!(answer.contains("NATURAL_PERSON_REFUSED"));
    assert!(!answer.contains(&person));
    assert!(!node.fake.asked.load(Ordering::SeqCst));
    node.client().subject("91330500TX000000").expect("a firm is answered");
    assert!(node.fake.asked.load(Ordering::SeqCst));
}

#[test]
fn the_accept_header_and_the_format_choose_the_bare_proof() {
    let node = Node::start(Importing::Whole);
    let auth = format!("Authorization: Bearer {TOKEN}\r\n");
    let plain = format!("/v1/proofs/3?log={ORIGIN}");
    for (path, accept, is_bare) in [
        (plain.clone(), "", false),
        (plain.clone(), "Accept: */*\r\n", false),
        (plain.clone(), "Accept: text/plain;q=0.9\r\n", true),
        (plain.clone(), "Accept: application/json, text/plain\r\n", false),
        (format!("{plain}&format=tlog-proof"), "", true),
        (format!("{plain}&format=json"), "Accept: text/plain\r\n", false),
    ] {
        let answer = get(&node, &path, &format!("{auth}{accept}"));
        assert_eq!(answer.ends_with("\r\n\r\nc2sp.org/tlog-proof@v1\n"), is_bare, "{answer}");
        assert_eq!(answer.contains("content-type: text/plain"), is_bare, "{answer}");
    }
}

#[test]
fn reads_with_a_body_and_oversized_headers_are_refused() {
    let node = Node::start(Importing::Whole);
    let with_body = "Content-Length: 1\r\n";
    assert!(get(&node, "/v1/health", with_body).contains("BODY_NOT_ALLOWED"));
    assert!(get(&node, "/v1/health", "Content-Length: 0\r\n").starts_with("HTTP/1.1 200 "));
    let long = format!("X: {}\r\n", "a".repeat(20_000));
    assert!(get(&node, "/v1/health", &long).starts_with("HTTP/1.1 431 "));
    let many = "X: a\r\n".repeat(100);
    assert!(get(&node, "/v1/health", &many).starts_with("HTTP/1.1 431 "));
}

#[test]
fn an_absent_node_is_told_apart_from_an_error() {
    let node = Node::start(Importing::Whole);
    let client = node.client();
    client.health().expect("answers");
    drop(node);
    let error = client.health().expect_err("nobody is there");
    assert!(matches!(error, ClientError::Unreachable { .. }), "{error:?}");
    assert!(error.to_string().contains("tiaoxi run"));
    let error = Client::new("no url", TOKEN).health().expect_err("no url");
    assert!(matches!(error, ClientError::BadUrl { .. }), "{error:?}");
    let missing =
        client.import(std::path::Path::new("/nonexistent"), &ImportOptions::default(), &mut |_| ());
    assert!(matches!(missing, Err(ClientError::File { .. })));
}
