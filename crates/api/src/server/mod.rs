//! The server: routes over a [`Service`], and a loop that serves them under limits.
//!
//! Order of a request: logged by its route's template, refused with a body where none belongs,
//! refused without the token, then answered by the service on a blocking thread. Paths are never
//! logged: the path of a subject query holds its code. Binding an address is the node's business.

mod answer;
mod body;
mod catalogue;
mod decision;
mod download;
mod events;
mod examples;
mod gate;
mod import;
mod imports;
mod limits;
mod notices;
mod openapi;
mod papers;
mod parameters;
mod recognition;
mod refusals;
mod routes;
mod serve;
mod statements;
mod upload;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::middleware;
use tokio::sync::Semaphore;

pub use self::gate::token_hash;
pub use self::openapi::document;
pub use self::serve::serve;
use crate::code::Code;
use crate::service::{Service, ServiceError};

/// Imports at once, running or waiting for their turn; each holds a blocking thread.
pub const IMPORTS_MAX: usize = 32;
/// Files sent to callers at once; each holds a blocking thread.
pub const DOWNLOADS_MAX: usize = 8;
/// Callers that watch imports at once.
pub const WATCHERS_MAX: usize = 32;
/// Other requests worked on at once; more wait within their time.
pub const REQUESTS_MAX: usize = 16;
/// Time for a request that is no import.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest silence within an upload.
pub const UPLOAD_SILENCE_MAX: Duration = Duration::from_mins(1);
/// Longest time that a caller may take to read a piece of an answer.
pub const SENDING_SILENCE_MAX: Duration = Duration::from_mins(1);
/// Most bytes of one imported file: the longest rows that are allowed, a million times over.
pub const IMPORT_BYTES_MAX: u64 = 40 << 30;
/// Most bytes of a body that is JSON.
pub const JSON_BYTES_MAX: usize = 256 << 10;

/// What every handler shares.
#[derive(Clone)]
struct Shared {
    service: Arc<dyn Service>,
    imports: Arc<Semaphore>,
    downloads: Arc<Semaphore>,
    watchers: Arc<Semaphore>,
    requests: Arc<Semaphore>,
    /// The OpenAPI document, as it is sent.
    document: Bytes,
}

/// The routes over `service`, for callers with the token of which `token_hash` is the BLAKE3.
pub fn router(service: Arc<impl Service>, token_hash: [u8; 32]) -> Router {
    let (routes, document) = openapi::routes();
    let shared = Shared {
        service,
        imports: Arc::new(Semaphore::new(IMPORTS_MAX)),
        downloads: Arc::new(Semaphore::new(DOWNLOADS_MAX)),
        watchers: Arc::new(Semaphore::new(WATCHERS_MAX)),
        requests: Arc::new(Semaphore::new(REQUESTS_MAX)),
        document: Bytes::from(openapi::to_json(&document)),
    };
    let expected = blake3::Hash::from_bytes(token_hash);
    routes
        .fallback(async || ServiceError::from(Code::RouteNotFound))
        .method_not_allowed_fallback(async || ServiceError::from(Code::MethodNotAllowed))
        .with_state(shared)
        .layer(middleware::from_fn_with_state(expected, gate::require_token))
        .layer(middleware::from_fn(gate::refuse_body_of_reads))
        .layer(middleware::from_fn(gate::log))
}
