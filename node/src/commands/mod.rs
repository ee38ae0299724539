//! The commands. Each parses its arguments, asks the part that does the work, and prints.

pub(crate) mod charter;
pub(crate) mod check_code;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod node_args;
pub(crate) mod output;
pub(crate) mod query;
pub(crate) mod run;
pub(crate) mod sample;
pub(crate) mod status;
pub(crate) mod verify;

use crate::{
    bench,
    cli::{Cli, Command},
    demo,
};

/// Runs the command.
pub(crate) fn dispatch(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Init(args) => init::init(args),
        Command::Charter(args) => charter::charter(args),
        Command::Run(args) => run::run(args),
        Command::Import(args) => import::import(&args),
        Command::Status(args) => status::status(&args),
        Command::Query(args) => query::query(&args),
        Command::Verify(args) => verify::verify(&args),
        Command::CheckCode(args) => check_code::check_code(&args),
        Command::Sample(args) => sample::sample(&args),
        Command::Demo(args) => demo::demo(&args),
        Command::Bench(args) => bench::bench(&args),
    }
}
