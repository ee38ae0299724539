//! A file of the service, sent as it is read.

use std::io::{self, Read};

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures::stream;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::timeout;
use tracing::{debug, warn};

use super::{REQUEST_TIMEOUT, SENDING_SILENCE_MAX, Shared, routes::ask};
use crate::code::Code;
use crate::percent::escape;
use crate::service::{Download, Service, ServiceError};

/// Bytes sent at once, and how many such pieces may wait.
const PIECE_BYTES: usize = 64 << 10;
const PIECES_MAX: usize = 4;

/// Asks for a file and sends it. Its place among the downloads is taken until its end.
pub(super) async fn send_file(
    shared: Shared,
    question: impl FnOnce(&dyn Service) -> Result<Download, ServiceError> + Send + 'static,
) -> Result<Response, ServiceError> {
    let free = timeout(REQUEST_TIMEOUT, shared.downloads.clone().acquire_owned()).await;
    let permit = free.map_err(|_elapsed| Code::Busy)?.map_err(|_closed| Code::NotReady)?;
    let Download { media_type, file_name, body } = ask(shared, question).await?;
    let (sender, receiver) = mpsc::channel(PIECES_MAX);
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || send(body, &sender, &runtime, permit));
    let pieces = stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|piece| (piece, receiver))
    });
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_DISPOSITION, disposition(&file_name)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// The name in both forms of RFC 6266: one that every program reads, and the real one.
fn disposition(file_name: &str) -> String {
    let plain: String = file_name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "-._".contains(c) { c } else { '_' })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", escape(file_name, b""))
}

/// Ends with the file, with an error, or when the caller is gone or reads no more.
fn send(
    mut file: Box<dyn Read + Send>,
    to: &mpsc::Sender<io::Result<Bytes>>,
    runtime: &Handle,
    _permit: OwnedSemaphorePermit,
) {
    loop {
        let mut piece = vec![0; PIECE_BYTES];
        let read = match file.read(&mut piece) {
            Ok(0) => return,
            Ok(count) => {
                piece.truncate(count);
                Ok(Bytes::from(piece))
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                warn!(%error, "a download broke off");
                Err(error)
            }
        };
        let failed = read.is_err();
        let sent = runtime.block_on(timeout(SENDING_SILENCE_MAX, to.send(read)));
        match sent {
            Ok(Ok(())) if !failed => {}
            Err(_elapsed) => return debug!("nobody read a download any more"),
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_of_any_script_are_one_header() {
        for (name, expected) in [
            ("a-1.csv", "attachment; filename=\"a-1.csv\"; filename*=UTF-8''a-1.csv"),
            ("湖.csv", "attachment; filename=\"_.csv\"; filename*=UTF-8''%e6%b9%96.csv"),
            ("a\"\r\nb", "attachment; filename=\"a___b\"; filename*=UTF-8''a%22%0d%0ab"),
        ] {
            assert_eq!(disposition(name), expected);
        }
    }
}
