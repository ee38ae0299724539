//! The policy map: whether it keeps to the supervision catalogue, and what it makes of a listing.

use std::collections::BTreeSet;

use tiaoxi_catalog::supervision::{Supervision, last_day_of_term};
use tiaoxi_credit::{
    Day, Inspection,
    statement::{Decision, Listing, Recognition},
};
use tiaoxi_federation::{
    Terms,
    name::Slug,
    terms::{Agreement, Map},
};

use crate::breach::Breach;

/// What of an agreement contradicts the supervision catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Place of the map's row, in the order of [`Agreement::maps`]; `None`: not of a map.
    pub map: Option<usize>,
    /// What.
    pub kind: FaultKind,
}

/// See [`Fault`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// The charter names another catalogue than the one at hand.
    #[error("the charter names another supervision catalogue")]
    OtherCatalogue,
    /// The catalogue has no such domain.
    #[error("the catalogue has no domain {0:?}")]
    UnknownDomain(String),
    /// The catalogue has no such version of such a standard in the domain.
    #[error("the catalogue has no standard {0:?} version {1} in the domain")]
    UnknownStandard(String, u16),
    /// The standard has no such level.
    #[error("the standard has no level {0:?}")]
    UnknownLevel(String),
    /// The level at the receiver is harsher than at the origin.
    #[error("the level {0:?} here is harsher than at the origin")]
    HarsherLevel(String),
    /// More inspections than the standard allows at the level.
    #[error("more inspections than the standard allows at the level")]
    MoreInspections,
    /// The catalogue does not have the measure, has switched it off, or keeps it to other domains.
    #[error("the catalogue does not have the measure {0:?} in the domain, or has switched it off")]
    UnknownMeasure(String),
    /// The standard does not allow the measure at the level.
    #[error("the standard does not allow the measure {0:?} at the level")]
    HarsherMeasure(String),
    /// A longer term than the standard allows at the level.
    #[error("a term of {0} months is longer than the standard's {1}")]
    LongerTerm(u16, u16),
}

impl Fault {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self.kind {
            FaultKind::OtherCatalogue => "OTHER_CATALOGUE",
            FaultKind::UnknownDomain(_) => "UNKNOWN_DOMAIN",
            FaultKind::UnknownStandard(..) => "UNKNOWN_STANDARD",
            FaultKind::UnknownLevel(_) => "UNKNOWN_LEVEL",
            FaultKind::HarsherLevel(_) => "HARSHER_LEVEL",
            FaultKind::MoreInspections => "MORE_INSPECTIONS",
            FaultKind::UnknownMeasure(_) => "MEASURE_UNKNOWN",
            FaultKind::HarsherMeasure(_) => "HARSHER_MEASURE",
            FaultKind::LongerTerm(..) => "LONGER_TERM",
        }
    }

    /// The reason in English.
    pub fn en(&self) -> String {
        match self.map {
            Some(row) => format!("row {} of the policy map: {}", row + 1, self.kind),
            None => self.kind.to_string(),
        }
    }

    /// The reason in Chinese.
    pub fn zh(&self) -> String {
        let words = match &self.kind {
            FaultKind::OtherCatalogue => "组网章程所载监管目录与本机不一致".to_owned(),
            FaultKind::UnknownDomain(domain) => format!("监管目录无领域“{domain}”"),
            FaultKind::UnknownStandard(standard, version) => {
                format!("监管目录在该领域无标准“{standard}”第{version}版")
            }
            FaultKind::UnknownLevel(level) => format!("标准无等级“{level}”"),
            FaultKind::HarsherLevel(level) => format!("此处等级“{level}”严于列入地"),
            FaultKind::MoreInspections => "检查频次高于标准对该等级的规定".to_owned(),
            FaultKind::UnknownMeasure(measure) => {
                format!("监管目录在该领域无措施“{measure}”或已停用")
            }
            FaultKind::HarsherMeasure(measure) => format!("标准未允许对该等级采取“{measure}”"),
            FaultKind::LongerTerm(months, most) => {
                format!("期限{months}个月长于标准规定的{most}个月")
            }
        };
        match self.map {
            Some(row) => format!("互认规则第{}行:{words}", row + 1),
            None => words,
        }
    }
}

/// Everything of an agreement that the catalogue does not carry; to be empty before anybody signs.
pub fn check(agreement: &Agreement, terms: &Terms, supervision: &Supervision) -> Vec<Fault> {
    let mut faults = Vec::new();
    if terms.supervision().is_some_and(|hash| hash.0 != supervision.hash()) {
        faults.push(Fault { map: None, kind: FaultKind::OtherCatalogue });
    }
    for duty in agreement.duties() {
        if supervision.domain(duty.domain.as_str()).is_none() {
            let kind = FaultKind::UnknownDomain(duty.domain.to_string());
            faults.push(Fault { map: None, kind });
        }
    }
    for (row, map) in agreement.maps().iter().enumerate() {
        let of_row = check_map(map, supervision).into_iter();
        faults.extend(of_row.map(|kind| Fault { map: Some(row), kind }));
    }
    faults
}

