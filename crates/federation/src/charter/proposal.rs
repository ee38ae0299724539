//! A charter on its way: drafted, signed here and there, merged.

use tiaoxi_ledger::note::{self, Bounds, Note, NoteError, SignatureError, SigningKey, VerifierKey};

use super::{AgreementError, agreements, signers};
use crate::{
    digest::Fingerprint,
    name::MemberId,
    terms::{CharterDocument, Terms, TermsError},
};

/// Why bytes are no proposal of a charter.
#[derive(Debug, thiserror::Error)]
pub enum ProposalError {
    /// Too large, not UTF-8, or otherwise no note.
    #[error("the file is neither a charter's text nor a signed note")]
    Note(#[source] NoteError),
    /// The text is no charter.
    #[error("the charter's text is refused")]
    Terms(#[source] TermsError),
}

/// Why a proposal was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The key is not the recovery key of the member that its name says.
    #[error("{0} is not the recovery key of a member of this charter")]
    NotAMember(String),
    /// The note would become larger than a charter may be.
    #[error("the charter has no room for another signature")]
    Full(#[source] NoteError),
}

/// Why copies were not merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// Nothing to merge.
    #[error("no copies were given")]
    Nothing,
    /// Two texts.
    #[error("copy {index} is another charter: its fingerprint is {found}, the first's {expected}")]
    OtherText {
        /// Which copy, from 1.
        index: usize,
        /// Fingerprint of the first.
        expected: Fingerprint,
        /// Fingerprint of that copy.
        found: Fingerprint,
    },
    /// The note would become larger than a charter may be.
    #[error("the copies have more signatures than a charter may")]
    Full(#[source] NoteError),
}

/// A charter's text with the signatures gathered so far.
#[derive(Clone, Debug)]
pub struct Proposal {
    terms: Terms,
    fingerprint: Fingerprint,
    text: String,
    /// Signature lines, each with its newline.
    lines: Vec<String>,
}

impl Proposal {
    /// From a document that nobody has signed.
    pub fn draft(document: CharterDocument) -> Result<Self, TermsError> {
        let text = document.to_text();
        let terms = Terms::check(document)?;
        Ok(Self { terms, fingerprint: Fingerprint::of_text(&text), text, lines: Vec::new() })
    }

    /// Reads a draft or a note. Signatures are kept as they are; [`signers`](Self::signers) judges.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProposalError> {
        let (text, lines) = match Note::parse_within(bytes, Bounds::CHARTER) {
            Ok(note) => {
                let block = bytes.get(note.text().len() + 1..).unwrap_or_default();
                let block = std::str::from_utf8(block).expect("a note that was read is UTF-8");
                (note.text().to_owned(), block.split_inclusive('\n').map(str::to_owned).collect())
            }
            // Signatures missing altogether: a draft. A broken signature line leaves a text that is
            // no TOML, so it can't pass for a draft.
            Err(NoteError::Unsigned | NoteError::MalformedSignature(_)) => {
                let text = std::str::from_utf8(bytes)
                    .map_err(|error| ProposalError::Note(NoteError::NotUtf8(error)))?;
                if !text.ends_with('\n') {
                    return Err(ProposalError::Note(NoteError::Text));
                }
                (text.to_owned(), Vec::new())
            }
            Err(error) => return Err(ProposalError::Note(error)),
        };
        let terms = Terms::parse(&text).map_err(ProposalError::Terms)?;
        Ok(Self { terms, fingerprint: Fingerprint::of_text(&text), text, lines })
    }

    /// What it says.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// SHA-256 of its text; signatures don't change it.
    pub fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// Its text, without signatures.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The file: the text alone, or a note.
    pub fn to_bytes(&self) -> Vec<u8> {
        if self.lines.is_empty() {
            return self.text.clone().into_bytes();
        }
        format!("{}\n{}", self.text, self.lines.concat()).into_bytes()
    }

    /// The members that have signed it. `judges` are its own terms for a first version, those of
    /// the version before for a later one.
    pub fn signers(&self, judges: &Terms) -> Result<Vec<MemberId>, SignatureError> {
        let bytes = self.to_bytes();
        match Note::parse_within(&bytes, Bounds::CHARTER) {
            Ok(note) => signers(&note, judges),
            Err(_unsigned) => Ok(Vec::new()),
        }
    }

    /// Whether its agreements hold with the signatures gathered so far; `before` is the version
    /// before, none for a first version. The refusal names the parties that have still to sign.
    pub fn check_agreements(&self, before: Option<&Terms>) -> Result<(), AgreementError> {
        let bytes = self.to_bytes();
        let note = Note::parse_within(&bytes, Bounds::CHARTER).ok();
        let signed =
            |key: &VerifierKey| note.as_ref().map_or(Ok(false), |note| note.signed_by(key));
        agreements::consenting(before, &self.terms, signed).map(|_consenting| ())
    }

    /// Adds the signature of a member's recovery key, named `<federation>/<member>/recovery`.
    ///
    /// Whoever signs a later version than the first has recorded durably that it signs no other.
    pub fn sign(&mut self, key: &SigningKey) -> Result<(), SignError> {
        if !has_recovery_key(&self.terms, key) {
            return Err(SignError::NotAMember(key.name().to_owned()));
        }
        self.add_signature(key)
    }

    /// As [`sign`](Self::sign), also with the key that a member had in the version `before`: the one
    /// that counts where this version gives it another or lets it go.
    pub fn sign_after(&mut self, before: &Terms, key: &SigningKey) -> Result<(), SignError> {
        if has_recovery_key(before, key) { self.add_signature(key) } else { self.sign(key) }
    }

    fn add_signature(&mut self, key: &SigningKey) -> Result<(), SignError> {
        let line = note::signature_line(&self.text, key);
        if self.lines.contains(&line) {
            return Ok(());
        }
        self.lines.push(line);
        let fits = self.check_size();
        if fits.is_err() {
            self.lines.pop();
        }
        fits.map_err(SignError::Full)
    }

    /// One proposal with the signatures of all copies, each once.
    pub fn merge(copies: &[Self]) -> Result<Self, MergeError> {
        let (first, others) = copies.split_first().ok_or(MergeError::Nothing)?;
        let mut merged = first.clone();
        for (copy, index) in others.iter().zip(2..) {
            if copy.fingerprint != first.fingerprint {
                let (expected, found) = (first.fingerprint, copy.fingerprint);
                return Err(MergeError::OtherText { index, expected, found });
            }
            for line in &copy.lines {
                if !merged.lines.contains(line) {
                    merged.lines.push(line.clone());
                }
            }
        }
        merged.check_size().map_err(MergeError::Full)?;
        Ok(merged)
    }

    fn check_size(&self) -> Result<(), NoteError> {
        if self.lines.is_empty() {
            return Ok(());
        }
        Note::parse_within(&self.to_bytes(), Bounds::CHARTER).map(|_note| ())
    }
}

fn has_recovery_key(terms: &Terms, key: &SigningKey) -> bool {
    terms.members().any(|member| {
        terms.recovery_key(&member.id).is_some_and(|known| known == key.verifier_key())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::tests::{city, recovery_signer};

    #[test]
    fn drafts_and_signed_copies_read_back() {
        let mut proposal = city(&["anji"]);
        for _ in 0..3 {
            let read = Proposal::parse(&proposal.to_bytes()).unwrap();
            assert_eq!(read.to_bytes(), proposal.to_bytes());
            assert_eq!(read.fingerprint(), proposal.fingerprint());
            let signers = read.signers(read.terms()).unwrap().len();
            proposal.sign(&recovery_signer(["anji", "huzhou", "huzhou"][signers])).unwrap();
        }
        assert_eq!(proposal.signers(proposal.terms()).unwrap().len(), 2);
    }

    #[test]
    fn copies_signed_apart_merge_into_one() {
        let proposal = city(&["anji", "deqing"]);
        let copies: Vec<_> = ["deqing", "anji", "deqing"]
            .iter()
            .map(|id| {
                let mut copy = proposal.clone();
                copy.sign(&recovery_signer(id)).unwrap();
                copy
            })
            .collect();
        let merged = Proposal::merge(&copies).unwrap();
        let merged = Proposal::parse(&merged.to_bytes()).unwrap();
        let ids: Vec<_> =
            merged.signers(merged.terms()).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(ids, ["anji", "deqing"]);

        let other = city(&["anji"]);
        let refused = Proposal::merge(&[proposal, other]);
        assert!(matches!(refused, Err(MergeError::OtherText { index: 2, .. })));
        assert!(matches!(Proposal::merge(&[]), Err(MergeError::Nothing)));
    }

    #[test]
    fn only_recovery_keys_of_members_sign() {
        let mut proposal = city(&["anji"]);
        assert!(proposal.sign(&recovery_signer("anji")).is_ok());
        for (name, seed) in [
            ("huzhou/stranger/recovery", crate::request::tests::seeds("stranger").recovery),
            ("huzhou/anji/recovery", crate::request::tests::seeds("anji").log),
            ("huzhou/anji/log", crate::request::tests::seeds("anji").recovery),
        ] {
            let key = SigningKey::new(name, &seed).unwrap();
            assert!(matches!(proposal.sign(&key), Err(SignError::NotAMember(_))), "{name}");
        }
    }

    #[test]
    fn a_broken_signature_line_does_not_make_a_draft() {
        let mut proposal = city(&["anji"]);
        proposal.sign(&recovery_signer("anji")).unwrap();
        let bytes = proposal.to_bytes();
        let cut = |count: usize| [&bytes[..bytes.len() - count], b"\n"].concat();
        // No base64 any more; then base64 of too short a signature.
        assert!(Proposal::parse(&cut(8)).is_err());
        let short = Proposal::parse(&cut(9)).unwrap();
        assert!(short.signers(short.terms()).is_err());
        assert!(Proposal::parse(&bytes[..bytes.len() - 1]).is_err());
        assert!(Proposal::parse(&bytes).is_ok());
        assert!(Proposal::parse(b"").is_err());
    }
}
