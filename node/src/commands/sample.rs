//! `tiaoxi sample`: invented files of records.

use std::{
    fs::File,
    io::{self, Write},
    path::PathBuf,
};

use anyhow::Context;
use clap::Args;
use tiaoxi_sample::Office;

use super::output;
use crate::{catalog_files, error_code::Failure};

/// Write an invented 双公示 file as CSV in UTF-8. Every name carries 示例, every authority 演示, and
/// no code is in use. The same arguments give the same bytes.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Example:\n  tiaoxi sample --item xzcf --rows 2000 --seed 7 --dirty-percent 3 -o penalties.csv"
)]
pub(crate) struct SampleArgs {
    /// Catalogue item: xzcf (行政处罚) or xzxk (行政许可).
    #[arg(long, value_name = "SLUG", default_value = "xzcf")]
    pub(crate) item: String,
    /// Rows below the header.
    #[arg(long, value_name = "COUNT", default_value_t = 1000)]
    pub(crate) rows: u64,
    /// What everything invented grows from.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(crate) seed: u64,
    /// How many rows in a hundred carry a clerk's mistake.
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) dirty_percent: u8,
    /// Whose file: huzhou, wuxing, nanxun, deqing, changxing, anji or nantaihu.
    #[arg(long, value_name = "SLUG", default_value = "wuxing")]
    pub(crate) office: String,
    /// File to write; standard output when unset.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

pub(crate) fn sample(args: &SampleArgs) -> anyhow::Result<()> {
    let catalog = catalog_files::load(None)?;
    let item = catalog
        .by_slug(&args.item)
        .ok_or_else(|| unknown("UNKNOWN_ITEM", "catalogue item", &args.item))?;
    let office = Office::by_slug(&args.office)
        .ok_or_else(|| unknown("UNKNOWN_OFFICE", "office", &args.office))?;
    let (rows, seed, dirty) = (args.rows, args.seed, args.dirty_percent);
    let (out, writing): (Box<dyn Write>, String) = match &args.output {
        Some(path) => {
            let writing = format!("writing {}", path.display());
            (Box::new(File::create(path).with_context(|| writing.clone())?), writing)
        }
        None => (Box::new(io::stdout().lock()), output::WRITING.into()),
    };
    let mut out = io::BufWriter::new(out);
    tiaoxi_sample::write(item, rows, seed, dirty, &office, &mut out)
        .and_then(|_truth| out.flush())
        .context(writing)
}

fn unknown(code: &'static str, what: &str, name: &str) -> Failure {
    Failure::not_found(code, format!("there is no {what} {name}"))
}
