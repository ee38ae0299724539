//! The routes that read: parameters parsed at the edge, the answer from the service.

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tiaoxi_views::query::{QueryError, SubjectQuery};
use tracing::error;

use super::{REQUEST_TIMEOUT, Shared};
use crate::code::Code;
use crate::service::{Service, ServiceError};
use crate::types::{Health, ImportProgress, Logs, Proof, Status, Subject};

/// Longest origin, in bytes.
const ORIGIN_BYTES_MAX: usize = 200;
const NOTE_TYPE: [(header::HeaderName, &str); 1] =
    [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];

type Answer<T> = Result<Json<T>, ServiceError>;

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

fn bad_request(zh: &str, en: &str) -> ServiceError {
    ServiceError::from(Code::BadRequest).detailed(zh, en)
}

pub(super) async fn health(State(shared): State<Shared>) -> Json<Health> {
    Json(shared.service.health())
}

pub(super) async fn status(State(shared): State<Shared>) -> Answer<Status> {
    ask(shared, Service::status).await.map(Json)
}

pub(super) async fn logs(State(shared): State<Shared>) -> Answer<Logs> {
    ask(shared, Service::logs).await.map(|logs| Json(Logs { logs }))
}

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

fn parse_origin(text: &str) -> Result<String, ServiceError> {
    let is_origin = !text.is_empty()
        && text.len() <= ORIGIN_BYTES_MAX
        && text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_origin { Ok(text.to_owned()) } else { Err(Code::LogNotFound.into()) }
}

pub(super) async fn subject(
    State(shared): State<Shared>,
    path: Result<Path<String>, PathRejection>,
) -> Answer<Subject> {
    let Path(typed) = path.map_err(|_not_text| Code::NoSubjectCode)?;
    let query = SubjectQuery::parse(&typed).map_err(|refused| match refused {
        QueryError::NaturalPerson => Code::NaturalPersonRefused,
        QueryError::NoCode => Code::NoSubjectCode,
    })?;
    ask(shared, move |service| service.subject(&query)).await.map(Json)
}

#[derive(Deserialize)]
pub(super) struct ProofParameters {
    log: Option<String>,
    format: Option<String>,
}

pub(super) async fn proof(
    State(shared): State<Shared>,
    number: Result<Path<u64>, PathRejection>,
    parameters: Result<Query<ProofParameters>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ServiceError> {
    let number_is_one = "the number of an entry is a decimal number";
    let Path(number) =
        number.map_err(|_no_number| bad_request("条目编号应为十进制数", number_is_one))?;
    let Query(ProofParameters { log, format }) = parameters
        .map_err(|_malformed| bad_request("查询参数无法识别", "unreadable parameters"))?;
    let is_bare = match format.as_deref() {
        None => wants_text(&headers),
        Some("json") => false,
        Some("tlog-proof") => true,
        Some(_) => return Err(bad_request("format 应为 json 或 tlog-proof", "unknown format")),
    };
    let log = log.ok_or_else(|| bad_request("缺少参数 log", "the parameter `log` is missing"))?;
    let origin = parse_origin(&log)?;
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

pub(super) async fn import_progress(
    State(shared): State<Shared>,
    path: Result<Path<String>, PathRejection>,
) -> Answer<ImportProgress> {
    let Path(text) = path.map_err(|_not_text| Code::ImportNotFound)?;
    let digest = parse_digest(&text)?;
    ask(shared, move |service| service.import_progress(&digest)).await.map(Json)
}

/// Reads a BLAKE3 of 64 hexadecimal digits.
pub(super) fn parse_digest(text: &str) -> Result<[u8; 32], ServiceError> {
    let digest = blake3::Hash::from_hex(text).map_err(|_malformed| {
        bad_request("digest 应为 64 位十六进制的 BLAKE3", "a digest is a BLAKE3 of 64 hex digits")
    })?;
    Ok(*digest.as_bytes())
}
