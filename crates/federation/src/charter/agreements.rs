//! What the parties of an agreement must have signed, beside as many members as every charter needs.
//!
//! Everything is judged by the keys of the new terms: a party may have joined with this very
//! version.

use tiaoxi_ledger::note::{SignatureError, VerifierKey};

use crate::{
    name::{AgreementId, MemberId},
    terms::{Agreement, Terms},
};

/// Why a charter is refused for its agreements.
#[derive(Debug, thiserror::Error)]
pub enum AgreementError {
    /// An agreement of the version before is missing. One that has ended stays listed.
    #[error("agreement {0} of the version before is missing")]
    Dropped(AgreementId),
    /// A new agreement of another version than 1, or a change without the next version.
    #[error("agreement {agreement} is new or changed and has version {offered}, not {wanted}")]
    Version {
        /// The agreement.
        agreement: AgreementId,
        /// Its version.
        offered: u32,
        /// The version that it should have.
        wanted: u32,
    },
    /// A party has left. Its logs would go with it, and its listings with no end.
    #[error("agreement {agreement} no longer has the party {party}; let it end instead")]
    PartyLeft {
        /// The agreement.
        agreement: AgreementId,
        /// The party.
        party: MemberId,
    },
    /// Parties of a new or changed agreement have not signed.
    #[error(
        "agreement {agreement} is new or changed and not signed by its parties {}",
        list(missing)
    )]
    Unsigned {
        /// The agreement.
        agreement: AgreementId,
        /// The parties whose signatures are missing.
        missing: Vec<MemberId>,
    },
    /// None of the parties has signed that it ends earlier.
    #[error(
        "agreement {agreement} ends earlier, which none of its parties {} signed",
        list(parties)
    )]
    UnsignedEnd {
        /// The agreement.
        agreement: AgreementId,
        /// The parties, of whom one suffices.
        parties: Vec<MemberId>,
    },
    /// A signature in a party's name is wrong.
    #[error("a signature of a party is wrong")]
    Signature(#[source] SignatureError),
}

fn list(members: &[MemberId]) -> String {
    members.iter().map(MemberId::as_str).collect::<Vec<_>>().join(", ")
}

/// Who must sign a changed agreement.
enum Consent {
    Everybody,
    OneParty,
}

/// The parties whose signatures make the agreements of `after` hold, by rising id.
pub(super) fn consenting(
    before: Option<&Terms>,
    after: &Terms,
    signed: impl Fn(&VerifierKey) -> Result<bool, SignatureError>,
) -> Result<Vec<MemberId>, AgreementError> {
    let mut consenting = Vec::new();
    for (agreement, consent) in changed(before, after)? {
        let (mut signers, mut missing) = (Vec::new(), Vec::new());
        for party in agreement.parties() {
            let key = after.recovery_key(party).expect("parties are members of their terms");
            let has_signed = signed(&key).map_err(AgreementError::Signature)?;
            if has_signed { &mut signers } else { &mut missing }.push(party.clone());
        }
        let id = || agreement.id().clone();
        match consent {
            Consent::Everybody if !missing.is_empty() => {
                return Err(AgreementError::Unsigned { agreement: id(), missing });
            }
            Consent::OneParty if signers.is_empty() => {
                return Err(AgreementError::UnsignedEnd { agreement: id(), parties: missing });
            }
            Consent::Everybody | Consent::OneParty => consenting.append(&mut signers),
        }
    }
    consenting.sort();
    consenting.dedup();
    Ok(consenting)
}

/// Whether every agreement of `after` that is new or changed is the next version of itself.
pub(crate) fn check_steps(before: &Terms, after: &Terms) -> Result<(), AgreementError> {
    changed(Some(before), after).map(|_changed| ())
}

/// The agreements of `after` that are new or say something else than in `before`.
fn changed<'a>(
    before: Option<&Terms>,
    after: &'a Terms,
) -> Result<Vec<(&'a Agreement, Consent)>, AgreementError> {
    let dropped = before
        .into_iter()
        .flat_map(Terms::agreements)
        .find(|agreement| after.agreement(agreement.id()).is_none());
    if let Some(dropped) = dropped {
        return Err(AgreementError::Dropped(dropped.id().clone()));
    }
    let mut changed = Vec::new();
    for agreement in after.agreements() {
        let known = before.and_then(|before| before.agreement(agreement.id()));
        if known == Some(agreement) {
            continue;
        }
        let wanted = known.map_or(1, |known| known.version().saturating_add(1));
        if agreement.version() != wanted {
            return Err(AgreementError::Version {
                agreement: agreement.id().clone(),
                offered: agreement.version(),
                wanted,
            });
        }
        let left =
            known.into_iter().flat_map(Agreement::parties).find(|party| !agreement.is_party(party));
        if let Some(party) = left {
            let agreement = agreement.id().clone();
            return Err(AgreementError::PartyLeft { agreement, party: party.clone() });
        }
        let earlier = known.is_some_and(|known| agreement.only_ends_earlier_than(known));
        changed.push((agreement, if earlier { Consent::OneParty } else { Consent::Everybody }));
    }
    Ok(changed)
}

#[cfg(test)]
mod tests;
