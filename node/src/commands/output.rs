//! How commands answer: JSON on standard output, words for people on standard error.

use std::io::{self, Write};

use anyhow::Context;
use serde::Serialize;

/// The context of an error of standard output.
pub(crate) const WRITING: &str = "writing to standard output";

/// Writes one JSON value and a newline to standard output.
pub(crate) fn json<T: Serialize>(value: &T) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value).context(WRITING)?;
    writeln!(out).context(WRITING)
}

/// Writes a line for people to standard error; whether anybody reads it does not matter.
pub(crate) fn note(line: &str) {
    let _unread = writeln!(io::stderr().lock(), "{line}");
}

/// Writes lines for people to standard error.
pub(crate) fn notes(lines: &[String]) {
    for line in lines {
        note(line);
    }
}

/// Writes the answer for people to standard output.
pub(crate) fn lines(lines: &[String]) {
    for text in lines {
        line(text);
    }
}

/// Writes a line of the answer for people to standard output.
pub(crate) fn line(line: &str) {
    let _unread = writeln!(io::stdout().lock(), "{line}");
}

/// Tells why the command failed, with its stable code and causes, on standard error.
pub(crate) fn error(error: &anyhow::Error) {
    let code = crate::error_code::code_of(error).map(|code| format!("[{code}]"));
    note(&format!("error{}: {error:#}", code.unwrap_or_default()));
    for cause in error.chain() {
        if let Some(tiaoxi_api::client::ClientError::Refused { error, .. }) = cause.downcast_ref() {
            note(&format!("  {}", error.message_zh));
            if let Some(hint) = &error.hint {
                note(&format!("  hint: {hint}"));
            }
        }
    }
}
