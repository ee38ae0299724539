//! `tiaoxi import`: a file into a running node.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions},
    io::{self, IsTerminal},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::Duration,
};

use anyhow::{Context, anyhow};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use tiaoxi_api::{
    client::{Client, ClientError, UploadStage},
    types::ImportSummary,
};

use super::{node_args::NodeArgs, output};
use crate::error_code::Failure;

/// Between two questions how far the node is.
const ASK_INTERVAL: Duration = Duration::from_millis(300);

/// Take a file of records into a running node. Good rows go in and are acknowledged; bad rows come
/// back beside the file, with the reason of each. The same file twice is taken in once.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:\n  tiaoxi import --dir node --item xzcf penalties.csv")]
pub(crate) struct ImportArgs {
    #[command(flatten)]
    pub(crate) node: NodeArgs,
    /// Catalogue item: xzcf (行政处罚), xzxk (行政许可), …
    #[arg(long, value_name = "SLUG")]
    pub(crate) item: String,
    /// The file: CSV in UTF-8.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Where rejected rows go; `FILE.rejected.csv` when unset.
    #[arg(long, value_name = "FILE")]
    pub(crate) rejected: Option<PathBuf>,
    /// Answer as JSON on standard output.
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn import(args: &ImportArgs) -> anyhow::Result<()> {
    let client = args.node.client()?;
    let mut summary = upload(&client, &args.file, &args.item)?;
    if summary.rejected > 0 {
        let path = args.rejected.clone().unwrap_or_else(|| rejected_path(&args.file));
        fetch_rejected(&client, &summary, &path)?;
        summary.rejected_file = Some(path.display().to_string());
    }
    if args.json {
        return output::json(&summary);
    }
    output::notes(&describe(&summary));
    Ok(())
}

/// Sends the file with a progress bar, and says how far it came when it is cut off.
fn upload(client: &Client, file: &Path, item: &str) -> anyhow::Result<ImportSummary> {
    let bar = progress_bar();
    let (acknowledged, ended) = (AtomicU64::new(0), AtomicBool::new(false));
    let digest = tiaoxi_api::client::digest_of_file(file, &mut |_| {})?.0;
    let uploaded = thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(Ordering::SeqCst) {
                thread::park_timeout(ASK_INTERVAL);
                if let Ok(progress) = client.import_progress(&digest) {
                    acknowledged.store(progress.rows_acknowledged, Ordering::SeqCst);
                    bar.set_message(format!("{} rows acknowledged", progress.rows_acknowledged));
                }
            }
        });
        let uploaded = client.import(file, item, &mut |stage| show(&bar, stage));
        ended.store(true, Ordering::SeqCst);
        uploaded
    });
    bar.finish_and_clear();
    uploaded.map_err(|error| cut_off(error, acknowledged.load(Ordering::SeqCst)))
}

fn cut_off(error: ClientError, acknowledged: u64) -> anyhow::Error {
    match error {
        ClientError::Interrupted { .. } => Failure::unreachable(
            "IMPORT_CUT_OFF",
            format!(
                "the import was cut off; rows up to {acknowledged} or more are acknowledged. Repeat \
                 the same command: no row is doubled"
            ),
        )
        .into(),
        other => other.into(),
    }
}

fn progress_bar() -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = "{prefix:8} {bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta} {msg}";
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template(style).expect("the template is well formed"));
    bar
}

fn show(bar: &ProgressBar, stage: UploadStage) {
    let (name, done, total) = match stage {
        UploadStage::Hashing { done, total } => ("reading", done, total),
        UploadStage::Sending { done, total } => ("sending", done, total),
    };
    bar.set_prefix(name);
    bar.set_length(total);
    bar.set_position(done);
}

fn rejected_path(file: &Path) -> PathBuf {
    let mut name = file.file_stem().map_or_else(|| OsString::from("import"), OsString::from);
    name.push(".rejected.csv");
    file.with_file_name(name)
}

/// Rejected rows may hold anything: the file is for its owner only.
pub(crate) fn fetch_rejected(
    client: &Client,
    summary: &ImportSummary,
    path: &Path,
) -> anyhow::Result<()> {
    let digest = summary.import.0.as_slice().try_into();
    let digest = digest.map_err(|_odd| anyhow!("the node answered with an odd digest"))?;
    let mut rows = client.rejected_rows(&digest)?;
    let writing = || format!("writing {}", path.display());
    let options = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).to_owned();
    let mut out: File = options.open(path).with_context(writing)?;
    io::copy(&mut rows, &mut out).with_context(writing)?;
    out.sync_all().with_context(writing)
}

fn describe(summary: &ImportSummary) -> Vec<String> {
    let mut lines = vec![format!(
        "{} rows: {} accepted, {} duplicates skipped, {} rejected, {} warnings",
        summary.rows, summary.accepted, summary.duplicates, summary.rejected, summary.warnings
    )];
    if summary.already_complete {
        lines.push("This very file was taken in before; nothing was added.".into());
    } else if summary.resumed_from_row > 0 {
        lines.push(format!("Went on behind row {}.", summary.resumed_from_row));
    }
    for (code, rows) in &summary.rejected_by {
        lines.push(format!("  {rows:>7}  {code}"));
    }
    for finding in &summary.findings {
        let field = finding.field.as_deref().unwrap_or("-");
        lines.push(format!(
            "  row {} {field} {}: {}",
            finding.row, finding.code, finding.message_zh
        ));
    }
    if let Some(path) = &summary.rejected_file {
        lines.push(format!("Rejected rows with their reasons: {path}"));
    }
    lines
}
