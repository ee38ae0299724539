//! What operators read in `docs/catalogue.md` is what the software says.

use tiaoxi_catalog::supervision::{DropReason, Problem, SourceFault};
use tiaoxi_credit::Day;

use crate::shipped::{changed, shipped};

const DOCUMENT: &str = include_str!("../../../../docs/catalogue.md");

fn faults() -> Vec<SourceFault> {
    let text = || "x".to_owned();
    vec![
        SourceFault::WrongItem { expected: text(), found: text() },
        SourceFault::OtherPurpose { item: text() },
        SourceFault::UnknownField { item: text(), code: text() },
        SourceFault::NaturalPerson,
        SourceFault::UnknownClass,
        SourceFault::NoCode,
        SourceFault::OperatorName,
        SourceFault::PersonNumber { field: text() },
        SourceFault::Missing { field: text() },
        SourceFault::BadDay { field: text() },
        SourceFault::DatesOutOfOrder { earlier: Day(1), later: Day(0) },
        SourceFault::UnknownStandard { name: text(), edition: text() },
        SourceFault::UnknownLevel { standard: text(), word: text() },
        SourceFault::UnknownOutcome { word: text() },
    ]
}

fn problems() -> Vec<Problem> {
    let slug = || "x".to_owned();
    vec![
        Problem::Empty,
        Problem::TooLong { chars_max: 1 },
        Problem::ControlCharacter,
        Problem::BadSlug,
        Problem::Repeated,
        Problem::TooMany { max: 1 },
        Problem::None,
        Problem::OutOfRange { min: 1, max: 2 },
        Problem::BadDay,
        Problem::BadInspection,
        Problem::BeforeValid,
        Problem::UnknownDomain { slug: slug() },
        Problem::UnknownMeasure { slug: slug() },
        Problem::MeasureOff { slug: slug() },
        Problem::MeasureOfOtherDomain { slug: slug(), domain: slug() },
        Problem::UnknownStandard { slug: slug(), version: 1 },
        Problem::OtherGround { slug: slug() },
        Problem::UnknownLevel { slug: slug() },
        Problem::NotNational,
        Problem::OtherVersionDiffers,
        Problem::LevelOrder,
        Problem::FieldMissing,
        Problem::FieldSuperfluous,
        Problem::WordSeparated,
    ]
}

#[test]
fn every_code_is_documented_once_and_said_in_both_languages() {
    let mut codes = vec![
        "SUPERVISION_TOO_LARGE",
        "SUPERVISION_NOT_TEXT",
        "SUPERVISION_SYNTAX",
        "SUPERVISION_FORMAT",
    ];
    for fault in faults() {
        assert!(!fault.zh().is_ascii() && fault.en().is_ascii(), "{fault}");
        codes.push(fault.code());
    }
    for problem in problems() {
        assert!(!problem.zh().is_ascii() && problem.to_string().is_ascii(), "{problem}");
        codes.push(problem.code());
    }
    codes.extend(
        [DropReason::Unknown, DropReason::Off, DropReason::NotAtLevel].map(DropReason::code),
    );
    let mut unique = codes.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), codes.len());
    for code in codes {
        let rows = DOCUMENT.lines().filter(|line| line.starts_with(&format!("| `{code}` |")));
        assert_eq!(rows.count(), 1, "{code}");
    }
}

#[test]
fn every_domain_standard_and_measure_is_documented() {
    for domain in shipped().domains() {
        let row = format!("| `{}` | {} | {} |", domain.slug, domain.name_zh, domain.lead);
        assert!(DOCUMENT.contains(&row), "{row}");
    }
    for standard in shipped().standards() {
        let levels: Vec<String> = standard
            .levels
            .iter()
            .map(|level| {
                let inspection = level.inspection.name().expect("a frequency");
                let measures = level.measures.iter().map(|measure| format!(", {measure}"));
                let measures: String = measures.collect();
                format!("{} {} ({inspection}{measures})", level.slug, level.term_months_max)
            })
            .collect();
        let until = standard.valid_to.map_or(String::new(), |day| day.to_string());
        let row = format!(
            "| `{}` {} | {} | {} | {} – {until} | {} |",
            standard.slug,
            standard.version,
            standard.domain,
            standard.ground.label(),
            standard.valid_from,
            levels.join("; ")
        );
        assert!(DOCUMENT.contains(&row), "{row}");
    }
    for measure in shipped().measures() {
        let switch = if measure.enabled { "on" } else { "off" };
        let row = format!("| `{}` | {} | {switch} |", measure.slug, measure.name_zh);
        assert!(DOCUMENT.contains(&row), "{row}");
    }
}

#[test]
fn the_shipped_file_without_an_optional_key_is_still_one() {
    assert!(changed("domains = [\"ecology\"]\n", "").is_ok());
    assert!(changed("valid_to = \"2025-12-31\"\n", "").is_ok());
    assert!(changed("measures = \"MD_CS\"\n", "").is_ok());
    assert!(changed("only = { field = \"PJ_DJ\", has = [\"差\"] }\n", "").is_ok());
}
