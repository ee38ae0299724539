//! Judges every published code as its table says.

use tiaoxi_credit::code::judge;

fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .map(|line| line.split_once('\t').expect("two columns"))
}

fn check(table: &'static str, rows_expected: usize) {
    let mut count = 0;
    for (value, expected) in rows(table) {
        let answer = judge(value).to_string();
        match expected {
            "valid after removing spaces" => assert_eq!(answer, "valid", "{value}"),
            "invalid" => assert!(answer.starts_with("invalid:"), "{value}: {answer}"),
            exact => assert_eq!(answer, exact, "{value}"),
        }
        count += 1;
    }
    assert_eq!(count, rows_expected);
}

#[test]
fn unified_codes_are_judged_as_published() {
    check(include_str!("vectors/uscc.tsv"), 208);
}

#[test]
fn citizen_numbers_are_judged_as_published() {
    check(include_str!("vectors/ric.tsv"), 9);
}

#[test]
fn pilot_codes_are_named_and_never_silently_valid() {
    check(include_str!("vectors/pilot.tsv"), 8);
}

#[test]
fn a_header_line_is_just_another_invalid_code() {
    assert_eq!(judge("value").to_string(), "invalid:length");
}
