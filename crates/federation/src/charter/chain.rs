//! The chain of charters: each version names its predecessor and is signed by its members.

use tiaoxi_ledger::note::{Bounds, Note, NoteError};

use super::{AgreementError, Charter, CharterError, add, agreements, enough_signers, signers};
use crate::{
    digest::Fingerprint,
    name::MemberId,
    terms::{Terms, TermsError},
};

/// Versions of one chain.
pub const VERSIONS_MAX: usize = 4096;

/// Why a note does not continue a chain.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// Not a signed note.
    #[error("the next charter is no signed note")]
    Note(#[source] NoteError),
    /// The text is no charter.
    #[error("the next charter's text is refused")]
    Terms(#[source] TermsError),
    /// Of another federation.
    #[error("the next charter is of the federation {0}")]
    OtherFederation(String),
    /// Versions in between are missing.
    #[error("version {offered} was offered, version {wanted} comes next")]
    Gap {
        /// Its version.
        offered: u32,
        /// The version that comes next.
        wanted: u32,
    },
    /// It continues another chain.
    #[error("version {version} does not name the version before it that is known here")]
    OtherPredecessor {
        /// Its version.
        version: u32,
    },
    /// A version that is known already, with another text. Who signed both is in breach.
    #[error("version {version} is known with another text; members that signed both: {both:?}")]
    SecondSuccessor {
        /// The version.
        version: u32,
        /// Members whose right signatures stand under both texts.
        both: Vec<MemberId>,
    },
    /// A signature in a member's name is wrong, or there are too few.
    #[error("the next charter is not signed as its predecessor asks")]
    Signatures(#[source] CharterError),
    /// An agreement lacks what it needs.
    #[error("an agreement of the next charter does not hold")]
    Agreement(#[source] AgreementError),
    /// More versions than any chain has.
    #[error("a chain has at most {VERSIONS_MAX} versions")]
    Full,
}

/// Charters from the pinned first version to the one in force.
#[derive(Clone, Debug)]
pub struct Chain {
    first: Charter,
    later: Vec<Charter>,
}

impl Chain {
    /// Begins with the first version, by its pinned fingerprint.
    pub fn pinned(note: &[u8], pin: &Fingerprint) -> Result<Self, CharterError> {
        Ok(Self { first: Charter::verify(note, pin)?, later: Vec::new() })
    }

    /// The version in force.
    pub fn current(&self) -> &Charter {
        self.later.last().unwrap_or(&self.first)
    }

    /// Every version, the first first.
    pub fn charters(&self) -> impl Iterator<Item = &Charter> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// Whether a version of the chain has this fingerprint.
    pub fn knows(&self, fingerprint: &Fingerprint) -> bool {
        self.charters().any(|charter| charter.fingerprint == *fingerprint)
    }

    /// The versions after `version`, the next first.
    pub fn after(&self, version: u32) -> impl Iterator<Item = &Charter> {
        self.charters().filter(move |charter| charter.version() > version)
    }

    /// Takes up the next version. One that is known already changes nothing.
    pub fn extend(&mut self, note: &[u8]) -> Result<(), ChainError> {
        let parsed = Note::parse_within(note, Bounds::CHARTER).map_err(ChainError::Note)?;
        let fingerprint = Fingerprint::of_text(parsed.text());
        if self.knows(&fingerprint) {
            return Ok(());
        }
        let terms = Terms::parse(parsed.text()).map_err(ChainError::Terms)?;
        let current = self.current();
        if terms.federation() != current.federation() {
            return Err(ChainError::OtherFederation(terms.federation().to_string()));
        }
        let (version, wanted) = (terms.version(), current.version() + 1);
        if version > wanted {
            return Err(ChainError::Gap { offered: version, wanted });
        }
        if version < wanted {
            return Err(self.second_successor(&parsed, version));
        }
        if terms.previous() != Some(current.fingerprint()) {
            return Err(ChainError::OtherPredecessor { version });
        }
        if self.later.len() + 1 >= VERSIONS_MAX {
            return Err(ChainError::Full);
        }
        let mut signers = enough_signers(&parsed, current).map_err(ChainError::Signatures)?;
        let consenting = agreements::consenting(Some(current), &terms, |key| parsed.signed_by(key));
        add(&mut signers, consenting.map_err(ChainError::Agreement)?);
        self.later.push(Charter { terms, fingerprint, signers, note: note.to_vec() });
        Ok(())
    }

    /// The refusal of another text for a known version, with those who signed both texts.
    fn second_successor(&self, offered: &Note<'_>, version: u32) -> ChainError {
        let known = self.charters().find(|charter| charter.version() == version);
        // The first version has its own members as judges, a later one those before it.
        let judges = self
            .charters()
            .take_while(|charter| charter.version() < version)
            .last()
            .unwrap_or(&self.first);
        let both = match (known, signers(offered, judges)) {
            (Some(known), Ok(signers)) => {
                signers.into_iter().filter(|id| known.signers.contains(id)).collect()
            }
            _ => Vec::new(),
        };
        ChainError::SecondSuccessor { version, both }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        charter::{Proposal, tests::signed},
        draft::tests::{city, city_document},
    };

    fn chain() -> Chain {
        let proposal = city(&["anji", "deqing"]);
        Chain::pinned(&signed(&proposal, 2), proposal.fingerprint()).unwrap()
    }

    fn successor(chain: &Chain, version: u32, name: &str) -> Proposal {
        let mut document = city_document(&["anji", "deqing"]);
        document.version = version;
        document.previous = Some(*chain.current().fingerprint());
        document.members[0].name = name.to_owned();
        Proposal::draft(document).unwrap()
    }

    #[test]
    fn a_chain_grows_by_versions_signed_by_the_members_before() {
        let mut chain = chain();
        let second = successor(&chain, 2, "甲");
        let refused = chain.extend(&signed(&second, 1));
        assert!(matches!(
            refused,
            Err(ChainError::Signatures(CharterError::TooFewSigners { signers: 1, threshold: 2 }))
        ));
        chain.extend(&signed(&second, 2)).unwrap();
        let third = successor(&chain, 3, "乙");
        chain.extend(&signed(&third, 3)).unwrap();
        assert_eq!((chain.current().version(), chain.charters().count()), (3, 3));
        // Known versions change nothing.
        chain.extend(&signed(&second, 2)).unwrap();
        assert_eq!(chain.current().version(), 3);
    }

    #[test]
    fn gaps_and_other_predecessors_are_refused() {
        let mut chain = chain();
        let gap = successor(&chain, 3, "甲");
        let refused = chain.extend(&signed(&gap, 3));
        assert!(matches!(refused, Err(ChainError::Gap { offered: 3, wanted: 2 })));

        let mut document = city_document(&["anji", "deqing"]);
        document.version = 2;
        document.previous = Some(Fingerprint::of_text("another\n"));
        let other = Proposal::draft(document).unwrap();
        let refused = chain.extend(&signed(&other, 3));
        assert!(matches!(refused, Err(ChainError::OtherPredecessor { version: 2 })));
    }

    #[test]
    fn a_second_successor_names_those_who_signed_both() {
        let mut chain = chain();
        let (one, two) = (successor(&chain, 2, "甲"), successor(&chain, 2, "乙"));
        chain.extend(&signed(&one, 2)).unwrap();
        let Err(ChainError::SecondSuccessor { version: 2, both }) = chain.extend(&signed(&two, 3))
        else {
            panic!("a second successor was taken up");
        };
        let both: Vec<_> = both.iter().map(MemberId::as_str).collect();
        assert_eq!(both, ["anji", "deqing"]);
        assert_eq!(chain.current().fingerprint(), one.fingerprint());
    }
}
