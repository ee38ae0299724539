//! How commands answer: JSON on standard output, words for people on standard error.

use std::io::{self, BufRead, IsTerminal, Write};

use anyhow::Context;
use serde::Serialize;
use tiaoxi_api::client::ClientError;

use super::language::Language;

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

/// Whether a person sits at the terminal.
pub(crate) fn is_looked_on() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks a person who looks on; whether the answer is yes.
pub(crate) fn ask(question: &str) -> anyhow::Result<bool> {
    note(question);
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).context("reading the answer")?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "是" | "好"))
}

/// Tells why the command failed, with its stable code and causes, on standard error.
pub(crate) fn error(error: &anyhow::Error) {
    let code = crate::error_code::code_of(error).map(|code| format!("[{code}]"));
    let code = code.unwrap_or_default();
    let answer = error.chain().find_map(|cause| match cause.downcast_ref() {
        Some(ClientError::Refused { error, .. }) => Some(error),
        _ => None,
    });
    let Some(answer) = answer else { return note(&format!("error{code}: {error:#}")) };
    match Language::of_environment() {
        Language::Chinese => note(&format!("错误{code}：{}", answer.message_zh)),
        Language::English => note(&format!("error{code}: {error:#}\n  {}", answer.message_zh)),
    }
    if let Some(hint) = &answer.hint {
        note(&format!("  {}{hint}", Language::of_environment().pick("提示：", "hint: ")));
    }
}
