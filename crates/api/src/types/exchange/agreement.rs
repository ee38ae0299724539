//! Agreements of the charter, with their policy maps.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::types::Date;

/// The answer to a request for all agreements.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgreementList {
    /// The agreements, by rising id.
    pub agreements: Vec<AgreementShown>,
}

/// An agreement on mutual recognition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgreementShown {
    /// Its id.
    #[schema(example = "delta")]
    pub id: String,
    /// Its version.
    pub version: u32,
    /// Its name.
    #[schema(example = "长三角重点监管对象互认协议（演示）")]
    pub name: String,
    /// Ids of the members that list and recognise.
    pub parties: Vec<String>,
    /// First day.
    pub starts: Date,
    /// Last day.
    pub ends: Date,
    /// It applies today.
    pub in_force: bool,
    /// Hours for which an origin's word counts as fresh.
    pub freshness_hours: u16,
    /// Days from a decision to its last receipt.
    pub propagation_days: u16,
    /// Days from an application to its decision.
    pub handling_days: u16,
    /// Sole traders may be listed.
    pub sole_traders: bool,
    /// Who may list in which domain.
    pub duties: Vec<DutyShown>,
    /// What a level of one member means at another. What no map names is for information only.
    pub maps: Vec<MapShown>,
}

/// Who may list in a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DutyShown {
    /// Slug of the domain.
    #[schema(example = "ecology")]
    pub domain: String,
    /// Its Chinese name; the slug where the supervision catalogue doesn't know it.
    #[schema(example = "生态环境")]
    pub domain_name: String,
    /// Ids of the members.
    pub members: Vec<String>,
}

/// What a level means at a receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MapShown {
    /// Id of the receiver; `None`: every party for which no other map is meant.
    pub receiver: Option<String>,
    /// Slug of the domain.
    pub domain: String,
    /// Slug of the standard.
    pub standard: String,
    /// Version of the standard.
    pub standard_version: u16,
    /// Slug of the origin's level.
    pub level: String,
    /// Slug of the level here.
    pub here: String,
    /// Name of the frequency of inspection here.
    #[schema(example = "more")]
    pub inspection: String,
    /// The same in Chinese.
    #[schema(example = "增加检查")]
    pub inspection_zh: String,
    /// Slugs of other measures here.
    pub measures: Vec<String>,
    /// Officers who have to decide; 0: follows at once.
    pub officers: u8,
    /// Longest term, in months.
    pub term_months_max: u16,
    /// Measures pause while an objection is pending.
    pub objection_pauses: bool,
}
