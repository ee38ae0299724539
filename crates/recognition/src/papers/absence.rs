//! The certificate of absence: a member's signed word that it found no listing of a subject in
//! force, at a moment, in logs of which it names size and root.
//!
//! A signed note, so that it can be checked with the member's key and refuted by anybody who has the
//! proof of a listing. `docs/protocol.md` has its bytes. What a person reads is a page made from it
//! ([`Absence::paper`]). What stands in the way of one, [`obstacles`] says.

use tiaoxi_credit::{CodeScheme, SubjectCode};
use tiaoxi_federation::{FederationId, MemberId, Origin, Terms, terms::LOGS_MAX};
use tiaoxi_ledger::{
    checkpoint::{Checkpoint, CheckpointTextError},
    note::{self, Bounds, Note, NoteError, SignatureError, SigningKey, VerifierKey},
};

use super::{certificate, paper::Paper};

mod facts;
mod refute;

pub use facts::{
    ABSENCE_TITLE, AbsenceFacts, AbsenceFactsError, CODE_BYTES_MAX, LogSeen, certifiable,
};
pub(super) use facts::{CLOSING, beijing};
pub use refute::{NotAnswered, NotRefuted, Refutation, obstacles};

/// How large a certificate may be, and that it is signed once.
const BOUNDS: Bounds = Bounds { bytes_max: 1 << 20, signatures_max: 1 };
/// Why no certificate was signed.
#[derive(Debug, thiserror::Error)]
pub enum SignAbsenceError {
    /// It may not say that.
    #[error("the certificate may not say this")]
    Facts(#[source] AbsenceFactsError),
    /// The key is not the member's for certificates.
    #[error("the key {found} does not sign certificates of absence, {expected} does")]
    OtherKey {
        /// Name of the key that does.
        expected: String,
        /// Name of the key.
        found: String,
    },
    /// The note would be larger than a reader takes.
    #[error("the certificate would have {0} bytes")]
    TooLarge(usize),
}

/// Why bytes are no certificate of the member in question.
#[derive(Debug, thiserror::Error)]
pub enum AbsenceError {
    /// Not a note, too large, or signed more than once.
    #[error("the certificate is no signed note")]
    Note(#[source] NoteError),
    /// Not signed with the key.
    #[error("the certificate is not signed by {key}")]
    Signature {
        /// Name of the key.
        key: String,
        /// What is wrong.
        source: SignatureError,
    },
    /// A line is not what stands there in a certificate.
    #[error("line {0} of the certificate is malformed")]
    Line(usize),
    /// Three lines are no checkpoint's.
    #[error("the log that begins at line {line} of the certificate is malformed")]
    Log {
        /// Its first line.
        line: usize,
        /// What is wrong.
        source: CheckpointTextError,
    },
    /// It says what no certificate may say.
    #[error("the certificate says what none may say")]
    Facts(#[source] AbsenceFactsError),
    /// It speaks for another member than its key.
    #[error("the certificate speaks for {found}, its key is {expected}")]
    OtherMember {
        /// Name of the key.
        expected: String,
        /// Name of the key that its text calls for.
        found: String,
    },
    /// Its text is not written as a certificate is.
    #[error("the certificate is not written in the form of one")]
    Form,
}

/// A certificate: what it says, and the note that proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    facts: AbsenceFacts,
    note: Vec<u8>,
}

/// Name of the key under which a member signs certificates: its log key, under
/// `<federation>/<member>/absence`.
pub fn key_name(federation: &FederationId, member: &MemberId) -> String {
    format!("{federation}/{member}/absence")
}

/// The key that certificates of a member are checked with; `None` of a member not in the charter.
pub fn verifier_key(terms: &Terms, member: &MemberId) -> Option<VerifierKey> {
    let log = terms.member(member)?.keys.log;
    let name = key_name(terms.federation(), member);
    Some(VerifierKey::new(name, log).expect("ids make a valid key name"))
}

impl Absence {
    /// Signs a certificate with the member's log key under its name for certificates
    /// ([`key_name`]).
    pub fn write(mut facts: AbsenceFacts, key: &SigningKey) -> Result<Self, SignAbsenceError> {
        facts.logs.sort_by_cached_key(|log| log.origin.to_string());
        facts.check().map_err(SignAbsenceError::Facts)?;
        let expected = key_name(&facts.federation, &facts.member);
        if key.name() != expected {
            let found = key.name().to_owned();
            return Err(SignAbsenceError::OtherKey { expected, found });
        }
        let note = note::sign(&facts.text(), &[key])
            .expect("lines of identifiers, numbers and our own words are the text of a note");
        if note.len() > BOUNDS.bytes_max {
            return Err(SignAbsenceError::TooLarge(note.len()));
        }
        Ok(Self { facts, note })
    }

