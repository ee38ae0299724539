//! Evidence of a listing: a record in one of its author's own logs, with the proof that it stands
//! there.
//!
//! [`make`] puts it together from what a log hands out, [`check`] believes it or says why not.
//! Whether the record was withdrawn later is not seen here: a proof says what was said, not what
//! still counts.

use tiaoxi_credit::{
    Kind, Record, Statement, Subject,
    statement::{BodyError, Evidence},
};
use tiaoxi_federation::{MemberId, Origin, Terms};
use tiaoxi_ledger::{
    Hash,
    header::{HEADER_BYTES, Header, HeaderBytes, HeaderError},
    note::{Note, NoteError},
    proof_file::{ProofFile, ProofFileError},
    salt::{SaltKey, commitment},
    tree,
};

/// An entry as a log hands it out with its proof.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// Its number in its log.
    pub number: u64,
    /// Its header.
    pub header: &'a HeaderBytes,
    /// The salt of its body.
    pub salt: &'a SaltKey,
    /// Its body.
    pub body: &'a [u8],
    /// Sibling hashes from the leaf to the root.
    pub path: &'a [Hash],
    /// The note of the checkpoint that the path leads to.
    pub checkpoint: &'a [u8],
}

/// Puts evidence together. Checks nothing; [`check`] does.
pub fn make(parts: &Parts<'_>) -> Evidence {
    let proof = ProofFile {
        extra: None,
        index: parts.number,
        path: parts.path.to_vec(),
        checkpoint: parts.checkpoint.to_vec(),
    };
    Evidence {
        proof: proof.to_bytes(),
        header: parts.header.to_vec(),
        salt: parts.salt.0,
        body: parts.body.to_vec(),
    }
}

/// Why evidence is not believed.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// The header has another length than headers have.
    #[error("a header of {0} bytes is no header")]
    HeaderSize(usize),
    /// The header is of another version or suite.
    #[error("the header can't be read")]
    Header(#[source] HeaderError),
    /// It comes with no proof file, or with one of another log.
    #[error("the proof can't be read")]
    Proof(#[source] ProofFileError),
    /// The proof holds no note.
    #[error("the checkpoint in the proof is no signed note")]
    Note(#[source] NoteError),
    /// The checkpoint names no log of the charter.
    #[error("the charter lists no log {0:?}")]
    UnknownLog(String),
    /// The entry lies behind the end of a closed log.
    #[error("entry {number} of {log} lies behind the end of the log")]
    Closed {
        /// The log.
        log: Origin,
        /// Number of the entry.
        number: u64,
    },
    /// The path does not lead to the signed root.
    #[error("the path of entry {number} does not lead to the root signed for {log}")]
    NotInLog {
        /// The log.
        log: Origin,
        /// Number of the entry.
        number: u64,
    },
    /// Salt and body are not those that the header commits to.
    #[error("salt and body are not those that the header commits to")]
    Commitment,
    /// The author had no duty to say it there.
    #[error("the charter gives the author no duty for this entry of {0}")]
    NoDuty(Origin),
    /// The body can't be read.
    #[error("the body can't be read")]
    Body(#[source] BodyError),
    /// The entry is in a log of another member.
    #[error("the entry stands in {0}, a log of another member")]
    OtherAuthor(Origin),
    /// The entry states no record.
    #[error("the entry states no record")]
    NoRecord,
    /// The record is about a natural person, or carries a personal code.
    #[error("the record is about a natural person or carries a personal code")]
    NaturalPerson,
    /// The record is about another subject.
    #[error("the record is about another subject")]
    OtherSubject,
}

impl EvidenceError {
    /// Stable code, for lists and programs. Three are told apart: not proven, of another author or
    /// subject, about a person.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OtherAuthor(_) | Self::OtherSubject => "EVIDENCE_OF_ANOTHER",
            Self::NaturalPerson => "EVIDENCE_PERSONAL",
            _ => "EVIDENCE_UNPROVEN",
        }
    }

    /// The reason in English.
    pub fn en(&self) -> String {
        self.to_string()
    }

    /// The reason in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::HeaderSize(bytes) => format!("条目头应为{HEADER_BYTES}字节，实为{bytes}字节"),
            Self::Header(_) => "条目头的版本或算法套件不被本软件支持".to_owned(),
            Self::Proof(_) => "证明文件格式不符，或不是该日志签发的".to_owned(),
            Self::Note(_) => "证明文件中的检查点不是签名文件".to_owned(),
            Self::UnknownLog(log) => format!("组网章程未列日志{log}"),
            Self::Closed { log, number } => format!("第{number}条在日志{log}的截止处之后"),
            Self::NotInLog { log, number } => {
                format!("日志{log}第{number}条的证明路径不通向已签名的根")
            }
            Self::Commitment => "盐值和正文与条目头的承诺值不符".to_owned(),
            Self::NoDuty(log) => format!("组网章程未赋予作者在日志{log}作此声明的职责"),
            Self::Body(_) => "条目正文无法读取".to_owned(),
            Self::OtherAuthor(log) => format!("佐证条目在其他成员单位的日志{log}中"),
            Self::NoRecord => "佐证条目不是信用记录".to_owned(),
            Self::NaturalPerson => "佐证记录涉及自然人或带有个人证件号码".to_owned(),
            Self::OtherSubject => "佐证记录的主体与列入主体不一致".to_owned(),
        }
    }
}

