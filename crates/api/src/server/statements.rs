//! The routes that say something: listings, recognitions, ends, repairs, objections, answers.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::de::DeserializeOwned;
use tiaoxi_credit::statement::Cause;

use super::import::slug_in;
use super::parameters::bad_request;
use super::routes::{Answer, ask, parse_origin};
use super::{Shared, body, decision, limits};
use crate::code::Code;
use crate::service::{Caller, ServiceError};
use crate::types::{
    AnswerRequest, CHANNEL_CHARS_MAX, DOCUMENT_CHARS_MAX, Decided, Decisions, DecisionsRequest,
    EndRequest, FromRecords, FromRecordsRequest, GroundShape, ListingRequest, NAME_CHARS_MAX,
    ObjectionRequest, REASON_CHARS_MAX, RecognitionChoice, RecognitionRequest, RepairRequest, Said,
};

/// For which causes somebody may end something; the others follow by themselves.
const CAUSES: [Cause; 7] = [
    Cause::REPAIR,
    Cause::DELISTED,
    Cause::REVOKED,
    Cause::OBJECTION_UPHELD,
    Cause::AGREEMENT_ENDED,
    Cause::STANDARD_WITHDRAWN,
    Cause::TERMINATED,
];

/// Reads who asks, and for what.
async fn read<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
) -> Result<(T, Caller), ServiceError> {
    let request = body::read_json(headers, body).await?;
    Ok((request, Caller { reviewer: decision::reviewer(headers)? }))
}

