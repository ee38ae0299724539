//! What the charter says about each of our logs, before anything is read from the store.

use tiaoxi_federation::{MemberId, Origin, channel::Priority, terms::Terms};
use tiaoxi_ledger::{
    cosignature::WitnessKey,
    note::{SigningKey, VerifierKey},
};
use tiaoxi_sync::budget::Urgency;

use crate::open::OpenError;

/// What the charter and the configuration say about a log.
pub(crate) struct Plan {
    pub(crate) origin: Origin,
    pub(crate) log_key: VerifierKey,
    pub(crate) witness: WitnessKey,
    pub(crate) urgency: Urgency,
    pub(crate) role: Role,
}

/// Our part in it.
pub(crate) enum Role {
    Own(Box<OwnRole>),
    Followed,
}

/// How a log of our own is signed.
pub(crate) struct OwnRole {
    pub(crate) key: SigningKey,
    pub(crate) deciders: Vec<MemberId>,
    pub(crate) quorum: usize,
}

impl Role {
    /// Waits for nobody.
    pub(crate) fn stand_alone(&mut self) {
        if let Self::Own(role) = self {
            role.deciders.clear();
            role.quorum = 0;
        }
    }
}

/// Of every log that the charter gives us a part in: own first.
pub(crate) fn plans(
    terms: &Terms,
    me: &MemberId,
    log_seed: &[u8; 32],
) -> Result<Vec<Plan>, OpenError> {
    let own = terms.owned_by(me).into_iter().map(|origin| (origin, true));
    let followed = terms.followed_by(me).into_iter().map(|origin| (origin, false));
    own.chain(followed).map(|(origin, own)| plan(terms, origin, own, log_seed)).collect()
}

fn plan(terms: &Terms, origin: Origin, own: bool, log_seed: &[u8; 32]) -> Result<Plan, OpenError> {
    let name = origin.to_string();
    let unnamable = |source| OpenError::KeyName { log: name.clone(), source };
    let urgency = match origin.channel.priority() {
        Priority::Urgent => Urgency::Urgent,
        Priority::Ordinary => Urgency::Bulk,
    };
    let unknown = || OpenError::Unknown { log: origin.to_string() };
    let member = terms.member(&origin.member).ok_or_else(unknown)?;
    let log_key = VerifierKey::new(name.clone(), member.keys.log).map_err(unnamable)?;
    let witness = terms.witness_key(&origin.member).ok_or_else(unknown)?;
    let role = if own {
        let (deciders, quorum) = terms.deciders(&origin);
        let key = SigningKey::new(name.clone(), log_seed).map_err(unnamable)?;
        Role::Own(Box::new(OwnRole { key, deciders: deciders.to_vec(), quorum }))
    } else {
        Role::Followed
    };
    Ok(Plan { origin, log_key, witness, urgency, role })
}
