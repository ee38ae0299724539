//! `tiaoxi supervision`: is this company a key supervision object, and how did that come about.

use clap::Args;

use super::{PaperArgs, code_of, words};
use crate::commands::{node_args::NodeArgs, output};

/// Is a company a key supervision object (重点监管对象) anywhere: by whose decision, recognised by
/// whom, since when, until when, what follows here.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  tiaoxi supervision --dir node 91330522TX2066637X
  tiaoxi supervision --dir node 91330522TX2066637X --timeline
  tiaoxi supervision --dir node 91330522TX2066637X --absence --html --out 未列入证明.html")]
pub(crate) struct SupervisionArgs {
    #[command(flatten)]
    node: NodeArgs,
    /// Unified social credit code of the company
    #[arg(value_name = "CODE")]
    code: String,
    /// Everything that was said of it, earliest first
    #[arg(long, conflicts_with = "absence")]
    timeline: bool,
    /// A signed certificate that no listing of it is known here
    #[arg(long)]
    absence: bool,
    #[command(flatten)]
    paper: PaperArgs,
    /// Answer as JSON on standard output
    #[arg(long, conflicts_with = "absence")]
    json: bool,
}

pub(crate) fn supervision(args: &SupervisionArgs) -> anyhow::Result<()> {
    let client = args.node.client()?;
    let code = code_of(&args.code)?;
    if args.absence {
        return args.paper.write(&client.absence(&code, args.paper.format())?);
    }
    if args.timeline {
        if args.json {
            return output::json(&client.timeline(&code)?);
        }
        return args.paper.write(&client.timeline_paper(&code, args.paper.format())?);
    }
    let supervision = client.subject_supervision(&code)?;
    if args.json {
        return output::json(&supervision);
    }
    output::lines(&words::subject(&supervision));
    Ok(())
}
