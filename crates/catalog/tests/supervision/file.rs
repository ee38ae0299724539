//! What the shipped file holds, and that nothing panics on any other.

use proptest::prelude::{Strategy, any, prop_assert, proptest};
use tiaoxi_catalog::supervision::{GroundKind, Makes, Supervision, TERM_MONTHS_MAX};
use tiaoxi_credit::Inspection;

use crate::shipped::{FILE, changed, day, shipped};

#[test]
fn four_domains_have_a_lead_and_a_standard_for_either_ground() {
    let domains: Vec<_> = shipped()
        .domains()
        .iter()
        .map(|domain| (domain.slug.as_str(), domain.name_zh.as_str(), domain.lead.as_str()))
        .collect();
    let expected = [
        ("ecology", "生态环境", "浙江"),
        ("food-drug", "食品药品", "江苏"),
        ("culture-tourism", "文化旅游", "上海"),
        ("product-quality", "产品质量", "安徽"),
    ];
    assert_eq!(domains, expected);
    for (slug, ..) in expected {
        for ground in [GroundKind::List, GroundKind::Grade] {
            let mut standards = shipped().standards().iter();
            assert!(standards.any(|found| found.domain == slug && found.ground == ground));
        }
    }
    assert!(shipped().domain("finance").is_none());
}

#[test]
fn invented_standards_say_so_and_lists_are_national() {
    for standard in shipped().standards() {
        assert!(!standard.verified && standard.source.contains("未核实"), "{}", standard.slug);
        assert!(standard.name_zh.contains("演示") && standard.authority.contains("演示"));
        assert!(standard.ground == GroundKind::Grade || standard.tier.is_national());
        for level in &standard.levels {
            assert!((1..=36).contains(&level.term_months_max));
            assert!(level.inspection >= Inspection::MORE);
        }
    }
}

#[test]
fn a_measure_without_a_verified_basis_is_off() {
    let names: Vec<_> = shipped().measures().iter().map(|found| found.slug.as_str()).collect();
    let all =
        ["closer-review", "no-commitment", "no-public-funds", "no-honours", "no-green-finance"];
    assert_eq!(names, all);
    for measure in shipped().measures() {
        assert_eq!(measure.verified, measure.slug == "closer-review");
        assert_eq!(measure.enabled, measure.verified);
        assert!(measure.basis.contains("条"), "{}", measure.basis);
        assert_eq!(measure.applies_in("ecology"), measure.enabled);
    }
    let switched = "verified = false\nnote = \"依据核实前停用；仅限";
    let on = changed(switched, "verified = false\nenabled = true\nnote = \"依据核实前停用；仅限");
    let on = on.expect("a switch may be set");
    let green = on.measure("no-green-finance").expect("a measure");
    assert!(green.applies_in("ecology") && !green.applies_in("food-drug"));
    let off = changed("verified = true\n", "verified = true\nenabled = false\n");
    // What is off may not be named.
    assert_eq!(off.map_err(|error| error.code()).err(), Some("SUPERVISION_MEASURE_OFF"));
}

#[test]
fn an_old_version_is_told_from_the_one_in_force() {
    let old = shipped().standard("eco-list", 1).expect("the old version");
    let new = shipped().standard("eco-list", 2).expect("the version in force");
    for (date, by_old, by_new) in [
        ("2022-12-31", false, false),
        ("2023-01-01", true, false),
        ("2025-12-31", true, false),
        ("2026-01-01", false, true),
        ("2040-01-01", false, true),
    ] {
        assert_eq!((old.is_valid_on(day(date)), new.is_valid_on(day(date))), (by_old, by_new));
    }
    assert!(shipped().standard("eco-list", 3).is_none());
    let to = "valid_from = \"2026-01-01\"\nwithdrawn = \"2027-01-01\"\n";
    let withdrawn = changed("valid_from = \"2026-01-01\"\n", to).expect("a file");
    let withdrawn = withdrawn.standard("eco-list", 2).expect("a standard");
    assert!(!withdrawn.is_withdrawn_on(day("2026-12-31")));
    assert!(withdrawn.is_withdrawn_on(day("2027-01-01")));
    assert!(!withdrawn.is_valid_on(day("2027-01-01")));
    let grave = new.level("grave").expect("a level");
    assert_eq!(grave.last_day(day("2026-01-05")), day("2029-01-04"));
    assert!(new.level("poor").is_none());
}

