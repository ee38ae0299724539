//! The routes that take a file in: the service reads it while it arrives, or what it kept of it.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use tokio::sync::OwnedSemaphorePermit;
use tracing::error;

use super::imports::{ImportPath, parse_digest};
use super::parameters::{Parameters, bad_request};
use super::routes::Answer;
use super::{IMPORT_BYTES_MAX, Shared, body, decision, upload};
use crate::code::Code;
use crate::service::{ImportRequest, Service, ServiceError};
use crate::types::{CorrectionsChoice, Digest, FileBytes, ImportDecision, ImportSummary};

/// Longest slug of an item, in bytes.
pub(super) const SLUG_BYTES_MAX: usize = 64;
/// Longest name of a sheet, in characters; Excel allows 31.
const SHEET_CHARS_MAX: usize = 100;
/// Fields that may be filled, and how long code and text may be.
const FILLS_MAX: usize = 50;
const FILL_CODE_BYTES_MAX: usize = 64;
const FILL_CHARS_MAX: usize = 1_000;
/// What the route knows.
const KNOWN: [&str; 8] =
    ["item", "digest", "sheet", "preview", "fill", "corrections", "reason", "review"];

/// Take in a file, or preview it
///
/// The body is the file: CSV or TSV in UTF-8 or GB 18030, `.xlsx` or `.xls`, at most 40 GiB. The
/// answer comes when every accepted row is durable, or, with `preview=true`, when every row is
/// judged; nothing is appended then, and `/v1/imports/{digest}/confirm` takes the file in without
/// another upload. With `digest` and `Expect: 100-continue` a file that is known is not even sent.
#[utoipa::path(
    post, path = "/v1/imports", tag = "imports", operation_id = "import",
    params(
        ("item" = Option<String>, Query, description = "Slug of the catalogue item; absent: recognised from the header.", example = "xzcf"),
        ("digest" = Option<Digest>, Query, description = "BLAKE3 of the file; the node compares."),
        ("sheet" = Option<String>, Query, description = "Sheet of a workbook; absent: the first visible one."),
        ("preview" = Option<bool>, Query, description = "Judge every row and append nothing."),
        ("fill" = Option<Vec<String>>, Query, description = "`CODE=text`: one text for every row, for a field without a column; repeatable.", example = json!(["CF_SJLY=演示部门"])),
        ("corrections" = Option<CorrectionsChoice>, Query, description = "What happens to rows whose record stands in the log with other content; absent: `skip`."),
        ("reason" = Option<String>, Query, description = "Why, for `corrections=apply`; at most 500 characters."),
        ("review" = Option<String>, Query, description = "A reviewer's word on rows that were withdrawn before; at most 500 characters; needs `X-Tiaoxi-Reviewer`."),
        ("X-Tiaoxi-Reviewer" = Option<String>, Header, description = "The reviewer's token."),
    ),
    request_body(
        content_type = "application/octet-stream", content = inline(FileBytes),
        description = "The file; its content type is ignored, what it is shows in its bytes.",
    ),
    responses((status = 200, body = ImportSummary, description = "How it ended, or would end."))
)]
pub(super) async fn import(
    State(shared): State<Shared>,
    parameters: Result<Parameters, ServiceError>,
    headers: HeaderMap,
    body: Body,
) -> Answer<ImportSummary> {
    let parsed = parameters.and_then(|parameters| parse(&parameters, &headers));
    let begun = parsed.and_then(|request| Ok((request, place(&shared)?)));
    let (request, permit) = match begun {
        Ok(begun) => begun,
        Err(refused) => {
            body::refuse(&headers, body).await;
            return Err(refused);
        }
    };
    let (sender, mut reader) = upload::channel();
    let work = run(shared, permit, move |service| service.import(&request, &mut reader));
    let (summary, ()) = tokio::join!(work, sender.forward(&headers, body));
    summary.map(Json)
}

