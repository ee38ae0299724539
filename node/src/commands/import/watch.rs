//! An import with a progress bar: while the file is sent, and while the node works on it.

use std::{
    io::{self, IsTerminal},
    path::Path,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use tiaoxi_api::{
    client::{Client, ClientError, ImportOptions, UploadStage},
    types::{ImportProgress, ImportState, ImportSummary},
};

use crate::{commands::language::Language, error_code::Failure};

/// Between two questions how far the node is.
const ASK_INTERVAL: Duration = Duration::from_millis(300);

/// Sends the file and follows the node's work on it.
pub(super) fn import(
    client: &Client,
    file: &Path,
    options: &ImportOptions,
) -> anyhow::Result<ImportSummary> {
    let bar = progress_bar();
    let digest = tiaoxi_api::client::digest_of_file(file, &mut |_| {})?.0;
    let sent = AtomicBool::new(false);
    let import = || {
        client.import(file, options, &mut |stage| {
            if let UploadStage::Sending { done, total } = stage {
                show(&bar, Language::of_environment().pick("上传", "sending"), (done, total));
                sent.store(done == total, Ordering::SeqCst);
            }
        })
    };
    follow(client, &digest, &bar, &sent, import)
}

/// Follows the node's work on a file that it has.
pub(crate) fn while_it_runs(
    client: &Client,
    digest: &[u8; 32],
    work: impl FnOnce() -> Result<ImportSummary, ClientError>,
) -> anyhow::Result<ImportSummary> {
    follow(client, digest, &progress_bar(), &AtomicBool::new(true), work)
}

fn follow(
    client: &Client,
    digest: &[u8; 32],
    bar: &ProgressBar,
    sent: &AtomicBool,
    work: impl FnOnce() -> Result<ImportSummary, ClientError>,
) -> anyhow::Result<ImportSummary> {
    let (acknowledged, ended) = (AtomicU64::new(0), AtomicBool::new(false));
    let worked = thread::scope(|scope| {
        let asking = scope.spawn(|| {
            while !ended.load(Ordering::SeqCst) {
                thread::park_timeout(ASK_INTERVAL);
                if sent.load(Ordering::SeqCst)
                    && let Ok(progress) = client.import_progress(digest)
                {
                    acknowledged.store(progress.rows_acknowledged, Ordering::SeqCst);
                    show_progress(bar, &progress);
                }
            }
        });
        let worked = work();
        ended.store(true, Ordering::SeqCst);
        asking.thread().unpark();
        worked
    });
    bar.finish_and_clear();
    worked.map_err(|error| cut_off(error, acknowledged.load(Ordering::SeqCst)))
}

fn cut_off(error: ClientError, acknowledged: u64) -> anyhow::Error {
    match error {
        ClientError::Interrupted { .. } => Failure::unreachable(
            "IMPORT_CUT_OFF",
            format!(
                "the import was cut off; rows up to {acknowledged} or more are acknowledged. Repeat \
                 the same command: no row is doubled / 导入中断，请重复同一命令，不会重复入库"
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

fn show_progress(bar: &ProgressBar, progress: &ImportProgress) {
    let language = Language::of_environment();
    let name = match progress.state {
        ImportState::Uploading => return,
        ImportState::Waiting => language.pick("排队", "waiting"),
        ImportState::Checking => language.pick("校验", "checking"),
        _ => language.pick("入库", "taking in"),
    };
    show(bar, name, (progress.bytes_done, progress.bytes_total));
    let rows = progress.rows_read;
    bar.set_message(language.pick(format!("{rows} 行"), format!("{rows} rows")));
}

fn show(bar: &ProgressBar, name: &'static str, (done, total): (u64, u64)) {
    bar.set_prefix(name);
    bar.set_length(total);
    bar.set_position(done);
}