    /// Believes a certificate that was signed with the key: at most 1 MiB, one signature, written
    /// exactly as [`Absence::write`] writes it.
    pub fn read(bytes: &[u8], key: &VerifierKey) -> Result<Self, AbsenceError> {
        let note = Note::parse_within(bytes, BOUNDS).map_err(AbsenceError::Note)?;
        let unsigned = |source| AbsenceError::Signature { key: key.name().to_owned(), source };
        if !note.signed_by(key).map_err(unsigned)? {
            return Err(unsigned(SignatureError::NoKnownKey));
        }
        let facts = parse(note.text())?;
        facts.check().map_err(AbsenceError::Facts)?;
        let found = key_name(&facts.federation, &facts.member);
        if found != key.name() {
            return Err(AbsenceError::OtherMember { expected: key.name().to_owned(), found });
        }
        if facts.text() != note.text() {
            return Err(AbsenceError::Form);
        }
        Ok(Self { facts, note: bytes.to_vec() })
    }

    /// What it says.
    pub fn facts(&self) -> &AbsenceFacts {
        &self.facts
    }

    /// The signed note: what is handed out as a file.
    pub fn note(&self) -> &[u8] {
        &self.note
    }

    /// The certificate for people, with names from the charter and the note itself at the end.
    pub fn paper(&self, terms: &Terms) -> Paper {
        certificate::paper(self, terms)
    }
}

/// Reads the lines of a certificate; [`Absence::read`] makes sure that nothing else is there.
fn parse(text: &str) -> Result<AbsenceFacts, AbsenceError> {
    let mut lines = text.lines().zip(1..);
    let mut after = |prefix: &str, number: usize| {
        let line = lines.next().map(|(line, _)| line);
        line.and_then(|line| line.strip_prefix(prefix)).ok_or(AbsenceError::Line(number))
    };
    after(ABSENCE_TITLE, 1)?;
    let line = AbsenceError::Line;
    let federation = FederationId::parse(after("federation ", 2)?).map_err(|_malformed| line(2))?;
    let member = MemberId::parse(after("member ", 3)?).map_err(|_malformed| line(3))?;
    let (scheme, code) = after("subject ", 4)?.split_once(' ').ok_or(line(4))?;
    let scheme = scheme.parse().map(CodeScheme).map_err(|_malformed| line(4))?;
    let subject = SubjectCode { scheme, code: code.to_owned() };
    let (unix_seconds, _beijing) = after("moment ", 5)?.split_once(' ').ok_or(line(5))?;
    let unix_seconds = unix_seconds.parse().map_err(|_malformed| line(5))?;
    let count: usize = after("logs ", 6)?.parse().map_err(|_malformed| line(6))?;
    if count > LOGS_MAX {
        return Err(AbsenceError::Facts(AbsenceFactsError::Logs));
    }
    let mut logs = Vec::with_capacity(count);
    for at in 0..count {
        let first = 7 + 4 * at;
        let checkpoint = format!(
            "{}\n{}\n{}\n",
            after("", first)?,
            after("", first + 1)?,
            after("", first + 2)?
        );
        let checkpoint = Checkpoint::parse(&checkpoint)
            .map_err(|source| AbsenceError::Log { line: first, source })?;
        let origin = Origin::parse(&checkpoint.origin).map_err(|_no_log| line(first))?;
        let heartbeat = match after("heartbeat ", first + 3)? {
            "-" => None,
            seconds => Some(seconds.parse().map_err(|_malformed| line(first + 3))?),
        };
        logs.push(LogSeen { origin, size: checkpoint.size, root: checkpoint.root, heartbeat });
    }
    Ok(AbsenceFacts { federation, member, subject, unix_seconds, logs })
}
