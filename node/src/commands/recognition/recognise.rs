//! `tiaoxi recognise`: an officer decides on another member's listing.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tiaoxi_api::types::{Date, Place, RecognitionChoice, RecognitionRequest};

use super::{agreed, parse_date, parse_place};
use crate::commands::{import::reviewer_token, node_args::NodeArgs, output};

/// Decide on another member's listing, as an officer: recognise it, recognise it narrower, decline.
/// Where the agreement wants two officers, the second decides the same with a token of their own.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Officers are the node's reviewers (tiaoxi reviewer add NAME > token-file).
Example:
  tiaoxi recognise --dir node delta/jiaxing/exchange/delta/1#0 narrow --inspection more \\
      --reason 本地监管频次已足够 --basis 互认协议第五条 --reviewer-token token-file")]
pub(crate) struct RecogniseArgs {
    #[command(flatten)]
    node: NodeArgs,
    /// The listing, as `tiaoxi listing list --undecided` names it
    #[arg(value_name = "LOG#NUMBER", value_parser = parse_place)]
    listing: Place,
    /// What is decided
    #[arg(value_enum)]
    decision: Choice,
    /// With narrow: none, fewer, normal, more, sharply-more
    #[arg(long, value_name = "FREQUENCY")]
    inspection: Option<String>,
    /// With narrow: a measure that shall follow; may be repeated
    #[arg(long, value_name = "MEASURE")]
    measure: Vec<String>,
    /// With narrow: none of the measures of the map
    #[arg(long, conflicts_with = "measure")]
    no_measures: bool,
    /// With narrow: last day here
    #[arg(long, value_name = "DAY", value_parser = parse_date)]
    until: Option<Date>,
    /// Why, in the words of the office; no word about a person
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Law and article, or the agreement
    #[arg(long, value_name = "TEXT")]
    basis: String,
    /// File with the officer's token
    #[arg(long, value_name = "FILE")]
    reviewer_token: PathBuf,
    /// Do it without asking
    #[arg(long, short)]
    yes: bool,
    /// Answer as JSON on standard output
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Choice {
    /// 予以认可
    Accept,
    /// 限缩认可
    Narrow,
    /// 不予认可
    Decline,
}

pub(crate) fn recognise(args: &RecogniseArgs) -> anyhow::Result<()> {
    let client = args.node.client()?;
    let officer = reviewer_token(&args.reviewer_token)?;
    let asks = output::is_looked_on() && !args.yes && !args.json;
    let some_measures =
        (!args.measure.is_empty() || args.no_measures).then(|| args.measure.clone());
    let mut request = RecognitionRequest {
        listing: args.listing.clone(),
        decision: match args.decision {
            Choice::Accept => RecognitionChoice::Accept,
            Choice::Narrow => RecognitionChoice::Narrow,
            Choice::Decline => RecognitionChoice::Decline,
        },
        inspection: args.inspection.clone(),
        measures: some_measures,
        until: args.until,
        reason: args.reason.clone(),
        basis: args.basis.clone(),
        preview: asks,
    };
    if asks {
        let would = client.recognise(&request, &officer)?;
        if !agreed(&[would.words])? {
            return Ok(());
        }
        request.preview = false;
    }
    let decided = client.recognise(&request, &officer)?;
    if args.json {
        return output::json(&decided);
    }
    output::line(&decided.words);
    if let Some(said) = &decided.said {
        output::line(&format!("  {}#{}", said.log, said.number));
    }
    Ok(())
}
