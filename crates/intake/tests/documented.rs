//! What operators read in `docs/catalogue.md` is what the software says.

mod support;

use support::{penalty, permit};

const DOCUMENT: &str = include_str!("../../../docs/catalogue.md");

#[test]
fn every_finding_is_documented_in_both_languages() {
    for kind in tiaoxi_catalog::findings().iter().chain(tiaoxi_intake::findings()) {
        let line = format!("| `{}` | {} | {} |", kind.code, kind.zh, kind.en);
        assert!(DOCUMENT.contains(&line), "missing or different: {line}");
    }
}

#[test]
fn every_switch_is_documented_with_its_default() {
    for item in [penalty(), permit()] {
        for switch in item.switches() {
            let line = DOCUMENT
                .lines()
                .find(|line| line.starts_with(&format!("| `{}` |", switch.name)))
                .unwrap_or_else(|| panic!("{} is not documented", switch.name));
            let level = switch.severity.map_or("off", |severity| severity.as_str());
            assert!(line.contains(&format!("| {level} |")), "{line}");
        }
    }
}

#[test]
fn every_reason_to_stop_is_documented() {
    for code in [
        "EMPTY_FILE",
        "NOT_A_TABLE",
        "ENCRYPTED_FILE",
        "DAMAGED_FILE",
        "FILE_TOO_LARGE",
        "UNKNOWN_SHEET",
        "NO_SHEET",
        "UNKNOWN_HEADER",
        "AMBIGUOUS_ITEM",
        "MERGED_HEADER",
        "DUPLICATE_COLUMN",
        "FORBIDDEN_COLUMN",
        "TOO_MANY_COLUMNS",
        "ROW_TOO_LARGE",
        "UNCLOSED_QUOTE",
        "TOO_MANY_ROWS",
        "BAD_FILL",
        "READ",
    ] {
        assert!(DOCUMENT.contains(&format!("| `{code}` |")), "{code}");
    }
}