/// An entry that stands in a log of the charter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The log.
    pub log: Origin,
    /// Its number there.
    pub number: u64,
    /// Its header.
    pub header: Header,
}

impl Proven {
    /// Believes that an entry with this header stands where the proof file says, under a root
    /// signed by a log of the charter, and that its author had a duty to say it there. The body
    /// plays no part.
    pub fn of_header(proof: &[u8], header: &[u8], terms: &Terms) -> Result<Self, EvidenceError> {
        let bytes = HeaderBytes::try_from(header)
            .map_err(|_other_length| EvidenceError::HeaderSize(header.len()))?;
        let header = Header::from_bytes(&bytes).map_err(EvidenceError::Header)?;
        let file = ProofFile::parse(proof).map_err(EvidenceError::Proof)?;
        let named = named_log(&file)?;
        let unknown = || EvidenceError::UnknownLog(named.clone());
        let log = Origin::parse(&named).ok().and_then(|origin| terms.log(&origin));
        let log = log.ok_or_else(unknown)?;
        let signed = file.signed_checkpoint(log.verifier_key()).map_err(EvidenceError::Proof)?;
        let (origin, number) = (log.origin().clone(), file.index);
        if log.closed().is_some_and(|closed| number >= closed.size) {
            return Err(EvidenceError::Closed { log: origin, number });
        }
        let leaf = tree::leaf_hash(&bytes);
        if !tree::verify_inclusion(&leaf, 0, number, signed.size(), &file.path, signed.root()) {
            return Err(EvidenceError::NotInLog { log: origin, number });
        }
        let granted = Kind::from_number(header.kind.kind()).is_some_and(|kind| {
            kind.effects().iter().any(|effect| *effect as u8 == header.kind.effect())
                && log.grants(kind, header.item)
        });
        if !granted {
            return Err(EvidenceError::NoDuty(origin));
        }
        Ok(Self { log: origin, number, header })
    }

    /// The same for a whole entry, with what it says.
    pub fn of_entry(
        evidence: &Evidence,
        terms: &Terms,
    ) -> Result<(Self, Statement), EvidenceError> {
        let proven = Self::of_header(&evidence.proof, &evidence.header, terms)?;
        let header = &proven.header;
        if commitment(&SaltKey(evidence.salt), &evidence.body) != header.commitment {
            return Err(EvidenceError::Commitment);
        }
        let (kind, version) = (header.kind.kind(), header.kind.version());
        let statement = Statement::from_body(kind, version, &evidence.body);
        Ok((proven, statement.map_err(EvidenceError::Body)?))
    }
}

/// First line of the checkpoint in a proof file, not yet believed.
fn named_log(file: &ProofFile) -> Result<String, EvidenceError> {
    let note = Note::parse(&file.checkpoint).map_err(EvidenceError::Note)?;
    Ok(note.text().split('\n').next().unwrap_or_default().to_owned())
}

/// The record that is evidence for a listing of `subject` by `author`: an entry of one of the
/// author's own logs, about that subject by its principal code.
pub fn check(
    evidence: &Evidence,
    author: &MemberId,
    terms: &Terms,
    subject: &Subject,
) -> Result<Record, EvidenceError> {
    let (proven, statement) = Proven::of_entry(evidence, terms)?;
    if proven.log.member != *author {
        return Err(EvidenceError::OtherAuthor(proven.log));
    }
    let record = match statement {
        Statement::Record(record) => record,
        Statement::Correction(correction) => correction.record,
        _ => return Err(EvidenceError::NoRecord),
    };
    let about = &record.subject;
    if about.class.is_natural_person() || about.codes.iter().any(|code| code.scheme.is_personal()) {
        return Err(EvidenceError::NaturalPerson);
    }
    match (about.principal_code(), subject.principal_code()) {
        (Some(found), Some(expected)) if found == expected => Ok(record),
        _ => Err(EvidenceError::OtherSubject),
    }
}
