//! `tiaoxi withdraw` and `tiaoxi correct`: putting right what was said.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::Context;
use clap::Args;
use tiaoxi_api::{
    client::Client,
    types::{
        CorrectionRequest, Date, Digest, EntryTarget, ImportTarget, Notice, RowTarget, Target,
        WithdrawalRequest,
    },
};

use super::{
    import::{parse_fill, reviewer_token},
    imports,
    language::Language,
    node_args::NodeArgs,
    output,
};
use crate::error_code::Failure;

/// Which record.
#[derive(Args, Clone, Debug)]
pub(crate) struct TargetArgs {
    /// Number of its entry, as `tiaoxi query` shows it.
    #[arg(
        long,
        value_name = "NUMBER",
        conflicts_with = "import",
        required_unless_present = "import"
    )]
    entry: Option<u64>,
    /// Log of the entry; the node's own log of records when unset.
    #[arg(long, value_name = "ORIGIN", requires = "entry")]
    log: Option<String>,
    /// The import that brought it (an ID of `tiaoxi imports list`).
    #[arg(long, value_name = "ID")]
    import: Option<String>,
    /// Row of the import, from 1.
    #[arg(long, value_name = "ROW", requires = "import")]
    row: Option<u32>,
}

impl TargetArgs {
    fn target(&self, client: &Client) -> anyhow::Result<Target> {
        let import = self.import.as_deref().map(|id| imports::digest(client, id)).transpose()?;
        Ok(match (self.entry, import, self.row) {
            (Some(entry), _, _) => Target::Entry(EntryTarget { entry, log: self.log.clone() }),
            (None, Some(import), Some(row)) => {
                Target::Row(RowTarget { import: Digest(import), row })
            }
            (None, Some(import), None) => Target::Import(ImportTarget { import: Digest(import) }),
            (None, None, _) => {
                return Err(Failure::new("BAD_REQUEST", "--entry or --import is needed").into());
            }
        })
    }
}

/// Withdraw a record, or everything that an import brought in: it was wrong or void from the start.
/// It stays in its log, marked, at every holder.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  tiaoxi withdraw --dir node --entry 4711 --reason 处罚决定已被复议撤销 --document 演复决〔2026〕3号
  tiaoxi withdraw --dir node --import 9f2c41 --reason 整批误报")]
pub(crate) struct WithdrawArgs {
    #[command(flatten)]
    node: NodeArgs,
    #[command(flatten)]
    target: TargetArgs,
    /// Why, in the words of the office; no word about a person.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Number of the decision that withdraws.
    #[arg(long, value_name = "TEXT")]
    document: Option<String>,
    /// Day of that decision, YYYY-MM-DD; today when unset.
    #[arg(long, value_name = "DAY")]
    decided: Option<String>,
    /// Answer as JSON on standard output.
    #[arg(long)]
    json: bool,
}

/// Correct a record: the same with some fields changed takes its place. The old version stays in
/// its log, marked, at every holder.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Example:
  tiaoxi correct --dir node --entry 4711 --set CF_NR_FK=0.2 --reason 罚款金额录入有误
Many records at once: import the corrected file with --correct REASON.")]
pub(crate) struct CorrectArgs {
    #[command(flatten)]
    node: NodeArgs,
    #[command(flatten)]
    target: TargetArgs,
    /// A changed field, by its code (tiaoxi catalog ITEM); empty text empties it. May be repeated.
    #[arg(long, value_name = "CODE=TEXT", value_parser = parse_fill, required = true)]
    set: Vec<(String, String)>,
    /// Why, in the words of the office; no word about a person.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// A reviewer's word on it.
    #[arg(long, value_name = "WORD", requires = "reviewer_token")]
    review: Option<String>,
    /// File with the reviewer's token.
    #[arg(long, value_name = "FILE")]
    reviewer_token: Option<PathBuf>,
    /// Answer as JSON on standard output.
    #[arg(long)]
    json: bool,
}

pub(crate) fn withdraw(args: &WithdrawArgs) -> anyhow::Result<()> {
    let client = args.node.client()?;
    let decided =
        args.decided.as_deref().map(|day| Date::parse(day).context("a day is YYYY-MM-DD"));
    let request = WithdrawalRequest {
        target: args.target.target(&client)?,
        reason: args.reason.clone(),
        document: args.document.clone(),
        decided: decided.transpose()?,
    };
    tell(&client.withdraw(&request, None)?, args.json)
}

pub(crate) fn correct(args: &CorrectArgs) -> anyhow::Result<()> {
    let client = args.node.client()?;
    let reviewer = args.reviewer_token.as_deref().map(reviewer_token).transpose()?;
    let request = CorrectionRequest {
        target: args.target.target(&client)?,
        set: args.set.iter().cloned().collect::<BTreeMap<_, _>>(),
        reason: args.reason.clone(),
        review: args.review.clone(),
    };
    tell(&client.correct(&request, reviewer.as_ref())?, args.json)
}

fn tell(notice: &Notice, json: bool) -> anyhow::Result<()> {
    if json {
        return output::json(notice);
    }
    let Notice { log, number, concerns, kind } = notice;
    let Language::Chinese = Language::of_environment() else {
        let about = format!("{} #{}", concerns.origin, concerns.number);
        output::line(&format!("{kind} of {about} appended to {log} as #{number} (until signed)"));
        return Ok(());
    };
    let word = if kind == "withdrawal" { "撤回" } else { "更正" };
    output::line(&format!(
        "已{word} {} #{}，通知条目 {log} #{number}（签名前编号可能变化）",
        concerns.origin, concerns.number
    ));
    Ok(())
}
