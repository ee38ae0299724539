//! Opening and accepting streams, by transport key.

use std::{collections::HashMap, sync::Arc};

use futures::StreamExt;
use libp2p::{PeerId, StreamProtocol};

use crate::{ByteStream, SYNC_PROTOCOL, TransportKey};

/// Why a stream can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The key is not one of the configured peers'.
    #[error("no such peer is configured")]
    UnknownPeer,
    /// The peer does not speak our protocol, or the connection failed.
    #[error("the peer can't be reached on a stream")]
    Stream(#[source] libp2p_stream::OpenStreamError),
}

/// Peers by transport key and back.
#[derive(Debug)]
pub(crate) struct Directory {
    pub(crate) ids: HashMap<TransportKey, PeerId>,
    pub(crate) keys: HashMap<PeerId, TransportKey>,
}

/// Opens streams.
#[derive(Clone)]
pub struct Dialer {
    pub(crate) control: libp2p_stream::Control,
    pub(crate) directory: Arc<Directory>,
}

impl Dialer {
    /// Opens a stream to a connected peer.
    pub async fn open(&mut self, peer: TransportKey) -> Result<ByteStream, OpenError> {
        let id = *self.directory.ids.get(&peer).ok_or(OpenError::UnknownPeer)?;
        let protocol = StreamProtocol::new(SYNC_PROTOCOL);
        self.control.open_stream(id, protocol).await.map_err(OpenError::Stream)
    }
}

/// Streams that peers open.
pub struct Incoming {
    pub(crate) streams: libp2p_stream::IncomingStreams,
    pub(crate) directory: Arc<Directory>,
}

impl Incoming {
    /// The next one. To be called again at once: what nobody waits for is dropped by libp2p.
    pub async fn next(&mut self) -> Option<(TransportKey, ByteStream)> {
        loop {
            let (id, stream) = self.streams.next().await?;
            if let Some(key) = self.directory.keys.get(&id) {
                return Some((*key, stream));
            }
        }
    }
}
