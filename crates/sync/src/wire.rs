//! Messages on a byte stream: a length of four bytes, then the message.

use std::io;

use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::message::{Message, MessageError};

/// Why nothing more can be read from a peer.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The peer closed the stream between two messages.
    #[error("the peer closed the stream")]
    Closed,
    /// The connection failed.
    #[error("the connection failed")]
    Io(#[source] io::Error),
    /// The peer announced a message over the limit.
    #[error("the peer announced a message of {bytes} bytes, {limit} are allowed")]
    TooLong {
        /// As announced.
        bytes: usize,
        /// Allowed here.
        limit: usize,
    },
    /// The peer sent what is no message.
    #[error("the peer sent what is no message")]
    Message(#[source] MessageError),
}

/// Reads the next message of at most `limit` bytes.
pub async fn read<R: AsyncRead + Unpin>(from: &mut R, limit: usize) -> Result<Message, ReadError> {
    let mut length = [0; 4];
    match from.read_exact(&mut length).await {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            return Err(ReadError::Closed);
        }
        Err(error) => return Err(ReadError::Io(error)),
    }
    let bytes = u32::from_be_bytes(length) as usize;
    if bytes > limit {
        return Err(ReadError::TooLong { bytes, limit });
    }
    // Grows with what arrives: an announcement alone costs nothing.
    let mut message = Vec::with_capacity(bytes.min(64 * 1024));
    let read = from.take(bytes as u64).read_to_end(&mut message).await.map_err(ReadError::Io)?;
    if read < bytes {
        return Err(ReadError::Io(io::ErrorKind::UnexpectedEof.into()));
    }
    Message::decode(&message).map_err(ReadError::Message)
}

/// Writes a message and sends it off.
pub async fn write<W: AsyncWrite + Unpin>(to: &mut W, message: &Message) -> io::Result<()> {
    let bytes = message.encode();
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    to.write_all(&length.to_be_bytes()).await?;
    to.write_all(&bytes).await?;
    to.flush().await
}
