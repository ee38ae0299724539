//! What every request passes: the log line, the rule about bodies, the token.

use axum::body::{Body, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;
use tracing::{debug, warn};

use crate::code::Code;
use crate::service::ServiceError;

/// The one route that needs no token.
pub(super) const HEALTH: &str = "/v1/health";
/// Longest token that is hashed.
const TOKEN_BYTES_MAX: usize = 256;

/// The BLAKE3 of a token, as [`super::router`] wants it: a node keeps no token in memory.
pub fn token_hash(token: &str) -> [u8; 32] {
    *blake3::hash(token.as_bytes()).as_bytes()
}

/// Logs each request by the template of its route, never by its path.
pub(super) async fn log(request: Request<Body>, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let started = Instant::now();
    let response = next.run(request).await;
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let status = response.status().as_u16();
    let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    if response.status().is_server_error() {
        warn!(%method, route, status, elapsed_ms, "could not answer a request");
    } else {
        debug!(%method, route, status, elapsed_ms, "answered a request");
    }
    response
}

/// Refuses reads and removals that carry a body: nobody would ever read it.
pub(super) async fn refuse_body_of_reads(request: Request<Body>, next: Next) -> Response {
    let is_read = [Method::GET, Method::HEAD, Method::DELETE].contains(request.method());
    if is_read && !request.body().is_end_stream() {
        return ServiceError::from(Code::BodyNotAllowed).into_response();
    }
    next.run(request).await
}

/// Lets through who shows the token, and everybody to [`HEALTH`].
pub(super) async fn require_token(
    State(expected): State<blake3::Hash>,
    request: Request<Body>,
    next: Next,
) -> Response {
    if request.uri().path() == HEALTH || shows_token(request.headers(), expected) {
        return next.run(request).await;
    }
    let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
    (challenge, ServiceError::from(Code::Unauthorized)).into_response()
}

fn shows_token(headers: &HeaderMap, expected: blake3::Hash) -> bool {
    let mut shown = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (shown.next(), shown.next()) else { return false };
    let Some((scheme, token)) = value.as_bytes().split_first_chunk::<7>() else { return false };
    // Equality of BLAKE3 hashes takes the same time wherever they differ.
    scheme.eq_ignore_ascii_case(b"Bearer ")
        && token.len() <= TOKEN_BYTES_MAX
        && blake3::hash(token) == expected
}
