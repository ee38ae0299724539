//! The command line.

use clap::{Parser, Subcommand};

use crate::{
    bench::BenchArgs,
    commands::{
        catalog::{CatalogArgs, TemplateArgs},
        charter::CharterArgs,
        check_code::CheckCodeArgs,
        doctor::DoctorArgs,
        import::ImportArgs,
        imports::ImportsArgs,
        init::InitArgs,
        notice::{CorrectArgs, WithdrawArgs},
        query::QueryArgs,
        recognition::{
            exchange::ExchangeArgs, listing::ListingArgs, objection::ObjectionArgs,
            recognise::RecogniseArgs, repair::RepairArgs, supervision::SupervisionArgs,
        },
        reviewer::ReviewerArgs,
        run::RunArgs,
        sample::SampleArgs,
        shell::{CompletionsArgs, ManArgs},
        status::StatusArgs,
        verify::VerifyArgs,
    },
    demo::DemoArgs,
};

/// Public credit records, signed in a county, verified at the hub. 公共信用信息联网节点.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Begin with `tiaoxi demo`: a whole federation on this machine, which ends by itself.

Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 verification failed, 5 unreachable,
6 corruption. With --json the answer is on standard output, everything else on standard error.
TIAOXI_LANG=zh (or LANG) gives answers in Chinese. 中文说明见 README.zh-CN.md。
Settings: flag, then environment TIAOXI_*, then node.toml in the node's directory, then default.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make the keys of a new node and its membership request.
    Init(InitArgs),
    /// Draft, sign, merge, show or accept a charter.
    Charter(CharterArgs),
    /// Run the node of a directory.
    Run(RunArgs),
    /// Take a file of records into a running node.
    Import(ImportArgs),
    /// List, confirm, mend or discard the imports of a running node.
    Imports(ImportsArgs),
    /// Withdraw a record or a whole import.
    Withdraw(WithdrawArgs),
    /// Correct a record.
    Correct(CorrectArgs),
    /// The kinds of record, and their fields.
    Catalog(CatalogArgs),
    /// Write a blank workbook for records of an item.
    Template(TemplateArgs),
    /// Listings of key supervision objects: made, shown, ended.
    Listing(ListingArgs),
    /// Decide on another member's listing, as an officer.
    Recognise(RecogniseArgs),
    /// Carry out decisions on credit repair.
    Repair(RepairArgs),
    /// Take in objections, and answer them.
    Objection(ObjectionArgs),
    /// Is a company a key supervision object; timeline; certificate of absence.
    Supervision(SupervisionArgs),
    /// How the exchange between members is.
    Exchange(ExchangeArgs),
    /// Add or strike off reviewers.
    Reviewer(ReviewerArgs),
    /// How a running node and its neighbours are.
    Status(StatusArgs),
    /// Look over a node's directory, machine and process.
    Doctor(DoctorArgs),
    /// What is recorded of a subject.
    Query(QueryArgs),
    /// Fetch or read the proof of an entry and check it.
    Verify(VerifyArgs),
    /// Judge subject codes, from arguments or standard input, one a line.
    CheckCode(CheckCodeArgs),
    /// Write an invented file of records, the same bytes for the same seed.
    Sample(SampleArgs),
    /// Start the federation of the plan on this machine and show one import through it.
    Demo(DemoArgs),
    /// Measure the main job on this machine: rows of a file, acknowledged, verified at the hub.
    Bench(BenchArgs),
    /// Write the completions of a shell.
    Completions(CompletionsArgs),
    /// Write manual pages.
    Man(ManArgs),
}
