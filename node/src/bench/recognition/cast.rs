//! Who takes part, and what they agree on and list. All of it is invented.

use anyhow::Context;
use tiaoxi_api::types::{
    Date, GroundShape, ListGroundShape, ListingRequest, SubjectKind, SubjectShape,
};
use tiaoxi_credit::{Day, code::uscc_from_parts};
use tiaoxi_federation::{MemberId, terms::AgreementDocument};

use crate::demo::founding::{self, HUB, Role};

/// The one domain in which everybody lists, its standard and level.
const DOMAIN: &str = "ecology";
const STANDARD: (&str, u16) = ("eco-list", 2);
const LEVEL: &str = "listed";
/// Region in the codes of invented subjects.
const REGION: u32 = 330_500;
/// Days of a listing.
const TERM_DAYS: u16 = 360;

/// The members and their agreement.
pub(super) struct Cast {
    /// Hubs without counties but for the first, which has one when it is to catch up.
    pub(super) parties: Vec<MemberId>,
    /// The county of the first.
    pub(super) county: Option<MemberId>,
    roles: Vec<Role>,
    pub(super) agreement: AgreementDocument,
}

impl Cast {
    pub(super) fn new(parties: usize, with_county: bool) -> anyhow::Result<Self> {
        let mut roles = founding::city(usize::from(with_county));
        roles.extend((2..=parties).map(|number| Role {
            id: format!("city-{number:02}"),
            name: format!("演示{number:02}市公共信用信息中心(演示)"),
            code: None,
            hub: None,
        }));
        let ids = |is_wanted: fn(&Role) -> bool| {
            let wanted = roles.iter().filter(|role| is_wanted(role));
            wanted.map(|role| MemberId::parse(&role.id)).collect::<Result<Vec<_>, _>>()
        };
        let parties = ids(|role| role.hub.is_none())?;
        let county = ids(|role| role.hub.is_some())?.pop();
        let agreement = agreement(&parties)?;
        Ok(Self { parties, county, roles, agreement })
    }

    pub(super) fn roles(&self) -> &[Role] {
        &self.roles
    }
}

/// That of the demonstration, between these parties: whoever lists, the others recognise at once.
fn agreement(parties: &[MemberId]) -> anyhow::Result<AgreementDocument> {
    let mut agreement = founding::agreement()?;
    agreement.parties = parties.to_vec();
    agreement.duties.retain(|duty| duty.domain.as_str() == DOMAIN);
    for duty in &mut agreement.duties {
        duty.members = parties.to_vec();
    }
    agreement.maps.retain(|map| map.receiver.is_none() && map.domain.as_str() == DOMAIN);
    Ok(agreement)
}

/// A request to list the subject of a number, decided on lately.
pub(super) fn listing(
    agreement: &AgreementDocument,
    number: usize,
    today: Day,
) -> anyhow::Result<ListingRequest> {
    let decided = Day(today.0.saturating_sub(10));
    let code = |kind: &str, number: usize| {
        uscc_from_parts(kind, REGION, &format!("TX{number:06}")).context("an invented code")
    };
    Ok(ListingRequest {
        agreement: agreement.id.to_string(),
        subject: SubjectShape {
            class: SubjectKind::Organisation,
            name: format!("演示{number:06}有限公司"),
            code: code("91", number)?,
        },
        domain: DOMAIN.to_owned(),
        standard: STANDARD.0.to_owned(),
        standard_version: STANDARD.1,
        level: LEVEL.to_owned(),
        ground: GroundShape::List(ListGroundShape {
            authority: "演示生态环境局".to_owned(),
            authority_code: code("11", 900_001)?,
            document: format!("演示严〔2026〕{number}号"),
            decided: Date(decided),
            notice: format!("演示告〔2026〕{number}号"),
            notified: Date(Day(decided.0.saturating_sub(20))),
            heard: "未提出陈述申辩".to_owned(),
        }),
        since: None,
        until: Date(Day(decided.0 + TERM_DAYS)),
        inspection: "more".to_owned(),
        measures: Vec::new(),
        channel: "信用中国(演示)；演示生态环境局法规处".to_owned(),
        evidence: None,
        preview: false,
    })
}

/// The first party: the one that has a county.
pub(super) fn hub() -> anyhow::Result<MemberId> {
    MemberId::parse(HUB).context("the hub's id")
}
