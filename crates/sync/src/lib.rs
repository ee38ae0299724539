//! Replication of one log over one byte stream: messages, limits, the two ends of a session.
//!
//! Floor 1: generic over any byte stream; knows nothing of libp2p, sled, members or statements.
//! What it asks of the node stands in [`source`] and [`sink`]. Either side of a connection may open
//! a stream; who opens it follows, who accepts it serves ([`follow()`], [`serve()`]). A stream may
//! be for charters instead ([`ask_charters()`]). Bytes: [`message`] and `docs/protocol.md`.

pub mod budget;
pub mod charters;
pub mod follow;
pub mod message;
pub mod serve;
pub mod sink;
pub mod source;
pub mod wire;

pub use budget::Budget;
pub use charters::{CharterSink, Charters, ask_charters};
pub use follow::{FollowError, follow};
pub use message::{Message, Offer, Refusal, RefusalCode, Share, Subscribe};
pub use serve::{ServeError, serve};
pub use sink::Sink;
pub use source::{Piece, Source, View};
