//! `tiaoxi reviewer`: the people whose word some steps need.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::output;
use crate::reviewers::Reviewers;

/// The reviewers of a node: people whose word is needed where a record that was withdrawn is handed
/// in again. A reviewer keeps a token; the node keeps only its hash.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  tiaoxi reviewer --dir node add 演示复核员 > reviewer-token
  tiaoxi import --dir node --yes --review 已核对原件 --reviewer-token reviewer-token again.csv")]
pub(crate) struct ReviewerArgs {
    /// Directory of the node.
    #[arg(long, value_name = "DIR", env = "TIAOXI_DIR")]
    dir: PathBuf,
    #[command(subcommand)]
    action: Action,
}

#[derive(Clone, Debug, Subcommand)]
enum Action {
    /// Add a reviewer; the token is written to standard output, and nowhere else.
    Add {
        /// Name that stands in the log beside the reviewer's word.
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Strike a reviewer off; what was reviewed stays.
    Remove {
        /// The name.
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// The names.
    List,
}

pub(crate) fn reviewer(args: &ReviewerArgs) -> anyhow::Result<()> {
    let reviewers = Reviewers::of(&args.dir);
    match &args.action {
        Action::Add { name } => output::line(&reviewers.add(name)?),
        Action::Remove { name } => reviewers.remove(name)?,
        Action::List => output::lines(&reviewers.names()?),
    }
    Ok(())
}
