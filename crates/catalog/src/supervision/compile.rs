//! From the file to a [`Supervision`]: that its parts are well made and go together.

use tiaoxi_credit::Inspection;

use super::error::{Problem, SupervisionError};
use super::file::{
    ClockFile, DomainFile, FormatProbe, LevelFile, MeasureFile, StandardFile, SupervisionFile,
};
use super::place::Place;
use super::{
    CLOCK_DAYS_MAX, Clock, Clocks, DOMAINS_MAX, Domain, FILE_BYTES_MAX, GroundKind, LEVELS_MAX,
    Level, MEASURES_MAX, Measure, STANDARDS_MAX, Standard, Supervision, TERM_MONTHS_MAX,
    compile_source,
};

pub(super) fn supervision(bytes: &[u8]) -> Result<Supervision, SupervisionError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(SupervisionError::TooLarge { bytes: bytes.len() });
    }
    let text = std::str::from_utf8(bytes).map_err(|source| SupervisionError::NotText {
        line: line_of(bytes, source.valid_up_to()),
        source,
    })?;
    let syntax = |error: toml::de::Error| SupervisionError::Syntax {
        line: line_of(bytes, error.span().map_or(0, |span| span.start)),
        source: Box::new(error),
    };
    let probe: FormatProbe = toml::from_str(text).map_err(syntax)?;
    if probe.format != 1 {
        return Err(SupervisionError::UnknownFormat { found: probe.format });
    }
    let file: SupervisionFile = toml::from_str(text).map_err(syntax)?;
    let top = Place::top();
    top.at("version").range(file.version, 1, u16::MAX)?;
    top.at("name_zh").text(&file.name_zh)?;
    top.at("source").text(&file.source)?;
    let clocks = Clocks {
        handling: clock(&top.at("clocks.handling"), file.clocks.handling)?,
        propagation: clock(&top.at("clocks.propagation"), file.clocks.propagation)?,
    };
    let domains = domains(&top.at("domains"), file.domains)?;
    let measures = measures(&top.at("measures"), file.measures, &domains)?;
    let standards = standards(&top.at("standards"), file.standards, &domains, &measures)?;
    let mut supervision = Supervision {
        hash: *blake3::hash(bytes).as_bytes(),
        version: file.version,
        name_zh: file.name_zh,
        source: file.source,
        clocks,
        domains,
        measures,
        standards,
        sources: Vec::new(),
    };
    let sources =
        compile_source::sources(&top, file.listing_sources, file.decision_sources, &supervision)?;
    supervision.sources = sources;
    Ok(supervision)
}

/// The line of a byte, from 1.
fn line_of(bytes: &[u8], offset: usize) -> usize {
    bytes.iter().take(offset).filter(|byte| **byte == b'\n').count() + 1
}

fn clock(place: &Place, file: ClockFile) -> Result<Clock, SupervisionError> {
    place.at("days").range(file.days, 1, CLOCK_DAYS_MAX)?;
    place.at("source").text(&file.source)?;
    Ok(Clock { days: file.days, workdays: file.workdays, source: file.source })
}

fn domains(place: &Place, files: Vec<DomainFile>) -> Result<Vec<Domain>, SupervisionError> {
    place.count(files.len(), 1, DOMAINS_MAX)?;
    let mut domains: Vec<Domain> = Vec::with_capacity(files.len());
    for (index, file) in files.into_iter().enumerate() {
        let place = place.nth(index, &file.slug);
        place.at("slug").slug(&file.slug)?;
        for (key, text) in [
            ("name_zh", &file.name_zh),
            ("name_en", &file.name_en),
            ("lead", &file.lead),
            ("source", &file.source),
        ] {
            place.at(key).text(text)?;
        }
        if domains.iter().any(|other| other.slug == file.slug) {
            return Err(place.is(Problem::Repeated));
        }
        let DomainFile { slug, name_zh, name_en, lead, source } = file;
        domains.push(Domain { slug, name_zh, name_en, lead, source });
    }
    Ok(domains)
}

fn measures(
    place: &Place,
    files: Vec<MeasureFile>,
    domains: &[Domain],
) -> Result<Vec<Measure>, SupervisionError> {
    place.count(files.len(), 0, MEASURES_MAX)?;
    let mut measures: Vec<Measure> = Vec::with_capacity(files.len());
    for (index, file) in files.into_iter().enumerate() {
        let place = place.nth(index, &file.slug);
        place.at("slug").slug(&file.slug)?;
        for (key, text) in [
            ("name_zh", &file.name_zh),
            ("name_en", &file.name_en),
            ("basis", &file.basis),
            ("note", &file.note),
        ] {
            place.at(key).text(text)?;
        }
        if measures.iter().any(|other| other.slug == file.slug) {
            return Err(place.is(Problem::Repeated));
        }
        place.at("domains").count(file.domains.len(), 0, DOMAINS_MAX)?;
        for (index, slug) in file.domains.iter().enumerate() {
            known_domain(&place.at("domains"), domains, slug)?;
            if file.domains.iter().skip(index + 1).any(|other| other == slug) {
                return Err(place.at("domains").is(Problem::Repeated));
            }
        }
        let enabled = file.enabled.unwrap_or(file.verified);
        let MeasureFile { slug, name_zh, name_en, basis, domains, verified, note, .. } = file;
        measures.push(Measure { slug, name_zh, name_en, basis, domains, verified, enabled, note });
    }
    Ok(measures)
}

