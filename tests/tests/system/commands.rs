//! Commands that need no running node, and the demonstration.

use std::{
    collections::BTreeSet,
    io::Write,
    process::{Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{self, command, run, succeed};

const VECTORS: [&str; 3] = [
    include_str!("../../../crates/credit/tests/vectors/uscc.tsv"),
    include_str!("../../../crates/credit/tests/vectors/ric.tsv"),
    include_str!("../../../crates/credit/tests/vectors/pilot.tsv"),
];

fn with_input(arguments: &[&str], input: &str) -> Output {
    let mut command = command(arguments);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn published_codes_are_judged_line_by_line_as_the_tables_say() {
    for table in VECTORS {
        let rows: Vec<_> = table
            .lines()
            .filter(|line| !line.starts_with('#'))
            .skip(1)
            .map(|line| line.split_once('\t').unwrap())
            .collect();
        let input: String = rows.iter().flat_map(|(code, _)| [code, "\n"]).collect();
        let output = with_input(&["check-code"], &input);
        assert!(output.status.success(), "{}", program::errors(&output));
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(said.lines().count(), rows.len());
        for (line, (code, expected)) in said.lines().zip(rows) {
            let (input, verdict) = line.split_once('\t').unwrap();
            assert_eq!(input, code);
            match expected {
                "valid after removing spaces" => assert_eq!(verdict, "valid", "{line}"),
                "invalid" => assert!(verdict.starts_with("invalid:"), "{line}"),
                exact => assert_eq!(verdict, exact, "{line}"),
            }
        }
    }
}

#[test]
fn a_sample_is_the_same_bytes_for_the_same_seed_and_no_other() {
    let dir = TempDir::new().unwrap();
    let sample = |item: &str, seed: &str| {
        let arguments = ["sample", "--item", item, "--rows", "400", "--seed", seed];
        succeed([&arguments[..], &["--dirty-percent", "10"]].concat())
    };
    for item in ["xzcf", "xzxk"] {
        let first = sample(item, "7");
        assert_eq!(first.split(|byte| *byte == b'\n').count(), 402, "a header, rows, an end");
        assert_eq!(first, sample(item, "7"));
        assert!(first != sample(item, "8"));
        let path = dir.path().join(item).display().to_string();
        let arguments = ["sample", "--item", item, "--rows", "400", "--seed", "7"];
        succeed([&arguments[..], &["--dirty-percent", "10", "-o", &path]].concat());
        assert_eq!(std::fs::read(path).unwrap(), first);
    }
    let unknown = run(["sample", "--item", "nonsense"]);
    program::check_failure(&unknown, 3, "UNKNOWN_ITEM");
    let usage = run(["sample", "--dirty-percent", "101"]);
    assert_eq!(usage.status.code(), Some(2));
}

#[test]
fn the_demonstration_ends_by_itself_with_equal_roots_and_leaves_nothing_running() {
    let root = TempDir::new().unwrap();
    let dir = root.path().join("demo");
    let said = succeed(["demo", "--records", "200", "--json", "--dir", &dir.display().to_string()]);
    let said: Value = serde_json::from_slice(&said).unwrap();
    let members = said["members"].as_array().unwrap();
    assert_eq!(members.len(), 7);
    let mut kinds = BTreeSet::new();
    for member in members {
        let (summary, home, hub) = (&member["summary"], &member["home"], &member["at_hub"]);
        let rows = summary["rows"].as_u64().unwrap();
        assert!((190..=200).contains(&rows), "blank rows are no rows: {rows}");
        kinds.insert(summary["file"]["kind"].as_str().unwrap().to_owned());
        assert_eq!(home["root"], hub["root"], "{member}");
        assert_eq!(home["size_signed"], hub["verified_up_to"]);
        let size = summary["accepted"].as_u64().unwrap() + 2;
        assert_eq!(hub["verified_up_to"], size);
    }
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["csv", "tsv", "xlsx"]);
    assert!(!said["proofs"].as_array().unwrap().is_empty());
    assert!(!said["subject"]["records"].as_array().unwrap().is_empty());
    check_recognition(&said["recognition"]);
    assert_eq!(processes_below(&dir.display().to_string()), Vec::<String>::new());
}

/// One listing was narrowed, one declined, one objected to, repaired and confirmed by everybody.
fn check_recognition(said: &Value) {
    let at_huzhou = |listing: &str| {
        let recognitions = said[listing]["recognitions"].as_array().unwrap();
        recognitions.iter().find(|it| it["member"] == "huzhou").unwrap()["state"].clone()
    };
    assert_eq!(
        (&at_huzhou("narrowed"), &at_huzhou("declined")),
        (&"narrowed".into(), &"declined".into())
    );
    let repaired = &said["repaired"];
    assert_eq!(
        (&repaired["state"], &repaired["ended"]["cause"]),
        (&"ended".into(), &"repair".into())
    );
    // Four other parties, and the six counties of one of them.
    assert_eq!((&repaired["confirmed"], &repaired["expected"]), (&10.into(), &10.into()));
    let answered = repaired["objections"].as_array().unwrap();
    assert!(
        answered.len() >= 2 && answered.iter().all(|it| !it["answered"].is_null()),
        "{answered:?}"
    );
    assert!(said["timeline"].as_str().unwrap().contains("信用修复"));
    assert!(said["notice"].as_str().unwrap().contains("告知书"));
}

/// Command lines of processes that name a directory.
fn processes_below(dir: &str) -> Vec<String> {
    let mut found = Vec::new();
    for process in std::fs::read_dir("/proc").unwrap().flatten() {
        // Processes come and go while the directory is read.
        let Ok(line) = std::fs::read(process.path().join("cmdline")) else { continue };
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        if line.contains(dir) {
            found.push(line);
        }
    }
    found
}
