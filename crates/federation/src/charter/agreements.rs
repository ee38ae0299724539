//! What the parties of an agreement must have signed, beside as many members as every charter needs.
//!
//! A party is judged by the key that it had before this version, so that nobody replaces it and signs
//! in its name at once; by that of this version only if it was no member before.

mod reach;

use std::collections::BTreeSet;

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
    /// Logs or duties of an agreement have changed, which parties have not signed.
    #[error(
        "logs or duties of agreement {agreement} are changed and not signed by its parties {}",
        list(missing)
    )]
    UnsignedReach {
        /// The agreement.
        agreement: AgreementId,
        /// The parties whose signatures are missing.
        missing: Vec<MemberId>,
    },
    /// Counties join an agreement, or members speak in it under other keys, and those parties have
    /// not signed whose counties they are or who do so themselves.
    #[error(
        "agreement {agreement} gets counties or keys of its parties {}, who have not signed",
        list(missing)
    )]
    UnsignedOwn {
        /// The agreement.
        agreement: AgreementId,
        /// The parties whose signatures are missing.
        missing: Vec<MemberId>,
    },
    /// Agreements are to be read by another supervision catalogue, which parties have not signed.
    #[error("the supervision catalogue is changed and not signed by the parties {}", list(missing))]
    UnsignedSupervision {
        /// The parties whose signatures are missing, of all agreements.
        missing: Vec<MemberId>,
    },
    /// A signature in a party's name is wrong.
    #[error("a signature of a party is wrong")]
    Signature(#[source] SignatureError),
}

fn list(members: &[MemberId]) -> String {
    members.iter().map(MemberId::as_str).collect::<Vec<_>>().join(", ")
}

/// What became of an agreement, and so who must sign.
enum Change {
    /// It is new or says something else: all parties.
    Text,
    /// It ends earlier and says nothing else: one party.
    End,
    /// Its logs or duties: all parties.
    Reach,
    /// Counties that join and keys of these parties: they themselves.
    Own(BTreeSet<MemberId>),
}

/// The parties whose signatures make the agreements of `after` hold, by rising id.
pub(super) fn consenting(
    before: Option<&Terms>,
    after: &Terms,
    signed: impl Fn(&VerifierKey) -> Result<bool, SignatureError>,
) -> Result<Vec<MemberId>, AgreementError> {
    // Those that have signed, and those that have not.
    let ask = |parties: Vec<&MemberId>| {
        let (mut signers, mut missing) = (Vec::new(), Vec::new());
        for party in parties {
            let key = before.and_then(|before| before.recovery_key(party));
            let key = key.or_else(|| after.recovery_key(party));
            let key = key.expect("parties are members of their terms");
            let has_signed = signed(&key).map_err(AgreementError::Signature)?;
            if has_signed { &mut signers } else { &mut missing }.push(party.clone());
        }
        Ok((signers, missing))
    };
    let mut consenting = BTreeSet::new();
    for (agreement, change) in changes(before, after)? {
        let parties = match &change {
            Change::Text | Change::End | Change::Reach => agreement.parties().iter().collect(),
            Change::Own(parties) => parties.iter().collect(),
        };
        let (signers, missing) = ask(parties)?;
        let id = agreement.id().clone();
        match change {
            Change::End if signers.is_empty() => {
                return Err(AgreementError::UnsignedEnd { agreement: id, parties: missing });
            }
            Change::Text if !missing.is_empty() => {
                return Err(AgreementError::Unsigned { agreement: id, missing });
            }
            Change::Reach if !missing.is_empty() => {
                return Err(AgreementError::UnsignedReach { agreement: id, missing });
            }
            Change::Own(_) if !missing.is_empty() => {
                return Err(AgreementError::UnsignedOwn { agreement: id, missing });
            }
            Change::Text | Change::End | Change::Reach | Change::Own(_) => {}
        }
        consenting.extend(signers);
    }
    if before.is_some_and(|before| before.supervision() != after.supervision()) {
        let parties: BTreeSet<_> = after.agreements().flat_map(Agreement::parties).collect();
        let (signers, missing) = ask(parties.into_iter().collect())?;
        if !missing.is_empty() {
            return Err(AgreementError::UnsignedSupervision { missing });
        }
        consenting.extend(signers);
    }
    Ok(consenting.into_iter().collect())
}

/// What became of the agreements of `after` since `before`. One may occur twice: what one party may
/// do alone goes together with what others must sign.
fn changes<'a>(
    before: Option<&Terms>,
    after: &'a Terms,
) -> Result<Vec<(&'a Agreement, Change)>, AgreementError> {
    let mut changes = changed(before, after)?;
    let Some(before) = before else { return Ok(changes) };
    for agreement in after.agreements() {
        let known = |(changed, change): &(&Agreement, Change)| {
            changed.id() == agreement.id() && matches!(change, Change::Text)
        };
        // Who has signed the text has signed what it rests on.
        if changes.iter().any(known) {
            continue;
        }
        match reach::compare(before, after, agreement) {
            reach::Consent::Everybody => changes.push((agreement, Change::Reach)),
            reach::Consent::Parties(parties) if parties.is_empty() => {}
            reach::Consent::Parties(parties) => changes.push((agreement, Change::Own(parties))),
        }
    }
    Ok(changes)
}

/// Whether every agreement of `after` that is new or changed is the next version of itself.
pub(crate) fn check_steps(before: &Terms, after: &Terms) -> Result<(), AgreementError> {
    changed(Some(before), after).map(|_changed| ())
}

/// The agreements of `after` that are new or say something else than in `before`.
fn changed<'a>(
    before: Option<&Terms>,
    after: &'a Terms,
) -> Result<Vec<(&'a Agreement, Change)>, AgreementError> {
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
        changed.push((agreement, if earlier { Change::End } else { Change::Text }));
    }
    Ok(changed)
}

#[cfg(test)]
mod tests;