/// Take in what a preview has shown
///
/// Takes the file in that the node has kept since its preview; waits like an import. A row may be
/// judged otherwise than in the preview when the log has grown meanwhile. `{}` skips corrections.
#[utoipa::path(
    post, path = "/v1/imports/{digest}/confirm", tag = "imports", operation_id = "confirm_import",
    params(
        ImportPath,
        ("X-Tiaoxi-Reviewer" = Option<String>, Header, description = "The reviewer's token, for `review`."),
    ),
    request_body = ImportDecision,
    responses((status = 200, body = ImportSummary, description = "How it ended."))
)]
pub(super) async fn confirm(
    State(shared): State<Shared>,
    path: ImportPath,
    headers: HeaderMap,
    body: Body,
) -> Answer<ImportSummary> {
    let wanted: ImportDecision = body::read_json(&headers, body).await?;
    let decision = decision::decide(wanted, decision::reviewer(&headers)?)?;
    let permit = place(&shared)?;
    run(shared, permit, move |service| service.confirm(&path.digest, &decision)).await.map(Json)
}

fn place(shared: &Shared) -> Result<OwnedSemaphorePermit, ServiceError> {
    let free = shared.imports.clone().try_acquire_owned();
    free.map_err(|_none_left| Code::TooManyImports.into())
}

/// Runs an import on a thread of its own, however long it takes.
async fn run(
    shared: Shared,
    permit: OwnedSemaphorePermit,
    work: impl FnOnce(&dyn Service) -> Result<ImportSummary, ServiceError> + Send + 'static,
) -> Result<ImportSummary, ServiceError> {
    let work = tokio::task::spawn_blocking(move || {
        // The place is taken until the import ends, even if the caller is gone by then.
        let _permit = permit;
        work(&*shared.service)
    });
    work.await.map_err(|cause| {
        error!(%cause, "an import ended its thread");
        Code::Internal
    })?
}

fn parse(parameters: &Parameters, headers: &HeaderMap) -> Result<ImportRequest, ServiceError> {
    parameters.check(&KNOWN)?;
    let item = parameters.one("item")?.map(slug_in).transpose()?;
    let digest = parameters.one("digest")?.map(parse_digest).transpose()?;
    let sheet = parameters.one("sheet")?.map(str::to_owned);
    if sheet.as_ref().is_some_and(|name| name.chars().nth(SHEET_CHARS_MAX).is_some()) {
        return Err(bad_request("工作表名称过长", "the name of the sheet is too long"));
    }
    let length = body::length(headers);
    if length.is_some_and(|length| length > IMPORT_BYTES_MAX) {
        return Err(Code::ImportTooLarge.into());
    }
    let corrections = match parameters.one("corrections")? {
        None | Some("skip") => CorrectionsChoice::Skip,
        Some("apply") => CorrectionsChoice::Apply,
        Some(_) => {
            let en = "the parameter `corrections` is skip or apply";
            return Err(bad_request("参数 corrections 应为 skip 或 apply", en));
        }
    };
    let owned = |name| Ok::<_, ServiceError>(parameters.one(name)?.map(str::to_owned));
    let wanted = ImportDecision { corrections, reason: owned("reason")?, review: owned("review")? };
    Ok(ImportRequest {
        item,
        digest,
        length,
        sheet,
        fill: fill(parameters.all("fill"))?,
        preview: parameters.flag("preview")?,
        decision: decision::decide(wanted, decision::reviewer(headers)?)?,
    })
}

/// The slug of an item, whether there is one or not.
pub(super) fn slug_in(text: &str) -> Result<String, ServiceError> {
    let may_be = !text.is_empty() && text.len() <= SLUG_BYTES_MAX;
    if may_be { Ok(text.to_owned()) } else { Err(Code::UnknownItem.into()) }
}

fn fill<'a>(
    given: impl Iterator<Item = &'a str>,
) -> Result<BTreeMap<String, String>, ServiceError> {
    let mut fill = BTreeMap::new();
    for text in given {
        let (code, text) = text
            .split_once('=')
            .map(|(code, text)| (code.trim(), text.trim()))
            .filter(|(code, text)| !code.is_empty() && !text.is_empty())
            .ok_or_else(|| bad_request("参数 fill 应为 字段代码=内容", "`fill` is CODE=text"))?;
        if code.len() > FILL_CODE_BYTES_MAX || text.chars().nth(FILL_CHARS_MAX).is_some() {
            return Err(bad_request("参数 fill 过长", "a `fill` is too long"));
        }
        if fill.insert(code.to_owned(), text.to_owned()).is_some() {
            return Err(bad_request("参数 fill 重复", "a field is filled twice"));
        }
        if fill.len() > FILLS_MAX {
            return Err(bad_request("参数 fill 过多", "too many fields are filled"));
        }
    }
    Ok(fill)
}
