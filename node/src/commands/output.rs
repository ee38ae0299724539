//! How commands answer: JSON on standard output, words for people on standard error.

use std::io::{self, Write};

use anyhow::Context;
use serde::Serialize;

/// Writes one JSON value and a newline to standard output.
pub(crate) fn json<T: Serialize>(value: &T) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value).context("writing to standard output")?;
    writeln!(out).context("writing to standard output")
}

/// Writes a line for people to standard error; whether anybody reads it does not matter.
pub(crate) fn note(line: &str) {
    let _unread = writeln!(io::stderr().lock(), "{line}");
}
