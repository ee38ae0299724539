//! `tiaoxi completions` and `tiaoxi man`: what a shell and a manual reader need, made from the
//! command line's own description.

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
};

use anyhow::Context;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::output::WRITING;
use crate::cli::Cli;

/// Write the completions of a shell to standard output.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  tiaoxi completions bash > /usr/share/bash-completion/completions/tiaoxi
  tiaoxi completions zsh > ~/.zfunc/_tiaoxi
  tiaoxi completions fish > ~/.config/fish/completions/tiaoxi.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell.
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Write the manual page: of the program to standard output, or of every command into a directory.
#[derive(Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  tiaoxi man | man -l -
  tiaoxi man --out /usr/local/share/man/man1")]
pub(crate) struct ManArgs {
    /// Directory for a page of each command.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(crate) fn completions(args: &CompletionsArgs) -> anyhow::Result<()> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "tiaoxi", &mut text);
    io::stdout().lock().write_all(&text).context(WRITING)
}

pub(crate) fn man(args: &ManArgs) -> anyhow::Result<()> {
    if let Some(dir) = &args.out {
        fs::create_dir_all(dir).with_context(|| format!("creating {}", dir.display()))?;
        let writing = || format!("writing manual pages into {}", dir.display());
        return clap_mangen::generate_to(Cli::command(), dir).with_context(writing);
    }
    let mut text = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut text).context("making the manual page")?;
    io::stdout().lock().write_all(&text).context(WRITING)
}
