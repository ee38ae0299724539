//! The text of an agreement, field by field.

use serde::{Deserialize, Serialize};
use tiaoxi_credit::Inspection;

use crate::{
    day_text::DayText,
    name::{AgreementId, MemberId, Slug},
};

/// An agreement in the text of a charter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreementDocument {
    /// Names it for ever; its logs carry it.
    pub id: AgreementId,
    /// From 1; one more with each change.
    pub version: u32,
    /// Its name for people.
    pub name: String,
    /// The members that list and recognise: hubs and partners, never a county.
    pub parties: Vec<MemberId>,
    /// First day.
    pub starts: DayText,
    /// Last day.
    pub ends: DayText,
    /// Days between an amendment that brings the end forward and the new end.
    pub notice_days: u16,
    /// How old an origin's newest heartbeat may be, for what it listed to have effect elsewhere.
    #[serde(default = "freshness_hours")]
    pub freshness_hours: u16,
    /// Days from the decision that ends a listing to the last receipt.
    #[serde(default = "clock_days")]
    pub propagation_days: u16,
    /// Days from an application or objection to its decision.
    #[serde(default = "clock_days")]
    pub handling_days: u16,
    /// Whether sole traders (个体工商户) may be listed.
    #[serde(default)]
    pub sole_traders: bool,
    /// Which parties list in which domains.
    #[serde(default)]
    pub duties: Vec<DomainDuty>,
    /// What a level there means here.
    #[serde(default)]
    pub maps: Vec<MapDocument>,
}

/// Parties that list in a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DomainDuty {
    /// The domain, by its slug in the supervision catalogue.
    pub domain: Slug,
    /// Who.
    pub members: Vec<MemberId>,
}

/// One row of a policy map: what a listing of this level means at the receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MapDocument {
    /// Whom it binds; none: every party that no other row of the same level names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receiver: Option<MemberId>,
    /// The domain, by its slug in the supervision catalogue.
    pub domain: Slug,
    /// The standard, by its slug there.
    pub standard: Slug,
    /// Version of the standard.
    pub standard_version: u16,
    /// Level of the standard at the origin.
    pub level: Slug,
    /// Level of the same standard at the receiver.
    pub here: Slug,
    /// How often the subject is inspected at the receiver.
    #[serde(with = "inspection_text")]
    pub inspection: Inspection,
    /// Other measures at the receiver; none: inspection only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<Slug>,
    /// Persons who decide: 0 (the map alone), 1 or 2.
    #[serde(default)]
    pub officers: u8,
    /// The longest term at the receiver, in months.
    pub term_months_max: u16,
    /// Whether an objection pauses the measures at the receiver.
    #[serde(default = "pauses")]
    pub objection_pauses: bool,
}

/// A row of a policy map is used as it is written.
pub type Map = MapDocument;

fn freshness_hours() -> u16 {
    24
}

fn clock_days() -> u16 {
    3
}

fn pauses() -> bool {
    true
}

/// Frequencies by their names in files.
mod inspection_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _, ser::Error as _};

    use super::Inspection;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over by reference")]
    pub(super) fn serialize<S: Serializer>(
        inspection: &Inspection,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        let unnamed = || S::Error::custom(format!("inspection {} has no name", inspection.0));
        to.serialize_str(inspection.name().ok_or_else(unnamed)?)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Inspection, D::Error> {
        let name = String::deserialize(from)?;
        Inspection::from_name(&name).ok_or_else(|| {
            let names: Vec<_> = Inspection::TABLE.iter().map(|row| row.1).collect();
            let name: String = name.chars().take(32).collect();
            D::Error::custom(format!("{name:?} is no frequency of inspection: {names:?}"))
        })
    }
}
