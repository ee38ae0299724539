//! The main job measured. One county and its hub as processes of their own: a file of invented
//! penalties, acknowledged at the county, verified and found by queries at the hub.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use serde::Serialize;
use tiaoxi_api::{
    client::{Client, ImportOptions},
    types::{LogStatus, StepTimer},
};
use tiaoxi_federation::MemberId;
use tiaoxi_sample::Office;

use super::machine;
use crate::{
    catalog_files,
    demo::{
        founding::{self, Federation, HUB},
        process::Running,
    },
};

/// What the file holds.
pub(super) const ITEM: &str = "xzcf";
/// Whose office it is from.
pub(super) const COUNTY: &str = "wuxing";
/// Between two looks at the hub.
const GLANCE: Duration = Duration::from_millis(10);
/// How long the hub may take after the import.
const PATIENCE: Duration = Duration::from_mins(10);

/// What was measured.
#[derive(Serialize)]
pub(super) struct MainJobReport {
    rows: u64,
    file_bytes: u64,
    accepted: u64,
    /// Until every row was acknowledged, in seconds from the first byte sent.
    acknowledged_seconds: f64,
    /// Until the hub had verified all of it and queries found it.
    verified_seconds: f64,
    rows_per_second: f64,
    nodes: Vec<NodeReport>,
}

/// One process.
#[derive(Serialize)]
struct NodeReport {
    member: String,
    cpu_seconds: f64,
    peak_memory_bytes: u64,
    disk_bytes: u64,
    disk_bytes_per_record: f64,
    journal_commits: u64,
    steps: Vec<StepTimer>,
}

/// Measures it in a directory.
pub(super) fn measure(dir: &Path, rows: u64) -> anyhow::Result<MainJobReport> {
    let federation = founding::found(dir, &founding::city(1), Vec::new())?;
    let file = dir.join("rows.csv");
    write_rows(&file, rows)?;
    let file_bytes = fs::metadata(&file).context("looking at the file")?.len();
    let running = Running::start(&federation)?;
    let county = running.client(&MemberId::parse(COUNTY)?)?;
    let hub = running.client(&MemberId::parse(HUB)?)?;
    let began = Instant::now();
    let options = ImportOptions { item: Some(ITEM.to_owned()), ..ImportOptions::default() };
    let summary = county.import(&file, &options, &mut |_| {})?;
    let acknowledged_seconds = began.elapsed().as_secs_f64();
    wait_for_hub(county, hub, &summary.log)?;
    let verified_seconds = began.elapsed().as_secs_f64();
    let nodes = nodes(&federation, &running, summary.accepted)?;
    running.stop()?;
    #[expect(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
    let rows_per_second = summary.rows as f64 / verified_seconds;
    Ok(MainJobReport {
        rows: summary.rows,
        file_bytes,
        accepted: summary.accepted,
        acknowledged_seconds,
        verified_seconds,
        rows_per_second,
        nodes,
    })
}

/// Writes the file.
pub(super) fn write_rows(file: &Path, rows: u64) -> anyhow::Result<()> {
    let writing = || format!("writing {}", file.display());
    let catalog = catalog_files::load(None)?;
    let item = catalog.by_slug(ITEM).context("the catalogue has penalties")?;
    let office = Office::by_slug(COUNTY).context("the county has an office")?;
    let mut out = BufWriter::new(File::create(file).with_context(writing)?);
    tiaoxi_sample::write(item, rows, 1, 0, &office, &mut out).with_context(writing)?;
    out.flush().with_context(writing)
}

fn wait_for_hub(county: &Client, hub: &Client, log: &str) -> anyhow::Result<()> {
    let find = |logs: Vec<LogStatus>| logs.into_iter().find(|it| it.origin == log);
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if let (Some(home), Some(there)) = (find(county.logs()?), find(hub.logs()?)) {
            let verified = there.verified_up_to.min(there.queryable_up_to);
            if home.size_appended == verified && home.root == there.root {
                return Ok(());
            }
        }
        thread::sleep(GLANCE);
    }
    bail!("the hub did not verify everything in {} s", PATIENCE.as_secs())
}

fn nodes(
    federation: &Federation,
    running: &Running,
    records: u64,
) -> anyhow::Result<Vec<NodeReport>> {
    let mut reports = Vec::new();
    for (member, process) in running.processes() {
        let party = federation.parties.iter().find(|party| party.id == *member);
        let party = party.context("every process is a member's")?;
        let status = running.client(member)?.status()?;
        let disk_bytes = machine::bytes_below(&party.dir)?;
        #[expect(clippy::cast_precision_loss, reason = "bytes are far below 2^53")]
        let disk_bytes_per_record = disk_bytes as f64 / records.max(1) as f64;
        reports.push(NodeReport {
            member: member.to_string(),
            cpu_seconds: machine::cpu_seconds(process)?,
            peak_memory_bytes: machine::peak_memory_bytes(process)?,
            disk_bytes,
            disk_bytes_per_record,
            journal_commits: status.journal.commits,
            steps: status.import_steps,
        });
    }
    Ok(reports)
}

/// For people.
pub(super) fn describe(report: &MainJobReport) -> Vec<String> {
    let mut lines = vec![
        format!("{} rows, {} MB of CSV", report.rows, report.file_bytes / 1_000_000),
        format!("acknowledged in {:.2} s", report.acknowledged_seconds),
        format!("verified at the hub and queryable in {:.2} s", report.verified_seconds),
        format!("{:.0} rows/s from file to query", report.rows_per_second),
    ];
    for node in &report.nodes {
        lines.push(format!(
            "{}: {:.2} s of processor, peak {} MiB, {:.1} bytes on disk a record, {} commits",
            node.member,
            node.cpu_seconds,
            node.peak_memory_bytes / (1024 * 1024),
            node.disk_bytes_per_record,
            node.journal_commits
        ));
        for step in node.steps.iter().filter(|step| step.count > 0) {
            #[expect(clippy::cast_precision_loss, reason = "microseconds are far below 2^53")]
            let each = step.microseconds as f64 / step.count as f64;
            lines.push(format!(
                "  {:12} {:8.2} s, {each:6.2} µs each of {}",
                step.step,
                Duration::from_micros(step.microseconds).as_secs_f64(),
                step.count
            ));
        }
    }
    lines
}
