//! What an entry can say: kinds, their effects, and the bodies of those in use.
//!
//! Bodies are `version ‖ bincode`; `docs/protocol.md` has every byte. A kind or version not listed
//! here is unreadable, which stops nothing: the effect stands in the header.

mod exchange;

use serde::{Deserialize, Serialize};

pub use self::exchange::{
    Carried, Cause, Decision, End, EntryName, Evidence, GradeGround, Ground, ListGround, Listing,
    ObjectionMark, Receipt, Recognition, Repair, Stops,
};
use crate::{Day, Record};

/// The largest body, in bytes. Holds the longest row that the catalogue allows (about 40 KB) and
/// keeps one body within one 64-KiB frame of a block.
pub const BODY_BYTES_MAX: usize = 61_440;

/// What an entry does to the entry it concerns; understood without the body, by any version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Effect {
    /// Changes nothing.
    None = 0,
    /// States something new.
    States = 1,
    /// The entry concerned is disputed.
    Marks = 2,
    /// The entry concerned counts for less.
    Narrows = 3,
    /// The entry concerned no longer counts.
    Ends = 4,
    /// The body of the entry concerned is to be destroyed.
    Erases = 5,
}

impl Effect {
    /// The effect in the top four bits of a header's kind; `None` for one not yet invented.
    pub fn from_bits(bits: u8) -> Option<Self> {
        Some(match bits {
            0 => Self::None,
            1 => Self::States,
            2 => Self::Marks,
            3 => Self::Narrows,
            4 => Self::Ends,
            5 => Self::Erases,
            _ => return None,
        })
    }
}

/// Kind of a statement. Numbers are for ever; those without a body here are reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// A file was taken in; the records that concern it came with it.
    Import = 1,
    /// A record about a subject.
    Record = 2,
    /// A whole record that replaces the one concerned.
    Correction = 3,
    /// The entry concerned was wrong or void from the start.
    Withdrawal = 4,
    /// A subject objects to the entry concerned (异议标注).
    ObjectionMark = 5,
    /// The subject has repaired what the entry concerned says (信用修复).
    Repair = 6,
    /// The body of the entry concerned is destroyed by law.
    Erasure = 7,
    /// A subject is put on a list of key supervision objects (列入).
    Listing = 8,
    /// A receiver's decision on a listing (互认决定).
    Recognition = 9,
    /// A listing, recognition or mark ends (移出).
    End = 10,
    /// A holder has ended or erased what it was told to (回执).
    Receipt = 11,
    /// A grade by a model of a sector (信用评价).
    Evaluation = 12,
    /// A commitment by a subject (信用承诺).
    Commitment = 13,
    /// Who looked, who decided.
    AuditEvent = 14,
    /// How an import ended: rows, accepted, rejected by reason.
    ImportReport = 15,
}

impl Kind {
    /// Every kind with its name in charters, the effects it may carry, and its current version;
    /// version 0: reserved, no body defined yet.
    pub const TABLE: [(Self, &'static str, &'static [Effect], u8); 15] = [
        (Self::Import, "import", &[Effect::None], 1),
        (Self::Record, "record", &[Effect::States], 1),
        (Self::Correction, "correction", &[Effect::Ends], 1),
        (Self::Withdrawal, "withdrawal", &[Effect::Ends], 1),
        (Self::ObjectionMark, "objection-mark", &[Effect::Marks], 1),
        (Self::Repair, "repair", &[Effect::Narrows], 1),
        (Self::Erasure, "erasure", &[Effect::Erases], 1),
        (Self::Listing, "listing", &[Effect::States], 1),
        (Self::Recognition, "recognition", &[Effect::None, Effect::States], 1),
        (Self::End, "end", &[Effect::Ends], 1),
        (Self::Receipt, "receipt", &[Effect::None], 1),
        (Self::Evaluation, "evaluation", &[Effect::States], 0),
        (Self::Commitment, "commitment", &[Effect::States], 0),
        (Self::AuditEvent, "audit-event", &[Effect::None], 0),
        (Self::ImportReport, "import-report", &[Effect::None], 1),
    ];

    fn row(self) -> &'static (Self, &'static str, &'static [Effect], u8) {
        Self::TABLE.iter().find(|row| row.0 == self).expect("the table lists every kind")
    }

    /// The kind of a number, or `None` when it is of a later version.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::TABLE.iter().map(|row| row.0).find(|kind| *kind as u8 == number)
    }

    /// The kind of a name in a charter.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::TABLE.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// Its name in charters and on screens.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// The effects that an entry of this kind may carry.
    pub fn effects(self) -> &'static [Effect] {
        self.row().2
    }

    /// The version that this software writes.
    pub fn version(self) -> u8 {
        self.row().3
    }
}

