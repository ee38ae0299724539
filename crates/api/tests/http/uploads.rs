//! Files on their way to the node.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;

use tiaoxi_api::client::{ImportOptions, UploadStage, digest_of_file};
use tiaoxi_api::types::{CorrectionsChoice, ImportDecision, ImportSummary};
use tiaoxi_api::{Client, ClientError, Code, ReviewerToken, server};

use crate::fake::{Importing, TOKEN, summary};
use crate::node::Node;
use crate::raw::{code_of, raw, send};

/// A file of `rows` rows of 100 bytes.
fn file(rows: usize) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    let row = [&[b'x'; 99][..], b"\n"].concat();
    file.write_all(&row.repeat(rows)).expect("written");
    file
}

fn penalties() -> ImportOptions {
    ImportOptions { item: Some("xzcf".into()), ..ImportOptions::default() }
}

fn import(client: &Client, path: &Path) -> Result<ImportSummary, ClientError> {
    client.import(path, &penalties(), &mut |_| ())
}

#[test]
fn a_file_is_streamed_whole_with_progress() {
    let node = Node::start(Importing::Whole);
    let file = file(50_000);
    let mut stages = Vec::new();
    let ended = node.client().import(file.path(), &penalties(), &mut |stage| stages.push(stage));
    let (digest, length) = digest_of_file(file.path(), &mut |_| ()).expect("reads");
    assert_eq!(ended.expect("imports"), summary(digest, "xzcf", 50_000));
    let read = node.read.recv().expect("the service tells").expect("whole");
    assert_eq!(read.len() as u64, length);
    assert_eq!(blake3::hash(&read).as_bytes(), &digest);
    assert_eq!(stages.last(), Some(&UploadStage::Sending { done: length, total: length }));
    assert!(stages.contains(&UploadStage::Hashing { done: length, total: length }));
}

#[test]
fn an_item_may_be_left_to_the_node_and_options_arrive_as_they_were_given() {
    let node = Node::start(Importing::Whole);
    let file = file(2);
    let ended = node.client().import(file.path(), &ImportOptions::default(), &mut |_| ());
    assert_eq!(ended.expect("imports").item, "recognised");
    let options = ImportOptions {
        item: None,
        sheet: Some("处罚 & 许可=1".into()),
        fill: [("CF_SJLY".into(), "a=b&湖州".into()), ("A".into(), "1".into())].into(),
        preview: true,
        decision: ImportDecision {
            corrections: CorrectionsChoice::Apply,
            reason: Some("录入+有误 100%".into()),
            review: Some("同意".into()),
        },
        reviewer: Some(ReviewerToken::new("secret-of-a-reviewer")),
    };
    assert!(!format!("{options:?}").contains("secret-of-a-reviewer"));
    let ended = node.client().import(file.path(), &options, &mut |_| ());
    assert!(ended.expect("previews").preview);
    let heard = node.fake.last_heard();
    for part in [
        "item: None",
        "length: Some(200)",
        "sheet: Some(\"处罚 & 许可=1\")",
        "fill: {\"A\": \"1\", \"CF_SJLY\": \"a=b&湖州\"}",
        "preview: true",
        "corrections: Apply { reason: \"录入+有误 100%\" }",
        "review: Some(Review { word: \"同意\", reviewer: ReviewerToken(..) })",
    ] {
        assert!(heard.contains(part), "{part} in {heard}");
    }
}

#[test]
fn a_file_that_is_known_already_is_not_sent() {
    let node = Node::start(Importing::Complete);
    let file = file(50_000);
    let mut was_sent = false;
    let ended = node.client().import(file.path(), &penalties(), &mut |stage| {
        was_sent |= matches!(stage, UploadStage::Sending { .. });
    });
    assert!(ended.expect("answers").already_complete);
    assert!(!was_sent);
}

#[test]
fn an_error_in_the_middle_of_an_upload_reaches_the_sender() {
    let node = Node::start(Importing::RefusesEarly);
    assert_eq!(code_of(import(&node.client(), file(200_000).path())), Code::UnknownItem.as_str());
}

#[test]
fn an_error_before_an_upload_reaches_a_sender_that_does_not_wait() {
    let node = Node::start(Importing::Whole);
    let body = "x".repeat(2 << 20);
    let answer = send(&node, "POST /v1/imports?item=xzcf&preview=yes", "", &body);
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(node.fake.heard.lock().expect("a lock").is_empty());
}

#[test]
fn an_upload_that_is_cut_off_is_no_end_of_file() {
    let node = Node::start(Importing::Whole);
    for framing in
        ["Content-Length: 1000\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf"]
    {
        let mut stream = TcpStream::connect(node.address).expect("connects");
        let head = "POST /v1/imports?item=xzcf HTTP/1.1\r\nHost: t\r\n";
        let request = format!("{head}Authorization: Bearer {TOKEN}\r\n{framing}");
        stream.write_all(request.as_bytes()).expect("sends");
        drop(stream);
        let read = node.read.recv().expect("the service tells");
        assert_eq!(read, Err(ErrorKind::UnexpectedEof), "{framing}");
    }
}

