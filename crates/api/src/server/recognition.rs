//! The routes that read what members say about key supervision objects.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};

use super::papers::{html_or_text, send_paper, unknown_format};
use super::parameters::{Parameters, bad_request};
use super::routes::{Answer, ask, parse_origin};
use super::{Shared, limits};
use crate::code::Code;
use crate::service::{ListingsQuery, PaperFormat, Service, ServiceError};
use crate::types::{
    AgreementList, ExchangeStatus, LISTINGS_MAX, ListingShown, ListingsPage, Place,
    SubjectSupervision, SupervisionShown, Timeline,
};

/// The agreements on mutual recognition
///
/// Who may list in which domain, and what a level of one member means at another.
#[utoipa::path(
    get, path = "/v1/agreements", tag = "recognition", operation_id = "agreements",
    responses((status = 200, body = AgreementList, description = "The agreements, by rising id."))
)]
pub(super) async fn agreements(State(shared): State<Shared>) -> Answer<AgreementList> {
    let agreements = ask(shared, Service::agreements).await?;
    Ok(Json(AgreementList { agreements }))
}

/// The supervision catalogue
///
/// Domains, standards with their levels, and measures with their bases.
#[utoipa::path(
    get, path = "/v1/supervision", tag = "recognition", operation_id = "supervision",
    responses((status = 200, body = SupervisionShown, description = "The catalogue that the charter names."))
)]
pub(super) async fn supervision(State(shared): State<Shared>) -> Answer<SupervisionShown> {
    ask(shared, Service::supervision).await.map(Json)
}

/// How the exchange between members is
///
/// Heartbeats, what waits, what was refused and by whom, who is late.
#[utoipa::path(
    get, path = "/v1/exchange", tag = "recognition", operation_id = "exchange",
    responses((status = 200, body = ExchangeStatus, description = "The exchange."))
)]
pub(super) async fn exchange(State(shared): State<Shared>) -> Answer<ExchangeStatus> {
    ask(shared, Service::exchange).await.map(Json)
}

/// Listings, each with everything that followed
#[utoipa::path(
    get, path = "/v1/listings", tag = "recognition", operation_id = "listings",
    params(
        ("agreement" = Option<String>, Query, description = "Only of this agreement.", example = "delta"),
        ("state" = Option<String>, Query, description = "Only those that stand so at their origin.", example = "listed"),
        ("origin" = Option<String>, Query, description = "Only those of the member with this id.", example = "jiaxing"),
        ("undecided" = Option<bool>, Query, description = "Only those that officers here have to decide on."),
        ("limit" = Option<u16>, Query, minimum = 1, maximum = 1000, description = "Listings of a page; absent: 100."),
        ("from" = Option<u64>, Query, description = "Without the first so many of those chosen."),
    ),
    responses((status = 200, body = ListingsPage, description = "The listings, in the order of their places."))
)]
pub(super) async fn listings(
    State(shared): State<Shared>,
    parameters: Parameters,
) -> Answer<ListingsPage> {
    parameters.check(&["agreement", "state", "origin", "undecided", "limit", "from"])?;
    let named = |name: &str| match parameters.one(name)? {
        None => Ok(None),
        Some(text) => limits::slug(name, text).map(|()| Some(text.to_owned())),
    };
    let query = ListingsQuery {
        agreement: named("agreement")?,
        state: named("state")?,
        origin: named("origin")?,
        undecided: parameters.flag("undecided")?,
        limit: parameters.number("limit")?.unwrap_or(ListingsQuery::LIMIT_DEFAULT),
        from: parameters.number("from")?.unwrap_or_default(),
    };
    if query.limit == 0 || query.limit > LISTINGS_MAX {
        return Err(bad_request("参数 limit 应为 1 至 1000", "`limit` is from 1 to 1000"));
    }
    ask(shared, move |service| service.listings(&query)).await.map(Json)
}

/// A listing, or the notice about it: an origin has slashes and a wildcard must end its route, so
/// what follows the origin is told apart here.
pub(super) async fn at_listing(
    shared: State<Shared>,
    path: Result<Path<String>, PathRejection>,
    parameters: Parameters,
) -> Result<Response, ServiceError> {
    let Path(path) = path.map_err(|_not_text| Code::RouteNotFound)?;
    match path.strip_suffix("/notice") {
        Some(path) => notice(shared, place_in(path)?, parameters).await,
        None => {
            listing(shared, place_in(&path)?, parameters).await.map(IntoResponse::into_response)
        }
    }
}

/// `<origin>/<number>`.
fn place_in(path: &str) -> Result<Place, ServiceError> {
    let (origin, number) = path.rsplit_once('/').ok_or(Code::RouteNotFound)?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return Err(Code::RouteNotFound.into());
    }
    let origin = parse_origin(origin).map_err(|_no_origin| Code::ListingNotFound)?;
    let number = number.parse().map_err(|_too_great| Code::ListingNotFound)?;
    Ok(Place { origin, number })
}

/// A listing with everything that followed
///
/// How the parties stand to it, objections, its end, receipts, and what follows here.
#[utoipa::path(
    get, path = "/v1/listings/{origin}/{number}", tag = "recognition", operation_id = "listing",
    params(
        ("origin" = String, Path, description = "Origin of its log; its slashes stay slashes.", example = "huzhou/jiaxing/exchange/delta/1"),
        ("number" = u64, Path, description = "Its number there."),
    ),
    responses((status = 200, body = ListingShown, description = "The listing."))
)]
async fn listing(
    State(shared): State<Shared>,
    place: Place,
    parameters: Parameters,
) -> Answer<ListingShown> {
    parameters.check(&[])?;
    ask(shared, move |service| service.listing(&place)).await.map(Json)
}

