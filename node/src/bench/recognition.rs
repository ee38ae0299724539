//! The end of a listing measured: sixteen parties of one agreement as processes of their own. Each
//! listing is ended at its home after the one before it, and the clock runs from just before the
//! decision is sent until its home shows the receipts of all others.
//!
//! First idle; then, with `--catch-up`, while the first party's hub takes in what a county of its
//! own has recorded apart from it.

mod cast;
mod report;
mod stage;
mod usage;

use std::{fs, path::PathBuf, thread, time::Duration};

use anyhow::Context;
use clap::Args;

use crate::{
    commands::output,
    demo::founding::{self, HUB},
};
use cast::Cast;
use report::{CatchUpReport, PhaseReport, RecognitionBenchReport};
use stage::Stage;
use usage::Usage;

/// Of so many ends while a hub catches up, one is of a listing of that hub itself.
const BUSY_EVERY: usize = 4;

/// Measure how long the end of a listing takes until every other party has confirmed it, on this
/// machine with all nodes on loopback. Every figure is of this run and this machine.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  tiaoxi bench recognition\n  \
    tiaoxi bench recognition --ends 200 --catch-up 1000000")]
pub(crate) struct RecognitionBenchArgs {
    /// Parties of the agreement, a process each.
    #[arg(long, value_name = "COUNT", default_value_t = 16,
        value_parser = clap::value_parser!(u8).range(2..=40))]
    pub(crate) members: u8,
    /// Listings that are ended, one after the other; with --catch-up as many again at most.
    #[arg(long, value_name = "COUNT", default_value_t = 200,
        value_parser = clap::value_parser!(u16).range(1..=2000))]
    pub(crate) ends: u16,
    /// Measure also while a hub catches up on so many records of a county, which is one more process.
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u64).range(1000..=5_000_000))]
    pub(crate) catch_up: Option<u64>,
    /// Seconds for which the processes are looked at while nothing happens.
    #[arg(long, value_name = "SECONDS", default_value_t = 30,
        value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) rest: u64,
    /// Where everything goes; must be empty. A new directory for temporary files when unset, which is
    /// removed at the end.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// Answer as JSON on standard output.
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn bench(args: &RecognitionBenchArgs) -> anyhow::Result<()> {
    let dir = founding::directory(args.dir.as_deref())?;
    let measured = measure(args, &dir);
    if args.dir.is_none() {
        fs::remove_dir_all(&dir).with_context(|| format!("removing {}", dir.display()))?;
    }
    let report = measured?;
    if args.json {
        return output::json(&report);
    }
    output::lines(&report.lines());
    Ok(())
}

fn measure(
    args: &RecognitionBenchArgs,
    dir: &std::path::Path,
) -> anyhow::Result<RecognitionBenchReport> {
    let cast = Cast::new(args.members.into(), args.catch_up.is_some())?;
    output::note(&format!("Founding a federation of {} processes", cast.roles().len()));
    let mut stage = Stage::set(dir, cast)?;
    let idle = homes_in_turn(&stage.cast.parties, args.ends.into());
    let busy = args.catch_up.map(|_| busy_homes(&stage.cast.parties, args.ends.into()));
    output::note(&format!("Listing {} subjects", idle.len() + busy.as_ref().map_or(0, Vec::len)));
    let idle = stage.list(idle)?;
    let busy = stage.list(busy.unwrap_or_default())?;
    stage.wait_until_recognised(idle.iter().chain(&busy))?;
    let rest = rest(&stage, args.rest)?;
    output::note("Ending them, one after the other");
    let before = Usage::now(&stage.running)?;
    let samples = stage.end_all(&idle, || Ok(true))?;
    let used = Usage::now(&stage.running)?.since(&before);
    let mut phases = vec![PhaseReport::new("idle", &samples, Some(&used))];
    let mut catch_up = None;
    if let Some(rows) = args.catch_up {
        let (mut of_others, report) = while_catching_up(&mut stage, rows, &busy)?;
        let of_hub =
            of_others.extract_if(.., |sample| sample.home.as_str() == HUB).collect::<Vec<_>>();
        phases.push(PhaseReport::new("while a hub catches up: of others", &of_others, None));
        phases.push(PhaseReport::new("while a hub catches up: its own", &of_hub, None));
        catch_up = Some(report);
    }
    let report = RecognitionBenchReport {
        parties: stage.cast.parties.len(),
        processes: stage.federation.parties.len(),
        cores: super::machine::cores(),
        rest,
        phases,
        catch_up,
    };
    stage.running.stop()?;
    Ok(report)
}

/// Looks at the processes while nothing happens.
fn rest(stage: &Stage, seconds: u64) -> anyhow::Result<report::RestReport> {
    output::note(&format!("Looking at the processes for {seconds} s while nothing happens"));
    let before = Usage::now(&stage.running)?;
    thread::sleep(Duration::from_secs(seconds));
    let used = Usage::now(&stage.running)?.since(&before);
    Ok(report::RestReport::new(&used, &usage::memory_bytes(&stage.running)?))
}

/// Ends listings for as long as the hub catches up.
fn while_catching_up(
    stage: &mut Stage,
    rows: u64,
    listings: &[stage::Listed],
) -> anyhow::Result<(Vec<stage::Sample>, CatchUpReport)> {
    output::note(&format!("Recording {rows} penalties at a county apart from its hub"));
    let records = stage.record_apart(rows)?;
    output::note("Ending listings while its hub catches up");
    let before = Usage::now(&stage.running)?;
    let began = stage.reunite()?;
    stage.wait_until_begun(&records)?;
    // An end counts when the hub was still catching up behind it.
    let stage = &*stage;
    let mut samples = stage.end_all(listings, || stage.is_behind(&records))?;
    let is_behind = stage.is_behind(&records)?;
    if !is_behind {
        samples.pop();
    }
    stage.wait_until_level(&records)?;
    let seconds = began.elapsed().as_secs_f64();
    let used = Usage::now(&stage.running)?.since(&before);
    let report =
        CatchUpReport { records: records.count, seconds, others_cores: used.others_cores() };
    Ok((samples, report))
}

/// Homes of so many listings: every party in turn.
fn homes_in_turn(
    parties: &[tiaoxi_federation::MemberId],
    count: usize,
) -> Vec<tiaoxi_federation::MemberId> {
    parties.iter().cycle().take(count).cloned().collect()
}

/// The same for the time while the first party's hub catches up: it is the home of some.
fn busy_homes(
    parties: &[tiaoxi_federation::MemberId],
    count: usize,
) -> Vec<tiaoxi_federation::MemberId> {
    let Some((hub, others)) = parties.split_first() else { return Vec::new() };
    let mut others = others.iter().cycle();
    let home = |number: usize| match number % BUSY_EVERY {
        0 => Some(hub),
        _ => others.next(),
    };
    (1..=count).filter_map(home).cloned().collect()
}
