//! What clerks and operators type: templates, imports from preview to mended rows, reviewers,
//! notices, what the doctor says, in the language of the environment.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;
use tiaoxi_api::types::ImportSummary;
use tiaoxi_sample::Plan;
use tiaoxi_sheet::{Encoding, FileKind};

use crate::{
    city::City,
    files::{self, Invented, plan},
    program::{check_failure, command, errors, run, succeed, today},
    sheets::Table,
};

/// A command with a language.
fn speaking(language: &str, arguments: &[&str]) -> Command {
    let mut command = command(arguments);
    command.env("TIAOXI_LANG", language);
    command
}

/// Everything that a command said in a language; it must succeed.
fn said(language: &str, arguments: &[&str]) -> String {
    let output = speaking(language, arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", errors(&output));
    all_of(&output)
}

fn all_of(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), errors(output))
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// `tiaoxi imports` of a node.
fn imports<'a>(dir: &'a str, action: &[&'a str]) -> Vec<&'a str> {
    [&["imports", "--dir", dir], action].concat()
}

/// Whether a program is on this machine.
fn has(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

#[test]
fn completions_and_manual_pages_are_made_of_the_command_line() {
    let dir = TempDir::new().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let script = succeed(["completions", shell]);
        let words = String::from_utf8(script.clone()).unwrap();
        for word in ["imports", "template", "reviewer", "withdraw"] {
            assert!(words.contains(word), "{shell}: {word}");
        }
        if has(shell) {
            let path = dir.path().join(shell);
            fs::write(&path, script).unwrap();
            let option = if shell == "fish" { "--no-execute" } else { "-n" };
            let checked = Command::new(shell).arg(option).arg(&path).output().unwrap();
            assert!(checked.status.success(), "{shell}: {}", errors(&checked));
        }
    }
    let page = String::from_utf8(succeed(["man"])).unwrap();
    assert!(page.contains(".TH tiaoxi 1") && page.contains("Exit codes"), "{page}");
    let pages = dir.path().join("man1");
    succeed(["man", "--out", &text(&pages)]);
    for page in ["tiaoxi.1", "tiaoxi-import.1", "tiaoxi-imports-confirm.1"] {
        assert!(pages.join(page).exists(), "{page}");
    }
}

#[test]
fn the_catalogue_is_shown_and_templates_are_written_without_a_node() {
    let items = ["xzxk", "xzcf", "xzqz", "xzjl", "xycn", "yzsx", "hypj", "xyxf"];
    let list = said("en", &["catalog"]);
    assert!(items.iter().all(|item| list.contains(item)), "{list}");
    assert!(said("en", &["catalog", "xzcf"]).contains("CF_WSH"));
    check_failure(&run(["catalog", "nonsense"]), 3, "UNKNOWN_ITEM");
    check_failure(&run(["template", "nonsense"]), 3, "UNKNOWN_ITEM");

    let city = City::of(&["wuxing"]);
    let dir = text(&city.counties[0].dir);
    for item in items {
        let path = city.path(&format!("{item}.xlsx"));
        succeed(["template", item, "--out", &text(&path)]);
        assert_eq!(fs::read(&path).unwrap(), city.counties[0].client().template(item).unwrap());
        // The example that was left in is no record.
        let summary = succeed(["import", "--json", "--dir", &dir, &text(&path)]);
        let summary: ImportSummary = serde_json::from_slice(&summary).unwrap();
        assert_eq!((summary.item.as_str(), summary.rows, summary.examples), (item, 1, 1));
    }
    fill_in_a_template(&city);
}

/// A template is filled in as a clerk does, below the example.
fn fill_in_a_template(city: &City) {
    let template = city.path("xzcf.xlsx");
    let mut table = Table::read(&template);
    let (good, header) = Table::invented(&files::item(), &plan("wuxing", 3, 1));
    let top = table.0.iter().position(|row| row.iter().any(|it| it.text == "行政相对人名称"));
    let top = top.unwrap();
    for row in &good.0[header + 1..] {
        let cells = table.0[top].iter().map(|name| {
            let column = good.0[header].iter().position(|it| it.text == name.text);
            column.map(|column| row[column].clone()).unwrap_or_default()
        });
        let cells = cells.collect();
        table.0.push(cells);
    }
    let filled = city.path("filled.xlsx");
    table.write(&filled, FileKind::Xlsx, Encoding::Utf8);
    let dir = text(&city.counties[0].dir);
    let summary = succeed(["import", "--json", "--dir", &dir, &text(&filled)]);
    let summary: ImportSummary = serde_json::from_slice(&summary).unwrap();
    assert_eq!(
        (summary.rows, summary.examples, summary.accepted),
        (4, 1, 3),
        "{:?}",
        summary.findings
    );
}

#[test]
fn a_clerk_looks_confirms_mends_and_puts_right_from_the_command_line() {
    let city = City::of(&["wuxing"]);
    let dir = text(&city.counties[0].dir);
    let file = Invented::penalties(city.root.path(), "wuxing", 200, 1, 20);
    let (path, truth) = (text(&file.path), &file.truth);
    let id = blake3::Hash::from(file.digest()).to_hex().to_string();
    let short = id.get(..8).unwrap();

    let zh = said("zh", &["import", "--dir", &dir, "--preview", &path]);
    assert!(zh.contains(&format!("共 {} 行：可导入 {}", truth.rows, truth.accepted)), "{zh}");
    assert!(zh.contains("尚未入库") && zh.contains("表头在第 1 行"), "{zh}");
    let en = said("en", &["import", "--dir", &dir, "--preview", &path]);
    assert!(en.contains(&format!("{} rows: {} would go in", truth.rows, truth.accepted)), "{en}");

    assert!(said("zh", &imports(&dir, &["list"])).contains("待确认"));
    assert!(said("en", &imports(&dir, &["show", short])).contains("to be confirmed"));
    let findings = said("zh", &imports(&dir, &["findings", short]));
    let wrong = findings.lines().filter(|line| line.contains('✗')).count() as u64;
    assert!(wrong >= truth.rejected_total(), "{findings}");
    check_failure(&run(imports(&dir, &["show", "000000"])), 3, "IMPORT_NOT_FOUND");
    check_failure(&run(imports(&dir, &["show", id.get(..3).unwrap()])), 3, "IMPORT_NOT_FOUND");

    let confirmed = said("zh", &imports(&dir, &["confirm", short]));
    assert!(confirmed.contains(&format!("已导入 {}", truth.accepted)), "{confirmed}");
    check_failure(&run(imports(&dir, &["confirm", short])), 1, "NOTHING_TO_CONFIRM");
    let rejected = city.path("mend.csv");
    said("en", &imports(&dir, &["rejected", short, "--out", &text(&rejected)]));
    assert_eq!(Table::read(&rejected).0.len() as u64, truth.rejected_total() + 1);
    let list: Value = serde_json::from_slice(&succeed(imports(&dir, &["--json", "list"]))).unwrap();
    assert_eq!(list[0]["summary"]["accepted"], truth.accepted);

    city.settle(0);
    put_right(&city, &file, short);
    said("en", &imports(&dir, &["discard", short]));
    assert_eq!(city.counties[0].sealed_files(), Vec::<String>::new());
}

/// Withdraws and corrects, and looks at what the hub says.
fn put_right(city: &City, file: &Invented, id: &str) {
    let dir = text(&city.counties[0].dir);
    let firms = file.records().into_iter().filter(|it| files::unified_code(it).is_some());
    let firms: Vec<_> = firms.take(2).collect();
    let row = firms[0].row.to_string();
    let withdraw = ["withdraw", "--dir", &dir, "--import", id, "--row", &row, "--reason", "误报"];
    assert!(said("zh", &withdraw).contains("已撤回"));
    check_failure(&run(withdraw), 1, "ALREADY_ENDED");
    let row = firms[1].row.to_string();
    let mut correct = vec!["correct", "--dir", &dir, "--import", id, "--row", &row];
    correct.extend(["--set", "BZ=演示更正", "--reason", "备注有误"]);
    assert!(said("en", &correct).contains("corrected"));
    city.settle(0);
    let hub = text(&city.hub.dir);
    let at_hub = |place: usize| {
        let code = files::unified_code(&firms[place]).unwrap();
        said("zh", &["query", "--dir", &hub, &code])
    };
    assert!(at_hub(0).contains("已撤回"), "{}", at_hub(0));
    let corrected = at_hub(1);
    assert!(corrected.contains("演示更正") && corrected.contains("旧版本"), "{corrected}");
}

#[test]
fn late_rows_are_taken_in_counted_and_said_by_how_many_days() {
    let mut city = City::of(&["wuxing"]);
    let plan = Plan { dirty_percent: 30, newest: Some(today()), ..plan("wuxing", 400, 1) };
    let file = Invented::planned(city.root.path(), files::item(), &plan, Encoding::Utf8);
    let summary = city.county().take_in(&file.path);
    assert!(file.truth.late > 5);
    assert_eq!((summary.accepted, summary.late), (file.truth.accepted, file.truth.late));
    assert_eq!(summary.warned_by.get("REPORTED_LATE"), Some(&file.truth.late));
    assert!(summary.late_workdays_max > 15, "forty days and more: {}", summary.late_workdays_max);
    let shown = said("zh", &["imports", "--dir", &text(&city.counties[0].dir), "list"]);
    assert!(shown.contains("已完成"), "{shown}");

    // The same with a calendar that ended long ago: nothing is late by other days than weekends,
    // and it says so.
    let doctor = |city: &City, language: &str| {
        let dir = text(&city.counties[0].dir);
        all_of(&speaking(language, &["doctor", "--dir", &dir]).output().unwrap())
    };
    assert!(doctor(&city, "en").contains("the node runs"));
    city.county().stop();
    let whole = include_str!("../../../configs/calendar.tsv");
    let until_2024 =
        whole.lines().filter(|line| !line.starts_with("2025") && !line.starts_with("2026"));
    let calendar = city.path("calendar.tsv");
    fs::write(&calendar, until_2024.collect::<Vec<_>>().join("\n") + "\n").unwrap();
    city.county().configure_more(&format!("calendar = \"{}\"", calendar.display()));
    assert!(doctor(&city, "zh").contains("! 工作日历只到 2024 年"), "{}", doctor(&city, "zh"));
    assert!(doctor(&city, "en").contains("ends with 2024"), "{}", doctor(&city, "en"));
    city.county().start();
    let faults = city.counties[0].client().status().unwrap().faults;
    assert!(faults.iter().any(|fault| fault.code == "CALENDAR_ENDS"), "{faults:?}");
    assert!(doctor(&city, "zh").contains("节点在运行"));
    let file = Invented::planned(
        city.root.path(),
        files::item(),
        &Plan { seed: 2, ..plan },
        Encoding::Utf8,
    );
    let summary = city.county().take_in(&file.path);
    assert_eq!((summary.accepted, summary.provisional), (file.truth.accepted, file.truth.accepted));
}
