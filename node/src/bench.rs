//! `tiaoxi bench`: what this software does, measured with processes of their own on loopback.
//!
//! The main job in [`main_job`], the end of a listing in [`recognition`]; what processes take is
//! read in [`machine`].

mod machine;
mod main_job;
mod recognition;

use std::{fs, path::PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};

use crate::{commands::output, demo::founding};

/// Measure the main job on this machine with two nodes on loopback, or, with `recognition`, the end
/// of a listing with sixteen. Every figure is of this run and this machine.
#[derive(Args, Clone, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  \
    tiaoxi bench --rows 1000000\n  tiaoxi bench recognition --ends 200 --catch-up 1000000"
)]
pub(crate) struct BenchArgs {
    #[command(subcommand)]
    pub(crate) what: Option<BenchCommand>,
    /// Rows of the file.
    #[arg(long, value_name = "COUNT", default_value_t = 100_000,
        value_parser = clap::value_parser!(u64).range(1000..=5_000_000))]
    pub(crate) rows: u64,
    /// Where everything goes; must be empty. A new directory for temporary files when unset, which is
    /// removed at the end.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// Answer as JSON on standard output.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What else can be measured.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum BenchCommand {
    /// From the decision that ends a listing to the last receipt, at the listing's home.
    Recognition(recognition::RecognitionBenchArgs),
}

pub(crate) fn bench(args: &BenchArgs) -> anyhow::Result<()> {
    if let Some(BenchCommand::Recognition(args)) = &args.what {
        return recognition::bench(args);
    }
    let dir = founding::directory(args.dir.as_deref())?;
    let measured = main_job::measure(&dir, args.rows);
    if args.dir.is_none() {
        fs::remove_dir_all(&dir).with_context(|| format!("removing {}", dir.display()))?;
    }
    let report = measured?;
    if args.json {
        return output::json(&report);
    }
    output::lines(&main_job::describe(&report));
    Ok(())
}
