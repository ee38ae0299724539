//! From whom a member asks for a log of another.
//!
//! A log is served by whoever holds it, its bytes proved by its owner's signatures, so a county
//! needs no connection but the one to its hub.

use super::{Entitlement, Terms};
use crate::{name::MemberId, origin::Origin};

impl Terms {
    /// From whom a member asks for the log at `origin`; none for its own, for one that it may have
    /// nothing of, and where nobody it may ask has it.
    ///
    /// | the member asks | for a log of |
    /// |---|---|
    /// | the owner | its hub, one of its counties; its fellow hub or partner; whomever it decides for |
    /// | its hub | everybody else, where the hub may have as much of it as the member |
    /// | the owner's hub | a county of another, on the same condition |
    ///
    /// A county of another is never asked itself. Where the hub may not have it, the owner is.
    pub fn asks(&self, member: &MemberId, origin: &Origin) -> Option<&MemberId> {
        let log = self.log(origin)?;
        let owner = self.member(&log.origin().member)?;
        let wanted = self.entitlement(member, origin);
        if owner.id == *member || wanted == Entitlement::None {
            return None;
        }
        let own_hub = self.member(member)?.hub.as_ref();
        let foreign = owner.hub.as_ref().filter(|hub| *hub != member && own_hub != Some(hub));
        let direct = foreign.is_none().then_some(&owner.id);
        let related = own_hub == Some(&owner.id) || owner.hub.as_ref() == Some(member);
        if direct.is_some() && (related || log.deciders().contains(member)) {
            return direct;
        }
        let relay = own_hub.or(foreign);
        relay.filter(|hub| self.entitlement(hub, origin) >= wanted).or(direct)
    }
}

#[cfg(test)]
mod tests;
