//! `tiaoxi objection`: objections of subjects, and their answers.

use clap::{Args, Subcommand};
use tiaoxi_api::types::{AnswerRequest, Date, ObjectionRequest, Place};

use super::{agreed, describe, parse_date, parse_place, tell};
use crate::commands::{node_args::NodeArgs, output};

/// Take in a company's objection (异议), at any member, or answer one. What it objects to is marked
/// here at once, and the objection goes to the member that listed.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  tiaoxi objection --dir node take delta/jiaxing/exchange/delta/1#0 --matter 对处罚金额有异议
  tiaoxi objection --dir node answer delta/jiaxing/exchange/delta/1#0 --dismissed \\
      --document 嘉环演示复〔2026〕2号 --reason 原决定事实清楚")]
pub(crate) struct ObjectionArgs {
    #[command(flatten)]
    node: NodeArgs,
    /// Do it without asking
    #[arg(long, short, global = true)]
    yes: bool,
    /// Answer as JSON on standard output
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    action: Action,
}

#[derive(Clone, Debug, Subcommand)]
enum Action {
    /// Take in an objection to a listing, or to a record of one's own
    Take {
        /// The listing or record
        #[arg(value_name = "LOG#NUMBER", value_parser = parse_place)]
        about: Place,
        /// What is objected to, in the words of the office; no word about a person
        #[arg(long, value_name = "TEXT")]
        matter: String,
        /// Number under which it was received; made up when unset
        #[arg(long, value_name = "TEXT")]
        objection: Option<String>,
        /// Day on which it was received; today when unset
        #[arg(long, value_name = "DAY", value_parser = parse_date)]
        received: Option<Date>,
    },
    /// Answer the objections to a listing or record of one's own
    Answer {
        /// The listing or record
        #[arg(value_name = "LOG#NUMBER", value_parser = parse_place)]
        about: Place,
        /// The objection is right: the listing ends
        #[arg(long, required_unless_present = "dismissed", conflicts_with = "dismissed")]
        upheld: bool,
        /// The objection is not right: the listing stands
        #[arg(long)]
        dismissed: bool,
        /// Number of the answer
        #[arg(long, value_name = "TEXT")]
        document: String,
        /// Day of the answer; today when unset
        #[arg(long, value_name = "DAY", value_parser = parse_date)]
        decided: Option<Date>,
        /// Why, in the words of the office; no word about a person
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

pub(crate) fn objection(args: &ObjectionArgs) -> anyhow::Result<()> {
    let client = args.node.client()?;
    let asks = output::is_looked_on() && !args.yes && !args.json;
    let say = |preview: bool| match &args.action {
        Action::Take { about, matter, objection, received } => client.object(
            &ObjectionRequest {
                about: about.clone(),
                received: *received,
                matter: matter.clone(),
                objection: objection.clone(),
                preview,
            },
            None,
        ),
        Action::Answer { about, upheld, document, decided, reason, .. } => client.answer(
            &AnswerRequest {
                listing: about.clone(),
                upheld: *upheld,
                document: document.clone(),
                decided: *decided,
                reason: reason.clone(),
                preview,
            },
            None,
        ),
    };
    if asks && !agreed(&describe(&say(true)?))? {
        return Ok(());
    }
    tell(&say(false)?, args.json)
}
