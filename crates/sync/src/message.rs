//! The messages of a session and their bytes; `docs/protocol.md`, section Frames, has the table.
//!
//! A follower says `subscribe` once and `held` often; a server answers `offered` or `refused`, then
//! sends checkpoints, runs and heartbeats. A stream that begins with `ask charters` is answered with
//! charters alone. Every integer is big-endian.

use tiaoxi_ledger::{
    Hash, block::BLOCK_BYTES_MAX, heartbeat::HEARTBEAT_BYTES_MAX, note::Bounds,
    tree::PATH_NODES_MAX,
};

/// Longest origin, in bytes.
pub const ORIGIN_BYTES_MAX: usize = 200;
/// Longest checkpoint note.
pub const NOTE_BYTES_MAX: usize = Bounds::CHECKPOINT.bytes_max;
/// Longest charter note.
pub const CHARTER_BYTES_MAX: usize = Bounds::CHARTER.bytes_max;
/// Longest text of a refusal, in bytes.
pub const REASON_BYTES_MAX: usize = 500;
/// Longest message behind its length, in bytes.
pub const MESSAGE_BYTES_MAX: usize = BLOCK_BYTES_MAX + 2 + PATH_NODES_MAX * 32;
/// Longest message that a follower may send: a server never buffers more for it.
pub const FOLLOWER_MESSAGE_BYTES_MAX: usize = NOTE_BYTES_MAX + 512;
/// Longest message that a server may send to who asks for charters.
pub const CHARTER_MESSAGE_BYTES_MAX: usize = 1 + CHARTER_BYTES_MAX;

/// What a follower asks for, and what it shows to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscribe {
    /// Fingerprint of the charter that the follower goes by.
    pub charter: Hash,
    /// Name of the log.
    pub origin: String,
    /// Entries that the follower holds durably: the first one wanted.
    pub size: u64,
    /// Root of these.
    pub root: Hash,
    /// The newest checkpoint of the log that the follower has kept, as the signed note; empty when
    /// it has none. May lie beyond what it holds. To the log's owner it proves what was signed.
    pub newest: Vec<u8>,
}

/// What of each entry the follower is entitled to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Headers and bodies.
    Bodies,
    /// Headers; every body withheld.
    Headers,
}

/// The server agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What the follower will get.
    pub share: Share,
}

/// Why a server does not serve. Answers, not faults: the follower tries again later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum RefusalCode {
    /// The charter gives the follower no part in this log.
    NotEntitled = 1,
    /// The server neither owns nor holds this log.
    UnknownLog = 2,
    /// The two go by different charters.
    OtherCharter = 3,
    /// The follower holds more than the server.
    TooFarAhead = 4,
    /// The server's entries up to the follower's size have another root.
    Diverged = 5,
    /// Too many sessions.
    Busy = 6,
    /// An entry cannot be read here; try elsewhere.
    Unreadable = 7,
}

impl RefusalCode {
    const ALL: [Self; 7] = [
        Self::NotEntitled,
        Self::UnknownLog,
        Self::OtherCharter,
        Self::TooFarAhead,
        Self::Diverged,
        Self::Busy,
        Self::Unreadable,
    ];

    /// Its stable name on screens and in logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotEntitled => "not-entitled",
            Self::UnknownLog => "unknown-log",
            Self::OtherCharter => "other-charter",
            Self::TooFarAhead => "too-far-ahead",
            Self::Diverged => "diverged",
            Self::Busy => "busy",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A refusal with its reason in words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("refused ({}): {reason}", code.name())]
