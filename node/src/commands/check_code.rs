//! `tiaoxi check-code`: USCC and citizen numbers, judged by their standards.

use std::io::{self, BufRead, Write};

use anyhow::Context;
use clap::Args;
use tiaoxi_credit::code::judge;

/// Judge subject codes. One line each: the input, a tab, and `valid`, `pilot-exception` or the
/// reason. A code is valid when either the USCC rules (GB 32100, GB 11714) or the citizen number
/// rules (GB 11643) accept it.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  tiaoxi check-code 91330522TX2066637X\n  cut -f1 codes.tsv | tiaoxi check-code"
)]
pub(crate) struct CheckCodeArgs {
    /// Codes; standard input, one a line, when there are none.
    pub(crate) codes: Vec<String>,
}

pub(crate) fn check_code(args: &CheckCodeArgs) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut tell =
        |line: &str| writeln!(out, "{line}\t{}", judge(line)).context(super::output::WRITING);
    if args.codes.is_empty() {
        for line in io::stdin().lock().split(b'\n') {
            let line = line.context("reading standard input")?;
            tell(&String::from_utf8_lossy(&line))?;
        }
    } else {
        args.codes.iter().try_for_each(|code| tell(code))?;
    }
    out.flush().context(super::output::WRITING)
}
