//! The serving end: checkpoint, runs with their path, then the live tail, on the same stream.

use std::{collections::VecDeque, io};

use futures::{AsyncRead, AsyncReadExt, AsyncWrite, future, lock::Mutex, pin_mut};
use tiaoxi_ledger::block::BLOCK_ENTRIES;

use crate::{
    Budget, Message, Refusal, Source, Subscribe, View,
    budget::Spent,
    message::FOLLOWER_MESSAGE_BYTES_MAX,
    wire::{self, ReadError},
};

/// Why a session ended.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Nothing more can be read from the follower.
    #[error("the follower can't be read")]
    Read(#[from] ReadError),
    /// Nothing more can be sent.
    #[error("the follower can't be written to")]
    Write(#[from] io::Error),
    /// The follower sent a message out of turn.
    #[error("the follower sent a message out of turn")]
    OutOfTurn,
    /// The node refused, at the beginning or later; the follower was told.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Messages sent and not yet known to be held: number behind the last entry, and their budget.
type UnderWay = Mutex<VecDeque<(u64, Spent)>>;

/// Serves one subscription until the peer closes or something fails.
pub async fn serve<S, T>(stream: S, source: &T, budget: &Budget) -> Result<(), ServeError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
    T: Source,
{
    let (mut input, mut output) = stream.split();
    let first = wire::read(&mut input, FOLLOWER_MESSAGE_BYTES_MAX).await?;
    let Message::Subscribe(ask) = first else { return Err(ServeError::OutOfTurn) };
    let (offer, _session) = match source.open(&ask).await {
        Ok(opened) => opened,
        Err(refusal) => return refuse(&mut output, refusal).await,
    };
    let outcome = {
        let under_way = UnderWay::default();
        let sending = send(&mut output, source, budget, &ask, offer, &under_way);
        let listening = listen(&mut input, source, &ask.origin, &under_way);
        pin_mut!(sending, listening);
        match future::select(sending, listening).await {
            future::Either::Left((outcome, _)) => outcome.map_err(|error| (error, true)),
            // A message may be half written: nothing more can be said on this stream.
            future::Either::Right((outcome, _)) => outcome.map_err(|error| (error, false)),
        }
    };
    match outcome {
        Err((ServeError::Refused(refusal), true)) => refuse(&mut output, refusal).await,
        Err((ServeError::Read(ReadError::Closed), _)) => Ok(()),
        other => other.map_err(|(error, _)| error),
    }
}

async fn refuse<W: AsyncWrite + Unpin>(to: &mut W, refusal: Refusal) -> Result<(), ServeError> {
    wire::write(to, &Message::Refused(refusal.clone())).await?;
    Err(ServeError::Refused(refusal))
}

async fn send<W: AsyncWrite + Unpin, T: Source>(
    to: &mut W,
    source: &T,
    budget: &Budget,
    ask: &Subscribe,
    offer: crate::Offer,
    under_way: &UnderWay,
) -> Result<(), ServeError> {
    wire::write(to, &Message::Offered(offer)).await?;
    let mut sent = ask.size;
    loop {
        let view = source.view_beyond(&ask.origin, sent).await?;
        wire::write(to, &Message::Checkpoint(view.note.to_vec())).await?;
        while sent < view.size {
            sent = send_piece(to, source, budget, (ask, sent, &view), under_way).await?;
        }
    }
}

async fn send_piece<W: AsyncWrite + Unpin, T: Source>(
    to: &mut W,
    source: &T,
    budget: &Budget,
    (ask, from, view): (&Subscribe, u64, &View),
    under_way: &UnderWay,
) -> Result<u64, ServeError> {
    let piece = source.read(&ask.origin, from, view).await?;
    // The follower can't hold a piece before its range or the view is complete, so only the piece
    // that completes it waits for the budget; the others are less than a block together.
    if piece.end == view.size || piece.end.is_multiple_of(BLOCK_ENTRIES) {
        let spent = budget.spend(source.urgency(&ask.origin), piece.block.len()).await;
        under_way.lock().await.push_back((piece.end, spent));
    }
    wire::write(to, &Message::Run { path: piece.path, block: piece.block }).await?;
    Ok(piece.end)
}

async fn listen<R: AsyncRead + Unpin, T: Source>(
    from: &mut R,
    source: &T,
    origin: &str,
    under_way: &UnderWay,
) -> Result<(), ServeError> {
    loop {
        let Message::Held { size, root } = wire::read(from, FOLLOWER_MESSAGE_BYTES_MAX).await?
        else {
            return Err(ServeError::OutOfTurn);
        };
        source.held(origin, size, root).await?;
        let mut under_way = under_way.lock().await;
        while under_way.front().is_some_and(|(end, _)| *end <= size) {
            under_way.pop_front();
        }
    }
}
