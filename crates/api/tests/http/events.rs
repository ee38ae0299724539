//! Progress as events.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tiaoxi_api::server::WATCHERS_MAX;
use tiaoxi_api::types::{ImportProgress, ImportState};

use crate::fake::{Importing, TOKEN, UNKNOWN, progress};
use crate::node::Node;
use crate::raw::{code_of, get_with_token};

const KNOWN: [u8; 32] = [7; 32];

fn path() -> String {
    format!("/v1/imports/{}/events", "07".repeat(32))
}

fn tell(node: &Node, script: &[ImportProgress]) {
    *node.fake.progress.lock().expect("a lock") = script.iter().cloned().collect();
}

#[test]
fn every_change_is_told_once_and_then_the_end() {
    let node = Node::start(Importing::Whole);
    for last in [
        ImportState::Complete,
        ImportState::Previewed,
        ImportState::Interrupted,
        ImportState::Expired,
    ] {
        let (ten, end) = (progress(ImportState::Running, 10), progress(last, 20));
        let waiting = progress(ImportState::Waiting, 0);
        tell(&node, &[waiting.clone(), ten.clone(), ten.clone(), end.clone()]);
        let mut told = Vec::new();
        let ended = node.client().watch_import(&KNOWN, &mut |now| told.push(now.clone()));
        assert_eq!(ended.expect("watches"), Some(end.clone()));
        assert_eq!(told, [waiting, ten, end]);
    }
}

#[test]
fn an_import_that_rests_ends_at_once() {
    let node = Node::start(Importing::Whole);
    tell(&node, &[progress(ImportState::Complete, 20)]);
    let answer = get_with_token(&node, &path());
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains("content-type: text/event-stream\r\n"), "{answer}");
    assert!(answer.contains("x-accel-buffering: no\r\n"), "{answer}");
    let progress = answer.find("event: progress\ndata: {\"import\":\"0707").expect("told");
    let end = answer.find("event: end\ndata: {\"import\":\"0707").expect("ended");
    assert!(progress < end);
}

#[test]
fn an_unknown_import_is_an_error_and_one_that_vanishes_a_fault() {
    let node = Node::start(Importing::Whole);
    let client = node.client();
    assert_eq!(code_of(client.watch_import(&UNKNOWN, &mut |_| ())), "IMPORT_NOT_FOUND");
    let fake = std::sync::Arc::clone(&node.fake);
    let vanished = client.watch_import(&KNOWN, &mut |_| {
        fake.progress.lock().expect("a lock").clear();
    });
    assert_eq!(code_of(vanished), "IMPORT_NOT_FOUND");
}

#[test]
fn a_node_that_stops_lets_its_watchers_go() {
    let node = Node::start(Importing::Whole);
    let fake = std::sync::Arc::clone(&node.fake);
    let ended = node.client().watch_import(&KNOWN, &mut |_| {
        fake.stopping.store(true, Ordering::SeqCst);
    });
    assert_eq!(ended.expect("ends"), None);
}

#[test]
fn watchers_are_counted_and_their_places_come_free() {
    let node = Node::start(Importing::Whole);
    let mut watchers: Vec<_> = (0..WATCHERS_MAX).map(|_| watch(&node)).collect();
    let answer = get_with_token(&node, &path());
    assert!(answer.starts_with("HTTP/1.1 429 "), "{answer}");
    assert!(answer.contains("TOO_MANY_WATCHERS"), "{answer}");
    assert!(get_with_token(&node, "/v1/status").starts_with("HTTP/1.1 200 "));
    watchers.clear();
    // Whoever has gone is noticed at the latest with the next look.
    tell(&node, &[progress(ImportState::Complete, 20)]);
    let began = Instant::now();
    loop {
        let answer = get_with_token(&node, &path());
        if answer.contains("event: end") {
            break;
        }
        assert!(answer.contains("TOO_MANY_WATCHERS"), "{answer}");
        assert!(began.elapsed() < Duration::from_secs(30), "a place comes free");
    }
}

/// A watcher that has had its first event.
fn watch(node: &Node) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(node.address).expect("connects");
    let head = format!("GET {} HTTP/1.1\r\nHost: t\r\n", path());
    let request = format!("{head}Authorization: Bearer {TOKEN}\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("sends");
    let mut lines = BufReader::new(stream);
    let mut line = String::new();
    while !line.starts_with("event: progress") {
        line.clear();
        assert_ne!(lines.read_line(&mut line).expect("reads"), 0);
    }
    lines
}
