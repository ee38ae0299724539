//! Transport keys and addresses as the rest of the node sees them.

use std::fmt;

use libp2p::{Multiaddr, PeerId, identity};
use zeroize::Zeroizing;

/// Public transport key of a member: 32 bytes of Ed25519.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TransportKey(pub [u8; 32]);

impl fmt::Debug for TransportKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TransportKey(")?;
        for byte in self.0.iter().take(4) {
            write!(f, "{byte:02x}")?;
        }
        f.write_str("…)")
    }
}

/// Why a key or address can't be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The bytes are no Ed25519 public key.
    #[error("the transport key is no Ed25519 public key")]
    Public(#[source] identity::DecodingError),
    /// The text is no multiaddress.
    #[error("{text} is no multiaddress such as /ip4/192.0.2.1/tcp/7400")]
    Address {
        /// As given.
        text: String,
        /// What is wrong.
        source: libp2p::multiaddr::Error,
    },
}

impl TransportKey {
    pub(crate) fn peer_id(self) -> Result<PeerId, KeyError> {
        let public =
            identity::ed25519::PublicKey::try_from_bytes(&self.0).map_err(KeyError::Public)?;
        Ok(identity::PublicKey::from(public).to_peer_id())
    }
}

/// Reads an address, for example `/ip4/127.0.0.1/tcp/7400`.
pub fn parse_address(text: &str) -> Result<Multiaddr, KeyError> {
    text.parse().map_err(|source| KeyError::Address { text: text.to_owned(), source })
}

/// The key pair that grows from a seed.
pub(crate) fn keypair(seed: &Zeroizing<[u8; 32]>) -> identity::Keypair {
    let mut bytes = Zeroizing::new(**seed);
    identity::Keypair::ed25519_from_bytes(bytes.as_mut()).expect("any 32 bytes are a seed")
}
