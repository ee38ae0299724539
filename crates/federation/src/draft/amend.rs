//! Amending a charter: the next version, with logs and duties for what is new.
//!
//! Nothing else changes; people may change the text before they sign it.

use tiaoxi_credit::Day;

use super::{
    agreements::{add_duty, complete},
    duties, ids, logs, majority, members,
};
use crate::{
    charter::{AgreementError, Charter, Proposal, check_steps},
    digest::HexHash,
    name::{AgreementId, MemberId, Slug},
    request::Request,
    terms::{AgreementDocument, CatalogItem, CharterDocument, Terms, TermsError},
};

/// What shall be different in the next version.
#[derive(Clone, Debug, Default)]
pub struct Amendment {
    /// Members that join.
    pub add_members: Vec<Request>,
    /// Agreements that are new, or take the place of those with their ids.
    pub agreements: Vec<AgreementDocument>,
    /// Catalogue items that are new, or take the place of those with their numbers.
    pub items: Vec<CatalogItem>,
    /// BLAKE3 of another supervision catalogue's bytes; needed with the first agreement.
    pub supervision: Option<HexHash>,
    /// Another threshold; by default the old one, or just more than half where that is more.
    pub threshold: Option<u16>,
}

/// Why no next version was drafted.
#[derive(Debug, thiserror::Error)]
pub enum AmendError {
    /// The next version would say what this one says.
    #[error("the amendment changes nothing")]
    Nothing,
    /// Whoever asks is in already.
    #[error("{0} is a member already")]
    AlreadyMember(MemberId),
    /// The number of an item stands in headers for ever.
    #[error("catalogue item {number} is {known} and can't become {offered}")]
    OtherItem {
        /// The number.
        number: u16,
        /// Its item.
        known: Slug,
        /// The item offered.
        offered: Slug,
    },
    /// An end brought forward without notice.
    #[error(
        "agreement {agreement} can't end on {ends}: with its notice, {earliest} is the earliest"
    )]
    Notice {
        /// The agreement.
        agreement: AgreementId,
        /// The last day that the amendment gives it.
        ends: Day,
        /// The earliest last day.
        earliest: Day,
    },
    /// An agreement is not the next version of itself.
    #[error("an agreement can't be amended like this")]
    Agreement(#[source] AgreementError),
    /// The next version would be no charter.
    #[error("the amended charter is refused")]
    Terms(#[source] TermsError),
}

/// Drafts the version after `current`, on the day `today`.
pub fn amend(current: &Charter, amendment: Amendment, today: Day) -> Result<Proposal, AmendError> {
    let before = document_of(current);
    let mut document = before.clone();
    add_items(&mut document, amendment.items)?;
    add_members(&mut document, &amendment.add_members)?;
    if let Some(supervision) = amendment.supervision {
        document.supervision = Some(supervision);
    }
    let least = document.threshold.max(majority(document.members.len()));
    document.threshold = amendment.threshold.unwrap_or(least);
    for agreement in amendment.agreements {
        match document.agreements.iter_mut().find(|known| known.id == agreement.id) {
            Some(known) => *known = agreement,
            None => document.agreements.push(agreement),
        }
    }
    complete(&mut document, Some(&before));
    if document == before {
        return Err(AmendError::Nothing);
    }
    document.version += 1;
    document.previous = Some(*current.fingerprint());
    let proposal = Proposal::draft(document).map_err(AmendError::Terms)?;
    check_steps(current, proposal.terms()).map_err(AmendError::Agreement)?;
    check_notice(current, proposal.terms(), today)?;
    Ok(proposal)
}

fn document_of(charter: &Charter) -> CharterDocument {
    CharterDocument::parse(charter.text()).expect("a charter's text was read before")
}

fn add_items(
    document: &mut CharterDocument,
    mut items: Vec<CatalogItem>,
) -> Result<(), AmendError> {
    items.sort_by_key(|item| item.number);
    let mut new = Vec::new();
    for item in items {
        match document.items.iter_mut().find(|known| known.number == item.number) {
            Some(known) if known.slug == item.slug => *known = item,
            Some(known) => {
                let (number, known) = (item.number, known.slug.clone());
                return Err(AmendError::OtherItem { number, known, offered: item.slug });
            }
            None => {
                new.push(item.number);
                document.items.push(item);
            }
        }
    }
    document.items.sort_by_key(|item| item.number);
    let of_new = duties(&ids(&document.members), &new);
    for duty in of_new.into_iter().filter(|duty| !duty.items.is_empty()) {
        add_duty(&mut document.duties, duty);
    }
    Ok(())
}

fn add_members(document: &mut CharterDocument, requests: &[Request]) -> Result<(), AmendError> {
    let new = members(requests);
    let known = |id: &MemberId| document.members.iter().any(|member| member.id == *id);
    if let Some(member) = new.iter().find(|member| known(&member.id)) {
        return Err(AmendError::AlreadyMember(member.id.clone()));
    }
    document.logs.extend(logs(&new));
    let numbers = super::numbers(&document.items);
    for duty in duties(&ids(&new), &numbers) {
        add_duty(&mut document.duties, duty);
    }
    document.members.extend(new);
    Ok(())
}

/// An end that one party alone may bring forward comes no sooner than the notice says.
fn check_notice(before: &Terms, after: &Terms, today: Day) -> Result<(), AmendError> {
    for agreement in after.agreements() {
        let Some(known) = before.agreement(agreement.id()) else { continue };
        let earliest = Day(today.0.saturating_add(known.notice_days()));
        if agreement.only_ends_earlier_than(known) && agreement.ends() < earliest {
            let (agreement, ends) = (agreement.id().clone(), agreement.ends());
            return Err(AmendError::Notice { agreement, ends, earliest });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
