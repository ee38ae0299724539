//! The program under test, and waiting for what it does.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant, SystemTime},
};

use tiaoxi_credit::Day;

/// How long anything may take before it counts as not happening.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two looks.
const GLANCE: Duration = Duration::from_millis(5);

/// The binary beside which this test was built.
pub(crate) fn program() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    // …/target/debug/deps/system-…
    let profile = here.parent().and_then(Path::parent).unwrap();
    let path = profile.join(format!("tiaoxi{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.exists(),
        "{} is not there: run `cargo test --workspace`, or `cargo build -p tiaoxi` before",
        path.display()
    );
    path
}

/// A command of the program, cut off from the environment's settings and from any terminal.
pub(crate) fn command<I: AsRef<std::ffi::OsStr>>(
    arguments: impl IntoIterator<Item = I>,
) -> Command {
    let mut command = Command::new(program());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TIAOXI_") {
            command.env_remove(name);
        }
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub(crate) fn run<I: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = I>) -> Output {
    command(arguments).output().unwrap()
}

/// Runs a command that must succeed; what it wrote to standard output.
pub(crate) fn succeed<I: AsRef<std::ffi::OsStr>>(
    arguments: impl IntoIterator<Item = I>,
) -> Vec<u8> {
    let output = run(arguments);
    assert!(output.status.success(), "{}: {}", output.status, errors(&output));
    output.stdout
}

/// What a command wrote to standard error.
pub(crate) fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Checks that a command failed as a command should: with this exit code, naming this stable code,
/// and in words, not in a panic.
pub(crate) fn check_failure(output: &Output, exit: i32, code: &str) {
    let said = errors(output);
    assert_eq!(output.status.code(), Some(exit), "{code}: {said}");
    assert!(said.contains(code), "{code} is not in: {said}");
    assert!(!said.contains("panicked"), "{said}");
}

/// The day in Beijing, as everybody's clock has it.
#[expect(clippy::disallowed_methods, reason = "tests ask when they run; nothing is measured by it")]
pub(crate) fn today() -> Day {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    Day(u16::try_from((now + 8 * 60 * 60) / (24 * 60 * 60)).unwrap())
}

/// Looks until there is an answer.
pub(crate) fn until<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    within(look).unwrap_or_else(|| panic!("waited in vain until {what}"))
}

/// Looks until there is an answer, or patience is over.
pub(crate) fn within<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let began = Instant::now();
    loop {
        if let Some(answer) = look() {
            return Some(answer);
        }
        if began.elapsed() >= PATIENCE {
            return None;
        }
        thread::sleep(GLANCE);
    }
}
