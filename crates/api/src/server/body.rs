//! Bodies that are JSON, and bodies that nobody wants.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, header};
use futures::StreamExt;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use tokio::time::timeout;

use super::parameters::bad_request;
use super::{JSON_BYTES_MAX, REQUEST_TIMEOUT};
use crate::code::Code;
use crate::service::ServiceError;

/// Bytes of an unwanted body that are dropped before the connection is.
const DROPPED_BYTES_MAX: u64 = 1 << 30;
/// Time for that.
const DROPPING_TIME_MAX: Duration = Duration::from_secs(30);
/// Longest message about the JSON, in characters.
const MESSAGE_CHARS_MAX: usize = 300;

/// The `Content-Length`, where there is one.
pub(super) fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Reads a JSON body of at most [`JSON_BYTES_MAX`], whatever its content type says.
pub(super) async fn read_json<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
) -> Result<T, ServiceError> {
    if length(headers).is_some_and(|length| length > JSON_BYTES_MAX as u64) {
        refuse(headers, body).await;
        return Err(Code::BodyTooLarge.into());
    }
    let mut stream = body.into_data_stream();
    let mut bytes = Vec::new();
    let reading = async {
        while let Some(chunk) = stream.next().await {
            bytes.extend_from_slice(&chunk.map_err(|_cut_off| Code::UploadCutOff)?);
            if bytes.len() > JSON_BYTES_MAX {
                return Err(Code::BodyTooLarge);
            }
        }
        Ok(())
    };
    let read = timeout(REQUEST_TIMEOUT, reading).await.map_err(|_elapsed| Code::Timeout)?;
    if read.is_err() {
        drop_rest(stream).await;
    }
    read?;
    serde_json::from_slice(&bytes).map_err(|error| unreadable(&error))
}

/// Says where and what, without repeating a value: it may be anything.
fn unreadable(error: &serde_json::Error) -> ServiceError {
    let (line, column) = (error.line(), error.column());
    let said = error.to_string();
    let is_about_keys = ["unknown field", "missing field", "duplicate field", "a target is"]
        .iter()
        .any(|beginning| said.starts_with(beginning));
    let what = match error.classify() {
        Category::Data if is_about_keys => said.chars().take(MESSAGE_CHARS_MAX).collect(),
        // What was given stands before; what may be given can be told.
        Category::Data if said.starts_with("unknown variant") => {
            let expected = said.rsplit_once(", expected ").map_or("another one", |parts| parts.1);
            format!("unknown word, expected {expected}")
        }
        Category::Data => "a value of another kind than expected".to_owned(),
        Category::Syntax | Category::Eof | Category::Io => "no JSON".to_owned(),
    };
    bad_request(
        &format!("请求正文第 {line} 行第 {column} 列无法识别"),
        &format!("the body can't be read at line {line} column {column}: {what}"),
    )
}

/// Reads and drops what is being sent, within limits: a sender in the middle of its body does not
/// read an answer. One that waits for `100 Continue` sends nothing.
pub(super) async fn refuse(headers: &HeaderMap, body: Body) {
    let is_hopeless = length(headers).is_some_and(|length| length > DROPPED_BYTES_MAX);
    if !is_hopeless && !headers.contains_key(header::EXPECT) {
        drop_rest(body.into_data_stream()).await;
    }
}

/// The same for a body of which something was read.
pub(super) async fn drop_rest(mut stream: BodyDataStream) {
    let dropping = async {
        let mut dropped = 0_u64;
        while let Some(Ok(chunk)) = stream.next().await
            && dropped < DROPPED_BYTES_MAX
        {
            dropped += chunk.len() as u64;
        }
    };
    // Beyond these limits the connection just ends.
    let _in_time = timeout(DROPPING_TIME_MAX, dropping).await;
}
