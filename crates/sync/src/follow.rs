//! The following end: ask, verify, store, say what is held.

use std::{convert::Infallible, io};

use futures::{AsyncRead, AsyncReadExt, AsyncWrite, future, pin_mut};
use tiaoxi_ledger::{
    Hash,
    checkpoint::{CheckpointError, SignedCheckpoint},
    cosignature::WitnessKey,
    heartbeat::{Heartbeat, HeartbeatError},
    note::VerifierKey,
    verify::{CheckpointRefusal, Follower, RunError},
};
use tokio::sync::watch;

use crate::{
    Message, Refusal, Sink,
    message::MESSAGE_BYTES_MAX,
    sink::{SinkClosed, Start},
    wire::{self, ReadError},
};

/// Why a session ended.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// Nothing more can be read from the server.
    #[error("the server can't be read")]
    Read(#[from] ReadError),
    /// Nothing more can be sent.
    #[error("the server can't be written to")]
    Write(#[from] io::Error),
    /// The server sent a message out of turn.
    #[error("the server sent a message out of turn")]
    OutOfTurn,
    /// The server does not serve this log, or no longer.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A checkpoint is not what it should be.
    #[error("a checkpoint was not accepted")]
    Checkpoint(#[from] CheckpointError),
    /// A checkpoint contradicts what is held.
    #[error("a checkpoint contradicts what is held")]
    Contradiction(#[from] CheckpointRefusal),
    /// A run is not what the checkpoint promised.
    #[error("a run was not accepted")]
    Run(#[from] RunError),
    /// A heartbeat is not what it should be.
    #[error("a heartbeat was not accepted")]
    Heartbeat(#[from] HeartbeatError),
    /// A heartbeat speaks of entries that were not sent.
    #[error("a heartbeat of {beaten} entries came before these were sent, {held} are held")]
    EarlyHeartbeat {
        /// Entries that it speaks of.
        beaten: u64,
        /// Entries verified so far.
        held: u64,
    },
    /// A heartbeat contradicts what is held: with the checkpoint held, evidence of a fork.
    #[error("the heartbeat of {0} entries has another root than these")]
    StrayHeartbeat(u64),
    /// The node takes no more.
    #[error(transparent)]
    Sink(#[from] SinkClosed),
}

impl FollowError {
    /// Whether the server sent something that a sound one never sends.
    pub fn discredits_the_server(&self) -> bool {
        match self {
            Self::OutOfTurn
            | Self::Checkpoint(_)
            | Self::Contradiction(_)
            | Self::Run(_)
            | Self::Heartbeat(_)
            | Self::EarlyHeartbeat { .. }
            | Self::StrayHeartbeat(_) => true,
            Self::Read(read) => matches!(read, ReadError::Message(_) | ReadError::TooLong { .. }),
            Self::Write(_) | Self::Refused(_) | Self::Sink(_) => false,
        }
    }
}

/// Follows one log until the peer closes or something fails; a closed stream is an error too.
pub async fn follow<S, T>(stream: S, sink: &T) -> Result<Infallible, FollowError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
    T: Sink,
{
    let Start { subscribe, follower, log_key, witness, durable } = sink.start().await?;
    let (mut input, mut output) = stream.split();
    wire::write(&mut output, &Message::Subscribe(subscribe)).await?;
    match wire::read(&mut input, MESSAGE_BYTES_MAX).await? {
        Message::Offered(_) => sink.offered(),
        Message::Refused(refusal) => return Err(refusal.into()),
        _ => return Err(FollowError::OutOfTurn),
    }
    let taking = take(&mut input, sink, follower, (&log_key, &witness));
    let telling = tell(&mut output, durable);
    pin_mut!(taking, telling);
    match future::select(taking, telling).await {
        future::Either::Left((outcome, _)) | future::Either::Right((outcome, _)) => outcome,
    }
}

async fn take<R: AsyncRead + Unpin, T: Sink>(
    from: &mut R,
    sink: &T,
    mut follower: Follower,
    (log_key, witness): (&VerifierKey, &WitnessKey),
) -> Result<Infallible, FollowError> {
    let mut target: Option<SignedCheckpoint> = None;
    loop {
        match wire::read(from, MESSAGE_BYTES_MAX).await? {
            Message::Checkpoint(note) => {
                let signed = SignedCheckpoint::verify(&note, log_key)?;
                follower.aim(&signed)?;
                target = Some(signed);
            }
            Message::Run { path, block } => {
                let signed = target.as_ref().ok_or(FollowError::OutOfTurn)?;
                if let Some(verified) = follower.accept(block, &path)? {
                    sink.take(verified, signed).await?;
                }
            }
            Message::Heartbeat(note) => {
                let heartbeat = Heartbeat::verify(&note, log_key, witness)?;
                fits(&follower, &heartbeat)?;
                sink.beat(heartbeat).await?;
            }
            Message::Refused(refusal) => return Err(refusal.into()),
            Message::Subscribe(_)
            | Message::Held { .. }
            | Message::AskCharters { .. }
            | Message::Offered(_)
            | Message::Charter(_) => return Err(FollowError::OutOfTurn),
        }
    }
}

/// A heartbeat is of what has been sent, as far as that can be told from the tree's growing end.
fn fits(follower: &Follower, heartbeat: &Heartbeat) -> Result<(), FollowError> {
    let (beaten, held) = (heartbeat.size(), follower.size());
    if beaten > held {
        return Err(FollowError::EarlyHeartbeat { beaten, held });
    }
    match follower.root_at(beaten) {
        Some(root) if root != *heartbeat.root() => Err(FollowError::StrayHeartbeat(beaten)),
        _ => Ok(()),
    }
}

async fn tell<W: AsyncWrite + Unpin>(
    to: &mut W,
    mut durable: watch::Receiver<(u64, Hash)>,
) -> Result<Infallible, FollowError> {
    while durable.changed().await.is_ok() {
        let (size, root) = *durable.borrow_and_update();
        wire::write(to, &Message::Held { size, root }).await?;
    }
    Err(SinkClosed("the node is stopping".into()).into())
}
