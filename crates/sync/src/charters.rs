//! Charters over a stream of their own: who has an older version asks for what came after it.
//!
//! A charter proves itself by its signatures, so it may come from any member; whether it does is for
//! the node to say. Nothing is believed here, and nothing is known of what a charter says.

use std::{convert::Infallible, sync::Arc};

use futures::{AsyncRead, AsyncReadExt, AsyncWrite};
use tiaoxi_ledger::Hash;
use tokio::sync::watch;

use crate::{
    FollowError, Message, Refusal, RefusalCode, ServeError, message::CHARTER_MESSAGE_BYTES_MAX,
    sink::SinkClosed, wire,
};

/// The charters that a node has accepted.
pub trait Charters: Send + Sync {
    /// The signed notes of every version after `version`, in order: a list that only grows at its
    /// end. None when this is the newest here, or one not known here yet. Refuses as
    /// [`RefusalCode::Diverged`] when `version` has another fingerprint here.
    fn after(&self, version: u32, fingerprint: &Hash) -> Result<Vec<Arc<[u8]>>, Refusal>;

    /// The newest version here, as it rises.
    fn changed(&self) -> watch::Receiver<u32>;
}

/// Where charters go that a peer has.
pub trait CharterSink: Send + Sync {
    /// Takes the note of what should be the next version, of at most
    /// [`CHARTER_BYTES_MAX`](crate::message::CHARTER_BYTES_MAX) bytes, or of one that has come from
    /// elsewhere meanwhile. An error ends the session.
    fn take(&self, note: &[u8]) -> impl Future<Output = Result<(), SinkClosed>> + Send;
}

/// Asks a peer for every charter after the version that one has, and takes them as they come: those
/// that the peer has now, and those that it will have while the stream lasts.
pub async fn ask_charters<S, T>(
    stream: S,
    version: u32,
    fingerprint: Hash,
    take: &T,
) -> Result<Infallible, FollowError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
    T: CharterSink,
{
    let (mut input, mut output) = stream.split();
    wire::write(&mut output, &Message::AskCharters { version, fingerprint }).await?;
    loop {
        match wire::read(&mut input, CHARTER_MESSAGE_BYTES_MAX).await? {
            Message::Charter(note) => take.take(&note).await?,
            Message::Refused(refusal) => return Err(refusal.into()),
            _ => return Err(FollowError::OutOfTurn),
        }
    }
}

/// Sends every charter after `version`, now and as they come.
pub(crate) async fn tell<W: AsyncWrite + Unpin, C: Charters>(
    to: &mut W,
    charters: &C,
    version: u32,
    fingerprint: &Hash,
) -> Result<(), ServeError> {
    let mut changes = charters.changed();
    let mut told = 0;
    loop {
        changes.borrow_and_update();
        let after = charters.after(version, fingerprint)?;
        for note in after.iter().skip(told) {
            wire::write(to, &Message::Charter(note.to_vec())).await?;
        }
        told = after.len().max(told);
        if changes.changed().await.is_err() {
            return Err(Refusal::new(RefusalCode::Busy, "the node is stopping").into());
        }
    }
}
