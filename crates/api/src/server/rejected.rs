//! The rejected rows of an import, sent as they are read.

use std::io::{self, Read};

use axum::{
    body::{Body, Bytes},
    extract::{Path, State, rejection::PathRejection},
    http::header,
    response::{IntoResponse, Response},
};
use futures::stream;
use tokio::sync::mpsc;

use super::{
    Shared,
    routes::{ask, parse_digest},
};
use crate::{code::Code, service::ServiceError};

/// Bytes sent at once, and how many such pieces may wait.
const PIECE_BYTES: usize = 64 * 1024;
const PIECES_MAX: usize = 4;

pub(super) async fn rejected(
    State(shared): State<Shared>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, ServiceError> {
    let Path(text) = path.map_err(|_not_text| Code::ImportNotFound)?;
    let digest = parse_digest(&text)?;
    let rows = ask(shared, move |service| service.rejected_rows(&digest)).await?;
    let (sender, receiver) = mpsc::channel(PIECES_MAX);
    tokio::task::spawn_blocking(move || send(rows, &sender));
    let pieces = stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|piece| (piece, receiver))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"rejected.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// Ends with the rows, with an error, or when the caller is gone.
fn send(mut rows: Box<dyn Read + Send>, to: &mpsc::Sender<io::Result<Bytes>>) {
    loop {
        let mut piece = vec![0; PIECE_BYTES];
        let read = match rows.read(&mut piece) {
            Ok(0) => return,
            Ok(count) => {
                piece.truncate(count);
                Ok(Bytes::from(piece))
            }
            Err(error) => Err(error),
        };
        let failed = read.is_err();
        if to.blocking_send(read).is_err() || failed {
            return;
        }
    }
}
