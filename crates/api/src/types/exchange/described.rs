//! The supervision catalogue as it is shown: what its file says, in names and words.

use tiaoxi_catalog::supervision::{Domain, Level, Measure, Standard, Supervision};
use tiaoxi_credit::Day;

use super::{DomainShown, LevelShown, MeasureShown, StandardShown, SupervisionShown};
use crate::types::{Date, HexBytes};

impl SupervisionShown {
    /// A catalogue as it stands today.
    pub fn of(supervision: &Supervision, today: Day) -> Self {
        let standards = supervision.standards().iter();
        Self {
            hash: HexBytes(supervision.hash().to_vec()),
            version: supervision.version(),
            name_zh: supervision.name_zh().to_owned(),
            source: supervision.source().to_owned(),
            domains: supervision.domains().iter().map(DomainShown::from).collect(),
            standards: standards.map(|standard| StandardShown::of(standard, today)).collect(),
            measures: supervision.measures().iter().map(MeasureShown::from).collect(),
        }
    }
}

impl From<&Domain> for DomainShown {
    fn from(domain: &Domain) -> Self {
        Self {
            slug: domain.slug.clone(),
            name_zh: domain.name_zh.clone(),
            lead: domain.lead.clone(),
            source: domain.source.clone(),
        }
    }
}

impl StandardShown {
    fn of(standard: &Standard, today: Day) -> Self {
        Self {
            slug: standard.slug.clone(),
            version: standard.version,
            edition: standard.edition.clone(),
            name_zh: standard.name_zh.clone(),
            domain: standard.domain.clone(),
            ground: standard.ground.name().to_owned(),
            tier_zh: standard.tier.label().to_owned(),
            authority: standard.authority.clone(),
            valid_from: Date(standard.valid_from),
            valid_to: standard.valid_to.map(Date),
            withdrawn: standard.withdrawn.map(Date),
            enabled: standard.is_valid_on(today),
            levels: standard.levels.iter().map(LevelShown::from).collect(),
            source: standard.source.clone(),
            verified: standard.verified,
        }
    }
}

impl From<&Level> for LevelShown {
    fn from(level: &Level) -> Self {
        Self {
            slug: level.slug.clone(),
            name_zh: level.name_zh.clone(),
            severity: level.severity,
            term_months_max: level.term_months_max,
            inspection: level.inspection.name().unwrap_or_default().to_owned(),
            inspection_zh: level.inspection.label().unwrap_or_default().to_owned(),
            measures: level.measures.clone(),
        }
    }
}

impl From<&Measure> for MeasureShown {
    fn from(measure: &Measure) -> Self {
        Self {
            slug: measure.slug.clone(),
            name_zh: measure.name_zh.clone(),
            basis: measure.basis.clone(),
            domains: measure.domains.clone(),
            verified: measure.verified,
            enabled: measure.enabled,
            note: measure.note.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_of_this_repository_is_described_in_words() {
        let toml = include_bytes!("../../../../../configs/supervision.toml");
        let supervision = Supervision::parse(toml).expect("a supervision catalogue");
        let today = Day::from_date(2026, 11, 24).expect("a day");
        let shown = SupervisionShown::of(&supervision, today);
        assert_eq!(shown.hash, HexBytes(supervision.hash().to_vec()));
        assert_eq!(shown.domains.len(), supervision.domains().len());
        let enabled = |standard: &&StandardShown| standard.enabled;
        let valid = supervision.standards().iter().filter(|standard| standard.is_valid_on(today));
        assert_eq!(shown.standards.iter().filter(enabled).count(), valid.count());
        for level in shown.standards.iter().flat_map(|standard| &standard.levels) {
            assert!(!level.inspection.is_empty() && !level.inspection_zh.is_empty(), "{level:?}");
        }
    }
}
