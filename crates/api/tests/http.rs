//! The server and the client against each other over a real socket, with a fake service.

mod fake;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::Ordering;

use fake::{Importing, Node, ORIGIN, TOKEN, summary};
use tiaoxi_api::client::{UploadStage, digest_of_file};
use tiaoxi_api::types::{BodyState, ImportState, NodeState};
use tiaoxi_api::{Client, ClientError, Code};
use tiaoxi_credit::Day;
use tiaoxi_credit::code::citizen_number;

/// Sends bytes as they are and reads until the server closes.
fn raw(node: &Node, request: &str) -> String {
    let mut stream = TcpStream::connect(node.address).expect("connects");
    stream.write_all(request.as_bytes()).expect("sends");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answers");
    answer
}

fn get(node: &Node, path: &str, headers: &str) -> String {
    raw(node, &format!("GET {path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n{headers}\r\n"))
}

fn get_with_token(node: &Node, path: &str) -> String {
    get(node, path, &format!("Authorization: Bearer {TOKEN}\r\n"))
}

/// A file of `rows` rows of 100 bytes.
fn file(rows: usize) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    let row = [&[b'x'; 99][..], b"\n"].concat();
    file.write_all(&row.repeat(rows)).expect("written");
    file
}

fn code_of<T: std::fmt::Debug>(result: Result<T, ClientError>) -> String {
    let error = result.expect_err("refused");
    error.code().map_or_else(|| error.to_string(), str::to_owned)
}

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
fn rejected_rows_come_back_whole_or_with_the_reason() {
    let node = Node::start(Importing::Whole);
    let client = node.client();
    let mut rows = String::new();
    client.rejected_rows(&[1; 32]).expect("answers").read_to_string(&mut rows).expect("reads");
    assert_eq!(rows, "行,原因\r\n".repeat(50_000));
    let refused = client.rejected_rows(&[0; 32]).err().expect("refused");
    assert_eq!(refused.code(), Some("IMPORT_NOT_FOUND"));
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
        ("/v1/imports", 405, Code::MethodNotAllowed),
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
fn a_file_is_streamed_whole_with_progress() {
    let node = Node::start(Importing::Whole);
    let file = file(50_000);
    let mut stages = Vec::new();
    let ended = node.client().import(file.path(), "xzcf", &mut |stage| stages.push(stage));
    let (digest, length) = digest_of_file(file.path(), &mut |_| ()).expect("reads");
    assert_eq!(ended.expect("imports"), summary(digest, "xzcf", 50_000, false));
    let read = node.read.recv().expect("the service tells").expect("whole");
    assert_eq!(read.len() as u64, length);
    assert_eq!(blake3::hash(&read).as_bytes(), &digest);
    assert_eq!(stages.last(), Some(&UploadStage::Sending { done: length, total: length }));
    assert!(stages.contains(&UploadStage::Hashing { done: length, total: length }));
}

#[test]
fn a_file_that_is_known_already_is_not_sent() {
    let node = Node::start(Importing::Complete);
    let file = file(50_000);
    let mut was_sent = false;
    let ended = node.client().import(file.path(), "xzcf", &mut |stage| {
        was_sent |= matches!(stage, UploadStage::Sending { .. });
    });
    assert!(ended.expect("answers").already_complete);
    assert!(!was_sent);
}

#[test]
fn an_error_in_the_middle_of_an_upload_reaches_the_sender() {
    let node = Node::start(Importing::RefusesEarly);
    let file = file(200_000);
    let ended = node.client().import(file.path(), "xzcf", &mut |_| ());
    assert_eq!(code_of(ended), Code::UnknownItem.as_str());
}

#[test]
fn an_upload_that_is_cut_off_is_no_end_of_file() {
    let node = Node::start(Importing::Whole);
    let digest = "00".repeat(32);
    for framing in
        ["Content-Length: 1000\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf"]
    {
        let mut stream = TcpStream::connect(node.address).expect("connects");
        let head = format!("POST /v1/imports?item=xzcf&digest={digest} HTTP/1.1\r\nHost: t\r\n");
        let request = format!("{head}Authorization: Bearer {TOKEN}\r\n{framing}");
        stream.write_all(request.as_bytes()).expect("sends");
        drop(stream);
        let read = node.read.recv().expect("the service tells");
        assert_eq!(read, Err(std::io::ErrorKind::UnexpectedEof), "{framing}");
    }
}

#[test]
fn an_import_needs_item_and_digest_and_a_length_within_limits() {
    let node = Node::start(Importing::Whole);
    let digest = "00".repeat(32);
    for (query, length, code) in [
        ("item=xzcf".to_owned(), 0, Code::BadRequest),
        (format!("digest={digest}"), 0, Code::BadRequest),
        ("item=xzcf&digest=12".to_owned(), 0, Code::BadRequest),
        (format!("item={}&digest={digest}", "x".repeat(65)), 0, Code::UnknownItem),
        (format!("item=xzcf&digest={digest}"), 1_u64 << 50, Code::ImportTooLarge),
    ] {
        let head = format!("POST /v1/imports?{query} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n");
        let rest = format!("Authorization: Bearer {TOKEN}\r\nContent-Length: {length}\r\n\r\n");
        let answer = raw(&node, &format!("{head}{rest}"));
        assert!(answer.contains(code.as_str()), "{query}: {answer}");
    }
}

#[test]
fn a_fifth_import_at_once_is_refused_and_reads_go_on() {
    let mut node = Node::start(Importing::Waits);
    let file = file(10);
    std::thread::scope(|scope| {
        let mut running = Vec::new();
        // The refused one is whichever comes fifth; it returns while the others wait.
        let (told, ended) = std::sync::mpsc::channel();
        for _ in 0..5 {
            let (client, told, path) = (node.client(), told.clone(), file.path());
            running.push(scope.spawn(move || {
                let result = client.import(path, "xzcf", &mut |_| ());
                told.send(result).expect("the test listens");
            }));
        }
        assert_eq!(code_of(ended.recv().expect("one ends")), Code::TooManyImports.as_str());
        node.client().status().expect("answers meanwhile");
        node.go_on = None;
        for _ in 0..4 {
            assert_eq!(ended.recv().expect("the others end").expect("imported").rows, 10);
        }
        for thread in running {
            thread.join().expect("ends");
        }
    });
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
    let missing = client.import(std::path::Path::new("/nonexistent"), "xzcf", &mut |_| ());
    assert!(matches!(missing, Err(ClientError::File { .. })));
}
