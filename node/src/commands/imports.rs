//! `tiaoxi imports`: the imports of a running node; confirmed, mended, discarded.

use std::path::PathBuf;

use anyhow::ensure;
use clap::{Args, Subcommand};
use comfy_table::{Table, presets::UTF8_BORDERS_ONLY};
use tiaoxi_api::{
    client::Client,
    types::{ImportProgress, ImportState},
};

use super::{
    import::{DecisionArgs, fetch_rejected, summary, while_it_runs},
    language::Language,
    node_args::NodeArgs,
    output,
};
use crate::error_code::Failure;

/// Findings asked for at once.
const PAGE: u16 = 500;
/// Digits by which an import may be named at least.
const ID_DIGITS_MIN: usize = 6;

/// The imports of a running node: list them, see what was found, confirm a preview, fetch the rows
/// that did not go in, or discard what is kept.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
An ID is the digest of the file, or its first 6 digits or more.
Examples:
  tiaoxi imports --dir node list
  tiaoxi imports --dir node confirm 9f2c41
  tiaoxi imports --dir node rejected 9f2c41 --out mend.xlsx")]
pub(crate) struct ImportsArgs {
    #[command(flatten)]
    node: NodeArgs,
    /// Answer as JSON on standard output.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    action: Action,
}

#[derive(Clone, Debug, Subcommand)]
enum Action {
    /// The newest imports, newest first.
    List,
    /// How far an import is, or how it ended.
    Show {
        /// The import.
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Every finding of an import.
    Findings {
        /// The import.
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Take in what a preview has shown, or go on with what was interrupted.
    Confirm {
        /// The import.
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        decision: DecisionArgs,
    },
    /// Fetch the rows that did not go in, with their reasons.
    Rejected {
        /// The import.
        #[arg(value_name = "ID")]
        id: String,
        /// Where they go.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Remove upload, rejected rows and findings of an import; what went in stays.
    Discard {
        /// The import.
        #[arg(value_name = "ID")]
        id: String,
    },
}

pub(crate) fn imports(args: &ImportsArgs) -> anyhow::Result<()> {
    let client = args.node.client()?;
    let language = Language::of_environment();
    match &args.action {
        Action::List => list(&client, args.json, language),
        Action::Show { id } => show(&client, id, args.json, language),
        Action::Findings { id } => findings(&client, id, args.json, language),
        Action::Confirm { id, decision } => {
            let digest = digest(&client, id)?;
            let reviewer = decision.reviewer()?;
            let confirm = || client.confirm(&digest, &decision.decision(), reviewer.as_ref());
            let ended = while_it_runs(&client, &digest, confirm)?;
            if args.json {
                return output::json(&ended);
            }
            output::notes(&summary::describe(&ended, language));
            Ok(())
        }
        Action::Rejected { id, out } => {
            let progress = client.import_progress(&digest(&client, id)?)?;
            let kept = progress.summary.filter(|summary| summary.rejected_parts > 0);
            let kept = kept.ok_or_else(|| {
                Failure::not_found("ROW_NOT_FOUND", "no row of it was rejected / 没有退回的行")
            })?;
            let paths = fetch_rejected(&client, &kept, out)?;
            let paths: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
            output::lines(&paths);
            Ok(())
        }
        Action::Discard { id } => Ok(client.discard_import(&digest(&client, id)?)?),
    }
}

/// The import that an ID names.
pub(super) fn digest(client: &Client, id: &str) -> anyhow::Result<[u8; 32]> {
    if let Ok(whole) = blake3::Hash::from_hex(id) {
        return Ok(*whole.as_bytes());
    }
    ensure!(
        id.len() >= ID_DIGITS_MIN && id.bytes().all(|byte| byte.is_ascii_hexdigit()),
        Failure::not_found("IMPORT_NOT_FOUND", "an ID has at least 6 hexadecimal digits")
    );
    let id = id.to_ascii_lowercase();
    let known = client.imports()?;
    let mut named = known.iter().filter(|import| import.import.to_string().starts_with(&id));
    match (named.next(), named.next()) {
        (Some(import), None) => {
            let digest = import.import.0.as_slice().try_into();
            digest.map_err(|_odd| anyhow::anyhow!("the node answered with an odd digest"))
        }
        (None, _) => Err(Failure::not_found("IMPORT_NOT_FOUND", "no import has this ID").into()),
        (Some(_), Some(_)) => {
            Err(Failure::new("IMPORT_AMBIGUOUS", "several imports begin so; give more digits")
                .into())
        }
    }
}

fn state(state: ImportState, language: Language) -> &'static str {
    let (zh, en) = match state {
        ImportState::Uploading => ("上传中", "uploading"),
        ImportState::Checking => ("校验中", "checking"),
        ImportState::Previewed => ("待确认", "to be confirmed"),
        ImportState::Waiting => ("排队中", "waiting"),
        ImportState::Running => ("入库中", "running"),
        ImportState::Complete => ("已完成", "complete"),
        ImportState::Interrupted => ("已中断", "interrupted"),
        ImportState::Expired => ("已过期", "expired"),
    };
    language.pick(zh, en)
}

fn list(client: &Client, json: bool, language: Language) -> anyhow::Result<()> {
    let imports = client.imports()?;
    if json {
        return output::json(&imports);
    }
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    table.set_header(language.pick(
        ["编号", "事项", "状态", "行数", "入库", "退回", "保留至"],
        ["id", "item", "state", "rows", "accepted", "rejected", "kept until"],
    ));
    for import in &imports {
        let summary = import.summary.clone().unwrap_or_default();
        let id: String = import.import.to_string().chars().take(12).collect();
        table.add_row([
            id,
            import.item.clone().unwrap_or_default(),
            state(import.state, language).to_owned(),
            import.rows_read.to_string(),
            summary.accepted.to_string(),
            summary.rejected.to_string(),
            summary.kept_until.unwrap_or_default(),
        ]);
    }
    output::line(&table.to_string());
    Ok(())
}

fn show(client: &Client, id: &str, json: bool, language: Language) -> anyhow::Result<()> {
    let progress: ImportProgress = client.import_progress(&digest(client, id)?)?;
    if json {
        return output::json(&progress);
    }
    output::line(&format!("{} {}", progress.import, state(progress.state, language)));
    if let Some(summary) = &progress.summary {
        output::lines(&summary::describe(summary, language));
    }
    Ok(())
}

fn findings(client: &Client, id: &str, json: bool, language: Language) -> anyhow::Result<()> {
    let digest = digest(client, id)?;
    let mut after = None;
    loop {
        let page = client.import_findings(&digest, after, PAGE)?;
        if json {
            output::json(&page)?;
        } else {
            let lines = page.findings.iter();
            output::lines(
                &lines
                    .map(|finding| summary::describe_finding(finding, language))
                    .collect::<Vec<_>>(),
            );
        }
        match page.next {
            None => return Ok(()),
            next => after = next,
        }
    }
}