/// List a subject (列入)
///
/// In the exchange log of the agreement, for every party to it. What breaks the agreement or the
/// supervision catalogue is refused with the code of the breach. Answers once it is durable.
#[utoipa::path(
    post, path = "/v1/listings", tag = "recognition", operation_id = "list",
    params(("X-Tiaoxi-Reviewer" = Option<String>, Header, description = "A reviewer's token, where one is needed.")),
    request_body = ListingRequest,
    responses((status = 200, body = Said, description = "The listing."))
)]
pub(super) async fn list(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Said> {
    let (mut request, caller) = read::<ListingRequest>(&headers, body).await?;
    limits::unified_code(&mut request.subject.code)?;
    limits::text("name", &mut request.subject.name, NAME_CHARS_MAX)?;
    limits::slug("agreement", &request.agreement)?;
    limits::slug("domain", &request.domain)?;
    limits::slug("standard", &request.standard)?;
    limits::slug("level", &request.level)?;
    check_ground(&mut request.ground)?;
    limits::inspection(&request.inspection)?;
    limits::measures(&request.measures)?;
    limits::text("channel", &mut request.channel, CHANNEL_CHARS_MAX)?;
    let since = request.since.unwrap_or(request.ground.decided());
    limits::in_order(("since", Some(since)), ("until", Some(request.until)))?;
    if let Some(log) = request.evidence.as_ref().and_then(|evidence| evidence.log.as_ref()) {
        parse_origin(log)?;
    }
    ask(shared, move |service| service.list(&request, &caller)).await.map(Json)
}

fn check_ground(ground: &mut GroundShape) -> Result<(), ServiceError> {
    match ground {
        GroundShape::List(list) => {
            limits::text("authority", &mut list.authority, NAME_CHARS_MAX)?;
            limits::authority_code(&mut list.authority_code)?;
            limits::text("document", &mut list.document, DOCUMENT_CHARS_MAX)?;
            limits::text("notice", &mut list.notice, DOCUMENT_CHARS_MAX)?;
            limits::text("heard", &mut list.heard, REASON_CHARS_MAX)?;
            limits::in_order(("notified", Some(list.notified)), ("decided", Some(list.decided)))
        }
        GroundShape::Grade(grade) => {
            limits::text("authority", &mut grade.authority, NAME_CHARS_MAX)?;
            limits::authority_code(&mut grade.authority_code)?;
            limits::text("document", &mut grade.document, DOCUMENT_CHARS_MAX)?;
            limits::text("model", &mut grade.model, NAME_CHARS_MAX)?;
            limits::text("model_version", &mut grade.model_version, NAME_CHARS_MAX)?;
            let (from, to) = (Some(grade.period_from), Some(grade.period_to));
            limits::in_order(("period_from", from), ("period_to", to))
        }
    }
}

/// List the subjects of records
///
/// By the sources of the supervision catalogue: which records of an item become listings, and how.
/// At most 1,000 records at once; what is listed already is not listed again.
#[utoipa::path(
    post, path = "/v1/listings/from-records", tag = "recognition", operation_id = "list_from_records",
    params(("X-Tiaoxi-Reviewer" = Option<String>, Header, description = "A reviewer's token, where one is needed.")),
    request_body = FromRecordsRequest,
    responses((status = 200, body = FromRecords, description = "What became of each record."))
)]
pub(super) async fn list_from_records(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Answer<FromRecords> {
    let (request, caller) = read::<FromRecordsRequest>(&headers, body).await?;
    limits::slug("agreement", &request.agreement)?;
    slug_in(&request.item)?;
    ask(shared, move |service| service.list_from_records(&request, &caller)).await.map(Json)
}

/// Decide on a listing (互认决定)
///
/// An officer accepts, narrows or declines another member's listing, within the agreement's map.
/// Where the map wants two officers, the second one says the same with a token of their own.
#[utoipa::path(
    post, path = "/v1/recognitions", tag = "recognition", operation_id = "recognise",
    params(("X-Tiaoxi-Reviewer" = String, Header, description = "The officer's token.")),
    request_body = RecognitionRequest,
    responses((status = 200, body = Decided, description = "How the decision stands."))
)]
pub(super) async fn recognise(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Decided> {
    let (mut request, caller) = read::<RecognitionRequest>(&headers, body).await?;
    if caller.reviewer.is_none() {
        return Err(Code::OfficerNeeded.into());
    }
    limits::listing(&request.listing)?;
    let RecognitionRequest { inspection, measures, until, .. } = &request;
    let narrows = inspection.is_some() || measures.is_some() || until.is_some();
    if narrows != (request.decision == RecognitionChoice::Narrow) {
        return Err(bad_request(
            "inspection、measures、until 至少一项且仅用于 narrow",
            "`narrow` takes at least one of `inspection`, `measures`, `until`; nothing else does",
        ));
    }
    if let Some(inspection) = inspection {
        limits::inspection(inspection)?;
    }
    limits::measures(measures.as_deref().unwrap_or_default())?;
    limits::reason(&mut request.reason)?;
    limits::text("basis", &mut request.basis, REASON_CHARS_MAX)?;
    ask(shared, move |service| service.recognise(&request, &caller)).await.map(Json)
}

/// End a listing or a recognition of one's own
///
/// For good: nothing revives it, and every member that holds it stops and confirms. Goes before
/// everything else.
#[utoipa::path(
    post, path = "/v1/ends", tag = "recognition", operation_id = "end",
    params(("X-Tiaoxi-Reviewer" = Option<String>, Header, description = "A reviewer's token, where one is needed.")),
    request_body = EndRequest,
    responses((status = 200, body = Said, description = "The end."))
)]
pub(super) async fn end(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Said> {
    let (mut request, caller) = read::<EndRequest>(&headers, body).await?;
    limits::listing(&request.listing)?;
    if !Cause::from_name(&request.cause).is_some_and(|cause| CAUSES.contains(&cause)) {
        return Err(Code::UnknownCause.into());
    }
    limits::optional_text("document", &mut request.document, DOCUMENT_CHARS_MAX)?;
    limits::in_order(("applied", request.applied), ("decided", request.decided))?;
    limits::reason(&mut request.reason)?;
    ask(shared, move |service| service.end(&request, &caller)).await.map(Json)
}

/// Carry out a repair decision (信用修复)
///
/// The record of the decision that was repaired is narrowed, and its listings end. Nothing is
/// erased.
#[utoipa::path(
    post, path = "/v1/repairs", tag = "recognition", operation_id = "repair",
    params(("X-Tiaoxi-Reviewer" = Option<String>, Header, description = "A reviewer's token, where one is needed.")),
    request_body = RepairRequest,
    responses((status = 200, body = Decisions, description = "What was said."))
)]
pub(super) async fn repair(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Decisions> {
    let (mut request, caller) = read::<RepairRequest>(&headers, body).await?;
    limits::subject(&request.subject)?.code().clone_into(&mut request.subject);
    limits::text("of_document", &mut request.of_document, DOCUMENT_CHARS_MAX)?;
    limits::text("document", &mut request.document, DOCUMENT_CHARS_MAX)?;
    limits::in_order(("applied", Some(request.applied)), ("decided", Some(request.decided)))?;
    limits::optional_text("reason", &mut request.reason, REASON_CHARS_MAX)?;
    ask(shared, move |service| service.repair(&request, &caller)).await.map(Json)
}

/// Carry out decisions that came in as records
///
/// Repairs and answers to objections (`xyxf`). At most 1,000 records at once; what is carried out
/// already is not said again.
#[utoipa::path(
    post, path = "/v1/decisions", tag = "recognition", operation_id = "decisions",
    params(("X-Tiaoxi-Reviewer" = Option<String>, Header, description = "A reviewer's token, where one is needed.")),
    request_body = DecisionsRequest,
    responses((status = 200, body = Decisions, description = "What was said."))
)]
pub(super) async fn decisions(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Decisions> {
    let (request, caller) = read::<DecisionsRequest>(&headers, body).await?;
    slug_in(&request.item)?;
    ask(shared, move |service| service.decisions(&request, &caller)).await.map(Json)
}

/// Take in an objection (异议)
///
/// What is objected to is marked here at once; the mark goes to the origin, whose answer comes back
/// the same way.
#[utoipa::path(
    post, path = "/v1/objections", tag = "recognition", operation_id = "object",
    params(("X-Tiaoxi-Reviewer" = Option<String>, Header, description = "A reviewer's token, where one is needed.")),
    request_body = ObjectionRequest,
    responses((status = 200, body = Said, description = "The mark."))
)]
pub(super) async fn object(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Said> {
    let (mut request, caller) = read::<ObjectionRequest>(&headers, body).await?;
    parse_origin(&request.about.origin)?;
    limits::text("matter", &mut request.matter, REASON_CHARS_MAX)?;
    limits::optional_text("objection", &mut request.objection, DOCUMENT_CHARS_MAX)?;
    ask(shared, move |service| service.object(&request, &caller)).await.map(Json)
}

/// Answer an objection to a listing of one's own
///
/// Upheld, the listing ends; otherwise only its mark does.
#[utoipa::path(
    post, path = "/v1/answers", tag = "recognition", operation_id = "answer",
    params(("X-Tiaoxi-Reviewer" = Option<String>, Header, description = "A reviewer's token, where one is needed.")),
    request_body = AnswerRequest,
    responses((status = 200, body = Said, description = "The end of the listing or of the mark."))
)]
pub(super) async fn answer(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Said> {
    let (mut request, caller) = read::<AnswerRequest>(&headers, body).await?;
    limits::listing(&request.listing)?;
    limits::text("document", &mut request.document, DOCUMENT_CHARS_MAX)?;
    limits::reason(&mut request.reason)?;
    ask(shared, move |service| service.answer(&request, &caller)).await.map(Json)
}