fn check_map(map: &Map, supervision: &Supervision) -> Vec<FaultKind> {
    let domain = map.domain.as_str();
    if supervision.domain(domain).is_none() {
        return vec![FaultKind::UnknownDomain(domain.to_owned())];
    }
    let (slug, version) = (map.standard.as_str(), map.standard_version);
    let standard = supervision.standard(slug, version).filter(|it| it.domain == domain);
    let Some(standard) = standard else {
        return vec![FaultKind::UnknownStandard(slug.to_owned(), version)];
    };
    let unknown = |level: &str| vec![FaultKind::UnknownLevel(level.to_owned())];
    let Some(level) = standard.level(map.level.as_str()) else {
        return unknown(map.level.as_str());
    };
    let Some(here) = standard.level(map.here.as_str()) else { return unknown(map.here.as_str()) };
    let mut faults = Vec::new();
    if here.severity > level.severity {
        faults.push(FaultKind::HarsherLevel(here.slug.clone()));
    }
    if map.inspection > level.inspection {
        faults.push(FaultKind::MoreInspections);
    }
    for measure in &map.measures {
        let slug = measure.as_str();
        if !supervision.measure(slug).is_some_and(|known| known.applies_in(domain)) {
            faults.push(FaultKind::UnknownMeasure(slug.to_owned()));
        } else if !level.measures.iter().any(|allowed| allowed == slug) {
            faults.push(FaultKind::HarsherMeasure(slug.to_owned()));
        }
    }
    if map.term_months_max > level.term_months_max {
        faults.push(FaultKind::LongerTerm(map.term_months_max, level.term_months_max));
    }
    faults
}

/// What follows from a listing at a receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// [`Decision::ACCEPT`], or [`Decision::NARROW`] when less follows than at home.
    pub decision: Decision,
    /// Level at the receiver, by its slug.
    pub level: String,
    /// How often the subject is inspected at the receiver.
    pub inspection: Inspection,
    /// Other measures at the receiver, by their slugs, in the order of the map.
    pub measures: Vec<String>,
    /// First day.
    pub since: Day,
    /// Last day.
    pub until: Day,
}

/// The most that a map makes of a listing: never harsher than the map, the listing or the
/// catalogue, and never longer than the listing.
pub fn outcome(map: &Map, listing: &Listing, supervision: &Supervision) -> Outcome {
    let standard = supervision.standard(&listing.standard, listing.standard_version);
    let severity = |slug: &str| standard.and_then(|it| it.level(slug)).map(|level| level.severity);
    let home = severity(&listing.level);
    // A map that names a harsher level was signed against the rules; the origin's level stands.
    let level = match severity(map.here.as_str()) {
        Some(here) if Some(here) <= home => map.here.as_str(),
        _ => listing.level.as_str(),
    };
    let applies = |slug: &str| {
        listing.measures.iter().any(|listed| listed == slug)
            && supervision.measure(slug).is_some_and(|it| it.applies_in(&listing.domain))
    };
    let measures = map.measures.iter().map(Slug::as_str).filter(|slug| applies(slug));
    let measures: Vec<String> = measures.map(str::to_owned).collect();
    let inspection = map.inspection.min(listing.inspection);
    let since = listing.since;
    let until = last_day_of_term(since, map.term_months_max).min(listing.until);
    let same = severity(level) == home
        && inspection == listing.inspection
        && until == listing.until
        && listing.measures.iter().all(|slug| measures.contains(slug));
    let decision = if same { Decision::ACCEPT } else { Decision::NARROW };
    Outcome { decision, level: level.to_owned(), inspection, measures, since, until }
}

/// What is left of a recognition within the most that the map makes of the listing, and how it went
/// beyond that. Never more than either.
pub(crate) fn cut(
    recognition: &Recognition,
    most: Outcome,
    listing: &Listing,
    supervision: &Supervision,
) -> (Outcome, Option<Breach>) {
    let standard = supervision.standard(&listing.standard, listing.standard_version);
    let severity = |slug: &str| standard.and_then(|it| it.level(slug)).map(|level| level.severity);
    let mut breach = None;
    let level = match (severity(&recognition.level), severity(&most.level)) {
        (Some(said), Some(allowed)) if said <= allowed => recognition.level.clone(),
        _ => {
            breach = Some(Breach::HarsherThanMap);
            most.level
        }
    };
    let allowed: BTreeSet<&str> = most.measures.iter().map(String::as_str).collect();
    let (within, beyond): (Vec<&String>, Vec<&String>) =
        recognition.measures.iter().partition(|slug| allowed.contains(slug.as_str()));
    if !beyond.is_empty() || recognition.inspection > most.inspection {
        breach = Some(Breach::HarsherThanMap);
    }
    let measures: Vec<String> = within.into_iter().cloned().collect();
    let until = recognition.until.min(most.until);
    if recognition.until > listing.until {
        breach = Some(Breach::TermBeyondOrigin { until_max: listing.until });
    } else if recognition.until > most.until {
        breach = Some(Breach::TermBeyondMap { until_max: most.until });
    }
    let inspection = recognition.inspection.min(most.inspection);
    let since = recognition.since.max(listing.since);
    let narrower = breach.is_some() || recognition.decision != Decision::ACCEPT;
    let decision = if narrower { Decision::NARROW } else { Decision::ACCEPT };
    (Outcome { decision, level, inspection, measures, since, until }, breach)
}
