//! `tiaoxi charter accept`: taking up a first version, the next one, or a whole chain.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use tiaoxi_federation::{Chain, Charter, Fingerprint, Proposal, charter::CharterError};
use tiaoxi_ledger::note::Bounds;

use super::{Summary, read_bounded};
use crate::{
    keyring,
    pinned_charter::{self, PinnedCharterError},
};

/// Takes up the charter in `file` for the node in `dir`, when it has that fingerprint and lists this
/// node's member.
pub(crate) fn accept_file(
    file: &Path,
    fingerprint: &Fingerprint,
    dir: &Path,
) -> anyhow::Result<Summary> {
    let member = keyring::member_of(dir)?;
    let note = read_bounded(file, Bounds::CHARTER)?;
    if let Ok(proposal) = Proposal::parse(&note)
        && proposal.fingerprint() == fingerprint
    {
        ensure!(
            proposal.terms().member(&member).is_some(),
            keyring::ListingError::NotAMember {
                member,
                federation: proposal.terms().federation().clone(),
            }
        );
    }
    let charter = match pinned_charter::load(dir) {
        // Version 1 once more, or a later one: both continue the chain, or are refused.
        Ok(chain) if *chain.current().fingerprint() != *fingerprint => {
            accept_next(dir, chain, &note, fingerprint)?
        }
        Ok(_) | Err(_) => pinned_charter::accept(dir, &note, fingerprint)?,
    };
    Ok(Summary::of(charter.terms(), *charter.fingerprint(), charter.signers().to_vec()))
}

/// Takes up a whole chain for a member that joins by its last version. Each version names the one
/// before, so the fingerprint of the last vouches for all.
pub(crate) fn accept_chain(
    files: &[PathBuf],
    fingerprint: &Fingerprint,
    dir: &Path,
) -> anyhow::Result<Summary> {
    let member = keyring::member_of(dir)?;
    let mut versions = Vec::new();
    for file in files {
        let note = read_bounded(file, Bounds::CHARTER)?;
        let proposal = Proposal::parse(&note);
        let proposal = proposal.with_context(|| format!("{} is no charter", file.display()))?;
        versions.push((proposal, note));
    }
    versions.sort_by_key(|(proposal, _)| proposal.terms().version());
    let mut expected = Some(*fingerprint);
    for (proposal, _) in versions.iter().rev() {
        let found = *proposal.fingerprint();
        if let Some(expected) = expected.filter(|expected| *expected != found) {
            let differs = CharterError::OtherFingerprint { expected, found };
            return Err(PinnedCharterError::Refused(Box::new(differs)).into());
        }
        expected = proposal.terms().previous().copied();
    }
    let mut notes = versions.iter();
    let (first, note) = notes.next().context("there is a first version")?;
    let mut chain = Chain::pinned(note, first.fingerprint())
        .map_err(|error| PinnedCharterError::Refused(Box::new(error)))?;
    for (_, note) in notes.clone() {
        chain.extend(note).map_err(|error| PinnedCharterError::NoSuccessor(Box::new(error)))?;
    }
    let federation = chain.current().federation().clone();
    let listed = chain.current().member(&member).is_some();
    ensure!(listed, keyring::ListingError::NotAMember { member, federation });
    // Nothing is on disk before all of it is believed.
    let mut pinned = Chain::pinned(note, first.fingerprint())
        .map_err(|error| PinnedCharterError::Refused(Box::new(error)))?;
    pinned_charter::accept(dir, note, first.fingerprint())?;
    for (_, note) in notes {
        pinned_charter::take_up(dir, &mut pinned, note, &|_terms| Ok(()))?;
    }
    let charter = chain.current();
    Ok(Summary::of(charter.terms(), *charter.fingerprint(), charter.signers().to_vec()))
}

/// Takes up an amendment. A node that runs begins anew with it within a second or two.
fn accept_next(
    dir: &Path,
    mut chain: Chain,
    note: &[u8],
    fingerprint: &Fingerprint,
) -> anyhow::Result<Charter> {
    let proposal = Proposal::parse(note).context("the file is no charter")?;
    if proposal.terms().version() == 1 {
        return Ok(pinned_charter::accept(dir, note, fingerprint)?);
    }
    let found = *proposal.fingerprint();
    if found != *fingerprint {
        let expected = *fingerprint;
        return Err(PinnedCharterError::Refused(Box::new(CharterError::OtherFingerprint {
            expected,
            found,
        }))
        .into());
    }
    // Whether the node can work under it shows when it runs.
    pinned_charter::take_up(dir, &mut chain, note, &|_terms| Ok(()))?;
    Ok(chain.current().clone())
}
