//! Papers for people: notices, timelines, certificates. A page has no script, takes nothing from
//! elsewhere and is kept by no cache.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::Shared;
use super::routes::ask;
use crate::code::Code;
use crate::service::{Paper, PaperFormat, Service, ServiceError};

/// What a page may do: have styles of its own.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The format of a name, where a paper comes in these two.
pub(super) fn html_or_text(name: &str) -> Result<PaperFormat, ServiceError> {
    match name {
        "html" => Ok(PaperFormat::Html),
        "text" => Ok(PaperFormat::Text),
        _ => Err(unknown_format()),
    }
}

/// The paper does not come so.
pub(super) fn unknown_format() -> ServiceError {
    Code::PaperFormat.into()
}

/// Asks for a paper and sends it.
pub(super) async fn send_paper(
    shared: Shared,
    question: impl FnOnce(&dyn Service) -> Result<Paper, ServiceError> + Send + 'static,
) -> Result<Response, ServiceError> {
    let Paper { content_type, bytes } = ask(shared, question).await?;
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // The address of a page may hold the code of its subject.
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    Ok((headers, bytes).into_response())
}