#[test]
fn parameters_of_an_import_are_read_whole_or_refused() {
    let node = Node::start(Importing::Whole);
    let digest = "00".repeat(32);
    let (long, reason) = ("x".repeat(65), "%e5%ad%97".repeat(501));
    let fills: Vec<_> = (0..51).map(|field| format!("fill=F{field}=1")).collect();
    let fills = fills.join("&");
    for (query, code) in [
        (String::new(), None),
        ("item=xzcf".to_owned(), None),
        (format!("digest={digest}"), None),
        ("sheet=%E5%A4%84%E7%BD%9A".to_owned(), None),
        ("preview=false&corrections=skip&reason=&review=".to_owned(), None),
        ("fill=A=&fill=B=1".to_owned(), Some(Code::BadRequest)),
        ("fill=A=1&fill=A=2".to_owned(), Some(Code::BadRequest)),
        ("fill=A".to_owned(), Some(Code::BadRequest)),
        (fills, Some(Code::BadRequest)),
        ("digest=12".to_owned(), Some(Code::BadRequest)),
        ("item=".to_owned(), Some(Code::UnknownItem)),
        (format!("item={long}"), Some(Code::UnknownItem)),
        ("item=a&item=b".to_owned(), Some(Code::BadRequest)),
        ("previw=true".to_owned(), Some(Code::BadRequest)),
        ("preview=1".to_owned(), Some(Code::BadRequest)),
        ("sheet=%FF".to_owned(), Some(Code::BadRequest)),
        (format!("sheet={}", "s".repeat(101)), Some(Code::BadRequest)),
        ("corrections=yes".to_owned(), Some(Code::BadRequest)),
        ("corrections=apply".to_owned(), Some(Code::ReasonNeeded)),
        (format!("corrections=apply&reason={reason}"), Some(Code::BadRequest)),
        ("review=ok".to_owned(), Some(Code::ReviewerNeeded)),
    ] {
        let answer = send(&node, &format!("POST /v1/imports?{query}"), "", "a\n");
        match code {
            None => {
                assert!(answer.starts_with("HTTP/1.1 200 "), "{query}: {answer}");
                node.read.recv().expect("the service tells").expect("whole");
            }
            Some(code) => assert!(answer.contains(code.as_str()), "{query}: {answer}"),
        }
    }
    for (headers, code) in [
        ("X-Tiaoxi-Reviewer: a\r\nX-Tiaoxi-Reviewer: b\r\n", Some(Code::ReviewerUnknown)),
        ("X-Tiaoxi-Reviewer: \r\n", Some(Code::ReviewerUnknown)),
        ("X-Tiaoxi-Reviewer: 湖\r\n", Some(Code::ReviewerUnknown)),
        ("X-Tiaoxi-Reviewer: a\r\n", None),
    ] {
        let answer = send(&node, "POST /v1/imports?review=ok", headers, "a\n");
        let wanted = code.map_or("HTTP/1.1 200 ", Code::as_str);
        assert!(answer.contains(wanted), "{headers}: {answer}");
    }
}

#[test]
fn a_file_beyond_the_limit_is_refused_before_it_is_sent() {
    let node = Node::start(Importing::Whole);
    let head = "POST /v1/imports HTTP/1.1\r\nHost: t\r\nConnection: close\r\n";
    let length = 1_u64 << 50;
    let rest = format!("Authorization: Bearer {TOKEN}\r\nContent-Length: {length}\r\n\r\n");
    let answer = raw(&node, &format!("{head}{rest}"));
    assert!(answer.contains(Code::ImportTooLarge.as_str()), "{answer}");
}

#[test]
fn a_33rd_import_at_once_is_refused_and_reads_go_on() {
    let mut node = Node::start(Importing::Waits);
    let file = file(10);
    std::thread::scope(|scope| {
        let mut running = Vec::new();
        // The refused one is whichever comes last; it returns while the others wait.
        let (told, ended) = std::sync::mpsc::channel();
        for _ in 0..=server::IMPORTS_MAX {
            let (client, told, path) = (node.client(), told.clone(), file.path());
            running.push(scope.spawn(move || {
                told.send(import(&client, path)).expect("the test listens");
            }));
        }
        assert_eq!(code_of(ended.recv().expect("one ends")), Code::TooManyImports.as_str());
        node.client().status().expect("answers meanwhile");
        node.go_on = None;
        for _ in 0..server::IMPORTS_MAX {
            assert_eq!(ended.recv().expect("the others end").expect("imported").rows, 10);
        }
        for thread in running {
            thread.join().expect("ends");
        }
    });
}

#[test]
fn a_sender_that_waits_is_told_to_go_on_only_when_its_file_is_wanted() {
    for (importing, is_wanted) in [(Importing::Whole, true), (Importing::Complete, false)] {
        let node = Node::start(importing);
        let mut stream = TcpStream::connect(node.address).expect("connects");
        let head = "POST /v1/imports HTTP/1.1\r\nHost: t\r\nConnection: close\r\n";
        let rest = "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n";
        let request = format!("{head}Authorization: Bearer {TOKEN}\r\n{rest}");
        stream.write_all(request.as_bytes()).expect("sends");
        let mut first = [0; 12];
        stream.read_exact(&mut first).expect("answers");
        let expected: &[u8; 12] = if is_wanted { b"HTTP/1.1 100" } else { b"HTTP/1.1 200" };
        assert_eq!(&first, expected);
    }
}
