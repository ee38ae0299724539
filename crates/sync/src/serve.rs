//! The serving end: checkpoint, runs with their path, then the live tail, on the same stream.
//!
//! Heartbeats go in between, when everything below them has been sent; they draw on no budget. A
//! stream for charters is handed on to [`charters`].

use std::{collections::VecDeque, io, sync::Arc};

use futures::{AsyncRead, AsyncReadExt, AsyncWrite, future, lock::Mutex, pin_mut};
use tiaoxi_ledger::{block::BLOCK_ENTRIES, heartbeat::Heartbeat};

use crate::{
    Budget, Charters, Message, Refusal, Source, Subscribe, View,
    budget::Spent,
    charters,
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

/// Serves what the peer asks for first, a log or the charters, until it closes or something fails.
pub async fn serve<S, T, C>(
    stream: S,
    source: &T,
    charters: &C,
    budget: &Budget,
) -> Result<(), ServeError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
    T: Source,
    C: Charters,
{
    let (mut input, mut output) = stream.split();
    let first = wire::read(&mut input, FOLLOWER_MESSAGE_BYTES_MAX).await?;
    let ask = match first {
        Message::Subscribe(ask) => ask,
        Message::AskCharters { version, fingerprint } => {
            let telling = charters::tell(&mut output, charters, version, &fingerprint);
            let outcome = while_silent(&mut input, telling).await;
            return close(&mut output, outcome).await;
        }
        _ => return Err(ServeError::OutOfTurn),
    };
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
    close(&mut output, outcome).await
}

/// Ends a session: says why, where that can still be said.
async fn close<W: AsyncWrite + Unpin>(
    to: &mut W,
    outcome: Result<(), (ServeError, bool)>,
) -> Result<(), ServeError> {
    match outcome {
        Err((ServeError::Refused(refusal), true)) => refuse(to, refusal).await,
        Err((ServeError::Read(ReadError::Closed), _)) => Ok(()),
        other => other.map_err(|(error, _)| error),
    }
}

/// Sends to a peer that has nothing more to say; whether the last message was sent whole.
async fn while_silent<R: AsyncRead + Unpin>(
    from: &mut R,
    sending: impl Future<Output = Result<(), ServeError>>,
) -> Result<(), (ServeError, bool)> {
    let listening = wire::read(from, FOLLOWER_MESSAGE_BYTES_MAX);
    pin_mut!(sending, listening);
    match future::select(sending, listening).await {
        future::Either::Left((outcome, _)) => outcome.map_err(|error| (error, true)),
        future::Either::Right((Ok(_), _)) => Err((ServeError::OutOfTurn, false)),
        future::Either::Right((Err(error), _)) => Err((error.into(), false)),
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
    let mut beat: Option<Arc<Heartbeat>> = None;
    loop {
        match next(source, &ask.origin, sent, beat.as_deref()).await? {
            Next::View(view) => {
                wire::write(to, &Message::Checkpoint(view.note.to_vec())).await?;
                while sent < view.size {
                    sent = send_piece(to, source, budget, (ask, sent, &view), under_way).await?;
                }
            }
            Next::Beat(newer) => {
                wire::write(to, &Message::Heartbeat(newer.note().to_vec())).await?;
                beat = Some(newer);
            }
        }
    }
}

/// What is sent next.
enum Next {
    View(View),
    Beat(Arc<Heartbeat>),
}

/// Waits for more entries, or for word that there are none: entries first.
async fn next<T: Source>(
    source: &T,
    origin: &str,
    sent: u64,
    last: Option<&Heartbeat>,
) -> Result<Next, Refusal> {
    let viewing = source.view_beyond(origin, sent);
    let beating = source.beat_beyond(origin, sent, last);
    pin_mut!(viewing, beating);
    match future::select(viewing, beating).await {
        future::Either::Left((view, _)) => view.map(Next::View),
        future::Either::Right((beat, _)) => beat.map(Next::Beat),
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
