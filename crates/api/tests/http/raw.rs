//! Requests as bytes, for what no client of ours would send.

use std::io::{Read, Write};
use std::net::TcpStream;

use tiaoxi_api::ClientError;

use crate::fake::TOKEN;
use crate::node::Node;

/// Sends bytes as they are and reads until the server closes.
pub(crate) fn raw(node: &Node, request: &str) -> String {
    let mut stream = TcpStream::connect(node.address).expect("connects");
    stream.write_all(request.as_bytes()).expect("sends");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("answers");
    // Chunks end in the middle of characters.
    String::from_utf8_lossy(&answer).into_owned()
}

pub(crate) fn get(node: &Node, path: &str, headers: &str) -> String {
    raw(node, &format!("GET {path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n{headers}\r\n"))
}

pub(crate) fn get_with_token(node: &Node, path: &str) -> String {
    get(node, path, &format!("Authorization: Bearer {TOKEN}\r\n"))
}

/// A request with the token, more headers, and a body with its length.
pub(crate) fn send(node: &Node, line: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    let head = format!("{line} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n{headers}");
    let rest = format!("Authorization: Bearer {TOKEN}\r\nContent-Length: {length}\r\n\r\n{body}");
    raw(node, &format!("{head}{rest}"))
}

pub(crate) fn code_of<T: std::fmt::Debug>(result: Result<T, ClientError>) -> String {
    let error = result.expect_err("refused");
    error.code().map_or_else(|| error.to_string(), str::to_owned)
}
