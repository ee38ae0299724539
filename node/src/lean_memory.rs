//! How glibc's allocator is to treat memory, which only the environment of a process can say.
//!
//! As it comes, it keeps an arena for every few threads, and each keeps what it once needed: a node
//! that took in ten files holds several times what it uses. With few arenas, and large buffers
//! handed back at once, it holds what it uses. Other C libraries know nothing of these settings and
//! need none.

use std::{env, ffi::OsString, os::unix::process::CommandExt, process::Command};

/// The variable by which glibc is told (its manual, "Tunables").
const VARIABLE: &str = "GLIBC_TUNABLES";
/// Two arenas; buffers of 128 KiB and more apart; free memory at the end of an arena handed back.
const SETTINGS: &str = "glibc.malloc.arena_max=2:glibc.malloc.mmap_threshold=131072:\
                        glibc.malloc.trim_threshold=131072";

/// Starts this program anew in its own place, with the settings, unless it was started with
/// settings for the allocator. Returns when there is nothing to do or it can't be done.
pub(crate) fn begin_anew() {
    let given = env::var(VARIABLE).unwrap_or_default();
    if cfg!(not(target_env = "gnu")) || given.contains("glibc.malloc.") {
        return;
    }
    let Ok(program) = env::current_exe() else { return };
    let settings =
        if given.is_empty() { SETTINGS.to_owned() } else { format!("{given}:{SETTINGS}") };
    let arguments: Vec<OsString> = env::args_os().collect();
    let mut command = Command::new(program);
    if let Some((name, rest)) = arguments.split_first() {
        command.arg0(name).args(rest);
    }
    // Only returns when it failed; then the node runs as it is.
    let _failed = command.env(VARIABLE, settings).exec();
}
