//! An upload as a blocking reader: chunks through a bounded channel, so that a slow import slows
//! the sender and a file is never in memory.
//!
//! The body is not polled before the reader is: an import that is complete already, or is refused
//! from its parameters, uploads nothing (`Expect: 100-continue`). When the import ends early, the
//! rest is read and dropped within limits, because a sender in the middle of its body does not read
//! an answer.

use std::io::{self, Read};

use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use futures::StreamExt;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::{IMPORT_BYTES_MAX, UPLOAD_SILENCE_MAX, body};

/// Chunks on their way; a chunk is at most the connection's buffer of 64 KiB.
const CHUNKS_MAX: usize = 16;
enum Piece {
    Data(Bytes),
    Failed(io::Error),
    End,
}

/// The two ends of an upload.
pub(super) fn channel() -> (UploadSender, UploadReader) {
    let (start, started) = oneshot::channel();
    let (pieces, received) = mpsc::channel(CHUNKS_MAX);
    let reader = UploadReader { start: Some(start), received, chunk: Bytes::new(), is_over: false };
    (UploadSender { started, pieces }, reader)
}

/// The end that reads the connection.
pub(super) struct UploadSender {
    started: oneshot::Receiver<()>,
    pieces: mpsc::Sender<Piece>,
}

impl UploadSender {
    /// Passes the body on until it ends, fails, or nobody reads any more.
    pub(super) async fn forward(self, headers: &HeaderMap, body: Body) {
        if self.started.await.is_err() {
            body::refuse(headers, body).await;
            return;
        }
        let mut stream = body.into_data_stream();
        let mut bytes = 0_u64;
        loop {
            let next = tokio::select! {
                next = timeout(UPLOAD_SILENCE_MAX, stream.next()) => next,
                () = self.pieces.closed() => break,
            };
            let piece = match next {
                Err(_elapsed) => Piece::Failed(io::ErrorKind::TimedOut.into()),
                Ok(None) => Piece::End,
                Ok(Some(Err(cause))) => {
                    Piece::Failed(io::Error::new(io::ErrorKind::UnexpectedEof, cause))
                }
                Ok(Some(Ok(chunk))) => {
                    bytes = bytes.saturating_add(chunk.len() as u64);
                    if bytes > IMPORT_BYTES_MAX {
                        Piece::Failed(io::ErrorKind::FileTooLarge.into())
                    } else {
                        Piece::Data(chunk)
                    }
                }
            };
            let is_last = !matches!(piece, Piece::Data(_));
            let is_read = self.pieces.send(piece).await.is_ok();
            if is_last {
                return;
            }
            if !is_read {
                break;
            }
        }
        body::drop_rest(stream).await;
    }
}

/// The end that the import reads, on a blocking thread.
pub(super) struct UploadReader {
    start: Option<oneshot::Sender<()>>,
    received: mpsc::Receiver<Piece>,
    chunk: Bytes,
    is_over: bool,
}

impl UploadReader {
    /// Waits for the next chunk with bytes; leaves an empty one at the end.
    fn advance(&mut self) -> io::Result<()> {
        if let Some(start) = self.start.take() {
            // Nobody waits there any more: the connection is gone, which the channel tells below.
            let _gone = start.send(());
        }
        while self.chunk.is_empty() && !self.is_over {
            match self.received.blocking_recv() {
                Some(Piece::Data(chunk)) => self.chunk = chunk,
                Some(Piece::End) => self.is_over = true,
                Some(Piece::Failed(error)) => return Err(error),
                // The connection ended and took the sending end with it.
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
        Ok(())
    }
}

impl Read for UploadReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.advance()?;
        let length = self.chunk.len().min(buffer.len());
        let part = self.chunk.split_to(length);
        let (front, _) = buffer.split_at_mut(length);
        front.copy_from_slice(&part);
        Ok(length)
    }
}
