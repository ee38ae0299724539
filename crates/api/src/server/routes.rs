//! The routes that read: parameters parsed at the edge, the answer from the service.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use tracing::error;

use super::parameters::{Parameters, bad_request};
use super::{REQUEST_TIMEOUT, Shared, limits};
use crate::code::Code;
use crate::service::{Service, ServiceError};
use crate::types::{Health, Logs, Proof, Status, Subject};

/// Longest origin, in bytes.
const ORIGIN_BYTES_MAX: usize = 200;
const NOTE_TYPE: [(header::HeaderName, &str); 1] =
    [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];

/// What most routes answer.
pub(super) type Answer<T> = Result<Json<T>, ServiceError>;

/// Asks the service on a blocking thread, within the time and number of requests allowed.
pub(super) async fn ask<T: Send + 'static>(
    shared: Shared,
    question: impl FnOnce(&dyn Service) -> Result<T, ServiceError> + Send + 'static,
) -> Result<T, ServiceError> {
    let answered = async {
        let requests = shared.requests.clone();
        let permit = requests.acquire_owned().await.map_err(|_closed| Code::NotReady)?;
        let work = tokio::task::spawn_blocking(move || {
            // The place is taken until the work ends, even if the caller is gone by then.
            let _permit = permit;
            question(&*shared.service)
        });
        work.await.map_err(|cause| {
            error!(%cause, "a request ended its thread");
            Code::Internal
        })?
    };
    let in_time = tokio::time::timeout(REQUEST_TIMEOUT, answered).await;
    in_time.map_err(|_elapsed| ServiceError::from(Code::Timeout))?
}

/// Whether the node works
///
/// The one route that needs no token.
#[utoipa::path(
    get, path = "/v1/health", tag = "node", operation_id = "health", security(()),
    responses((status = 200, body = Health, description = "Its state."))
)]
pub(super) async fn health(State(shared): State<Shared>) -> Json<Health> {
    Json(shared.service.health())
}

/// Everything an operator may want to know
///
/// Node, journal, store, index, every log, every peer, imports, refused entries, faults.
#[utoipa::path(
    get, path = "/v1/status", tag = "node", operation_id = "status",
    responses((status = 200, body = Status, description = "The status."))
)]
pub(super) async fn status(State(shared): State<Shared>) -> Answer<Status> {
    ask(shared, Service::status).await.map(Json)
}

/// The logs that are here
#[utoipa::path(
    get, path = "/v1/logs", tag = "logs", operation_id = "logs",
    responses((status = 200, body = Logs, description = "Every log, own ones first."))
)]
pub(super) async fn logs(State(shared): State<Shared>) -> Answer<Logs> {
    ask(shared, Service::logs).await.map(|logs| Json(Logs { logs }))
}

/// The newest checkpoint of a log that may be shown
///
/// A signed note (C2SP signed-note and tlog-checkpoint).
#[utoipa::path(
    get, path = "/v1/logs/{origin}/checkpoint", tag = "logs", operation_id = "checkpoint",
    params(("origin" = String, Path, description = "Origin of the log; its slashes stay slashes.", example = "huzhou/deqing/records/1")),
    responses((status = 200, body = String, content_type = "text/plain", description = "The note."))
)]
pub(super) async fn checkpoint(
    State(shared): State<Shared>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, ServiceError> {
    let Path(path) = path.map_err(|_not_text| Code::RouteNotFound)?;
    let origin = path.strip_suffix("/checkpoint").ok_or(Code::RouteNotFound)?;
    let origin = parse_origin(origin)?;
    let note = ask(shared, move |service| service.checkpoint(&origin)).await?;
    Ok((NOTE_TYPE, note).into_response())
}

/// The origin of a log, whether there is one or not.
pub(super) fn parse_origin(text: &str) -> Result<String, ServiceError> {
    let is_origin = !text.is_empty()
        && text.len() <= ORIGIN_BYTES_MAX
        && text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_origin { Ok(text.to_owned()) } else { Err(Code::LogNotFound.into()) }
}

/// What is recorded of a subject
///
/// Organisations and sole traders; natural persons are refused. No records is an answer, no error.
#[utoipa::path(
    get, path = "/v1/subjects/{code}", tag = "subjects", operation_id = "subject",
    params(("code" = String, Path, description = "Unified social credit code, or another code of the subject.", example = "91330522TX2066637X")),
    responses((status = 200, body = Subject, description = "Its records, decided last first."))
)]
pub(super) async fn subject(
    State(shared): State<Shared>,
    path: Result<Path<String>, PathRejection>,
) -> Answer<Subject> {
    let Path(typed) = path.map_err(|_not_text| Code::NoSubjectCode)?;
    let query = limits::subject(&typed)?;
    ask(shared, move |service| service.subject(&query)).await.map(Json)
}

/// An entry with its proof
///
/// With `Accept: text/plain` or `format=tlog-proof` the bare `.tlog-proof` file (C2SP).
#[utoipa::path(
    get, path = "/v1/proofs/{number}", tag = "logs", operation_id = "proof",
    params(
        ("number" = u64, Path, description = "Number of the entry."),
        ("log" = String, Query, description = "Origin of its log.", example = "huzhou/deqing/records/1"),
        ("format" = Option<String>, Query, description = "`json` or `tlog-proof`; absent: by the `Accept` header."),
    ),
    responses((status = 200, description = "The entry and its proof.", content(
        (Proof = "application/json"),
        (String = "text/plain"),
    )))
)]
pub(super) async fn proof(
    State(shared): State<Shared>,
    number: Result<Path<u64>, PathRejection>,
    parameters: Parameters,
    headers: HeaderMap,
) -> Result<Response, ServiceError> {
    let number_is_one = "the number of an entry is a decimal number";
    let Path(number) =
        number.map_err(|_no_number| bad_request("条目编号应为十进制数", number_is_one))?;
    parameters.check(&["log", "format"])?;
    let is_bare = match parameters.one("format")? {
        None => wants_text(&headers),
        Some("json") => false,
        Some("tlog-proof") => true,
        Some(_) => return Err(bad_request("format 应为 json 或 tlog-proof", "unknown format")),
    };
    let log = parameters
        .one("log")?
        .ok_or_else(|| bad_request("缺少参数 log", "the parameter `log` is missing"))?;
    let origin = parse_origin(log)?;
    let proof: Proof = ask(shared, move |service| service.proof(&origin, number)).await?;
    Ok(if is_bare {
        (NOTE_TYPE, proof.tlog_proof).into_response()
    } else {
        Json(proof).into_response()
    })
}

/// Whether the caller accepts plain text and does not name JSON.
fn wants_text(headers: &HeaderMap) -> bool {
    let accepts = |what: &str| {
        headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|kind| kind.split(';').next().is_some_and(|kind| kind.trim() == what))
    };
    accepts("text/plain") && !accepts("application/json")
}
