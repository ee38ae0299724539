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
    /// Its entry as `tiaoxi query` shows it, `huzhou/deqing/notices/1#0`; a number alone is one of
    /// the node's own log of records.
    #[arg(
        long,
        value_name = "LOG#NUMBER",
        conflicts_with = "import",
        required_unless_present = "import",
        value_parser = parse_entry
    )]
    entry: Option<EntryTarget>,
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
        Ok(match (&self.entry, import, self.row) {
            (Some(entry), _, _) => Target::Entry(entry.clone()),
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

/// Reads `LOG#NUMBER`, or a number alone.
fn parse_entry(text: &str) -> Result<EntryTarget, String> {
    let (log, number) = match text.rsplit_once('#') {
        Some((log, number)) => (Some(log.trim().to_owned()), number),
        None => (None, text),
    };
    let wrong = "expected LOG#NUMBER, as in huzhou/deqing/notices/1#0, or a number";
    match number.trim().parse() {
        Ok(entry) if log.as_deref() != Some("") => Ok(EntryTarget { entry, log }),
        _ => Err(wrong.to_owned()),
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
    /// Do it without asking.
    #[arg(long, short)]
    yes: bool,
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
    /// Do it without asking.
    #[arg(long, short)]
    yes: bool,
    /// Answer as JSON on standard output.
    #[arg(long)]
    json: bool,
}

pub(crate) fn withdraw(args: &WithdrawArgs) -> anyhow::Result<()> {
    let client = args.node.client()?;
    let decided =
        args.decided.as_deref().map(|day| Date::parse(day).context("a day is YYYY-MM-DD"));
    let mut request = WithdrawalRequest {
        target: args.target.target(&client)?,
        reason: args.reason.clone(),
        document: args.document.clone(),
        decided: decided.transpose()?,
        preview: false,
    };
    if output::is_looked_on() && !args.yes && !args.json {
        request.preview = true;
        if !agreed(&client.withdraw(&request, None)?)? {
            return Ok(());
        }
        request.preview = false;
    }
    tell(&client.withdraw(&request, None)?, args.json)
}

pub(crate) fn correct(args: &CorrectArgs) -> anyhow::Result<()> {
    let client = args.node.client()?;
    let reviewer = args.reviewer_token.as_deref().map(reviewer_token).transpose()?;
    let mut request = CorrectionRequest {
        target: args.target.target(&client)?,
        set: args.set.iter().cloned().collect::<BTreeMap<_, _>>(),
        reason: args.reason.clone(),
        review: args.review.clone(),
        preview: false,
    };
    if output::is_looked_on() && !args.yes && !args.json {
        request.preview = true;
        if !agreed(&client.correct(&request, reviewer.as_ref())?)? {
            return Ok(());
        }
        request.preview = false;
    }
    tell(&client.correct(&request, reviewer.as_ref())?, args.json)
}

/// Shows what would be done, and asks.
fn agreed(notice: &Notice) -> anyhow::Result<bool> {
    let language = Language::of_environment();
    output::notes(&describe(notice, language));
    output::ask(
        language.pick(
            "此操作不能取消。输入 y 继续，其他键取消：",
            "This can't be undone. Go on? [y/N] ",
        ),
    )
}

/// What a notice is about.
fn describe(notice: &Notice, language: Language) -> Vec<String> {
    let verb = match (notice.kind.as_str(), notice.preview) {
        ("withdrawal", true) => language.pick("将撤回", "would withdraw"),
        ("withdrawal", false) => language.pick("已撤回", "withdrew"),
        (_, true) => language.pick("将更正", "would correct"),
        (_, false) => language.pick("已更正", "corrected"),
    };
    let place = format!("{}#{}", notice.concerns.origin, notice.concerns.number);
    let what = match (&notice.record, notice.records) {
        (Some(record), _) => {
            let person = language.pick("（自然人）", "(a natural person)");
            let name = record.name.as_deref().unwrap_or(person);
            format!("{name}  {}  {}  {place}", record.document, record.decided)
        }
        (None, Some(records)) => language.pick(
            format!("整批导入（{records} 条记录）  {place}"),
            format!("a whole import of {records} records  {place}"),
        ),
        (None, None) => place,
    };
    let mut lines = vec![format!("{verb} {what}")];
    for change in notice.record.iter().flat_map(|record| &record.changes) {
        let hidden = change.from.is_empty() && change.to.is_empty();
        let text = if hidden {
            language.pick("（不显示）", "(not shown)").to_owned()
        } else {
            format!("{} → {}", change.from, change.to)
        };
        lines.push(format!("  {}：{text}", change.name));
    }
    lines
}

fn tell(notice: &Notice, json: bool) -> anyhow::Result<()> {
    if json {
        return output::json(notice);
    }
    let language = Language::of_environment();
    output::lines(&describe(notice, language));
    let Notice { log, number, .. } = notice;
    output::line(&language.pick(
        format!("通知条目 {log}#{number}（签名前编号可能变化）"),
        format!("appended as {log}#{number} (the number may change until it is signed)"),
    ));
    Ok(())
}
