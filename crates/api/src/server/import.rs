//! The route that takes in a file: the service reads it while it arrives.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use serde::Deserialize;
use tracing::error;

use super::{IMPORT_BYTES_MAX, Shared, routes, upload};
use crate::code::Code;
use crate::service::{ImportRequest, ServiceError};
use crate::types::ImportSummary;

/// Longest slug of an item, in bytes.
const ITEM_BYTES_MAX: usize = 64;

#[derive(Deserialize)]
pub(super) struct ImportParameters {
    item: Option<String>,
    digest: Option<String>,
}

pub(super) async fn import(
    State(shared): State<Shared>,
    parameters: Result<Query<ImportParameters>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ImportSummary>, ServiceError> {
    let request = parse(parameters, &headers)?;
    let permit = shared.imports.try_acquire_owned().map_err(|_none_left| Code::TooManyImports)?;
    let (sender, mut reader) = upload::channel();
    let service = shared.service;
    let work = tokio::task::spawn_blocking(move || {
        // The place is taken until the import ends, even if the caller is gone by then.
        let _permit = permit;
        service.import(&request, &mut reader)
    });
    let (ended, ()) = tokio::join!(work, sender.forward(body));
    let summary = ended.map_err(|cause| {
        error!(%cause, "an import ended its thread");
        Code::Internal
    })?;
    summary.map(Json)
}

fn parse(
    parameters: Result<Query<ImportParameters>, QueryRejection>,
    headers: &HeaderMap,
) -> Result<ImportRequest, ServiceError> {
    let missing = || {
        ServiceError::from(Code::BadRequest)
            .detailed("需要参数 item 和 digest", "the parameters `item` and `digest` are needed")
    };
    let Query(ImportParameters { item, digest }) = parameters.map_err(|_malformed| missing())?;
    let (item, digest) = item.zip(digest).ok_or_else(missing)?;
    if item.is_empty() || item.len() > ITEM_BYTES_MAX {
        return Err(Code::UnknownItem.into());
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let length = length.and_then(|value| value.parse().ok());
    if length.is_some_and(|length: u64| length > IMPORT_BYTES_MAX) {
        return Err(Code::ImportTooLarge.into());
    }
    Ok(ImportRequest { item, digest: routes::parse_digest(&digest)?, length })
}
