//! The logs of a node: appending and signing its own, following others', proving entries.
//!
//! Floor 4, above store and sync: knows neither sockets nor HTTP nor what a statement means. One
//! thread changes logs ([`Logs::open`] starts it); sessions serve ([`MemberSource`]) and follow
//! ([`LogSink`]) through the traits of `tiaoxi-sync`. Read `edge`, `guard`, `book`, then `writer`.

mod book;
mod edge;
mod guard;
mod heartbeat;
mod open;
mod plan;
mod proof;
mod reader;
mod sink;
mod source;
mod times;
mod writer;

pub use heartbeat::{BeatError, HeartbeatsUntil};
pub use open::{Logs, OpenError, Setup, Summary, WriterThread};
pub use proof::{Proof, ProofError};
pub use reader::ReadError;
pub use sink::LogSink;
pub use source::{MemberSource, ServedSession};
pub use writer::{AppendError, Appended, Facts, Fresh, RecoveryError, WriterError};
