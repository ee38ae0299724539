//! The agreements of a run: dates, duties and policy maps, and the supervision catalogue below.

use tiaoxi_catalog::{
    Calendar,
    supervision::{Level, Standard, Supervision},
};
use tiaoxi_credit::{Day, Inspection};
use tiaoxi_federation::{
    AgreementId, DayText, MemberId, Proposal,
    digest::HexHash,
    draft::{DraftOptions, draft},
    name::Slug,
    terms::{AgreementDocument, DomainDuty, MapDocument},
};

use crate::sim::{
    members::{Scene, federation},
    random::Random,
    time::{START, day_at},
};

/// Domains whose standards are mapped; the others are advisory.
const MAPPED: [&str; 2] = ["ecology", "food-drug"];

/// What every member has beside the charter.
pub(crate) struct Rules {
    pub(crate) supervision: Supervision,
    pub(crate) calendar: Calendar,
}

impl Rules {
    pub(crate) fn new() -> Self {
        let supervision = include_bytes!("supervision.toml");
        let calendar = include_str!("../../../../configs/calendar.tsv");
        Self {
            supervision: Supervision::parse(supervision).expect("the catalogue is consistent"),
            calendar: Calendar::parse(calendar).expect("the shipped file"),
        }
    }
}

pub(crate) fn slug(text: &str) -> Slug {
    Slug::parse(text).expect("a short lower-case name")
}

fn agreement_id(text: &str) -> AgreementId {
    AgreementId::parse(text).expect("a short lower-case name")
}

/// A charter of the scene under two agreements.
pub(crate) fn proposal(scene: Scene, supervision: &Supervision, random: &mut Random) -> Proposal {
    let wide = agreement("wide", scene.wide(), supervision, random);
    let narrow = agreement("narrow", scene.narrow(), supervision, random);
    let options = DraftOptions {
        federation: federation(),
        threshold: None,
        items: Vec::new(),
        supervision: Some(HexHash(supervision.hash())),
        agreements: vec![wide, narrow],
    };
    draft(&scene.requests(), options).expect("the agreements are well formed")
}

fn agreement(
    id: &str,
    parties: Vec<MemberId>,
    supervision: &Supervision,
    random: &mut Random,
) -> AgreementDocument {
    let today = day_at(START);
    AgreementDocument {
        id: agreement_id(id),
        version: 1,
        name: format!("模拟协议 {id}"),
        starts: DayText(Day(today.0 - 30)),
        // In some runs it ends while things go on.
        ends: DayText(Day(today.0 + if random.chance(150) { 8 } else { 200 })),
        notice_days: 2,
        freshness_hours: random.pick(&[6, 12, 24, 24, 48]).unwrap_or(24),
        propagation_days: 3,
        handling_days: 3,
        sole_traders: random.chance(500),
        duties: duties(&parties),
        maps: maps(&parties, supervision, random),
        parties,
    }
}

/// Everybody lists polluters, all but the first party list for food, all but the last for tourism.
fn duties(parties: &[MemberId]) -> Vec<DomainDuty> {
    let duty = |domain, members: &[MemberId]| DomainDuty {
        domain: slug(domain),
        members: members.to_vec(),
    };
    let (without_first, without_last) = (parties.get(1..), parties.get(..parties.len() - 1));
    vec![
        duty("ecology", parties),
        duty("food-drug", without_first.expect("two parties at least")),
        duty("culture-tourism", without_last.expect("two parties at least")),
    ]
}

/// One row for everybody, and for some parties one of their own.
pub(crate) fn maps(
    parties: &[MemberId],
    supervision: &Supervision,
    random: &mut Random,
) -> Vec<MapDocument> {
    let mut maps = Vec::new();
    for standard in supervision.standards() {
        if !MAPPED.contains(&standard.domain.as_str()) {
            continue;
        }
        for level in &standard.levels {
            maps.push(map(None, standard, level, random));
            for party in parties {
                if random.chance(350) {
                    maps.push(map(Some(party.clone()), standard, level, random));
                }
            }
        }
    }
    maps
}

fn map(
    receiver: Option<MemberId>,
    standard: &Standard,
    level: &Level,
    random: &mut Random,
) -> MapDocument {
    let milder: Vec<&Level> =
        standard.levels.iter().filter(|here| here.severity <= level.severity).collect();
    let here = random.pick(&milder).expect("a level is as mild as itself");
    let inspections = [Inspection::NORMAL, Inspection::MORE, Inspection::SHARPLY_MORE];
    let inspection = random.pick(&inspections).unwrap_or_default();
    let measures = here.measures.iter().filter(|_| random.chance(400)).map(|it| slug(it));
    MapDocument {
        domain: slug(&standard.domain),
        standard: slug(&standard.slug),
        standard_version: standard.version,
        level: slug(&level.slug),
        here: slug(&here.slug),
        inspection: inspection.min(here.inspection),
        measures: measures.collect(),
        officers: if receiver.is_none() { 0 } else { random.pick(&[0, 1, 2]).unwrap_or(0) },
        term_months_max: random.pick(&[1, 2]).unwrap_or(1).min(level.term_months_max),
        objection_pauses: random.chance(600),
        receiver,
    }
}

/// What an amendment in mid-run does to an agreement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    /// Other maps.
    Maps,
    /// Its last day is later.
    Extended,
    /// Its last day is as near as the notice allows.
    Shortened,
}

/// The agreement as it is after a change.
pub(crate) fn changed(
    mut agreement: AgreementDocument,
    change: Change,
    today: Day,
    supervision: &Supervision,
    random: &mut Random,
) -> AgreementDocument {
    agreement.version += 1;
    match change {
        Change::Maps => agreement.maps = maps(&agreement.parties, supervision, random),
        Change::Extended => agreement.ends = DayText(Day(agreement.ends.0.0.max(today.0) + 100)),
        Change::Shortened => {
            let earliest = Day(today.0 + agreement.notice_days);
            agreement.ends = DayText(agreement.ends.0.min(earliest));
        }
    }
    agreement
}
