//! Supervision catalogues: whatever is read is consistent, so that nothing that relies on it has to
//! look twice.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaoxi_catalog::supervision::{
    DOMAINS_MAX, FILE_BYTES_MAX, LEVELS_MAX, MEASURES_MAX, SOURCES_MAX, STANDARDS_MAX, Standard,
    Supervision,
};
use tiaoxi_credit::Day;
use tiaoxi_fuzz::plant;

const EXAMPLE: &str = include_str!("../../configs/supervision.toml");

fn check(standard: &Standard, catalogue: &Supervision) {
    let found = catalogue.standard(&standard.slug, standard.version);
    assert_eq!(found.map(|found| &found.name_zh), Some(&standard.name_zh));
    assert!(catalogue.domain(&standard.domain).is_some());
    assert!((1..=LEVELS_MAX).contains(&standard.levels.len()));
    for level in &standard.levels {
        assert_eq!(standard.level(&level.slug), Some(level));
        assert!(level.inspection.name().is_some());
        for day in [Day(0), Day(20_781), Day(u16::MAX)] {
            assert!(level.last_day(day) >= day);
        }
        for measure in &level.measures {
            let measure = catalogue.measure(measure).expect("a level's measures are listed");
            assert!(measure.applies_in(&standard.domain));
        }
    }
}

fuzz_target!(init: plant([EXAMPLE, "version = 1\n"]), |bytes: &[u8]| {
    let Ok(catalogue) = Supervision::parse(bytes) else { return };
    assert!(bytes.len() <= FILE_BYTES_MAX);
    assert_eq!(catalogue.hash(), *blake3::hash(bytes).as_bytes());
    assert!(catalogue.domains().len() <= DOMAINS_MAX && catalogue.measures().len() <= MEASURES_MAX);
    assert!(catalogue.standards().len() <= STANDARDS_MAX && catalogue.sources().len() <= SOURCES_MAX);
    for standard in catalogue.standards() {
        check(standard, &catalogue);
    }
    for source in catalogue.sources() {
        assert!(catalogue.source_of(&source.item).is_some());
    }
});