/// A statement that this software can write and read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// See [`Kind::Import`].
    Import(Import),
    /// See [`Kind::Record`].
    Record(Record),
    /// See [`Kind::Correction`].
    Correction(Correction),
    /// See [`Kind::Withdrawal`].
    Withdrawal(Withdrawal),
    /// See [`Kind::Erasure`].
    Erasure(Erasure),
    /// See [`Kind::ImportReport`].
    ImportReport(ImportReport),
    /// See [`Kind::Listing`].
    Listing(Listing),
    /// See [`Kind::Recognition`].
    Recognition(Recognition),
    /// See [`Kind::End`].
    End(End),
    /// See [`Kind::Receipt`].
    Receipt(Receipt),
    /// See [`Kind::ObjectionMark`].
    ObjectionMark(ObjectionMark),
    /// See [`Kind::Repair`].
    Repair(Repair),
}

/// A file was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// BLAKE3 of the file's bytes: the same file again is the same import.
    pub digest: [u8; 32],
    /// BLAKE3 of the catalogue file that the rows were checked against.
    pub catalog: [u8; 32],
}

/// How an import ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Rows below the header.
    pub rows: u32,
    /// Rows that became records.
    pub accepted: u32,
    /// Rejected rows by the code of their first error, by rising code.
    pub rejected: Vec<RejectedCount>,
}

/// How many rows one reason rejected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedCount {
    /// Stable code of the finding.
    pub code: String,
    /// Rows whose first error it was.
    pub rows: u32,
}

/// A whole record in place of the entry concerned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction<S = String> {
    /// The record as it should have been.
    pub record: Record<S>,
    /// Why, in the words of the office.
    pub reason: S,
    /// BLAKE3 of the file that brought it, [`Record::row`] being its row there; `None` where it was
    /// made by itself.
    pub import: Option<[u8; 32]>,
    /// The word of a second person, where one was needed: the entry concerned had been withdrawn.
    pub review: Option<Review<S>>,
}

/// That a second person looked, and what that person says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review<S = String> {
    /// The name under which the node knows the reviewer.
    pub reviewer: S,
    /// In the reviewer's words.
    pub word: S,
}

/// The entry concerned was wrong or void.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// Why, in the words of the office.
    pub reason: String,
    /// Number of the decision that withdraws; empty where there is none.
    pub document: String,
    /// Day of that decision.
    pub decided: Day,
}

/// The body of the entry concerned is to be destroyed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// Law and article, never a word about the subject.
    pub basis: String,
}

/// Why a statement could not be put into a body.
#[derive(Debug, thiserror::Error)]
#[error("the statement takes {bytes} bytes, {BODY_BYTES_MAX} are allowed")]
pub struct TooLong {
    /// Its size.
    pub bytes: usize,
}

/// Why a body could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// A kind or version that this software does not know, or a reserved one.
    #[error("statement kind {kind} version {version} is not known here")]
    Unknown {
        /// Kind number of the header.
        kind: u8,
        /// Version of the header.
        version: u8,
    },
    /// The version in the body is another than the header's.
    #[error("the body names version {found}, the header {expected}")]
    VersionMismatch {
        /// In the header.
        expected: u8,
        /// In the body.
        found: u8,
    },
    /// The body is empty or longer than allowed.
    #[error("a body of {0} bytes is outside the limits")]
    Size(usize),
    /// Its bytes do not follow the layout.
    #[error("the body does not follow its layout")]
    Malformed(#[source] bincode::error::DecodeError),
    /// Something stands behind its end.
    #[error("{0} bytes stand behind the end of the body")]
    TrailingBytes(usize),
}

/// What decoding may claim to allocate. More than a body has bytes, since small integers count at
/// full width; the body's own size is checked first.
const DECODE_BYTES_MAX: usize = 1024 * 1024;

fn bincode_config() -> impl bincode::config::Config {
    bincode::config::standard().with_limit::<DECODE_BYTES_MAX>()
}

fn encode<T: Serialize>(version: u8, value: &T) -> Result<Vec<u8>, TooLong> {
    let mut body = Vec::with_capacity(512);
    body.push(version);
    bincode::serde::encode_into_std_write(value, &mut body, bincode_config())
        .expect("writing plain data into memory succeeds");
    if body.len() > BODY_BYTES_MAX {
        return Err(TooLong { bytes: body.len() });
    }
    Ok(body)
}

fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, BodyError> {
    let (value, consumed) = bincode::serde::borrow_decode_from_slice(bytes, bincode_config())
        .map_err(BodyError::Malformed)?;
    match bytes.len() - consumed {
        0 => Ok(value),
        rest => Err(BodyError::TrailingBytes(rest)),
    }
}

/// Checks size and version byte and returns the rest.
fn payload(version: u8, body: &[u8]) -> Result<&[u8], BodyError> {
    match body.split_first() {
        Some((&found, rest)) if body.len() <= BODY_BYTES_MAX => {
            if found == version {
                Ok(rest)
            } else {
                Err(BodyError::VersionMismatch { expected: version, found })
            }
        }
        _ => Err(BodyError::Size(body.len())),
    }
}

/// The kind, when its body can be read here.
fn readable(kind: u8, version: u8) -> Result<Kind, BodyError> {
    Kind::from_number(kind)
        .filter(|known| known.version() == version && version > 0)
        .ok_or(BodyError::Unknown { kind, version })
}

/// Reads the whole of a body without copying its texts; the record in it, when it states one.
pub fn record_in(kind: u8, version: u8, body: &[u8]) -> Result<Option<Record<&str>>, BodyError> {
    match readable(kind, version)? {
        Kind::Record => decode(payload(version, body)?).map(Some),
        Kind::Correction => {
            decode(payload(version, body)?).map(|it: Correction<&str>| Some(it.record))
        }
        _ => Ok(None),
    }
}

impl Statement {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Import(_) => Kind::Import,
            Self::Record(_) => Kind::Record,
            Self::Correction(_) => Kind::Correction,
            Self::Withdrawal(_) => Kind::Withdrawal,
            Self::Erasure(_) => Kind::Erasure,
            Self::ImportReport(_) => Kind::ImportReport,
            Self::Listing(_) => Kind::Listing,
            Self::Recognition(_) => Kind::Recognition,
            Self::End(_) => Kind::End,
            Self::Receipt(_) => Kind::Receipt,
            Self::ObjectionMark(_) => Kind::ObjectionMark,
            Self::Repair(_) => Kind::Repair,
        }
    }

    /// Its effect. A recognition states something only where it recognises; every other kind has
    /// exactly one effect.
    pub fn effect(&self) -> Effect {
        match self {
            Self::Recognition(recognition) if recognition.decision.recognises() => Effect::States,
            other => *other.kind().effects().first().expect("every kind has an effect"),
        }
    }

    /// Its body.
    ///
    /// # Errors
    /// [`TooLong`] when it exceeds [`BODY_BYTES_MAX`].
    pub fn to_body(&self) -> Result<Vec<u8>, TooLong> {
        let version = self.kind().version();
        match self {
            Self::Import(value) => encode(version, value),
            Self::Record(value) => encode(version, value),
            Self::Correction(value) => encode(version, value),
            Self::Withdrawal(value) => encode(version, value),
            Self::Erasure(value) => encode(version, value),
            Self::ImportReport(value) => encode(version, value),
            Self::Listing(value) => encode(version, value),
            Self::Recognition(value) => encode(version, value),
            Self::End(value) => encode(version, value),
            Self::Receipt(value) => encode(version, value),
            Self::ObjectionMark(value) => encode(version, value),
            Self::Repair(value) => encode(version, value),
        }
    }

    /// Reads the body of an entry whose header names `kind` and `version`.
    pub fn from_body(kind: u8, version: u8, body: &[u8]) -> Result<Self, BodyError> {
        let unknown = BodyError::Unknown { kind, version };
        let bytes = payload(version, body)?;
        match readable(kind, version)? {
            Kind::Import => decode(bytes).map(Self::Import),
            Kind::Record => decode(bytes).map(Self::Record),
            Kind::Correction => decode(bytes).map(Self::Correction),
            Kind::Withdrawal => decode(bytes).map(Self::Withdrawal),
            Kind::Erasure => decode(bytes).map(Self::Erasure),
            Kind::ImportReport => decode(bytes).map(Self::ImportReport),
            Kind::Listing => decode(bytes).map(Self::Listing),
            Kind::Recognition => decode(bytes).map(Self::Recognition),
            Kind::End => decode(bytes).map(Self::End),
            Kind::Receipt => decode(bytes).map(Self::Receipt),
            Kind::ObjectionMark => decode(bytes).map(Self::ObjectionMark),
            Kind::Repair => decode(bytes).map(Self::Repair),
            _ => Err(unknown),
        }
    }
}

#[cfg(test)]
mod tests;
