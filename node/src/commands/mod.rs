//! The commands. Each parses its arguments, asks the part that does the work, and prints.

pub(crate) mod catalog;
pub(crate) mod charter;
pub(crate) mod check_code;
pub(crate) mod doctor;
pub(crate) mod import;
pub(crate) mod imports;
pub(crate) mod init;
pub(crate) mod language;
pub(crate) mod node_args;
pub(crate) mod notice;
pub(crate) mod output;
pub(crate) mod query;
pub(crate) mod recognition;
pub(crate) mod reviewer;
pub(crate) mod run;
pub(crate) mod sample;
pub(crate) mod shell;
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
        Command::Imports(args) => imports::imports(&args),
        Command::Withdraw(args) => notice::withdraw(&args),
        Command::Correct(args) => notice::correct(&args),
        Command::Catalog(args) => catalog::catalog(&args),
        Command::Template(args) => catalog::template(&args),
        Command::Listing(args) => recognition::listing::listing(&args),
        Command::Recognise(args) => recognition::recognise::recognise(&args),
        Command::Repair(args) => recognition::repair::repair(&args),
        Command::Objection(args) => recognition::objection::objection(&args),
        Command::Supervision(args) => recognition::supervision::supervision(&args),
        Command::Exchange(args) => recognition::exchange::exchange(&args),
        Command::Reviewer(args) => reviewer::reviewer(&args),
        Command::Doctor(args) => doctor::doctor(&args),
        Command::Completions(args) => shell::completions(&args),
        Command::Man(args) => shell::man(&args),
        Command::Status(args) => status::status(&args),
        Command::Query(args) => query::query(&args),
        Command::Verify(args) => verify::verify(&args),
        Command::CheckCode(args) => check_code::check_code(&args),
        Command::Sample(args) => sample::sample(&args),
        Command::Demo(args) => demo::demo(&args),
        Command::Bench(args) => bench::bench(&args),
    }
}