fn known_domain(place: &Place, domains: &[Domain], slug: &str) -> Result<(), SupervisionError> {
    if domains.iter().any(|domain| domain.slug == slug) {
        return Ok(());
    }
    Err(place.is(Problem::UnknownDomain { slug: slug.chars().take(40).collect() }))
}

fn standards(
    place: &Place,
    files: Vec<StandardFile>,
    domains: &[Domain],
    measures: &[Measure],
) -> Result<Vec<Standard>, SupervisionError> {
    place.count(files.len(), 1, STANDARDS_MAX)?;
    let mut standards: Vec<Standard> = Vec::with_capacity(files.len());
    for (index, file) in files.into_iter().enumerate() {
        let place = place.nth(index, &format!("{} {}", file.slug, file.version));
        let standard = standard(&place, file, domains, measures)?;
        for other in standards.iter().filter(|other| other.slug == standard.slug) {
            if other.version == standard.version {
                return Err(place.is(Problem::Repeated));
            }
            if (&other.domain, other.ground) != (&standard.domain, standard.ground) {
                return Err(place.is(Problem::OtherVersionDiffers));
            }
        }
        standards.push(standard);
    }
    Ok(standards)
}

fn standard(
    place: &Place,
    file: StandardFile,
    domains: &[Domain],
    measures: &[Measure],
) -> Result<Standard, SupervisionError> {
    place.at("slug").slug(&file.slug)?;
    place.at("version").range(file.version, 1, u16::MAX)?;
    for (key, text) in [
        ("edition", &file.edition),
        ("name_zh", &file.name_zh),
        ("authority", &file.authority),
        ("source", &file.source),
    ] {
        place.at(key).text(text)?;
    }
    known_domain(&place.at("domain"), domains, &file.domain)?;
    if file.ground == GroundKind::List && !file.tier.is_national() {
        return Err(place.at("tier").is(Problem::NotNational));
    }
    let valid_from = place.at("valid_from").day(&file.valid_from)?;
    let later = |key: &str, text: Option<&String>| {
        let place = place.at(key);
        let day = text.map(|text| place.day(text)).transpose()?;
        match day {
            Some(day) if day < valid_from => Err(place.is(Problem::BeforeValid)),
            day => Ok(day),
        }
    };
    let valid_to = later("valid_to", file.valid_to.as_ref())?;
    let withdrawn = later("withdrawn", file.withdrawn.as_ref())?;
    let levels = levels(&place.at("levels"), file.levels, &file.domain, measures)?;
    Ok(Standard {
        slug: file.slug,
        version: file.version,
        edition: file.edition,
        name_zh: file.name_zh,
        domain: file.domain,
        ground: file.ground,
        tier: file.tier,
        authority: file.authority,
        valid_from,
        valid_to,
        withdrawn,
        levels,
        source: file.source,
        verified: file.verified,
    })
}

fn levels(
    place: &Place,
    files: Vec<LevelFile>,
    domain: &str,
    measures: &[Measure],
) -> Result<Vec<Level>, SupervisionError> {
    place.count(files.len(), 1, LEVELS_MAX)?;
    let mut levels: Vec<Level> = Vec::with_capacity(files.len());
    for (index, file) in files.into_iter().enumerate() {
        let place = place.nth(index, &file.slug);
        let level = level(&place, file, domain, measures)?;
        if levels.iter().any(|other| other.slug == level.slug) {
            return Err(place.is(Problem::Repeated));
        }
        let follows = |milder: &Level| {
            milder.severity < level.severity && milder.inspection <= level.inspection
        };
        if !levels.last().is_none_or(follows) {
            return Err(place.is(Problem::LevelOrder));
        }
        levels.push(level);
    }
    Ok(levels)
}

fn level(
    place: &Place,
    file: LevelFile,
    domain: &str,
    measures: &[Measure],
) -> Result<Level, SupervisionError> {
    place.at("slug").slug(&file.slug)?;
    place.at("name_zh").text(&file.name_zh)?;
    place.at("severity").range(file.severity.into(), 1, 100)?;
    place.at("term_months_max").range(file.term_months_max, 1, TERM_MONTHS_MAX)?;
    let inspection = Inspection::from_name(&file.inspection)
        .ok_or_else(|| place.at("inspection").is(Problem::BadInspection))?;
    let place = place.at("measures");
    place.count(file.measures.len(), 0, MEASURES_MAX)?;
    for (index, slug) in file.measures.iter().enumerate() {
        named_measure(&place, measures, slug, domain)?;
        if file.measures.iter().skip(index + 1).any(|other| other == slug) {
            return Err(place.is(Problem::Repeated));
        }
    }
    Ok(Level {
        slug: file.slug,
        name_zh: file.name_zh,
        severity: file.severity,
        term_months_max: file.term_months_max,
        inspection,
        measures: file.measures,
    })
}

/// A measure that may be taken in a domain.
fn named_measure(
    place: &Place,
    measures: &[Measure],
    slug: &str,
    domain: &str,
) -> Result<(), SupervisionError> {
    let short = || slug.chars().take(40).collect();
    let Some(measure) = measures.iter().find(|measure| measure.slug == slug) else {
        return Err(place.is(Problem::UnknownMeasure { slug: short() }));
    };
    if !measure.enabled {
        return Err(place.is(Problem::MeasureOff { slug: short() }));
    }
    if !measure.applies_in(domain) {
        let domain = domain.to_owned();
        return Err(place.is(Problem::MeasureOfOtherDomain { slug: short(), domain }));
    }
    Ok(())
}
