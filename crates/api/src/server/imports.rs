//! The routes about imports that are known: how far, what was found, what was rejected.

use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use utoipa::IntoParams;

use super::Shared;
use super::download::send_file;
use super::parameters::{Parameters, bad_request};
use super::routes::{Answer, ask};
use crate::code::Code;
use crate::service::{FindingsRequest, RejectedKind, RejectedRequest, Service, ServiceError};
use crate::types::{Digest, FINDINGS_MAX, FileBytes, FindingsPage, ImportList, ImportProgress};

/// Findings of a page unless asked otherwise.
const FINDINGS_DEFAULT: u16 = 100;

/// The import that a path names.
#[derive(Clone, Copy, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ImportPath {
    /// BLAKE3 of the file, 64 hexadecimal digits.
    #[param(value_type = Digest)]
    pub(super) digest: [u8; 32],
}

impl<S: Send + Sync> FromRequestParts<S> for ImportPath {
    type Rejection = ServiceError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ServiceError> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let Path(text) = path.map_err(|_not_text| Code::ImportNotFound)?;
        Ok(Self { digest: parse_digest(&text)? })
    }
}

/// Reads a BLAKE3 of 64 hexadecimal digits.
pub(super) fn parse_digest(text: &str) -> Result<[u8; 32], ServiceError> {
    let digest = Digest::parse(text).ok_or_else(|| {
        bad_request("digest 应为 64 位十六进制的 BLAKE3", "a digest is a BLAKE3 of 64 hex digits")
    })?;
    Ok(digest.0)
}

/// All imports
///
/// The newest 200, newest first.
#[utoipa::path(
    get, path = "/v1/imports", tag = "imports", operation_id = "imports",
    responses((status = 200, body = ImportList, description = "The imports."))
)]
pub(super) async fn imports(State(shared): State<Shared>) -> Answer<ImportList> {
    ask(shared, Service::imports).await.map(|imports| Json(ImportList { imports }))
}

/// How far an import is
#[utoipa::path(
    get, path = "/v1/imports/{digest}", tag = "imports", operation_id = "import_progress",
    params(ImportPath),
    responses((status = 200, body = ImportProgress, description = "State, counts, and the summary once there is one."))
)]
pub(super) async fn progress(
    State(shared): State<Shared>,
    path: ImportPath,
) -> Answer<ImportProgress> {
    ask(shared, move |service| service.import_progress(&path.digest)).await.map(Json)
}

/// What was found in a file
///
/// By rising row, in pages; the findings of one row are never parted.
#[utoipa::path(
    get, path = "/v1/imports/{digest}/findings", tag = "imports", operation_id = "import_findings",
    params(
        ImportPath,
        ("after" = Option<u32>, Query, description = "Only rows behind this one: `next` of the page before."),
        ("limit" = Option<u16>, Query, minimum = 1, maximum = 1000, description = "Findings of a page; absent: 100."),
    ),
    responses((status = 200, body = FindingsPage, description = "The findings."))
)]
pub(super) async fn findings(
    State(shared): State<Shared>,
    path: ImportPath,
    parameters: Parameters,
) -> Answer<FindingsPage> {
    parameters.check(&["after", "limit"])?;
    let after = parameters.number("after")?;
    let limit = parameters.number("limit")?.unwrap_or(FINDINGS_DEFAULT);
    if limit == 0 || limit > FINDINGS_MAX {
        return Err(bad_request("参数 limit 应为 1 至 1000", "`limit` is from 1 to 1000"));
    }
    let request = FindingsRequest { after, limit };
    ask(shared, move |service| service.import_findings(&path.digest, request)).await.map(Json)
}

/// The rejected rows as a file
///
/// With the columns of the file as it came and the findings in columns of their own; mended, it is
/// imported as it is. May hold numbers of persons: keep it like the file that it came from.
#[utoipa::path(
    get, path = "/v1/imports/{digest}/rejected", tag = "imports", operation_id = "rejected_rows",
    params(
        ImportPath,
        ("kind" = Option<String>, Query, description = "`csv`, `tsv` or `xlsx`; absent: as the file came, workbooks as `xlsx`.", example = "xlsx"),
        ("part" = Option<u32>, Query, minimum = 1, description = "From 1 to `rejected_parts` of the summary; absent: 1."),
    ),
    responses(
        (status = 200, description = "The file.", content(
            (inline(FileBytes) = "text/csv"),
            (inline(FileBytes) = "text/tab-separated-values"),
            (inline(FileBytes) = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ))
    )
)]
pub(super) async fn rejected(
    State(shared): State<Shared>,
    path: ImportPath,
    parameters: Parameters,
) -> Result<Response, ServiceError> {
    parameters.check(&["kind", "part"])?;
    let named = |name| RejectedKind::from_name(name).ok_or(Code::UnknownKind);
    let kind = parameters.one("kind")?.map(named).transpose()?;
    let part = parameters.number("part")?.unwrap_or(1);
    if part == 0 {
        return Err(Code::PartNotFound.into());
    }
    let request = RejectedRequest { kind, part };
    send_file(shared, move |service| service.rejected_rows(&path.digest, request)).await
}

/// Remove what is kept of an import
///
/// Upload, rejected rows and findings are destroyed, and a preview can't be confirmed any more.
/// What was appended to the log stays.
#[utoipa::path(
    delete, path = "/v1/imports/{digest}", tag = "imports", operation_id = "discard_import",
    params(ImportPath),
    responses((status = 204, description = "It is gone."))
)]
pub(super) async fn discard(
    State(shared): State<Shared>,
    path: ImportPath,
) -> Result<StatusCode, ServiceError> {
    ask(shared, move |service| service.discard_import(&path.digest)).await?;
    Ok(StatusCode::NO_CONTENT)
}