#[test]
fn clocks_sources_and_hash_are_those_of_the_file() {
    let clocks = shipped().clocks();
    assert_eq!((clocks.handling.days, clocks.handling.workdays), (3, false));
    assert_eq!((clocks.propagation.days, clocks.propagation.workdays), (3, false));
    let sources: Vec<_> = shipped()
        .sources()
        .iter()
        .map(|source| (source.item.as_str(), source.makes, source.ground()))
        .collect();
    let expected = [
        ("yzsx", Makes::Listing, Some(GroundKind::List)),
        ("hypj", Makes::Listing, Some(GroundKind::Grade)),
        ("xyxf", Makes::Decision, None),
    ];
    assert_eq!(sources, expected);
    assert_eq!(shipped().hash(), *blake3::hash(FILE.as_bytes()).as_bytes());
    assert_ne!(changed("version = 1\n", "version = 2\n").expect("a file").hash(), shipped().hash());
    assert_eq!(shipped().version(), 1);
    assert!(shipped().name_zh().contains("演示") && shipped().source().contains("未核实"));
    assert_eq!(
        shipped().domain("ecology").map(|found| found.name_en.contains("ecology")),
        Some(true)
    );
}

#[test]
fn the_longest_term_is_accepted_and_no_longer_one() {
    for (months, good) in [(TERM_MONTHS_MAX, true), (TERM_MONTHS_MAX + 1, false), (0, false)] {
        let to = format!("term_months_max = {months}");
        assert_eq!(changed("term_months_max = 36", &to).is_ok(), good, "{months}");
    }
}

/// Pieces of the file in any order, cut anywhere, with other bytes between them.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let lines: Vec<&'static str> = FILE.lines().collect();
    let line = proptest::sample::select(lines).prop_map(|line| format!("{line}\n").into_bytes());
    let noise = proptest::collection::vec(any::<u8>(), 0..12);
    let piece =
        proptest::strategy::Union::new_weighted(vec![(6, line.boxed()), (1, noise.boxed())]);
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// The file with a run of bytes taken out and other ones put in.
fn wounded() -> impl Strategy<Value = Vec<u8>> {
    let noise = proptest::collection::vec(any::<u8>(), 0..8);
    let word =
        proptest::sample::select(vec!["\"", "\n", "= 0", "[[", "]", "{}", "-1", "99999", "列"]);
    let put = proptest::strategy::Union::new(vec![
        noise.boxed(),
        word.prop_map(|word| word.as_bytes().to_vec()).boxed(),
    ]);
    (0..FILE.len(), 0_usize..40, put).prop_map(|(start, length, put)| {
        let mut bytes = FILE.as_bytes().to_vec();
        let end = (start + length).min(bytes.len());
        bytes.splice(start..end, put);
        bytes
    })
}

/// Whatever is not accepted has a code, a place and words in both languages.
fn hold(bytes: &[u8]) -> bool {
    match Supervision::parse(bytes) {
        Ok(supervision) => supervision.hash() == *blake3::hash(bytes).as_bytes(),
        Err(error) => {
            error.code().starts_with("SUPERVISION_")
                && !error.en().is_empty()
                && !error.zh().is_empty()
                && error.en().chars().count() < 2_000
        }
    }
}

proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(400))]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(hold(&bytes));
    }

    #[test]
    fn no_lines_of_the_file_in_any_order_do(bytes in soup()) {
        prop_assert!(hold(&bytes));
    }

    #[test]
    fn no_wound_of_the_file_does(bytes in wounded()) {
        prop_assert!(hold(&bytes));
    }
}
