//! The same arguments give the same bytes, for ever; rows are varied, invented and of a real size.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

use std::collections::{BTreeMap, HashSet};

use tiaoxi_catalog::Item;
use tiaoxi_credit::Day;
use tiaoxi_sample::{Layout, Office, Plan, Truth, write, write_text};
use tiaoxi_sheet::{Encoding, FileKind};

fn items() -> [Item; 2] {
    [
        Item::parse(include_str!("../../../configs/catalog/xzcf.toml")).unwrap(),
        Item::parse(include_str!("../../../configs/catalog/xzxk.toml")).unwrap(),
    ]
}

fn file(item: &Item, rows: u64, seed: u64, dirty_percent: u8, slug: &str) -> (String, Truth) {
    let office = Office::by_slug(slug).unwrap();
    let mut out = Vec::new();
    let truth = write(item, rows, seed, dirty_percent, &office, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), truth)
}

/// The vectors are never regenerated: a change of them is a change of what everybody's seeds mean.
#[test]
fn three_rows_of_each_item_are_as_committed() {
    let [penalty, permit] = items();
    for (item, expected) in [
        (&penalty, include_str!("vectors/xzcf_seed_1.csv")),
        (&permit, include_str!("vectors/xzxk_seed_1.csv")),
    ] {
        assert_eq!(file(item, 3, 1, 0, "deqing").0, expected, "{}", item.slug());
    }
}

#[test]
fn the_seed_and_the_office_decide_the_bytes() {
    let [penalty, _] = items();
    let base = file(&penalty, 50, 1, 20, "deqing");
    assert_eq!(base, file(&penalty, 50, 1, 20, "deqing"));
    assert_ne!(base.0, file(&penalty, 50, 2, 20, "deqing").0);
    assert_ne!(base.0, file(&penalty, 50, 1, 20, "anji").0);
}

#[test]
fn the_truth_adds_up_and_has_about_the_share_of_mistakes_asked_for() {
    for item in items() {
        for (percent, range) in [(0, 0..1), (10, 900..1100), (100, 10_000..10_001)] {
            let (_, truth) = file(&item, 10_000, 3, percent, "deqing");
            let spoilt = truth.duplicates + truth.rejected_total();
            assert_eq!(truth.accepted + spoilt, truth.rows);
            assert!(range.contains(&spoilt), "{percent} percent: {spoilt}");
        }
    }
}

#[test]
fn every_mistake_is_made() {
    let [penalty, permit] = items();
    let kinds = |item| file(item, 5000, 3, 50, "deqing").1.rejected.len();
    // Penalties know fines, permits do not.
    assert_eq!((kinds(&penalty), kinds(&permit)), (16, 15));
}

#[test]
fn subjects_recur_within_a_file_and_across_offices() {
    let [penalty, permit] = items();
    let codes = |item, seed, slug| -> Vec<String> {
        let (file, _) = file(item, 1000, seed, 0, slug);
        let cells = |line: &str| line.split(',').nth(2).unwrap().to_owned();
        file.lines().skip(1).map(cells).filter(|code| !code.is_empty()).collect()
    };
    let here = codes(&penalty, 1, "deqing");
    let there: HashSet<_> = codes(&permit, 2, "anji").into_iter().collect();
    let mut times = BTreeMap::<_, u32>::new();
    for code in &here {
        *times.entry(code).or_default() += 1;
    }
    assert!(times.values().filter(|times| **times > 1).count() > 40);
    assert!(times.len() > 600);
    assert!(here.iter().filter(|code| there.contains(*code)).count() > 100);
}

#[test]
fn texts_are_varied_and_of_a_real_size() {
    let [penalty, _] = items();
    let (file, _) = file(&penalty, 2000, 1, 0, "deqing");
    let texts: Vec<String> = file
        .lines()
        .skip(1)
        .map(|line| line.split(',').skip(14).take(5).collect::<Vec<_>>().join(","))
        .collect();
    let mean = texts.iter().map(String::len).sum::<usize>() / texts.len();
    assert!((250..420).contains(&mean), "{mean} bytes of text a row");
    assert_eq!(texts.iter().collect::<HashSet<_>>().len(), texts.len());
}

#[test]
fn another_item_has_no_samples() {
    let toml = include_str!("../../../configs/catalog/xzcf.toml");
    let item = Item::parse(&toml.replace("slug = \"xzcf\"", "slug = \"other\"")).unwrap();
    let office = Office::by_slug("deqing").unwrap();
    let error = write(&item, 1, 1, 0, &office, &mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}

/// The same of a file with everything: old columns, titles, mistakes, late decisions.
#[test]
fn a_planned_file_is_as_committed() {
    let [penalty, _] = items();
    let plan = Plan {
        rows: 24,
        dirty_percent: 75,
        kind: FileKind::Tsv,
        layout: Layout::Format2016,
        titles: true,
        extra_column: true,
        newest: Day::from_date(2026, 3, 6),
        ..Plan::new(Office::by_slug("anji").unwrap())
    };
    let mut out = Vec::new();
    write_text(&penalty, &plan, Encoding::Utf8, &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), include_str!("vectors/xzcf_2016_seed_1.tsv"));
}
