//! `tiaoxi import`: a file into a running node, with a preview first where a person looks on.

mod fetch;
pub(crate) mod summary;
mod watch;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use clap::Args;
use tiaoxi_api::{
    client::{Client, ImportOptions},
    service::ReviewerToken,
    types::{CorrectionsChoice, ImportDecision, ImportSummary},
};

use super::{language::Language, node_args::NodeArgs, output};
pub(crate) use fetch::fetch_rejected;
pub(crate) use watch::while_it_runs;

/// Take a file of records into a running node: CSV, TSV (UTF-8, GBK), .xlsx or .xls, with title
/// rows, older headers and columns in any order. Good rows go in and are acknowledged; bad rows
/// come back beside the file, in its own kind, with the reason of each: mend that file and import
/// it as it is. The same file twice is taken in once.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  tiaoxi import --dir node penalties.xlsx
      shows what would go in and asks; without a terminal it goes in at once
  tiaoxi import --dir node --preview penalties.csv
      only shows; later: tiaoxi imports --dir node confirm ID
  tiaoxi import --dir node --fill CF_SJLY=德清县演示局 old-2016.xls
      fills a field that the file has no column for
  tiaoxi import --dir node --yes --correct 罚款金额录入有误 penalties.csv
      rows whose record is there with other content correct it")]
pub(crate) struct ImportArgs {
    #[command(flatten)]
    pub(crate) node: NodeArgs,
    /// Catalogue item: xzcf (行政处罚), xzxk (行政许可), …; recognised from the header when unset.
    #[arg(long, value_name = "SLUG")]
    pub(crate) item: Option<String>,
    /// The file.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Sheet of a workbook; the first visible one when unset.
    #[arg(long, value_name = "NAME")]
    pub(crate) sheet: Option<String>,
    /// One text for every row, for a field that the file has no column for; may be repeated.
    #[arg(long, value_name = "CODE=TEXT", value_parser = parse_fill)]
    pub(crate) fill: Vec<(String, String)>,
    /// Only show what would become of the rows; nothing goes in.
    #[arg(long)]
    pub(crate) preview: bool,
    /// Take the file in without asking.
    #[arg(long, short)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) decision: DecisionArgs,
    /// Where rejected rows go; `FILE.rejected.KIND` when unset.
    #[arg(long, value_name = "FILE")]
    pub(crate) rejected: Option<PathBuf>,
    /// Answer as JSON on standard output.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What to do with rows that a person has to decide about.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct DecisionArgs {
    /// Take in rows whose record is there with other content as corrections, for this reason.
    #[arg(long, value_name = "REASON")]
    pub(crate) correct: Option<String>,
    /// A reviewer's word on rows whose record was withdrawn: with it they go in again.
    #[arg(long, value_name = "WORD", requires = "reviewer_token")]
    pub(crate) review: Option<String>,
    /// File with the reviewer's token (tiaoxi reviewer add).
    #[arg(long, value_name = "FILE")]
    pub(crate) reviewer_token: Option<PathBuf>,
}

impl DecisionArgs {
    pub(crate) fn decision(&self) -> ImportDecision {
        ImportDecision {
            corrections: match self.correct {
                Some(_) => CorrectionsChoice::Apply,
                None => CorrectionsChoice::Skip,
            },
            reason: self.correct.clone(),
            review: self.review.clone(),
        }
    }

    pub(crate) fn reviewer(&self) -> anyhow::Result<Option<ReviewerToken>> {
        self.reviewer_token.as_deref().map(reviewer_token).transpose()
    }
}

/// The token in a file.
pub(crate) fn reviewer_token(path: &Path) -> anyhow::Result<ReviewerToken> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    Ok(ReviewerToken::new(text.trim()))
}

/// Reads `CODE=TEXT`.
pub(crate) fn parse_fill(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((code, text)) if !code.is_empty() => Ok((code.to_owned(), text.to_owned())),
        _ => Err("expected CODE=TEXT, as in CF_SJLY=德清县演示局".to_owned()),
    }
}

pub(crate) fn import(args: &ImportArgs) -> anyhow::Result<()> {
    let client = args.node.client()?;
    let asks = !args.yes && !args.preview && !args.json && output::is_looked_on();
    let options = ImportOptions {
        item: args.item.clone(),
        sheet: args.sheet.clone(),
        fill: args.fill.iter().cloned().collect::<BTreeMap<_, _>>(),
        preview: args.preview || asks,
        decision: args.decision.decision(),
        reviewer: args.decision.reviewer()?,
    };
    let mut summary = watch::import(&client, &args.file, &options)?;
    if asks && summary.preview {
        output::notes(&summary::describe(&summary, Language::of_environment()));
        if !summary::takes_in_anything(&summary) || !confirmed()? {
            let path = rejected_path(args, &summary);
            return told(args, &save_rejected(&client, summary, &path)?, false);
        }
        let digest = digest_of(&summary)?;
        let confirm = || client.confirm(&digest, &options.decision, options.reviewer.as_ref());
        summary = watch::while_it_runs(&client, &digest, confirm)?;
    }
    let path = rejected_path(args, &summary);
    let summary = save_rejected(&client, summary, &path)?;
    told(args, &summary, true)
}

fn told(args: &ImportArgs, summary: &ImportSummary, whole: bool) -> anyhow::Result<()> {
    if args.json {
        return output::json(summary);
    }
    let language = Language::of_environment();
    if whole {
        output::notes(&summary::describe(summary, language));
    }
    output::notes(&summary::what_next(summary, args.node.dir()?, language));
    Ok(())
}

fn confirmed() -> anyhow::Result<bool> {
    let question = "Take it in? [y/N] ";
    output::ask(Language::of_environment().pick("确认导入？输入 y 导入，其他键取消：", question))
}

pub(crate) fn digest_of(summary: &ImportSummary) -> anyhow::Result<[u8; 32]> {
    let digest = summary.import.0.as_slice().try_into();
    digest.map_err(|_odd| anyhow!("the node answered with an odd digest"))
}

fn rejected_path(args: &ImportArgs, summary: &ImportSummary) -> PathBuf {
    if let Some(path) = &args.rejected {
        return path.clone();
    }
    let kind = summary.rejected_kind.as_deref().unwrap_or("csv");
    fetch::free_path(&args.file, kind)
}

/// Fetches the rejected rows, when there are any, and says where they are.
fn save_rejected(
    client: &Client,
    mut summary: ImportSummary,
    path: &Path,
) -> anyhow::Result<ImportSummary> {
    if summary.rejected_parts > 0 && summary.rejected_file.is_some() {
        let paths = fetch_rejected(client, &summary, path)?;
        let paths = fetch::without_copies(paths);
        let paths: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
        summary.rejected_file = Some(paths.join(", "));
    }
    Ok(summary)
}