/// The notice to the company (告知书)
///
/// Whose decision, its basis, its effect here, its term, how and where to object or repair. To be
/// printed; names no person.
#[utoipa::path(
    get, path = "/v1/listings/{origin}/{number}/notice", tag = "recognition", operation_id = "notice",
    params(
        ("origin" = String, Path, description = "Origin of its log; its slashes stay slashes.", example = "huzhou/jiaxing/exchange/delta/1"),
        ("number" = u64, Path, description = "Its number there."),
        ("format" = Option<String>, Query, description = "`html` or `text`; absent: `html`."),
    ),
    responses((status = 200, description = "The notice.", content(
        (String = "text/html"),
        (String = "text/plain"),
    )))
)]
async fn notice(
    State(shared): State<Shared>,
    place: Place,
    parameters: Parameters,
) -> Result<Response, ServiceError> {
    parameters.check(&["format"])?;
    let format = html_or_text(parameters.one("format")?.unwrap_or("html"))?;
    send_paper(shared, move |service| service.notice(&place, format)).await
}

/// Whether a subject is a key supervision object
///
/// Anywhere: by whose decision, recognised by whom, since when, until when, what follows here.
/// Organisations and sole traders; natural persons are refused. No listings is an answer, no error.
#[utoipa::path(
    get, path = "/v1/subjects/{code}/supervision", tag = "recognition", operation_id = "subject_supervision",
    params(("code" = String, Path, description = "Unified social credit code of the subject.", example = "91330402TX00000449")),
    responses((status = 200, body = SubjectSupervision, description = "The answer, with every listing."))
)]
pub(super) async fn subject_supervision(
    State(shared): State<Shared>,
    path: Result<Path<String>, PathRejection>,
    parameters: Parameters,
) -> Answer<SubjectSupervision> {
    let Path(typed) = path.map_err(|_not_text| Code::NoSubjectCode)?;
    let query = limits::subject(&typed)?;
    parameters.check(&[])?;
    ask(shared, move |service| service.subject_supervision(&query)).await.map(Json)
}

/// The timeline of a subject
///
/// Everything that was said of its listings, earliest first.
#[utoipa::path(
    get, path = "/v1/subjects/{code}/timeline", tag = "recognition", operation_id = "timeline",
    params(
        ("code" = String, Path, description = "Unified social credit code of the subject.", example = "91330402TX00000449"),
        ("format" = Option<String>, Query, description = "`json`, `text` or `html`; absent: `json`."),
    ),
    responses((status = 200, description = "The timeline.", content(
        (Timeline = "application/json"),
        (String = "text/plain"),
        (String = "text/html"),
    )))
)]
pub(super) async fn timeline(
    State(shared): State<Shared>,
    path: Result<Path<String>, PathRejection>,
    parameters: Parameters,
) -> Result<Response, ServiceError> {
    let Path(typed) = path.map_err(|_not_text| Code::NoSubjectCode)?;
    let query = limits::subject(&typed)?;
    parameters.check(&["format"])?;
    match parameters.one("format")? {
        None | Some("json") => {
            let timeline = ask(shared, move |service| service.timeline(&query)).await?;
            Ok(Json(timeline).into_response())
        }
        Some(name) => {
            let format = html_or_text(name)?;
            send_paper(shared, move |service| service.timeline_paper(&query, format)).await
        }
    }
}

/// A certificate of absence (未列入证明)
///
/// That no listing of a subject is known here, up to the size of each log that was looked at; as a
/// note that the member's key has signed, or to be printed. For organisations only.
#[utoipa::path(
    get, path = "/v1/subjects/{code}/absence", tag = "recognition", operation_id = "absence",
    params(
        ("code" = String, Path, description = "Unified social credit code of the subject.", example = "91330402TX00000449"),
        ("format" = Option<String>, Query, description = "`note` or `html`; absent: `note`."),
    ),
    responses((status = 200, description = "The certificate.", content(
        (String = "text/plain"),
        (String = "text/html"),
    )))
)]
pub(super) async fn absence(
    State(shared): State<Shared>,
    path: Result<Path<String>, PathRejection>,
    parameters: Parameters,
) -> Result<Response, ServiceError> {
    let Path(typed) = path.map_err(|_not_text| Code::NoSubjectCode)?;
    let query = limits::subject(&typed)?;
    parameters.check(&["format"])?;
    let format = match parameters.one("format")? {
        None | Some("note") => PaperFormat::Text,
        Some("html") => PaperFormat::Html,
        Some(_) => return Err(unknown_format()),
    };
    send_paper(shared, move |service| service.absence(&query, format)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_an_origin_and_a_number() {
        for (path, expected) in [
            ("a/b/exchange/delta/1/17", Ok(("a/b/exchange/delta/1", 17))),
            ("a/0", Ok(("a", 0))),
            ("a/18446744073709551615", Ok(("a", u64::MAX))),
            ("a/18446744073709551616", Err("LISTING_NOT_FOUND")),
            ("/7", Err("LISTING_NOT_FOUND")),
            ("湖/7", Err("LISTING_NOT_FOUND")),
            ("7", Err("ROUTE_NOT_FOUND")),
            ("a/+7", Err("ROUTE_NOT_FOUND")),
            ("a/", Err("ROUTE_NOT_FOUND")),
        ] {
            let found = place_in(path).map_err(|error| error.error.code);
            let found = found.as_ref().map(|place| (place.origin.as_str(), place.number));
            assert_eq!(found.map_err(String::as_str), expected, "{path}");
        }
    }
}