pub struct Refusal {
    /// The stable reason.
    pub code: RefusalCode,
    /// What exactly, for an operator; at most [`REASON_BYTES_MAX`] bytes.
    pub reason: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(code: RefusalCode, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Follower: the first message.
    Subscribe(Subscribe),
    /// Follower: this much is held durably.
    Held {
        /// Entries.
        size: u64,
        /// Their root.
        root: Hash,
    },
    /// Follower: the first message of a stream for charters; whatever comes after this version.
    AskCharters {
        /// The newest version that the follower has.
        version: u32,
        /// Its fingerprint.
        fingerprint: Hash,
    },
    /// Server: yes.
    Offered(Offer),
    /// Server: no, or no longer.
    Refused(Refusal),
    /// Server: a signed checkpoint, the next one to reach.
    Checkpoint(Vec<u8>),
    /// Server: a run.
    Run {
        /// From the level-8 node of its range to the checkpoint's root, or empty.
        path: Vec<Hash>,
        /// The encoded block.
        block: Vec<u8>,
    },
    /// Server: the owner's word that a checkpoint was its newest at a time; of entries that the
    /// follower has been sent.
    Heartbeat(Vec<u8>),
    /// Server: the next version of the charter.
    Charter(Vec<u8>),
}

const SUBSCRIBE: u8 = 1;
const HELD: u8 = 2;
const ASK_CHARTERS: u8 = 3;
const OFFERED: u8 = 16;
const REFUSED: u8 = 17;
const CHECKPOINT: u8 = 18;
const RUN: u8 = 19;
const HEARTBEAT: u8 = 20;
const CHARTER: u8 = 21;

/// Why bytes are no message.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// A type that does not exist.
    #[error("message type {0} is not known here")]
    Type(u8),
    /// Ends before it should.
    #[error("the message ends in the middle")]
    Truncated,
    /// Something stands behind its end.
    #[error("{0} bytes stand behind the end of the message")]
    TrailingBytes(usize),
    /// A field is over its limit.
    #[error("the field {0} is over its limit")]
    Limit(&'static str),
    /// A field has a value that does not exist.
    #[error("the field {0} has a value that is not known here")]
    Value(&'static str),
}

fn put_path(out: &mut Vec<u8>, path: &[Hash]) {
    out.push(u8::try_from(path.len()).expect("a path has at most 48 nodes"));
    for node in path {
        out.extend_from_slice(node);
    }
}

impl Message {
    /// Its bytes, without the length in front.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Subscribe(ask) => {
                out.push(SUBSCRIBE);
                out.extend_from_slice(&ask.charter);
                out.extend_from_slice(&ask.size.to_be_bytes());
                out.extend_from_slice(&ask.root);
                out.push(u8::try_from(ask.origin.len()).expect("origins are at most 200 bytes"));
                out.extend_from_slice(ask.origin.as_bytes());
                out.extend_from_slice(&ask.newest);
            }
            Self::Held { size, root } => {
                out.push(HELD);
                out.extend_from_slice(&size.to_be_bytes());
                out.extend_from_slice(root);
            }
            Self::AskCharters { version, fingerprint } => {
                out.push(ASK_CHARTERS);
                out.extend_from_slice(&version.to_be_bytes());
                out.extend_from_slice(fingerprint);
            }
            Self::Offered(offer) => {
                out.extend([OFFERED, if offer.share == Share::Bodies { 1 } else { 2 }]);
            }
            Self::Refused(refusal) => {
                out.extend([REFUSED, refusal.code as u8]);
                let cut = refusal.reason.floor_char_boundary(REASON_BYTES_MAX);
                out.extend(refusal.reason.bytes().take(cut));
            }
            Self::Checkpoint(note) => {
                out.push(CHECKPOINT);
                out.extend_from_slice(note);
            }
            Self::Heartbeat(note) => {
                out.push(HEARTBEAT);
                out.extend_from_slice(note);
            }
            Self::Charter(note) => {
                out.push(CHARTER);
                out.extend_from_slice(note);
            }
            Self::Run { path, block } => {
                out.reserve(2 + path.len() * 32 + block.len());
                out.push(RUN);
                put_path(&mut out, path);
                out.extend_from_slice(block);
            }
        }
        out
    }

    /// Reads a message; the length in front is already off, and within limits.
    pub fn decode(bytes: &[u8]) -> Result<Self, MessageError> {
        let (kind, rest) = bytes.split_first().ok_or(MessageError::Truncated)?;
        let mut fields = Fields(rest);
        let message = match *kind {
            SUBSCRIBE => Self::Subscribe(Subscribe {
                charter: fields.array()?,
                size: u64::from_be_bytes(fields.array()?),
                root: fields.array()?,
                origin: fields.short_text("origin", ORIGIN_BYTES_MAX)?,
                newest: fields.rest("note", NOTE_BYTES_MAX)?,
            }),
            HELD => Self::Held { size: u64::from_be_bytes(fields.array()?), root: fields.array()? },
            ASK_CHARTERS => Self::AskCharters {
                version: u32::from_be_bytes(fields.array()?),
                fingerprint: fields.array()?,
            },
            OFFERED => match fields.array()? {
                [1] => Self::Offered(Offer { share: Share::Bodies }),
                [2] => Self::Offered(Offer { share: Share::Headers }),
                _ => return Err(MessageError::Value("share")),
            },
            REFUSED => {
                let [number] = fields.array()?;
                let code = RefusalCode::ALL.into_iter().find(|code| *code as u8 == number);
                let code = code.ok_or(MessageError::Value("code"))?;
                Self::Refused(Refusal { code, reason: fields.text("reason", REASON_BYTES_MAX)? })
            }
            CHECKPOINT => Self::Checkpoint(fields.rest("note", NOTE_BYTES_MAX)?),
            RUN => Self::Run {
                path: fields.list("path", PATH_NODES_MAX)?,
                block: fields.rest("block", BLOCK_BYTES_MAX)?,
            },
            HEARTBEAT => Self::Heartbeat(fields.rest("heartbeat", HEARTBEAT_BYTES_MAX)?),
            CHARTER => Self::Charter(fields.rest("charter", CHARTER_BYTES_MAX)?),
            other => return Err(MessageError::Type(other)),
        };
        match fields.0.len() {
            0 => Ok(message),
            left => Err(MessageError::TrailingBytes(left)),
        }
    }
}

struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], MessageError> {
        let (front, rest) = self.0.split_first_chunk().ok_or(MessageError::Truncated)?;
        self.0 = rest;
        Ok(*front)
    }

    fn list(&mut self, name: &'static str, most: usize) -> Result<Vec<Hash>, MessageError> {
        let [count] = self.array()?;
        if usize::from(count) > most {
            return Err(MessageError::Limit(name));
        }
        (0..count).map(|_| self.array()).collect()
    }

    fn rest(&mut self, name: &'static str, most: usize) -> Result<Vec<u8>, MessageError> {
        if self.0.len() > most {
            return Err(MessageError::Limit(name));
        }
        Ok(std::mem::take(&mut self.0).to_vec())
    }

    /// A text behind its length of one byte.
    fn short_text(&mut self, name: &'static str, most: usize) -> Result<String, MessageError> {
        let [length] = self.array()?;
        if usize::from(length) > most {
            return Err(MessageError::Limit(name));
        }
        let (text, rest) =
            self.0.split_at_checked(usize::from(length)).ok_or(MessageError::Truncated)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).map_err(|_not_text| MessageError::Value(name))
    }

    fn text(&mut self, name: &'static str, most: usize) -> Result<String, MessageError> {
        String::from_utf8(self.rest(name, most)?).map_err(|_not_text| MessageError::Value(name))
    }
}

#[cfg(test)]
mod tests;
