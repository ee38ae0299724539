//! The routes that correct and withdraw.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;

use super::parameters::bad_request;
use super::routes::{Answer, ask, parse_origin};
use super::{Shared, body, decision};
use crate::code::Code;
use crate::service::{Caller, ServiceError};
use crate::types::{
    CorrectionRequest, DOCUMENT_CHARS_MAX, FIELD_CHARS_MAX, FIELDS_MAX, Notice, REASON_CHARS_MAX,
    Target, WithdrawalRequest,
};

/// Withdraw a record or a whole import
///
/// The record was wrong or void from the start. An entry in the `notices` log says so, for good:
/// members that have the record stop counting it. The answer comes once the notice is durable.
#[utoipa::path(
    post, path = "/v1/withdrawals", tag = "notices", operation_id = "withdraw",
    params(("X-Tiaoxi-Reviewer" = Option<String>, Header, description = "A reviewer's token, where one is needed.")),
    request_body = WithdrawalRequest,
    responses((status = 200, body = Notice, description = "The notice."))
)]
pub(super) async fn withdraw(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Notice> {
    let mut request: WithdrawalRequest = body::read_json(&headers, body).await?;
    check_target(&request.target)?;
    request.reason = decision::reason_in(&request.reason)?;
    let document = request.document.unwrap_or_default();
    request.document = decision::words(&document, DOCUMENT_CHARS_MAX)?;
    let caller = Caller { reviewer: decision::reviewer(&headers)? };
    ask(shared, move |service| service.withdraw(&request, &caller)).await.map(Json)
}

/// Correct a record
///
/// The record as it should have been, said as the fields that change; it passes the same checks as
/// a row of a file. The old version stays in the log and is shown as corrected.
#[utoipa::path(
    post, path = "/v1/corrections", tag = "notices", operation_id = "correct",
    params(("X-Tiaoxi-Reviewer" = Option<String>, Header, description = "A reviewer's token, for `review`.")),
    request_body = CorrectionRequest,
    responses((status = 200, body = Notice, description = "The notice."))
)]
pub(super) async fn correct(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Notice> {
    let mut request: CorrectionRequest = body::read_json(&headers, body).await?;
    check_target(&request.target)?;
    if matches!(request.target, Target::Import(_)) {
        return Err(ServiceError::from(Code::NotARecord)
            .detailed("不能更正整个批次", "a whole import can't be corrected"));
    }
    request.reason = decision::reason_in(&request.reason)?;
    let review = request.review.unwrap_or_default();
    request.review = decision::words(&review, REASON_CHARS_MAX)?;
    let caller = Caller { reviewer: decision::reviewer(&headers)? };
    if request.review.is_some() && caller.reviewer.is_none() {
        return Err(Code::ReviewerNeeded.into());
    }
    if request.set.is_empty() {
        return Err(Code::NoChange.into());
    }
    let is_long = |text: &String| text.chars().nth(FIELD_CHARS_MAX).is_some();
    if request.set.len() > FIELDS_MAX || request.set.values().any(is_long) {
        let en = "at most 100 fields of at most 10,000 characters";
        return Err(bad_request("最多 100 项，每项最多 10000 个字", en));
    }
    ask(shared, move |service| service.correct(&request, &caller)).await.map(Json)
}

fn check_target(target: &Target) -> Result<(), ServiceError> {
    match target {
        Target::Entry(entry) => match &entry.log {
            Some(log) => parse_origin(log).map(drop),
            None => Ok(()),
        },
        Target::Row(row) if row.row == 0 => Err(Code::RowNotFound.into()),
        Target::Row(_) | Target::Import(_) => Ok(()),
    }
}
