//! What a notice says, found in a view.

use tiaoxi_catalog::supervision::Supervision;
use tiaoxi_credit::{
    Day,
    statement::{Decision, Listing, Recognition},
};
use tiaoxi_federation::{MemberId, Terms, terms::Agreement};

use super::{Here, Limit, MeasureHere, NoticeFacts};
use crate::{
    state::{ListingState, RecognitionState},
    view::{ListingView, RecognitionView},
};

/// Why there is nothing to give notice of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoNotice {
    /// The listing can't be read here, or its agreement is not in the charter.
    #[error("the listing can't be read here")]
    Unreadable,
    /// The listing is about a natural person or carries a personal code.
    #[error("no notice is made about a natural person")]
    Personal,
    /// The listing is not in force, nor about to be.
    #[error("the listing is {}", .0.name())]
    NotInForce(ListingState),
    /// The member is no receiver of the listing: its origin tells the subject itself.
    #[error("the listing is not one that this member recognises")]
    NoReceiver,
    /// Nothing follows here.
    #[error("the recognition is {}, nothing follows here", .0.name())]
    NothingFollows(RecognitionState),
}

impl NoNotice {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable => "NOTICE_UNREADABLE",
            Self::Personal => "NOTICE_PERSONAL",
            Self::NotInForce(_) => "NOTICE_NOT_IN_FORCE",
            Self::NoReceiver => "NOTICE_NO_RECEIVER",
            Self::NothingFollows(_) => "NOTICE_NOTHING_FOLLOWS",
        }
    }

    /// The reason in English.
    pub fn en(&self) -> String {
        self.to_string()
    }

    /// The reason in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Unreadable => "列入条目在本单位不可读".to_owned(),
            Self::Personal => "不对自然人出具告知书".to_owned(),
            Self::NotInForce(state) => format!("列入状态为“{}”，无需告知", state.label()),
            Self::NoReceiver => "本单位不是该列入的互认单位".to_owned(),
            Self::NothingFollows(state) => {
                format!("互认状态为“{}”，在本地不产生效力", state.label())
            }
        }
    }
}

/// Words for people that neither charter nor catalogue knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given<'a> {
    /// Where to object at the member: office, address, telephone of the office.
    pub own_channel: &'a str,
    /// Day of the notice.
    pub today: Day,
}

impl NoticeFacts {
    /// What the notice of a listing says at `me`, in whose view it was found.
    pub fn of(
        view: &ListingView<'_>,
        terms: &Terms,
        supervision: &Supervision,
        me: &MemberId,
        given: Given<'_>,
    ) -> Result<Self, NoNotice> {
        let listing = view.listing.ok_or(NoNotice::Unreadable)?;
        let agreement = terms.agreement(view.agreement).ok_or(NoNotice::Unreadable)?;
        let subject = &listing.subject;
        let personal = subject.codes.iter().any(|code| code.scheme.is_personal());
        if personal || subject.class.is_natural_person() {
            return Err(NoNotice::Personal);
        }
        if !view.state.in_force() && view.state != ListingState::NotYet {
            return Err(NoNotice::NotInForce(view.state));
        }
        let names = Names { terms, supervision, listing };
        let here = names.here(view.here.as_ref().ok_or(NoNotice::NoReceiver)?)?;
        let standard = names.supervision.standard(&listing.standard, listing.standard_version);
        Ok(Self {
            subject: subject.name.clone(),
            code: subject.principal_code().map(|code| code.code.clone()).unwrap_or_default(),
            listing: format!("{}，第{}号条目", view.place.origin, view.place.number),
            origin: names.member(view.origin_member),
            agreement: agreement.name().to_owned(),
            agreement_version: agreement.version(),
            domain: names.domain(),
            standard: standard.map_or(&listing.standard, |standard| &standard.name_zh).clone(),
            standard_edition: standard.map_or_else(
                || format!("第{}版", listing.standard_version),
                |standard| standard.edition.clone(),
            ),
            standard_authority: standard.map(|it| it.authority.clone()).unwrap_or_default(),
            level: names.level(&listing.level),
            ground: listing.ground.clone(),
            since: listing.since,
            until: listing.until,
            here,
            origin_channel: listing.channel.clone(),
            own_channel: given.own_channel.to_owned(),
            handling: names.handling(agreement),
            propagation: names.propagation(agreement),
            member: names.member(me),
            today: given.today,
        })
    }
}

/// Names for people of what one listing names.
struct Names<'a> {
    terms: &'a Terms,
    supervision: &'a Supervision,
    listing: &'a Listing,
}

impl Names<'_> {
    fn member(&self, id: &MemberId) -> String {
        self.terms.member(id).map_or_else(|| id.to_string(), |member| member.name.clone())
    }

    fn domain(&self) -> String {
        let slug = &self.listing.domain;
        self.supervision.domain(slug).map_or(slug, |domain| &domain.name_zh).clone()
    }

    fn level(&self, slug: &str) -> String {
        let Listing { standard, standard_version, .. } = self.listing;
        let standard = self.supervision.standard(standard, *standard_version);
        let level = standard.and_then(|standard| standard.level(slug));
        level.map_or_else(|| slug.to_owned(), |level| level.name_zh.clone())
    }

    fn measure(&self, slug: &str) -> MeasureHere {
        match self.supervision.measure(slug) {
            Some(measure) => {
                MeasureHere { name: measure.name_zh.clone(), basis: measure.basis.clone() }
            }
            None => MeasureHere { name: slug.to_owned(), basis: String::new() },
        }
    }

    fn handling(&self, agreement: &Agreement) -> Limit {
        let workdays = self.supervision.clocks().handling.workdays;
        Limit { days: agreement.handling_days(), workdays }
    }

    fn propagation(&self, agreement: &Agreement) -> Limit {
        let workdays = self.supervision.clocks().propagation.workdays;
        Limit { days: agreement.propagation_days(), workdays }
    }

    fn here(&self, found: &RecognitionView<'_>) -> Result<Here, NoNotice> {
        let paused = match found.state {
            RecognitionState::Accepted
            | RecognitionState::Narrowed
            | RecognitionState::Disputed
            | RecognitionState::NotYet => None,
            RecognitionState::Paused => Some("你单位提出的异议正在处理".to_owned()),
            RecognitionState::Unconfirmed => Some("列入单位的最新情况尚未确认".to_owned()),
            other => return Err(NoNotice::NothingFollows(other)),
        };
        let nothing = NoNotice::NothingFollows(found.state);
        let (Some(said), Some(since), Some(until)) = (found.decision, found.since, found.until)
        else {
            return Err(nothing);
        };
        Ok(Here {
            decider: self.member(&found.member),
            decided: said.decided,
            decision: held(found, said),
            level: self.level(&found.level),
            inspection: found.inspection,
            measures: found.measures.iter().map(|slug| self.measure(slug)).collect(),
            since,
            until,
            reason: said.reason.clone(),
            basis: said.basis.clone(),
            paused,
        })
    }
}

/// What is left of a decision: one that had to be cut down narrows.
fn held(found: &RecognitionView<'_>, said: &Recognition) -> Decision {
    if found.breach.is_some() { Decision::NARROW } else { said.decision }
}
