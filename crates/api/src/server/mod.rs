//! The server: routes over a [`Service`], and a loop that serves them under limits.
//!
//! Order of a request: logged by its route's template, refused with a body where none belongs,
//! refused without the token, then answered by the service on a blocking thread. Paths are never
//! logged: the path of a subject query holds its code. Binding an address is the node's business.

mod answer;
mod gate;
mod import;
mod rejected;
mod routes;
mod serve;
mod upload;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware;
use axum::routing::{get, post};
use tokio::sync::Semaphore;

pub use self::gate::token_hash;
pub use self::serve::serve;
use crate::code::Code;
use crate::service::{Service, ServiceError};

/// Imports at once; each holds a blocking thread.
pub const IMPORTS_MAX: usize = 4;
/// Other requests worked on at once; more wait within their time.
pub const REQUESTS_MAX: usize = 16;
/// Time for a request that is no import.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest silence within an upload.
pub const UPLOAD_SILENCE_MAX: Duration = Duration::from_mins(1);
/// Most bytes of one imported file: the longest rows that are allowed, a million times over.
pub const IMPORT_BYTES_MAX: u64 = 40 << 30;

/// What every handler shares.
#[derive(Clone)]
struct Shared {
    service: Arc<dyn Service>,
    imports: Arc<Semaphore>,
    requests: Arc<Semaphore>,
}

/// The routes over `service`, for callers with the token of which `token_hash` is the BLAKE3.
pub fn router(service: Arc<impl Service>, token_hash: [u8; 32]) -> Router {
    let shared = Shared {
        service,
        imports: Arc::new(Semaphore::new(IMPORTS_MAX)),
        requests: Arc::new(Semaphore::new(REQUESTS_MAX)),
    };
    let expected = blake3::Hash::from_bytes(token_hash);
    Router::new()
        .route(gate::HEALTH, get(routes::health))
        .route("/v1/status", get(routes::status))
        .route("/v1/logs", get(routes::logs))
        // An origin has slashes; a wildcard must end its route, so the handler takes the rest off.
        .route("/v1/logs/{*origin_and_checkpoint}", get(routes::checkpoint))
        .route("/v1/subjects/{code}", get(routes::subject))
        .route("/v1/proofs/{number}", get(routes::proof))
        .route("/v1/imports", post(import::import))
        .route("/v1/imports/{digest}", get(routes::import_progress))
        .route("/v1/imports/{digest}/rejected", get(rejected::rejected))
        .fallback(async || ServiceError::from(Code::RouteNotFound))
        .method_not_allowed_fallback(async || ServiceError::from(Code::MethodNotAllowed))
        .with_state(shared)
        .layer(middleware::from_fn_with_state(expected, gate::require_token))
        .layer(middleware::from_fn(gate::refuse_body_of_reads))
        .layer(middleware::from_fn(gate::log))
}
