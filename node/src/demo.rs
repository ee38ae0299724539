//! `tiaoxi demo`: the federation of the plan as separate processes on loopback: one import at each
//! member of the city and what the hub sees of it; then mutual recognition with four partner cities.
//! Ends by itself.

pub(crate) mod founding;
pub(crate) mod process;
mod recognition;
mod report;
mod shapes;
mod work;

use std::{path::PathBuf, time::Instant};

use anyhow::Context;
use clap::Args;

use crate::commands::output;
use founding::found;
use process::Running;
use report::DemoReport;

/// Rows in each member's file.
const RECORDS_DEFAULT: u64 = 2000;

/// Start the federation of the plan on this machine: hub 湖州; 吴兴, 南浔, 德清, 长兴, 安吉, 南太湖新区;
/// partner cities 嘉兴, 杭州, 苏州, 黄山. The city's members import invented files with dirty rows, each in a
/// shape of its own (xlsx, GBK, headers of 2016…); the hub verifies all of it; one subject is shown
/// with proofs. Then three companies are listed: one is recognised narrower, one declined, one
/// objected to and repaired while the receipts come in. Everything listens on loopback only.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  tiaoxi demo\n  tiaoxi demo --records 20000 --keep-running")]
pub(crate) struct DemoArgs {
    /// Rows in each member's file.
    #[arg(long, value_name = "COUNT", default_value_t = RECORDS_DEFAULT,
        value_parser = clap::value_parser!(u64).range(1..=2_000_000))]
    pub(crate) records: u64,
    /// Where everything goes; a new directory for temporary files when unset. Must be empty.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// Leave the federation running until interrupted.
    #[arg(long)]
    pub(crate) keep_running: bool,
    /// Answer as JSON on standard output.
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn demo(args: &DemoArgs) -> anyhow::Result<()> {
    let began = Instant::now();
    let dir = founding::directory(args.dir.as_deref())?;
    output::note(&format!("Founding the federation in {}", dir.display()));
    let federation = found(&dir, &founding::delta(), vec![founding::agreement()?])?;
    output::note(&format!("Charter {}", federation.fingerprint));
    let running = Running::start(&federation)?;
    let nodes = federation.parties.len();
    output::note(&format!("{nodes} nodes are running. Importing one file at each of the city's."));
    let messages = || format!("the nodes' own messages are in {}/*/node.log", dir.display());
    let mut report = work::import_everywhere(&federation, &running, args.records)
        .and_then(|imports| work::observe(&federation, &running, imports, began))
        .with_context(messages)?;
    let recognition = recognition::play(&federation, &running).with_context(messages)?;
    report.seconds = began.elapsed().as_secs_f64();
    report.recognition = Some(recognition);
    show(&report, args.json)?;
    if args.keep_running {
        running.tell_addresses();
        process::wait_for_interrupt()?;
    }
    running.stop()
}

fn show(report: &DemoReport, json: bool) -> anyhow::Result<()> {
    if json {
        return output::json(report);
    }
    output::lines(&report.lines());
    Ok(())
}
