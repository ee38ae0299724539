//! The accept loop: HTTP/1.1, bounded connections, headers and their time.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tracing::{debug, warn};

/// Connections at once; more wait in the listener's queue.
const CONNECTIONS_MAX: usize = 128;
/// Bytes of a request's line and headers.
const HEADER_BYTES_MAX: usize = 16 << 10;
/// Headers of a request.
const HEADERS_MAX: usize = 64;
/// Time to send them.
const HEADER_TIME_MAX: Duration = Duration::from_secs(10);
/// Buffer of a connection, hence the largest chunk of an upload.
const BUFFER_BYTES: usize = 64 << 10;
/// Pause after the system refused a connection, for example out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Time that open requests get once `shutdown` is ready.
const CLOSING_TIME_MAX: Duration = Duration::from_secs(5);

/// Serves `router` on `listener` until `shutdown` is ready, then lets open requests end for up to
/// five seconds. An upload that is cut off by that can be repeated without doubling a row.
pub async fn serve(listener: TcpListener, router: Router, shutdown: impl Future<Output = ()>) {
    let connections = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let next = async {
            let permit = Arc::clone(&connections).acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            () = &mut shutdown => break,
            next = next => next,
        };
        match accepted {
            Ok((stream, _address)) => {
                let connection = graceful.watch(connect(stream, &router));
                tokio::spawn(async move {
                    let _permit = permit;
                    if let Err(cause) = connection.await {
                        debug!(%cause, "a connection ended early");
                    }
                });
            }
            Err(cause) => {
                warn!(%cause, "could not accept a connection");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    if timeout(CLOSING_TIME_MAX, graceful.shutdown()).await.is_err() {
        warn!("requests were still open when the server closed");
    }
}

fn connect(
    stream: TcpStream,
    router: &Router,
) -> http1::Connection<TokioIo<TcpStream>, TowerToHyperService<Router>> {
    // Answers are small: waiting to fill a packet only delays them.
    if let Err(cause) = stream.set_nodelay(true) {
        debug!(%cause, "could not switch off Nagle's algorithm");
    }
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME_MAX)
        .max_headers(HEADERS_MAX)
        .max_header_size(HEADER_BYTES_MAX)
        .max_buf_size(BUFFER_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router.clone()))
}
