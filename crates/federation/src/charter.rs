//! Charters: terms that enough members have signed, believed by fingerprint, chained by version.
//!
//! A [`Proposal`] is the text on its way, signed by nobody, some or all. A [`Charter`] is one that is
//! believed; a [`Chain`] begins with the version that was accepted by fingerprint. The bytes
//! received are what is judged and kept. Does not know where charters are kept.

mod agreements;
mod chain;
mod proposal;

use std::ops::Deref;

use tiaoxi_ledger::note::{Bounds, Note, NoteError, SignatureError};

pub use agreements::AgreementError;
pub(crate) use agreements::check_steps;
pub use chain::{Chain, ChainError, VERSIONS_MAX};
pub use proposal::{MergeError, Proposal, ProposalError, SignError};

use crate::{
    digest::Fingerprint,
    name::MemberId,
    terms::{Terms, TermsError},
};

/// Why a note is not believed to be the charter in question.
#[derive(Debug, thiserror::Error)]
pub enum CharterError {
    /// Not a signed note.
    #[error("the charter is no signed note")]
    Note(#[source] NoteError),
    /// Another text than the one expected.
    #[error("the charter's fingerprint is {found}, expected is {expected}")]
    OtherFingerprint {
        /// As pinned, or as named by the person who accepts it.
        expected: Fingerprint,
        /// Of the text.
        found: Fingerprint,
    },
    /// The text is no charter.
    #[error("the charter's text is refused")]
    Terms(#[source] TermsError),
    /// Not the first version.
    #[error("version {0} of a charter was given where the first is needed")]
    NotFirst(u32),
    /// A signature in a member's name is wrong.
    #[error("a signature of the charter is wrong")]
    Signature(#[source] SignatureError),
    /// Too few members have signed.
    #[error("{signers} members have signed the charter, {threshold} are needed")]
    TooFewSigners {
        /// Members whose signatures are right.
        signers: usize,
        /// Members needed.
        threshold: usize,
    },
    /// An agreement lacks what it needs.
    #[error("an agreement of the charter does not hold")]
    Agreement(#[source] AgreementError),
}

/// A believed charter: its terms, answered through `Deref`, and the note that proves them.
#[derive(Clone, Debug)]
pub struct Charter {
    terms: Terms,
    fingerprint: Fingerprint,
    signers: Vec<MemberId>,
    note: Vec<u8>,
}

impl Charter {
    /// Believes the first version of a charter: the text with the expected fingerprint, signed with
    /// the recovery keys of as many of its members as it asks for and of all parties of its
    /// agreements.
    pub fn verify(note: &[u8], expected: &Fingerprint) -> Result<Self, CharterError> {
        let parsed = Note::parse_within(note, Bounds::CHARTER).map_err(CharterError::Note)?;
        // The text is read only once it is known to be the one that a person has compared.
        let found = Fingerprint::of_text(parsed.text());
        if found != *expected {
            return Err(CharterError::OtherFingerprint { expected: *expected, found });
        }
        let terms = Terms::parse(parsed.text()).map_err(CharterError::Terms)?;
        if terms.version() != 1 {
            return Err(CharterError::NotFirst(terms.version()));
        }
        let mut signers = enough_signers(&parsed, &terms)?;
        let consenting = agreements::consenting(None, &terms, |key| parsed.signed_by(key));
        add(&mut signers, consenting.map_err(CharterError::Agreement)?);
        Ok(Self { terms, fingerprint: found, signers, note: note.to_vec() })
    }

    /// What it says.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// SHA-256 of its text.
    pub fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// The members whose signatures make it believed, by rising id.
    pub fn signers(&self) -> &[MemberId] {
        &self.signers
    }

    /// Its text, without signatures.
    pub fn text(&self) -> &str {
        let note = Note::parse_within(&self.note, Bounds::CHARTER);
        note.expect("a charter is a note that was read before").text()
    }

    /// The note, byte for byte.
    pub fn note(&self) -> &[u8] {
        &self.note
    }
}

impl Deref for Charter {
    type Target = Terms;
    fn deref(&self) -> &Terms {
        &self.terms
    }
}

/// The members of `judges` that signed the note, by rising id.
fn signers(note: &Note<'_>, judges: &Terms) -> Result<Vec<MemberId>, SignatureError> {
    let mut signers = Vec::new();
    for member in judges.members() {
        let key = judges.recovery_key(&member.id).expect("the terms list their own members");
        if note.signed_by(&key)? {
            signers.push(member.id.clone());
        }
    }
    Ok(signers)
}

/// The parties that consented are among those who make a charter believed.
fn add(signers: &mut Vec<MemberId>, consenting: Vec<MemberId>) {
    signers.extend(consenting);
    signers.sort();
    signers.dedup();
}

fn enough_signers(note: &Note<'_>, judges: &Terms) -> Result<Vec<MemberId>, CharterError> {
    let signers = signers(note, judges).map_err(CharterError::Signature)?;
    if signers.len() < judges.threshold() {
        return Err(CharterError::TooFewSigners {
            signers: signers.len(),
            threshold: judges.threshold(),
        });
    }
    Ok(signers)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::draft::tests::{city, recovery_signer};

    /// The city of `huzhou` and the given counties, signed by the first `count` of its members.
    pub(crate) fn signed(proposal: &Proposal, count: usize) -> Vec<u8> {
        let ids: Vec<_> = proposal.terms().members().map(|member| member.id.clone()).collect();
        let mut proposal = proposal.clone();
        for id in ids.iter().take(count) {
            proposal.sign(&recovery_signer(id.as_str())).unwrap();
        }
        proposal.to_bytes()
    }

    /// Signed by these members.
    pub(crate) fn signed_by(proposal: &Proposal, members: &[&str]) -> Vec<u8> {
        let mut proposal = proposal.clone();
        for id in members {
            proposal.sign(&recovery_signer(id)).unwrap();
        }
        proposal.to_bytes()
    }

    #[test]
    fn k_of_n_signatures_make_a_charter_and_one_less_does_not() {
        let proposal = city(&["anji", "changxing", "deqing"]);
        let fingerprint = *proposal.fingerprint();
        assert_eq!(proposal.terms().threshold(), 3);
        for count in [1, 2] {
            let refused = Charter::verify(&signed(&proposal, count), &fingerprint);
            assert!(matches!(
                refused,
                Err(CharterError::TooFewSigners { signers, threshold: 3 }) if signers == count
            ));
        }
        for count in [3, 4] {
            let charter = Charter::verify(&signed(&proposal, count), &fingerprint).unwrap();
            assert_eq!(charter.signers().len(), count);
            assert_eq!(charter.note(), signed(&proposal, count));
            assert_eq!(charter.federation().as_str(), "huzhou");
        }
    }

    #[test]
    fn a_member_counts_once_however_often_it_signs() {
        let mut proposal = city(&["anji", "changxing", "deqing"]);
        proposal.sign(&recovery_signer("anji")).unwrap();
        let once = proposal.to_bytes();
        let line = String::from_utf8(once.clone()).unwrap();
        let line = line.lines().last().unwrap().to_owned();
        let thrice = format!("{}{line}\n{line}\n", String::from_utf8(once).unwrap());
        let refused = Charter::verify(thrice.as_bytes(), proposal.fingerprint());
        assert!(matches!(refused, Err(CharterError::TooFewSigners { signers: 1, .. })));
    }

    #[test]
    fn another_pin_is_refused() {
        let proposal = city(&["anji"]);
        let other = city(&["deqing"]);
        let refused = Charter::verify(&signed(&proposal, 2), other.fingerprint());
        assert!(matches!(refused, Err(CharterError::OtherFingerprint { .. })));
    }

    #[test]
    fn a_charter_changed_in_any_byte_is_refused() {
        let proposal = city(&["anji"]);
        let good = signed(&proposal, 2);
        assert!(Charter::verify(&good, proposal.fingerprint()).is_ok());
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x01;
            assert!(Charter::verify(&bad, proposal.fingerprint()).is_err(), "byte {at}");
        }
        for end in 0..good.len() {
            assert!(Charter::verify(&good[..end], proposal.fingerprint()).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn signatures_with_other_keys_of_the_members_do_not_count() {
        use tiaoxi_ledger::note;

        let proposal = city(&["anji"]);
        let keys: Vec<_> = ["anji", "huzhou"]
            .iter()
            .map(|id| {
                let seed = crate::request::tests::seeds(id).log;
                note::SigningKey::new(format!("huzhou/{id}/recovery"), &seed).unwrap()
            })
            .collect();
        let bytes = note::sign(proposal.text(), &keys.iter().collect::<Vec<_>>()).unwrap();
        assert!(matches!(
            Charter::verify(&bytes, proposal.fingerprint()),
            Err(CharterError::TooFewSigners { signers: 0, .. })
        ));
    }
}
